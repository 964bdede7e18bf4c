//! The certificate in the person's login keychain, trusted for TLS by this person alone (no `-d`), by macOS' own tool: its manual page
//! security(1), `add-trusted-cert`, `find-certificate`, `remove-trusted-cert` and `delete-certificate`. macOS asks the person.

use std::path::{Path, PathBuf};
use std::process::Command;

use keybearer_core::error::Result;

use crate::system::{CERTIFICATE, elsewhere, refused, run};

const TOOL: &str = "/usr/bin/security";
const MISSING: &str = "/usr/bin/security is missing";
/// More certificates of one name than anybody has.
const MANY: usize = 16;

/// Whether the person's own certificate store can be written.
pub fn can_trust() -> bool {
    Path::new(TOOL).exists() && login_keychain().is_ok()
}

/// Puts the certificate (PEM) into the keychain.
///
/// # Errors
/// [`keybearer_core::error::Error::CertificateStore`] where the tool refuses, or the person does.
pub fn trust(pem: &str) -> Result<()> {
    // An older one of ours would be trusted beside it.
    distrust()?;
    let keychain = login_keychain()?;
    elsewhere::with_file(pem, |file| {
        let mut add = Command::new(TOOL);
        add.args(["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k"]);
        run(add.arg(keychain).arg(file), "", MISSING).map(drop)
    })
}

/// Takes it out again; one that is not there is gone already.
///
/// # Errors
/// As [`trust`].
pub fn distrust() -> Result<()> {
    let keychain = login_keychain()?;
    for _ in 0..MANY {
        let mut find = Command::new(TOOL);
        find.args(["find-certificate", "-c", CERTIFICATE, "-p"]).arg(&keychain);
        let Ok(pem) = run(&mut find, "", MISSING) else { return Ok(()) };
        elsewhere::with_file(&pem, |file| {
            let mut untrust = Command::new(TOOL);
            // A certificate that the person has deprived of its trust by hand has none to remove.
            let _ = run(untrust.arg("remove-trusted-cert").arg(file), "", MISSING);
            Ok(())
        })?;
        let mut delete = Command::new(TOOL);
        delete.args(["delete-certificate", "-c", CERTIFICATE]).arg(&keychain);
        run(&mut delete, "", MISSING)?;
    }
    Err(refused("the certificate does not leave the keychain"))
}

fn login_keychain() -> Result<PathBuf> {
    let home = std::env::home_dir().ok_or_else(|| refused("there is no home folder"))?;
    Ok(home.join("Library/Keychains/login.keychain-db"))
}
