//! What Keybearer knows of an account, for people or as JSON. No secret is read.

use std::io::Write as _;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, ClientView, DeliveryView, StoreKind};
use serde_json::{Value, json};

use crate::client;
use crate::delivery::{place, state};
use crate::failure::Failure;
use crate::find::{account as find, label};
use crate::list::{life, object};
use crate::log::{moment, unrecorded, unrecorded_object};
use crate::status::judged::name;
use crate::terminal::{Terminal, one_line, output};

/// Prints an account: a line for each thing that is known of it, or a JSON object.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::Ambiguous`].
pub fn show(keeper: &Keeper, terminal: &Terminal, name: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let account = find(keeper, name)?;
    let view = keeper.view();
    let app = view.clients.iter().find(|c| c.id == account.client);
    let deliveries: Vec<&DeliveryView> = view.deliveries.iter().filter(|d| d.account == account.id).collect();
    let text = match as_json {
        true => format!("{:#}\n", whole(&account, app, &deliveries)),
        false => lines(terminal, &account, app, &deliveries),
    };
    write!(output(), "{text}").map_err(Failure::print)?;
    if let Some(missed) = unrecorded(terminal, &account) {
        terminal.say(&missed);
    }
    Ok(ExitCode::SUCCESS)
}

/// An account as JSON: what `list --json` has of it, and the rest. Times are Unix seconds.
fn whole(account: &AccountView, app: Option<&ClientView>, deliveries: &[&DeliveryView]) -> Value {
    let mut all = object(account);
    let more = json!({
        "display_name": account.display_name,
        "url": account.url,
        "declined": account.declined,
        "obtained": account.obtained,
        "verified": account.verified,
        "renews_from": account.renews_from,
        "data_access_expires": account.data_access_expires,
        "step_back_until": account.step_back_until,
        "paused": account.on_hold,
        "renewed_elsewhere": account.paused && !account.on_hold,
        "parent": account.parent.as_ref().filter(|parent| !parent.is_empty()),
        "tasks": account.tasks,
        "store": name(account.store),
        "unrecorded": unrecorded_object(account),
        "client": app.map(|app| json!({"id": app.id, "name": client::label(app)})),
        "deliveries": deliveries.iter().map(|d| json!({
            "id": d.id,
            "target": d.target,
            "confirmed": d.confirmed,
            "current": d.current,
            "synced": d.done.as_ref().map(|done| done.time),
        })).collect::<Vec<_>>(),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}

fn lines(terminal: &Terminal, account: &AccountView, app: Option<&ClientView>, deliveries: &[&DeliveryView]) -> String {
    let word = |id: &str| terminal.words(id, &[]);
    let zone = TimeZone::system();
    let written = |time: i64| moment(time, &zone);
    let scopes = |scopes: &[String]| Some(scopes.join(" ")).filter(|s| !s.is_empty());
    let store = match account.store {
        StoreKind::Keychain => "store-keychain",
        StoreKind::SealedFile => "store-sealed-file",
    };
    let target = |d: &DeliveryView| format!("{} · {}", place(&d.target), state(terminal, d));
    let synced = deliveries.iter().map(|d| ("cli-show-sync", Some(target(d))));
    let known = [
        ("cli-show-id", Some(account.id.clone())),
        ("about-user-id", account.user_id.clone()),
        ("about-server", account.server.clone()),
        ("about-page", account.url.clone()),
        ("client-scopes", scopes(&account.scopes)),
        ("cli-show-declined", scopes(&account.declined)),
        ("details-issued", Some(written(account.issued))),
        (
            if account.life_known {
                "details-expires"
            } else {
                "cli-show-assumed"
            },
            account.expires.map(written),
        ),
        ("details-data", account.data_access_expires.map(written)),
        ("cli-show-renews", account.renews_next.map(written)),
        ("cli-show-verified", account.verified.map(written)),
        ("cli-show-step-back", account.step_back_until.map(written)),
        ("about-client", app.map(client::label)),
        ("about-tasks", scopes(&account.tasks)),
        ("about-store", Some(word(store))),
    ];
    let mut text = format!("{}  {}\n", label(account), one_line(&life(terminal, account)));
    for (name, value) in known.into_iter().chain(synced) {
        if let Some(value) = value {
            text += &format!("{}: {}\n", one_line(&word(name)), one_line(&value));
        }
    }
    text
}
