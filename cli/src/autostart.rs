//! What starts the app at each login, as the switch in the window's settings sets it.

use std::path::PathBuf;

use keybearer_core::desktop::autostart;
use keybearer_core::error::Error;

use crate::failure::Failure;
use crate::system;

/// The app's program, beside this one.
pub const PROGRAM: &str = "keybearer-desktop";

/// The app: the AppImage that this process was started from, or the program beside this one.
///
/// # Errors
/// What `missing` makes of the path where it would be, if it is not there; [`Failure::System`].
pub fn app(missing: impl FnOnce(String) -> Failure) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(Failure::io("keybearer"))?;
    // macOS names the link by which this was started.
    let own = dunce::canonicalize(&own).unwrap_or(own);
    let beside = || own.with_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    let program = autostart::image(&own).unwrap_or_else(beside);
    match program.is_file() {
        true => Ok(program),
        false => Err(missing(program.display().to_string())),
    }
}

/// Tells the session whether to start the app at each login, as the window does, and has the setting kept. Where that fails, the session's
/// entry is as it was.
///
/// # Errors
/// [`Failure::Autostart`] where there is no app to start; the keeper's.
pub fn set(wanted: bool, keep: impl FnOnce() -> Result<(), Error>) -> Result<(), Failure> {
    let before = autostart::read()?;
    match wanted {
        true => autostart::write(&app(|path| Failure::Autostart(system::NO_APP, path))?)?,
        false => autostart::remove()?,
    }
    if let Err(error) = keep() {
        autostart::restore(before.as_ref())?;
        return Err(error.into());
    }
    Ok(())
}

/// Removes what starts the app at each login. Returns how many entries that were.
///
/// # Errors
/// The keeper's.
pub fn forget() -> Result<usize, Failure> {
    let is_there = autostart::read()?.is_some();
    autostart::remove()?;
    Ok(usize::from(is_there))
}
