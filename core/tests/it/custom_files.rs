//! The person's own provider files: they stand beside the shipped ones, and a login by one of them goes through a console
//! that the person has been to.

use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::LoginPlan;
use keybearer_practice::{Flavor, Practice};
use tempfile::TempDir;

use crate::browser::raw;
use crate::registry::RIGHT;
use crate::rig::{Rig, practice};

#[test]
fn ones_own_files_stand_beside_the_shipped_ones() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("a-mine.toml", RIGHT);
    put("b-taken.toml", &RIGHT.replace("id = \"mine\"", "id = \"mastodon\""));
    put("c-broken.toml", "format = ");
    put(
        "d-other.toml",
        "format = 1\nid = \"another\"\nname = \"Other\"\nextends = \"mine\"\nhosts = { api = \"https://other.example\" }",
    );
    put(
        "e-id.toml",
        "format = 1\nid = \"Other/../x\"\nextends = \"mine\"\nhosts = { api = \"https://other.example\" }",
    );
    put(
        "f-host.toml",
        "format = 1\nid = \"f\"\nextends = \"mine\"\nhosts = { web = \"https://other.example\" }",
    );
    put(
        "g-http.toml",
        "format = 1\nid = \"g\"\nextends = \"mine\"\nhosts = { api = \"http://other.example\" }",
    );
    put(
        "h-userinfo.toml",
        "format = 1\nid = \"h\"\nextends = \"mine\"\nhosts = { api = \"https://me:pw@other.example\" }",
    );
    put(
        "i-query.toml",
        "format = 1\nid = \"i\"\nextends = \"mine\"\nhosts = { api = \"https://other.example/?x=\" }",
    );
    put("j-more.toml", "format = 1\nid = \"j\"\nextends = \"mine\"\nhosts = {}\nscopes = []");
    put("k-nobody.toml", "format = 1\nid = \"k\"\nextends = \"nobody\"\nhosts = {}");
    put("l-format.toml", "format = 3\nid = \"l\"\nextends = \"mine\"\nhosts = {}");
    put("m-bytes.toml", "\u{0}");
    put("notes.txt", "not a provider");
    let rig = Rig::over(home);
    let view = rig.keeper.view();
    let providers = rig.keeper.catalogue();
    let own: Vec<_> = providers.iter().filter(|p| p.custom).collect();
    assert_eq!(own.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["mine", "another"]);
    assert_eq!(
        (own[1].name.en.as_str(), &own[1].hosts),
        ("Other", &vec!["other.example".to_owned()])
    );
    assert_eq!(own[0].hosts, ["api.example.org"], "where it sends is shown");
    assert!(providers.len() > own.len(), "the shipped ones are there too, first");
    assert!(!providers[0].custom);
    for (file, sentence) in [
        ("b-taken", "id: “mastodon” is taken"),
        ("c-broken", "TOML parse error"),
        ("e-id", "lower-case letters"),
        ("f-host", "hosts.web: “mine” has no such host"),
        ("g-http", "must be an https origin"),
        ("h-userinfo", "must be an https origin"),
        ("i-query", "must be an https origin"),
        ("j-more", "unknown field `scopes`"),
        ("k-nobody", "extends: no provider “nobody”"),
        ("l-format", "this program reads format 1"),
        ("m-bytes", "TOML parse error"),
    ] {
        let problem = view
            .problems
            .iter()
            .find(|p| p.params.get("file").is_some_and(|f| f.contains(file)));
        let problem = problem.unwrap_or_else(|| panic!("{file} was taken"));
        assert!(
            problem.code == "provider-file" && problem.detail.as_ref().unwrap().contains(sentence),
            "{problem:?}"
        );
    }
    assert_eq!(view.problems.len(), 11);
    assert!(rig.keeper.is_own_link("https://example.org/docs") && !rig.keeper.is_own_link("https://example.org/"));
}

/// A provider of a console: id and secret are typed in, and travel as this client type wants it.
pub fn console(origin: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let text = RIGHT
        .replace("https://api.example.org", origin)
        .replace("{api}/authorize", "{api}/oauth/authorize")
        .replace("{api}/token", "{api}/oauth/token")
        .replace("host = \"localhost\"\nport = 8080", "host = \"127.0.0.1\"")
        .replace("pattern = \"^[0-9]+$\"", "")
        .replace(
            "[[client_types]]",
            r#"
[[questions]]
id = "secret"
kind = "client-secret"
label = { en = "Secret", zh-Hans = "密钥", zh-Hant = "密鑰" }
[[questions]]
id = "type"
kind = "client-type"
label = { en = "Type", zh-Hans = "类型", zh-Hant = "類型" }
[[client_types]]
id = "basic"
authentication = "basic"
[[client_types]]
id = "post"
authentication = "post"
[[client_types]]"#,
        )
        .replace("code = \"{code}\",", "code = \"{code}\", redirect_uri = \"{redirect_uri}\",")
        .replace(
            "[[errors]]",
            "[messages.identity]\nmethod = \"GET\"\nurl = \"{api}/api/v1/accounts/verify_credentials\"\nauthenticate = \"bearer\"\nanswers = { user_id = \"/id\", username = \"/username\" }\n[[errors]]",
        );
    std::fs::write(folder.join("mine.toml"), text).unwrap();
    home
}

/// What a person reads off the console after making an app there.
async fn made_in_the_console(p: &Practice) -> (String, String) {
    let host = p.origin().strip_prefix("http://").unwrap();
    let form = "client_name=mine&redirect_uris=http%3A%2F%2F127.0.0.1%2Fcallback&scopes=read";
    let request = format!(
        "POST /api/v1/apps HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let app: serde_json::Value = serde_json::from_str(&raw(host, request.as_bytes()).await.unwrap().body).unwrap();
    let text = |name: &str| app[name].as_str().unwrap().to_owned();
    (text("client_id"), text("client_secret"))
}

pub fn filled_in(id: &str, secret: &str, kind: &str) -> LoginPlan {
    let answers = [("client_id", id), ("secret", secret), ("type", kind)];
    LoginPlan {
        provider: "mine".into(),
        client_name: "From the console".into(),
        answers: answers.map(|(k, v)| (k.to_owned(), v.into())).into(),
        scopes: vec!["read".into()],
        redirect: Some(RedirectKind::Loopback),
        ..LoginPlan::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_from_a_console_signs_as_its_type_wants() {
    let p = practice(Flavor::Mastodon).await;
    let (id, secret) = made_in_the_console(&p).await;
    for kind in ["basic", "post"] {
        let rig = Rig::over(console(p.origin()));
        let account = rig.log_in(filled_in(&format!(" {id} "), &secret, kind)).await.account;
        assert_eq!(account.name, "@ada");
        let sent = p.requests().into_iter().rfind(|r| r.path == "/oauth/token").unwrap();
        assert_eq!(
            sent.header("authorization").is_some_and(|a| a.starts_with("Basic ")),
            kind == "basic"
        );
        assert_eq!(sent.form_param("client_secret").is_some(), kind == "post");
        let client = rig.keeper.view().clients.remove(0);
        assert!(client.has_secret && !client.registered && client.client_id == id);
        // The known client needs no answers the next time.
        let mut again = filled_in("", "", kind);
        again.client = Some(client.id.clone());
        assert_eq!(rig.log_in(again).await.account.client, client.id);
    }
    let rig = Rig::over(console(p.origin()));
    assert_eq!(rig.fail(filled_in("", "x", "post")).await.params["field"], "client_id");
    assert_eq!(rig.fail(filled_in(&id, "wrong", "post")).await.code, "client-auth");
    assert_eq!(
        rig.fail(filled_in(&id, "", "public")).await.code,
        "client-auth",
        "no secret was typed, none is sent"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_is_bound_to_the_hosts_it_was_made_with() {
    let (p, other) = (practice(Flavor::Mastodon).await, practice(Flavor::Mastodon).await);
    let (id, secret) = made_in_the_console(&p).await;
    let rig = Rig::over(console(p.origin()));
    let client = rig.log_in(filled_in(&id, &secret, "post")).await.account.client;
    let path = rig.home.path().join("config/providers/mine.toml");
    let moved = std::fs::read_to_string(&path).unwrap().replace(p.origin(), other.origin());
    std::fs::write(&path, moved).unwrap();
    let rig = rig.restart();
    let mut again = filled_in("", "", "post");
    again.client = Some(client);
    assert_eq!(rig.fail(again).await.code, "input-invalid", "changed hosts mean asking again");
    assert!(other.requests().iter().all(|r| !r.body.contains(&secret)));
}

/// A file of one's own that says it takes Facebook's tokens does not get to see one: recognition is by shipped files.
#[tokio::test]
async fn a_pasted_token_is_recognised_by_shipped_files_only() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let greedy = RIGHT.replace(
        "[authorize]",
        "[adopt]\nprefixes = [\"EAA\", \"E\"]\npatterns = [\"^[A-Z]{3}\"]\n[authorize]",
    );
    std::fs::write(folder.join("mine.toml"), greedy).unwrap();
    let rig = Rig::over(home);
    assert!(rig.keeper.catalogue().iter().any(|p| p.id == "mine" && p.can_import));
    let seen = |text: &str| rig.keeper.recognise(&Secret::new(text));
    let token = format!("EAA{}", "b".repeat(60));
    assert_eq!(seen(&token), ["facebook"]);
    assert_eq!(
        seen(&format!("Authorization: Bearer {token}")),
        ["facebook"],
        "as it stands in a header"
    );
    assert_eq!(seen(&format!("FACEBOOK_ACCESS_TOKEN={token}\n")), ["facebook"]);
    for none in ["", " ", "mastodon", "{}", "E2E-token-of-another-platform"] {
        assert!(seen(none).is_empty(), "{none}");
    }
}
