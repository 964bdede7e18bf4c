//! `discovery.by = "message"`: the typed name is the address of a site, which a message of the file recognises.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::check::read;
use keybearer_core::view::{LoginPlan, ServerView};
use serde_json::{Value, json};

use super::{HEAD, Stage};
use crate::browser::get;
use crate::raw_server::{http, socket};

/// As a site of WordPress, with an app of one's own.
fn file() -> String {
    let head = HEAD.replace("api = \"https://api.example.org\"", "server = \"{server}\"");
    let rest = r#"
[discovery]
by = "message"
[[questions]]
id = "site"
kind = "server"
label = "Site"
[[questions]]
id = "client_id"
kind = "client-id"
label = "AppID"
[[redirects]]
kind = "loopback"
[authorize]
url = "{server}/usual"
[messages.server]
method = "GET"
url = "{server}/"
query = { rest_route = "/" }
success = { pointer = "/auth/endpoint", present = true }
answers = { authorization_endpoint = "/auth/endpoint" }
[messages.token]
url = "{server}/token"
authenticate = "client"
form = { code = "{code}", code_verifier = "{code_verifier}" }
[[errors]]
message = "server"
pointer = "/auth"
equals = "[]"
category = "refused"
action = "Switch it on."
"#;
    format!("{head}{rest}")
}

/// A site that answers its message with this at one of its names, and with a page elsewhere.
async fn site(answer: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + 'static) -> u16 {
    let origin = socket(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let host = request
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned));
        let host = host.unwrap_or_default();
        let page = || http("404 Not Found", "Content-Type: text/html\r\n", b"<!DOCTYPE html><p>Nothing here");
        answer(&host, path).unwrap_or_else(page)
    })
    .await;
    origin.rsplit(':').next().unwrap().parse().unwrap()
}

fn json_of(body: &Value) -> Vec<u8> {
    http("200 OK", "Content-Type: application/json\r\n", body.to_string().as_bytes())
}

fn endpoint(address: &str) -> Option<Vec<u8>> {
    Some(json_of(&json!({ "auth": { "endpoint": address } })))
}

async fn found(s: &Stage, typed: &str) -> Result<ServerView, ErrorView> {
    s.rig.keeper.find_server("mine", typed).await.map_err(|error| error.view())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_taken_as_it_is_typed() {
    let s = Stage::new(&file()).await;
    let port = site(|host, path| {
        (path == "/?rest_route=%2F").then(|| json_of(&json!({ "auth": { "endpoint": format!("http://{host}/wp-admin/allow.php") } })))
    })
    .await;
    let origin = format!("http://blog.localhost:{port}");
    for typed in [
        format!("blog.localhost:{port}"),
        format!("http://blog.localhost:{port}"),
        format!("HTTP://Blog.LocalHost:{port}/"),
        format!("blog.localhost:{port}/wp-admin/"),
        format!("http://blog.localhost:{port}/wp-login.php?redirect_to=x"),
        // A page of the site: no site of its own is below it.
        format!("blog.localhost:{port}/2026/11/hello-world/"),
        format!(" <http://blog.localhost:{port}/about> "),
    ] {
        let found = found(&s, &typed).await.unwrap_or_else(|error| panic!("{typed}: {error:?}"));
        assert_eq!(
            (found.origin.as_str(), found.provider.as_str(), found.software),
            (origin.as_str(), "mine", None),
            "{typed}"
        );
    }
    // The browser opens the page that the site names.
    let plan = LoginPlan {
        answers: [("site".to_owned(), origin.clone().into()), ("client_id".to_owned(), "abc".into())].into(),
        ..s.plan(&[])
    };
    let login = s.rig.wait(plan).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    assert!(link.starts_with(&format!("{origin}/wp-admin/allow.php?")), "{link}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_may_be_known_by_another_name() {
    let s = Stage::new(&file()).await;
    // It redirects, as most do.
    let port = site(|host, path| match host.strip_prefix("www.") {
        Some(bare) => Some(http("301 Moved Permanently", &format!("Location: http://{bare}{path}\r\n"), b"")),
        None => endpoint(&format!("http://{host}/allow")),
    })
    .await;
    let moved = found(&s, &format!("www.blog.localhost:{port}")).await.unwrap();
    assert_eq!(moved.origin, format!("http://blog.localhost:{port}"));
    // It answers at both names, and means one of them.
    let port = site(|host, _| endpoint(&format!("http://{}/allow", host.trim_start_matches("www.")))).await;
    let named = found(&s, &format!("www.blog.localhost:{port}")).await.unwrap();
    assert_eq!(named.origin, format!("http://blog.localhost:{port}"));
    // What names another one that names a third is believed no more.
    let port = site(|host, _| {
        let next = if host.starts_with("a.") { "b" } else { "c" };
        endpoint(&format!(
            "http://{next}.localhost:{}/allow",
            host.rsplit(':').next().unwrap_or_default()
        ))
    })
    .await;
    assert_eq!(found(&s, &format!("a.localhost:{port}")).await.unwrap_err().code, "server-unknown");
    // A page that is no address, and one of another scheme.
    for address in ["allow.php", "javascript:alert(1)", "http://blog.example.org/allow"] {
        let address = address.to_owned();
        let port = site(move |_, _| endpoint(&address)).await;
        assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err().code, "server-unknown");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_site_that_is_none_is_refused_with_its_reason() {
    let s = Stage::new(&file()).await;
    // The file says what this one lacks.
    let port = site(|_, _| Some(json_of(&json!({ "name": "Blog", "auth": [] })))).await;
    let error = found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.action.unwrap().en.as_str()),
        ("refused", "Switch it on.")
    );
    // Another API, a page, a redirect that leads nowhere.
    let port = site(|_, _| Some(json_of(&json!({ "name": "Other" })))).await;
    assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err().code, "server-unknown");
    let port = site(|_, _| None).await;
    assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err().code, "server-unknown");
    let port = site(|_, path| Some(http("302 Found", &format!("Location: {path}\r\n"), b""))).await;
    assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err().code, "server-unknown");
    let port = site(|_, _| {
        Some(http(
            "503 Service Unavailable",
            "Content-Type: application/json\r\n",
            b"{\"code\":\"down\"}",
        ))
    })
    .await;
    assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.unwrap_err().code, "transient");
    // Below a path, with an endpoint that is not there: beside it, elsewhere, none, or reached by way of another host.
    for allow in [
        "http://HOST/allow",
        "http://HOST/blogs/allow",
        "http://a.localhost:PORT/blog/allow",
        "",
    ] {
        let port = site(move |host, path| {
            let port = host.rsplit(':').next().unwrap_or_default();
            let address = allow.replace("HOST", host).replace("PORT", port);
            match path.split_once("/?rest_route") {
                Some(("/blog", _)) if allow.is_empty() => {
                    Some(http("302 Found", &format!("Location: http://b.localhost:{port}{path}\r\n"), b""))
                        .filter(|_| !host.starts_with("b."))
                        .or_else(|| endpoint(&format!("http://{host}/blog/allow")))
                }
                Some(("/blog", _)) => endpoint(&address),
                _ => None,
            }
        })
        .await;
        let error = found(&s, &format!("127.0.0.1:{port}/blog/")).await.unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.params["path"].as_str()),
            ("server-under-path", "/blog"),
            "{allow}"
        );
    }
    // Nothing answers: typed as http, the site has no https.
    assert_eq!(found(&s, "127.0.0.1:1").await.unwrap_err().code, "server-unreachable");
    assert_eq!(found(&s, "a b").await.unwrap_err().code, "server-name-invalid");
    assert_eq!(found(&s, "").await.unwrap_err().code, "server-name-invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_below_a_path_is_one_of_its_own() {
    let s = Stage::new(&file()).await;
    // Alone, and beside another one at the root.
    for root in [false, true] {
        let port = site(move |host, path| match path.split_once('?') {
            Some(("/", _)) => root.then(|| endpoint(&format!("http://{host}/allow"))).flatten(),
            Some(("/team/blog/", _)) => endpoint(&format!("http://{host}/team/blog/allow")),
            None if path == "/team/blog/token" => Some(json_of(&json!({ "access_token": "the-token", "token_type": "Bearer" }))),
            _ => None,
        })
        .await;
        let typed = format!("127.0.0.1:{port}/team/blog/wp-admin/");
        let site = format!("http://127.0.0.1:{port}/team/blog");
        assert_eq!(found(&s, &typed).await.unwrap().origin, site);
        assert_eq!(found(&s, &format!("127.0.0.1:{port}")).await.is_ok(), root);
        // The browser goes there, the code is sent there, and so is everything later.
        let plan = LoginPlan {
            answers: [("site".to_owned(), typed.clone().into()), ("client_id".to_owned(), "abc".into())].into(),
            ..s.plan(&[])
        };
        let mut login = s.rig.wait(plan).await;
        let link = url::Url::parse(&s.rig.keeper.consent_link(&login.id).unwrap()).unwrap();
        assert_eq!(link.path(), "/team/blog/allow");
        let given = |name: &str| link.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
        let home = format!("{}?code=c&state={}", given("redirect_uri"), given("state"));
        get(&home).await.unwrap();
        let account = s.account(&login.end().await.unwrap());
        assert_eq!(account.server.as_deref(), Some(format!("127.0.0.1:{port}/team/blog").as_str()));
        assert!(s.rig.book().contains(&format!("\"server\": \"{site}\"")), "{}", s.rig.book());
        assert_eq!(s.token(&account.id).await.as_deref(), Ok("the-token"));
        s.rig.keeper.delete_account(&account.id).await.unwrap();
    }
}

#[test]
fn a_file_says_how_its_sites_are_found() {
    let faults = |from: &str, to: &str| {
        let source = file().replacen(from, to, 1);
        assert_ne!(source, file(), "{from}");
        let faults = read(&source).err().unwrap_or_default();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (from, to, said) in [
        (
            "by = \"message\"",
            "by = \"message\"\nfamily = \"x\"",
            "discovery.family: belongs to by = \"nodeinfo\"",
        ),
        ("by = \"message\"", "family = \"x\"", "discovery.software: is missing"),
        ("by = \"message\"", "software = [\"x\"]", "discovery.family: is missing"),
        (
            "by = \"message\"",
            "family = \"x\"\nsoftware = [\"x\"]",
            "messages.server: is for discovery.by",
        ),
        ("by = \"message\"", "by = \"luck\"", "unknown variant `luck`"),
        ("kind = \"server\"", "kind = \"text\"", "discovery: needs a question of kind server"),
        (
            "method = \"GET\"",
            "method = \"POST\"",
            "messages.server: is a GET that nothing authenticates",
        ),
        (
            "rest_route = \"/\"",
            "rest_route = \"{client_id}\"",
            "“{client_id}” has no value before the server is found",
        ),
        (
            "rest_route = \"/\"",
            "rest_route = \"{access_token}\"",
            "“{access_token}” has no value before",
        ),
    ] {
        let found = faults(from, to);
        assert!(found.contains(said), "{to}: {found}");
    }
    let without = file()
        .replace("[messages.server]", "[messages.granted]")
        .replace("message = \"server\"\n", "");
    let found = read(&without).unwrap_err();
    assert!(
        found
            .iter()
            .any(|fault| fault.key == "messages.server" && fault.text == "is missing"),
        "{found:?}"
    );
}
