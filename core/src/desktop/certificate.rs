//! The https redirect's certificate in the person's own certificate store: added or removed by the window or the command line. The
//! system's store is never used, so no one else on this machine trusts it.

use crate::error::{Error, Result};
use crate::keeper::{CERTIFICATE, Keeper};
use crate::system::certificates as system;

/// Which store it is: `nss`, `keychain` or `root`.
pub const STORE: &str = system::STORE;

/// Whether that store can be written, as far as can be told beforehand.
pub fn can_trust() -> bool {
    system::can_trust()
}

/// Adds the certificate that the keeper has, and notes it. It is only valid for this computer. On some systems the person is asked.
///
/// # Errors
/// [`Error::CertificateStore`] if there is no such store, its tool is missing, or the tool or the person refuses; the keeper's.
pub async fn trust(keeper: &Keeper) -> Result<()> {
    let pem = keeper.kept_certificate().await?.pem();
    aside(move || system::trust(CERTIFICATE, &pem)).await?;
    keeper.set_certificate_trusted(true).await
}

/// Removes it from every store that may have it, and notes that. A missing certificate is no error.
///
/// # Errors
/// As [`trust`].
pub async fn distrust(keeper: &Keeper) -> Result<()> {
    remove().await?;
    keeper.set_certificate_trusted(false).await
}

/// The same where nothing is kept any more.
///
/// # Errors
/// As [`trust`].
pub async fn remove() -> Result<()> {
    aside(|| system::distrust(CERTIFICATE)).await
}

/// Runs the work in a blocking thread, because programs are started and a person may be asked.
async fn aside(work: impl FnOnce() -> std::result::Result<(), String> + Send + 'static) -> Result<()> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
        .map_err(|detail| Error::CertificateStore { detail })
}
