//! The loopback door against everything that can reach it: a login waits, hostile and clumsy requests come, none of them
//! ends or consumes it, and the genuine callback afterwards is taken.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use keybearer_core::provider::DoorKind;
use keybearer_core::redirect::loopback::Doors;
use keybearer_core::redirect::waiting::Waiting;
use keybearer_practice::{Flavor, Practice};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::browser::{Visit, consent, follow, raw, read};
use crate::rig::{Login, Rig, asked, plan, practice, soon};

/// A login that waits at a loopback door, and the genuine callback, not yet sent.
struct Siege {
    rig: Rig,
    login: Login,
    practice: Practice,
    /// `127.0.0.1:PORT`
    door: String,
    path: String,
    query: String,
    state: String,
}

impl Siege {
    async fn new() -> Siege {
        let (rig, practice) = (Rig::new(), practice(Flavor::Mastodon).await);
        let login = rig.wait(plan(&rig, &practice, DoorKind::Loopback)).await;
        let link = rig.keeper.consent_link(&login.id).unwrap();
        let home = Url::parse(&consent(&link, &Visit::allow("ada")).await.unwrap()).unwrap();
        let state = home.query_pairs().find(|(k, _)| k == "state").unwrap().1.into_owned();
        Siege {
            rig,
            login,
            practice,
            door: format!("127.0.0.1:{}", home.port().unwrap()),
            path: home.path().to_owned(),
            query: home.query().unwrap().to_owned(),
            state,
        }
    }

    /// The genuine request, by which a browser brings the answer.
    fn genuine(&self) -> String {
        self.request(&format!("GET {}?{}", self.path, self.query), "")
    }

    fn request(&self, start: &str, headers: &str) -> String {
        format!("{start} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.door)
    }

    /// Nothing was redeemed; the genuine callback is taken and the token won.
    async fn ends_well(mut self) {
        assert!(self.login.is_waiting(), "still waiting: {:?}", self.login.seen);
        assert_eq!(asked(&self.practice, "/oauth/token"), 0);
        let reply = soon("the genuine callback", raw(&self.door, self.genuine().as_bytes())).await.unwrap();
        assert_eq!((reply.status, reply.header("location")), (303, "/done"));
        let account = self.login.end().await.unwrap();
        assert_eq!(vec![self.rig.token(&account).await], self.practice.tokens());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_the_answer_changes_nothing() {
    let s = Siege::new().await;
    let (path, query, state) = (s.path.clone(), s.query.clone(), s.state.clone());
    let older = "b".repeat(43);
    let port = s.door.rsplit(':').next().unwrap().to_owned();
    let get = |target: String| s.request(&format!("GET {target}"), "");
    let with = |headers: &str| s.request(&format!("GET {path}?{query}"), headers);
    let host = |host: &str| format!("GET {path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let bytes = |text: String| text.into_bytes();

    // What arrives, and the status it must get; 0 is a connection closed without an answer or with a 400.
    let table: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("wrong state", bytes(get(format!("{path}?code=x&state={older}"))), &[404]),
        ("no state", bytes(get(format!("{path}?code=x"))), &[404]),
        ("empty state", bytes(get(format!("{path}?code=x&state="))), &[404]),
        ("state twice", bytes(get(format!("{path}?{query}&state={state}"))), &[400]),
        ("state twice, the wrong one first", bytes(get(format!("{path}?state={older}&{query}"))), &[400]),
        ("state in other letters", bytes(get(format!("{path}?code=x&state={}", swap_case(&state)))), &[404]),
        ("a piece of the state", bytes(get(format!("{path}?code=x&state={}", &state[..42]))), &[404]),
        ("more than the state", bytes(get(format!("{path}?code=x&state={state}A"))), &[404]),
        ("the state as an array", bytes(get(format!("{path}?code=x&state[]={state}"))), &[404]),
        ("code twice", bytes(get(format!("{path}?code=evil&{query}"))), &[400]),
        ("right state, nothing else", bytes(get(format!("{path}?state={state}"))), &[400]),
        ("right state, empty code", bytes(get(format!("{path}?code=&state={state}"))), &[400]),
        ("an error for another login", bytes(get(format!("{path}?error=access_denied&state={older}"))), &[404]),
        ("broken %-escape", bytes(get(format!("{path}?{query}&x=%zz"))), &[400]),
        ("half a %-escape", bytes(get(format!("{path}?{query}%4"))), &[400]),
        ("escaped bytes that are no UTF-8", bytes(get(format!("{path}?{query}&x=%ff%fe"))), &[400]),
        ("an escaped NUL", bytes(get(format!("{path}?{query}%00"))), &[400]),
        ("no query", bytes(get(path.clone())), &[404]),
        ("an empty query", bytes(get(format!("{path}?"))), &[404]),
        ("/", bytes(get("/".into())), &[404]),
        ("favicon", bytes(get("/favicon.ico".into())), &[404]),
        ("robots", bytes(get("/robots.txt".into())), &[404]),
        ("another path", bytes(get(format!("/elsewhere?{query}"))), &[404]),
        ("a slash more", bytes(get(format!("{path}/?{query}"))), &[404]),
        ("the path with dots", bytes(get(format!("/x/../elsewhere?{query}"))), &[404]),
        ("the last page", bytes(get(format!("/done?{query}"))), &[200]),
        ("HEAD", bytes(s.request(&format!("HEAD {path}?{query}"), "")), &[405]),
        ("PUT", bytes(s.request(&format!("PUT {path}?{query}"), "Content-Length: 0\r\n")), &[405]),
        ("DELETE", bytes(s.request(&format!("DELETE {path}?{query}"), "")), &[405]),
        (
            "OPTIONS",
            bytes(s.request(&format!("OPTIONS {path}?{query}"), "Origin: https://evil.example\r\nAccess-Control-Request-Private-Network: true\r\n")),
            &[405],
        ),
        ("POST text", bytes(s.request(&format!("POST {path}"), &format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", query.len())) + &query), &[405]),
        ("POST JSON", bytes(s.request(&format!("POST {path}?{query}"), "Content-Type: application/json\r\nContent-Length: 2\r\n") + "{}"), &[405]),
        ("absolute form", bytes(s.request(&format!("GET http://{}{path}?{query}", s.door), "")), &[421]),
        ("absolute form elsewhere", bytes(s.request(&format!("GET http://evil.example{path}?{query}"), "")), &[421]),
        ("HTTP/1.0 without Host", bytes(format!("GET {path}?{query} HTTP/1.0\r\n\r\n")), &[421]),
        ("no Host", bytes(format!("GET {path}?{query} HTTP/1.1\r\n\r\n")), &[421, 400]),
        ("two Hosts", bytes(with(&format!("Host: {}\r\n", s.door))), &[421, 400]),
        ("two Hosts, one evil", bytes(with("Host: evil.example\r\n")), &[421, 400]),
        ("an empty Host", bytes(host("")), &[421, 400]),
        ("evil.example", bytes(host("evil.example")), &[421]),
        ("evil.example with the port", bytes(host(&format!("evil.example:{port}"))), &[421]),
        ("127.0.0.1.evil", bytes(host(&format!("127.0.0.1.evil:{port}"))), &[421]),
        ("localhost.evil", bytes(host(&format!("localhost.evil:{port}"))), &[421]),
        ("userinfo in Host", bytes(host(&format!("127.0.0.1:{port}@evil.example"))), &[421, 400]),
        ("decimal IP", bytes(host(&format!("2130706433:{port}"))), &[421]),
        ("127.1", bytes(host(&format!("127.1:{port}"))), &[421]),
        ("a final dot", bytes(host(&format!("localhost.:{port}"))), &[421]),
        ("another port", bytes(host("127.0.0.1:1")), &[421]),
        ("no port", bytes(host("127.0.0.1")), &[421]),
        ("the other spelling", bytes(host(&format!("localhost:{port}"))), &[404]),
        ("an image", bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n")), &[403]),
        ("a script", bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: script\r\n")), &[403]),
        ("a fetch", bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: empty\r\n")), &[403]),
        ("a frame", bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: iframe\r\n")), &[403]),
        ("a prefetch", bytes(with("Sec-Purpose: prefetch;prerender\r\n")), &[403]),
        ("an older prefetch", bytes(with("Purpose: prefetch\r\n")), &[403]),
        ("16 KiB and more", bytes(get(format!("{path}?{query}&x={}", "a".repeat(16 * 1024)))), &[431, 414, 0]),
        ("100 KB", bytes(get(format!("/{}?{query}", "a".repeat(100_000)))), &[431, 414, 0]),
        ("200 headers", bytes(with(&"X-Padding: y\r\n".repeat(200))), &[431, 0]),
        ("a header of 20 KB", bytes(with(&format!("X-Padding: {}\r\n", "y".repeat(20_000)))), &[431, 0]),
        ("a raw NUL", bytes(get(format!("{path}?{query}\0"))), &[400, 0]),
        ("raw bytes that are no UTF-8", [b"GET /\xff\xfe?x HTTP/1.1\r\nHost: ".as_slice(), s.door.as_bytes(), b"\r\n\r\n"].concat(), &[400, 404, 0]),
        ("a space in the target", bytes(get(format!("{path}?{query} x"))), &[400, 0]),
        ("a TLS hello", vec![0x16, 3, 1, 0, 0xf8, 1, 0, 0, 0xf4, 3, 3, 0x2f, 0, 0, 0], &[400, 0]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[400, 0]),
        ("garbage", b"\x01\x02\x03 hello\r\n\r\n".to_vec(), &[400, 0]),
        ("line feeds only", bytes(format!("GET {path}?code=x HTTP/1.1\nHost: {}\n\n", s.door)), &[404, 400, 0]),
        ("two lengths", bytes(s.request(&format!("POST {path}?{query}"), "Content-Length: 1\r\nContent-Length: 2\r\n")), &[400, 405, 0]),
        ("chunks and a length", bytes(s.request(&format!("POST {path}"), "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n") + "0\r\n\r\n"), &[400, 405, 0]),
        ("a second request behind the first", bytes(get("/favicon.ico".into()) + &s.genuine()), &[404]),
    ];
    for (what, sent, expected) in &table {
        let reply = soon(what, raw(&s.door, sent)).await;
        let status = reply.as_ref().map_or(0, |r| r.status);
        assert!(expected.contains(&status), "{what}: {status}, not {expected:?}");
        let body = reply.map(|r| r.body).unwrap_or_default();
        assert!(!body.contains(&state) && !body.contains("evil"), "{what}: the page says it again");
    }
    s.ends_well().await;
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(swap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_of_body_is_not_read() {
    let s = Siege::new().await;
    let head = s.request(&format!("GET {}?code=x&state=y", s.path), "Content-Length: 1000000\r\n");
    let reply = raw(&s.door, &[head.into_bytes(), vec![b'x'; 1_000_000]].concat()).await;
    assert!(reply.is_none_or(|r| r.status == 404));
    s.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_may_come_in_pieces() {
    let s = Siege::new().await;
    let request = s.request(&format!("GET {}?code=x&state=y", s.path), "Accept: */*\r\n").into_bytes();
    for cut in 1..request.len() {
        let mut stream = TcpStream::connect(&s.door).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&request[..cut]).await.unwrap();
        tokio::task::yield_now().await;
        stream.write_all(&request[cut..]).await.unwrap();
        assert_eq!(soon("an answer", read(&mut stream)).await.unwrap().status, 404, "cut at {cut}");
    }
    // And the genuine one byte by byte.
    let mut stream = TcpStream::connect(&s.door).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in s.genuine().as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
    }
    assert_eq!(read(&mut stream).await.unwrap().header("location"), "/done");
    let mut login = s.login;
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_and_dripping_connections_do_not_lock_the_door() {
    let s = Siege::new().await;
    let mut idle = Vec::new();
    for _ in 0..500 {
        idle.push(TcpStream::connect(&s.door).await.unwrap());
    }
    for _ in 0..50 {
        drop(TcpStream::connect(&s.door).await.unwrap());
    }
    let mut slow = TcpStream::connect(&s.door).await.unwrap();
    let started = Instant::now();
    slow.write_all(b"GET /").await.unwrap();
    let door = s.door.clone();
    s.ends_well().await;
    // It is shown out after the five seconds that a request may take, however it drips.
    let (mut reading, mut writing) = slow.into_split();
    let drip = tokio::spawn(async move { while writing.write_all(b"a").await.is_ok() && { tokio::time::sleep(Duration::from_millis(200)).await; true } {} });
    let mut rest = Vec::new();
    let _ = soon("the end of the dripping", reading.read_to_end(&mut rest)).await;
    let took = started.elapsed();
    assert!(took > Duration::from_secs(3) && took < Duration::from_secs(12), "{took:?}");
    drip.abort();
    assert!(TcpStream::connect(&door).await.is_ok(), "the door is still ajar");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_of_every_spelling_arrive_as_they_were_meant() {
    for (sent, meant) in [
        ("a%2Fb%3Dc%7Cd~e", "a/b=c|d~e"),
        ("a/b=c|d~e", "a/b=c|d~e"),
        ("a+b%20c%2Bd", "a b c+d"),
        ("x%23_", "x#_"),
        ("%E4%BB%A4", "令"),
    ] {
        let s = Siege::new().await;
        // The state percent-encoded where nobody had to: it is decoded before it is compared.
        let state: String = s.state.bytes().map(|b| format!("%{b:02x}")).collect();
        let target = s.request(&format!("GET {}?state={state}&code={sent}", s.path), "");
        let reply = raw(&s.door, target.as_bytes()).await.unwrap();
        assert_eq!(reply.header("location"), "/done", "{sent}");
        let mut login = s.login;
        assert_eq!(login.end().await.unwrap_err().code, "code-spent");
        let redeemed = s.practice.requests().into_iter().find(|r| r.path == "/oauth/token").unwrap();
        assert_eq!(redeemed.form_param("code").as_deref(), Some(meant));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_with_the_right_state_ends_that_login_and_no_other() {
    let (a, mut b) = (Siege::new().await, Siege::new().await);
    let target = format!("GET {}?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state={}", b.path, b.state);
    let reply = raw(&b.door, b.request(&target, "").as_bytes()).await.unwrap();
    assert_eq!((reply.status, reply.header("location"), reply.body.as_str()), (303, "/denied", ""));
    assert_eq!(b.login.end().await.unwrap_err().code, "denied");
    let (_, page) = follow(&format!("http://{}/denied", b.door)).await.unwrap();
    assert!(page.status == 200 && !page.body.contains("script"));
    a.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_hold_no_parameters_and_load_nothing() {
    let s = Siege::new().await;
    let genuine = format!("http://{}{}?{}", s.door, s.path, s.query);
    for address in [format!("http://{}/nothing?code=secret", s.door), genuine.clone(), genuine] {
        let (at, page) = follow(&address).await.unwrap();
        assert!(page.status == 404 || Url::parse(&at).unwrap().query().is_none(), "{at}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; "));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("strict-transport-security").is_empty() && page.header("access-control-allow-origin").is_empty());
        for loads in ["<script", "src=", "href=", "url(", "secret", &s.state] {
            assert!(!page.body.contains(loads), "{loads} in {}", page.body);
        }
        assert!(page.body.contains("<html lang=\"en\">"));
    }
    let mut login = s.login;
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_address_families_are_one_door() {
    let s = Siege::new().await;
    let port = s.door.rsplit(':').next().unwrap();
    let request = format!("GET {}?{} HTTP/1.1\r\nHost: {}\r\n\r\n", s.path, s.query, s.door);
    // A browser that resolved `localhost` to ::1 first still says the Host of the address.
    let reply = raw(&format!("[::1]:{port}"), request.as_bytes()).await.unwrap();
    assert_eq!(reply.header("location"), "/done");
    let mut login = s.login;
    login.end().await.unwrap();

    let doors = Doors::new(Waiting::default());
    for held in [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
        let held = TcpListener::bind(held).await.unwrap();
        let port = held.local_addr().unwrap().port();
        let error = doors.open(Some(port)).await.err().unwrap();
        assert_eq!((error.code(), error.view().params["port"].as_str()), ("port-taken", port.to_string().as_str()));
        assert!(error.view().params["owner"].contains(&std::process::id().to_string()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_port_is_opened_by_two_at_the_same_moment() {
    for _ in 0..200 {
        let doors = Doors::new(Waiting::default());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let start = std::sync::Arc::new(tokio::sync::Barrier::new(2));
        let both = [0, 1].map(|_| {
            let (doors, start) = (doors.clone(), start.clone());
            tokio::spawn(async move {
                start.wait().await;
                doors.open(Some(free)).await.map(|open| open.port)
            })
        });
        for one in both {
            assert_eq!(one.await.unwrap().unwrap(), free);
        }
    }
}
