//! The certificate in the person's login keychain, trusted for TLS by this person alone (no `-d`), by macOS' own tool: its manual page
//! security(1), `add-trusted-cert`, `find-certificate`, `remove-trusted-cert` and `delete-certificate`. macOS asks the person.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::system::{elsewhere, run};

/// Which store it is, as the locales name it.
pub const STORE: &str = "keychain";

const TOOL: &str = "/usr/bin/security";
const MISSING: &str = "/usr/bin/security is missing";
/// The most certificates of one name that are removed.
const MANY: usize = 16;

/// Whether the person's certificate store can be written.
pub fn can_trust() -> bool {
    Path::new(TOOL).exists() && login_keychain().is_ok()
}

/// Adds a certificate (PEM) of this name to the keychain.
pub fn trust(name: &str, pem: &str) -> Result<(), String> {
    // An older certificate of ours would stay trusted, too.
    distrust(name)?;
    let keychain = login_keychain()?;
    elsewhere::with_file(pem, |file| {
        let mut add = Command::new(TOOL);
        add.args(["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k"]);
        run(add.arg(keychain).arg(file), "", MISSING).map(drop)
    })
}

/// Removes those of this name. None is no error.
pub fn distrust(name: &str) -> Result<(), String> {
    let keychain = login_keychain()?;
    for _ in 0..MANY {
        let mut find = Command::new(TOOL);
        find.args(["find-certificate", "-c", name, "-p"]).arg(&keychain);
        let Ok(pem) = run(&mut find, "", MISSING) else { return Ok(()) };
        elsewhere::with_file(&pem, |file| {
            let mut untrust = Command::new(TOOL);
            // If the person removed the trust by hand, there is none to remove.
            let _ = run(untrust.arg("remove-trusted-cert").arg(file), "", MISSING);
            Ok(())
        })?;
        let mut delete = Command::new(TOOL);
        delete.args(["delete-certificate", "-c", name]).arg(&keychain);
        run(&mut delete, "", MISSING)?;
    }
    Err("the certificate does not leave the keychain".into())
}

fn login_keychain() -> Result<PathBuf, String> {
    let home = std::env::home_dir().ok_or("there is no home folder")?;
    Ok(home.join("Library/Keychains/login.keychain-db"))
}
