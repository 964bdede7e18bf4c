//! The https door's certificate in the person's own certificate store, and out of it again. Never the system's: nobody
//! else on this machine is made to trust it. On Linux that store is NSS's, which Chromium reads; its tool is certutil.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keybearer_core::error::{Error, Result};

/// By this name it stands in the store.
const NAME: &str = "Keybearer on this computer";

/// Puts the certificate (PEM) into the store as one trusted peer: it can vouch for nobody but this computer.
///
/// # Errors
/// [`Error::CertificateStore`] where there is no such store or its tool refuses.
pub async fn trust(pem: String) -> Result<()> {
    aside(move || {
        let folder = folders()?
            .into_iter()
            .next()
            .ok_or_else(|| refused("there is no certificate store"))?;
        std::fs::create_dir_all(&folder).map_err(Error::disk(&folder))?;
        if !folder.join("cert9.db").exists() {
            certutil(&folder, &["-N", "--empty-password"], "")?;
        }
        // An older one of ours would be trusted beside it.
        take_out()?;
        certutil(&folder, &["-A", "-n", NAME, "-t", "P,,", "-a"], &pem).map(drop)
    })
    .await
}

/// Takes it out again, wherever it may have been put; one that is not there is gone already.
///
/// # Errors
/// As [`trust`].
pub async fn distrust() -> Result<()> {
    aside(take_out).await
}

fn take_out() -> Result<()> {
    for folder in folders()?.iter().filter(|f| f.join("cert9.db").exists()) {
        // Each call takes out one of that name.
        while listed(folder)? {
            certutil(folder, &["-D", "-n", NAME], "")?;
        }
    }
    Ok(())
}

/// Where Chromium looks: the newer place if it is there, else the older one, which it has looked at for ever.
fn folders() -> Result<Vec<PathBuf>> {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|_| cfg!(target_os = "linux"));
    let home = home.ok_or_else(|| refused("only the certificate store of Linux (NSS) is known here"))?;
    let (newer, older) = (home.join(".local/share/pki/nssdb"), home.join(".pki/nssdb"));
    Ok(match newer.join("cert9.db").exists() {
        true => vec![newer, older],
        false => vec![older],
    })
}

/// Starting programs blocks; nobody else has to wait for it.
async fn aside(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}

/// Whether one of our name stands in the store.
fn listed(folder: &Path) -> Result<bool> {
    Ok(certutil(folder, &["-L"], "")?.lines().any(|line| line.starts_with(NAME)))
}

/// Runs the tool on a store, and gives what it says.
fn certutil(folder: &Path, arguments: &[&str], input: &str) -> Result<String> {
    let child = Command::new("certutil")
        .args(arguments)
        .args(["-d", &format!("sql:{}", folder.display())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|_| refused("certutil is not installed (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss)"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A tool that does not want to hear more says why in its own words.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|e| refused(&e.to_string()))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(refused(String::from_utf8_lossy(&output.stderr).trim())),
    }
}

fn refused(detail: &str) -> Error {
    Error::CertificateStore { detail: detail.to_owned() }
}
