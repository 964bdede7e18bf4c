//! Calls of the provider's API that a person tries with a token: the request as it would be sent, and its answer. The page sees no
//! secret in them. Nothing of them is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Keeper;
use crate::ask::{Credentials, Filled, Tried};
use crate::book::{self, Account};
use crate::error::{Error, Result};
use crate::http::rate::Rate;
use crate::http::{Request, USER_AGENT};
use crate::ledger::Purpose;
use crate::provider::Provider;
use crate::provider::calls::{Call, Input, Of};
use crate::provider::messages::{Authenticate, Message};
use crate::provider::redact::DOTS;
use crate::token::{Secret, Token};
use crate::view::{CallView, InputView, RateView, RequestView, TriedView};

/// Takes the place of a secret. No encoding changes it.
pub(super) const STAND_IN: &str = "keybearer-stands-in-for-a-secret";

impl Keeper {
    /// The request of a call, with dots in the place of secrets.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the field that cannot be sent so; as [`Keeper::uses`].
    pub fn prepare_call(&self, account: &str, call: &str, typed: &BTreeMap<String, String>) -> Result<RequestView> {
        let (record, provider) = self.account_and_provider(account)?;
        Ok(request_view(&self.stand_in(&record, &provider, call, typed)?))
    }

    /// Runs a call with an account's token, renewed first where that is due. A call that changes something at the platform is sent
    /// only if the person has `confirmed` it.
    ///
    /// # Errors
    /// As [`Keeper::access_token`] and [`Keeper::prepare_call`]; [`Error::InputInvalid`] where it is not confirmed; network
    /// errors. A refusal by the platform is an answer.
    pub async fn try_call(&self, account: &str, call: &str, typed: &BTreeMap<String, String>, confirmed: bool) -> Result<TriedView> {
        let (record, provider) = self.account_and_provider(account)?;
        let call = self.call(&record, &provider, call)?;
        let inputs = call.filled(typed)?;
        if call.writes() && !confirmed {
            return Err(Error::InputInvalid { field: "confirmed".into() });
        }
        let token = self.token_for(account, &self.own_use(Purpose::Call)).await?;
        let id = call.id.clone();
        let tried = self
            .ask_uncounted(&record, async |asking| {
                let filled = Filled {
                    call: find(asking.provider, &id)?,
                    inputs: inputs.iter().map(|(name, value)| (*name, value.clone())).collect(),
                    user_id: record.user_id.clone(),
                };
                asking.run(&filled, &token).await
            })
            .await?;
        Ok(tried_view(tried))
    }

    pub(super) fn account_and_provider(&self, account: &str) -> Result<(Account, Arc<Provider>)> {
        let record = self.shared.book.read()?.account(account)?.clone();
        self.server(&record)?;
        let provider = self.shared.registry.require(&record.provider)?;
        Ok((record, provider))
    }

    fn call<'a>(&self, record: &Account, provider: &'a Provider, id: &str) -> Result<&'a Call> {
        let call = find(provider, id)?;
        match can_run(call, record, provider, self.client_of(record).as_ref()) {
            true => Ok(call),
            false => Err(Error::InputInvalid { field: "call".into() }),
        }
    }

    /// The request of a call with a stand-in for each secret.
    pub(super) fn stand_in(&self, record: &Account, provider: &Provider, call: &str, typed: &BTreeMap<String, String>) -> Result<Request> {
        let call = self.call(record, provider, call)?;
        let server = self.server(record)?;
        let (token, client) = self.stand_ins(record);
        let asking = self.asking(provider, server.as_ref(), record, client.as_ref());
        let filled = Filled {
            call,
            inputs: call.filled(typed)?,
            user_id: record.user_id.clone(),
        };
        asking.request_of(&filled, &token, Some(&Secret::new(STAND_IN)))
    }

    /// Stand-ins for each secret that an account has.
    pub(super) fn stand_ins(&self, record: &Account) -> (Token, Option<Credentials>) {
        let secret = || Secret::new(STAND_IN);
        let client = self.client_of(record).map(|client| Credentials {
            client_secret: client.has_secret.then(secret),
            client_id: client.client_id,
            client_type: client.client_type,
        });
        let token = Token {
            token_secret: record.has_token_secret.then(secret),
            refresh_token: record.refreshes.then(secret),
            ..Token::new(secret(), self.now())
        };
        (token, client)
    }
}

pub(super) fn find<'a>(provider: &'a Provider, id: &str) -> Result<&'a Call> {
    let call = provider.calls.iter().find(|call| call.id == id);
    call.ok_or_else(|| Error::InputInvalid { field: "call".into() })
}

pub(super) fn is_of(of: Of, record: &Account) -> bool {
    match of {
        Of::All => true,
        Of::Person => !record.is_sub_account(),
        Of::SubAccount => record.is_sub_account(),
    }
}

/// Whether an account has all that a call needs.
pub(super) fn can_run(call: &Call, record: &Account, provider: &Provider, client: Option<&book::Client>) -> bool {
    is_of(call.of, record) && can_fill(&call.request, record, provider, client)
}

/// Whether an account has all that a message needs.
pub(super) fn can_fill(message: &Message, record: &Account, provider: &Provider, client: Option<&book::Client>) -> bool {
    let has_secret = client.is_some_and(|client| client.has_secret);
    let has = |name: &str| match name {
        "app_token" | "client_secret" => has_secret,
        "client_id" => client.is_some() || provider.client_id.is_some(),
        "login_name" => record.login_name.is_some(),
        "user_id" => record.user_id.is_some(),
        _ => true,
    };
    let signs = message.authenticate != Authenticate::Oauth1 || (has_secret && record.has_token_secret);
    let named = message.authenticate != Authenticate::Basic || record.login_name.is_some();
    signs && named && message.names().all(has)
}

/// A request, with dots in the place of stand-ins.
pub(super) fn request_view(request: &Request) -> RequestView {
    let own = request.fields();
    let names_itself = own.iter().any(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
    let agent = (!names_itself).then_some(("user-agent", USER_AGENT));
    let fields = agent.into_iter().chain(own);
    RequestView {
        method: request.method.to_owned(),
        url: dotted(request.url.as_str()),
        headers: fields.map(|(name, value)| (name.to_owned(), header(name, value))).collect(),
        body: request.body.as_ref().map(|(_, body)| dotted(body.expose())),
    }
}

/// A text with dots in the place of stand-ins.
pub(super) fn dotted(text: &str) -> String {
    text.replace(STAND_IN, DOTS)
}

/// The value of a header. Everything after the scheme of an `Authorization` is a secret.
pub(super) fn header(name: &str, value: &str) -> String {
    match value.split_once(' ').filter(|_| name.eq_ignore_ascii_case("authorization")) {
        Some((scheme, _)) => format!("{scheme} {DOTS}"),
        None => dotted(value),
    }
}

pub(super) fn call_view(call: &Call) -> CallView {
    let input = |input: &Input| InputView {
        id: input.id.clone(),
        meaning: input.meaning.clone(),
        kind: input.kind,
        default: input.default.clone(),
        min: input.min,
        max: input.max,
        options: input.options.clone(),
    };
    CallView {
        id: call.id.clone(),
        meaning: call.meaning.clone(),
        costs: call.costs.clone(),
        writes: call.writes(),
        inputs: call.inputs.iter().map(input).collect(),
    }
}

fn tried_view(tried: Tried) -> TriedView {
    let rate = |rate: Rate| RateView {
        left: rate.left,
        limit: rate.limit,
        resets: rate.resets,
        used: rate.used,
    };
    TriedView {
        status: tried.status,
        ms: u32::try_from(tried.ms).unwrap_or(u32::MAX),
        content_type: tried.content_type,
        rate: tried.rate.map(rate),
        retry_after: tried.retry_after,
        text: tried.text,
        is_json: tried.is_json,
    }
}
