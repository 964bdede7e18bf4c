//! Private mentions are in a file only where they are asked for, and what was cut off goes on with what it knew.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;

use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan};
use keybearer_practice::Flavor;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::unbounded_channel;

use super::mock_server::{Links, Odd, Scene};
use super::{Stage, end, ids, part};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_mentions_stay_out_unless_they_are_asked_for() {
    // One of them leaves them out by itself, two have to be looked through; their counts differ, too.
    for flavor in [Flavor::Mastodon, Flavor::GoToSocial, Flavor::Practice] {
        let s = Stage::new(flavor, 450).await;
        let path = s.path("public.json");
        let plan = ExportPlan {
            filters: Vec::new(),
            ..s.plan(ExportFormat::Json)
        };
        assert_eq!(s.export(plan.clone(), &path).await.done(), 440, "{flavor:?}");
        assert!(!std::fs::read_to_string(&path).unwrap().contains("\"visibility\":\"direct\""));
        let asked = s.platform.requests().into_iter().filter(|r| r.path.ends_with("/statuses"));
        assert!(
            asked.clone().count() > 2
                && asked
                    .into_iter()
                    .all(|r| r.query_param("exclude_direct").as_deref() == Some("true"))
        );
        assert_eq!(s.export(ExportPlan { limit: Some(100), ..plan }, &path).await.done(), 100);
        let before = s.platform.requests().len();
        assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.done(), 450);
        assert!(std::fs::read_to_string(&path).unwrap().contains("\"visibility\":\"direct\""));
        let asked = s.platform.requests().split_off(before);
        assert!(asked.iter().any(|r| r.path.ends_with("/statuses")));
        assert!(asked.iter().all(|r| r.query_param("exclude_direct").is_none()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statuses_that_are_filtered_out_here_count_as_read() {
    let s = Scene::new().await;
    let path = s.path("direct.json");
    let direct: BTreeSet<String> = (1..=100).filter(|n| n % 4 == 0).map(|n| n.to_string()).collect();
    // The server counts them, or it does not; it gives them all the same.
    for count in [100, 75] {
        s.behave(Odd {
            direct: direct.clone(),
            count: Some(count),
            links: Links::None,
            ..Odd::dense(100)
        });
        assert_eq!(s.export(s.plan(&[]), &path).await.done(), 75);
        assert!(ids(&path).iter().all(|id| !direct.contains(id)));
    }
    s.behave(Odd {
        direct: direct.clone(),
        exclude_direct: true,
        count: Some(75),
        ..Odd::dense(100)
    });
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 75);
    assert_eq!(s.export(s.plan(&["private_mentions"]), &path).await.done(), 100);
    s.behave(Odd {
        direct,
        floor: Some("61".into()),
        ..Odd::dense(100)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    assert_eq!((ended.partial().0, ended.partial().1.expected), (30, Some(100)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resumed_export_keeps_its_counts() {
    let s = Scene::new().await;
    let path = s.path("again.json");
    // Two posts are skipped, then a check against bots stops it, and then the server repeats what it gave before.
    let odd = Odd {
        links: Links::None,
        ..Odd::dense(300).poison(&["299", "270"])
    };
    s.behave(odd.clone());
    let (report, mut events) = unbounded_channel();
    let plan = s.plan(&[]);
    let id = {
        let output = keybearer_core::keeper::Output::File(path.clone());
        s.rig
            .keeper
            .start_export(plan.clone(), output, Arc::new(move |e| _ = report.send(e)))
            .unwrap()
    };
    while let ExportEvent::Progress { count: 0..150, .. } | ExportEvent::Waiting { .. } = events.recv().await.unwrap() {
        if s.asked().iter().any(|target| target.contains("max_id=230")) {
            s.behave(Odd {
                challenges: 1000,
                ..odd.clone()
            });
        }
    }
    let Scene { rig, account, .. } = &s;
    while rig.keeper.exports(account).await[0].runs {
        rig.keeper.cancel_export(&id).ok();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let note = std::fs::read_to_string(s.path(&format!("data/exports/{id}.json"))).unwrap();
    assert!(note.contains("\"270\"") && note.contains("\"expected\":300"), "{note}");
    s.behave(Odd {
        links: Links::Round,
        ..odd
    });
    let ended = s.export(plan, &path).await;
    assert_eq!((ended.partial().0, ended.partial().1.skipped.len()), (298, 2));
    let ids = ids(&path);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 298, "none twice");
    assert_eq!(ids.len(), 298);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_an_earlier_version_cut_off_goes_on() {
    let s = Scene::new().await;
    for (format, name) in [("json", "old.json"), ("jsonl", "old.jsonl")] {
        let path = s.path(name).parent().unwrap().canonicalize().unwrap().join(name);
        let status = |n: u64| format!(r#"{{"id":"{n}","visibility":"public","content":"<p>{n}</p>","account":{{"id":"7"}}}}"#);
        let written: Vec<String> = (61..=100).rev().map(status).collect();
        let text = match format {
            "json" => format!("[\n{}", written.join(",\n")),
            _ => written.join("\n") + "\n",
        };
        let mut file = std::fs::File::create(part(&path)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.write_all(b"what was not noted").unwrap();
        // As version 0.1.0 noted it. The server has forgotten how far that is, and begins with what is in the file.
        let note = serde_json::json!({
            "plan": { "account": s.account, "format": format, "filters": [], "limit": null },
            "target": path, "length": text.len(), "count": 40,
            "next": format!("{}/api/v1/accounts/7/statuses?limit=40&max_id=71", s.origin()),
            "complete": false, "seen": [1_u64, 17_841_400_000_000_001_u64],
        });
        let id: String = Sha256::digest(path.as_os_str().as_encoded_bytes())
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect();
        std::fs::create_dir_all(s.path("data/exports")).unwrap();
        std::fs::write(s.path(&format!("data/exports/{id}.json")), note.to_string()).unwrap();
        s.behave(Odd::dense(105));
        let view = s.rig.keeper.exports(&s.account).await.remove(0);
        assert_eq!((view.count, view.runs), (40, false));
        let (report, events) = unbounded_channel();
        s.rig.keeper.resume_export(&view.id, Arc::new(move |e| _ = report.send(e))).unwrap();
        assert_eq!(end(events).await.done(), 100);
        let text = std::fs::read_to_string(&path).unwrap();
        for n in 1..=100_u64 {
            assert_eq!(
                text.matches(&format!("\"id\":\"{n}\"")).count(),
                if n == 7 { 101 } else { 1 },
                "{n}"
            );
        }
    }
}
