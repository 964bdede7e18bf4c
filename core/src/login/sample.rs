//! The first address that a login with a provider file would open, for the author of the file.

use std::sync::Arc;

use url::Url;

use super::{LoginRedirect, LoginRequest};
use crate::ask::Credentials;
use crate::discovery::Metadata;
use crate::error::Result;
use crate::provider::{GrantType, Port, Provider, RedirectKind};

/// In the place of what only a login knows.
const SERVER: &str = "https://server.example";
const CLIENT_ID: &str = "CLIENT_ID";
const TEMPORARY_TOKEN: &str = "TEMPORARY_TOKEN";
/// A free port, where the file leaves it open.
const PORT: u16 = 50_000;

/// The address of a first login with what the file proposes, by its first redirect; none where no browser opens.
///
/// # Errors
/// [`crate::error::Error::InputInvalid`] where the file makes no address.
pub fn first_address(provider: Provider, relay: &str) -> Result<Option<Url>> {
    let Some(authorize) = provider.authorize.clone().filter(|_| provider.uses_redirect()) else {
        return Ok(None);
    };
    // A relay page is the person's own, and may be missing.
    let offered = provider
        .redirects
        .iter()
        .find(|r| r.kind != RedirectKind::Relay || !relay.is_empty());
    let Some((kind, port)) = offered.map(|r| (r.kind, r.port)) else {
        return Ok(None);
    };
    let mut scopes: Vec<String> = provider
        .scopes
        .iter()
        .filter(|s| s.default || s.locked)
        .map(|s| s.id.clone())
        .collect();
    scopes.sort();
    let request = LoginRequest {
        server: Url::parse(SERVER).ok(),
        answers: provider.text_questions().map(|q| (q.id.clone(), q.id.replace('_', "-"))).collect(),
        software_named: true,
        metadata: Metadata::default(),
        scopes,
        redirect: kind,
        force_login: false,
        rerequest: false,
        relay: relay.to_owned(),
        provider: Arc::new(provider),
    };
    if request.provider.grant == GrantType::Oauth1 {
        let mut endpoint = request.endpoint(&authorize, None)?;
        // RFC 5849 §2.2.
        endpoint.query_pairs_mut().append_pair("oauth_token", TEMPORARY_TOKEN);
        endpoint.query_pairs_mut().extend_pairs(request.extra(&authorize));
        return Ok(Some(endpoint));
    }
    let port = if let Port::Fixed(fixed) = port { fixed } else { PORT };
    let Some(redirect) = request.redirect_uri(kind, port).map(LoginRedirect::unopened) else {
        return Ok(None);
    };
    let client = request.provider.needs_app().then(|| Credentials {
        client_id: CLIENT_ID.into(),
        client_secret: None,
        client_type: None,
    });
    Ok(Some(request.by_redirect(client.as_ref(), &redirect, &authorize)?.address))
}
