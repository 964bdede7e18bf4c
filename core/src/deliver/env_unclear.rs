//! Why programs read a line of a `.env` file differently.

/// Why programs read a line differently: the key of a sentence in the locales.
pub type Why = &'static str;

/// A comment behind the value: systemd and docker take it for part of the value.
pub const COMMENT: Why = "comment";
/// A second assignment or command on the same line.
pub const WORDS: Why = "words";
/// A quote that does not close where it seems to, or stands in the middle of the value.
pub const QUOTES: Why = "quotes";
/// A backslash, a pipe or a here-document: for some programs the next line belongs to this one.
pub const CONTINUED: Why = "continued";
/// Blanks around the equals sign: a shell takes the line for a command.
pub const BLANKS: Why = "blanks";
/// Something that a shell computes or fills in, or a sign that means something to it.
pub const COMPUTED: Why = "computed";
/// Another line uses the same key.
pub const USED: Why = "used";
/// Not NAME=value.
pub const COMMAND: Why = "command";
/// Not UTF-8, or with characters that only some programs take for the end of a line or for blanks.
pub const ENCODING: Why = "encoding";
/// Ends of lines of two kinds.
pub const ENDS: Why = "ends";

/// What stands between words.
pub const BLANK: [char; 2] = [' ', '\t'];
