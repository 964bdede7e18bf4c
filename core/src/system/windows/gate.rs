//! Keeps our own programs from reading a file in the moment in which it is replaced, and tries again what others hinder.
//!
//! Windows' locks hinder readers, so that none is on the file itself: two files in the folder for temporary files are locked
//! instead. `inside` is shared by those who read and had alone by whoever replaces. All pass `enter` first, where whoever
//! replaces waits for `inside`: those who read without rest cannot keep it out, however many they are. Nothing is held for
//! longer than one read or one rename, and nothing is waited for longer than two seconds: then it is done without the lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long a file that others have open is waited for, and a lock.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// Between two tries. A program that reads has a file open for less.
const PAUSE: Duration = Duration::from_millis(1);
/// So often another thread's turn is enough of a pause.
const YIELDS: u32 = 16;

/// Does it, and again for two seconds as long as it fails in a way that passes by.
pub fn patiently<T>(passes_by: impl Fn(&io::Error) -> bool, work: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let mut failed: Option<Instant> = None;
    loop {
        match work() {
            Err(error) if passes_by(&error) && failed.get_or_insert_with(Instant::now).elapsed() < PATIENCE => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// Reads something that nobody replaces meanwhile.
pub fn reading<T>(read: impl FnOnce() -> T) -> T {
    GATE.with(|gate| {
        let _inside = gate.as_ref().and_then(|gate| {
            let _enter = wait(&gate.enter, File::try_lock_shared)?;
            wait(&gate.inside, File::try_lock_shared)
        });
        read()
    })
}

/// Replaces something: nobody reads, and nobody else replaces meanwhile.
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
    /// A lock belongs to a handle; each thread has its own, and keeps them: most of what a lock costs is opening its file.
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

/// A lock that is had until this is dropped.
struct Held<'a>(&'a File);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn wait(file: &File, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Option<Held<'_>> {
    let began = Instant::now();
    for tries in 0_u32.. {
        match lock(file) {
            Ok(()) => return Some(Held(file)),
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
