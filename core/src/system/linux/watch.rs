//! Hears that files of a folder are replaced: inotify(7).

use std::io;
use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

use super::super::look_again_and_again;

/// Calls `look` each time a file of a folder may have been replaced, until it returns false. Blocks.
pub fn watch_folder(folder: &Path, mut look: impl FnMut() -> bool) {
    if let Err(error) = hear(folder, &mut look) {
        tracing::info!(%error, "no inotify: the folder is looked at instead");
        look_again_and_again(look);
    }
}

fn hear(folder: &Path, look: &mut impl FnMut() -> bool) -> io::Result<()> {
    let inotify = inotify::init(CreateFlags::CLOEXEC)?;
    // Our files are replaced by a rename; another program may write into them.
    let what = WatchFlags::MOVED_TO | WatchFlags::CLOSE_WRITE | WatchFlags::DELETE;
    inotify::add_watch(&inotify, folder, what)?;
    // What was written before.
    if !look() {
        return Ok(());
    }
    // The longest event: its head, and a name of 255 bytes and its end.
    let mut buffer = [MaybeUninit::uninit(); 1024];
    let mut events = inotify::Reader::new(inotify, &mut buffer);
    loop {
        let is_gone = match events.next() {
            Ok(event) => event.events().contains(ReadFlags::IGNORED),
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        if is_gone {
            return Err(io::ErrorKind::NotFound.into());
        }
        // What came at once is seen at one look.
        if events.is_buffer_empty() && !look() {
            return Ok(());
        }
    }
}
