//! Proxies that the environment names: HTTP and SOCKS, with passwords, out of order, and named by addresses that are none. The
//! proxies are sockets of this file's that write down what they are asked for.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use keybearer_core::error::Error;
use keybearer_core::http::Request;
use keybearer_core::http::client::Client;
use keybearer_core::http::proxy::Proxies;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use url::Url;

use crate::children;
use crate::rig::{Rig, soon};

/// How a proxy answers.
#[derive(Clone, Copy)]
enum Behaviour {
    /// Connects to the server, whatever name was asked for.
    Serves(SocketAddr),
    /// Answers CONNECT with this status.
    Answers(&'static str),
    /// Hangs up.
    HangsUp,
}

/// A proxy of any kind, and what it was asked for.
struct MockProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl MockProxy {
    async fn start(behaviour: Behaviour) -> MockProxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let noted = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour, noted.clone()));
            }
        });
        MockProxy { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour, asked: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let note = |text: String| asked.lock().unwrap().push(text);
    let mut first = [0];
    stream.read_exact(&mut first).await?;
    let address = match first[0] {
        5 => {
            let mut methods = vec![0; usize::from(stream.read_u8().await?)];
            stream.read_exact(&mut methods).await?;
            if methods.contains(&2) {
                stream.write_all(&[5, 2]).await?;
                stream.read_u8().await?;
                let (user, password) = (text(&mut stream).await?, text(&mut stream).await?);
                note(format!("socks5 auth {user}:{password}"));
                let wrong = password != "p@ss";
                stream.write_all(&[1, u8::from(wrong)]).await?;
            } else {
                stream.write_all(&[5, 0]).await?;
            }
            let mut head = [0; 4];
            stream.read_exact(&mut head).await?;
            let host = match head[3] {
                3 => text(&mut stream).await?,
                1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
                _ => std::net::Ipv6Addr::from(stream.read_u128().await?).to_string(),
            };
            note(format!("socks5 {host}:{}", stream.read_u16().await?));
            let refused = !matches!(behaviour, Behaviour::Serves(_));
            stream.write_all(&[5, if refused { 2 } else { 0 }, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
            behaviour
        }
        4 => {
            stream.read_u8().await?;
            let (port, ip) = (stream.read_u16().await?, stream.read_u32().await?);
            ended_by_zero(&mut stream).await?;
            let host = match ip {
                1..=255 => ended_by_zero(&mut stream).await?,
                ip => std::net::Ipv4Addr::from(ip).to_string(),
            };
            note(format!("socks4 {host}:{port}"));
            stream.write_all(&[0, 0x5a, 0, 0, 0, 0, 0, 0]).await?;
            behaviour
        }
        letter => {
            let mut head = vec![letter];
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            note(head.lines().next().unwrap_or_default().to_owned());
            head.lines()
                .filter(|l| l.to_lowercase().starts_with("proxy-auth"))
                .for_each(|l| note(l.to_lowercase().split(' ').take(2).collect::<Vec<_>>().join(" ")));
            match behaviour {
                _ if !head.starts_with("CONNECT") => {
                    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
                    return stream.write_all(answer.as_bytes()).await;
                }
                Behaviour::Answers(status) => {
                    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                    return stream.write_all(answer.as_bytes()).await;
                }
                Behaviour::HangsUp => return Ok(()),
                Behaviour::Serves(_) => stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
            }
            behaviour
        }
    };
    if let Behaviour::Serves(address) = address {
        let mut server = TcpStream::connect(address).await?;
        tokio::io::copy_bidirectional(&mut stream, &mut server).await?;
    }
    Ok(())
}

/// A text with its length before it.
async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut text = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

async fn ended_by_zero(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut text = Vec::new();
    loop {
        match stream.read_u8().await? {
            0 => return Ok(String::from_utf8_lossy(&text).into_owned()),
            byte => text.push(byte),
        }
    }
}

/// A server with a certificate for this name; the certificate goes into a file.
async fn tls_server(name: &str, certificate: &Path) -> SocketAddr {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(made.cert.der());
    let text = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(certificate, text).unwrap();
    let key = tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let _ = stream.read(&mut [0; 4096]).await?;
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"me\":\"them\"}";
                stream.write_all(answer).await?;
                stream.shutdown().await
            });
        }
    });
    address
}

/// A server that answers 204.
async fn plain_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    });
    address
}

fn behind(set: &[(&str, String)]) -> Client {
    let set = set.to_vec();
    Client::with_proxies(Proxies::read(move |name| {
        set.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v))
    }))
}

async fn get(client: &Client, url: &str) -> Result<u16, Error> {
    let request = Request::get("a test", Url::parse(url).unwrap());
    soon("an answer", client.send(&request)).await.map(|answer| answer.status)
}

#[tokio::test]
async fn each_kind_of_proxy_is_used() {
    let proxy = MockProxy::start(Behaviour::Answers("403 Forbidden")).await;
    let socks = MockProxy::start(Behaviour::Serves(plain_server().await)).await;
    for (scheme, asked) in [
        ("socks5h", "socks5 gts.example:80"),
        ("socks", "socks5 gts.example:80"),
        ("socks4a", "socks4 gts.example:80"),
        ("SOCKS5H", "socks5 gts.example:80"),
    ] {
        let client = behind(&[("all_proxy", format!("{scheme}://{}", socks.address))]);
        assert_eq!(get(&client, "http://gts.example/").await.unwrap(), 204, "{scheme}");
        assert_eq!(socks.asked().last().map(String::as_str), Some(asked));
    }
    // These look the name up here.
    for (scheme, asked) in [("socks5", "socks5 192.0.2.7:80"), ("socks4", "socks4 192.0.2.7:80")] {
        let client = behind(&[("ALL_PROXY", format!("{scheme}://{}", socks.address))]);
        assert_eq!(get(&client, "http://192.0.2.7/").await.unwrap(), 204, "{scheme}");
        assert_eq!(socks.asked().last().map(String::as_str), Some(asked));
    }
    let with_password = behind(&[("all_proxy", format!("socks5h://me:p%40ss@{}", socks.address))]);
    assert_eq!(get(&with_password, "http://gts.example/").await.unwrap(), 204);
    assert!(socks.asked().contains(&"socks5 auth me:p@ss".to_owned()));
    // An HTTP proxy is asked for http by the whole address, and with its password.
    let client = behind(&[("http_proxy", format!("http://me:p%40ss@{}", proxy.address))]);
    assert_eq!(get(&client, "http://gts.example/api").await.unwrap(), 200);
    assert_eq!(proxy.asked(), ["GET http://gts.example/api HTTP/1.1", "proxy-authorization: basic"]);
}

#[tokio::test]
async fn what_goes_wrong_at_a_proxy_is_said_of_the_proxy() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let server = "127.0.0.1:9".parse().unwrap();
    for (behaviour, scheme, code) in [
        (Behaviour::Answers("407 Proxy Authentication Required"), "http", "proxy-denied"),
        (Behaviour::Answers("403 Forbidden"), "http", "proxy-refused"),
        (Behaviour::Answers("502 Bad Gateway"), "http", "proxy-refused"),
        (Behaviour::HangsUp, "http", "proxy-refused"),
        (Behaviour::Serves(server), "http", "server-unreachable"),
        (Behaviour::HangsUp, "socks5h", "proxy-refused"),
        (Behaviour::Serves(server), "socks5h://me:wrong@", "proxy-denied"),
    ] {
        let proxy = MockProxy::start(behaviour).await;
        let separator = if scheme.contains("://") { "" } else { "://" };
        let client = behind(&[("https_proxy", format!("{scheme}{separator}{}", proxy.address))]);
        let error = get(&client, "https://gts.example/").await.unwrap_err();
        assert!(!proxy.asked().is_empty());
        // A tunnel to nowhere ends as a server that hangs up.
        let server_side = code == "server-unreachable" && error.code() == "server-tls";
        assert!(error.code() == code || server_side, "{code}: {error:?}");
        if let Some(shown) = error.view().params.get("proxy") {
            assert!(shown.ends_with(&proxy.address.to_string()) && !shown.contains('@'), "{shown}");
        }
    }
    for scheme in ["http", "https", "socks5h", "socks4a"] {
        let client = behind(&[("all_proxy", format!("{scheme}://canary:canary@{gone}"))]);
        for url in ["https://gts.example/", "http://gts.example/"] {
            let error = get(&client, url).await.unwrap_err();
            assert_eq!(error.code(), "proxy-unreachable", "{scheme} {url}: {error:?}");
            assert!(!format!("{error:?}{error}{:?}", error.view()).contains("canary"));
        }
    }
    let unknown = behind(&[("https_proxy", "http://no-such-proxy.invalid:3128".to_owned())]);
    let error = get(&unknown, "https://gts.example/").await.unwrap_err();
    assert_eq!(error.code(), "proxy-unreachable", "{error:?}");
}

#[tokio::test]
async fn an_address_that_is_none_sends_nothing_anywhere() {
    let here = format!("http://{}/", plain_server().await);
    for bad in [":::bad", "gopher://127.0.0.1:1", "http://me:canary/x@127.0.0.1:1", "http://"] {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let client = behind(&[(name, bad.to_owned())]);
            let error = get(&client, "https://gts.example/").await.unwrap_err();
            assert_eq!(
                (error.code().as_str(), error.view().params["variable"].as_str()),
                ("proxy-invalid", name),
                "{bad}"
            );
            assert!(!format!("{error:?}{error}").contains("canary"));
            // This computer is asked all the same.
            assert_eq!(get(&client, &here).await.unwrap(), 204);
        }
    }
}

#[tokio::test]
async fn no_proxy_goes_around_it_and_nothing_else_does() {
    let proxy = MockProxy::start(Behaviour::Answers("403 Forbidden")).await;
    let set = |no: &str| {
        let address = format!("http://{}", proxy.address);
        behind(&[("https_proxy", address), ("NO_PROXY", no.to_owned())])
    };
    // By name, not to be found by itself.
    let error = get(&set("other.invalid, .gts.invalid"), "https://a.gts.invalid/")
        .await
        .unwrap_err();
    assert!(["server-not-found", "offline"].contains(&error.code().as_str()), "{error:?}");
    assert!(proxy.asked().is_empty());
    let error = get(&set("other.invalid"), "https://a.gts.invalid/").await.unwrap_err();
    assert_eq!(error.code(), "proxy-refused");
    assert_eq!(proxy.asked()[0], "CONNECT a.gts.invalid:443 HTTP/1.1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_is_reached_by_the_environments_proxy() {
    if !crate::system::NAMED_AUTHORITIES {
        return;
    }
    let home = tempfile::TempDir::new().unwrap();
    let certificate = home.path().join("certificate.pem");
    let server = tls_server("gts.example", &certificate).await;
    let proxy = MockProxy::start(Behaviour::Serves(server)).await;
    for (variable, scheme, asked) in [
        ("ALL_PROXY", "socks5h", "socks5 gts.example:443"),
        ("https_proxy", "http", "CONNECT gts.example:443 HTTP/1.1"),
    ] {
        let address = format!("{scheme}://me:p%40ss@{}", proxy.address);
        let file = certificate.clone();
        tokio::task::spawn_blocking(move || {
            children::in_process("proxies::child_behind_a_proxy", move |c| {
                for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
                    c.env_remove(name).env_remove(name.to_uppercase());
                }
                c.env(variable, address).env("SSL_CERT_FILE", file);
            });
        })
        .await
        .unwrap();
        assert!(proxy.asked().contains(&asked.to_owned()), "{:?}", proxy.asked());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_behind_a_proxy() {
    let client = Client::default();
    assert_eq!(get(&client, "https://gts.example/").await.unwrap(), 200);
    // Who vouches for it is asked by the same way: by none that everybody trusts.
    let issuer = client.probe(&Url::parse("https://gts.example/").unwrap()).await.unwrap();
    assert!(issuer.is_none_or(|i| !i.public));
    let rig = Rig::new();
    let used = rig.keeper.proxy().unwrap();
    let (shown, variable) = used.proxy.unwrap();
    assert!(
        ["ALL_PROXY", "https_proxy"].contains(&variable.as_str()) && !shown.contains("me"),
        "{shown}"
    );
}
