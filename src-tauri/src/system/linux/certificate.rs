//! NSS, which Chromium reads; its tool is certutil.

use std::path::{Path, PathBuf};
use std::process::Command;

use keybearer_core::error::{Error, Result};

use crate::system::{CERTIFICATE, refused, run};

/// Puts the certificate (PEM) into the store as one trusted peer: it can vouch for nobody but this computer.
///
/// # Errors
/// [`Error::CertificateStore`] where there is no such store or its tool refuses.
pub fn trust(pem: &str) -> Result<()> {
    let folder = folders()?
        .into_iter()
        .next()
        .ok_or_else(|| refused("there is no certificate store"))?;
    std::fs::create_dir_all(&folder).map_err(Error::disk(&folder))?;
    if !folder.join("cert9.db").exists() {
        certutil(&folder, &["-N", "--empty-password"], "")?;
    }
    // An older one of ours would be trusted beside it.
    distrust()?;
    certutil(&folder, &["-A", "-n", CERTIFICATE, "-t", "P,,", "-a"], pem).map(drop)
}

/// Takes it out again, wherever it may have been put; one that is not there is gone already.
///
/// # Errors
/// As [`trust`].
pub fn distrust() -> Result<()> {
    for folder in folders()?.iter().filter(|f| f.join("cert9.db").exists()) {
        // Each call takes out one of that name.
        while listed(folder)? {
            certutil(folder, &["-D", "-n", CERTIFICATE], "")?;
        }
    }
    Ok(())
}

/// Where Chromium looks: the newer place if it is there, else the older one, which it has looked at for ever.
fn folders() -> Result<Vec<PathBuf>> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let home = home.ok_or_else(|| refused("there is no home folder"))?;
    let (newer, older) = (home.join(".local/share/pki/nssdb"), home.join(".pki/nssdb"));
    Ok(match newer.join("cert9.db").exists() {
        true => vec![newer, older],
        false => vec![older],
    })
}

/// Whether one of our name stands in the store.
fn listed(folder: &Path) -> Result<bool> {
    Ok(certutil(folder, &["-L"], "")?.lines().any(|line| line.starts_with(CERTIFICATE)))
}

/// Runs the tool on a store, and gives what it says.
fn certutil(folder: &Path, arguments: &[&str], input: &str) -> Result<String> {
    let mut command = Command::new("certutil");
    command.args(arguments).args(["-d", &format!("sql:{}", folder.display())]);
    run(
        &mut command,
        input,
        "certutil is not installed (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss)",
    )
}
