//! Linux only.

use super::is_set;

/// The session's languages besides the environment's variables: none on Linux.
pub fn languages() -> Vec<String> {
    Vec::new()
}

/// Whether a browser would be visible.
pub fn has_screen() -> bool {
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Whether this process was started with Ctrl-C ignored, as a shell starts background jobs.
pub fn ignores_ctrl_c() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGINT is signal 2, and bits count from signal 1.
    ignored.is_some_and(|mask| mask & 0b10 != 0)
}
