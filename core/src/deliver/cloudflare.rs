//! Writes a secret of a Cloudflare Worker by REST. Cloudflare never shows a secret again; it only lists their names.

use serde_json::json;

use super::{Remote, looks};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::Proof;

pub(super) async fn deliver(remote: &Remote<'_>, account: &str, script: &str, name: &str) -> Result<Proof> {
    let path = format!("accounts/{account}/workers/scripts/{script}/secrets");
    let mut put = remote.request("the secret at Cloudflare", "PUT", &path)?;
    put.headers = vec![remote.bearer()];
    let body = json!({ "name": name, "text": remote.token.expose(), "type": "secret_text" });
    put.body = Some(("application/json", Secret::new(body.to_string())));
    let response = remote.send(&put).await?;
    let answer = remote.json(&put, &response)?;
    if answer["success"] != true {
        return Err(remote.refused(&put, &response));
    }

    for pause in looks() {
        let mut look = remote.request("the secrets at Cloudflare", "GET", &path)?;
        look.headers = vec![remote.bearer()];
        let listed = remote.json(&look, &remote.send(&look).await?)?;
        let secrets = listed["result"].as_array().ok_or_else(|| Error::AnswerUnreadable {
            what: look.what,
            detail: "no list".into(),
        })?;
        if secrets.iter().any(|secret| secret["name"] == name) {
            return Ok(Proof::Listed);
        }
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
    }
    Err(remote.unseen(&put))
}
