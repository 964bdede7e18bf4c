//! Using a token: API calls that a person tries, and the forms in which a token is copied.

mod api_calls;
// A shell and curl read what is copied.
#[cfg(unix)]
mod copies;
// A shell and Node read what is copied.
#[cfg(unix)]
mod hostile_values;
mod redaction;
mod server_tokens;
// Node runs it.
#[cfg(unix)]
mod worker;

use std::collections::BTreeMap;

use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, TriedView};
use keybearer_practice::{Flavor, Practice};

use crate::rig::{Rig, plan, practice};

/// Logged in at a server of the Mastodon family.
struct Home {
    rig: Rig,
    server: Practice,
    account: AccountView,
    token: String,
}

impl Home {
    async fn new(flavor: Flavor) -> Home {
        let (rig, server) = (Rig::new(), practice(flavor).await);
        let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account;
        let token = rig.token(&account.id).await;
        Home {
            rig,
            server,
            account,
            token,
        }
    }
}

fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// Tries a call that is answered, and looks for these secrets in all that the page gets.
async fn tried(rig: &Rig, account: &str, call: &str, inputs: &[(&str, &str)], secrets: &[&str]) -> TriedView {
    let request = rig.keeper.prepare_call(account, call, &typed(inputs)).unwrap();
    let answer = rig.keeper.try_call(account, call, &typed(inputs), false).await.unwrap();
    let page = serde_json::to_string(&(request, &answer)).unwrap();
    for secret in secrets {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        assert!(!page.contains(secret) && !page.contains(&encoded), "{call} shows a secret: {page}");
    }
    answer
}

/// Runs a program in a folder and gives what it said.
fn run(program: &str, arguments: &[&str], folder: &std::path::Path) -> String {
    let done = std::process::Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}
