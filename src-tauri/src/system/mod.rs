//! What differs between systems. Each name in the first table exists on every system with one signature, so that the rest of the shell
//! has no `cfg` for a system; core/tests/it/tidy.rs checks that.
//!
//! Linux has two processes: this one has the window, and ends with it. Tray, notifications, programs that ask for tokens and the signals
//! of sleep and network are those of the tray process (cli/src/system/linux/tray). Elsewhere one process does it all, in `elsewhere`.
//!
//! | | Linux | macOS | Windows |
//! | --- | --- | --- | --- |
//! | `PAGE` | tauri:// | tauri:// | http:// |
//! | `plugins` | – | notifications | notifications |
//! | `with_state` | – | what the tray shows, renewals | the same |
//! | `before_start` | becomes the tray process, or speaks to it | – | – |
//! | `can_hand_over` | always | unless the socket for that is another user's | always |
//! | `try_again` | a second try after an instance that was just ending | – | – |
//! | `set_up` | – | menu with a Quit of ours, accessory while hidden, clicks on notifications | clicks on notifications |
//! | `begin`, `store_checked`, `changed`, `end` | hears the tray process, and starts it; without one, serves tokens itself | tray, notices, server of tokens, wake-up and network | the same |
//! | `on_event` | – | the Dock icon brings the window back | – |
//! | `open_window`, `window_opened`, `window_closed` | no graphics card; the process ends when nothing is held | Dock icon comes and goes | – |
//! | `missing_webview` | never | never | WebView2 and the page that has it |
//! | `say_failure` | standard error | dialog | dialog |
//! | `is_found_again`, `is_tray_seen` | the tray process runs; the bus has a place for its icon | always; it was made | the same |
//! | `notify` | by the tray process | the plugin, clicks included | the same |
//! | `program_questions`, `answer_program`, `last_renewals`, `renew_all` | the tray process's; a question of this process is answered here | this process's | the same |
//! | `quit_tray` | ends the tray process | – | – |
//! | `keep_unlocked`, `key_of_tray`, `lock_tray` | the encrypted files: lets the tray process open them, too; the key, if that one has it; has it forget the key | in this process; –; – | the same |
//! | `start_with_session` | .desktop file | LaunchAgent | Run value |
//! | `clear_clipboard` | done before | done here: Cmd+Q may skip the exit request | done before |
//! | `command_line` | in the package | a link into the app | in the installer |
//!
//! What only `elsewhere` needs of the two:
//!
//! | | macOS | Windows |
//! | --- | --- | --- |
//! | `TRAY_IS_TEMPLATE`, `tray_icon` | yes, a template image | no, a tile of its own |
//! | `dress_tray` | a menu | left click: window, right click: menu |
//! | `on_wake_up`, `on_network_change` | the workspace's notification, the dynamic store | power and address notifications |

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as here;
#[cfg(target_os = "macos")]
use self::macos as here;
#[cfg(windows)]
use self::windows as here;

pub use self::here::*;

use serde::Serialize;

/// The command line that comes with the app, where the person has to make it known to the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandLine {
    /// A link where terminals look leads to it.
    pub installed: bool,
    /// What makes it by hand.
    pub by_hand: String,
}
