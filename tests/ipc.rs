//! The wire between the window and the shell.
