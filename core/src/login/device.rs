//! The device authorization grant (RFC 8628): the codes with which a person approves on any device (§3.1, §3.2), and one question
//! to the token endpoint whether that has happened (§3.4, §3.5). `polling` says when it is asked.

use url::Url;

use super::{Grant, LoginRequest};
use crate::ask::Credentials;
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::http::may_be_reached;
use crate::provider::answer::{self, Answers};
use crate::provider::messages::Answer;
use crate::provider::request::request;
use crate::provider::{Decision, Provider};
use crate::text::is_unseen;
use crate::text::qr::Qr;
use crate::token::Secret;
use crate::view::{LoginEvent, QrView};

const WHAT: &str = "device_authorization";

/// A person types it: RFC 8628 §6.1 proposes eight letters.
const MAX_USER_CODE: usize = 64;
/// So that its QR code can be drawn and read.
const MAX_ADDRESS: usize = 1000;
/// The device code is for the server alone, and is sent with each question.
const MAX_DEVICE_CODE: usize = 8192;
/// How long the codes live if the server does not say: as long as a login by redirect waits.
const USUAL_LIFE: i64 = 600;
/// A person is not at the page for longer.
const MAX_LIFE: i64 = 3600;

/// The codes of one login by the device authorization grant.
pub struct DeviceAuthorization {
    device_code: Secret,
    /// What the person enters.
    user_code: String,
    /// Where.
    address: Url,
    /// The same with the code in it.
    complete: Option<Url>,
    /// For how many seconds the codes are valid.
    pub(super) lives: i64,
    /// How many seconds are between two questions, if the server says so.
    pub(super) interval: Option<i64>,
}

/// The answer to one question.
pub(super) enum Answered {
    /// The person has approved.
    Granted(Box<Grant>),
    /// The person has not decided.
    Pending,
    /// The same, and the server was asked too often. With the interval from now on, in seconds, if it names one.
    SlowDown(Option<i64>),
}

impl DeviceAuthorization {
    /// Whether the platform has an address with the code in it.
    pub fn has_complete_link(&self) -> bool {
        self.complete.is_some()
    }

    /// The address to open: with the code in it, if there is one.
    pub fn link(&self) -> &Url {
        self.complete.as_ref().unwrap_or(&self.address)
    }

    /// What the person sees. `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`Error::Internal`] if the address has no QR code, which its length rules out.
    pub fn shown(&self, now: i64) -> Result<LoginEvent> {
        let qr = Qr::of(self.link().as_str()).ok_or_else(|| Error::Internal {
            detail: "no QR code".into(),
        })?;
        Ok(LoginEvent::UserCode {
            code: self.user_code.clone(),
            address: self.address.to_string(),
            complete: self.complete.as_ref().map(Url::to_string),
            host: crate::http::host_of(&self.address),
            until: now.saturating_add(self.lives),
            qr: QrView {
                size: qr.size(),
                path: qr.path(),
            },
        })
    }
}

impl LoginRequest {
    /// Asks for the codes (RFC 8628 §3.1).
    ///
    /// # Errors
    /// Refusals in the shared vocabulary, network errors; [`Error::AnswerUnreadable`] for codes and addresses that may not be shown.
    pub async fn authorize_device(&self, http: &HttpClient, client: Option<&Credentials>) -> Result<DeviceAuthorization> {
        let message = self.provider.messages.device_authorization.as_ref();
        let message = message.ok_or(Error::InputInvalid { field: WHAT.into() })?;
        let mut values = self.values();
        if let Some(client) = client {
            client.put(&mut values);
        }
        let mut sent = request(WHAT, message, self.authentication(client), &values)?;
        if let Some(endpoint) = &self.metadata.device_authorization_endpoint {
            sent.url = endpoint.clone();
        }
        let response = http.send(&sent).await?;
        let answers = answer::answer_to(&sent, message, &self.provider, &values, &response)?;
        let hosts: Vec<Url> = self.origins().collect();
        codes(&answers, &hosts)
    }

    /// Asks once for the token (RFC 8628 §3.4). `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`Error::Denied`], refusals in the shared vocabulary, network errors.
    pub(super) async fn ask_once(
        &self,
        http: &HttpClient,
        client: Option<&Credentials>,
        codes: &DeviceAuthorization,
        now: i64,
    ) -> Result<Answered> {
        let message = self.token_message()?;
        let mut values = self.values();
        if let Some(client) = client {
            client.put(&mut values);
        }
        values.put_secret("device_code", Some(&codes.device_code));
        let (sent, response) = self.ask_for_token(http, client, message, &values).await?;
        let error = match answer::answer_to(&sent, message, &self.provider, &values, &response) {
            Ok(answers) => return self.grant_in(&answers, values, now).map(|grant| Answered::Granted(Box::new(grant))),
            Err(error) => error,
        };
        let code = answer::refusal_code(&self.provider, &response);
        meaning(&self.provider, error, code)
    }

    /// The origins of the file's hosts.
    fn origins(&self) -> impl Iterator<Item = Url> {
        let values = self.values();
        let hosts = self.provider.hosts.values();
        hosts.filter_map(move |origin| Url::parse(&values.fill(origin)?).ok())
    }
}

/// Reads the answer of the device authorization endpoint (RFC 8628 §3.2).
fn codes(answers: &Answers<'_>, hosts: &[Url]) -> Result<DeviceAuthorization> {
    let refused = |detail: String| Error::AnswerUnreadable { what: WHAT, detail };
    let device_code = Secret::new(answers.need(WHAT, Answer::DeviceCode)?);
    if device_code.expose().len() > MAX_DEVICE_CODE {
        return Err(refused(format!("device_code has more than {MAX_DEVICE_CODE} characters")));
    }
    let user_code = answers.need(WHAT, Answer::UserCode)?;
    let user_code = user_code.trim();
    if user_code.is_empty() || user_code.chars().count() > MAX_USER_CODE || user_code.contains(is_unseen) {
        return Err(refused(format!("user_code has no text of 1 to {MAX_USER_CODE} characters")));
    }
    let address = answers.need(WHAT, Answer::VerificationUri)?;
    let complete = answers.text(Answer::VerificationUriComplete);
    let shown = |name: &str, address: &str| address_of(address, hosts).map_err(|why| refused(format!("{name} {why}")));
    Ok(DeviceAuthorization {
        device_code,
        user_code: user_code.to_owned(),
        address: shown("verification_uri", &address)?,
        complete: complete.map(|complete| shown("verification_uri_complete", &complete)).transpose()?,
        lives: answers.seconds(Answer::ExpiresIn).unwrap_or(USUAL_LIFE).min(MAX_LIFE),
        interval: answers.seconds(Answer::Interval),
    })
}

/// An address that a person may be sent to: https (http on this computer), on a host of the file.
fn address_of(text: &str, hosts: &[Url]) -> Result<Url, String> {
    if text.len() > MAX_ADDRESS {
        return Err(format!("has more than {MAX_ADDRESS} characters"));
    }
    let url = Url::parse(text).ok().filter(may_be_reached);
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    let url = url.ok_or("is no https address")?;
    if !hosts.iter().any(|host| host.origin() == url.origin()) {
        let host = crate::http::host_of(&url);
        return Err(format!("leads to {host}, which is not a host of the provider file"));
    }
    Ok(url)
}

/// What a refusal says about the person's decision, by its code (RFC 8628 §3.5).
fn meaning(provider: &Provider, error: Error, code: Option<(String, Option<i64>)>) -> Result<Answered> {
    let Error::Refused {
        category,
        status,
        words,
        retry_after,
        action,
    } = error
    else {
        return Err(error);
    };
    let refused = |category| {
        let (words, action) = (words.clone(), action.clone());
        Err(Error::Refused {
            category,
            status,
            words,
            retry_after,
            action,
        })
    };
    let (code, interval) = code.unwrap_or_default();
    match provider.device.decision(&code) {
        Some(Decision::Pending) => Ok(Answered::Pending),
        Some(Decision::SlowDown) => Ok(Answered::SlowDown(interval)),
        Some(Decision::Expired) => refused(Category::CodeSpent),
        Some(Decision::Denied) => Err(Error::Denied { words }),
        None if category == Category::UserDenied => Err(Error::Denied { words }),
        None => refused(category),
    }
}
