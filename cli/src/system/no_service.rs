//! Where there is no systemd. A scheduled task or launchd is not offered.

use std::process::ExitCode;

use keybearer_core::keeper::Keeper;

use crate::failure::Failure;
use crate::service::Service;
use crate::terminal::Terminal;

/// Says that there are no units here.
///
/// # Errors
/// [`Failure::Service`], always.
#[allow(clippy::unused_async)]
pub async fn service(_keeper: &Keeper, _terminal: &Terminal, _wanted: Service, _passphrase: Option<u32>) -> Result<ExitCode, Failure> {
    Err(Failure::Service("cli-service-not-here", String::new()))
}

/// Removes nothing: there are no units.
///
/// # Errors
/// None.
pub fn forget(_terminal: &Terminal) -> Result<usize, Failure> {
    Ok(0)
}

/// None: there are no units.
pub fn way_to_stop() -> Option<&'static str> {
    None
}
