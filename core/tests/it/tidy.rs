//! The house's rules, kept by a look at the source.
