//! The provider files as a registry: what is shipped holds together, what is broken is refused with a sentence, and the
//! person's own files stand beside the shipped ones without touching them.
