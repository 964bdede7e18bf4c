//! The https door's certificate in the person's own certificate store, and out of it again. Never the system's: nobody
//! else on this machine is made to trust it. On Linux that store is NSS's, which Chromium reads; its tool is certutil.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use keybearer_core::error::{Error, Result};

/// By this name it stands in the store.
const NAME: &str = "Keybearer on this computer";

/// Puts the certificate (PEM) into the store as one trusted peer: it can vouch for nobody but this computer.
///
/// # Errors
/// [`Error::CertificateStore`] where there is no such store or its tool refuses.
pub fn trust(pem: &str) -> Result<()> {
    let store = store()?;
    if !PathBuf::from(store.trim_start_matches("sql:")).join("cert9.db").exists() {
        certutil(&["-N", "-d", &store, "--empty-password"], "")?;
    }
    // An older one of ours would be trusted beside it.
    let _ = distrust();
    certutil(&["-A", "-d", &store, "-n", NAME, "-t", "P,,", "-a"], pem)
}

/// Takes it out again; one that is not there is gone already.
///
/// # Errors
/// As [`trust`].
pub fn distrust() -> Result<()> {
    let store = store()?;
    // Each call takes out one of that name.
    for _ in 0..16 {
        if certutil(&["-L", "-d", &store, "-n", NAME], "").is_err() {
            return Ok(());
        }
        certutil(&["-D", "-d", &store, "-n", NAME], "")?;
    }
    Ok(())
}

/// The person's NSS database, as certutil names it; made where it is not there yet.
fn store() -> Result<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|_| cfg!(target_os = "linux"));
    let home = home.ok_or_else(|| refused("only the certificate store of Linux (NSS) is known here"))?;
    // Where Chromium looks: the newer place if it is there, else the older one, which it has looked at for ever.
    let newer = home.join(".local/share/pki/nssdb");
    let folder = if newer.join("cert9.db").exists() {
        newer
    } else {
        home.join(".pki/nssdb")
    };
    std::fs::create_dir_all(&folder).map_err(Error::disk(&folder))?;
    Ok(format!("sql:{}", folder.display()))
}

fn certutil(arguments: &[&str], input: &str) -> Result<()> {
    let child = Command::new("certutil")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|_| refused("certutil is not installed (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss)"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A tool that does not want to hear more says why in its own words.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|e| refused(&e.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(refused(String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn refused(detail: &str) -> Error {
    Error::CertificateStore { detail: detail.to_owned() }
}
