//! Objects in files of their own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::inflate::Inflating;
use super::{Content, Fault, LARGEST, Object, in_parts};
use crate::leaks::matcher::Matcher;
use crate::system;

/// `commit`, a space, a size and a zero byte.
const LONGEST_HEADER: u64 = 32;

/// Reads an object into `out`, or searches it if it is too large for memory.
pub fn read(file: &Path, out: &mut Vec<u8>, matcher: Option<&Matcher>) -> Result<Object, Fault> {
    let file = system::open_file(file)?;
    let mut content = BufReader::new(Inflating::new(BufReader::with_capacity(64 << 10, file)));
    let mut header = Vec::new();
    (&mut content).take(LONGEST_HEADER).read_until(0, &mut header)?;
    let (kind, size, _) = gix_object::decode::loose_header(&header).map_err(|_| Fault::Broken)?;
    if size > LARGEST as u64 {
        return in_parts(content, kind, size, matcher);
    }
    out.clear();
    // An object that is longer than its header says is broken. This also limits how much is decompressed.
    let fault = match content.take(size + 1).read_to_end(out) {
        Err(error) => Some(error.into()),
        Ok(_) => (out.len() as u64 != size).then_some(Fault::Broken),
    };
    Ok(Object {
        kind,
        content: Content::Whole,
        fault,
    })
}

/// Whether a file that begins like this is an object.
pub fn is_one(head: &[u8]) -> bool {
    let mut header = Vec::new();
    let mut content = BufReader::with_capacity(64, Inflating::new(head)).take(LONGEST_HEADER);
    content.read_until(0, &mut header).is_ok() && gix_object::decode::loose_header(&header).is_ok()
}
