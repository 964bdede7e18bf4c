//! Logins at the terminal, and what one does with the token.

use keybearer_practice::exchanges::Exchanges;
use keybearer_practice::{Endpoint, Fault, Flavor, Practice};

use crate::browser::{Visit, follow, visit};
use crate::rig::{Home, Login, Start as _, ended, log_in};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn from_login_to_use() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    assert_eq!(home.run(&["list", "--json"]).await.out, "[]\n");
    log_in(&home, &p).await;
    let token = p.tokens().pop().unwrap();
    for name in ["ada", "gotosocial", "gotosocial/@ADA", "@ada"] {
        let said = home.run(&["token", name]).await;
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (0, format!("{token}\n").as_str(), ""),
            "{name}"
        );
    }
    let who = home.run(&["whoami", "ada"]).await;
    assert!(
        who.code == 0 && who.out.starts_with("gotosocial/ada@") && who.out.contains('\t'),
        "{who:?}"
    );
    let list = home.run(&["list"]).await;
    assert!(list.out.contains("doesn’t expire") && !list.out.contains(&token), "{list:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_login_by_paste_where_no_browser_is() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    let mut login = Login::start(&home, &["login", "gotosocial", "-a", &server, "--no-browser"]).await;
    login.type_in("that is no answer").await;
    login.answer(&Visit::allow("grace"), &home.keeper()).await;
    let said = login.end().await;
    assert!(said.code == 0 && said.err.contains("Saved as gotosocial/grace@"), "{said:?}");
    assert_eq!(home.run(&["token", "grace"]).await.out.trim(), p.tokens().pop().unwrap());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_denial_and_wrong_words() {
    let (home, p) = (Home::new(), Practice::start(Flavor::Mastodon).await.unwrap());
    let server = format!("server={}", p.origin());
    let login = Login::start(&home, &["login", "mastodon", "-a", &server, "--redirect", "loopback"]).await;
    visit(&login.link, &Visit::deny(), &home.keeper()).await;
    assert_eq!(login.end().await.code, 1);
    for (arguments, said) in [
        (&["login", "mypsace"][..], "gotosocial"),
        (&["login", "gotosocial"], "--answer server="),
        (&["login", "gotosocial", "-a", "sever=x"], "server=…"),
        (&["login", "gotosocial", "-a", &server, "--redirect", "window"], "loopback"),
        (&["login", "gotosocial", "--client", "mine"], "“mine”"),
        (&["login", "x", "-a", "client_secret=typed"], "client_secret=@FILE"),
    ] {
        let refused = home.run(arguments).await;
        assert!(
            refused.code == 2 && refused.err.contains(said) && refused.out.is_empty(),
            "{arguments:?}: {refused:?}"
        );
    }
    assert_eq!(home.run(&["token", "ada"]).await.code, 3);
    assert_eq!(home.run(&["tokens"]).await.code, 2);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_kind_of_trouble_it_is() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    p.fail_always(Endpoint::VerifyCredentials, Some(Fault::Status(503)));
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 5);
    p.fail_always(Endpoint::VerifyCredentials, None);
    p.kill_tokens();
    let dead = home.run(&["whoami", "ada"]).await;
    assert!(dead.code == 4 && dead.err.contains("no longer valid"), "{dead:?}");
    // Only a login helps, and `--login` makes one.
    assert_eq!(home.run(&["refresh", "ada"]).await.code, 4);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn another_account_than_the_expected_one_is_refused() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let server = format!("server={}", p.origin());
    let arguments = ["login", "gotosocial", "-a", &server, "--redirect", "loopback", "--expect", "@ada"];
    let login = Login::start(&home, &arguments).await;
    visit(&login.link, &Visit::allow("grace"), &home.keeper()).await;
    let said = login.end().await;
    assert!(
        said.code == 1 && said.err.contains("grace") && said.err.contains("Nothing was stored"),
        "{said:?}"
    );
    assert_eq!(home.run(&["token", "grace"]).await.code, 3);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_unconfirmed_handle_is_kept_and_reported() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let (server, host) = (format!("server={}", p.origin()), p.origin().strip_prefix("http://").unwrap());
    let arguments = ["login", "gotosocial", "-a", &server, "--redirect", "loopback", "--expect"];
    let login = Login::start(&home, &[&arguments[..], &["@ada@127.0.0.1:1"]].concat()).await;
    visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    let said = login.end().await;
    assert!(said.code == 1 && said.err.contains("@ada@127.0.0.1:1"), "{said:?}");
    assert!(said.err.contains(&format!("saved as gotosocial/ada@{host}")), "{said:?}");
    for name in [
        format!("@ada@{host}"),
        format!("\u{202a}＠ada＠{host}\u{202c}"),
        format!("{}/@ada", p.origin()),
        format!("GoToSocial/＠ADA@{host}"),
        "acct:ada".to_owned() + "@" + host,
    ] {
        assert!(
            home.run(&["token", &name])
                .await
                .out
                .starts_with(|c: char| c.is_ascii_alphanumeric()),
            "{name}"
        );
        let login = Login::start(&home, &[&arguments[..], &[&name.replace("GoToSocial/", "")]].concat()).await;
        visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
        let said = login.end().await;
        assert_eq!(said.code, 0, "{name}: {said:?}");
        assert_eq!(home.run(&["token", "ada"]).await.out.trim(), p.tokens().pop().unwrap());
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_link_brings_no_result_so_that_someone_has_to_paste_it() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    let arguments = ["login", "gotosocial", "-a", &server, "--redirect", "private-use-scheme"];
    let mut command = home.command(&arguments);
    let said = ended(command.stdin(std::process::Stdio::null()).start()).await;
    for part in ["paste the address", "standard input has ended"] {
        assert!(said.code == 2 && said.err.contains(part), "{part}: {said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_login_without_an_owner_stores_the_token_and_says_so() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    p.fail_always(Endpoint::VerifyCredentials, Some(Fault::Status(500)));
    let arguments = ["login", "gotosocial", "-a", &server, "--redirect", "loopback"];
    let login = Login::start(&home, &arguments).await;
    visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    let said = login.end().await;
    assert!(
        said.code == 0 && said.err.contains("couldn’t be asked whose it is") && !said.err.contains("Saved as"),
        "{said:?}"
    );
    // 0 means that the token can be used.
    assert_eq!(home.run(&["token", "gotosocial"]).await.out.trim(), p.tokens().pop().unwrap());
    assert_eq!(home.run(&["whoami", "gotosocial"]).await.code, 5);
    p.fail_always(Endpoint::VerifyCredentials, None);
    assert_eq!(home.run(&["whoami", "gotosocial"]).await.code, 0);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_login_ends_although_the_terminal_stays_open() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    let mut login = Login::start(&home, &["login", "gotosocial", "-a", &server, "--redirect", "loopback"]).await;
    // Held open here past the end.
    let terminal = login.terminal();
    visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    let said = login.end().await;
    drop(terminal);
    assert_eq!(said.code, 0, "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_platform_without_apps_and_its_server_again() {
    let script = include_str!("../../../practice/exchanges/misskey.toml");
    let (home, p) = (Home::new(), Exchanges::start(script).await.unwrap());
    let server = format!("server={}", p.origins()["https://misskey.example"]);
    let login = Login::start(&home, &["login", "misskey", "-a", &server]).await;
    follow(&login.link).await.unwrap();
    let said = login.end().await;
    assert!(said.code == 0 && said.err.contains("Saved as misskey/ada@"), "{said:?}");
    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), p.value("token"));
    let list = home.run(&["list"]).await;
    assert!(list.code == 0 && list.out.contains("doesn’t expire"), "{list:?}");
    let refused = home.run(&["login", "misskey", "-a", &server, "--client", "mine"]).await;
    assert!(refused.code == 2 && refused.err.contains("“mine”"), "{refused:?}");
    // Removed at the server: another sign-in goes there without a question.
    p.end("token");
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 4);
    let again = Login::start(&home, &["token", "ada", "--login"]).await;
    follow(&again.link).await.unwrap();
    let said = again.end().await;
    assert!(said.code == 0 && said.out.trim() == p.value("token"), "{said:?}");
    assert!(p.unmatched().is_empty(), "{:?}", p.unmatched());
}
