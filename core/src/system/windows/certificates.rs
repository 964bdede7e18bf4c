//! The certificate in the person's own Root store, by Windows' certutil. Windows itself asks the person before it adds or removes one.
//! Microsoft, "certutil": `-user -addstore Root FILE`, `-user -store Root NAME`, `-user -delstore Root NAME`.

use std::os::windows::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use super::CREATE_NO_WINDOW;
use crate::system::{elsewhere, run};

/// Which store it is, as the locales name it.
pub const STORE: &str = "root";

/// The most certificates of one name that are removed.
const MANY: usize = 16;

/// Whether the person's certificate store can be written.
pub fn can_trust() -> bool {
    tool().exists()
}

/// Adds a certificate (PEM) of this name to the store.
pub fn trust(name: &str, pem: &str) -> Result<(), String> {
    // An older certificate of ours would stay trusted, too.
    distrust(name)?;
    elsewhere::with_file(pem, |file| {
        let mut add = certutil(&["-addstore", "Root"]);
        run(add.arg(file), "", MISSING).map(drop)
    })
}

/// Removes those of this name. None is no error.
pub fn distrust(name: &str) -> Result<(), String> {
    for _ in 0..MANY {
        if run(&mut certutil(&["-store", "Root", name]), "", MISSING).is_err() {
            return Ok(());
        }
        run(&mut certutil(&["-delstore", "Root", name]), "", MISSING)?;
    }
    Err("the certificate does not leave the store".into())
}

const MISSING: &str = "certutil.exe is missing from Windows";

/// The tool by its full path, because NSS has one of the same name.
fn tool() -> PathBuf {
    let windows = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    PathBuf::from(windows).join(r"System32\certutil.exe")
}

fn certutil(arguments: &[&str]) -> Command {
    let mut command = Command::new(tool());
    command.arg("-user").args(arguments).creation_flags(CREATE_NO_WINDOW);
    command
}
