//! The report in Prometheus' text format 0.0.4: each metric with its help and type, base units, labels escaped.

use std::fmt::Write as _;

use keybearer_core::view::{DeliveryView, StoreState};

use super::judged::{Judged, Report, name};
use crate::delivery::place;
use crate::find::label;

/// A line's labels and its value.
type Sample = (Vec<(&'static str, String)>, i64);

/// The metrics where the accounts cannot be read: none of an account, and the command's exit code.
pub fn text_without_accounts(code: u8) -> String {
    let mut text = String::new();
    write_common(&mut text, code);
    text
}

/// All metrics.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    write_common(&mut text, report.code());
    let stores = report.stores.iter().map(|(kind, state)| {
        let open = i64::from(*state == StoreState::Ready);
        (vec![("store", name(*kind).to_owned())], open)
    });
    let all = |value: &dyn Fn(&Judged) -> Option<i64>| -> Vec<Sample> {
        report.accounts.iter().filter_map(|j| Some((labels(j), value(j)?))).collect()
    };
    let targets = |value: &dyn Fn(&(DeliveryView, bool)) -> Option<i64>| -> Vec<Sample> {
        let of = |j: &Judged| -> Vec<Sample> {
            let own = j.deliveries.iter().filter_map(|d| Some((d, value(d)?)));
            let with = own.map(|(d, value)| {
                let more = [("target", place(&d.0.target)), ("target_id", d.0.id.clone())];
                (labels(j).into_iter().chain(more).collect(), value)
            });
            with.collect()
        };
        report.accounts.iter().flat_map(of).collect()
    };
    let mut gauge = |name: &str, help: &str, samples: Vec<Sample>| write(&mut text, name, help, &samples);
    gauge(
        "store_open",
        "Whether the store that has tokens can be read; encrypted files that a passphrase opens count as closed here.",
        stores.collect(),
    );
    gauge(
        "account_ok",
        "Whether the account needs nothing.",
        all(&|j| Some(i64::from(j.is_ok()))),
    );
    gauge(
        "account_needs_login",
        "Whether the account waits for a person, mostly to sign in.",
        all(&|j| Some(i64::from(j.needs_login))),
    );
    gauge(
        "account_expires_timestamp_seconds",
        "When the account stops working unless it is renewed or someone signs in; absent if it doesn't end.",
        all(&|j| j.ends),
    );
    gauge(
        "account_expiry_assumed",
        "Whether that time is assumed from the platform's documents, because the platform didn't say it.",
        all(&|j| j.ends.map(|_| i64::from(j.assumed))),
    );
    gauge(
        "account_renews_timestamp_seconds",
        "When Keybearer renews the token next; absent if it doesn't.",
        all(&|j| j.account.renews_next),
    );
    gauge(
        "renewal_overdue_seconds",
        "For how long the renewal has been due.",
        all(&|j| Some(j.overdue)),
    );
    gauge(
        "renewal_retrying",
        "Whether a renewal failed and is retried.",
        all(&|j| Some(i64::from(j.account.later.is_some()))),
    );
    gauge(
        "use_unrecorded_timestamp_seconds",
        "When a use of the token last couldn't be recorded; absent if there was none in 90 days.",
        all(&|j| j.account.unrecorded.as_ref().map(|unrecorded| unrecorded.time)),
    );
    gauge(
        "delivery_ok",
        "Whether the sync target is confirmed and has a token that works.",
        targets(&|(_, lacks)| Some(i64::from(!lacks))),
    );
    gauge(
        "delivery_last_success_timestamp_seconds",
        "When the target was last synced; absent if never.",
        targets(&|(d, _)| d.done.as_ref().map(|done| done.time)),
    );
    text
}

fn write_common(text: &mut String, code: u8) {
    let version = ("version", env!("CARGO_PKG_VERSION").to_owned());
    write(text, "build_info", "The version that wrote these metrics.", &[(vec![version], 1)]);
    write(
        text,
        "status_code",
        "The exit code of keybearer status: 0 all well, 1 the accounts cannot be read, 4 a login is needed, 5 late, 6 the store is closed.",
        &[(vec![], i64::from(code))],
    );
}

/// The labels of an account. Two accounts may have the same name, but no two the same ID.
fn labels(judged: &Judged) -> Vec<(&'static str, String)> {
    let account = &judged.account;
    vec![
        ("provider", account.provider.clone()),
        ("account", label(account)),
        ("id", account.id.clone()),
    ]
}

/// Writes one metric; none without samples.
fn write(text: &mut String, name: &str, help: &str, samples: &[Sample]) {
    if samples.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "# HELP keybearer_{name} {help}\n# TYPE keybearer_{name} gauge\n");
    for (labels, value) in samples {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = match labels.as_slice() {
            [] => String::new(),
            some => format!("{{{}}}", some.join(",")),
        };
        let _ = writeln!(text, "keybearer_{name}{labels} {value}");
    }
}

/// A label's value: backslash, quote and line feed are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
