//! X's rules about addresses, before the browser opens: one sentence each, and all the schemes that its console refuses.

use keybearer_core::keeper::Keeper;
use keybearer_practice::x::FORBIDDEN_SCHEMES;

use crate::rig::Rig;

/// Which rules an address breaks: the forbidding ones, and the doubtful ones.
fn broken(keeper: &Keeper, uri: &str) -> (usize, usize) {
    let check = keeper.check_redirect("x", "http://127.0.0.1:47020/callback/x", uri).unwrap();
    let doubtful = check.broken.iter().filter(|r| r.doubtful).count();
    (check.broken.len() - doubtful, doubtful)
}

#[test]
fn each_address_meets_the_rules_it_breaks() {
    let rig = Rig::new();
    let k = &rig.keeper;
    for fine in [
        "http://127.0.0.1:47020/callback/x",
        "https://relay.example/callback/",
        "io.github.keybearer://callback/x",
        "twitter://callback/path",
        "filer://callback/path",
    ] {
        assert_eq!(broken(k, fine), (0, 0), "{fine}");
    }
    for localhost in ["http://localhost:8080/callback", "http://LOCALHOST/callback", "https://localhost/"] {
        assert_eq!(broken(k, localhost), (0, 1), "{localhost}: doubtful, and taken");
    }
    for scheme in FORBIDDEN_SCHEMES {
        assert!(broken(k, &format!("{scheme}://callback/x")).0 >= 1, "{scheme}");
        assert!(
            broken(k, &format!(" {}://callback/x", scheme.to_uppercase())).0 >= 1,
            "{scheme}, shouted"
        );
    }
    for slashes in ["myapp:///callback", "io.github.keybearer:///callback/x"] {
        assert!(broken(k, slashes).0 >= 1, "{slashes}");
    }
}

#[test]
fn the_sentences_are_all_there() {
    let rig = Rig::new();
    let providers = rig.keeper.catalogue();
    for id in ["x", "x-oauth1"] {
        let provider = providers.iter().find(|p| p.id == id).unwrap();
        for redirect in &provider.redirects {
            let rules = &redirect.rules;
            assert!(rules.len() >= 5, "{id} {:?}", redirect.kind);
            let said = rules.iter().map(|r| r.text.en.as_str()).collect::<Vec<_>>().join(" ");
            for word in ["10", "localhost", "scheme", "slash", "500"] {
                assert!(said.contains(word), "{id}: {word} in {said}");
            }
            assert!(
                rules.iter().all(|r| !r.broken || r.doubtful),
                "{id} {:?} breaks a rule",
                redirect.kind
            );
        }
    }
}
