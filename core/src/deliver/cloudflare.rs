//! A secret of a Cloudflare Worker, by REST. Cloudflare shows no secret again; it lists their names.

use serde_json::json;

use super::{Desk, looks};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::Proof;

pub(super) async fn deliver(desk: &Desk<'_>, account: &str, script: &str, name: &str) -> Result<Proof> {
    let path = format!("accounts/{account}/workers/scripts/{script}/secrets");
    let mut put = desk.request("the secret at Cloudflare", "PUT", &path)?;
    put.headers = vec![desk.bearer()];
    let body = json!({ "name": name, "text": desk.token.expose(), "type": "secret_text" });
    put.body = Some(("application/json", Secret::new(body.to_string())));
    let response = desk.send(&put).await?;
    let answer = desk.json(&put, &response)?;
    if answer["success"] != true {
        return Err(desk.refused(&put, &response));
    }

    for pause in looks() {
        let mut look = desk.request("the secrets at Cloudflare", "GET", &path)?;
        look.headers = vec![desk.bearer()];
        let listed = desk.json(&look, &desk.send(&look).await?)?;
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
    Err(desk.unseen(&put))
}
