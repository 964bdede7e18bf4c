//! What is said in time, and where a click on it leads.

use std::time::Duration;

use super::panel::wait;
use super::{A_WHILE, DAY, LONG, Stage};
use crate::app::App;
use crate::desktop::until;
use crate::window::arguments;

/// What only a login renews is said in time, once, and a click leads to it. While nobody showed it nothing counted as said.
#[tokio::test(flavor = "multi_thread")]
async fn notices() {
    // Too short a life to become old enough for a renewal.
    let s = Stage::new(Duration::from_secs(20 * 3600)).await;
    // At the start of a session the app may be earlier than the service that shows notifications.
    s.panel.leave_notifications().await;
    let mut tray = s.start(0, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    // It has tried in vain by then.
    std::thread::sleep(A_WHILE);
    s.panel.return_to_notifications().await;
    let said = s.panel.said(2).await;
    let mut names: Vec<&str> = said.iter().map(|n| n.summary.as_str()).collect();
    names.sort_unstable();
    assert!(names[0].starts_with("@ada · ") && names[1].starts_with("@grace · "), "{names:?}");
    assert_eq!(said[0].body, "Sign in again within a day, or its token stops working.");
    assert_eq!(said[0].actions, ["default", "Open", "open", "Open"]);
    s.panel.act(1, "open").await;
    until("the window", || s.desktop.has_window().then_some(()));
    let account = s.id(said[0].summary.split(' ').next().unwrap());
    assert!(arguments(s.desktop.windows()[0]).ends_with(&format!("--account\n{account}\n")));
    s.panel.click(&["Quit"]).await;
    tray.ends();
    s.all_end();
    let _tray = s.start(0, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    std::thread::sleep(A_WHILE);
    assert_eq!(s.panel.said(2).await.len(), 2, "once each");
}

/// A click opens the very screen that it is about.
#[tokio::test(flavor = "multi_thread")]
async fn a_click_opens_the_account() {
    let s = Stage::new(Duration::from_secs(20 * 3600)).await;
    let app = App::start(&s.desktop).await;
    let said = s.panel.said(2).await;
    for (number, action) in [(2, "default"), (1, "open")] {
        s.panel.act(u32::try_from(number).unwrap(), action).await;
        let name = said[number - 1].summary.split(' ').next().unwrap();
        wait("the account's screen", async || {
            let there = app.shown("account-title").await.is_some_and(|title| title.contains(name));
            there.then_some(())
        })
        .await;
    }
    // It is used up.
    app.click("add-account").await;
    s.panel.act(1, "open").await;
    std::thread::sleep(A_WHILE);
    assert!(!app.is_there("account-title").await);
    app.close().await;
}

/// Time goes by, and each step is said once, however often the app is started.
#[tokio::test(flavor = "multi_thread")]
async fn steps_in_time() {
    let s = Stage::new(LONG).await;
    s.only_a_login_renews("@ada", 20 * DAY);
    let mut so_far = 0;
    for (day, says) in [
        (0, None),
        (6, Some("14 days")),
        (13, Some("7 days")),
        (17, Some("3 days")),
        (19, Some("a day")),
    ] {
        for again in [false, true] {
            let mut tray = s.start_on(day, &["--hidden"]);
            s.panel.menu(|menu| menu.iter().any(|line| line.label.starts_with("@ada"))).await;
            if let Some(says) = says.filter(|_| !again) {
                so_far += 1;
                let said = s.panel.said(so_far).await;
                let last = said.last().unwrap();
                assert!(
                    last.summary.starts_with("@ada · ") && last.body.contains(says),
                    "day {day}: {last:?}"
                );
            } else {
                std::thread::sleep(A_WHILE);
            }
            assert_eq!(s.panel.said(so_far).await.len(), so_far, "day {day}");
            s.panel.click(&["Quit"]).await;
            tray.ends();
        }
    }
}
