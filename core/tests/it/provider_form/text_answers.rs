//! Answers to questions of kind `text` as placeholders: a label of a host, a step of a path, a parameter. They stay with the app
//! and the account. And a token's own id, by which it is revoked.

use keybearer_core::provider::check::read;
use serde_json::json;

use super::{APP, HEAD, Stage};

/// A shop of one's own, with a tenant in the path.
fn file(port: &str) -> String {
    let head = HEAD
        .replace("[hosts]", "grant = \"client_credentials\"\n[hosts]")
        .replace("api = \"", &format!("shop = \"http://{{shop}}.localhost:{port}\"\napi = \""));
    let rest = r#"
[[questions]]
id = "shop"
kind = "text"
label = "Shop"
[[questions]]
id = "tenant"
kind = "text"
label = "Tenant"
[[questions]]
id = "note"
kind = "text"
label = "Note"
[messages.token]
url = "{api}/{tenant}/token"
form = { id = "{client_id}", secret = "{client_secret}", tenant = "{tenant}", note = "{note}" }
[messages.identity]
method = "GET"
url = "{api}/{tenant}/me"
authenticate = "bearer"
answers = { user_id = "/id", username = "/name" }
[messages.inspect]
method = "GET"
url = "{api}/{tenant}/introspect"
authenticate = "bearer"
answers = { token_id = "/uuid" }
[messages.revocation]
method = "DELETE"
url = "{api}/tokens/{token_id}"
authenticate = "bearer"
[[calls]]
id = "orders"
meaning = "orders"
[calls.request]
method = "GET"
url = "{shop}/orders"
authenticate = "bearer"
[[copies]]
id = "env"
kind = "env"
lines = ["SHOP={shop}", "TENANT={tenant}"]
[lifetime]
renewal = "issue"
"#;
    format!("{head}{APP}{rest}")
}

async fn stage() -> Stage {
    // The port is the server's, which is known once it has started.
    let s = Stage::new(&file("80").replace("http://{shop}.localhost:80", "https://{shop}.example.com")).await;
    let port = s.server.origin.rsplit(':').next().unwrap().to_owned();
    let own = file(&port).replace("https://api.example.org", &s.server.origin);
    std::fs::write(s.rig.home.path().join("config/providers/mine.toml"), own).unwrap();
    let s = s.restarted();
    s.server
        .answers("/token", "200 OK", "", &json!({ "access_token": "token-{n}", "expires_in": 3600 }));
    s.server.answers("/me", "200 OK", "", &json!({ "id": "7", "name": "ada" }));
    s.server.answers("/introspect", "200 OK", "", &json!({ "uuid": "9b1d-42" }));
    s.server.answers("/orders", "200 OK", "", &json!({ "orders": 3 }));
    s.server.answers("/tokens/9b1d-42", "200 OK", "", &json!({ "deleted": true }));
    s
}

fn app<'a>(shop: &'a str, tenant: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("client_id", "id-1"),
        ("client_secret", "secret-1"),
        ("shop", shop),
        ("tenant", tenant),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_in_addresses_and_stay_with_the_account() {
    let s = stage().await;
    let account = s.log_in(s.plan(&app(" My-Shop ", "contoso/eu west"))).await;
    let sent = s.server.asked("/token").remove(0);
    assert!(sent.starts_with("POST /contoso%2Feu%20west/token "), "{sent}");
    // What was not answered is left out.
    assert!(sent.contains("tenant=contoso%2Feu+west") && !sent.contains("note="), "{sent}");
    assert_eq!(s.server.count("/contoso%2Feu%20west/me"), 1);
    // A call goes to the shop's own host.
    let tried = s.rig.keeper.try_call(&account.id, "orders", &[].into(), false).await.unwrap();
    assert_eq!(tried.status, 200);
    let sent = s.server.asked("/orders").remove(0).to_lowercase();
    assert!(sent.contains("host: my-shop.localhost:"), "{sent}");
    let copy = s.rig.keeper.copied(&account.id, "env").await.unwrap();
    let copied = copy.text.expose().to_owned();
    assert!(
        copied.contains("SHOP=http://my-shop.localhost:") && copied.contains("TENANT='contoso/eu west'"),
        "{copied}"
    );
    // Renewed after a restart, at the same address.
    let s = s.restarted();
    s.later(2 * 3600);
    assert_eq!(s.token(&account.id).await.unwrap(), "token-002");
    assert_eq!(s.server.count("/contoso%2Feu%20west/token"), 2);
    // A known app has its answers, so that a second login asks for none.
    let mut again = s.plan(&[]);
    again.client = Some(account.client.clone());
    assert_eq!(s.log_in(again).await.id, account.id);
    assert_eq!(s.server.count("/contoso%2Feu%20west/token"), 3);
    // Another tenant is another account of the same app.
    let other = s.log_in(s.plan(&app("my-shop", "fabrikam"))).await;
    assert_eq!((other.client == account.client, other.id == account.id), (true, false));
    s.later(2 * 3600);
    s.token(&account.id).await.unwrap();
    assert_eq!(s.server.count("/contoso%2Feu%20west/token"), 4, "each keeps its own");
    // An app is bound to its shop.
    let elsewhere = s.log_in(s.plan(&app("other-shop", "fabrikam"))).await;
    assert_ne!(elsewhere.client, account.client);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_would_be_another_address_is_refused() {
    let s = stage().await;
    for shop in [
        "",
        "evil.example/",
        "evil.example#",
        "a.b",
        "-a",
        "shop@evil",
        "商店",
        "a b",
        "a\u{0}b",
    ] {
        let error = s.rig.fail(s.plan(&app(shop, "contoso"))).await;
        assert_eq!(
            (error.code.as_str(), error.params["field"].as_str()),
            ("input-invalid", "shop"),
            "{shop}"
        );
    }
    for tenant in ["", ".", "..", "a\u{7}b"] {
        let error = s.rig.fail(s.plan(&app("my-shop", tenant))).await;
        assert_eq!(
            (error.code.as_str(), error.params["field"].as_str()),
            ("input-invalid", "tenant"),
            "{tenant}"
        );
    }
    assert_eq!(s.server.count("/"), 0, "nothing was sent");
    // A changed book leads to no other host.
    let account = s.log_in(s.plan(&app("my-shop", "contoso"))).await;
    let path = s.rig.home.path().join("data/book.json");
    let book = std::fs::read_to_string(&path).unwrap();
    assert!(book.contains("\"shop\": \"my-shop\""), "{book}");
    let changed = book
        .replace("\"shop\": \"my-shop\"", "\"shop\": \"evil.example/\"")
        .replace("http://my-shop.localhost", "http://evil.example/.localhost");
    std::fs::write(&path, changed).unwrap();
    let s = s.restarted();
    let call = s.rig.keeper.try_call(&account.id, "orders", &[].into(), false).await;
    assert_eq!(call.unwrap_err().code(), "hosts-changed");
    assert_eq!(s.server.count("/orders"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_revoked_by_its_own_id() {
    let s = stage().await;
    let account = s.log_in(s.plan(&app("my-shop", "contoso"))).await;
    let before = s.server.count("/introspect");
    // An id that would be another address is none.
    for id in [json!({ "uuid": "../me" }), json!({ "uuid": null }), json!({})] {
        s.server.answers("/introspect", "200 OK", "", &id);
        assert_eq!(s.rig.keeper.revoke(&account.id).await.unwrap_err().code(), "answer-unreadable");
    }
    s.server.answers("/introspect", "200 OK", "", &json!({ "uuid": "9b1d-42" }));
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert_eq!(s.server.count("/introspect"), before + 4);
    let sent = s.server.asked("/tokens/").remove(0);
    assert!(sent.starts_with("DELETE /tokens/9b1d-42 "), "{sent}");
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[test]
fn a_file_says_where_an_answer_may_be() {
    let right = file("8080").replace("http://{shop}.localhost:8080", "https://{shop}.example.com");
    let faults = |source: &str| -> Vec<String> { read(source).err().unwrap_or_default().iter().map(ToString::to_string).collect() };
    assert_eq!(faults(&right), [""; 0]);
    for (from, to, said) in [
        ("https://{shop}.example.com", "https://{shop}.com", "must be an https origin"),
        ("https://{shop}.example.com", "https://{shop}", "must be an https origin"),
        ("https://{shop}.example.com", "https://x.{shop}.com", "must be an https origin"),
        (
            "https://{shop}.example.com",
            "https://{store}.example.com",
            "must be an https origin",
        ),
        (
            "https://{shop}.example.com",
            "https://{client_id}.example.com",
            "must be an https origin",
        ),
        ("{api}/{tenant}/me", "{tenant}/me", "must begin with a host of the hosts table"),
        ("{api}/{tenant}/me", "{api}/{renter}/me", "“{renter}” is not one of"),
        (
            "id = \"tenant\"\nkind = \"text\"",
            "id = \"tenant\"\nkind = \"client-type\"",
            "“{tenant}” is not one of",
        ),
        // A name that means something else already keeps its meaning.
        ("id = \"note\"", "id = \"user_id\"", "“{note}” is not one of"),
        (
            "answers = { token_id = \"/uuid\" }\n",
            "",
            "messages.revocation: “{token_id}” is an answer of messages.inspect",
        ),
        ("{api}/{tenant}/me", "{api}/{token_id}/me", "“{token_id}” is not one of"),
    ] {
        assert!(right.contains(from), "{from}");
        let found = faults(&right.replacen(from, to, 1)).join("\n");
        assert!(found.contains(said), "{to}: {found}");
    }
}
