//! The https redirect, the relay page and the look at what a console made of an address: what they need besides a provider.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keybearer_core::provider::{Callback, RedirectKind};
use keybearer_core::redirect::RELAYED;
use keybearer_core::redirect::certificate::Certificate;
use keybearer_core::redirect::expected::Expected;
use keybearer_core::redirect::loopback::Listeners;
use keybearer_core::redirect::waiting::{Arrival, Verdict, Waiting, WaitingLogin};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use crate::browser::raw;
use crate::rig::{Rig, soon};

const NOW: i64 = 1_795_312_000;
const STATE: &str = "5tateOfThisLogin-_5tateOfThisLogin-_5tateOf";

/// A browser that was told to go on in spite of the certificate, at its first stop.
fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

fn awaited(waiting: &Waiting, redirect_uri: &str, forwarded: Option<&str>) -> WaitingLogin {
    let expected = Expected {
        state: STATE.into(),
        redirect_uri: redirect_uri.into(),
        forwarded: forwarded.map(str::to_owned),
        authorize: Url::parse("https://threads.com/oauth/authorize").unwrap(),
        issuer: "https://threads.com".into(),
        issuer_required: false,
        own_address: false,
        callback: Callback {
            strip: vec!["#_".into()],
            ..Callback::default()
        },
        tokens: Vec::new(),
    };
    waiting.expect("login", expected)
}

async fn code(place: &mut WaitingLogin) -> (String, RedirectKind) {
    match soon("the answer", place.arrivals.recv()).await.unwrap() {
        Arrival::Answer(answer) => {
            let answer = answer.unwrap();
            (answer.code.expose().to_owned(), answer.redirect)
        }
        Arrival::Hint(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_policy_behind_tls_on_both_families() {
    let waiting = Waiting::default();
    let redirects = Listeners::new(waiting.clone());
    let certificate = Certificate::make(keybearer_core::keeper::now()).unwrap();
    let open = redirects.open_https(None, &certificate).await.unwrap();
    let at = |host: &str, rest: &str| format!("https://{host}:{}{rest}", open.port);
    let mut place = awaited(&waiting, &at("127.0.0.1", "/callback/threads"), None);
    let client = browser();
    for (wrong, status) in [
        ("/callback/threads?code=c&state=wrong", 404),
        ("/callback/other?code=c&state=5tateOfThisLogin-_5tateOfThisLogin-_5tateOf", 404),
        ("/callback/threads", 404),
        (
            "/callback/threads?code=a&code=b&state=5tateOfThisLogin-_5tateOfThisLogin-_5tateOf",
            400,
        ),
    ] {
        let reply = client.get(at("127.0.0.1", wrong)).send().await.unwrap();
        assert_eq!(reply.status(), status, "{wrong}");
    }
    // Nobody speaks http here, and who tries ends nothing.
    let plain = format!(
        "GET /callback/threads?code=c&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
        open.port
    );
    assert!(
        soon("http on https", raw(&format!("127.0.0.1:{}", open.port), plain.as_bytes()))
            .await
            .is_none()
    );
    assert!(place.arrivals.try_recv().is_err(), "still waiting");
    let strict = reqwest::Client::builder().no_proxy().build().unwrap();
    let refused = strict.get(at("127.0.0.1", "/done")).send().await.unwrap_err();
    assert!(
        format!("{refused:?}").to_lowercase().contains("certificate"),
        "nobody trusts it by itself"
    );
    let v6 = client.get(at("[::1]", "/done")).send().await.unwrap();
    assert_eq!(v6.status(), 200);
    assert!(
        v6.headers().get("strict-transport-security").is_none(),
        "the next program at this port may speak http"
    );

    let genuine = at("127.0.0.1", &format!("/callback/threads?code=the-code&state={STATE}"));
    let reply = client.get(&genuine).send().await.unwrap();
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()["location"]),
        (303, &"/done".parse().unwrap())
    );
    assert_eq!(code(&mut place).await, ("the-code".to_owned(), RedirectKind::HttpsLoopback));
    let again = client.get(&genuine).send().await.unwrap();
    assert_eq!(&again.headers()["location"], "/already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_do_not_block_the_tls_redirect() {
    let waiting = Waiting::default();
    let redirects = Listeners::new(waiting.clone());
    let certificate = Certificate::make(keybearer_core::keeper::now()).unwrap();
    let open = redirects.open_https(None, &certificate).await.unwrap();
    let address = format!("127.0.0.1:{}", open.port);
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(tokio::net::TcpStream::connect(&address).await.unwrap());
    }
    let done = browser().get(format!("https://{address}/done")).send();
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(3), done).await.unwrap().unwrap().status(),
        200
    );
    let mut first = idle.remove(0);
    first.write_all(b"\x16\x03\x01").await.unwrap();
    let mut byte = [0];
    let closed = soon("half a hello", first.read(&mut byte)).await;
    assert!(matches!(closed, Ok(0) | Err(_)), "half a hello is given up on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_certificate_an_installation_kept_in_the_vault_and_renewed_in_time() {
    let rig = Rig::new();
    let first = rig.keeper.certificate().await.unwrap();
    assert_eq!(rig.keeper.certificate().await.unwrap().pem(), first.pem());
    rig.keeper.set_certificate_trusted(true).await.unwrap();
    assert_eq!(rig.keeper.kept_certificate().await.unwrap().pem(), first.pem());
    let rig = rig.restart();
    assert_eq!(rig.keeper.certificate().await.unwrap().pem(), first.pem(), "kept");
    assert!(rig.keeper.view().certificate_trusted);
    let key = first.to_stored();
    assert!(
        !rig.book().contains(key.expose()) && !rig.book().contains("PRIVATE"),
        "its key is in the vault only"
    );
    assert!(
        first.until - keybearer_core::keeper::now() < 398 * 86_400,
        "browsers refuse longer ones"
    );
    assert!(first.pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
    let old = Certificate::make(NOW).unwrap();
    assert!(!old.is_fresh(NOW + 390 * 86_400));
}

#[test]
fn a_relayed_answer_comes_home_by_the_link_and_by_no_other_address() {
    let waiting = Waiting::default();
    let page = "https://me.github.io/keybearer/";
    let mut place = awaited(&waiting, page, Some(RELAYED));
    let deliver = |address: &str| waiting.accept(&Url::parse(address).unwrap(), RedirectKind::PrivateUseScheme);
    assert_eq!(
        deliver(&format!("io.github.keybearer://callback/other?code=c&state={STATE}")),
        Verdict::NotExpected
    );
    assert_eq!(deliver(&format!("{RELAYED}?code=c&state=wrong")), Verdict::NotExpected);
    assert_eq!(
        deliver(&format!("{page}?code=c&state={STATE}")),
        Verdict::NotExpected,
        "the page itself is no redirect"
    );
    assert_eq!(deliver(&format!("{RELAYED}?code=c%23_&state={STATE}#_")), Verdict::Accepted);
    match place.arrivals.try_recv().unwrap() {
        Arrival::Answer(answer) => assert_eq!(answer.unwrap().code.expose(), "c", "the tail is stripped"),
        Arrival::Hint(error) => panic!("{error}"),
    }
}

#[test]
fn a_relayed_answer_may_be_pasted_from_either_address() {
    for pasted in ["https://me.github.io/keybearer/", RELAYED] {
        let waiting = Waiting::default();
        let mut place = awaited(&waiting, "https://me.github.io/keybearer/", Some(RELAYED));
        waiting.paste("login", &format!("{pasted}?code=abc&state={STATE}#_")).unwrap();
        assert!(matches!(place.arrivals.try_recv().unwrap(), Arrival::Answer(Ok(_))));
    }
}

#[test]
fn what_the_console_made_of_the_address() {
    let rig = Rig::new();
    let expected = "https://127.0.0.1:47018/callback/threads";
    let differs = |shown: &str| {
        let check = rig.keeper.check_redirect("threads", expected, shown).unwrap();
        check.error.map(|e| e.params["difference"].clone())
    };
    assert_eq!(differs(expected), None);
    assert_eq!(differs(&format!("  \"{expected}\"\n")), None);
    for (shown, difference) in [
        ("https://127.0.0.1:47018/callback/threads/", "slash"),
        ("http://127.0.0.1:47018/callback/threads", "scheme"),
        ("https://localhost:47018/callback/threads", "host"),
        ("https://127.0.0.1:8443/callback/threads", "port"),
        ("https://127.0.0.1:47018/callback/thread", "path"),
        ("https://127.0.0.1:47018/callback/threads?a=b", "text"),
        ("nothing", "text"),
        ("", "text"),
    ] {
        assert_eq!(differs(shown).as_deref(), Some(difference), "{shown}");
    }
}

/// A web space that answers every request with this.
pub async fn web_space(reply: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(reply.as_bytes()).await;
        }
    });
    origin
}

pub fn ok(page: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hosted_relay_page_is_looked_at_before_it_is_believed() {
    let rig = Rig::new();
    let page = rig.keeper.relay_page();
    let code = async |address: &str| rig.keeper.check_relay_page(address).await.err().map(|e| e.code().as_str());
    for typed in [
        "",
        "me.github.io",
        "http://me.github.io/",
        "ftp://me.github.io/",
        "https://me.github.io/?a=b",
        "https://me.github.io/#a",
        "https://me:pw@github.io/",
    ] {
        assert_eq!(code(typed).await, Some("relay-not-https"), "{typed}");
    }
    let changed = web_space(ok(&page.replace("no-referrer", "origin"))).await;
    assert_eq!(code(&format!("{changed}/callback/")).await, Some("relay-differs"));
    let gone = web_space("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into()).await;
    assert_eq!(code(&gone).await, Some("relay-differs"));
    let moved = "HTTP/1.1 301 Moved\r\nLocation: https://www.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_eq!(code(&web_space(moved.into()).await).await, Some("redirected"));
    assert_eq!(rig.keeper.view().settings.relay, "", "nothing was believed");

    let good = format!("{}/callback/", web_space(ok(&page.replace('\n', "\r\n"))).await);
    assert_eq!(code(&format!(" {good} ")).await, None);
    assert_eq!(rig.keeper.view().settings.relay, good);
}

/// A browser runs what the page's own policy has the hash of, and nothing else (CSP Level 3 §6.7.3.3).
#[test]
fn the_relay_page_allows_its_own_script_and_style() {
    let page = include_str!("../../../docs/callback/index.html");
    for tag in ["script", "style"] {
        let (_, rest) = page.split_once(&format!("<{tag}>")).unwrap();
        let (text, rest) = rest.split_once(&format!("</{tag}>")).unwrap();
        let source = format!("{tag}-src 'sha256-{}';", STANDARD.encode(Sha256::digest(text)));
        assert!(page.contains(&source), "the policy needs {source}");
        assert!(!rest.contains(&format!("<{tag}")), "its policy allows one");
    }
}
