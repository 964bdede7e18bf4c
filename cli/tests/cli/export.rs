//! Statuses: into a file, out as they come, cut off and gone on with.

use std::collections::BTreeSet;
use std::path::Path;

use keybearer_practice::{Endpoint, Fault, Flavor, Paging, Practice};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::rig::{Home, Start as _, ended, log_in};

pub async fn stage(posts: u64) -> (Home, Practice) {
    let (home, practice) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    practice.set_posts(posts);
    log_in(&home, &practice).await;
    (home, practice)
}

pub fn ids(path: &Path) -> BTreeSet<String> {
    let all: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let ids: BTreeSet<String> = all.iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), all.len(), "none twice");
    ids
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn into_a_file_and_out() {
    let (home, _p) = stage(500).await;
    let file = home.0.path().join("mine.json");
    let name = file.to_str().unwrap();
    // One in forty-five is a private mention.
    let said = home.run(&["export", "ada", "--output", name]).await;
    assert!(said.code == 0 && said.err.contains("489 statuses are in"), "{said:?}");
    assert!(!std::fs::read_to_string(&file).unwrap().contains("\"visibility\":\"direct\""));
    let said = home.run(&["export", "ada", "--private-mentions", "--output", name]).await;
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.contains("500 statuses are in") && said.err.contains(name), "{said:?}");
    assert_eq!(ids(&file).len(), 500);
    // As lines, by the word and by the name.
    let out = home.run(&["export", "ada"]).await;
    assert_eq!(
        (out.code, out.out.lines().count(), out.err.as_str()),
        (0, 489, ""),
        "stdout is data"
    );
    let lines = home.0.path().join("mine.jsonl");
    assert_eq!(home.run(&["export", "ada", "-o", lines.to_str().unwrap()]).await.code, 0);
    assert_eq!(std::fs::read_to_string(&lines).unwrap(), out.out);
    let array = home.run(&["export", "ada", "--format", "json", "--limit", "3"]).await;
    let three: Vec<serde_json::Value> = serde_json::from_str(&array.out).unwrap();
    assert_eq!(three.len(), 3);
    let media = home
        .run(&["export", "ada", "--filter", "only-media", "--filter", "exclude_replies"])
        .await;
    assert_eq!(media.out.lines().count(), 11, "{media:?}");
    // Whoever reads it may have enough.
    let mut child = home.command(&["export", "ada"]).start();
    let mut read = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(read.next_line().await.unwrap().is_some());
    drop(read);
    let said = ended(child).await;
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_the_server_cannot_give_is_partial() {
    let (home, p) = stage(500).await;
    p.page_by(Paging::Void);
    let file = home.0.path().join("mine.json");
    let said = home.run(&["export", "ada", "-o", file.to_str().unwrap()]).await;
    assert_eq!((said.code, said.out.as_str()), (7, ""), "{said:?}");
    assert!(
        said.err.contains("Partial: 196 written") && said.err.contains("500 by the server"),
        "{said:?}"
    );
    assert!(!said.err.contains("are in"), "nothing says done: {said:?}");
    assert_eq!(ids(&file).len(), 196);
    let said = home.run(&["export", "ada", "--private-mentions"]).await;
    assert_eq!((said.code, said.out.lines().count()), (7, 200), "{said:?}");
    assert!(
        said.err.contains("Partial: 200 written, 0 skipped, 500 by the server’s own count"),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_exit_code_says_why_not() {
    let (home, p) = stage(500).await;
    let file = home.0.path().join("mine.json");
    let arguments = ["export", "ada", "-o", file.to_str().unwrap()];
    for (fault, code) in [
        (
            Fault::TooMany {
                retry_after: Some("9999".into()),
            },
            5,
        ),
        (Fault::Garbage, 5),
        // It says no more than that it is forbidden.
        (Fault::Status(403), 1),
    ] {
        p.fail_next(Endpoint::Statuses, fault.clone());
        let said = home.run(&arguments).await;
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{fault:?} {said:?}");
    }
    let unknown = home.run(&["export", "ada", "--filter", "only_cats"]).await;
    assert!(unknown.code == 2 && unknown.err.contains("only_public"), "{unknown:?}");
    assert_eq!(home.run(&["export", "nobody"]).await.code, 3);
    assert_eq!(home.run(&["export", "ada", "-o", "/nowhere/mine.json"]).await.code, 1);
    p.kill_tokens();
    assert_eq!(home.run(&arguments).await.code, 4);
    assert!(!file.exists());
}
