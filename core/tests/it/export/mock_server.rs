//! A small server of the Mastodon family whose statuses come in odd ways, and an account there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use keybearer_core::keeper::Output;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{ExportFormat, ExportPlan, LoginPlan};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;

use super::{Ended, end};
use crate::browser::get;
use crate::rig::Rig;

/// Where the Link header leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    Honest,
    /// Only one that has nothing to do with pages.
    None,
    /// `next` and `prev` the wrong way round.
    Backwards,
    /// `next` to what is newer, and no `prev`.
    Newer,
    /// To the same path at another host.
    Elsewhere,
    /// To the first page, from the second one on.
    Round,
    /// Honest, and from the empty page at the end to itself.
    Endless,
}

/// How it gives its statuses. Ids are from the newest to the oldest.
#[derive(Clone, Debug)]
pub struct Odd {
    pub ids: Vec<String>,
    pub direct: BTreeSet<String>,
    /// The most on a page.
    pub most: usize,
    pub links: Links,
    /// It does not hear `max_id`.
    pub deaf: bool,
    /// It hears `min_id` beside `max_id`; else it gives nothing where there is one.
    pub min_id: bool,
    /// `max_id` itself is on the page, too.
    pub inclusive: bool,
    /// A page with one of these is a 500.
    pub poison: BTreeSet<String>,
    /// Every so manieth one is left out after pages were cut.
    pub holes: Option<usize>,
    /// Nothing below this one is given.
    pub floor: Option<String>,
    /// `statuses_count`
    pub count: Option<u64>,
    /// It knows `exclude_direct`.
    pub exclude_direct: bool,
    /// So many of the next requests for pages beyond the first are answered by a check against bots.
    pub challenges: u32,
    /// Whole pages of HTML where it breaks.
    pub html: bool,
    /// Half a page of JSON where it breaks, as if all were well.
    pub truncated: bool,
    /// `max_id` is a place in the list, whatever the ids look like.
    pub by_place: bool,
    /// These have no id.
    pub nameless: BTreeSet<String>,
    /// Each one stands twice on its page.
    pub twice: bool,
}

impl Odd {
    pub fn new(ids: Vec<String>) -> Odd {
        Odd {
            count: Some(ids.len() as u64),
            ids,
            direct: BTreeSet::new(),
            most: 40,
            links: Links::Honest,
            deaf: false,
            min_id: true,
            inclusive: false,
            poison: BTreeSet::new(),
            holes: None,
            floor: None,
            exclude_direct: false,
            challenges: 0,
            html: false,
            truncated: false,
            by_place: false,
            nameless: BTreeSet::new(),
            twice: false,
        }
    }

    /// So many, with the ids 1, 2, 3 …
    pub fn dense(posts: u64) -> Odd {
        Odd::new((1..=posts).rev().map(|n| n.to_string()).collect())
    }

    /// So many, a few hours one after the other, as Mastodon numbers them.
    pub fn snowflakes(posts: u64) -> Odd {
        Odd::new(
            (1..=posts)
                .rev()
                .map(|n| (115_500_000_000_000_000 + n * 900_000_000_007).to_string())
                .collect(),
        )
    }

    /// The same as GoToSocial names them.
    pub fn ulids(posts: u64) -> Odd {
        Odd::new((1..=posts).rev().map(|n| format!("01KP{:06}{:016}", n * 7, n * 31)).collect())
    }

    pub fn poison(mut self, ids: &[&str]) -> Odd {
        self.poison = ids.iter().map(|id| (*id).to_owned()).collect();
        self
    }

    fn statuses(&mut self, origin: &str, query: &[(String, String)]) -> (u16, String, String) {
        let of = |name: &str| query.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let at = |id: &str| (id.len(), id.to_owned());
        let (mut max, min) = (of("max_id"), of("min_id"));
        if self.deaf {
            max = None;
        }
        if max.is_some() && self.challenges > 0 {
            self.challenges -= 1;
            let page = "<!DOCTYPE html><title>Just a moment...</title>".to_owned();
            return (403, "Server: cloudflare\r\ncf-mitigated: challenge\r\n".into(), page);
        }
        let limit = of("limit").and_then(|l| l.parse().ok()).unwrap_or(20_usize).clamp(1, self.most);
        let place = |id: &String| self.ids.iter().position(|i| i == id).unwrap_or_default();
        let is_older = |id: &String, max: &String| if self.by_place { place(id) > place(max) } else { at(id) < at(max) };
        let below = |id: &&String| max.as_ref().is_none_or(|max| is_older(id, max) || (self.inclusive && *id == max));
        let above = |id: &&String| min.as_ref().is_none_or(|min| at(id) > at(min));
        let hidden = self.exclude_direct && of("exclude_direct").as_deref() == Some("true");
        let shown = |id: &&String| !(hidden && self.direct.contains(*id));
        let kept = |id: &&String| self.floor.as_ref().is_none_or(|floor| at(id) >= at(floor));
        let mut page: Vec<&String> = self.ids.iter().filter(below).filter(above).filter(shown).filter(kept).collect();
        match min.is_some() {
            true if !self.min_id => page.clear(),
            true => drop(page.drain(..page.len().saturating_sub(limit))),
            false => page.truncate(limit),
        }
        if page.iter().any(|id| self.poison.contains(*id)) {
            if self.truncated {
                return (200, String::new(), r#"[{"id":"9","content":"<p>"#.into());
            }
            let body = if self.html {
                "<html><h1>500</h1></html>"
            } else {
                r#"{"error":"Internal Server Error"}"#
            };
            return (500, String::new(), body.into());
        }
        let base = format!("{origin}/api/v1/accounts/7/statuses");
        let edges = page
            .first()
            .zip(page.last())
            .map(|(first, last)| ((*first).clone(), (*last).clone()));
        let link = match (self.links, edges) {
            (Links::Endless, None) => format!("<{base}?max_id={}>; rel=\"next\"", max.unwrap_or_default()),
            (_, None) => String::new(),
            (Links::None, _) => format!("<{origin}/wp-json/>; rel=\"https://api.w.org/\""),
            (Links::Backwards, Some((first, last))) => {
                format!("<{base}?min_id={first}>; rel=\"next\", <{base}?max_id={last}>; rel=\"prev\"")
            }
            (Links::Newer, Some((first, _))) => format!("<{base}?min_id={first}>; rel=\"next\""),
            (Links::Elsewhere, Some((_, last))) => {
                format!("<{}?max_id={last}>; rel=\"next\"", base.replace("127.0.0.1", "localhost"))
            }
            (Links::Round, _) if max.is_some() => format!("<{base}?limit={limit}>; rel=\"next\""),
            (Links::Honest | Links::Round | Links::Endless, Some((first, last))) => {
                format!("<{base}?max_id={last}>; rel=\"next\", <{base}?min_id={first}>; rel=\"prev\"")
            }
        };
        if let Some(nth) = self.holes {
            page.retain(|id| place(id) % nth != 0);
        }
        let status = |id: &&String| {
            let visibility = if self.direct.contains(*id) { "direct" } else { "public" };
            let mut status = json!({ "id": id, "visibility": visibility, "content": format!("<p>{id}</p>"), "account": { "id": "7" } });
            if self.nameless.contains(*id) {
                status["id"].take();
            }
            status
        };
        let times = if self.twice { 2 } else { 1 };
        let all = page.iter().flat_map(|id| std::iter::repeat_n(status(id), times));
        let body = Value::from(all.collect::<Vec<_>>()).to_string();
        let head = if link.is_empty() { link } else { format!("Link: {link}\r\n") };
        (200, head, body)
    }

    fn answer(&mut self, origin: &str, method: &str, target: &str) -> (u16, String, String) {
        let url = url::Url::parse(&format!("{origin}{target}")).unwrap();
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        let found = |body: Value| (200, String::new(), body.to_string());
        match (method, url.path()) {
            ("POST", "/api/v1/apps") => found(json!({ "id": "1", "client_id": "cid", "client_secret": "csecret" })),
            ("POST", "/oauth/token") => {
                found(json!({ "access_token": "tok123", "token_type": "Bearer", "scope": "read", "created_at": 1_790_000_000 }))
            }
            ("GET", "/.well-known/nodeinfo") => {
                let rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
                found(json!({ "links": [{ "rel": rel, "href": format!("{origin}/nodeinfo/2.0") }] }))
            }
            ("GET", "/nodeinfo/2.0") => found(json!({ "version": "2.0", "software": { "name": "mastodon", "version": "4.3.0" } })),
            ("GET", "/api/v1/instance" | "/api/v2/instance") => found(json!({ "uri": "odd.example", "version": "4.3.0" })),
            ("GET", "/api/v1/accounts/verify_credentials") => {
                found(json!({ "id": "7", "username": "ada", "acct": "ada", "statuses_count": self.count }))
            }
            ("GET", "/api/v1/accounts/7/statuses") => self.statuses(origin, &query),
            _ => (404, String::new(), r#"{"error":"Record not found"}"#.into()),
        }
    }
}

/// The running server: a test changes its behaviour, and it records requests.
#[derive(Clone)]
pub struct MockServer {
    origin: String,
    odd: Arc<Mutex<Odd>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl MockServer {
    async fn start() -> MockServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = MockServer {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            odd: Arc::new(Mutex::new(Odd::dense(0))),
            asked: Arc::default(),
        };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().talk(stream));
            }
        });
        server
    }

    async fn talk(self, mut stream: TcpStream) -> Option<()> {
        let mut request = Vec::new();
        let mut more = [0; 4096];
        loop {
            let read = stream.read(&mut more).await.ok().filter(|n| *n > 0)?;
            request.extend_from_slice(&more[..read]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let lower = head.to_lowercase();
            let length = lower
                .split("content-length: ")
                .nth(1)
                .and_then(|l| l.lines().next()?.parse::<usize>().ok());
            if body.len() < length.unwrap_or_default() {
                continue;
            }
            let mut first = head.split(' ');
            let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
            self.asked.lock().unwrap().push(target.clone());
            let (status, more, body) = self.odd.lock().unwrap().answer(&self.origin, &method, &target);
            let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
            let head = format!(
                "HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\n{more}Content-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
            request.clear();
        }
    }
}

/// An account at such a server.
pub struct Scene {
    pub rig: Rig,
    pub account: String,
    server: MockServer,
}

impl Scene {
    pub async fn new() -> Scene {
        let (rig, server) = (Rig::new(), MockServer::start().await);
        let plan = LoginPlan {
            provider: "mastodon".into(),
            client_name: "Test".into(),
            answers: [("server".to_owned(), server.origin.clone().into())].into(),
            scopes: vec!["read".into()],
            redirect: Some(RedirectKind::Loopback),
            ..LoginPlan::default()
        };
        let mut login = rig.wait(plan).await;
        let link = url::Url::parse(&rig.keeper.consent_link(&login.id).unwrap()).unwrap();
        let of = |name: &str| link.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
        get(&format!("{}?code=thecode&state={}", of("redirect_uri"), of("state")))
            .await
            .unwrap();
        let account = login.end().await.unwrap();
        Scene { rig, account, server }
    }

    pub fn origin(&self) -> &str {
        &self.server.origin
    }

    pub fn behave(&self, odd: Odd) {
        *self.server.odd.lock().unwrap() = odd;
        self.server.asked.lock().unwrap().clear();
    }

    /// The pages that were asked for since.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.server.asked.lock().unwrap();
        asked.iter().filter(|target| target.contains("/statuses")).cloned().collect()
    }

    pub fn plan(&self, filters: &[&str]) -> ExportPlan {
        ExportPlan {
            account: self.account.clone(),
            format: ExportFormat::Json,
            filters: filters.iter().map(|f| (*f).to_owned()).collect(),
            limit: None,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.rig.home.path().join(name)
    }

    pub async fn export(&self, plan: ExportPlan, path: &Path) -> Ended {
        let (report, events) = unbounded_channel();
        let report = Arc::new(move |event| _ = report.send(event));
        self.rig.keeper.start_export(plan, Output::File(path.to_owned()), report).unwrap();
        end(events).await
    }
}
