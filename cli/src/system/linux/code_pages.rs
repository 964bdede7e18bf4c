//! The memory that the program's own code takes.

use std::io;
use std::ops::Range;

use rustix::mm::{Advice, madvise};

/// Gives the pages with the program's code back to the system, which maps those that are needed again from its cache. Most of them were
/// needed for the start alone (madvise(2), `MADV_DONTNEED` of a private mapping of a file).
pub fn release_code_pages() {
    if let Err(error) = release() {
        tracing::warn!(%error, "the memory of the program's code is not given back");
    }
}

#[allow(unsafe_code)]
fn release() -> io::Result<()> {
    let program = std::fs::read_link("/proc/self/exe")?;
    let program = program.to_string_lossy();
    for Range { start, end } in code_of(&std::fs::read_to_string("/proc/self/maps")?, &program) {
        // SAFETY: the range is mapped from the program's file, and was never writable: what it maps again is the same.
        unsafe { madvise(std::ptr::with_exposed_provenance_mut(start), end - start, Advice::LinuxDontNeed) }?;
    }
    Ok(())
}

/// The addresses of a file's parts that can be executed and not written (proc_pid_maps(5)).
fn code_of(maps: &str, file: &str) -> Vec<Range<usize>> {
    let code = |line: &str| {
        let (place, rest) = line.split_once(' ')?;
        // Access, offset, device and inode stand before the path, which may have spaces.
        let path = rest.splitn(5, ' ').last()?.trim_start();
        let (start, end) = place.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).ok();
        (rest.starts_with("r-xp ") && path == file).then_some(address(start)?..address(end)?)
    };
    maps.lines().filter_map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_own_code() {
        const MAPS: &str = "\
55d0c2a00000-55d0c2b00000 r--p 00000000 fe:00 1234                       /opt/key bearer/keybearer
55d0c2b00000-55d0c3600000 r-xp 00100000 fe:00 1234                       /opt/key bearer/keybearer
55d0c3600000-55d0c3700000 rwxp 00c00000 fe:00 1234                       /opt/key bearer/keybearer
55d0c3700000-55d0c3701000 rw-p 00d00000 fe:00 1234                       /opt/key bearer/keybearer
55d0c4000000-55d0c4021000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000021000 r-xp 00000000 00:00 0 
7f0000100000-7f0000200000 r-xp 00028000 fe:00 99                         /usr/lib/x86_64-linux-gnu/libc.so.6
7ffd0000d000-7ffd0000f000 r-xp 00000000 00:00 0                          [vdso]
";
        assert_eq!(code_of(MAPS, "/opt/key bearer/keybearer"), vec![0x55d0_c2b0_0000..0x55d0_c360_0000]);
        assert!(code_of(MAPS, "/opt/key").is_empty());
    }
}
