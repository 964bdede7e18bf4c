//! Objects in files of their own.

use std::io::{BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::ZlibDecoder;

use super::object::Kind;
use super::{Content, Fault, LARGEST};
use crate::leaks::matcher::Matcher;
use crate::system;

/// Reads an object, or searches it if it is too large to be in memory.
pub fn read(file: &Path, matcher: Option<&Matcher>) -> Result<(Kind, Content), Fault> {
    let file = system::open_file(file)?;
    let mut content = ZlibDecoder::new(BufReader::with_capacity(64 << 10, file));
    let (kind, size) = header(&mut content)?;
    // What is longer than it says is broken, and does not go on for ever.
    let mut content = content.take(size.saturating_add(1));
    let Some(expected) = usize::try_from(size).ok().filter(|size| *size <= LARGEST) else {
        let matcher = matcher.filter(|_| kind == Kind::Blob).ok_or(Fault::Large)?;
        let (places, long) = matcher.places_in(&mut content)?;
        return match long == size {
            true => Ok((kind, Content::Searched(places, size))),
            false => Err(Fault::Broken),
        };
    };
    let mut whole = Vec::new();
    content.read_to_end(&mut whole)?;
    match whole.len() == expected {
        true => Ok((kind, Content::Whole(Rc::new(whole)))),
        false => Err(Fault::Broken),
    }
}

/// `blob 12` and a zero byte.
fn header(content: &mut impl Read) -> Result<(Kind, u64), Fault> {
    const LONGEST: usize = 32;
    let mut read = Vec::with_capacity(LONGEST);
    let mut byte = [0];
    loop {
        content.read_exact(&mut byte)?;
        match byte {
            [0] => break,
            _ if read.len() == LONGEST => return Err(Fault::Broken),
            [byte] => read.push(byte),
        }
    }
    let space = read.iter().position(|byte| *byte == b' ').ok_or(Fault::Broken)?;
    let (word, size) = read.split_at(space);
    let size = std::str::from_utf8(size).ok().and_then(|size| size.trim_start().parse().ok());
    Ok((Kind::of(word).ok_or(Fault::Broken)?, size.ok_or(Fault::Broken)?))
}
