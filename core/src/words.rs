//! The locales for Rust: the pages that a browser ends on, and texts for a terminal. The UI reads the same files itself.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::error::ErrorView;

/// A supported language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// 简体中文.
    ZhHans,
    /// 繁體中文.
    ZhHant,
}

impl Language {
    /// Each of them.
    pub const ALL: [Language; 3] = [Language::En, Language::ZhHans, Language::ZhHant];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::ZhHans => "zh-Hans",
            Language::ZhHant => "zh-Hant",
        }
    }

    /// The first supported language of a list such as `Accept-Language` or `LANG`; English if there is none.
    pub fn negotiate(wanted: &str) -> Language {
        let spoken = |tag: &str| {
            let tag = tag
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .replace('_', "-")
                .to_ascii_lowercase();
            let traditional = ["hant", "tw", "hk", "mo"];
            match tag.split(['-', '.']).next() {
                Some("zh") if tag.split(['-', '.']).any(|part| traditional.contains(&part)) => Some(Language::ZhHant),
                Some("zh") => Some(Language::ZhHans),
                Some("en") => Some(Language::En),
                _ => None,
            }
        };
        wanted.split(',').find_map(spoken).unwrap_or(Language::En)
    }
}

type Bundle = FluentBundle<FluentResource>;

static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En, include_str!("../../locales/en.ftl")));
static ZH_HANS: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::ZhHans, include_str!("../../locales/zh-Hans.ftl")));
static ZH_HANT: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::ZhHant, include_str!("../../locales/zh-Hant.ftl")));

/// A language's messages, parsed at first use.
fn messages(language: Language) -> &'static Bundle {
    match language {
        Language::En => &EN,
        Language::ZhHans => &ZH_HANS,
        Language::ZhHant => &ZH_HANT,
    }
}

fn bundle(language: Language, source: &str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(language.tag().parse().into_iter().collect());
    // Fluent's isolation marks would be copied together with an address.
    bundle.set_use_isolating(false);
    // A broken line only loses itself; the UI's registry test finds it.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partly, _)| partly);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A message, or its id if there is none.
pub fn say(language: Language, id: &str) -> String {
    spoken(language, id, None, &parameters()).unwrap_or_else(|| id.to_owned())
}

/// What every message gets: which system this is, so that the keychain has that system's name.
fn parameters() -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    args.set("system", std::env::consts::OS);
    args
}

/// A message with its parameters, or its id if there is none. `id.attribute` is an attribute of the message.
pub fn tell(language: Language, id: &str, with: &[(&str, &str)]) -> String {
    let mut args = parameters();
    for (name, value) in with {
        args.set(*name, *value);
    }
    let (message, attribute) = id.split_once('.').map_or((id, None), |(m, a)| (m, Some(a)));
    spoken(language, message, attribute, &args).unwrap_or_else(|| id.to_owned())
}

/// A message that counts something.
pub fn count(language: Language, id: &str, name: &str, number: i64) -> String {
    let mut args = parameters();
    args.set(name, number);
    spoken(language, id, None, &args).unwrap_or_else(|| id.to_owned())
}

/// Parameters that an error may lack; its sentences then use their `none` variant. ui/src/text/errors.ts has the same list.
const OPTIONAL: [&str; 3] = ["owner", "seconds", "status"];
/// Parameters that a sentence counts.
const NUMBERS: [&str; 2] = ["seconds", "minutes"];

/// An error in three sentences for a terminal: what happened, what it means, and what to do (`.type`, or `.press` if there is no
/// separate sentence for terminals).
pub fn explain(language: Language, error: &ErrorView) -> [String; 3] {
    let id = format!("error-{}", error.code);
    let mut args = parameters();
    for name in OPTIONAL {
        args.set(name, "none");
    }
    for (name, value) in &error.params {
        if value.is_empty() && OPTIONAL.contains(&name.as_str()) {
            continue;
        }
        match value.parse::<i64>().ok().filter(|_| NUMBERS.contains(&name.as_str())) {
            Some(number) => args.set(name.as_str(), number),
            None => args.set(name.as_str(), value.as_str()),
        }
    }
    for (name, text) in &error.texts {
        args.set(name.as_str(), text.of(language.tag()));
    }
    let part = |attribute| spoken(language, &id, attribute, &args).unwrap_or_default();
    // The provider file's own sentence names the platform's settings.
    let own = error.action.as_ref().map(|own| own.of(language.tag()).to_owned());
    let typed = own.or_else(|| spoken(language, &id, Some("type"), &args));
    [part(None), part(Some("means")), typed.unwrap_or_else(|| part(Some("press")))]
}

fn spoken(language: Language, id: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> Option<String> {
    let bundle = messages(language);
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Category, Error};

    #[test]
    fn how_long_to_wait_is_told_where_the_server_says_it() {
        let limited = |retry_after| {
            let error = Error::Refused {
                category: Category::RateLimited,
                status: 429,
                words: None,
                retry_after,
                action: None,
            };
            explain(Language::En, &error.view())[1].replace(['\u{2068}', '\u{2069}'], "")
        };
        assert_eq!(limited(None), "The platform doesn’t say how long to wait.");
        assert_eq!(limited(Some(1)), "The platform asks you to wait 1 second.");
        assert_eq!(limited(Some(1200)), "The platform asks you to wait 1200 seconds.");
    }

    #[test]
    fn the_keychain_has_the_systems_name() {
        let name = match std::env::consts::OS {
            "macos" => "keychain",
            "windows" => "Credential Manager",
            _ => "keyring",
        };
        assert_eq!(
            explain(Language::En, &Error::KeychainMissing.view())[0],
            format!("There is no {name} on this computer.")
        );
    }

    #[test]
    fn the_browsers_languages() {
        for (wanted, expected) in [
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::ZhHant),
            ("zh-CN", Language::ZhHans),
            ("zh_HK.UTF-8", Language::ZhHant),
            ("fr-FR, zh-Hans;q=0.5", Language::ZhHans),
            ("de", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::negotiate(wanted), expected, "{wanted}");
        }
    }
}
