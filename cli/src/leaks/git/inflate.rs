//! Decompresses an object, and gives out all that comes before damage: flate2's own reader drops what it has decompressed last.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// Reads what a zlib stream contains.
pub struct Inflating<R> {
    from: R,
    stream: Decompress,
    has_ended: bool,
    /// What the next reading ends with.
    error: Option<io::Error>,
}

impl<R: BufRead> Inflating<R> {
    pub fn new(from: R) -> Inflating<R> {
        Inflating {
            from,
            stream: Decompress::new(true),
            has_ended: false,
            error: None,
        }
    }
}

impl<R: BufRead> Read for Inflating<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take() {
            self.has_ended = true;
            return Err(error);
        }
        while !self.has_ended && !out.is_empty() {
            let input = self.from.fill_buf()?;
            let before = (self.stream.total_in(), self.stream.total_out());
            let result = self.stream.decompress(input, out, FlushDecompress::None);
            let since = |now: u64, before: u64| usize::try_from(now - before).unwrap_or_default();
            let (used, made) = (since(self.stream.total_in(), before.0), since(self.stream.total_out(), before.1));
            self.from.consume(used);
            self.error = match result {
                Ok(status) => {
                    self.has_ended = status == Status::StreamEnd;
                    (!self.has_ended && made == 0 && used == 0).then(|| ErrorKind::UnexpectedEof.into())
                }
                Err(error) => Some(io::Error::new(ErrorKind::InvalidData, error)),
            };
            match self.error.take() {
                Some(error) if made == 0 => return Err(error),
                later => self.error = later,
            }
            if made > 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }
}
