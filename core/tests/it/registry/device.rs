//! What the form takes and refuses of the device authorization grant.

use keybearer_core::provider::check::read;
use keybearer_core::provider::{Decision, GrantType};

use super::{RIGHT, faults};
use crate::device_grant::FILE;

/// The file of the grant's own tests, with words of its own for decisions.
fn device() -> String {
    let words = "[device]\ndenied = [\"declined\", \"no\"]\nexpired = [\"bad_code\"]\n";
    FILE.replace("ORIGIN", "https://api.example.org") + words
}

#[test]
fn a_file_with_the_grant_is_taken() {
    let device = device();
    assert_eq!(faults(&device), "");
    let p = read(&device).unwrap();
    assert!(p.grant == GrantType::DeviceCode && p.needs_consent() && !p.uses_redirect());
    for (code, decision) in [
        ("no", Some(Decision::Denied)),
        ("bad_code", Some(Decision::Expired)),
        ("authorization_pending", Some(Decision::Pending)),
        ("slow_down", Some(Decision::SlowDown)),
        ("access_denied", Some(Decision::Denied)),
        ("expired_token", Some(Decision::Expired)),
        ("No", None),
        ("", None),
    ] {
        assert_eq!(p.device.decision(code), decision, "{code}");
    }
    let file_names_it = device.replace("summary =", "client_id = \"shared\"\nsummary =");
    let question = "[[questions]]\nid = \"client_id\"\nkind = \"client-id\"\nlabel = \"Client ID\"\n";
    assert_eq!(faults(&file_names_it.replace(question, "")), "");
}

#[test]
fn what_does_not_go_with_the_grant_is_refused() {
    let device = device();
    let (before, from) = device.split_once("[messages.device_authorization]").unwrap();
    let message = &device[before.len()..device.len() - from.len() + from.find("[messages.token]").unwrap()];
    for (from, to, fault) in [
        (message, "", "messages.device_authorization: is missing"),
        (
            "url = \"{api}/device_authorization\"",
            "method = \"GET\"\nurl = \"{api}/device_authorization\"",
            "messages.device_authorization.method: must be POST",
        ),
        ("{device_code}", "{code}", "messages.token: sends no {device_code}"),
        ("\"{api}/token\"", "\"{api}/{device_code}\"", "“{device_code}” may not be in a path"),
        (
            "[device]",
            "[authorize]\nurl = \"{api}/authorize\"\n[device]",
            "authorize: belongs to a login",
        ),
        (
            "[device]",
            "[[redirects]]\nkind = \"paste\"\n[device]",
            "redirects: belongs to a login",
        ),
        (
            "[device]",
            "[messages.registration]\nurl = \"{api}/apps\"\n[device]",
            "messages.registration: belongs to a login",
        ),
        ("\"no\"", "\"\"", "device.denied[1]: is empty"),
        ("\"no\"", "\"bad_code\"", "device.expired[0]: “bad_code” is listed twice"),
        (
            "\"no\"",
            "\"slow_down\"",
            "device.denied[1]: “slow_down” has its meaning by RFC 8628 already",
        ),
        ("expired =", "late =", "unknown field `late`"),
        (
            "grant = \"device_code\"",
            "grant = \"client_credentials\"",
            "device: is for grant = \"device_code\"",
        ),
        (
            "grant = \"device_code\"",
            "grant = \"client_credentials\"",
            "messages.device_authorization: is for grant = \"device_code\"",
        ),
    ] {
        assert!(device.contains(from), "{from}");
        let found = faults(&device.replacen(from, to, 1));
        assert!(found.contains(fault), "{fault}: {found}");
    }
    // A file of another grant has nothing of it.
    assert_eq!(faults(RIGHT), "");
    assert!(faults(&format!("{RIGHT}[device]\npending = [\"x\"]\n")).contains("device: is for grant"));
}
