//! A provider file that nobody has shipped, from its check to a token: the one that docs/providers.md writes, and those of fixtures/own.
//! script/practice-host plays the platform.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::{GrantType, Provider, QuestionKind, RedirectKind};
use keybearer_core::view::LoginPlan;
use tempfile::TempDir;

use crate::rig::{Habit, Rig};
use crate::system::SHELL;

/// The script, until it is dropped.
struct Host(Child);

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Host {
    /// Starts it for this file. The text is the file that goes there.
    fn start(file: &Path) -> (Host, String) {
        let mut child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../script/practice-host"))
            .arg(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut text = String::new();
        let wanted = std::fs::read_to_string(file).unwrap();
        let hosts = toml::from_str::<toml::Table>(&wanted).unwrap()["hosts"].as_table().unwrap().len();
        for line in lines.take(6 + hosts) {
            text.push_str(&line.unwrap());
            text.push('\n');
        }
        (Host(child), text)
    }
}

fn plan(file: &Provider) -> LoginPlan {
    let answer = |kind, text: &str| Some((file.question(kind)?.id.clone(), text.to_owned()));
    let answers = [
        answer(QuestionKind::ClientId, "practice-id"),
        answer(QuestionKind::ClientSecret, "practice-secret"),
        answer(QuestionKind::ClientType, file.client_types.first().map_or("", |t| &t.id)),
    ];
    LoginPlan {
        provider: format!("{}-practice", file.id),
        client_name: "A test".into(),
        answers: answers.into_iter().flatten().map(|(id, answer)| (id, answer.into())).collect(),
        scopes: file.scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
        redirect: Some(RedirectKind::Paste),
        ..LoginPlan::default()
    }
}

/// Checks a file, signs in by it, renews its token if it can, and refuses.
async fn rehearse(source: &str) -> String {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let file = keybearer_core::provider::check::read(source).unwrap();
    let path = folder.join(format!("{}.toml", file.id));
    std::fs::write(&path, source).unwrap();
    let (_host, extends) = Host::start(&path);
    std::fs::write(folder.join(format!("{}-practice.toml", file.id)), extends).unwrap();
    let rig = Rig::over(home);
    // A code is entered at an address that only the platform's answer names.
    let address = rig.keeper.check_provider_file(source).unwrap();
    assert_eq!(address.is_some(), file.grant != GrantType::DeviceCode);
    let account = rig.log_in(plan(&file)).await.account;
    assert!(account.trouble.is_none() && account.verified.is_some(), "{account:?}");
    let token = rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap();
    assert!(token.expose().starts_with("practice-"));
    if account.renews_on_demand {
        rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
        assert_ne!(rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap(), token);
    }
    rig.habit(Habit::Deny);
    let again = LoginPlan {
        client: Some(account.client.clone()).filter(|client| !client.is_empty()),
        ..plan(&file)
    };
    assert_eq!(rig.fail(again).await.code, "denied");
    account.name
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worked_example_gets_a_token() {
    if !SHELL {
        return;
    }
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/providers.md")).unwrap();
    let example = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(rehearse(example).await, "Ada Lovelace");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_strangers_wrote_get_a_token() {
    if !SHELL {
        return;
    }
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/own")).unwrap();
    let mut rehearsed = 0;
    for file in folder {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!rehearse(&source).await.is_empty());
        rehearsed += 1;
    }
    assert!(rehearsed > 0);
}
