//! Every error has three sentences in every language, every page its title and text: nobody meets a bare code.

use std::collections::BTreeSet;

use keybearer_core::error::{Code, Error, ErrorView};
use keybearer_core::text::Text;
use keybearer_core::words::{Language, explain, say, tell};

fn source(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn a_port_whose_owner_nobody_knows_is_in_use() {
    let error = Error::PortTaken { port: 47018, owner: None };
    assert_eq!(explain(Language::ALL[0], &error.view())[0], "Port 47018 is in use.");
}

#[test]
fn each_code_says_what_happened_what_it_means_and_what_to_press() {
    for language in Language::ALL {
        for code in Code::ALL {
            let names = [
                "typed",
                "host",
                "status",
                "port",
                "owner",
                "redirect",
                "minutes",
                "difference",
                "provider",
                "expected",
                "shown",
                "url",
                "expected",
                "got",
                "seconds",
                "redirect_uri",
                "what",
                "path",
                "id",
                "file",
                "field",
                "program",
                "target",
                "line",
                "rotates",
                "variable",
                "proxy",
                "place",
                "now",
                "node",
                "why",
                "by",
                "kind",
                "software",
                "length",
                "max",
            ];
            let full = names.map(|n| {
                (
                    n.to_owned(),
                    if ["status", "port", "minutes", "seconds", "line", "length", "max"].contains(&n) {
                        "7"
                    } else {
                        "word"
                    }
                    .to_owned(),
                )
            });
            let bare = names.map(|n| (n.to_owned(), String::new()));
            for params in [full, bare] {
                let view = ErrorView {
                    code: *code,
                    params: params.into(),
                    texts: Default::default(),
                    detail: None,
                    action: None,
                };
                for (part, sentence) in ["what", "means", "press"].iter().zip(explain(language, &view)) {
                    assert!(!sentence.trim().is_empty(), "{}: {code} does not say {part}", language.tag());
                    assert!(!sentence.contains(['{', '}']), "{}: {code}: {sentence}", language.tag());
                }
            }
        }
    }
}

/// How a sentence names a button, in a language.
fn buttons(language: Language) -> Vec<String> {
    let ids = [
        "next",
        "try-again",
        "open-again",
        "settings",
        "clients",
        "show",
        "resume",
        "use-deliver-now",
    ];
    let quoted = |label: String| match language {
        Language::En => label,
        Language::ZhHans => format!("“{label}”"),
        Language::ZhHant => format!("「{label}」"),
    };
    let sides = ["Press ", " press ", "on the left", "按“", "按「", "左侧", "左側"].map(str::to_owned);
    ids.map(|id| quoted(say(language, id))).into_iter().chain(sides).collect()
}

#[test]
fn a_terminal_has_no_buttons() {
    // Only the window makes files for other computers, looks at relay pages and works the clipboard.
    let of_the_window = ["file-foreign", "relay-not-https", "relay-differs", "clipboard"];
    for code in Code::ALL.iter().filter(|code| !of_the_window.contains(&code.as_str())) {
        let attribute = |language, name| tell(language, &format!("error-{code}.{name}"), &[]);
        let has = |language, name| !attribute(language, name).starts_with("error-");
        let typed = Language::ALL.map(|language| has(language, "type"));
        assert!(typed == [typed[0]; 3], "{code} is typed in some languages only: {typed:?}");
        for language in Language::ALL {
            assert!(has(language, "press"), "{}: {code} presses nothing", language.tag());
            let view = ErrorView {
                code: *code,
                params: Default::default(),
                texts: Default::default(),
                detail: None,
                action: None,
            };
            let [.., sentence] = explain(language, &view);
            if typed[0] {
                assert_eq!(sentence, attribute(language, "type"));
            }
            let named: Vec<_> = buttons(language).into_iter().filter(|button| sentence.contains(button)).collect();
            assert!(named.is_empty(), "{}: {code}: {sentence}: {named:?}", language.tag());
        }
    }
}

#[test]
fn each_page_of_the_browser_is_written_in_each_language() {
    for language in Language::ALL {
        for page in ["done", "denied", "already", "nobody", "unsaid", "bad"] {
            for part in ["title", "text"] {
                let id = format!("page-{page}-{part}");
                let said = say(language, &id);
                assert!(said != id && !said.trim().is_empty(), "{}: {id}", language.tag());
            }
        }
    }
}

#[test]
fn the_locales_know_the_same_messages_and_no_error_that_is_none() {
    let ids = |tag: &str| -> BTreeSet<String> {
        let text = source(&format!("../locales/{tag}.ftl"));
        let heads = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
        heads.filter_map(|l| Some(l.split_once(" =")?.0.to_owned())).collect()
    };
    let en = ids("en");
    for tag in ["zh-Hans", "zh-Hant"] {
        assert_eq!(ids(tag), en, "{tag}");
    }
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    for id in en.iter().filter_map(|id| id.strip_prefix("error-")) {
        assert!(codes.contains(id) || id == "unknown", "error-{id} belongs to no error");
    }
}

#[test]
fn the_provider_files_own_sentence_says_what_to_press() {
    let own = ErrorView {
        code: Code::EnrolmentOrPayment,
        params: Default::default(),
        texts: Default::default(),
        detail: None,
        action: Some(Box::new(Text {
            en: "Buy credits.".into(),
            zh_hans: "购买积分。".into(),
            zh_hant: "購買點數。".into(),
        })),
    };
    assert_eq!(explain(Language::En, &own)[2], "Buy credits.");
    assert_eq!(explain(Language::ZhHant, &own)[2], "購買點數。");
    let general = ErrorView { action: None, ..own };
    assert_ne!(explain(Language::En, &general)[2], "Buy credits.");
}

#[test]
fn a_platform_is_called_by_its_name_in_the_language() {
    let wechat = Text {
        en: "WeChat".into(),
        zh_hans: "微信公众号".into(),
        zh_hant: "微信公眾號".into(),
    };
    let view = Error::HostsChanged {
        provider: Box::new(wechat),
    }
    .view();
    let [en, hans, hant] = Language::ALL.map(|language| explain(language, &view)[0].clone());
    assert!(
        en.starts_with("WeChat ") && hans.starts_with("微信公众号") && hant.starts_with("微信公眾號"),
        "{en} {hans} {hant}"
    );
    // In a book that an older version reads it is the English name; one that an older version wrote has that only.
    let written = serde_json::to_value(&view).unwrap();
    assert_eq!(written["params"]["provider"], "WeChat");
    let older: ErrorView =
        serde_json::from_value(serde_json::json!({ "code": "hosts-changed", "params": { "provider": "X" }, "detail": null })).unwrap();
    assert!(explain(Language::ZhHans, &older)[0].starts_with("X "));
    assert!(serde_json::to_value(&older).unwrap().get("texts").is_none());
}
