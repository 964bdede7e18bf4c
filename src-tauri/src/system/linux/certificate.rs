//! The NSS certificate store, which Chromium reads, by its tool certutil.

use std::path::{Path, PathBuf};
use std::process::Command;

use keybearer_core::error::{Error, Result};

use crate::system::{CERTIFICATE, refused, run};

/// Adds the certificate (PEM) to the store as a trusted peer. It is only valid for this computer.
///
/// # Errors
/// [`Error::CertificateStore`] if there is no such store or its tool refuses.
pub fn trust(pem: &str) -> Result<()> {
    let folder = folders()?
        .into_iter()
        .next()
        .ok_or_else(|| refused("there is no certificate store"))?;
    std::fs::create_dir_all(&folder).map_err(Error::disk(&folder))?;
    if !folder.join("cert9.db").exists() {
        certutil(&folder, &["-N", "--empty-password"], "")?;
    }
    // An older certificate of ours would stay trusted, too.
    distrust()?;
    certutil(&folder, &["-A", "-n", CERTIFICATE, "-t", "P,,", "-a"], pem).map(drop)
}

/// Removes it from every store that may have it. A missing certificate is no error.
///
/// # Errors
/// As [`trust`].
pub fn distrust() -> Result<()> {
    for folder in folders()?.iter().filter(|f| f.join("cert9.db").exists()) {
        // Each call removes one certificate of that name.
        while listed(folder)? {
            certutil(folder, &["-D", "-n", CERTIFICATE], "")?;
        }
    }
    Ok(())
}

/// The stores that Chromium reads: the newer one if it exists, otherwise the older one.
fn folders() -> Result<Vec<PathBuf>> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let home = home.ok_or_else(|| refused("there is no home folder"))?;
    let (newer, older) = (home.join(".local/share/pki/nssdb"), home.join(".pki/nssdb"));
    Ok(match newer.join("cert9.db").exists() {
        true => vec![newer, older],
        false => vec![older],
    })
}

/// Whether the store has a certificate of our name.
fn listed(folder: &Path) -> Result<bool> {
    Ok(certutil(folder, &["-L"], "")?.lines().any(|line| line.starts_with(CERTIFICATE)))
}

/// Runs the tool on a store and returns its output.
fn certutil(folder: &Path, arguments: &[&str], input: &str) -> Result<String> {
    let mut command = Command::new("certutil");
    command.args(arguments).args(["-d", &format!("sql:{}", folder.display())]);
    run(
        &mut command,
        input,
        "certutil is not installed (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss)",
    )
}
