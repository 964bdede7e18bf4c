//! For the author of a provider file: its faults, the address that it would open, and a file to begin with.

use std::path::PathBuf;

use url::Url;

use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::login::first_address;
use crate::provider::check::{Fault, is_plain_id};
use crate::provider::new_file;

impl Keeper {
    /// Reads a provider file as if it were one of the person's own. The address is the first one that a login would open; none
    /// where no browser opens.
    ///
    /// # Errors
    /// Every fault of the file, at least one.
    pub fn check_provider_file(&self, source: &str) -> Result<Option<Url>, Vec<Fault>> {
        let provider = self.shared.registry.check(source)?;
        let (book, _) = self.shared.book.read_lossy();
        first_address(provider, &book.settings.relay).map_err(|error| {
            vec![Fault {
                key: "authorize.url".into(),
                place: None,
                text: error.to_string(),
            }]
        })
    }

    /// A provider file to begin with, and where it belongs. Nothing is written.
    ///
    /// # Errors
    /// [`Error::ProviderFile`] where the id is taken or is no id.
    pub fn new_provider_file(&self, id: &str) -> Result<(PathBuf, String)> {
        let path = self.shared.outside.config.join("providers").join(format!("{id}.toml"));
        let refuse = |detail: String| Error::ProviderFile {
            file: format!("{id}.toml"),
            detail,
        };
        if !is_plain_id(id) {
            return Err(refuse(format!("id: “{id}”: lower-case letters, digits and hyphens only")));
        }
        if self.shared.registry.get(id).is_some() {
            return Err(refuse(format!("id: “{id}” is taken")));
        }
        Ok((path, new_file(id)))
    }
}
