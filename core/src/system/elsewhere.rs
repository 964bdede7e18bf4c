//! What Windows and macOS share.

use std::path::Path;

use super::look_again_and_again;

pub mod keychain;
pub mod ports;

/// Calls `look` again and again, because a file of a folder may have been replaced, until it returns false. Blocks.
pub fn watch_folder(_folder: &Path, look: impl FnMut() -> bool) {
    look_again_and_again(look);
}
