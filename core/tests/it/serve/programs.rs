//! Which programs get a token by the socket: none of another user, and an unknown one only once the person has allowed it.

use std::process::Stdio;
use std::time::Duration;

use keybearer_core::view::{AccountView, ProgramAnswer, ProgramQuestion, Purpose, Settings};
use serde_json::Value;

use super::{Served, code};
use crate::rig::{Rig, soon, until};
use crate::x::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_persons_program_gets_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tokio::process::Command::new("id").arg("-u").output().await.unwrap();
    if root.stdout != b"0\n" {
        // Only root can run a program as another person.
        return;
    }
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    // Only the server's own check of its peer is left.
    for (path, mode) in [(served.folder.path().to_owned(), 0o755), (served.path(), 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let program = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ntry:\n    s.sendall(b'{}\\n')\n    print(s.recv(100))\nexcept OSError as error:\n    print(type(error).__name__)";
    let run = async |nobody: bool| {
        let mut command = tokio::process::Command::new(if nobody { "setpriv" } else { "/usr/bin/python3" });
        if nobody {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3"]);
        }
        let said = command
            .args(["-c", program])
            .arg(served.path())
            .stderr(Stdio::inherit())
            .output()
            .await;
        String::from_utf8(said.unwrap().stdout).unwrap()
    };
    let own = run(false).await;
    assert!(own.contains("malformed"), "{own}");
    let foreign = run(true).await;
    assert!(
        ["b''\n", "ConnectionResetError\n", "BrokenPipeError\n"].contains(&foreign.as_str()),
        "{foreign}"
    );
    served.end().await;
}

/// A program that asks in two ways: a script of its own, and code without a file.
async fn python(served: &Served, script: bool, name: &str) -> Value {
    let code = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.sendall(sys.argv[2].encode() + b'\\n')\nprint(s.makefile().readline())\n";
    run(served, code, script, name).await
}

/// What a program prints that gets the socket's path and a request.
async fn run(served: &Served, code: &str, script: bool, name: &str) -> Value {
    let bot = served.folder.path().join("bot.py");
    // In one go: another one may just be starting.
    let draft = tempfile::NamedTempFile::new_in(served.folder.path()).unwrap();
    std::fs::write(draft.path(), code).unwrap();
    draft.persist(&bot).unwrap();
    let mut command = tokio::process::Command::new("/usr/bin/python3");
    match script {
        true => command.arg(&bot),
        false => command.args(["-c", code]),
    };
    let request = format!("{{\"name\":\"{name}\"}}");
    let said = soon("python", command.arg(served.path()).arg(request).output()).await.unwrap();
    serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"))
}

/// A login, for whose tokens programs are asked about.
async fn asking() -> (Stage, AccountView) {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let settings = Settings {
        ask_programs: true,
        ..s.rig.keeper.view().settings
    };
    s.rig.keeper.change_settings(settings).unwrap();
    (s, account)
}

/// Answers the next question as the person would.
async fn decide(rig: &Rig, answer: ProgramAnswer) -> ProgramQuestion {
    until("a question", || !rig.keeper.view().program_questions.is_empty()).await;
    let question = rig.keeper.view().program_questions.remove(0);
    rig.keeper.answer_program(&question.id, answer).await.unwrap();
    question
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_program_is_asked_about() {
    let (s, account) = asking().await;
    let keeper = &s.rig.keeper;
    let alone = Served::start(keeper);
    let unknown = python(&alone, true, &account.id).await;
    assert_eq!(code(&unknown), "program-unknown");
    let says = |answer: &Value, command: &str| answer["error"]["message"].as_str().unwrap().contains(command);
    assert!(
        says(&unknown, "settings allow-program"),
        "no window is named where there is none: {unknown}"
    );
    assert!(keeper.view().program_questions.is_empty());
    alone.end().await;

    let served = Served::with(keeper, true);
    let ask = async |script, answer| tokio::join!(python(&served, script, &account.id), decide(&s.rig, answer));
    let (once, question) = ask(true, ProgramAnswer::Once).await;
    assert!(once["token"].is_string() && question.can_remember, "{once}");
    assert!(
        question.executable.contains("/python3") && question.account == account.id,
        "{question:?}"
    );
    let script = served.folder.path().canonicalize().unwrap().join("bot.py");
    assert_eq!(question.script.as_deref(), script.to_str());
    let (refused, _) = ask(true, ProgramAnswer::NotNow).await;
    assert_eq!(code(&refused), "program-refused");
    assert!(says(&refused, "settings forget-program"), "{refused}");
    assert!(keeper.view().programs.is_empty(), "neither was for always");
    let (never, _) = ask(true, ProgramAnswer::Never).await;
    assert_eq!(code(&never), "program-refused");
    assert_eq!(code(&python(&served, true, &account.id).await), "program-refused");
    let known = keeper.view().programs.remove(0);
    keeper.forget_program(&known.id).await.unwrap();
    let (always, _) = ask(true, ProgramAnswer::Always).await;
    assert!(always["token"].is_string());
    assert!(
        python(&served, true, &account.id).await["token"].is_string(),
        "it is not asked about again"
    );
    let last = keeper.last_uses(&account.id, 1).await.unwrap().remove(0);
    assert_eq!(
        (last.purpose, last.program.as_deref()),
        (Purpose::Serve, Some("bot.py")),
        "{last:?}"
    );
    // Code without a file could be any other code the next time.
    for _ in 0..2 {
        let (code, question) = ask(false, ProgramAnswer::Always).await;
        assert!(code["token"].is_string() && !question.can_remember && question.script.is_none());
    }
    assert_eq!(keeper.view().programs.len(), 1);
    assert!(keeper.answer_program("gone", ProgramAnswer::Once).await.is_err());
    // Many requests at once make one question.
    let known = keeper.view().programs.remove(0);
    keeper.forget_program(&known.id).await.unwrap();
    let (first, second, question) = tokio::join!(python(&served, true, &account.id), python(&served, true, &account.id), async {
        until("both", || !keeper.view().program_questions.is_empty()).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(keeper.view().program_questions.len(), 1);
        decide(&s.rig, ProgramAnswer::Once).await
    });
    assert!(first["token"].is_string() && second["token"].is_string() && question.can_remember);
    served.end().await;
    // With its account go the decisions about it.
    keeper.delete_account(&account.id).await.unwrap();
    assert!(keeper.view().programs.is_empty());
}

/// Asks by many connections, and prints how many are answered before anyone has decided.
const MANY: &str = "import select, socket, sys, time
many = [socket.socket(socket.AF_UNIX) for _ in range(20)]
for s in many:
    s.connect(sys.argv[1])
    s.sendall(sys.argv[2].encode() + b'\\n')
time.sleep(2)
print(len(select.select(many, [], [], 0)[0]))
";

/// Asks by one connection, and ends its sending.
const HALF: &str = "import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b'\\n')
s.shutdown(socket.SHUT_WR)
print(s.makefile().readline())
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_program_leaves_room_for_the_others() {
    let (s, account) = asking().await;
    let keeper = &s.rig.keeper;
    let mut served = Served::with(keeper, true);
    for _ in 0..2 {
        // The second time, those of the first one wait no longer: their program has gone.
        assert_eq!(run(&served, MANY, true, &account.id).await, 12);
        assert_eq!(keeper.view().program_questions.len(), 1, "the person still reads it");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let decided = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        decide(&s.rig, ProgramAnswer::Once).await
    };
    let (half, _) = tokio::join!(run(&served, HALF, true, &account.id), decided);
    assert!(half["token"].is_string(), "{half}");
    // The end of the server waits for no person.
    let end = served.end.take().unwrap();
    let (last, ()) = tokio::join!(run(&served, HALF, true, &account.id), async {
        until("a question", || !keeper.view().program_questions.is_empty()).await;
        end.send(()).unwrap();
    });
    assert_eq!(code(&last), "program-unknown");
    soon("the server's end", served.runs).await.unwrap();
}
