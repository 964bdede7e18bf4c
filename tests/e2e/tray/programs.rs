//! A program asks the tray process for a token, and the person is asked about it in the window's process.

use std::path::PathBuf;
use std::process::Output;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::panel::wait;
use super::{LONG, Stage};
use crate::app::App;
use crate::desktop::until;

/// Prints the answer to a name.
const BOT: &str = "import json, os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ['XDG_RUNTIME_DIR'] + '/keybearer/socket')
s.sendall(json.dumps({'name': sys.argv[1]}).encode() + b'\\n')
answer = json.loads(s.makefile().readline())
print(answer.get('token') or answer['error']['code'])";

impl Stage {
    fn bot(&self) -> PathBuf {
        self.desktop.path("HOME").join("bot.py")
    }

    /// Asks for @ada's token.
    fn ask(&self) -> JoinHandle<Output> {
        let mut command = self.desktop.command("/usr/bin/python3");
        command.arg(self.bot()).arg(self.id("@ada"));
        tokio::task::spawn_blocking(move || command.output().unwrap())
    }

    /// Asks, and waits for the answer.
    async fn answer(&self) -> String {
        answer(self.ask()).await
    }

    /// What the tray process asks.
    async fn questions(&self) -> Vec<Value> {
        let reply = self.panel.call("Questions", &()).await.unwrap();
        serde_json::from_str(reply.body().deserialize().unwrap()).unwrap()
    }
}

async fn answer(asked: JoinHandle<Output>) -> String {
    let output = asked.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The question opens the window, the answer reaches the tray process, and the program has its token.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_opens_the_window() {
    let s = Stage::new(LONG).await;
    std::fs::write(s.bot(), BOT).unwrap();
    s.rewrite(|book| book["settings"]["ask_programs"] = json!(true));
    let mut tray = s.start(0, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    let asked = s.ask();
    until("the window", || s.desktop.has_window().then_some(()));
    let questions = s.questions().await;
    assert_eq!(questions[0]["script"].as_str(), s.bot().to_str());
    let id = questions[0]["id"].as_str().unwrap();
    assert!(
        s.panel.call("AnswerProgram", &("nobody", "once")).await.is_err(),
        "an unknown question"
    );
    assert!(s.panel.call("AnswerProgram", &(id, "perhaps")).await.is_err(), "no answer");
    s.panel.call("AnswerProgram", &(id, "once")).await.unwrap();
    assert_eq!(answer(asked).await, s.tokens[0]);
    wait("no question", async || s.questions().await.is_empty().then_some(())).await;
    s.panel.click(&["Quit"]).await;
    tray.ends();
    s.all_end();

    // The window that is open shows it.
    let app = App::start(&s.desktop).await;
    let tray = s.desktop.tray();
    let asked = s.ask();
    // The driver reads no text of a dialog that is still fading in.
    let path = s.bot().to_string_lossy().into_owned();
    wait("the program's path", async || {
        (app.text("program-path").await == path).then_some(())
    })
    .await;
    app.photograph("tray-question").await;
    app.click("other").await;
    assert_eq!(answer(asked).await, s.tokens[0]);
    app.gone("program-path").await;
    assert_eq!(s.answer().await, s.tokens[0], "always");
    assert!(!app.is_there("program-path").await);
    // What was decided is forgotten in the window, and by the tray process.
    let id = s.book()["programs"][0]["id"].as_str().unwrap().to_owned();
    app.click("settings").await;
    app.click(&format!("forget-program-{id}")).await;
    app.gone(&format!("forget-program-{id}")).await;
    let asked = s.ask();
    app.find("program-path").await;
    app.tick("program-never", true).await;
    app.click("dismiss").await;
    assert_eq!(answer(asked).await, "program-refused");
    assert_eq!(s.desktop.tray(), tray);
    app.close().await;
}
