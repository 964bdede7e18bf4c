//! The loopback redirect against everything that can reach it: a login waits, hostile and clumsy requests come, none of them
//! ends or consumes it, and the genuine callback afterwards is taken.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::loopback::Listeners;
use keybearer_core::redirect::waiting::Waiting;
use keybearer_practice::{Flavor, Practice};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::browser::{Visit, consent, follow, raw, read};
use crate::hostile_requests::hostile;
use crate::rig::{Login, Rig, asked, plan, practice, soon};
use crate::system::{SESSIONS, is_named};

/// A login that waits at a loopback redirect, and the genuine callback, not yet sent.
pub struct Siege {
    rig: Rig,
    login: Login,
    practice: Practice,
    /// `127.0.0.1:PORT`
    pub redirect: String,
    pub path: String,
    pub query: String,
    pub state: String,
}

impl Siege {
    async fn new() -> Siege {
        let (rig, practice) = (Rig::new(), practice(Flavor::Mastodon).await);
        let login = rig.wait(plan(&rig, &practice, RedirectKind::Loopback)).await;
        let link = rig.keeper.consent_link(&login.id).unwrap();
        let home = Url::parse(&consent(&link, &Visit::allow("ada")).await.unwrap()).unwrap();
        let state = home.query_pairs().find(|(k, _)| k == "state").unwrap().1.into_owned();
        Siege {
            rig,
            login,
            practice,
            redirect: format!("127.0.0.1:{}", home.port().unwrap()),
            path: home.path().to_owned(),
            query: home.query().unwrap().to_owned(),
            state,
        }
    }

    /// The genuine request, by which a browser brings the answer.
    pub fn genuine(&self) -> String {
        self.request(&format!("GET {}?{}", self.path, self.query), "")
    }

    pub fn request(&self, start: &str, headers: &str) -> String {
        format!("{start} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.redirect)
    }

    /// Nothing was redeemed; the genuine callback is taken and the token won.
    async fn ends_well(mut self) {
        assert!(self.login.is_waiting(), "still waiting: {:?}", self.login.seen);
        assert_eq!(asked(&self.practice, "/oauth/token"), 0);
        let reply = soon("the genuine callback", raw(&self.redirect, self.genuine().as_bytes()))
            .await
            .unwrap();
        assert_eq!((reply.status, reply.header("location")), (303, "/done"));
        let account = self.login.end().await.unwrap();
        assert_eq!(vec![self.rig.token(&account).await], self.practice.tokens());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_the_answer_changes_nothing() {
    let s = Siege::new().await;
    let state = s.state.clone();
    for (what, sent, expected) in hostile(&s) {
        let reply = soon(what, raw(&s.redirect, &sent)).await;
        let status = reply.as_ref().map_or(0, |r| r.status);
        assert!(expected.contains(&status), "{what}: {status}, not {expected:?}");
        let body = reply.map(|r| r.body).unwrap_or_default();
        assert!(!body.contains(&state) && !body.contains("evil"), "{what}: the page says it again");
    }
    s.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_of_body_is_not_read() {
    let s = Siege::new().await;
    let head = s.request(&format!("GET {}?code=x&state=y", s.path), "Content-Length: 1000000\r\n");
    let reply = raw(&s.redirect, &[head.into_bytes(), vec![b'x'; 1_000_000]].concat()).await;
    assert!(reply.is_none_or(|r| r.status == 404));
    s.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_may_come_in_pieces() {
    let s = Siege::new().await;
    let request = s.request(&format!("GET {}?code=x&state=y", s.path), "Accept: */*\r\n").into_bytes();
    for cut in 1..request.len() {
        let mut stream = TcpStream::connect(&s.redirect).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&request[..cut]).await.unwrap();
        tokio::task::yield_now().await;
        stream.write_all(&request[cut..]).await.unwrap();
        assert_eq!(soon("an answer", read(&mut stream)).await.unwrap().status, 404, "cut at {cut}");
    }
    // And the genuine one byte by byte.
    let mut stream = TcpStream::connect(&s.redirect).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in s.genuine().as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
    }
    assert_eq!(read(&mut stream).await.unwrap().header("location"), "/done");
    let mut login = s.login;
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_and_dripping_connections_do_not_lock_the_redirect() {
    let s = Siege::new().await;
    let mut idle = Vec::new();
    // Wine takes seconds for five hundred connections, and the login is not to wait for them.
    for _ in 0..if SESSIONS { 500 } else { 50 } {
        idle.push(TcpStream::connect(&s.redirect).await.unwrap());
    }
    for _ in 0..50 {
        drop(TcpStream::connect(&s.redirect).await.unwrap());
    }
    let mut slow = TcpStream::connect(&s.redirect).await.unwrap();
    let started = Instant::now();
    slow.write_all(b"GET /").await.unwrap();
    let redirect = s.redirect.clone();
    s.ends_well().await;
    // It is shown out after the five seconds that a request may take, however it drips.
    let (mut reading, mut writing) = slow.into_split();
    let drip = tokio::spawn(async move {
        while writing.write_all(b"a").await.is_ok() && {
            tokio::time::sleep(Duration::from_millis(200)).await;
            true
        } {}
    });
    let mut rest = Vec::new();
    let _ = soon("the end of the dripping", reading.read_to_end(&mut rest)).await;
    let took = started.elapsed();
    assert!(took > Duration::from_secs(3), "{took:?}");
    drip.abort();
    assert!(TcpStream::connect(&redirect).await.is_ok(), "the redirect is still ajar");
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
        let reply = raw(&s.redirect, target.as_bytes()).await.unwrap();
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
    let target = format!(
        "GET {}?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state={}",
        b.path, b.state
    );
    let reply = raw(&b.redirect, b.request(&target, "").as_bytes()).await.unwrap();
    assert_eq!((reply.status, reply.header("location"), reply.body.as_str()), (303, "/denied", ""));
    assert_eq!(b.login.end().await.unwrap_err().code, "denied");
    let (_, page) = follow(&format!("http://{}/denied", b.redirect)).await.unwrap();
    assert!(page.status == 200 && !page.body.contains("script"));
    a.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_hold_no_parameters_and_load_nothing() {
    let s = Siege::new().await;
    let genuine = format!("http://{}{}?{}", s.redirect, s.path, s.query);
    for address in [format!("http://{}/nothing?code=secret", s.redirect), genuine.clone(), genuine] {
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
async fn both_address_families_are_one_redirect() {
    let s = Siege::new().await;
    let port = s.redirect.rsplit(':').next().unwrap();
    let request = format!("GET {}?{} HTTP/1.1\r\nHost: {}\r\n\r\n", s.path, s.query, s.redirect);
    // A browser that resolved `localhost` to ::1 first still says the Host of the address.
    let reply = raw(&format!("[::1]:{port}"), request.as_bytes()).await.unwrap();
    assert_eq!(reply.header("location"), "/done");
    let mut login = s.login;
    login.end().await.unwrap();

    let redirects = Listeners::new(Waiting::default());
    for held in [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ] {
        let held = TcpListener::bind(held).await.unwrap();
        let port = held.local_addr().unwrap().port();
        let error = redirects.open(Some(port)).await.err().unwrap();
        assert_eq!(
            (error.code().as_str(), error.view().params["port"].as_str()),
            ("port-taken", port.to_string().as_str())
        );
        assert!(is_named(&error.view().params["owner"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_port_is_opened_by_two_at_the_same_moment() {
    for _ in 0..200 {
        let redirects = Listeners::new(Waiting::default());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let start = std::sync::Arc::new(std::sync::Barrier::new(2));
        let both = [0, 1].map(|_| {
            let (redirects, start, runtime) = (redirects.clone(), start.clone(), tokio::runtime::Handle::current());
            tokio::task::spawn_blocking(move || {
                start.wait();
                runtime.block_on(redirects.open(Some(free))).map(|open| open.port)
            })
        });
        for one in both {
            assert_eq!(one.await.unwrap().unwrap(), free);
        }
    }
}
