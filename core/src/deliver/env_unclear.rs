//! Why programs read a line of a `.env` file differently.

/// Why programs read a line differently: a variant of a sentence in the locales.
pub type Why = &'static str;

/// A comment after the value: systemd and docker take it for a part of the value.
pub const COMMENT: Why = "comment";
/// A second assignment or command on the same line.
pub const WORDS: Why = "words";
/// A quote that does not close where it seems to, or is in the middle of the value.
pub const QUOTES: Why = "quotes";
/// A backslash, a pipe or a here-document: for some programs the next line belongs to this one.
pub const CONTINUED: Why = "continued";
/// Spaces around the equals sign: a shell takes the line for a command.
pub const BLANKS: Why = "blanks";
/// Something that a shell computes or expands, or a character with a meaning for it.
pub const COMPUTED: Why = "computed";
/// Another line uses the same key.
pub const USED: Why = "used";
/// Not NAME=value.
pub const COMMAND: Why = "command";
/// Not UTF-8, or with characters that only some programs take for a line break or a space.
pub const ENCODING: Why = "encoding";
/// Line breaks of two kinds.
pub const ENDS: Why = "ends";

/// What separates words.
pub const BLANK: [char; 2] = [' ', '\t'];
