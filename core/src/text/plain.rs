//! A page's text without its tags: enough to compare what a server shows of a post with what was sent.

/// The text, its tags taken out, its entities read, and each run of white space as one space.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_tag = rest.starts_with('<') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let read = if is_tag { tag(rest) } else { entity(rest) };
        match read {
            Some((text, length)) => {
                out.push_str(&text);
                rest = &rest[length..];
            }
            None => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    spaced(&out)
}

/// A text with each run of white space as one space.
pub fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with mentions as servers show them: without the server's name. `@bob@o.example` is `@bob`.
pub fn short_mentions(text: &str) -> String {
    text.split(' ').map(short_mention).collect::<Vec<_>>().join(" ")
}

fn short_mention(word: &str) -> String {
    let Some((name, rest)) = word.strip_prefix('@').and_then(|word| word.split_once('@')) else {
        return word.to_owned();
    };
    let after = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-' || c == '.');
    let host = rest[..rest.len() - after.len()].trim_end_matches('.');
    match name.is_empty() || host.is_empty() {
        true => word.to_owned(),
        false => format!("@{name}{}", &rest[host.len()..]),
    }
}

/// Whether the text that a platform shows is the one that was sent, but for links. Each link that begins with `short` stands for an
/// address of what was sent: without a space, and with the dot of a domain.
pub fn same_but_for_links(shown: &str, sent: &str, short: &str) -> bool {
    let has_dot = |text: &str| {
        let mut parts = text.split('.');
        let before = parts.next().is_some_and(|part| part.ends_with(char::is_alphanumeric));
        before && parts.any(|part| part.starts_with(char::is_alphanumeric))
    };
    let is_link = |text: &str| has_dot(text) && !text.contains(char::is_whitespace);
    let mut parts = shown.split(short).peekable();
    let Some(mut rest) = sent.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    while let Some(part) = parts.next() {
        let after = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        if parts.peek().is_none() {
            return rest.strip_suffix(after).is_some_and(is_link);
        }
        // Each end where the next part may begin: an address may have it, too.
        let mut ends = rest.match_indices(after).map(|(at, _)| at);
        let Some(at) = ends.find(|at| is_link(&rest[..*at])) else {
            return false;
        };
        rest = &rest[at + after.len()..];
    }
    rest.is_empty()
}

/// What a tag stands for, and its length. A line ends at a break and at a paragraph's end.
fn tag(text: &str) -> Option<(String, usize)> {
    let length = text.find('>')? + 1;
    let name = text[1..length - 1].trim_end_matches('/').trim().to_ascii_lowercase();
    let ends_line = name == "br" || name.starts_with("br ") || name == "/p" || name == "/div";
    Some((if ends_line { "\n" } else { "" }.to_owned(), length))
}

fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.strip_prefix('&')?.find(';').filter(|end| *end <= 8)?;
    let name = &text[1..=end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c.to_string(), end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_make_of_a_text() {
        // As GoToSocial wrote it (docs/facts/gotosocial.md).
        let recorded = "<p>Hello <a href=\"http://localhost:8085/tags/world\" class=\"mention hashtag\" rel=\"tag nofollow noreferrer noopener\" target=\"_blank\">#<span>world</span></a> ✓</p>";
        assert_eq!(plain(recorded), "Hello #world ✓");
        assert_eq!(
            plain("<p>one<br />two</p><p>it&#39;s &lt;3 &amp; more</p>"),
            "one two it's <3 & more"
        );
        assert_eq!(plain("a < b && c"), "a < b && c");
        assert_eq!(plain("  a\r\n\tb "), "a b");
    }

    #[test]
    fn links_that_a_platform_shortens() {
        let same = |shown: &str, sent: &str| same_but_for_links(shown, sent, "https://t.co/");
        assert!(same("see https://t.co/AbC12 now", "see https://a.example/b?c=1 now"));
        assert!(same("https://t.co/AbC12.", "a.example/b.html."));
        assert!(same("https://t.co/A https://t.co/B,C", "a.example b.example,C"));
        assert!(same("看https://t.co/A，好", "看https://a.example/字，好"));
        assert!(same("no link", "no link") && !same("no link", "no links"));
        assert!(!same("see https://t.co/A now", "see  now") && !same("see https://t.co/A", "see a b"));
        assert!(!same("https://t.co/A and", "a.example or") && !same("https://t.co/A", ""));
        assert!(!same("https://t.co/A", "Hello") && !same("Hello https://t.co/A", "Hello world."));
        let many = "https://t.co/".repeat(1000);
        assert!(!same(&format!("{many} "), &"x".repeat(500)));
    }

    #[test]
    fn mentions_without_their_servers() {
        assert_eq!(short_mentions("@bob@o.example hi"), "@bob hi");
        assert_eq!(short_mentions("to @bob@o.example, @eve@xn--a.example."), "to @bob, @eve.");
        assert_eq!(short_mentions("@bob a@b.example @ @@ c"), "@bob a@b.example @ @@ c");
    }
}
