//! What is said in time, and where a click on it leads.

use std::time::Duration;

use super::Stage;
use crate::desktop::until;

/// What only a login renews is said in time, once, and a click leads to it. While nobody showed it nothing counted as said.
#[tokio::test(flavor = "multi_thread")]
async fn notices() {
    // Too short a life to become old enough for a renewal.
    let s = Stage::new(Duration::from_secs(20 * 3600)).await;
    let mut app = s.start(0, &["--hidden"]);
    let said = s.panel.said(2).await;
    let mut names: Vec<&str> = said.iter().map(|n| n.summary.as_str()).collect();
    names.sort_unstable();
    assert!(names[0].starts_with("@ada · ") && names[1].starts_with("@grace · "), "{names:?}");
    assert_eq!(said[0].body, "Log in again within a day, or its token stops working.");
    assert_eq!(said[0].actions, ["default", "Open", "open", "Open"]);
    s.panel.act(1, "open").await;
    until("the window", || s.desktop.has_window().then_some(()));
    s.panel.click(&["Quit"]).await;
    app.ends();
    let _app = s.start(0, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(s.panel.said(2).await.len(), 2, "once each");
}
