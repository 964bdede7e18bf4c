//! The fuzz targets (fuzz/targets), bounded and on stable Rust: known hostile inputs, any bytes, and texts that are nearly
//! right. cargo-fuzz runs the same functions without end.

#[path = "../../../fuzz/targets/mod.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;

use self::fuzz::{HOME, STATE};

/// What every text may hold: what is reserved, broken, invisible or too much.
const ODD: &[&str] = &[
    "a",
    "Z",
    "7",
    "=",
    "&",
    "&&",
    "+",
    "%20",
    "%2B",
    "%26",
    "%3d",
    "%00",
    "%0a",
    "%ff",
    "%c3%a9",
    "%EF%BF%BD",
    "%",
    "%4",
    "%zz",
    "#_",
    "#_=_",
    "%23_",
    "%23_%3D_",
    "#",
    "?",
    ";",
    "/",
    ":",
    "\"",
    "'",
    "<",
    "{",
    "[",
    "]",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "é",
    "中",
    "\u{feff}",
    "\u{200b}",
    "\u{a0}",
    "\u{2028}",
    "\u{fffd}",
    "\u{7f}",
];

const NAMES: &[&str] = &[
    "code",
    "state",
    "error",
    "error_description",
    "error_message",
    "iss",
    "denied",
    "oauth_token",
    "oauth_verifier",
    "%63ode",
    "st%61te",
    "Code",
    "code[]",
    "x",
    "",
];

const VALUES: &[&str] = &[
    STATE,
    STATE,
    // A piece of it, and the same in other letters.
    "5tateOfThisLogin-_5tateOfThisLogin-_5tateO",
    "5TATEoFtHISlOGIN-_5TATEoFtHISlOGIN-_5TATEoF",
    "SplxlOBeZQQYbYS6WxSbIA",
    "access_denied",
    "https%3A%2F%2Fexample.org",
    "THAA",
    "abcd",
];

/// Pieces one after another, and between them whatever there is.
fn soup(pieces: &[&'static str], most: usize) -> impl Strategy<Value = String> + use<> {
    let piece = prop_oneof![
        4 => select(pieces.to_vec()).prop_map(str::to_owned),
        2 => select(ODD).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,8}",
    ];
    prop::collection::vec(piece, 0..most).prop_map(|all| all.concat())
}

/// A query or a form.
fn parameters() -> impl Strategy<Value = String> {
    let value = prop_oneof![2 => select(VALUES).prop_map(str::to_owned), 1 => soup(VALUES, 4)];
    let pair =
        (select(NAMES), select(vec!["=", "=", "=", "", "=="]), value).prop_map(|(name, equals, value)| name.to_owned() + equals + &value);
    let between = select(vec!["&", "&", "&", "&&", ";", "&amp;"]);
    prop::collection::vec((pair, between), 0..6).prop_map(|all| {
        let joined: String = all.into_iter().map(|(pair, between)| pair + between).collect();
        joined.trim_end_matches('&').to_owned()
    })
}

/// An answer of a token endpoint, whole or cut off.
fn answer() -> impl Strategy<Value = String> {
    let json = soup(
        &[
            "{",
            "}",
            "[",
            "]",
            "\"id\":",
            "\"error\":",
            "\"access_token\":",
            "\"a\"",
            ",",
            "17841400000000001",
            "1e400",
            "-0.5",
            "null",
            "true",
        ],
        12,
    );
    let whole = select(
        &[
            r#"{"access_token":"a=b&c=d","user_id":17841400000000001,"expires_in":"5183944"}"#,
            r#"{"data":[{"access_token":"x","permissions":"a,b c"}]}"#,
            r#"["access_token=x&a=b"]"#,
            r#"{"id":123456789012345678901}"#,
            "\u{feff}{\"id\":1}",
            r#"{"error":{"message":"no","type":"OAuthException","code":190}}"#,
            r#"{"errors":[{"code":415,"message":"Callback URL not approved"}]}"#,
            "<!doctype html><p>oauth_token=x&y=z",
            "oauth_token=NPcudxy0yU5T3tBzho7iCotZ3cnetKwcTIRlX0iwRl0&oauth_token_secret=veNRnAWe6inFuo8o&oauth_callback_confirmed=true",
        ][..],
    );
    prop_oneof![
        1 => json,
        2 => whole.clone().prop_map(str::to_owned),
        2 => parameters(),
        1 => (whole, soup(ODD, 2)).prop_map(|(whole, after)| whole.to_owned() + &after),
    ]
}

/// What somebody might paste.
fn pasted() -> impl Strategy<Value = String> {
    let address = select(vec![
        HOME,
        "127.0.0.1:47017/callback/example.org",
        "http%3A%2F%2F127.0.0.1%3A47017%2Fcallback%2Fexample.org%3F",
        "https://example.org/oauth/authorize",
        "https://example.org/oauth/oob",
        "https://someone.example.net/callback/",
        "io.github.keybearer://callback/relay",
        "https://evil.example/",
        "http://[",
        "",
    ]);
    let whole = (
        soup(ODD, 2),
        address,
        select(vec!["?", "?", "?", "", "#"]),
        parameters(),
        soup(&["#_", "#_=_", "\"", "\n"], 3),
    );
    let whole = whole.prop_map(|(before, address, mark, query, after)| before + address + mark + &query + &after);
    prop_oneof![3 => whole, 2 => soup(VALUES, 6), 1 => "\\PC{0,60}", 1 => "[!-~]{4,80}"]
}

/// Lines: an address, a form, and protocol parameters.
fn request() -> impl Strategy<Value = String> {
    let address = select(vec![
        "HTTP://EXAMPLE.COM:80/r%20v/X",
        "https://api.example.org:8443/1.1/%2f~",
        "https://user:password@h",
        "https://bücher.example/ü",
        "http://[::1]:8080/a;b",
        "1.1/x.json",
        "",
    ]);
    let query = select(vec!["?", "?", "?", "", "#"]);
    let protocol = prop::collection::vec(
        (
            select(vec!["oauth_token", "oauth_nonce", "realm", "oauth_signature", "a"]),
            soup(VALUES, 3),
        ),
        0..4,
    );
    let signed = prop_oneof![parameters(), "oauth_signature=[a-z]{1,4}&a=[a-z%+&=]{0,9}"];
    (address, query, parameters(), signed, protocol).prop_map(|(address, mark, query, form, protocol)| {
        let protocol: String = protocol.into_iter().map(|(name, value)| format!("\n{name}={value}")).collect();
        format!("{address}{mark}{query}\n{form}{protocol}")
    })
}

type Target = fn(&[u8]);

const ALL: [(&str, Target); 4] = [
    ("callback", fuzz::callback),
    ("form", fuzz::form),
    ("paste", fuzz::paste),
    ("base_string", fuzz::base_string),
];

/// Every input that is kept, through every target.
#[test]
fn known_inputs() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut failed = Vec::new();
    for (of, _) in ALL {
        let kept = fs::read_dir(corpus.join(of)).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = kept.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
        assert!(!kept.is_empty(), "{of} has no corpus");
        for path in kept {
            let input = fs::read(&path).unwrap();
            for (name, target) in ALL {
                if std::panic::catch_unwind(|| target(&input)).is_err() {
                    failed.push(format!("{name}: {}", path.display()));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// So many: each text is pasted in some hundred encodings, the others are quick. A failure prints its input, which then gets a name in the corpus.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..120)) {
        ALL.iter().for_each(|(_, target)| target(&data));
    }

    #[test]
    fn any_text(text in "\\PC{0,60}|[ -~]{0,120}") {
        ALL.iter().for_each(|(_, target)| target(text.as_bytes()));
    }

    #[test]
    fn pastes(text in pasted()) {
        fuzz::paste(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn callbacks(query in parameters()) {
        fuzz::callback(query.as_bytes());
    }

    #[test]
    fn forms(body in answer()) {
        fuzz::form(body.as_bytes());
    }

    #[test]
    fn base_strings(lines in request()) {
        fuzz::base_string(lines.as_bytes());
    }
}
