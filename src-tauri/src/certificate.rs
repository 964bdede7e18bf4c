//! Adds the https redirect's certificate to the person's certificate store, or removes it. It never uses the system's store, so no one
//! else on this machine trusts it.

use keybearer_core::error::{Error, Result};

use crate::system;

/// Adds the certificate (PEM) to the store. It is only valid for this computer.
///
/// # Errors
/// [`Error::CertificateStore`] if there is no such store or its tool refuses.
pub async fn trust(pem: String) -> Result<()> {
    aside(move || system::trust(&pem)).await
}

/// Removes it from every store that may have it. A missing certificate is no error.
///
/// # Errors
/// As [`trust`].
pub async fn distrust() -> Result<()> {
    aside(system::distrust).await
}

/// Runs the work in a blocking thread, because starting programs blocks.
async fn aside(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}
