//! A provider file to begin with: every part of a usual login, and a mark wherever the platform's own facts belong.

/// What a file says where something is still to be filled in.
pub const FILL_IN: &str = "FILL IN";

/// The file for this id.
pub fn new_file(id: &str) -> String {
    include_str!("new.toml").replace("@id@", id)
}
