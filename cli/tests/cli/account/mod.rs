//! `keybearer account`: what each of its commands prints and does.

mod changes;
mod refusals;
mod requests;
mod server_tokens;
mod show;
mod transfer;

use serde_json::Value;

use crate::rig::Home;

/// What a command prints as JSON.
async fn printed(home: &Home, arguments: &[&str]) -> Value {
    let said = home.run(arguments).await;
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}
