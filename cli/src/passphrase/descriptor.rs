//! A line from a file descriptor that this process was started with.

use std::fs::File;
use std::io::{self, Read as _};

use keybearer_core::token::Secret;

use crate::failure::Failure;

/// Nobody types more.
const LONGEST: usize = 4096;

/// The descriptor of this number, once more: where it leads need not have a name, nor one that may be opened here.
///
/// # Errors
/// [`Failure::System`] where it is not there.
pub fn open(number: u32) -> Result<File, Failure> {
    duplicate(number).map_err(Failure::io(format!("--passphrase-fd {number}")))
}

/// Its next line, without the end of it. What follows is left to whoever reads next.
///
/// # Errors
/// [`Failure::System`].
pub async fn line(mut file: File) -> Result<Secret, Failure> {
    let read = tokio::task::spawn_blocking(move || {
        // As long as it can become: what grows leaves copies behind.
        let (mut line, mut byte) = (Vec::with_capacity(LONGEST), [0]);
        while line.len() < LONGEST && file.read(&mut byte)? > 0 && byte != *b"\n" {
            line.extend(byte);
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        String::from_utf8(line)
            .map(Secret::new)
            .map_err(|_| io::ErrorKind::InvalidData.into())
    });
    read.await
        .map_err(io::Error::other)
        .flatten()
        .map_err(Failure::io("--passphrase-fd"))
}

#[cfg(unix)]
fn duplicate(number: u32) -> io::Result<File> {
    with(number, |there| rustix::io::fcntl_dupfd_cloexec(there, 0)).map(File::from)
}

/// A command that takes this process's place could read it a second time. Standard input is that command's own affair.
#[cfg(unix)]
pub fn close_on_exec(number: u32) {
    if number > 2 {
        // Whoever reads it says that it is not there.
        let _ = with(number, |there| rustix::io::fcntl_setfd(there, rustix::io::FdFlags::CLOEXEC));
    }
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn with<T>(number: u32, work: impl FnOnce(std::os::fd::BorrowedFd<'_>) -> rustix::io::Result<T>) -> io::Result<T> {
    let number = std::os::fd::RawFd::try_from(number).map_err(|_| rustix::io::Errno::BADF)?;
    // SAFETY: borrowed for this one call, which closes nothing; a number that is not open is refused.
    Ok(work(unsafe { std::os::fd::BorrowedFd::borrow_raw(number) })?)
}

/// Elsewhere a number says nothing, but that of standard input.
#[cfg(not(unix))]
fn duplicate(number: u32) -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    match number {
        0 => io::stdin().as_handle().try_clone_to_owned().map(File::from),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}

#[cfg(not(unix))]
pub fn close_on_exec(_: u32) {}
