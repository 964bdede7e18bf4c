//! Keeps our own programs from reading a file in the moment in which it is replaced, and tries again what others hinder.
//!
//! Windows' locks hinder readers, so that none is on the file itself: two files in the folder for temporary files are locked
//! instead. `inside` is shared by those who read and had alone by whoever replaces. All pass `enter` first, where whoever
//! replaces waits for `inside`: those who read without rest cannot keep it out, however many they are. Nothing is held for
//! longer than one read or one rename, and nothing is waited for longer than two seconds: then it is done without the lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a file that others have open is waited for, and a lock.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two tries. A program that reads has a file open for less.
const PAUSE: Duration = Duration::from_millis(1);
/// So often another thread's turn is enough of a pause.
const YIELDS: u32 = 16;

/// Does it, and again for two seconds as long as it fails with one of these codes.
pub fn patiently<T>(codes: &[i32], work: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let began = Instant::now();
    loop {
        match work() {
            Err(error) if error.raw_os_error().is_some_and(|code| codes.contains(&code)) && began.elapsed() < PATIENCE => {
                thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

/// Reading, as long as this is kept. Nobody replaces a file meanwhile.
pub fn reading() -> Option<File> {
    let (enter, inside) = open()?;
    wait(|| enter.try_lock_shared())?;
    wait(|| inside.try_lock_shared())?;
    Some(inside)
}

/// Alone, as long as this is kept: nobody reads, and nobody else replaces.
pub fn alone() -> Option<(File, File)> {
    let (enter, inside) = open()?;
    wait(|| enter.try_lock())?;
    wait(|| inside.try_lock())?;
    Some((enter, inside))
}

/// The two files. A lock ends when its handle is closed.
fn open() -> Option<(File, File)> {
    let folder = std::env::temp_dir().join("keybearer-locks");
    let one = |path: &Path| OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let both = || Ok::<_, io::Error>((one(&folder.join("enter.lock"))?, one(&folder.join("inside.lock"))?));
    both().or_else(|_| fs::create_dir_all(&folder).and_then(|()| both())).ok()
}

fn wait(lock: impl Fn() -> Result<(), TryLockError>) -> Option<()> {
    let began = Instant::now();
    for tries in 0_u32.. {
        match lock() {
            Ok(()) => return Some(()),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {}
            Err(_) => return None,
        }
        match tries < YIELDS {
            true => thread::yield_now(),
            false => thread::sleep(PAUSE),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_passes_by_is_waited_for_and_nothing_else() {
        let left = std::cell::Cell::new(5);
        let work = || {
            left.set(left.get() - 1);
            if left.get() == 0 {
                Ok(())
            } else {
                Err(io::Error::from_raw_os_error(32))
            }
        };
        patiently(&[5, 32], work).unwrap();
        let began = Instant::now();
        let refused = patiently(&[32], || Err::<(), _>(io::Error::from_raw_os_error(5))).unwrap_err();
        assert_eq!((refused.raw_os_error(), began.elapsed() < PATIENCE), (Some(5), true));
        patiently(&[5], || Err::<(), _>(io::Error::from_raw_os_error(5))).unwrap_err();
        assert!(began.elapsed() >= PATIENCE);
    }

    #[test]
    fn readers_share_and_whoever_replaces_is_alone() {
        let (one, two) = (reading().unwrap(), reading().unwrap());
        let (_, inside) = open().unwrap();
        assert!(matches!(inside.try_lock(), Err(TryLockError::WouldBlock)));
        drop((one, two));
        let alone = alone().unwrap();
        let (enter, inside) = open().unwrap();
        assert!(enter.try_lock_shared().is_err() && inside.try_lock_shared().is_err());
        drop(alone);
        wait(|| enter.try_lock_shared()).unwrap();
    }
}
