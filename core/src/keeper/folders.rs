//! The folders of this person's data, and the keychain service of their secrets: one answer for every shell. Tests have their
//! own, by one variable that means the same on each system.

use std::path::{Path, PathBuf};

use super::IDENTIFIER;
use crate::book::relocation::relocate;
use crate::error::{Error, Result};
use crate::system;

pub use crate::system::TEST_FOLDER;

/// Where the data are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folders {
    pub data: PathBuf,
    pub config: PathBuf,
    pub service: String,
}

/// The folders of this person; in a debug build those of the test that set [`TEST_FOLDER`].
pub(super) fn usual() -> Result<Folders> {
    if let Some(folder) = system::test_folder() {
        return Ok(of_test(&folder));
    }
    let base = directories::BaseDirs::new().ok_or_else(|| Error::Internal {
        detail: "no home folder".into(),
    })?;
    if !base.home_dir().is_absolute() {
        // Each working folder would have accounts of its own.
        return Err(Error::Internal {
            detail: format!("the home folder’s path is not absolute: {}", base.home_dir().display()),
        });
    }
    let data = system::data_folder(&base).join(IDENTIFIER);
    Ok(Folders {
        data: match system::earlier_data_folder(&base) {
            Some(earlier) => relocate(&earlier.join(IDENTIFIER), &data),
            None => data,
        },
        config: base.config_dir().join(IDENTIFIER),
        service: IDENTIFIER.to_owned(),
    })
}

fn of_test(folder: &Path) -> Folders {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Folders {
        data: folder.join("data"),
        config: folder.join("config"),
        service: format!("{IDENTIFIER}.test{name}"),
    }
}

/// The folder of this person's data. What an earlier version left elsewhere is moved.
///
/// # Errors
/// [`Error::Internal`] where the machine has no home folder, or one without an absolute path.
pub fn data_folder() -> Result<PathBuf> {
    Ok(usual()?.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_has_a_keychain_service_of_its_own() {
        let (one, other) = (of_test(Path::new("/tmp/.tmpA1")), of_test(Path::new("/tmp/.tmpB2")));
        assert_eq!(
            (one.data.as_path(), one.service.as_str()),
            (Path::new("/tmp/.tmpA1/data"), "io.github.keybearer.test.tmpA1")
        );
        assert!(one.service != other.service && one.service != IDENTIFIER && one.config != one.data);
    }
}
