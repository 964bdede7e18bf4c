//! A socket that answers each request with the bytes that a test gives it.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A socket that answers every request so.
pub async fn socket(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    socket_at("127.0.0.1:0", answer).await
}

pub async fn socket_at(address: &str, answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind(address).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let mut read = 0;
            while let Ok(n @ 1..) = stream.read(&mut request[read..]).await {
                read += n;
                let text = String::from_utf8_lossy(&request[..read]);
                let length = text
                    .to_lowercase()
                    .split_once("content-length: ")
                    .and_then(|(_, l)| l.lines().next()?.parse::<usize>().ok());
                if text
                    .split_once("\r\n\r\n")
                    .is_some_and(|(_, body)| body.len() >= length.unwrap_or(0))
                {
                    break;
                }
            }
            let _ = stream.write_all(&answer(&String::from_utf8_lossy(&request[..read]))).await;
        }
    });
    origin
}

pub fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
