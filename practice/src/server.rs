//! Sockets: one listener on 127.0.0.1, one task a connection. Everything ends with the task that `run` returns, open
//! connections too: a platform that is over must not answer through a connection that a client still holds.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::HangUp;

/// A listener and its origin.
pub async fn listen(port: u16) -> io::Result<(TcpListener, String)> {
    // Never another address, so that no one else on the network can reach it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let origin = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    Ok((listener, origin))
}

/// Serves until the task is aborted.
pub fn run(listener: TcpListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(accept(listener, router))
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(serve(stream, router.clone())); }
                // Out of file handles, or the client is already gone. Both pass.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let rooms = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let answer = rooms.call(request);
        async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            // An error here makes hyper close the connection without an answer.
            if response.extensions().get::<HangUp>().is_some() {
                Err(io::Error::other("told to hang up"))
            } else {
                Ok(response)
            }
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new());
    // A broken connection only concerns the client.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}
