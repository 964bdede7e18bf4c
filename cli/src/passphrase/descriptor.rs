//! A line from a file descriptor that this process was started with.

use std::fs::File;
use std::io::{self, Read as _};

use keybearer_core::token::Secret;

use crate::failure::Failure;
use crate::system;

/// Nobody types more.
const LONGEST: usize = 4096;

/// The descriptor of this number, once more: where it leads need not have a name, nor one that may be opened here.
///
/// # Errors
/// [`Failure::NoDescriptor`] where this system knows none of this number, [`Failure::System`] where it is not there.
pub fn open(number: u32) -> Result<File, Failure> {
    if !system::is_descriptor(number) {
        return Err(Failure::NoDescriptor(number));
    }
    system::duplicate(number).map_err(Failure::io(format!("--passphrase-fd {number}")))
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
