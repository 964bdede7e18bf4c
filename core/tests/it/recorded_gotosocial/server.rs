//! A mock server that answers each request with the recording of that exchange with a real GoToSocial.

use std::sync::{Arc, Mutex};

use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::cookie_browser::send;

/// The recordings, by name.
macro_rules! recorded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../fixtures/gotosocial/", $name, ".http")))),*]
    };
}
pub const RECORDED: &[(&str, &str)] = recorded![
    "003-metadata",
    "005-nodeinfo",
    "006-no-user-agent",
    "009-registered-oob",
    "014-registered-several",
    "024-authorize-signed-out",
    "025-sign-in",
    "026-signed-in",
    "027-authorize",
    "028-allowed-oob",
    "029-code-shown",
    "030-token-oob",
    "031-code-spent",
    "037-allowed-loopback",
    "038-token-loopback",
    "119-redirect-not-registered",
    "129-scope-not-registered",
    "136-password-wrong",
    "169-secret-wrong",
    "182-redirect-not-covered",
    "183-code-unknown",
    "226-client-credentials",
    "229-who",
    "230-token-unknown",
    "242-scope-missing",
    "250-posted",
    "286-statuses",
    "287-statuses-none",
    "288-write-refused",
    "290-revoke-refused",
    "297-revoked",
    "nodeinfo",
    "rate-limited",
];

/// The two apps that were registered, their codes and tokens, as recorded.
const OOB: (&str, &str) = ("01HC9P8P26QRNW2GSX42C8133D", "688896c1-68a9-49b9-bf06-a64899b7649a");
const SEVERAL: (&str, &str) = ("01C43MC8JNBCV7CG446373HTGK", "56cfd277-cc73-4168-8c0e-455814f96791");
const CODES: [&str; 2] = [
    "YTYZMZQ5ZWETNWFKZC0ZZJCYLWFMMDCTYTYYZJVMN2JHNGJK",
    "NJM1MJC4ZJETN2EZZC0ZZDHILTLJMGUTMJVKNWIXNDK2NGFJ",
];
pub const TOKENS: [&str; 2] = [
    "MDNKY2VLMJETMZNMNY0ZYTMZLTHLYMYTMGEXNGYZMTVIMDI3",
    "NZBHYWRJZDCTZMM1NI0ZOWU0LTK2NZUTMDY5YMFMZTC5ZGIZ",
];

/// What the server remembers, and what it is to answer instead.
#[derive(Default)]
pub struct Memory {
    /// Where the browser is to go, and the state that goes along.
    redirect: String,
    state: String,
    spent: Vec<String>,
    pub revoked: Vec<String>,
    /// Paths that answer by another recording.
    instead: Vec<(&'static str, &'static str)>,
    pub asked: Vec<String>,
    /// The bodies of publications.
    pub posted: Vec<String>,
}

pub struct GoToSocial {
    origin: String,
    pub memory: Arc<Mutex<Memory>>,
}

impl GoToSocial {
    pub async fn start() -> GoToSocial {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let memory = Arc::new(Mutex::new(Memory::default()));
        let (origin, known) = (format!("http://{host}"), memory.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (host, known) = (host.clone(), known.clone());
                tokio::spawn(serve(stream, host, known));
            }
        });
        GoToSocial { origin, memory }
    }

    pub fn instead(&self, path: &'static str, recording: &'static str) {
        let mut memory = self.memory.lock().unwrap();
        memory.instead.retain(|(at, _)| *at != path);
        memory.instead.push((path, recording));
    }

    pub fn plan(&self, redirect: RedirectKind) -> LoginPlan {
        LoginPlan {
            provider: "gotosocial".into(),
            client_name: "memos".into(),
            answers: [("server".to_owned(), self.origin.clone().into())].into(),
            scopes: vec!["read".into()],
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// A person's way through the pages: where the server sends the browser in the end.
    pub async fn consent(&self, address: &str) -> Url {
        let at = |path: &str| Url::parse(&self.origin).unwrap().join(path).unwrap();
        let first = send(&Url::parse(address).unwrap(), "User-Agent: a browser\r\n", None).await;
        assert_eq!((first.status, first.header("location")), (303, "/auth/sign_in"));
        let cookie = first.header("set-cookie").split(';').next().unwrap().to_owned();
        let headers = format!("User-Agent: a browser\r\nCookie: {cookie}\r\n");
        assert!(send(&at("/auth/sign_in"), &headers, None).await.body.contains("type=\"password\""));
        let form = [("username", "memo@example.org"), ("password", "a-password")];
        let signed_in = send(&at("/auth/sign_in"), &headers, Some(&form)).await;
        assert_eq!(signed_in.header("location"), "/oauth/authorize");
        assert!(send(&at("/oauth/authorize"), &headers, None).await.body.contains("Allow"));
        let allowed = send(&at("/oauth/authorize"), &headers, Some(&[])).await;
        assert_eq!(allowed.status, 302);
        at("/oauth/authorize").join(allowed.header("location")).unwrap()
    }
}

async fn serve(mut stream: TcpStream, host: String, memory: Arc<Mutex<Memory>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let request = loop {
        match stream.read(&mut buffer).await {
            Ok(n @ 1..) => bytes.extend_from_slice(&buffer[..n]),
            _ => return,
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_lowercase();
        let length = head
            .split_once("content-length: ")
            .and_then(|(_, l)| l.lines().next()?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            break text;
        }
    };
    let answer = replay(&request, &host, &mut memory.lock().unwrap());
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// The recording that answers this request, as it was sent: the head's lines end in CRLF, the body has no length and ends with
/// the connection.
fn replay(request: &str, host: &str, memory: &mut Memory) -> String {
    let (name, change) = choose(request, memory);
    let (_, text) = RECORDED.iter().find(|(known, _)| *known == name).unwrap();
    let (head, body) = text
        .trim_end_matches('\n')
        .split_once("\n\n")
        .unwrap_or((text.trim_end_matches('\n'), ""));
    let mut head = head.replace('\n', "\r\n");
    if let Some((recorded, now)) = change {
        assert!(head.contains(&recorded), "{name} has no {recorded}");
        head = head.replace(&recorded, &now);
    }
    format!("{head}\r\n\r\n{body}").replace("localhost:8085", host)
}

fn choose(request: &str, memory: &mut Memory) -> (&'static str, Option<(String, String)>) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap();
    let (method, target) = line.split_once(' ').unwrap();
    let url = Url::parse("http://server")
        .unwrap()
        .join(target.split(' ').next().unwrap())
        .unwrap();
    memory.asked.push(format!("{method} {}", url.path()));
    let header = |name: &str| {
        let found = head
            .lines()
            .skip(1)
            .filter_map(|l| l.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let query = |name: &str| {
        url.query_pairs()
            .find(|(k, _)| k == name)
            .map(|(_, v)| v.into_owned())
            .unwrap_or_default()
    };
    let form = |name: &str| {
        let pairs = url::form_urlencoded::parse(body.as_bytes());
        pairs.into_owned().find(|(k, _)| k == name).map(|(_, v)| v).unwrap_or_default()
    };
    let as_it_is = |name| (name, None);
    if header("user-agent").is_none() {
        return as_it_is("006-no-user-agent");
    }
    if let Some((_, recording)) = memory.instead.iter().find(|(path, _)| *path == url.path()) {
        return as_it_is(recording);
    }
    let bearer = header("authorization").unwrap_or_default();
    let token = bearer.strip_prefix("Bearer ").unwrap_or_default();
    let known = TOKENS.contains(&token) && !memory.revoked.iter().any(|r| r == token);
    let secret_is_right = [OOB, SEVERAL].contains(&(&form("client_id"), &form("client_secret")));
    match (method, url.path()) {
        ("GET", "/.well-known/nodeinfo") => as_it_is("005-nodeinfo"),
        ("GET", "/nodeinfo/2.0" | "/nodeinfo/2.1") => as_it_is("nodeinfo"),
        ("POST", "/api/v1/apps") if form("redirect_uris").contains("http") => as_it_is("014-registered-several"),
        ("POST", "/api/v1/apps") => as_it_is("009-registered-oob"),
        ("GET", "/oauth/authorize") if header("cookie").is_none() => {
            (memory.redirect, memory.state) = (query("redirect_uri"), query("state"));
            as_it_is("024-authorize-signed-out")
        }
        ("GET", "/oauth/authorize") => as_it_is("027-authorize"),
        ("GET", "/auth/sign_in") => as_it_is("025-sign-in"),
        ("POST", "/auth/sign_in") => as_it_is("026-signed-in"),
        ("POST", "/oauth/authorize") if memory.redirect.starts_with("urn:") => as_it_is("028-allowed-oob"),
        ("POST", "/oauth/authorize") => {
            let recorded = "http://127.0.0.1:8765/callback?code=".to_owned() + CODES[1] + "&state=a+b%2Bc%2F%C3%BC%26%3D%25";
            let now = format!("{}?code={}&state={}", memory.redirect, CODES[1], memory.state);
            ("037-allowed-loopback", Some((recorded, now)))
        }
        ("GET", "/oauth/oob") => as_it_is("029-code-shown"),
        ("POST", "/oauth/token") if form("client_id").is_empty() || !secret_is_right => as_it_is("169-secret-wrong"),
        ("POST", "/oauth/token") if form("grant_type") == "client_credentials" => as_it_is("226-client-credentials"),
        ("POST", "/oauth/token") => {
            let code = form("code");
            let spent = memory.spent.contains(&code);
            memory.spent.push(code.clone());
            as_it_is(match CODES.iter().position(|known| *known == code) {
                Some(_) if spent => "031-code-spent",
                Some(0) => "030-token-oob",
                Some(_) => "038-token-loopback",
                None => "183-code-unknown",
            })
        }
        ("GET", "/api/v1/accounts/verify_credentials") => as_it_is(if known { "229-who" } else { "230-token-unknown" }),
        ("GET", path) if path.ends_with("/statuses") && known => as_it_is(if query("max_id").is_empty() && query("only_media") == "true" {
            "286-statuses"
        } else {
            "287-statuses-none"
        }),
        ("POST", "/api/v1/statuses") if known => {
            memory.posted.push(body.to_owned());
            as_it_is("250-posted")
        }
        ("POST", "/oauth/revoke") if !secret_is_right => as_it_is("290-revoke-refused"),
        ("POST", "/oauth/revoke") => {
            memory.revoked.push(form("token"));
            as_it_is("297-revoked")
        }
        _ => as_it_is("003-metadata"),
    }
}
