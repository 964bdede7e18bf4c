//! A person's browser, small and real: it opens the consent page, presses a button and goes where it is sent. Below it a
//! plain HTTP exchange over a socket, for requests that no well-behaved client would send.

use keybearer_core::keeper::Keeper;
use keybearer_core::redirect::waiting::Verdict;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// What the person is going to press.
#[derive(Clone)]
pub struct Visit {
    person: &'static str,
    decision: &'static str,
    unticked: &'static [&'static str],
}

impl Visit {
    pub fn allow(person: &'static str) -> Visit {
        Visit::allow_but(person, &[])
    }

    pub fn allow_but(person: &'static str, unticked: &'static [&'static str]) -> Visit {
        Visit {
            person,
            decision: "allow",
            unticked,
        }
    }

    pub fn deny() -> Visit {
        Visit {
            person: "ada",
            decision: "deny",
            unticked: &[],
        }
    }
}

/// Where a visit ended.
#[derive(Debug)]
pub enum Landing {
    /// At our own page; the last address of the browser stands beside it.
    Home(String, Reply),
    /// At our deep link.
    Link(#[allow(dead_code)] Verdict),
    /// At a page that shows a code.
    Code(String),
    /// At an address where nobody answers.
    Nowhere(String),
    /// At a page of the server's.
    Page(#[allow(dead_code)] Reply),
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

/// Sends these bytes and reads what comes until the other side closes; none where nothing comes.
pub async fn raw(address: &str, bytes: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    // A server that has answered may close before it has read everything.
    let _ = stream.write_all(bytes).await;
    read(&mut stream).await
}

/// Reads an answer until the other side closes.
pub async fn read(stream: &mut TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    // A reset after the answer does not take the answer back.
    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
        bytes.extend_from_slice(&buffer[..n]);
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|l| l.split_once(':'))
        .map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned()))
        .collect();
    Some(Reply {
        status,
        headers,
        body: body.to_owned(),
    })
}

/// A browser's GET, as one sends it that follows a redirect.
pub async fn get(address: &str) -> Option<Reply> {
    let url = Url::parse(address).unwrap();
    let host = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let request = format!(
        "GET {}{query} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {AGENT}\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Language: en\r\n\
         Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n",
        url.path()
    );
    raw(&host, request.as_bytes()).await
}

/// GETs and goes where it is sent, on this computer only. The last address and its answer.
pub async fn follow(address: &str) -> Option<(String, Reply)> {
    let mut at = Url::parse(address).unwrap();
    for _ in 0..5 {
        let reply = get(at.as_str()).await?;
        match (reply.status, reply.header("location")) {
            (301..=308, to) if !to.is_empty() => at = at.join(to).unwrap(),
            _ => return Some((at.into(), reply)),
        }
    }
    None
}

async fn post(url: &Url, form: &[(&str, &str)]) -> Option<Reply> {
    let host = format!("{}:{}", url.host_str()?, url.port()?);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {AGENT}\r\nAccept: text/html,*/*;q=0.8\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        url.path(),
        body.len()
    );
    raw(&host, request.as_bytes()).await
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// Opens a consent page and presses the button; gives the address that the server sends the browser to.
pub async fn consent(address: &str, decision: &Visit) -> Result<String, Reply> {
    let nothing = || Reply {
        status: 0,
        headers: Vec::new(),
        body: String::new(),
    };
    let page = get(address).await.ok_or_else(nothing)?;
    let Some(ticket) = between(&page.body, "name=\"ticket\" value=\"", "\"") else {
        return Err(page);
    };
    let mut form = vec![("ticket", ticket), ("person", decision.person), ("decision", decision.decision)];
    let boxes = page.body.split("name=\"permission\"").skip(1);
    let boxes = boxes.filter_map(|rest| between(rest, "value=\"", "\""));
    form.extend(boxes.filter(|b| !decision.unticked.contains(b)).map(|b| ("permission", b)));
    let reply = post(&Url::parse(address).unwrap(), &form).await.ok_or_else(nothing)?;
    if reply.status == 302 {
        Ok(reply.header("location").to_owned())
    } else {
        Err(reply)
    }
}

/// The whole visit: the page, the button, and where the server sends the browser.
pub async fn visit(address: &str, decision: &Visit, keeper: &Keeper) -> Landing {
    let location = match consent(address, decision).await {
        Ok(location) => location,
        Err(page) => return shown(&page).map_or(Landing::Page(page.clone()), Landing::Code),
    };
    if location.starts_with("io.github.keybearer:") {
        return Landing::Link(keeper.accept_link(&location));
    }
    let to = Url::parse(address).unwrap().join(&location).unwrap();
    match follow(to.as_str()).await {
        None => Landing::Nowhere(to.into()),
        Some((at, reply)) => match shown(&reply) {
            Some(code) => Landing::Code(code),
            None => Landing::Home(at, reply),
        },
    }
}

/// The code that a page shows, if it shows one.
fn shown(page: &Reply) -> Option<String> {
    let code = between(&page.body, "id=\"code\"", "</code>")?;
    Some(code.split_once('>')?.1.to_owned())
}
