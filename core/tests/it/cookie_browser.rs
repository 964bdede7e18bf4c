//! A browser that keeps cookies, for servers whose consent is several pages: it signs in, allows or cancels, and stops where
//! the server sends it elsewhere.

use url::Url;

use crate::browser::{Reply, raw};

/// One person's browser.
pub struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    pub fn new() -> Browser {
        Browser { cookies: Vec::new() }
    }

    /// Signs in as this person and allows, or cancels. The address outside the server that the browser is sent to, or the page
    /// where it went no further.
    pub async fn consent(&mut self, address: &str, person: &str, allow: bool) -> Result<Url, Reply> {
        let mut url = Url::parse(address).unwrap();
        let server = url.origin();
        let mut page = self.ask(&url, None).await;
        for _ in 0..12 {
            if let 301..=308 = page.status {
                url = url.join(page.header("location")).unwrap();
                if url.origin() != server {
                    return Ok(url);
                }
                page = self.ask(&url, None).await;
                continue;
            }
            let attribute = |name: &str| {
                let (_, rest) = page.body.split_once(&format!("{name}=\""))?;
                rest.split_once('"').map(|(value, _)| value.to_owned())
            };
            let cancel = page
                .body
                .split("href=\"")
                .find_map(|part| part.split('"').next().filter(|a| a.ends_with("/abort")));
            let prompt = page.body.split_once("name=\"prompt\" value=\"").map(|(_, rest)| rest);
            let prompt = prompt.and_then(|rest| rest.split('"').next()).map(str::to_owned);
            page = match (prompt, attribute("action")) {
                (Some(_), _) if !allow => {
                    url = url.join(cancel.unwrap()).unwrap();
                    self.ask(&url, None).await
                }
                (Some(prompt), Some(action)) => {
                    url = url.join(&action).unwrap();
                    let form = [("prompt", prompt.as_str()), ("login", person), ("password", "a-password")];
                    self.ask(&url, Some(&form)).await
                }
                _ => return Err(page),
            };
        }
        Err(page)
    }

    /// Opens a page for a device's code (RFC 8628 §3.3), enters the code if the page does not know it, signs in as this person and
    /// approves, or aborts.
    pub async fn enter_code(&mut self, address: &str, code: Option<&str>, person: &str, allow: bool) {
        let mut url = Url::parse(address).unwrap();
        let mut page = self.ask(&url, None).await;
        for _ in 0..14 {
            if let 301..=308 = page.status {
                url = url.join(page.header("location")).unwrap();
                page = self.ask(&url, None).await;
                continue;
            }
            let field = |name: &str| {
                let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\""))?;
                rest.split('"').next().map(str::to_owned)
            };
            let action = page.body.split_once("action=\"").and_then(|(_, rest)| rest.split('"').next());
            let Some(action) = action.map(|action| url.join(action).unwrap()) else {
                assert_eq!(page.status, 200, "{}", page.body);
                return;
            };
            let user_code = field("user_code").or_else(|| code.map(str::to_owned)).unwrap_or_default();
            let mut form: Vec<(&str, String)> = match (field("prompt"), field("xsrf")) {
                (Some(prompt), _) => vec![
                    ("prompt", prompt),
                    ("login", person.to_owned()),
                    ("password", "a-password".to_owned()),
                ],
                (None, Some(xsrf)) => vec![("xsrf", xsrf), ("user_code", user_code)],
                (None, None) => panic!("{}", page.body),
            };
            if let Some(yes) = field("confirm") {
                form.push(if allow { ("confirm", yes) } else { ("abort", yes) });
            }
            let aborts = form.iter().any(|(name, _)| *name == "abort");
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            url = action;
            page = self.ask(&url, Some(&form)).await;
            if aborts {
                return;
            }
        }
        panic!("no end: {}", page.body);
    }

    async fn ask(&mut self, url: &Url, form: Option<&[(&str, &str)]>) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = format!("Accept: text/html,*/*;q=0.8\r\nCookie: {}\r\n", cookies.join("; "));
        let reply = send(url, &cookies, form).await;
        for (name, line) in &reply.headers {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair.filter(|_| name == "set-cookie") {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }
}

/// A request that no browser keeps anything of: GET, or POST with a form.
pub async fn send(url: &Url, headers: &str, form: Option<&[(&str, &str)]>) -> Reply {
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let body = form.map(|form| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish());
    let sized = body.as_ref().map(|body| {
        let length = body.len();
        format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n")
    });
    let request = format!(
        "{} {}{query} HTTP/1.1\r\nHost: {host}\r\n{headers}{}Connection: close\r\n\r\n{}",
        if form.is_some() { "POST" } else { "GET" },
        url.path(),
        sized.unwrap_or_default(),
        body.unwrap_or_default()
    );
    raw(&host, request.as_bytes()).await.unwrap()
}
