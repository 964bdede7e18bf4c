//! The internet of a throw-away desktop: an HTTPS proxy that leads the platforms' own hosts to servers on this computer. Their
//! certificates come from an authority that only this desktop trusts, so that the app runs with its shipped files, unchanged.
//! Every other host is refused.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A request's head is shorter.
const HEAD: usize = 8 * 1024;

/// The proxy. It stops when it is dropped.
pub struct Internet {
    /// `http://127.0.0.1:PORT`.
    pub proxy: String,
    hosts: Arc<Mutex<BTreeMap<String, String>>>,
    task: JoinHandle<()>,
}

impl Internet {
    /// Starts it, and writes its authority's certificate to this file.
    pub async fn start(certificate: &Path) -> Internet {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let text = base64::engine::general_purpose::STANDARD.encode(params.self_signed(&key).unwrap().der());
        std::fs::write(
            certificate,
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"),
        )
        .unwrap();
        let issuer = Arc::new(Issuer::new(params, key));
        let hosts = Arc::<Mutex<BTreeMap<String, String>>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let known = Arc::clone(&hosts);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&known), Arc::clone(&issuer)));
            }
        });
        Internet { proxy, hosts, task }
    }

    /// Leads these hosts to these origins on this computer, and no others from now on.
    pub fn lead(&self, hosts: BTreeMap<String, String>) {
        *self.hosts.lock().unwrap() = hosts;
    }
}

impl Drop for Internet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    hosts: Arc<Mutex<BTreeMap<String, String>>>,
    issuer: Arc<Issuer<'static, KeyPair>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let asked = head.strip_prefix("CONNECT ").and_then(|rest| rest.split_once(":443 "));
    let host = asked.map(|(host, _)| host.to_owned()).unwrap_or_default();
    let origin = hosts.lock().unwrap().get(&host).cloned();
    let Some(origin) = origin else {
        return stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
    };
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut client = acceptor(&host, &issuer).accept(stream).await?;
    let mut server = TcpStream::connect(origin.trim_start_matches("http://")).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// TLS with a certificate for this host.
fn acceptor(host: &str, issuer: &Issuer<'static, KeyPair>) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![host.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
