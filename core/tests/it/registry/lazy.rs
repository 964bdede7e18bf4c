//! Which provider files are parsed, and when: none before one is asked for, and of a single account its own only.

use keybearer_core::keeper::TokenImport;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::registry::Registry;
use keybearer_core::token::Secret;
use tempfile::TempDir;

use crate::rig::Rig;

/// Accounts of threads, mastodon and gotosocial.
const BOOK: &str = include_str!("../../../../cli/tests/books/0.1.0-names.json");

#[tokio::test]
async fn a_provider_file_is_parsed_when_it_is_first_asked_for() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir_all(home.path().join("data")).unwrap();
    std::fs::write(home.path().join("data/book.json"), BOOK).unwrap();
    let import = TokenImport {
        provider: Some("other".into()),
        name: "CI".into(),
        ..TokenImport::default()
    };
    let adopting = Rig::over(home);
    let id = adopting.keeper.import_token(&Secret::new("a-token"), &import).await.unwrap();

    let rig = adopting.restart();
    assert_eq!(rig.keeper.account_names().len(), 7);
    assert!(rig.keeper.book_problem().is_none() && rig.keeper.store_state().unstored == 0);
    assert_eq!(rig.keeper.parsed_providers(), [""; 0]);

    assert_eq!(rig.keeper.access_token(&id, Purpose::Token).await.unwrap().expose(), "a-token");
    assert_eq!(rig.keeper.parsed_providers(), ["other"]);
    assert_eq!(rig.keeper.account("a4").unwrap().provider, "threads");
    assert_eq!(rig.keeper.provider("threads").unwrap().name.en, "Threads");
    assert_eq!(rig.keeper.parsed_providers(), ["threads", "other"]);

    let all: Vec<String> = rig.keeper.catalogue().into_iter().map(|p| p.id).collect();
    assert_eq!(rig.keeper.parsed_providers(), all);
    assert!(all.len() > 10);
}

#[tokio::test]
async fn the_view_has_the_platforms_in_use() {
    let home = TempDir::new().unwrap();
    assert!(Rig::over(home).keeper.view().providers.is_empty());
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(home.path().join("data")).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    // An account of a kind whose tile is another file's, and one of an own file.
    let book = BOOK.replace("\"gotosocial\"", "\"x-keys\"").replacen("\"mastodon\"", "\"mine\"", 1);
    std::fs::write(home.path().join("data/book.json"), book).unwrap();
    std::fs::write(folder.join("mine.toml"), super::RIGHT).unwrap();
    let rig = Rig::over(home);
    let ids = |providers: Vec<keybearer_core::view::ProviderView>| providers.into_iter().map(|p| p.id).collect::<Vec<_>>();
    assert_eq!(ids(rig.keeper.view().providers), ["threads", "x", "x-keys", "mastodon", "mine"]);
    let all = ids(rig.keeper.catalogue());
    let shipped = Registry::shipped().iter().count();
    assert!(all.len() == shipped + 1 && all.last().unwrap() == "mine");
}
