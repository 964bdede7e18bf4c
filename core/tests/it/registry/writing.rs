//! What a person who writes a provider file is told: every fault with its place, a file to begin with, the ports that are taken.

use std::collections::BTreeMap;

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::check::{Fault, read};
use keybearer_core::provider::registry::{Registry, whole};
use keybearer_core::provider::{FILL_IN, Port, new_file};

use super::RIGHT;
use crate::rig::Rig;

fn faults(source: &str) -> Vec<Fault> {
    read(source).err().unwrap_or_default()
}

/// Each fault as `LINE:COLUMN KEY`.
fn places(source: &str) -> Vec<String> {
    let place = |fault: &Fault| match fault.place {
        Some((line, column)) => format!("{line}:{column} {}", fault.key),
        None => fault.key.clone(),
    };
    faults(source).iter().map(place).collect()
}

#[test]
fn each_fault_has_its_line_column_and_key() {
    for (from, to, place) in [
        ("format = 1", "format = 2", "2:1 format"),
        ("https://api.example.org", "http://api.example.org", "10:1 hosts.api"),
        ("path = \"/callback\"", "path = \"callback\"", "23:1 redirects[0].path"),
        ("lang = \"en\"", "state = \"en\"", "26:12 authorize.params.state"),
        ("\"{code}\"", "\"{cod}\"", "33:45 messages.token.form.code"),
        // What the form refuses.
        ("kind = \"loopback\"", "kind = \"window\"", "20:8 redirects[0].kind"),
        ("letters = \"M\"", "letter = \"M\"", "5:10 mark.letter"),
        ("equals = \"bad\"", "equal = \"bad\"", "37:1 errors[0].equal"),
    ] {
        assert!(RIGHT.contains(from), "{from}");
        let found = places(&RIGHT.replacen(from, to, 1));
        assert!(found.iter().any(|found| found == place), "{from} → {to}: {found:?}");
    }
    // What is missing has the place of the table that lacks it, or none.
    assert_eq!(places(&RIGHT.replace("name = \"Mine\"\n", "")), [""]);
    assert_eq!(
        places(&RIGHT.replace("[hosts]\napi = \"https://api.example.org\"\n", "[hosts]\n"))[0],
        "9:2 hosts"
    );
}

#[test]
fn faults_are_in_the_order_of_their_lines() {
    let broken = RIGHT
        .replace("format = 1", "format = 2")
        .replace("http", "ftp")
        .replace("path = \"/callback\"", "path = \"callback\"")
        .replace("\"{code}\"", "\"{cod}\"");
    let lines = |source: &str| faults(source).iter().map(|f| f.place.unwrap().0).collect::<Vec<_>>();
    let found = lines(&broken);
    assert!(found.len() >= 4 && found.is_sorted(), "{found:?}");
    // The form's own faults as well: serde meets them in the order of its fields.
    let form = RIGHT
        .replace("equals = \"bad\"", "equal = \"bad\"")
        .replace("kind = \"client-id\"", "kind = \"client\"")
        .replace("letters = \"M\"", "letter = \"M\"");
    let found = lines(&form);
    assert!(found.len() >= 3 && found.is_sorted(), "{found:?}");
}

#[test]
fn the_check_has_rules_that_do_not_keep_a_file_from_loading() {
    let (_rig, keeper) = keeper();
    let lint = |source: &str| {
        assert_eq!(faults(source), [], "it loads");
        keeper.check_provider_file(source).err().unwrap_or_default()
    };
    assert_eq!(lint(RIGHT), []);

    let without = RIGHT.replace(", code_verifier = \"{code_verifier}\"", "");
    let found = lint(&without);
    assert_eq!(
        found.iter().map(|f| (f.key.as_str(), f.place)).collect::<Vec<_>>(),
        [("authorize.pkce", Some((24, 2)))],
        "{found:?}"
    );
    assert!(found[0].text.contains("{code_verifier}"), "{found:?}");
    assert_eq!(lint(&without.replace("[authorize]", "[authorize]\npkce = \"none\"")), []);
    let in_json = without.replace(
        "form = { grant_type = \"authorization_code\", code = \"{code}\" }",
        "json = { code = \"{code}\", verifier = \"{code_verifier}\" }",
    );
    assert_eq!(lint(&in_json), []);

    let found = lint(&RIGHT.replace("port = 8080", "port = 47018"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].key.as_str(), found[0].place), ("redirects[0].port", Some((22, 1))));
    assert!(found[0].text.contains("threads") && found[0].text.contains("47100"), "{found:?}");

    // What chooses the programs that a command runs is no variable for its token.
    let with = |line: &str| format!("{RIGHT}\n[[copies]]\nid = \"env\"\nkind = \"env\"\nlines = [\n    \"{line}\",\n]\n");
    let place = with("x").lines().position(|line| line == "    \"x\",").unwrap() + 1;
    for line in [
        "BASH_ENV={access_token}",
        "PATH={access_token}",
        "LD_PRELOAD={access_token}",
        "GIT_SSH_COMMAND={access_token}",
        "NODE_OPTIONS={access_token}",
        "node_extra_name={access_token}",
        "PIP_INDEX_URL={access_token}",
        "HTTPS_PROXY={access_token}",
        "R_PROFILE_USER={access_token}",
        "R_ENVIRON_ID={access_token}",
        "JULIA_PKG_SERVER={access_token}",
        "AWS_ENDPOINT_URL={access_token}",
        "EDITOR={access_token}",
        "TOKEN={access_token}",
        "ACME_URL=https://acme.example",
    ] {
        let found = lint(&with(line));
        let name = line.split('=').next().unwrap();
        assert!(found.len() == 1 && found[0].text.contains(name), "{line}: {found:?}");
        assert_eq!(
            (found[0].key.as_str(), found[0].place.unwrap().0),
            ("copies[0].lines[0]", place),
            "{line}"
        );
    }
    for line in [
        "ACCESS_TOKEN={access_token}",
        "BOT_TOKEN=bot:{access_token}",
        "MASTODON_API_BASE_URL={api}",
        "AcmeApp_Id={client_id}",
    ] {
        assert_eq!(lint(&with(line)), [], "{line}");
    }

    // The shipped files keep these rules too: as files of one's own, they would have nothing but their ports against them.
    for entry in Registry::shipped().iter() {
        let id = &entry.provider.id;
        let path = format!("{}/providers/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let source = whole(&std::fs::read_to_string(path).unwrap());
        let renamed = source.replacen(&format!("id = \"{id}\""), "id = \"mine\"", 1);
        let others = lint(&renamed).into_iter().filter(|fault| !fault.key.ends_with(".port"));
        assert_eq!(others.collect::<Vec<_>>(), [], "{id}");
    }
}

#[test]
fn all_that_the_form_refuses_is_said_at_once() {
    let broken = RIGHT
        .replace("name = \"Mine\"", "name = \"Mine\"\ncolour = 1")
        .replace("port = 8080", "port = \"sometimes\"")
        .replace("kind = \"client-id\"", "kind = \"client\"")
        .replace("category = \"code-spent\"", "category = \"oops\"\nstatus = \"401\"");
    let found = faults(&broken);
    let keys: Vec<&str> = found.iter().map(|f| f.key.as_str()).collect();
    for key in [
        "colour",
        "redirects[0].port",
        "questions[0].kind",
        "errors[0].category",
        "errors[0].status",
    ] {
        assert!(keys.contains(&key), "{key}: {found:#?}");
    }
    assert_eq!(keys.len(), 5, "{found:#?}");
    // TOML itself, more than once.
    assert!(faults("a = \nb = 1\nc = ]\n").len() >= 2);
    // It ends whatever stands there.
    let many: String = (0..500).map(|n| format!("unknown{n} = {n}\n")).collect();
    assert!((1..=50).contains(&faults(&many).len()));
}

#[test]
fn files_of_0_1_0_with_retired_words_are_read() {
    let old = format!(
        "{RIGHT}[callback]\ncode_lifetime = 600\n[lifetime]\nlead_days = 3\n[[lifetime.deadlines]]\nid = \"x\"\ndays = 9\nmeaning = {{ en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }}\n"
    );
    assert_eq!(read(&old).unwrap().lifetime.lead_days, 3);
    let shipped = Registry::shipped();
    for entry in shipped.iter() {
        let path = format!("{}/providers/{}.toml", env!("CARGO_MANIFEST_DIR"), entry.provider.id);
        let source = std::fs::read_to_string(path).unwrap();
        for word in ["code_lifetime", "deadlines", "doors"] {
            assert!(!source.contains(word), "{}: {word}", entry.provider.id);
        }
    }
}

#[test]
fn a_plain_string_is_a_text_in_every_language() {
    let plain = RIGHT
        .replace(
            "{ en = \"One line.\", zh-Hans = \"一行。\", zh-Hant = \"一行。\" }",
            "\"One line.\"",
        )
        .replace(
            "docs =",
            "warnings = [\"Costs money.\", { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\", unproven = true }]\ndocs =",
        );
    let p = read(&plain).unwrap();
    assert!(p.summary.all().iter().all(|(_, words)| *words == "One line."));
    assert_eq!((p.warnings[0].zh_hans.as_str(), p.warnings[0].unproven), ("Costs money.", false));
    assert_eq!((p.warnings[1].zh_hant.as_str(), p.warnings[1].unproven), ("c", true));
    assert_eq!(places(&plain.replace("\"One line.\"", "\" \"")).len(), 3, "empty in each language");
    assert_eq!(places(&plain.replace("\"One line.\"", "7")), ["6:11 summary"]);
}

#[test]
fn tokens_are_known_by_how_they_begin_whether_they_are_imported_or_not() {
    let file = RIGHT.replace("docs =", "token_prefixes = [\"NEW\"]\ndocs =");
    let prefixes = |source: &str| read(source).unwrap().token_prefixes().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(prefixes(&file), ["NEW"]);
    assert_eq!(prefixes(&format!("{file}[adopt]\nprefixes = [\"OLD\"]\n")), ["NEW", "OLD"]);
    assert_eq!(places(&file.replace("\"NEW\"", "\"\"")), ["7:1 token_prefixes"]);
    // Tokens of Instagram by Facebook Login are Facebook's, and imported there.
    let shipped = Registry::shipped().require("instagram-facebook").unwrap();
    assert!(shipped.adopt.is_none() && shipped.token_prefixes().eq(["EAA"]));
}

/// The shipped files have every text in three languages.
#[test]
fn no_text_of_a_shipped_file_is_a_plain_string() {
    const TEXTS: &[&str] = &[
        "action", "behalf", "costs", "help", "label", "lives", "meaning", "needs", "note", "purpose", "summary", "text",
    ];
    fn walk(key: &str, value: &toml::Value, of: &str) {
        match value {
            toml::Value::Table(table) => table.iter().for_each(|(key, value)| {
                // What follows a copy's lines is no text for people, and neither is a parameter, or where a post's text is.
                let sent = ["copies", "form", "header", "json", "query", "recent"]
                    .iter()
                    .any(|table| of.ends_with(table));
                assert!(
                    !value.is_str() || !TEXTS.contains(&key.as_str()) || sent,
                    "{of}.{key}: three languages"
                );
                walk(key, value, &format!("{of}.{key}"));
            }),
            toml::Value::Array(items) => items.iter().for_each(|item| {
                assert!(key != "warnings" || item.is_table(), "{of}: three languages");
                walk(key, item, of);
            }),
            _ => {}
        }
    }
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/providers")).unwrap() {
        let path = file.unwrap().path();
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        walk("", &toml::Value::Table(table), &path.file_stem().unwrap().to_string_lossy());
    }
}

#[test]
fn an_icon_is_the_data_of_a_path_and_nothing_else() {
    let with = |path: &str| {
        let mark = format!("color = \"#000000\", path = \"{path}\"");
        faults(&RIGHT.replace("color = \"#000000\"", &mark))
    };
    assert_eq!(with("M12 2 A10,10 0 1 1 11.9-2z"), []);
    for bad in [
        "",
        "M0 0\\\" onload=\\\"alert(1)",
        "M0 0<script>",
        "url(https://evil.example)",
        "M0 0\\nL1 1",
        "M0 0&#x3c;",
        "Ｍ0 0",
    ] {
        assert_eq!(with(bad).first().map(|f| f.key.as_str()), Some("mark.path"), "{bad}");
    }
    assert_eq!(with(&"M".repeat(4096)), []);
    assert_eq!(with(&"M".repeat(4097)).len(), 1);
}

#[test]
fn a_new_file_lacks_what_is_marked_and_nothing_else() {
    let text = new_file("acme");
    let found = faults(&text);
    assert_eq!(
        found.len(),
        text.lines().filter(|l| !l.starts_with('#') && l.contains(FILL_IN)).count() + 1,
        "{found:#?}"
    );
    assert!(
        found.iter().all(|f| f.text == "is still to be filled in" && f.place.is_some()),
        "{found:#?}"
    );
    let filled = text.replace("https://FILL IN", "https://acme.example").replace(FILL_IN, "filled");
    assert_eq!(faults(&filled), []);
    let p = read(&filled).unwrap();
    assert_eq!((p.id.as_str(), p.redirects[0].port), ("acme", Port::Fixed(47100)));
    assert!(filled.contains("keybearer login acme"));
}

fn keeper() -> (Rig, Keeper) {
    let rig = Rig::new();
    let keeper = rig.keeper.clone();
    (rig, keeper)
}

#[test]
fn the_first_address_is_the_one_that_a_login_would_open() {
    let (_rig, keeper) = keeper();
    let address = keeper.check_provider_file(RIGHT).unwrap().unwrap();
    let pairs: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    assert_eq!(address.as_str().split('?').next().unwrap(), "https://api.example.org/authorize");
    for (name, value) in [
        ("client_id", "CLIENT_ID"),
        ("redirect_uri", "http://localhost:8080/callback"),
        ("response_type", "code"),
        ("lang", "en"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(pairs.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(pairs["state"].len(), 43);
    // `read` is not proposed; what is locked is.
    assert!(!pairs.contains_key("scope"));
    let locked = RIGHT.replace("id = \"read\"", "id = \"read\"\nlocked = true");
    let address = keeper.check_provider_file(&locked).unwrap().unwrap();
    assert!(address.query_pairs().any(|(name, value)| name == "scope" && value == "read"));
    // Every shipped file whose login asks in a browser has one, by `extends`.
    for entry in Registry::shipped().iter() {
        let p = &entry.provider;
        let file = format!("format = 1\nid = \"mine\"\nextends = \"{}\"\nhosts = {{}}", p.id);
        let address = keeper.check_provider_file(&file).unwrap();
        assert_eq!(address.is_some(), p.uses_redirect(), "{}", p.id);
    }
}

#[test]
fn a_file_that_extends_another_has_places_too() {
    let (_rig, keeper) = keeper();
    let at = |source: &str| keeper.check_provider_file(source).unwrap_err()[0].clone();
    let nobody = at("format = 1\nid = \"k\"\nextends = \"nobody\"\nhosts = {}");
    assert_eq!((nobody.key.as_str(), nobody.place), ("extends", Some((3, 1))));
    let host = at("format = 1\nid = \"k\"\nextends = \"threads\"\n[hosts]\nwww = \"https://x.example\"");
    assert_eq!((host.key.as_str(), host.place), ("hosts.www", Some((5, 1))));
    assert_eq!(
        at("format = 1\nid = \"threads\"\nextends = \"threads\"\nhosts = {}").text,
        "“threads” is taken"
    );
    assert_eq!(
        at("format = 1\nid = \"k\"\nextends = \"threads\"\nhosts = {}\nscopes = []").key,
        "scopes"
    );
}

#[test]
fn a_new_file_belongs_into_the_folder_of_ones_own() {
    let (rig, keeper) = keeper();
    let (path, text) = keeper.new_provider_file("acme").unwrap();
    assert_eq!(path, rig.home.path().join("config/providers/acme.toml"));
    assert_eq!(text, new_file("acme"));
    for id in ["threads", "Acme", "../acme", ""] {
        assert_eq!(
            keeper.new_provider_file(id).unwrap_err().code().to_string(),
            "provider-file",
            "{id}"
        );
    }
}

/// docs/providers.md lists the ports that shipped files use, and the first one that is left to others.
#[test]
fn the_table_of_ports_is_right() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/providers.md")).unwrap();
    let table = text
        .split("| Port | Provider files |")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let mut listed: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for row in table.lines().skip(2).filter(|row| !row.is_empty()) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let port = cells.next().unwrap().parse().unwrap();
        let ids = cells.next().unwrap().split(", ").map(|id| id.trim_matches('`').to_owned());
        listed.insert(port, ids.collect());
    }
    let mut taken: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for entry in Registry::shipped().iter() {
        for redirect in &entry.provider.redirects {
            if let Port::Fixed(port) = redirect.port {
                let ids = taken.entry(port).or_default();
                ids.push(entry.provider.id.clone());
                ids.dedup();
            }
        }
    }
    for ids in listed.values_mut().chain(taken.values_mut()) {
        ids.sort();
    }
    assert_eq!(listed, taken);
    assert!(
        taken.keys().all(|port| *port < 47100) && text.contains("47100"),
        "47100 and up are left to custom files"
    );
}
