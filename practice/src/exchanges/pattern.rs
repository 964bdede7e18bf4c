//! A text of a request with placeholders: what it must be, what is captured, and what a person reads where it is not so.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::state::{State, Value};

/// The values that a request named, by their names.
pub type Captured = Vec<(String, String)>;

/// A text of a request.
pub struct Pattern {
    source: String,
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    /// Any text that is not empty; with a name it is remembered under it.
    Any(Option<String>),
    /// A valid value of one of these names.
    Valid(Vec<String>),
    /// A value of one of these names that is no longer valid.
    Ended(Vec<String>),
    /// The verifier of a challenge of this name (RFC 7636 §4.2).
    Verifier(String),
}

/// The placeholders of a text, `<…>`, and what is between them.
pub fn split(text: &str) -> Vec<Result<&str, &str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        parts.push(Ok(&rest[..open]));
        parts.push(Err(&rest[open + 1..open + close]));
        rest = &rest[open + close + 1..];
    }
    parts.push(Ok(rest));
    parts.retain(|part| *part != Ok(""));
    parts
}

/// The name of a value: letters, digits and underscores.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Pattern {
    pub fn read(source: &str) -> Result<Pattern, String> {
        let part = |part: Result<&str, &str>| {
            let word = match part {
                Ok(text) => return Ok(Part::Text(text.to_owned())),
                Err(word) => word,
            };
            let (kind, name) = word.split_once(' ').unwrap_or(("", word));
            let names: Vec<String> = name.split('|').map(str::to_owned).collect();
            let name = || name.to_owned();
            match kind {
                _ if !names.iter().all(|name| is_name(name)) => {}
                "" if word == "any" => return Ok(Part::Any(None)),
                "" => return Ok(Part::Valid(names)),
                "ended" => return Ok(Part::Ended(names)),
                "any" if names.len() == 1 => return Ok(Part::Any(Some(name()))),
                "verifier" if names.len() == 1 => return Ok(Part::Verifier(name())),
                _ => {}
            }
            Err(format!("<{word}> in {source:?} is no placeholder of a request"))
        };
        let parts = split(source).into_iter().map(part).collect::<Result<_, _>>()?;
        Ok(Pattern {
            source: source.to_owned(),
            parts,
        })
    }

    /// The names that it remembers, and those that it needs.
    pub fn names(&self) -> (Vec<&str>, Vec<&str>) {
        let (mut remembered, mut needed) = (Vec::new(), Vec::new());
        for part in &self.parts {
            match part {
                Part::Text(_) | Part::Any(None) => {}
                Part::Any(Some(name)) => remembered.push(name.as_str()),
                Part::Verifier(name) => needed.push(name.as_str()),
                Part::Valid(names) | Part::Ended(names) => needed.extend(names.iter().map(String::as_str)),
            }
        }
        (remembered, needed)
    }

    /// Whether a text is as the pattern wants it; what it names is then added.
    pub fn fits(&self, text: &str, state: &State, captured: &mut Captured) -> bool {
        let before = captured.len();
        let fits = fits(&self.parts, text, state, captured);
        if !fits {
            captured.truncate(before);
        }
        fits
    }

    /// What is remembered under a new name, of all that was captured.
    pub fn remembers(&self, name: &str) -> bool {
        self.names().0.contains(&name)
    }

    /// What a text must be, for a person.
    pub fn wants(&self, state: &State) -> String {
        let mut wants = format!("must be {}", self.source);
        for part in &self.parts {
            if let Part::Valid(names) = part {
                for name in names {
                    let valid: Vec<_> = state.valid(name).map(|v| v.text.as_str()).collect();
                    let valid = if valid.is_empty() {
                        "none is valid".to_owned()
                    } else {
                        valid.join(" or ")
                    };
                    wants += &format!(" (<{name}>: {valid})");
                }
            }
        }
        wants
    }
}

fn fits(parts: &[Part], text: &str, state: &State, captured: &mut Captured) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let mut known = |name: &String, value: &Value| {
        let after = text.strip_prefix(value.text.as_str());
        let fits = after.is_some_and(|after| fits(rest, after, state, captured));
        if fits {
            captured.push((name.clone(), value.text.clone()));
        }
        fits
    };
    match first {
        Part::Text(literal) => text
            .strip_prefix(literal.as_str())
            .is_some_and(|after| fits(rest, after, state, captured)),
        Part::Valid(names) => names.iter().any(|name| state.valid(name).any(|value| known(name, value))),
        Part::Ended(names) => names.iter().any(|name| state.ended(name).any(|value| known(name, value))),
        Part::Verifier(name) => {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
            rest.is_empty() && state.valid(name).any(|value| value.text == challenge)
        }
        Part::Any(name) => {
            let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
            for end in ends.filter(|end| *end > 0) {
                if fits(rest, &text[end..], state, captured) {
                    captured.extend(name.clone().map(|name| (name, text[..end].to_owned())));
                    return true;
                }
            }
            false
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn state() -> State {
        let mut state = State::new(&[("token".to_owned(), "1:AA".to_owned())].into());
        state.add("token", "1:OLD".into(), Some(0));
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        state.add("challenge", challenge.into(), None);
        state
    }

    fn fit(pattern: &str, text: &str) -> Option<Captured> {
        let mut captured = Vec::new();
        Pattern::read(pattern)
            .unwrap()
            .fits(text, &state(), &mut captured)
            .then_some(captured)
    }

    #[test]
    fn what_fits() {
        assert_eq!(
            fit("/bot<token>/getMe", "/bot1:AA/getMe").unwrap(),
            [("token".into(), "1:AA".into())]
        );
        assert!(fit("/bot<token>/getMe", "/bot1:OLD/getMe").is_none());
        assert!(fit("/bot<ended token>/getMe", "/bot1:OLD/getMe").is_some());
        assert!(fit("<challenge|token>", "1:AA").is_some() && fit("<ended challenge|token>", "1:AA").is_none());
        assert!(fit("/bot<any>/getMe", "/bot/getMe").is_none());
        assert_eq!(fit("<any a>-<any b>", "x-y").unwrap().len(), 2);
        assert!(fit("plain", "plainer").is_none() && fit("", "").is_some());
        // RFC 7636, appendix B.
        assert!(fit("<verifier challenge>", "dBjftJeZ4CVP-mBiLjqDXTj8B8M5Kym1ZQ0kV0mDcZQ").is_none());
        assert!(fit("<verifier challenge>", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").is_some());
        assert!(Pattern::read("<new token>").is_err() && Pattern::read("<a b c>").is_err());
    }
}
