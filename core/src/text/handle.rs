//! The spellings of one account's name: with its handle's domain or its server's host, with or without `@`, as the address of
//! its profile, in IDN or punycode, in full-width letters and in any case.

use url::Url;

use super::typed::{bare, clean, link_target};

/// What is known of an account's name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The displayed name; a handle if the provider has many servers.
    pub name: &'a str,
    /// Its server's host, if the provider has many.
    pub server: Option<&'a str>,
    /// The display name, which its owner chooses.
    pub display_name: Option<&'a str>,
    /// The provider's id of the person.
    pub user_id: Option<&'a str>,
    /// The address of its profile.
    pub url: Option<&'a str>,
}

/// A name as someone typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// The name before the `@`, in lower case.
    pub user: String,
    /// The domain after the `@`, in lower case and in ASCII; none for a bare name.
    pub domain: Option<String>,
}

impl Handle {
    /// Reads a handle, a bare name or a profile's address, in any spelling.
    pub fn read(typed: &str) -> Handle {
        let text = bare(typed);
        let text = bare(link_target(&text));
        let prefixes = ["acct:", "mailto:", "web+ap://", "web+ap:", "https://", "http://"];
        let cut = prefixes
            .iter()
            .find_map(|p| text.get(p.len()..).filter(|_| text[..p.len()].eq_ignore_ascii_case(p)));
        // An encoded `@` in an address, or an `@` next to the space that a line break left.
        let text = cut.unwrap_or(&text).replace("%40", "@").replace(" @", "@").replace("@ ", "@");
        let text = text.as_str();
        let profile = text.split_once('/').and_then(|(host, path)| {
            let mut steps = path
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .split('/')
                .filter(|s| !s.is_empty());
            let user = steps.find_map(|step| match step {
                "users" | "u" => None,
                "web" => None,
                step => Some(step.strip_prefix('@').unwrap_or(step)),
            })?;
            // `https://host/@me@elsewhere` is the page of an account on another server.
            let (user, host) = user.split_once('@').unwrap_or((user, host));
            // Not `word/word`.
            let is_host = |host: &String| host.contains(['.', ':']) || host == "localhost";
            Some((user, ascii(host).filter(is_host)?))
        });
        let plain = text.trim_start_matches('@');
        let parts = profile.or_else(|| plain.rsplit_once('@').and_then(|(user, host)| Some((user, ascii(host)?))));
        match parts {
            Some((user, domain)) if !user.is_empty() => Handle {
                user: user.to_lowercase(),
                domain: Some(domain),
            },
            _ => Handle {
                user: plain.to_lowercase(),
                domain: None,
            },
        }
    }
}

/// A host in its IDNA form, with its port if it has one; none if it is no host.
fn ascii(host: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{}", host.trim_end_matches('.'))).ok()?;
    let host = url
        .host_str()
        .filter(|_| url.path() == "/" && url.query().is_none() && url.username().is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

impl Names<'_> {
    /// The handle's domain and the server's host. Either identifies the account.
    fn domains(&self) -> impl Iterator<Item = String> {
        let server = self.server;
        let own = server.and_then(|_| Handle::read(self.name).domain);
        own.into_iter().chain(server.and_then(ascii))
    }

    /// Whether this is the account that a person means by a name, a handle, a profile's address or an id.
    ///
    /// A name with a domain is only compared as a handle: the display name and the `url` that a server gives prove nothing about another
    /// domain.
    pub fn is(&self, meant: &str) -> bool {
        let plain = |text: &str| clean(text).trim_start_matches('@').trim_end_matches('/').to_lowercase();
        let whole = plain(meant);
        if whole.is_empty() {
            return false;
        }
        let wanted = Handle::read(meant);
        if self.server.is_some()
            && let Some(domain) = &wanted.domain
        {
            return wanted.user == self.user() && self.domains().any(|own| own == *domain);
        }
        let others = [Some(self.name), self.display_name, self.user_id, self.url];
        others.into_iter().flatten().any(|own| plain(own) == whole) || (self.server.is_some() && wanted.user == self.user())
    }

    /// The name without its domain, in lower case.
    pub fn user(&self) -> String {
        match self.server {
            Some(_) => Handle::read(self.name).user,
            None => clean(self.name).trim_start_matches('@').to_lowercase(),
        }
    }

    /// The handle with the server's host, if the displayed handle has another domain.
    pub fn at_server(&self) -> Option<String> {
        let host = ascii(self.server?)?;
        let own = Handle::read(self.name);
        own.domain.filter(|domain| *domain != host).map(|_| format!("{}@{host}", own.user))
    }

    /// Whether a handle might be this account's: the same name at an unknown domain.
    pub fn may_be(&self, meant: &str) -> bool {
        let wanted = Handle::read(meant);
        self.server.is_some() && wanted.domain.is_some() && wanted.user == self.user()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Names<'_> = Names {
        name: "@ada@bücher.example",
        server: Some("social.example.org:8443"),
        display_name: Some("@grace@bank.example"),
        user_id: Some("17841400000000001"),
        url: Some("https://bank.example/@ada"),
    };

    #[test]
    fn every_spelling_is_the_same_account() {
        for meant in [
            "ada",
            "@Ada",
            "＠ａｄａ＠bücher.example",
            "\u{202a}@ada@xn--bcher-kva.example\u{202c}",
            " @ADA@BÜCHER.example ",
            "acct:ada@bücher.example",
            "acct:ada%40bücher.example",
            "@ada @bücher.example",
            "https://elsewhere.example/@ada%40bücher.example",
            "https://bücher.example/@ada",
            "https://xn--bcher-kva.example/users/ada",
            "bücher.example/@ada",
            "https://elsewhere.example/@ada@bücher.example",
            "ada@social.example.org:8443",
            "https://social.example.org:8443/@ada",
            "17841400000000001",
        ] {
            assert!(ADA.is(meant), "{meant}");
        }
        assert_eq!(ADA.at_server().as_deref(), Some("ada@social.example.org:8443"));
    }

    #[test]
    fn another_domain_is_another_account_whatever_the_server_says() {
        for other in [
            "",
            "@",
            "grace",
            "ad",
            "@ada@elsewhere.example",
            "@ada@social.example.org",
            // The display name and the page that the server speaks of.
            "@grace@bank.example",
            "@ada@bank.example",
            "https://bank.example/@ada",
            // A Cyrillic letter that looks the same.
            "@\u{430}da@bücher.example",
        ] {
            assert!(!ADA.is(other), "{other}");
        }
        assert!(ADA.may_be("@ada@elsewhere.example") && !ADA.may_be("ada") && !ADA.may_be("@grace@elsewhere.example"));
    }

    #[test]
    fn where_there_is_one_platform_its_words_are_names() {
        let page = Names {
            name: "Cafe @ Home (Zürich)",
            display_name: Some("ada"),
            url: Some("https://www.threads.example/@cafe"),
            ..Names::default()
        };
        for meant in ["cafe @ home (zürich)", "Ada", "https://www.threads.example/@cafe/"] {
            assert!(page.is(meant), "{meant}");
        }
        assert!(!page.is("cafe") && !page.is("@cafe@home.example") && page.at_server().is_none());
    }
}
