//! Asks a server for a token.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

pub use super::protocol::Refusal;
use super::protocol::{Answer, Line, Request, VERSION, read_line};
use crate::system::socket::connect;
use crate::token::Secret;

/// A token from the server.
#[derive(Debug)]
pub struct Served {
    /// The access token.
    pub token: Secret,
    /// When it expires, Unix seconds; none if it does not, or if that is unknown.
    pub expires_at: Option<i64>,
    /// The account's id.
    pub account: String,
}

/// Why there is no token from the server.
#[derive(Debug)]
pub enum Unserved {
    /// No server listens there.
    Absent,
    /// Another user's program listens there.
    Foreign,
    /// It did not answer in time.
    Silent,
    /// It does not speak this protocol.
    Unusable,
    /// It refused.
    Refused(Refusal),
}

/// Asks the server at this socket for the token of an account of this data folder. A client that gives up after its `patience` loses
/// nothing: the server finishes a renewal that it has begun.
///
/// # Errors
/// [`Unserved`]; the caller then gets the token without a server.
pub async fn token(path: &Path, name: &str, data: &Path, patience: Duration) -> Result<Served, Unserved> {
    let request = Request {
        v: VERSION,
        name: name.to_owned(),
        data: Some(data.to_string_lossy().into_owned()),
    };
    let asked = async {
        let stream = connect(path).await.map_err(|error| match error.kind() {
            // Also where the path is longer than a socket's may be.
            ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::InvalidInput => Unserved::Absent,
            ErrorKind::PermissionDenied => Unserved::Foreign,
            _ => Unserved::Unusable,
        })?;
        match answer(stream, &request).await {
            Ok(Some(line)) => Ok(line),
            _ => Err(Unserved::Unusable),
        }
    };
    let line = timeout(patience, asked).await.unwrap_or(Err(Unserved::Silent))?;
    match serde_json::from_str(line.expose()) {
        Ok(Answer::Token {
            token,
            expires_at,
            account,
        }) => Ok(Served {
            token,
            expires_at,
            account,
        }),
        Ok(Answer::Error { error }) => Err(Unserved::Refused(error)),
        Err(_) => Err(Unserved::Unusable),
    }
}

/// Sends a request and reads the line that answers it; none if that is no whole line of text.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, request: &Request) -> io::Result<Option<Secret>> {
    let mut stream = BufReader::new(stream);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    line.clear();
    let whole = read_line(&mut stream, &mut line).await? == Line::Whole;
    Ok(String::from_utf8(line).ok().map(Secret::new).filter(|_| whole))
}
