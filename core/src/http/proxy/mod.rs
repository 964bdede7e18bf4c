//! The environment's proxies (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`, in either case), and the errors at one. An address
//! that cannot be parsed is an error: a configured proxy is never bypassed.
//!
//! `address` a proxy's address · `except` the entries of `no_proxy`.

mod address;
mod except;

use std::ffi::OsString;

use url::Url;

use self::address::parse;
use self::except::{Exception, exceptions};
use super::{host_of, is_loopback};
use crate::error::{Error, Result};
use crate::token::Secret;

/// A proxy, and the variable that names it.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// The variable.
    pub variable: &'static str,
    /// Scheme, host and port: without the user's name and password.
    pub shown: String,
    address: Secret,
}

impl Proxy {
    /// The address in the library's form, with name and password.
    pub(super) fn address(&self) -> &str {
        self.address.expose()
    }
}

/// A failed request, as the library describes it.
#[derive(Debug)]
pub(super) struct Failure {
    /// It failed before the connection was open.
    pub is_connect: bool,
    /// It timed out.
    pub is_timeout: bool,
    /// The causes, outermost first.
    pub causes: Vec<String>,
}

/// The route to a host.
#[derive(Clone, Copy, Debug)]
pub enum Route<'a> {
    /// Without any proxy.
    Direct,
    /// The environment names no proxy; Windows and macOS may have one in their settings.
    System,
    /// Through this proxy only.
    Proxy(&'a Proxy),
}

/// A variable's value as a proxy, or the name of a variable that cannot be parsed.
type Setting = Option<std::result::Result<Proxy, &'static str>>;

/// A variable of the environment that says something about proxies, as another program may be given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its value; without the user's name and password if it has a password.
    pub value: String,
    /// It has a password, which the value lacks. A proxy that wants one refuses then; nothing is sent around it.
    pub lacks_password: bool,
}

/// The variables that this process reads, for programs that are started without them.
///
/// # Errors
/// [`Error::ProxyInvalid`].
pub fn variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Vec<Variable>> {
    let all = [HTTPS, HTTP, ALL, EXCEPT].into_iter();
    let set = all.filter_map(|names| first(&variable, &names).map(|(name, value)| (names, name, value)));
    let read = |(names, name, value): ([&'static str; 2], &'static str, OsString)| {
        if names == EXCEPT {
            let value = value.to_string_lossy().into_owned();
            return Ok(Variable {
                name,
                value,
                lacks_password: false,
            });
        }
        let text = value.to_str().unwrap_or_default().trim();
        let (shown, address) = parse(text).ok_or(Error::ProxyInvalid { variable: name })?;
        let lacks_password = Url::parse(address.expose()).is_ok_and(|url| url.password().is_some());
        Ok(Variable {
            name,
            value: if lacks_password { shown } else { text.to_owned() },
            lacks_password,
        })
    };
    set.map(read).collect()
}

/// The variable that counts of two spellings: lower case first, as in curl. An empty one counts as unset.
fn first(variable: impl Fn(&str) -> Option<OsString>, names: &[&'static str]) -> Option<(&'static str, OsString)> {
    let set = |name: &&'static str| variable(name).filter(|v| !v.is_empty()).map(|v| (*name, v));
    names.iter().find_map(set)
}

const HTTPS: [&str; 2] = ["https_proxy", "HTTPS_PROXY"];
const HTTP: [&str; 2] = ["http_proxy", "HTTP_PROXY"];
const ALL: [&str; 2] = ["all_proxy", "ALL_PROXY"];
const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The environment's proxies.
#[derive(Clone, Debug)]
pub struct Proxies {
    https: Setting,
    http: Setting,
    except: Vec<Exception>,
    except_text: Option<String>,
}

impl Proxies {
    /// The proxies of this process's environment.
    pub fn from_env() -> Proxies {
        Proxies::read(|name| std::env::var_os(name))
    }

    /// Reads the proxies by `variable`.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Proxies {
        // A web server passes a client's header “Proxy” to CGI programs as HTTP_PROXY.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let setting = |own: &[&'static str]| {
            let (name, value) = first(&variable, own).or_else(|| first(&variable, &ALL))?;
            let read = value.to_str().and_then(parse);
            Some(read.map_or(Err(name), |(shown, address)| {
                Ok(Proxy {
                    variable: name,
                    shown,
                    address,
                })
            }))
        };
        let http = if is_cgi { &HTTP[..1] } else { &HTTP };
        let except_text = first(&variable, &EXCEPT).map(|(_, value)| value.to_string_lossy().into_owned());
        Proxies {
            https: setting(&HTTPS),
            http: setting(http),
            except: except_text.as_deref().map(exceptions).unwrap_or_default(),
            except_text,
        }
    }

    /// The route to an address.
    ///
    /// # Errors
    /// [`Error::ProxyInvalid`]: the address must not be connected to.
    pub fn route(&self, url: &Url) -> Result<Route<'_>> {
        if is_loopback(url) || self.except.iter().any(|one| one.covers(url)) {
            return Ok(Route::Direct);
        }
        let setting = if url.scheme() == "https" { &self.https } else { &self.http };
        match setting {
            None => Ok(Route::System),
            Some(Ok(proxy)) => Ok(Route::Proxy(proxy)),
            Some(Err(variable)) => Err(Error::ProxyInvalid { variable }),
        }
    }

    /// The proxy for https, which all platforms use; none if the environment names none.
    ///
    /// # Errors
    /// [`Error::ProxyInvalid`].
    pub fn in_use(&self) -> Result<Option<&Proxy>> {
        match &self.https {
            None => Ok(None),
            Some(Ok(proxy)) => Ok(Some(proxy)),
            Some(Err(variable)) => Err(Error::ProxyInvalid { variable }),
        }
    }

    /// The value of `no_proxy`.
    pub fn except(&self) -> Option<&str> {
        self.except_text.as_deref()
    }

    /// The proxy's error in a failed request to `url`; none if the proxy did not cause it.
    pub(super) fn trouble(&self, url: &Url, failure: &Failure) -> Option<Error> {
        let proxy = match self.route(url) {
            Ok(Route::Proxy(proxy)) => proxy.shown.clone(),
            // The locales' word for it.
            Ok(Route::System) => "system".to_owned(),
            _ => return None,
        };
        let causes = &failure.causes;
        let has = |text: &str| causes.iter().any(|c| c.to_lowercase().contains(text));
        let detail = causes.last().cloned().unwrap_or_default();
        let host = host_of(url);
        // hyper-util's texts for tunnel errors; their types are private.
        if has("proxy authorization required")
            || has("credentials not accepted")
            || has("user/pass authentication")
            || has("implements authentication incorrectly")
        {
            return Some(Error::ProxyDenied { proxy });
        }
        if has("failed to create underlying connection") {
            return Some(Error::ProxyUnreachable { proxy, detail });
        }
        if has("tunnel error:") || has("socks error:") {
            return Some(Error::ProxyRefused { proxy, host, detail });
        }
        let at_proxy = failure.is_connect && proxy != "system";
        match at_proxy {
            true if failure.is_timeout => Some(Error::ProxyUnreachable {
                proxy,
                detail: "no answer in time".to_owned(),
            }),
            // A request by http goes to the proxy itself.
            true if url.scheme() == "http" && !has("socks") => Some(Error::ProxyUnreachable { proxy, detail }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn proxies(set: &[(&str, &str)]) -> Proxies {
        let set: Vec<(String, OsString)> = set.iter().map(|(n, v)| ((*n).to_owned(), OsString::from(v))).collect();
        Proxies::read(move |name| set.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()))
    }

    /// The route: a proxy with its variable, nothing for a direct one, or the invalid variable.
    fn way(set: &[(&str, &str)], url: &str) -> String {
        let proxies = proxies(set);
        match proxies.route(&Url::parse(url).unwrap()) {
            Ok(Route::Direct) => "direct".to_owned(),
            Ok(Route::System) => "system".to_owned(),
            Ok(Route::Proxy(proxy)) => format!("{} {}", proxy.variable, proxy.shown),
            Err(Error::ProxyInvalid { variable }) => format!("!{variable}"),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn each_variable_in_each_case_and_what_goes_first() {
        let (a, b) = ("http://a:1", "http://b:2");
        let https = "https://graph.example/x";
        for (set, expected) in [
            (&[][..], "system"),
            (&[("HTTPS_PROXY", a)], "HTTPS_PROXY http://a:1"),
            (&[("https_proxy", a)], "https_proxy http://a:1"),
            (&[("ALL_PROXY", a)], "ALL_PROXY http://a:1"),
            (&[("all_proxy", a)], "all_proxy http://a:1"),
            (&[("HTTP_PROXY", a)], "system"),
            (&[("HTTPS_PROXY", a), ("ALL_PROXY", b)], "HTTPS_PROXY http://a:1"),
            (&[("HTTPS_PROXY", a), ("https_proxy", b)], "https_proxy http://b:2"),
            (&[("HTTPS_PROXY", a), ("https_proxy", "")], "HTTPS_PROXY http://a:1"),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", b)], "ALL_PROXY http://b:2"),
            (&[("HTTPS_PROXY", ":::bad"), ("ALL_PROXY", b)], "!HTTPS_PROXY"),
            (&[("HTTPS_PROXY", a), ("ALL_PROXY", "gopher://x")], "HTTPS_PROXY http://a:1"),
            (&[("ALL_PROXY", "gopher://x")], "!ALL_PROXY"),
        ] {
            assert_eq!(way(set, https), expected, "{set:?}");
            assert_eq!(way(set, "http://127.0.0.1:8080/"), "direct");
            assert_eq!(way(set, "https://localhost/"), "direct");
        }
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", a)];
        assert_eq!(way(&cgi, "http://plain.example/"), "system", "a header of a client's");
        assert_eq!(way(&cgi[1..], "http://plain.example/"), "HTTP_PROXY http://a:1");
    }

    #[test]
    fn another_program_gets_the_same_proxies_without_a_password() {
        let given = |set: &[(&str, &str)]| {
            let set: Vec<(String, OsString)> = set.iter().map(|(n, v)| ((*n).to_owned(), OsString::from(v))).collect();
            variables(move |name| set.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()))
        };
        let set = [
            ("https_proxy", " proxy:1 "),
            ("HTTPS_PROXY", ":::bad"),
            ("HTTP_PROXY", "socks5://me@p:2"),
            ("all_proxy", ""),
            ("ALL_PROXY", "http://me:canary@p"),
            ("NO_PROXY", "a, b"),
            ("HOME", "/"),
        ];
        let read = given(&set).unwrap();
        let read: Vec<_> = read.iter().map(|v| (v.name, v.value.as_str(), v.lacks_password)).collect();
        let expected = [
            ("https_proxy", "proxy:1", false),
            ("HTTP_PROXY", "socks5://me@p:2", false),
            ("ALL_PROXY", "http://p:80", true),
            ("NO_PROXY", "a, b", false),
        ];
        assert_eq!(read, expected);
        assert_eq!(given(&[]).unwrap(), []);
        let wrong = given(&[("ALL_PROXY", "http://me:can/ary@p:1")]);
        assert!(matches!(wrong, Err(Error::ProxyInvalid { variable: "ALL_PROXY" })), "{wrong:?}");
    }

    #[test]
    fn nothing_shows_a_password() {
        let set = [("ALL_PROXY", "http://me:canary@p:1"), ("https_proxy", "http://me:can/ary@p:1")];
        let read = format!("{:?}", proxies(&set));
        assert!(!read.contains("canary") && !read.contains("ary@"), "{read}");
    }
}
