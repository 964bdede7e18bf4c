//! What is Linux's own.

use super::is_set;

/// The languages of the session beside the environment's variables: on Linux those are all there is.
pub fn languages() -> Vec<String> {
    Vec::new()
}

/// Whether there is anything that a browser could be seen on.
pub fn has_screen() -> bool {
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Whether this process was started with Ctrl-C ignored, as a shell starts what runs in the background.
pub fn ignores_ctrl_c() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signals are counted from one, and this is the second.
    ignored.is_some_and(|mask| mask & 0b10 != 0)
}
