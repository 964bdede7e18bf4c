//! The shipped files: they hold together, each asks in its golden words, and what the documentation shows is taken.

use std::collections::BTreeSet;

use keybearer_core::provider::check::read;
use keybearer_core::provider::registry::{Registry, whole};
use keybearer_core::provider::{GrantType, Port, QuestionKind, RedirectKind, Renewal};
use keybearer_core::view::LoginPlan;
use keybearer_practice::Flavor;
use tempfile::TempDir;
use url::Url;

use super::faults;
use crate::rig::{Habit, Rig, plan, practice};

#[test]
fn the_shipped_files_hold_together() {
    let registry = Registry::shipped();
    let ids: Vec<&str> = registry.iter().map(|e| e.provider.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let mut on_disk: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/providers"))
        .unwrap()
        .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    on_disk.sort();
    let mut listed: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    listed.sort();
    assert_eq!(on_disk, listed, "each file is listed, under its own id");
    for entry in registry.iter() {
        let p = &entry.provider;
        assert!(
            !entry.custom && p.mark.letters.chars().count() <= 2 && p.mark.color.len() == 7,
            "{}",
            p.id
        );
        if p.grant == GrantType::Import {
            let asks = p.question(QuestionKind::AccessToken).is_some();
            assert!(
                asks || (p.adopt.is_some() && p.messages.iter().next().is_none()),
                "{}: only adopts",
                p.id
            );
            continue;
        }
        // A token that is issued again at need ends by itself, within days at most.
        let ends = p.messages.revocation.is_some() || p.adopt.is_some() || p.lifetime.renewal == Renewal::Issue;
        assert!(ends, "{}: an end", p.id);
        if p.grant == GrantType::ClientCredentials {
            continue;
        }
        let by_hand = [RedirectKind::Paste, RedirectKind::OutOfBand];
        let without_listener = p.redirects.iter().any(|d| by_hand.contains(&d.kind));
        assert!(without_listener || !p.uses_redirect(), "{}: a way without a listener", p.id);
        let asks = p.scopes.iter().any(|s| !s.granted_only);
        assert!(
            !asks || p.scopes.iter().any(|s| s.default || s.locked),
            "{}: something to propose",
            p.id
        );
        assert!(p.messages.identity.is_some() && p.calls.iter().any(|c| c.id == "me"), "{}", p.id);
        // A platform that takes any port of this computer may want none registered.
        let any_port = p.redirect(RedirectKind::Loopback).is_some_and(|d| d.port == Port::Any)
            || p.console
                .iter()
                .any(|s| s.copy.iter().any(|value| value.source().starts_with("http://localhost/")));
        let registered = !p.uses_redirect() || !p.needs_app() || p.registers() || any_port || p.console.iter().any(|s| s.redirect);
        assert!(registered, "{}: where to register", p.id);
        // What is pasted stands at the address that a listener of this file has, so that one registration does for both.
        let paste = p.redirect(RedirectKind::Paste);
        let listens = p
            .redirect(RedirectKind::HttpsLoopback)
            .or(p.redirect(RedirectKind::Loopback))
            .filter(|d| matches!(d.port, Port::Fixed(_)));
        if let (Some(paste), Some(listens)) = (paste, listens) {
            assert_eq!((&paste.host, paste.port), (&listens.host, listens.port), "{}", p.id);
            assert_eq!(paste.path, listens.path, "{}", p.id);
        }
        let families: Vec<_> = registry
            .iter()
            .filter(|e| {
                e.provider
                    .discovery
                    .as_ref()
                    .is_some_and(|d| Some(&d.family) == p.discovery.as_ref().map(|d| &d.family))
            })
            .filter(|e| e.provider.discovery.as_ref().is_some_and(|d| d.fallback))
            .collect();
        assert!(families.len() <= 1, "{}: one fallback a family", p.id);
    }
}

/// Every tile says where it is and what it costs; every field of a platform with a console is beside its step.
#[test]
fn each_tile_is_found_and_each_field_has_its_step() {
    let registry = Registry::shipped();
    let entries = || registry.iter().map(|e| &e.provider);
    for p in entries().filter(|p| p.adopt.as_ref().is_none_or(|a| !a.anything)) {
        let tile = p.tile.as_ref().unwrap_or(&p.id);
        assert_eq!(
            p.tile_info.is_some(),
            *tile == p.id,
            "{}: the tile's own file says where it is",
            p.id
        );
        let recommended = entries().filter(|o| o.tile.as_ref() == Some(tile) && o.kind.as_ref().is_some_and(|k| k.recommended));
        assert!(recommended.count() <= 1, "{tile}: one is proposed");
        let placed: Vec<_> = p.console.iter().flat_map(|s| &s.fields).collect();
        let asked = p.questions.iter().filter(|q| q.kind != QuestionKind::Server);
        for question in asked.filter(|_| !p.console.is_empty()) {
            assert!(placed.contains(&&question.kind), "{}: {} has no step", p.id, question.id);
        }
    }
}

/// The consent page's address, with what differs at each login replaced by its name.
async fn golden(flavor: Flavor) -> String {
    let (rig, p) = (Rig::new(), practice(flavor).await);
    let mut wanted = plan(&rig, &p, RedirectKind::Loopback);
    wanted.scopes = vec!["write".into(), "read".into(), "read".into()];
    let login = rig.wait(wanted).await;
    let address = rig.keeper.consent_link(&login.id).unwrap();
    let url = Url::parse(&address).unwrap();
    let mut golden = address.clone();
    for name in ["client_id", "state", "code_challenge"] {
        let value = url.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned();
        golden = golden.replace(&value, name);
    }
    let home = url.query_pairs().find(|(k, _)| k == "redirect_uri").unwrap().1.into_owned();
    let (server, redirect) = (
        p.origin().rsplit(':').next().unwrap(),
        Url::parse(&home).unwrap().port().unwrap().to_string(),
    );
    golden.replace(server, "SERVER").replace(&redirect, "REDIRECT")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_golden_authorization_request_each() {
    let tail = "&scope=read+write&state=state&code_challenge=code_challenge&code_challenge_method=S256";
    let head = "http://127.0.0.1:SERVER/oauth/authorize?response_type=code&client_id=client_id&redirect_uri=http%3A%2F%2F127.0.0.1%3AREDIRECT%2Fcallback%2F";
    assert_eq!(golden(Flavor::Mastodon).await, format!("{head}127.0.0.1%3ASERVER{tail}"));
    assert_eq!(golden(Flavor::GoToSocial).await, format!("{head}127.0.0.1%3ASERVER{tail}"));
    assert_eq!(golden(Flavor::Practice).await, format!("{head}practice{tail}"));
}

/// The consent page's address of a platform with a console, every scope asked for that is proposed. Its hosts are replaced
/// while it is made, so that no server is asked.
async fn golden_at(id: &str) -> String {
    const NOBODY: &str = "http://127.0.0.1:9";
    let shipped = Registry::shipped().require(id).unwrap();
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let hosts: Vec<_> = shipped.hosts.keys().map(|h| format!("{h} = \"{NOBODY}\"")).collect();
    let file = format!(
        "format = 1\nid = \"golden\"\nextends = \"{id}\"\nhosts = {{ {} }}",
        hosts.join(", ")
    );
    std::fs::write(folder.join("golden.toml"), file).unwrap();
    let rig = Rig::over(home);
    rig.habit(Habit::Nothing);
    let fitting = |kind, typed: &[&'static str]| {
        let question = shipped.question(kind).unwrap();
        let fits = |typed: &&str| question.answer(Some(*typed)).is_ok();
        typed.iter().copied().find(fits).unwrap()
    };
    let ids = ["1234567890", "1234567890.apps.googleusercontent.com"];
    let secrets = ["0123456789abcdef0123456789abcdef", "GOCSPX-0123456789abcdef01234567"];
    let answers = [
        ("client_id", fitting(QuestionKind::ClientId, &ids)),
        ("client_secret", fitting(QuestionKind::ClientSecret, &secrets)),
    ];
    let wanted = LoginPlan {
        provider: "golden".into(),
        answers: answers.map(|(k, v)| (k.to_owned(), v.into())).into(),
        scopes: shipped
            .scopes
            .iter()
            .filter(|s| s.default || s.locked)
            .map(|s| s.id.clone())
            .collect(),
        redirect: Some(RedirectKind::Paste),
        ..LoginPlan::default()
    };
    let login = rig.wait(wanted).await;
    let mut golden = rig.keeper.consent_link(&login.id).unwrap();
    let url = Url::parse(&golden).unwrap();
    for name in ["state", "code_challenge"] {
        if let Some((_, value)) = url.query_pairs().find(|(k, _)| k == name) {
            golden = golden.replace(&*value, name);
        }
    }
    golden.replace(NOBODY, shipped.hosts["web"].source())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_platforms_have_golden_requests_too() {
    let head = |address: &str, id: &str| format!("{address}?response_type=code&client_id=1234567890&redirect_uri={id}");
    assert_eq!(
        golden_at("threads").await,
        head(
            "https://threads.com/oauth/authorize",
            "https%3A%2F%2F127.0.0.1%3A47018%2Fcallback%2Fthreads%2F"
        ) + "&scope=threads_basic%2Cthreads_content_publish&state=state"
    );
    assert_eq!(
        golden_at("instagram").await,
        head(
            "https://www.instagram.com/oauth/authorize",
            "https%3A%2F%2F127.0.0.1%3A47018%2Fcallback%2Finstagram%2F"
        ) + "&scope=instagram_business_basic%2Cinstagram_business_content_publish&state=state&enable_fb_login=0"
    );
    let challenged = "&state=state&code_challenge=code_challenge&code_challenge_method=S256";
    assert_eq!(
        golden_at("instagram-facebook").await,
        head(
            "https://www.facebook.com/v26.0/dialog/oauth",
            "http%3A%2F%2Flocalhost%3A47019%2Fcallback%2Finstagram-facebook"
        ) + "&scope=business_management%2Cinstagram_basic%2Cinstagram_content_publish%2Cpages_read_engagement%2Cpages_show_list%2Cpublic_profile"
            + challenged
    );
    assert_eq!(
        golden_at("facebook").await,
        head(
            "https://www.facebook.com/v26.0/dialog/oauth",
            "http%3A%2F%2Flocalhost%3A47019%2Fcallback%2Ffacebook"
        ) + "&scope=business_management%2Cpages_manage_posts%2Cpages_read_engagement%2Cpages_show_list%2Cpublic_profile"
            + challenged
    );
    assert_eq!(
        golden_at("google").await,
        head(
            "https://accounts.google.com/o/oauth2/v2/auth",
            "http%3A%2F%2F127.0.0.1%3A47021%2Fcallback%2Fgoogle"
        )
        .replace("client_id=1234567890", "client_id=1234567890.apps.googleusercontent.com")
            + "&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.profile+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly+openid"
            + challenged
            + "&access_type=offline&prompt=consent"
    );
}

/// The program parses a shipped file without checking it.
#[test]
fn the_shipped_files_pass_the_check() {
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/providers")).unwrap() {
        let path = file.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        assert_eq!(faults(&whole(&source)), "", "{}", path.display());
        let id = read(&whole(&source)).unwrap().id;
        assert_eq!(path.file_stem().unwrap(), &*id);
    }
}

/// docs/providers.md: each block that begins with `format = 1` is a whole file, and the reader takes it.
#[test]
fn the_examples_in_the_documentation_are_taken() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/providers.md")).unwrap();
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let folder = TempDir::new().unwrap();
    let mut taken = 0;
    for block in blocks.filter(|b| b.starts_with("format = 1")) {
        std::fs::write(folder.path().join(format!("{taken}.toml")), block).unwrap();
        taken += 1;
    }
    let registry = Registry::with_folder(folder.path().to_owned());
    assert!(registry.refused().is_empty(), "{:?}", registry.refused());
    assert_eq!(registry.iter().filter(|e| e.custom).count(), taken);
    assert!(taken >= 2, "a file and one that extends it");
}
