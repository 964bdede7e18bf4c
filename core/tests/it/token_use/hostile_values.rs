//! Values that would like to be more than values: whatever a server or a person calls things, a copy is read back as it was.

use keybearer_core::http::Request;
use keybearer_core::provider::Provider;
use keybearer_core::provider::answers::NO_ANSWERS;
use keybearer_core::provider::check::read;
use keybearer_core::provider::copy::command;
use keybearer_core::provider::request::Values;
use keybearer_core::token::Secret;
use keybearer_practice::Flavor;
use tempfile::TempDir;

use super::run;
use crate::rig::practice;

const HOSTILE: &[&str] = &[
    "plain",
    "",
    " ",
    "it's",
    "'",
    "''\"\"",
    "$(touch owned)",
    "`touch owned`",
    "${HOME}$HOME$$",
    "a\\b\\\\\\",
    "\\'",
    "'; touch owned; '",
    "\"; touch owned; \"",
    "it's $(touch owned) `touch owned` \\ \"x\" !!",
    "line\nTOUCH=1\r\nend",
    "'\n'",
    "# no comment",
    "a=b&c=%41+%0a",
    "</script><script>globalThis.owned=1</script>",
    "<!--",
    "${globalThis.owned=1}",
    "\u{2028}\u{2029}\u{7f}\u{1}",
    "中文 – é 🔑 \u{202e}",
    "-n",
    "~/x *?[a]",
    "{user_id}",
];

/// A file with a copy of each kind that has lines.
fn provider() -> Provider {
    let mut file = include_str!("../../../providers/other.toml").to_owned();
    for (kind, name) in [
        ("env", "NAME"),
        ("json", "na<me"),
        ("javascript", "NAME"),
        ("header", "x-name"),
        ("plain", ""),
    ] {
        let line = if name.is_empty() {
            "{account_name}".to_owned()
        } else {
            format!("{name}={{account_name}}")
        };
        file += &format!("\n[[copies]]\nid = \"h-{kind}\"\nkind = \"{kind}\"\nlines = [\"{line}\"]\n");
    }
    read(&file).unwrap()
}

fn written(provider: &Provider, kind: &str, value: &str) -> Option<String> {
    let mut values = Values::of(provider, None, &NO_ANSWERS);
    values.put("account_name", value);
    let copy = provider.copies.iter().find(|c| c.id == format!("h-{kind}")).unwrap();
    copy.write(&values).ok()
}

#[test]
fn a_shell_reads_back_what_was_written() {
    let (provider, folder) = (provider(), TempDir::new().unwrap());
    for value in HOSTILE {
        let env = written(&provider, "env", value).unwrap();
        std::fs::write(folder.path().join(".env"), &env).unwrap();
        let said = run(
            "sh",
            &["-c", "set -au; . ./.env; printf '%s.' \"$NAME\"; env | grep -c ^TOUCH= || :"],
            folder.path(),
        );
        // A value of two lines looks like two variables to `env`, which is no reader of ours.
        let said = said.rsplit_once('.').unwrap().0;
        assert_eq!(said, *value, "{env}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was run");
    assert!(written(&provider, "env", "a\0b").is_none());
}

#[test]
fn json_and_javascript_read_back_what_was_written() {
    let (provider, folder) = (provider(), TempDir::new().unwrap());
    let mut script = String::from("const read = [];\n");
    for value in HOSTILE {
        let json: serde_json::Value = serde_json::from_str(&written(&provider, "json", value).unwrap()).unwrap();
        assert_eq!(json["na<me"], **value);
        let constant = written(&provider, "javascript", value).unwrap();
        assert!(!constant.contains('<') && constant.trim_end().lines().count() == 1, "{constant}");
        script += &format!("{{ {constant} read.push(NAME); }}\n");
        assert_eq!(written(&provider, "plain", value).as_deref(), Some(*value));
        let header = written(&provider, "header", value);
        assert_eq!(
            header.is_some(),
            !value.chars().any(char::is_control),
            "{value:?}: one line or none"
        );
    }
    script += "console.log(JSON.stringify([read, typeof globalThis.owned]));";
    std::fs::write(folder.path().join("it.mjs"), script).unwrap();
    let said: serde_json::Value = serde_json::from_str(&run("node", &["it.mjs"], folder.path())).unwrap();
    assert_eq!(said, serde_json::json!([HOSTILE, "undefined"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_sends_what_was_written() {
    let (server, folder) = (practice(Flavor::Mastodon).await, TempDir::new().unwrap());
    for value in HOSTILE {
        let mut url = url::Url::parse(&format!("{}/api/v2/instance", server.origin())).unwrap();
        url.query_pairs_mut().append_pair("q", value);
        let mut request = Request::get("test", url);
        request.headers.push(("x-name".into(), Secret::new(format!("Bearer {value}."))));
        let Ok(command) = command(&request) else {
            assert!(value.chars().any(char::is_control), "{value:?}");
            continue;
        };
        run("sh", &["-c", &format!("{command} -fsS -o /dev/null")], folder.path());
        let sent = server.requests().pop().unwrap();
        assert_eq!(sent.query_param("q").as_deref(), Some(*value));
        assert_eq!(sent.header("x-name"), Some(format!("Bearer {value}.").as_str()));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was run");
}
