//! The NSS certificate store, which Chromium reads, by its tool certutil.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::system::run;

/// Which store it is, as the locales name it.
pub const STORE: &str = "nss";

/// Whether the person's certificate store can be written. Whether its tool is installed is seen when it is called, and its absence is said.
pub fn can_trust() -> bool {
    true
}

/// Adds a certificate (PEM) of this name to the store as a trusted peer.
pub fn trust(name: &str, pem: &str) -> Result<(), String> {
    let folder = folders()?.into_iter().next().ok_or("there is no certificate store")?;
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    if !folder.join("cert9.db").exists() {
        certutil(&folder, &["-N", "--empty-password"], "")?;
    }
    // An older certificate of ours would stay trusted, too.
    distrust(name)?;
    certutil(&folder, &["-A", "-n", name, "-t", "P,,", "-a"], pem).map(drop)
}

/// Removes those of this name from every store that may have them. None is no error.
pub fn distrust(name: &str) -> Result<(), String> {
    for folder in folders()?.iter().filter(|f| f.join("cert9.db").exists()) {
        // Each call removes one certificate of that name.
        while listed(folder, name)? {
            certutil(folder, &["-D", "-n", name], "")?;
        }
    }
    Ok(())
}

/// The stores that Chromium reads: the newer one if it exists, otherwise the older one.
fn folders() -> Result<Vec<PathBuf>, String> {
    let home = std::env::var_os("HOME").map(PathBuf::from).ok_or("there is no home folder")?;
    let (newer, older) = (home.join(".local/share/pki/nssdb"), home.join(".pki/nssdb"));
    Ok(match newer.join("cert9.db").exists() {
        true => vec![newer, older],
        false => vec![older],
    })
}

/// Whether the store has a certificate of this name.
fn listed(folder: &Path, name: &str) -> Result<bool, String> {
    Ok(certutil(folder, &["-L"], "")?.lines().any(|line| line.starts_with(name)))
}

/// Runs the tool on a store and returns its output.
fn certutil(folder: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut command = Command::new("certutil");
    command.args(arguments).args(["-d", &format!("sql:{}", folder.display())]);
    run(
        &mut command,
        input,
        "certutil is not installed (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss)",
    )
}
