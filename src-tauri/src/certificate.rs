//! The https redirect's certificate in the person's own certificate store, and out of it again. Never the system's: nobody
//! else on this machine is made to trust it.

use keybearer_core::error::{Error, Result};

use crate::system;

/// Puts the certificate (PEM) into the store: it can vouch for nobody but this computer.
///
/// # Errors
/// [`Error::CertificateStore`] where there is no such store or its tool refuses.
pub async fn trust(pem: String) -> Result<()> {
    aside(move || system::trust(&pem)).await
}

/// Takes it out again, wherever it may have been put; one that is not there is gone already.
///
/// # Errors
/// As [`trust`].
pub async fn distrust() -> Result<()> {
    aside(system::distrust).await
}

/// Starting programs blocks; nobody else has to wait for it.
async fn aside(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}
