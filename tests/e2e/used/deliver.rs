//! A token brought to a bot's .env file and to a program: chosen and confirmed in the desktop's real dialogs, and off once
//! somebody else has changed where to.

use super::{logged_in, says};
use crate::desktop::make_executable;

const CHOOSE: &str = "Choose the file for the token";
const CONFIRM: &str = "Sync a token";

#[tokio::test(flavor = "multi_thread")]
async fn deliver_to_a_bot() {
    let (server, desktop, app) = logged_in().await;
    let token = server.tokens().pop().unwrap();
    let env = desktop.path("HOME").join("bot.env");
    std::fs::write(&env, "# the bot's\nexport TOKEN='old'\nOTHER=2").unwrap();
    let read = || std::fs::read_to_string(&env).unwrap();

    app.click("use-deliver").await;
    app.click("deliver-add").await;
    app.write("deliver-key", "TOKEN").await;
    app.click("deliver-submit").await;
    desktop.choose(CHOOSE, &env);
    desktop.press(CONFIRM, &[&["key", "Escape"]]);
    assert!(read().contains("TOKEN='old'"), "nobody has said yes");
    app.click("deliver-submit").await;
    desktop.choose(CHOOSE, &env);
    desktop.press(CONFIRM, &[&["key", "Return"]]);
    says(&app, "delivery-state", "read back").await;
    assert_eq!(read(), format!("# the bot's\nexport TOKEN='{token}'\nOTHER=2"));
    assert!(!app.window.source().await.unwrap().contains(&token), "the page never has the token");
    app.photograph("use-delivered").await;

    // Somebody else writes the book: it stays off until a person has seen where to.
    let text = std::fs::read_to_string(desktop.book()).unwrap();
    std::fs::write(desktop.book(), text.replace("\"TOKEN\"", "\"OTHER\"")).unwrap();
    app.click("deliver-now").await;
    app.find("deliver-confirm").await;
    assert!(read().ends_with("OTHER=2"), "off");
    app.click("deliver-confirm").await;
    desktop.press(CONFIRM, &[&["key", "Return"]]);
    says(&app, "delivery-state", "read back").await;
    assert!(read().ends_with(&format!("OTHER={token}")), "where it goes now: {}", read());
    app.click("deliver-remove").await;
    app.gone("delivery-state").await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliver_to_a_program() {
    let (server, desktop, app) = logged_in().await;
    let token = server.tokens().pop().unwrap();
    let (program, arrived) = (desktop.path("HOME").join("take"), desktop.path("HOME").join("arrived"));
    let script = format!("#!/bin/sh\n[ \"$*\" = --to=bots ] && cat > '{}'\n", arrived.display());
    std::fs::write(&program, script).unwrap();
    make_executable(&program);

    app.click("use-deliver").await;
    app.click("deliver-add").await;
    app.pick("deliver-kind", "program").await;
    // The page has its arguments only.
    app.write("deliver-words", "--to=bots").await;
    app.photograph("use-deliver-program").await;
    app.click("deliver-submit").await;
    desktop.choose("Choose the program that receives the token", &program);
    desktop.press(CONFIRM, &[&["key", "Return"]]);
    says(&app, "delivery-state", "the program reported success").await;
    assert_eq!(std::fs::read_to_string(&arrived).unwrap(), token);
    assert!(!app.window.source().await.unwrap().contains(&token), "the page never has the token");
    app.close().await;
}
