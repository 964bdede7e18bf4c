//! Keeps our own programs from reading a file while it is replaced, and retries what other programs block.
//!
//! A lock on the file itself would block readers on Windows, so two files in the temporary folder are locked instead. Readers share the
//! lock on `inside`; a writer holds it exclusively. Everyone passes `enter` first, and a writer holds `enter` while it waits for
//! `inside`, so that a stream of readers cannot starve it. A lock is held for one read or one rename, and waited for at most two
//! seconds; after that the work is done without it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for a lock, or for a file that others have open.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// The pause between two attempts. A reader has the file open for less.
const PAUSE: Duration = Duration::from_millis(1);
/// How many attempts only yield to other threads before the pauses begin.
const YIELDS: u32 = 16;

/// Runs the work, and repeats it for two seconds while it fails with a passing error.
pub fn patiently<T>(passes_by: impl Fn(&io::Error) -> bool, work: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let mut failed: Option<Instant> = None;
    loop {
        match work() {
            Err(error) if passes_by(&error) && failed.get_or_insert_with(Instant::now).elapsed() < PATIENCE => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// Runs a read while no program of ours replaces a file.
pub fn reading<T>(read: impl FnOnce() -> T) -> T {
    GATE.with(|gate| {
        let _inside = gate.as_ref().and_then(|gate| {
            let _enter = wait(&gate.enter, File::try_lock_shared)?;
            wait(&gate.inside, File::try_lock_shared)
        });
        read()
    })
}

/// Runs a replacement while no other program of ours reads or replaces a file.
pub fn alone<T>(replace: impl FnOnce() -> T) -> T {
    GATE.with(|gate| {
        let _both = gate.as_ref().and_then(|gate| {
            let enter = wait(&gate.enter, File::try_lock)?;
            Some((wait(&gate.inside, File::try_lock), enter))
        });
        replace()
    })
}

/// The two files.
struct Gate {
    enter: File,
    inside: File,
}

thread_local! {
    /// A lock belongs to a handle. Each thread has its own handles and keeps them, because opening the file costs most of a lock.
    static GATE: Option<Gate> = Gate::open();
}

impl Gate {
    fn open() -> Option<Gate> {
        let folder = std::env::temp_dir().join(format!("keybearer-locks-{}", super::person()));
        fs::create_dir_all(&folder).ok()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let enter = options.open(folder.join("enter.lock")).ok()?;
        let inside = options.open(folder.join("inside.lock")).ok()?;
        Some(Gate { enter, inside })
    }
}

/// A lock that is held until this is dropped.
struct GateLock<'a>(&'a File);

impl Drop for GateLock<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn wait(file: &File, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Option<GateLock<'_>> {
    let began = Instant::now();
    for tries in 0_u32.. {
        match lock(file) {
            Ok(()) => return Some(GateLock(file)),
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
        patiently(super::super::passes_by, work).unwrap();
        let began = Instant::now();
        let fails = |code| patiently(super::super::passes_by, || Err::<(), _>(io::Error::from_raw_os_error(code))).unwrap_err();
        assert_eq!((fails(2).raw_os_error(), began.elapsed() < PATIENCE), (Some(2), true));
        assert_eq!(fails(5).raw_os_error(), Some(5));
        assert!(began.elapsed() >= PATIENCE);
    }

    #[test]
    fn readers_share_and_whoever_replaces_is_alone() {
        let other = Gate::open().unwrap();
        reading(|| {
            let shared = wait(&other.inside, File::try_lock_shared);
            assert!(shared.is_some());
            drop(shared);
            assert!(matches!(other.inside.try_lock(), Err(TryLockError::WouldBlock)));
        });
        alone(|| assert!(other.enter.try_lock_shared().is_err() && other.inside.try_lock_shared().is_err()));
        assert!(wait(&other.enter, File::try_lock_shared).is_some());
    }

    #[test]
    fn readers_that_never_rest_keep_nobody_out() {
        let over = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !over.load(std::sync::atomic::Ordering::Relaxed) {
                        reading(|| thread::sleep(Duration::from_millis(5)));
                    }
                });
            }
            for _ in 0..50 {
                let began = Instant::now();
                alone(|| assert!(began.elapsed() < PATIENCE));
            }
            over.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }
}
