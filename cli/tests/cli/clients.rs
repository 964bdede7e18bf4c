//! `keybearer client`: the person's own apps, by every name that the window shows.

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use serde_json::{Value, json};

use crate::rig::{Home, Start as _, ended, log_in, with_facebook, with_file};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_app_is_found_as_accounts_are() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let empty = home.run(&["client", "list"]).await;
    assert!(
        empty.code == 0 && empty.out.is_empty() && empty.err.contains("No apps yet"),
        "{empty:?}"
    );
    assert_eq!(home.run(&["client", "list", "--json"]).await.out, "[]\n");
    log_in(&home, &p).await;
    let all: Value = serde_json::from_str(&home.run(&["client", "list", "--json"]).await.out).unwrap();
    let app = &all[0];
    for (key, is_right) in [
        ("name", app["name"] == "gotosocial/Keybearer"),
        ("provider", app["provider"] == "gotosocial"),
        ("has_secret", app["has_secret"] == true),
        ("registered", app["registered"] == true),
        ("accounts", app["accounts"].as_array().unwrap().len() == 1),
        (
            "redirect_uris",
            app["redirect_uris"][0].as_str().unwrap().starts_with("http://127.0.0.1"),
        ),
    ] {
        assert!(is_right, "{key}: {app}");
    }
    let text = |key: &str| app[key].as_str().unwrap().to_owned();
    for name in [
        text("id"),
        text("client_id"),
        "gotosocial/keybearer".into(),
        "KEYBEARER".into(),
        "GoToSocial".into(),
    ] {
        let shown = home.run(&["client", "show", &name]).await;
        assert!(
            shown.code == 0 && shown.out.starts_with("gotosocial/Keybearer\n"),
            "{name}: {shown:?}"
        );
        assert!(shown.out.contains(&format!("App ID: {}", text("client_id"))) && shown.out.contains("Account: gotosocial/ada@"));
    }
    let line = home.run(&["client", "list"]).await;
    assert_eq!(line.out, format!("gotosocial/Keybearer\t{}\t1\n", text("client_id")));
    let secret = home.run(&["client", "secret", "keybearer"]).await;
    let window = home.keeper().client_secret(&text("id")).await.unwrap();
    assert_eq!((secret.code, secret.out.trim_end()), (0, window.expose()));
    let shown = home.run(&["client", "show", "keybearer", "--json"]).await;
    assert!(!shown.out.contains(window.expose()));
    for word in ["show", "secret", "replace-secret", "delete", "app-token", "redeem"] {
        let said = home.run(&["client", word, "another"]).await;
        assert!(
            said.code == 3 && said.out.is_empty() && said.err.contains("No app is called another") && said.err.contains("client list"),
            "{word}: {said:?}"
        );
    }
    // Another server, and so another app of the same name.
    let other = Practice::start(Flavor::GoToSocial).await.unwrap();
    log_in(&home, &other).await;
    let both = home.run(&["client", "show", "keybearer"]).await;
    assert!(both.code == 3 && both.err.contains(&format!("({})", text("id"))), "{both:?}");
    let lines = home.run(&["client", "list"]).await;
    assert!(
        lines.out.lines().all(|line| line.starts_with("gotosocial/Keybearer (")),
        "{lines:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_secret_is_replaced_from_standard_input() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let typed = with_file(&home, "a-new-secret\n", &["client", "replace-secret", "keybearer"]).await;
    assert_eq!(
        (typed.code, typed.out.as_str()),
        (0, "replaced\tclient\tgotosocial/Keybearer\n"),
        "{typed:?}"
    );
    assert_eq!(home.run(&["client", "secret", "keybearer"]).await.out, "a-new-secret\n");
    let none = home.run(&["client", "replace-secret", "keybearer"]).await;
    assert!(none.code == 2 && none.out.is_empty(), "{none:?}");
    assert_eq!(
        home.run(&["client", "secret", "keybearer"]).await.out,
        "a-new-secret\n",
        "an empty one replaces nothing"
    );
    // With another id the tokens of the old one are over.
    let pair = with_file(&home, "another\n", &["client", "replace-secret", "keybearer", "--id", "new-id"]).await;
    assert_eq!(pair.code, 0, "{pair:?}");
    assert_eq!(home.run(&["token", "ada"]).await.code, 4);
    let shown: Value = serde_json::from_str(&home.run(&["client", "show", "keybearer", "--json"]).await.out).unwrap();
    assert_eq!(shown["client_id"], json!("new-id"));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn only_an_unused_app_is_deleted() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let used = home.run(&["client", "delete", "keybearer", "--yes"]).await;
    assert!(
        used.code == 1 && used.out.is_empty() && used.err.contains("still use this app"),
        "{used:?}"
    );
    assert_eq!(home.run(&["account", "delete", "ada", "--yes"]).await.code, 0);
    let unasked = home.run(&["client", "delete", "keybearer"]).await;
    assert!(
        unasked.code == 2 && unasked.err.contains("--yes") && home.keeper().view().clients.len() == 1,
        "{unasked:?}"
    );
    let done = home.run(&["client", "delete", "keybearer", "--yes"]).await;
    assert_eq!(
        (done.code, done.out.as_str()),
        (0, "deleted\tclient\tgotosocial/Keybearer\n"),
        "{done:?}"
    );
    assert!(home.keeper().view().clients.is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_app_has_a_token_of_its_own_and_another_device_too() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Facebook).await.unwrap());
    let person = with_facebook(&home, &meta).await;
    let token = home.run(&["client", "app-token", "a bot"]).await;
    let window = home.keeper();
    let app = window.view().clients[0].id.clone();
    assert_eq!(
        (token.code, token.out.trim_end()),
        (0, window.app_token(&app).await.unwrap().expose()),
        "{token:?}"
    );
    let code = home.run(&["account", "device-code", &person]).await;
    assert!(code.code == 0 && !code.out.trim().is_empty(), "{code:?}");
    // Another computer with the same app: here it is the same one.
    let redeemed = with_file(&home, &code.out, &["client", "redeem", "facebook-here"]).await;
    assert!(
        redeemed.code == 0 && redeemed.err.contains("Saved as facebook-here/"),
        "{redeemed:?}"
    );
    let spent = with_file(&home, &code.out, &["client", "redeem", "facebook-here"]).await;
    assert!(spent.code != 0, "{spent:?}");
    let inspected = home.run(&["account", "inspect", &person, "--json"]).await;
    assert!(
        inspected.code == 0 && inspected.out.contains("\"data_access_expires\": 1"),
        "{inspected:?}"
    );
    let gotosocial = Home::new();
    log_in(&gotosocial, &Practice::start(Flavor::GoToSocial).await.unwrap()).await;
    for word in ["app-token", "redeem"] {
        let said = gotosocial.run(&["client", word, "keybearer"]).await;
        assert!(said.code == 2 && said.err.contains("doesn’t offer this"), "{word}: {said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn completion_knows_the_apps() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    for (words, first) in [
        (&["--", "keybearer", "client", "show", "goto"][..], "gotosocial/Keybearer"),
        (&["--", "keybearer", "account", "pause", "goto"], "gotosocial/ada@"),
        (&["--", "keybearer", "account", "transfer", "goto"], "gotosocial/ada@"),
    ] {
        let mut command = home.command(words);
        let said = ended(command.env("COMPLETE", "fish").start()).await;
        assert!(said.out.starts_with(first), "{words:?}: {said:?}");
    }
}
