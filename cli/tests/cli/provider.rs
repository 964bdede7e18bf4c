//! `keybearer provider`: a file to begin with, its faults by line and column, and the address that a login would open.

use crate::rig::Home;

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_file_is_begun_checked_and_right_in_the_end() {
    let home = Home::new();
    let begun = home.run(&["provider", "new", "acme"]).await;
    let path = begun.out.trim().to_owned();
    assert!(begun.code == 0 && path.ends_with("acme.toml"), "{begun:?}");
    let text = std::fs::read_to_string(&path).unwrap();

    // What is there stays, and a taken id is refused.
    assert_eq!(home.run(&["provider", "new", "acme"]).await.code, 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(home.run(&["provider", "new", "mastodon"]).await.code, 1);
    assert_eq!(home.run(&["provider", "new", "../acme"]).await.code, 1);

    let faults = home.run(&["provider", "check", &path]).await;
    let at = text.lines().position(|line| line == "name = \"FILL IN\"").unwrap() + 1;
    let name = format!("{path}:{at}:1: name: is still to be filled in");
    assert!(faults.code == 1 && faults.out.lines().any(|line| line == name), "{faults:?}");
    assert!(faults.out.lines().all(|line| line.starts_with(&format!("{path}:"))), "{faults:?}");

    let filled = text.replace("https://FILL IN", "https://acme.example").replace("FILL IN", "filled");
    std::fs::write(&path, filled).unwrap();
    let right = home.run(&["provider", "check", &path]).await;
    assert_eq!(right.code, 0, "{right:?}");
    let address = "https://acme.example/filled?response_type=code&client_id=CLIENT_ID\
                   &redirect_uri=http%3A%2F%2F127.0.0.1%3A47100%2Fcallback%2Facme&scope=filled&state=";
    assert!(right.out.starts_with(address) && right.out.lines().count() == 1, "{right:?}");

    // What a file like this would do wrong: in the order of the lines, each a fault of its own.
    let text = std::fs::read_to_string(&path).unwrap();
    let wrong = text
        .replace("port = 47100", "port = 47018")
        .replace("code_verifier = \"{code_verifier}\"\n", "");
    std::fs::write(&path, wrong).unwrap();
    let faults = home.run(&["provider", "check", &path]).await;
    let keys: Vec<&str> = faults.out.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(
        (faults.code, keys),
        (1, vec!["redirects[0].port", "redirects[1].port", "authorize.pkce"]),
        "{faults:?}"
    );

    let missing = home.run(&["provider", "check", "no-such-file.toml"]).await;
    assert!(missing.code == 1 && missing.out.is_empty(), "{missing:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_file_moves_no_cursor() {
    let home = Home::new();
    let path = home.0.path().join("bad.toml");
    std::fs::write(&path, "\"\\u001b[2J\" = 1\n").unwrap();
    let said = home.run(&["provider", "check", path.to_str().unwrap()]).await;
    assert!(said.code == 1 && !said.out.contains('\u{1b}'), "{said:?}");
}
