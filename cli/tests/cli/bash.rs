//! What Linux's own tools show: completion in a real bash at a terminal, and what /proc has of a command.

use std::process::Stdio;

use keybearer_practice::meta::{Meta, Platform};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::rig::{Home, PATIENCE, Start as _, ended, with_threads};
use crate::strict::with_accounts;

/// What a real bash has on its line after these keys, word by word.
async fn in_bash(home: &Home, keys: &str) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_keybearer")).parent().unwrap().display();
    let completion = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/completion.bash");
    let start = format!(
        "PATH={program}:$PATH; . {completion}; keybearer() {{ if [ -n \"$COMPLETE\" ]; then command keybearer \"$@\"; else \
         printf '<%s>' \"$@\"; echo .; fi; }}"
    );
    let mut bash = home.shell("script -qec 'bash --norc --noprofile -i' /dev/null");
    let mut child = bash.env("PS1", "").env("INPUTRC", "/dev/null").stdin(Stdio::piped()).start();
    let (mut terminal, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut said = String::new();
    // Neither answer is in the echo of what is typed.
    for (line, answer) in [(format!("{start}; echo rea\"\"dy").as_str(), "ready"), (keys, ">.")] {
        terminal.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        while !said.contains(answer) {
            let mut read = [0; 1024];
            let heard = tokio::time::timeout(PATIENCE, screen.read(&mut read)).await;
            let heard = heard.unwrap_or_else(|_| panic!("no “{answer}”: {said}")).unwrap();
            assert!(heard > 0, "no “{answer}”, but an end: {said}");
            said.push_str(&String::from_utf8_lossy(&read[..heard]));
        }
    }
    terminal.write_all(b"exit\n").await.unwrap();
    ended(child).await;
    said
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn bash_completes_names_with_their_servers_and_runs_none() {
    let home = with_accounts(&["@ada@social.example", "@grace@127.0.0.1:3000"]);
    for (keys, line) in [
        ("keybearer token mastodon/a\t", "<token><mastodon/ada@social.example>."),
        ("keybearer token mastodon/ada@\t", "<token><mastodon/ada@social.example>."),
        ("keybearer token mastodon/ada@soc\t", "<token><mastodon/ada@social.example>."),
        (
            "keybearer token mastodon/grace@127.0.0.1:\t",
            "<token><mastodon/grace@127.0.0.1:3000>.",
        ),
        ("keybearer who\t", "<whoami>."),
        ("keybearer exec ada -- printen\t", "<exec><ada><--><printenv>."),
    ] {
        let said = in_bash(&home, keys).await;
        assert!(said.contains(line), "{keys}: {said}");
    }
    let hostile = with_accounts(&["@$(touch${IFS}PWNED)@x"]);
    let said = in_bash(&hostile, "keybearer token a\t").await;
    assert!(said.contains("<token><a0>."), "{said}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_command_takes_this_process_place() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    // In the child's environment and nowhere else.
    let script = "test \"$BOT\" = \"$1\" && ! tr '\\0' ' ' </proc/$$/cmdline | grep -q \"^$1\" && exit 7";
    let run = home
        .run(&["exec", "ada", "--as", "BOT", "--", "sh", "-c", script, "-", &token])
        .await;
    assert_eq!(run.code, 7, "{run:?}");
    assert_eq!(home.run(&["exec", "ada", "--", "/dev/null"]).await.code, 126);
}
