//! The objects that a repository's branches, tags and stash name, to find out which commits they still lead to.
//!
//! Only the ids of what can be read are needed. gix-ref would bring code that locks and writes references, and it opens `packed-refs`
//! through links.

use std::path::{Path, PathBuf};

use gix_hash::ObjectId;

use super::{files_of, id_of, read_small};
use crate::leaks::report::Report;
use crate::system;

/// How deep the names of branches are read.
const DEEPEST: usize = 32;

/// The objects that are named; none if the repository keeps its names in a format that this does not read,
/// or has lost them.
pub fn named(folder: &Path, format: gix_hash::Kind) -> Option<Vec<ObjectId>> {
    let has = |name: &str| folder.join(name).symlink_metadata().is_ok();
    if has("reftable") || !(has("HEAD") || has("refs")) {
        return None;
    }
    let mut texts = vec![text(&folder.join("packed-refs")), text(&folder.join("HEAD"))];
    let mut ignored = Report::default();
    // Worktrees have a HEAD of their own.
    for worktree in files_of(&folder.join("worktrees"), &mut ignored) {
        texts.push(text(&worktree.join("HEAD")));
    }
    let mut folders: Vec<(PathBuf, usize)> = vec![(folder.join("refs"), 0)];
    while let Some((folder, deep)) = folders.pop() {
        for entry in files_of(&folder, &mut ignored) {
            match entry.symlink_metadata() {
                Ok(known) if known.is_dir() && deep < DEEPEST => folders.push((entry, deep + 1)),
                Ok(known) if known.is_file() => texts.push(text(&entry)),
                _ => {}
            }
        }
    }
    // Each line of packed-refs begins with an id, and `^` with the one that a tag names.
    let words = texts.iter().flat_map(|text| text.lines());
    let words = words.filter_map(|line| line.trim_start_matches('^').split_whitespace().next());
    Some(words.filter_map(|word| id_of(word, format)).collect())
}

fn text(file: &Path) -> String {
    let read = system::open_file(file).and_then(read_small).unwrap_or_default();
    String::from_utf8_lossy(&read).into_owned()
}
