//! What is copied works where it is pasted: a header, a command, lines that a shell reads, JSON.

use keybearer_practice::Flavor;
use keybearer_practice::meta::{APP_SECRET, Platform};

use super::{Home, run};
use crate::meta::Stage;

async fn text(rig: &crate::rig::Rig, account: &str, copy: &str) -> String {
    let copied = rig.keeper.copied(account, copy).await.unwrap();
    assert!(copied.secret && copied.file.is_none(), "{copy}");
    let view = rig.keeper.uses(account).unwrap().copies.into_iter().find(|c| c.id == copy).unwrap();
    let lines = |text: &str| text.lines().count();
    assert!(
        view.shown.contains("••••••••") && lines(&view.shown) == lines(copied.text.expose()),
        "{}",
        view.shown
    );
    copied.text.expose().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_in_the_names_of_the_guides() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await.id;
    let token = s.rig.token(&account).await;
    assert_eq!(text(&s.rig, &account, "token").await, token);
    assert_eq!(text(&s.rig, &account, "header").await, format!("Authorization: Bearer {token}"));
    let env = text(&s.rig, &account, "env").await;
    let folder = s.rig.home.path();
    std::fs::write(folder.join(".env"), &env).unwrap();
    let read = run("sh", &["-c", "set -a; . ./.env; exec env"], folder);
    for (name, value) in [
        ("THREADS_API_URL", s.meta.origin()),
        ("THREADS_APP_ID", "1414213562373095"),
        ("THREADS_APP_SECRET", APP_SECRET),
        ("THREADS_CLIENT_SECRET", APP_SECRET),
        ("THREADS_ACCESS_TOKEN", &token),
    ] {
        assert!(read.lines().any(|line| line == format!("{name}={value}")), "{name} in {read}");
    }
    let json: serde_json::Value = serde_json::from_str(&text(&s.rig, &account, "json").await).unwrap();
    assert_eq!(
        (json["access_token"].as_str(), json["user_id"].as_str()),
        (Some(token.as_str()), Some("17841400000000001"))
    );
    assert_eq!(json["expires_at"], s.rig.account(&account).expires.unwrap().to_string());

    let command = text(&s.rig, &account, "curl").await;
    let answer: serde_json::Value = serde_json::from_str(&run("sh", &["-c", &format!("{command} -fsS")], folder)).unwrap();
    assert_eq!(answer["username"], "ada");
    assert_eq!(
        s.rig.keeper.copied(&account, "nothing").await.err().unwrap().code(),
        "input-invalid"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_has_its_own_and_the_command_runs() {
    let s = Stage::new(Platform::Facebook).await;
    s.meta.switch(|switches| switches.require_app_secret = true);
    let account = s.log_in().await.id;
    let pages = s.rig.keeper.sub_accounts(&account).await.unwrap();
    let page = s
        .rig
        .keeper
        .keep_sub_accounts(&account, &[pages[0].id.clone()])
        .await
        .unwrap()
        .remove(0);
    let command = text(&s.rig, &page, "curl").await;
    let answer: serde_json::Value = serde_json::from_str(&run("sh", &["-c", &format!("{command} -fsS")], s.rig.home.path())).unwrap();
    assert_eq!(
        answer["id"].as_str(),
        Some(pages[0].id.as_str()),
        "with the proof that Meta asks for"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_of_a_bearer_token_runs() {
    let home = Home::new(Flavor::GoToSocial).await;
    let command = text(&home.rig, &home.account.id, "curl").await;
    let answer: serde_json::Value = serde_json::from_str(&run("sh", &["-c", &format!("{command} -fsS")], home.rig.home.path())).unwrap();
    assert_eq!(answer["username"], "ada");
    home.rig.keeper.delete_account(&home.account.id).await.unwrap();
    assert_eq!(
        home.rig.keeper.copied(&home.account.id, "curl").await.err().unwrap().code(),
        "account-unknown"
    );
}
