//! Reads a line from a file descriptor that this process inherited.

use std::fs::File;
use std::io::{self, Read as _};

use keybearer_core::token::Secret;

use crate::failure::Failure;
use crate::system;

/// The most bytes of a passphrase.
const LONGEST: usize = 4096;

/// Duplicates the descriptor of this number. Its file need not have a name that can be opened.
///
/// # Errors
/// [`Failure::NoDescriptor`] if this system has no descriptor of this number, [`Failure::System`] if it is not open.
pub fn open(number: u32) -> Result<File, Failure> {
    if !system::is_descriptor(number) {
        return Err(Failure::NoDescriptor(number));
    }
    system::duplicate(number).map_err(Failure::io(format!("--passphrase-fd {number}")))
}

/// Its next line without the line break. Later bytes stay unread.
///
/// # Errors
/// [`Failure::System`].
pub async fn line(mut file: File) -> Result<Secret, Failure> {
    let read = tokio::task::spawn_blocking(move || {
        // Allocated in full, because a growing buffer leaves copies behind.
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
    read.await.map_err(io::Error::other).flatten().map_err(Failure::io("passphrase"))
}
