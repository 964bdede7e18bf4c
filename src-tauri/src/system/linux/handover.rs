//! A start that finds an instance which is just ending: that one is still on the session's bus, and leaves it without an answer.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::hiding::{hand_nothing_on, own_program};

/// Marks the second try of a start; there is no third.
const SECOND_TRY: &str = "--second-try";

/// Starts again, in this process's place, because a process can set up Tauri only once. Returns if the start failed for another reason,
/// or for the second time.
pub fn try_again(error: &tauri::Error) {
    let is_handover = matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance");
    let mut arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if !is_handover || arguments.iter().any(|argument| argument == SECOND_TRY) {
        return;
    }
    tracing::info!(%error, "tries again");
    arguments.push(SECOND_TRY.into());
    let Ok(program) = own_program() else { return };
    hand_nothing_on();
    let error = Command::new(program).args(arguments).exec();
    tracing::warn!(%error, "cannot try again");
}
