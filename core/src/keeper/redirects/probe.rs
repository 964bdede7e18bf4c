//! Tests whether a redirect works on this computer: the browser or link handler opens a redirect of the test's own.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use crate::error::{Error, ErrorView};
use crate::keeper::Keeper;
use crate::oauth2;
use crate::provider::{Callback, Port, RedirectKind};
use crate::redirect::SCHEME;
use crate::redirect::expected::Expected;
use crate::redirect::waiting::Arrival;
use crate::system::ports::is_listened_to;
use crate::view::RedirectTest;

/// Only this computer answers; but a browser may have to start first.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

impl Keeper {
    /// The ports that provider files fix and that another program uses now.
    pub async fn taken_ports(&self) -> Vec<ErrorView> {
        let redirects = self.shared.registry.iter().flat_map(|e| &e.provider.redirects);
        let fixed: BTreeSet<u16> = redirects
            .filter_map(|redirect| if let Port::Fixed(port) = redirect.port { Some(port) } else { None })
            .collect();
        let mut taken = Vec::new();
        for port in fixed {
            let refused = self.shared.redirects.open(Some(port)).await.err();
            // The system also lends such ports to outgoing connections, which end by themselves.
            taken.extend(refused.filter(|_| is_listened_to(port)).map(|e| e.view()));
        }
        taken
    }

    /// Tests whether a redirect works on this computer.
    pub async fn test_redirect(&self, redirect: RedirectKind) -> RedirectTest {
        let state = oauth2::random();
        let opened = match redirect {
            RedirectKind::Loopback => self
                .shared
                .redirects
                .open(None)
                .await
                .map(|open| (format!("http://127.0.0.1:{}/self-test", open.port), Some(open))),
            RedirectKind::HttpsLoopback => match self.certificate().await {
                Ok(certificate) => self.shared.redirects.open_https(None, &certificate).await,
                Err(error) => Err(error),
            }
            .map(|open| (format!("https://127.0.0.1:{}/self-test", open.port), Some(open))),
            RedirectKind::PrivateUseScheme => Ok((format!("{SCHEME}://callback/self-test"), None)),
            _ => Err(Error::InputInvalid { field: "redirect".into() }),
        };
        let (address, _open) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                return RedirectTest {
                    redirect,
                    ok: false,
                    error: Some(error.view()),
                    address: String::new(),
                };
            }
        };
        let test = async {
            let authorize = Url::parse(&address).map_err(|e| Error::Internal { detail: e.to_string() })?;
            let expected = Expected {
                state: state.clone(),
                redirect_uri: address.clone(),
                forwarded: None,
                authorize,
                issuer: String::new(),
                issuer_required: false,
                own_address: true,
                callback: Callback::default(),
                tokens: Vec::new(),
            };
            let mut waiting = self.shared.waiting.expect(&format!("self-test {state}"), expected);
            (self.shared.outside.browser)(&format!("{address}?code=self-test&state={state}"))?;
            let silent = |_| Error::RedirectUnavailable {
                redirect: redirect.name(),
                detail: "nothing came back".into(),
            };
            // At the https redirect the person may have to click past the browser's warning.
            let patience = if redirect == RedirectKind::HttpsLoopback {
                TEST_PATIENCE * 6
            } else {
                TEST_PATIENCE
            };
            match tokio::time::timeout(patience, waiting.arrivals.recv()).await.map_err(silent)? {
                Some(Arrival::Answer(answer)) => answer.map(drop),
                _ => Err(Error::NoLoginWaiting),
            }
        };
        let error = test.await.err().map(|e: Error| e.view());
        RedirectTest {
            redirect,
            ok: error.is_none(),
            error,
            address,
        }
    }
}
