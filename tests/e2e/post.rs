//! A first post from the window: what will be sent, three lamps, the reason where no stranger sees it, its deletion; and what the app
//! says after it was killed while the server had not answered yet.

use std::time::Duration;

use keybearer_practice::Silent;

use crate::app::App;
use crate::desktop::{Desktop, signal, until};
use crate::first_token::account;
use crate::used::{logged_in, says};
use crate::window::{is_ours, processes};

impl App {
    /// What became of the post, once it is this.
    async fn post_is(&self, state: &str) {
        self.find_css(&format!("[data-testid=post-outcome][data-state={state}]")).await;
    }

    /// Waits until a lamp has this value: `yes`, `no`, `waiting`, …
    async fn lamp(&self, name: &str, value: &str) {
        self.find_css(&format!("[data-testid=lamp-{name}][data-value={value}]")).await;
    }

    /// Writes a post on the account's page, looks at the question and answers it with yes.
    async fn post(&self, text: &str) {
        self.click("use-post").await;
        self.write("post-text", text).await;
        self.click("post-requests").await;
        says(self, "post-request-0", text).await;
        self.click("post-go").await;
        // The dialog has no text before it is on the screen.
        says(self, "post-shown", text).await;
        assert!(self.text("post-as").await.contains("ada"));
        self.click("confirm").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn post_seen_by_strangers_and_deleted() {
    let (server, desktop, app) = logged_in().await;
    app.post("Hello from here").await;
    app.post_is("posted").await;
    assert_eq!(server.published(), ["Hello from here"]);
    for lamp in ["sent", "there", "seen"] {
        app.lamp(lamp, "yes").await;
    }
    assert!(!app.is_there("post-reason").await);
    app.photograph("post-seen").await;
    let opened = desktop.opened_so_far();
    app.click("post-open").await;
    let address = desktop.opened(opened + 1);
    assert!(address.starts_with(&format!("{}/@ada/statuses/", server.origin())), "{address}");

    app.click("post-delete").await;
    app.click("dismiss").await;
    assert_eq!(server.published().len(), 1, "no is no");
    app.click("post-delete").await;
    app.click("confirm").await;
    app.post_is("deleted").await;
    assert!(server.published().is_empty());
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn post_that_no_stranger_sees() {
    let (server, _desktop, app) = logged_in().await;
    server.hide_posts(Some(Silent::LocalOnly));
    app.post("Can you hear me").await;
    app.post_is("posted").await;
    app.lamp("sent", "yes").await;
    app.lamp("there", "yes").await;
    // The server may need a moment before a miss means anything; then it is looked for again without a click.
    app.lamp("seen", "no").await;
    assert_eq!(app.attribute("post-reason", "data-code").await, "local-only");
    app.photograph("post-hidden").await;
    server.hide_posts(None);
    app.click("post-look").await;
    app.lamp("seen", "yes").await;
    app.gone("post-reason").await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn post_and_killed_before_the_answer() {
    let (server, desktop, app) = logged_in().await;
    server.answer_posts_late(Some(Duration::from_secs(120)));
    app.post("Only once").await;
    app.post_is("sending").await;
    until("the post", || (server.published() == ["Only once"]).then_some(()));
    kill(&desktop);
    drop(app);
    server.answer_posts_late(None);

    let app = App::start(&desktop).await;
    let (id, _) = account(&desktop);
    app.click(&format!("account-{id}")).await;
    app.click("use-post").await;
    app.post_is("may-be-posted").await;
    app.lamp("sent", "unknown").await;
    assert_eq!(server.published().len(), 1, "it posts nothing by itself");
    app.photograph("post-may-be").await;
    app.click("post-look").await;
    app.post_is("posted").await;
    app.lamp("sent", "yes").await;
    app.lamp("there", "yes").await;
    assert_eq!(server.published(), ["Only once"]);
    app.close().await;
}

/// Ends the app at once, as when the machine loses its power.
fn kill(desktop: &Desktop) {
    // With the tray process, which would go on with what is due.
    for process in processes(&desktop.path("DESK"), is_ours) {
        signal("KILL", process);
    }
    until("the end of the app", || {
        processes(&desktop.path("DESK"), is_ours).is_empty().then_some(())
    });
}
