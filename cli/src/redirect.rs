//! `keybearer redirect`: what has to be right about a redirect address before a login.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;
use keybearer_core::desktop::certificate;
use keybearer_core::error::Error;
use keybearer_core::keeper::{CERTIFICATE, Keeper};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{ProviderView, RedirectView};
use serde_json::{Value, json};

use crate::doctor::request_redirect;
use crate::failure::Failure;
use crate::login::providers;
use crate::system::has_screen;
use crate::terminal::{Terminal, one_line, open_in_browser, output};

/// What is done about redirect addresses.
#[derive(Debug, Subcommand)]
pub enum Redirect {
    /// Lists a platform's redirect addresses, exactly as they have to be registered there, the best one first
    List {
        /// The provider, as in `threads`
        #[arg(add = ArgValueCandidates::new(providers))]
        provider: String,
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Compares an address that the platform's console shows with the one that Keybearer sends
    ///
    /// Exits with 1 if they differ, or if the address breaks one of the platform's rules.
    Check {
        /// The provider, as in `threads`
        #[arg(add = ArgValueCandidates::new(providers))]
        provider: String,
        /// The address that the console shows
        address: String,
        /// The kind of redirect address; by default the provider's first that has an address
        #[arg(long, value_name = "KIND")]
        redirect: Option<String>,
    },
    /// Tests whether a redirect to this computer arrives, in your browser if there is a screen
    ///
    /// Exits with 1 if it doesn't.
    Test {
        /// The kind
        #[arg(default_value = "loopback")]
        kind: Kind,
    },
    /// Prints the relay page, to be uploaded as `index.html`; `keybearer settings set relay ADDRESS` then uses it
    Page,
    /// Prints the certificate of the https redirect as PEM, for a browser's own list of authorities
    ///
    /// It is only valid for this computer. `keybearer redirect trust` adds it to your own certificate store.
    Certificate,
    /// Adds the certificate of the https redirect to your own certificate store, so that the browser doesn't warn about it
    ///
    /// The system's store isn't touched, and the certificate is only valid for this computer. On Windows and macOS the system asks you
    /// in a dialog. On Linux this is the NSS store, which Chromium and the browsers based on it read; its tool certutil has to be
    /// installed. Firefox has its own list and asks by itself.
    Trust,
    /// Removes the certificate from your certificate store
    Distrust,
}

/// A redirect that can be tested.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// `http://127.0.0.1`
    Loopback,
    /// `https://127.0.0.1`, with Keybearer's own certificate
    HttpsLoopback,
}

impl Redirect {
    /// Whether it reads the certificate's key, which is a secret.
    pub fn wants_secrets(&self) -> bool {
        matches!(
            self,
            Redirect::Certificate | Redirect::Trust | Redirect::Test { kind: Kind::HttpsLoopback }
        )
    }
}

/// Does it.
///
/// # Errors
/// [`Failure::Unknown`] for a platform or a kind that there is not; the keeper's.
pub async fn redirect(keeper: &Keeper, terminal: &Terminal, wanted: Redirect) -> Result<ExitCode, Failure> {
    match wanted {
        Redirect::List { provider, json } => list(terminal, &provider_of(keeper, &provider)?, json),
        Redirect::Check {
            provider,
            address,
            redirect,
        } => check(keeper, terminal, &provider_of(keeper, &provider)?, &address, redirect),
        Redirect::Test { kind } => test(keeper, terminal, kind).await,
        Redirect::Page => print(keeper.relay_page()),
        Redirect::Certificate => print(&keeper.kept_certificate().await?.pem()),
        Redirect::Trust => {
            certificate::trust(keeper).await?;
            terminal.say(&terminal.words("cli-certificate-trusted", &[("store", certificate::STORE), ("name", CERTIFICATE)]));
            print("certificate\ttrusted\n")
        }
        Redirect::Distrust => {
            certificate::distrust(keeper).await?;
            terminal.say(&terminal.words("cli-certificate-removed", &[("name", CERTIFICATE)]));
            print("certificate\tnot trusted\n")
        }
    }
}

/// Opens a test's address: in the browser, or as a browser would if there is no screen.
///
/// # Errors
/// [`Error::BrowserNotOpened`].
pub fn open(address: &str) -> Result<(), Error> {
    match has_screen() {
        true => open_in_browser(address),
        false if address.starts_with("http://") => request_redirect(address),
        false => Err(Error::BrowserNotOpened {
            detail: "no screen".into(),
        }),
    }
}

fn provider_of(keeper: &Keeper, id: &str) -> Result<ProviderView, Failure> {
    let known = || {
        keeper
            .catalogue()
            .into_iter()
            .filter(|p| !p.redirects.is_empty())
            .map(|p| p.id)
            .collect()
    };
    keeper.provider(id).map_err(|_| Failure::Unknown(id.to_owned(), known()))
}

/// Prints a line for each redirect: its kind and its address, or `-` for one that is only known at the login, separated by a tab.
fn list(terminal: &Terminal, provider: &ProviderView, as_json: bool) -> Result<ExitCode, Failure> {
    let mut out = output();
    let note = |r: &RedirectView| r.note.as_ref().map(|note| note.of(terminal.language.tag()).to_owned());
    let object = |r: &RedirectView| json!({"kind": r.kind.name(), "address": r.redirect_uri, "unproven": r.unproven, "note": note(r)});
    let written = match as_json {
        true => writeln!(out, "{:#}", json!(provider.redirects.iter().map(object).collect::<Vec<Value>>())),
        false => provider.redirects.iter().try_for_each(|r| {
            let address = r.redirect_uri.as_deref().unwrap_or("-");
            writeln!(out, "{}\t{address}", r.kind.name())
        }),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

fn check(keeper: &Keeper, terminal: &Terminal, provider: &ProviderView, shown: &str, kind: Option<String>) -> Result<ExitCode, Failure> {
    let known = || {
        provider
            .redirects
            .iter()
            .filter(|r| r.redirect_uri.is_some())
            .map(|r| r.kind.name().to_owned())
            .collect()
    };
    let fits = |r: &&RedirectView| kind.as_ref().is_none_or(|kind| r.kind.name() == kind) && r.redirect_uri.is_some();
    let redirect = provider.redirects.iter().find(fits);
    let redirect = redirect.ok_or_else(|| Failure::Unknown(kind.clone().unwrap_or_else(|| provider.id.clone()), known()))?;
    let expected = redirect.redirect_uri.clone().unwrap_or_default();
    let checked = keeper.check_redirect(&provider.id, &expected, shown)?;
    if let Some(error) = &checked.error {
        terminal.explain(error);
    }
    for rule in &checked.broken {
        terminal.say(&format!("!! {}", rule.text.of(terminal.language.tag())));
    }
    let is_right = checked.error.is_none() && checked.broken.iter().all(|rule| rule.doubtful);
    if is_right {
        print(&format!("ok\t{}\n", one_line(&expected)))?;
    }
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn test(keeper: &Keeper, terminal: &Terminal, kind: Kind) -> Result<ExitCode, Failure> {
    let kind = match kind {
        Kind::Loopback => RedirectKind::Loopback,
        Kind::HttpsLoopback => RedirectKind::HttpsLoopback,
    };
    let tested = keeper.test_redirect(kind).await;
    match tested.error {
        Some(error) => Err(Failure::Core(error)),
        None => {
            terminal.say(&terminal.words("cli-redirect-works", &[]));
            print(&format!("ok\t{}\n", tested.address))
        }
    }
}

fn print(text: &str) -> Result<ExitCode, Failure> {
    write!(output(), "{text}").map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}
