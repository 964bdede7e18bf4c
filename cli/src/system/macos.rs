//! What is macOS's own; other relatives of Unix are taken for one. Checked by the compiler only.

use super::is_set;

/// The languages of the session beside the environment's variables, most wanted first: not every terminal sets `LANG`.
pub fn languages() -> Vec<String> {
    sys_locale::get_locales().collect()
}

/// Whether there is anything that a browser could be seen on: a session by ssh has none.
pub fn has_screen() -> bool {
    !is_set("SSH_CONNECTION") && !is_set("SSH_TTY")
}

/// Whether this process was started with Ctrl-C ignored. Only an unsafe call (`sigaction`) knows that here, and so it is not
/// asked: Ctrl-C is heard in the background, too.
pub fn ignores_ctrl_c() -> bool {
    false
}
