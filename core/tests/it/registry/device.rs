//! What the form takes and refuses of the device authorization grant.

use keybearer_core::provider::check::read;
use keybearer_core::provider::{Decision, GrantType};

use super::{RIGHT, faults};

const DEVICE: &str = r##"
format = 1
id = "device"
name = "Device"
grant = "device_code"
mark = { letters = "D", color = "#000000" }
summary = "By a code"
hosts = { api = "https://api.example.org" }
[[questions]]
id = "client_id"
kind = "client-id"
label = "Client ID"
[messages.device_authorization]
url = "{api}/device"
authenticate = "client"
[messages.token]
url = "{api}/token"
authenticate = "client"
form = { device_code = "{device_code}" }
[device]
denied = ["declined", "no"]
expired = ["bad_code"]
"##;

#[test]
fn a_file_with_the_grant_is_taken() {
    assert_eq!(faults(DEVICE), "");
    let p = read(DEVICE).unwrap();
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
    let file_names_it = DEVICE.replace("summary =", "client_id = \"shared\"\nsummary =");
    let question = "[[questions]]\nid = \"client_id\"\nkind = \"client-id\"\nlabel = \"Client ID\"\n";
    assert_eq!(faults(&file_names_it.replace(question, "")), "");
}

#[test]
fn what_does_not_go_with_the_grant_is_refused() {
    let message = "[messages.device_authorization]\nurl = \"{api}/device\"\nauthenticate = \"client\"\n";
    for (from, to, fault) in [
        (message, "", "messages.device_authorization: is missing"),
        (
            "url = \"{api}/device\"",
            "method = \"GET\"\nurl = \"{api}/device\"",
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
        assert!(DEVICE.contains(from), "{from}");
        let found = faults(&DEVICE.replacen(from, to, 1));
        assert!(found.contains(fault), "{fault}: {found}");
    }
    // A file of another grant has nothing of it.
    assert_eq!(faults(RIGHT), "");
    assert!(faults(&format!("{RIGHT}[device]\npending = [\"x\"]\n")).contains("device: is for grant"));
}
