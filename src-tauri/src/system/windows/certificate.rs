//! The certificate in the person's own Root store, by Windows' certutil. Windows itself asks the person before it adds or removes one.
//! Microsoft, "certutil": `-user -addstore Root FILE`, `-user -store Root NAME`, `-user -delstore Root NAME`.

use std::os::windows::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use keybearer_core::error::Result;

use crate::system::{CERTIFICATE, elsewhere, refused, run};

/// CREATE_NO_WINDOW: no console flashes (Microsoft, "Process Creation Flags").
const NO_WINDOW: u32 = 0x0800_0000;
/// The most certificates of one name that are removed.
const MANY: usize = 16;

/// Whether the person's certificate store can be written.
pub fn can_trust() -> bool {
    tool().exists()
}

/// Adds the certificate (PEM) to the store.
///
/// # Errors
/// [`keybearer_core::error::Error::CertificateStore`] if the tool or the person refuses.
pub fn trust(pem: &str) -> Result<()> {
    // An older certificate of ours would stay trusted, too.
    distrust()?;
    elsewhere::with_file(pem, |file| {
        let mut add = certutil(&["-addstore", "Root"]);
        run(add.arg(file), "", MISSING).map(drop)
    })
}

/// Removes it. A missing certificate is no error.
///
/// # Errors
/// As [`trust`].
pub fn distrust() -> Result<()> {
    for _ in 0..MANY {
        if run(&mut certutil(&["-store", "Root", CERTIFICATE]), "", MISSING).is_err() {
            return Ok(());
        }
        run(&mut certutil(&["-delstore", "Root", CERTIFICATE]), "", MISSING)?;
    }
    Err(refused("the certificate does not leave the store"))
}

const MISSING: &str = "certutil.exe is missing from Windows";

/// The tool by its full path, because NSS has one of the same name.
fn tool() -> PathBuf {
    let windows = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    PathBuf::from(windows).join(r"System32\certutil.exe")
}

fn certutil(arguments: &[&str]) -> Command {
    let mut command = Command::new(tool());
    command.arg("-user").args(arguments).creation_flags(NO_WINDOW);
    command
}
