//! `keybearer exec --watch --socket`: a run with a socket of its own, which gives the token of its account.

use std::fs;
use std::path::Path;

use super::{OURS, STARTS, Stage, WAITS, id, kill};
use crate::rig::ended;

/// Prints the answer of the socket, or its error's code.
const ASK: &str = "import json, os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ['KEYBEARER_SOCKET'])
s.sendall(json.dumps({'name': sys.argv[1]}).encode() + b'\\n')
answer = json.loads(s.makefile().readline())
print(answer.get('token') or answer['error']['code'])";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_signal_tells_of_a_new_token_at_the_socket() {
    let s = Stage::new().await;
    s.home.run(&["settings", "set", "ask-programs", "on"]).await;
    let ask = s.home.0.path().join("ask.py");
    fs::write(&ask, ASK).unwrap();
    let ask = format!("ask() {{ /usr/bin/python3 '{}' \"$1\"; }}", ask.display());
    let reads = "read() { echo \"read $(ask x-here/ada)\" >>\"$log\"; }";
    let others = "echo \"other $(ask nobody)\" >>\"$log\"";
    // Without a bus, and so without a keychain: what it prints comes from the socket.
    let command = format!(
        "echo \"command $(DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent '{}' token x-here/ada)\" >>\"$log\"",
        env!("CARGO_BIN_EXE_keybearer")
    );
    let mode = "echo \"mode $(stat -c %a \"$KEYBEARER_SOCKET\") $KEYBEARER_SOCKET\" >>\"$log\"";
    let bot = s.bot(&[&ask, reads, "trap read USR1", STARTS, mode, "read", others, &command, WAITS]);
    // No server of tokens runs, and none is needed.
    let child = s.watch(&["--socket", "--signal", "SIGUSR1"], &bot);
    let (process, in_environment) = s.start(1).await;
    assert_eq!(in_environment, "");
    let old = s.until("read ", 1).await.remove(0);
    assert!(s.x.token(&old).unwrap().alive);
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains(&old), "in no variable");
    assert_eq!(s.until("other ", 1).await, ["account-unknown"]);
    assert_eq!(s.until("command ", 1).await, [old.as_str()]);
    let known = s.until("mode ", 1).await.remove(0);
    let (mode, path) = known.split_once(' ').unwrap();
    assert!(mode == "600" && Path::new(path).starts_with(s.run.path()), "{known}");
    assert_eq!(s.home.run(&["refresh", "x-here/ada", "--anyway"]).await.code, 0);
    let new = s.until("read ", 2).await.pop().unwrap();
    assert!(new != old && s.x.token(&new).unwrap().alive);
    assert_eq!(s.logged("start ").len(), 1, "it has run all the time");
    // Each time that it asked is a use, and its start is none.
    let uses = s.home.run(&["log", "--json"]).await.out;
    let uses: Vec<serde_json::Value> = serde_json::from_str(&uses).unwrap();
    let purposes: Vec<&str> = uses.iter().map(|one| one["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["serve", "token", "serve"], "{uses:?}");
    assert_eq!(
        (uses[0]["program"].as_str(), uses[1]["program"].as_str()),
        (Some("ask.py"), Some("bot.sh"))
    );
    kill("-TERM", &id(&child)).await;
    let said = ended(child).await;
    assert!(said.code == 143 && said.err.is_empty(), "{said:?}");
    assert!(!Path::new(path).exists(), "it is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn runs_have_sockets_of_their_own_and_leave_none() {
    let s = Stage::new().await;
    let starts = "echo \"start $$ $KEYBEARER_SOCKET\" >>\"$log\"";
    let bot = s.bot(&[starts, WAITS]);
    let mut killed = s.watch(&["--socket"], &bot);
    let (left, first) = s.start(1).await;
    let other = s.watch(&["--socket"], &bot);
    let (_, second) = s.start(2).await;
    assert!(first != second && Path::new(&first).exists() && Path::new(&second).exists());
    killed.kill().await.unwrap();
    kill("-KILL", &left).await;
    assert!(Path::new(&first).exists(), "as a kill leaves it");
    let said = ended(s.watch(&["--socket"], "true")).await;
    assert!(
        said.code == 0 && !Path::new(&first).exists() && Path::new(&second).exists(),
        "{said:?}"
    );
    // Without a signal it starts again with a new token, at the same socket.
    assert_eq!(s.home.run(&["refresh", "x-here/ada", "--anyway"]).await.code, 0);
    assert_eq!(s.start(3).await.1, second);
    kill("-TERM", &id(&other)).await;
    assert_eq!(ended(other).await.code, 143);
    let folder = fs::read_dir(s.run.path().join(OURS)).unwrap();
    let sockets: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(sockets, ["own.lock"]);
}

/// As at the end of the last session, after which a run in the background may go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_socket_that_was_removed_comes_back() {
    let s = Stage::new().await;
    let ask = s.home.0.path().join("ask.py");
    fs::write(&ask, ASK).unwrap();
    let asks = format!(
        "while [ -e \"$KEYBEARER_SOCKET\" ]; do sleep 0.1; done
until /usr/bin/python3 '{}' x-here/ada >>\"$log\" 2>/dev/null; do sleep 0.1; done",
        ask.display()
    );
    let place = "echo \"place $KEYBEARER_SOCKET\" >>\"$log\"";
    let child = s.watch(&["--socket"], &s.bot(&[place, &asks, "echo \"asked \" >>\"$log\"", WAITS]));
    let path = s.until("place ", 1).await.remove(0);
    fs::remove_dir_all(s.run.path().join(OURS)).unwrap();
    s.until("asked ", 1).await;
    let said = fs::read_to_string(s.log()).unwrap();
    assert!(s.x.token(said.lines().nth(1).unwrap()).unwrap().alive, "{said}");
    kill("-TERM", &id(&child)).await;
    assert_eq!(ended(child).await.code, 143);
    assert!(!Path::new(&path).exists());
}
