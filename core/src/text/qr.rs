//! A text as a QR code (ISO/IEC 18004), with the quiet zone that it needs around it.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules on each side (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;

/// A QR code.
pub struct Qr(QrCode);

impl Qr {
    /// The QR code of a text; none if it is longer than 2331 bytes.
    pub fn of(text: &str) -> Option<Qr> {
        QrCode::encode_text(text, QrCodeEcc::Medium).ok().map(Qr)
    }

    /// How many modules a side has, with the quiet zone.
    pub fn size(&self) -> u16 {
        u16::try_from(self.0.size() + 2 * QUIET).unwrap_or(u16::MAX)
    }

    fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x - QUIET, y - QUIET)
    }

    /// Its dark modules as the `d` of one SVG path, a module being one unit.
    pub fn path(&self) -> String {
        let (size, mut path) = (i32::from(self.size()), String::new());
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let begin = x;
                while self.is_dark(x, y) {
                    x += 1;
                }
                match x - begin {
                    0 => x += 1,
                    width => path.push_str(&format!("M{begin} {y}h{width}v1h-{width}z")),
                }
            }
        }
        path
    }

    /// Its light modules as half blocks, two rows of modules a line: for a light text on a dark ground.
    pub fn half_blocks(&self) -> String {
        let size = i32::from(self.size());
        let block = |x, y| match (self.is_dark(x, y), self.is_dark(x, y + 1) || y + 1 == size) {
            (false, false) => '█',
            (false, true) => '▀',
            (true, false) => '▄',
            (true, true) => ' ',
        };
        let line = |y: i32| (0..size).map(|x| block(x, y)).collect::<String>();
        (0..size).step_by(2).map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ADDRESS: &str = "https://example.com/device?user_code=WDJB-MJHT";

    #[test]
    fn a_path_covers_exactly_the_dark_modules() {
        let qr = Qr::of(ADDRESS).unwrap();
        let size = i32::from(qr.size());
        let mut drawn = std::collections::BTreeSet::new();
        for run in qr.path().split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (width, rest) = rest.split_once('v').unwrap();
            assert_eq!(rest, format!("1h-{width}z"));
            let (x, y, width): (i32, i32, i32) = (x.parse().unwrap(), y.parse().unwrap(), width.parse().unwrap());
            assert!((x..x + width).all(|x| drawn.insert((x, y))), "twice");
        }
        for (x, y) in (0..size).flat_map(|x| (0..size).map(move |y| (x, y))) {
            assert_eq!(drawn.contains(&(x, y)), qr.is_dark(x, y), "{x} {y}");
            let quiet = x < QUIET || y < QUIET || x >= size - QUIET || y >= size - QUIET;
            assert!(!quiet || !qr.is_dark(x, y), "the quiet zone: {x} {y}");
        }
        // The corner of a finder pattern.
        assert!(qr.is_dark(QUIET, QUIET) && !qr.is_dark(QUIET + 1, QUIET + 1));
    }

    #[test]
    fn half_blocks_are_the_light_modules() {
        let qr = Qr::of(ADDRESS).unwrap();
        let (blocks, size) = (qr.half_blocks(), usize::from(qr.size()));
        let lines: Vec<Vec<char>> = blocks.lines().map(|line| line.chars().collect()).collect();
        assert_eq!(lines.len(), size.div_ceil(2));
        for (n, line) in lines.iter().enumerate() {
            assert_eq!(line.len(), size);
            for (x, block) in line.iter().enumerate() {
                let light = |y: usize| y < size && !qr.is_dark(x as i32, y as i32);
                let shown = (matches!(block, '█' | '▀'), matches!(block, '█' | '▄'));
                assert_eq!(shown, (light(2 * n), light(2 * n + 1)), "{n} {x}");
            }
        }
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(Qr::of(&"x".repeat(2331)).is_some());
        assert!(Qr::of(&"x".repeat(2332)).is_none());
    }
}
