//! Servers that page in unusual ways: an export has all that they give, nothing twice, and reports what is missing.

use std::collections::BTreeSet;

use keybearer_core::view::{ExportEvent, SkippedView};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::ids;
use super::mock_server::{Links, Odd, Scene};

/// How many servers the property is tried with.
const CASES: &str = "KEYBEARER_EXPORT_CASES";

fn one(id: &str) -> SkippedView {
    SkippedView::Status { id: id.to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_without_links_and_with_links_that_lead_nowhere() {
    let s = Scene::new().await;
    let path = s.path("all.json");
    for links in [
        Links::None,
        Links::Backwards,
        Links::Newer,
        Links::Elsewhere,
        Links::Round,
        Links::Endless,
    ] {
        for filters in [&[][..], &["exclude_replies"]] {
            for most in [20, 40] {
                s.behave(Odd {
                    links,
                    most,
                    ..Odd::dense(100)
                });
                let ended = s.export(s.plan(filters), &path).await;
                assert_eq!((ended.done(), ended.waits()), (100, 0), "{links:?} {filters:?} {most}");
                let ids = ids(&path);
                assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 100);
                assert!(s.asked().len() <= 100 / most + 4, "{links:?}: {:?}", s.asked());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_ends_early() {
    let s = Scene::new().await;
    let path = s.path("window.json");
    // Pages with holes are short, and without links they look like the last one.
    s.behave(Odd {
        links: Links::None,
        holes: Some(3),
        count: Some(66),
        ..Odd::dense(100)
    });
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 66);
    // It keeps the newest sixty only, and counts all.
    s.behave(Odd {
        floor: Some("41".into()),
        ..Odd::dense(100)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    let (count, missing) = ended.partial();
    assert_eq!((count, missing.expected, missing.repeats), (60, Some(100), false));
    assert_eq!(ids(&path).len(), 60, "the file has its name");
    // A filtered list is not compared, and a counter may be a little off.
    assert_eq!(s.export(s.plan(&["only_media"]), &path).await.done(), 60);
    s.behave(Odd {
        count: Some(303),
        ..Odd::dense(300)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    assert!(
        matches!(
            ended.last,
            ExportEvent::Done {
                count: 300,
                expected: Some(303),
                ..
            }
        ),
        "{:?}",
        ended.last
    );
    // Where it gives nothing, what was there before stays.
    s.behave(Odd {
        count: Some(300),
        ..Odd::dense(0)
    });
    assert_eq!(s.export(s.plan(&[]), &path).await.stopped(), ("answer-unreadable", false, 0));
    assert_eq!(ids(&path).len(), 300);
    s.behave(Odd::dense(0));
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_repeats_itself() {
    let s = Scene::new().await;
    let path = s.path("deaf.json");
    for (links, count) in [(Links::None, Some(100)), (Links::Honest, Some(100)), (Links::Honest, None)] {
        s.behave(Odd {
            deaf: true,
            links,
            count,
            ..Odd::dense(100)
        });
        let ended = s.export(s.plan(&[]), &path).await;
        let (written, missing) = ended.partial();
        assert_eq!((written, missing.repeats, missing.expected), (40, true, count));
        assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 40);
        assert!(s.asked().len() <= 3, "{:?}", s.asked());
    }
    // All of it is on the first page.
    s.behave(Odd {
        deaf: true,
        ..Odd::dense(30)
    });
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 30);
    s.behave(Odd {
        inclusive: true,
        links: Links::None,
        ..Odd::dense(100)
    });
    assert_eq!(s.export(s.plan(&["exclude_replies"]), &path).await.done(), 100);
    assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 100);
}

/// What a server leaves out after it has cut its pages may be all of the first one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_page_that_comes_again_is_no_empty_list() {
    let s = Scene::new().await;
    let path = s.path("empty.json");
    s.behave(Odd::dense(100));
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 100);
    let holes = |posts| Odd {
        most: 1,
        holes: Some(2),
        ..Odd::dense(posts)
    };
    for (count, filters) in [(None, &[][..]), (Some(3), &["exclude_replies"]), (Some(3), &[])] {
        s.behave(Odd {
            deaf: true,
            count,
            ..holes(3)
        });
        let ended = s.export(s.plan(filters), &path).await;
        assert_eq!(ended.stopped(), ("answer-unreadable", false, 0), "{count:?} {filters:?}");
        assert_eq!(ids(&path).len(), 100, "what was there before stays");
    }
    // A server that hears what it is asked for gives the rest, or has none.
    for (posts, links, gives) in [
        (3, Links::Honest, 1),
        (1, Links::Honest, 0),
        (5, Links::Endless, 2),
        (0, Links::Endless, 0),
    ] {
        s.behave(Odd {
            links,
            count: None,
            ..holes(posts)
        });
        assert_eq!(s.export(s.plan(&[]), &path).await.done(), gives, "{posts} {links:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_breaks_each_page_with_it_is_stepped_over() {
    let s = Scene::new().await;
    let path = s.path("poison.json");
    for (poison, links, html) in [
        (&["50"][..], Links::Honest, false),
        (&["50"], Links::None, true),
        (&["100"], Links::Honest, false),
        (&["1"], Links::Honest, false),
        (&["51", "50", "49"], Links::Honest, true),
        (&["99", "60", "58", "1"], Links::None, false),
    ] {
        for min_id in [true, false] {
            s.behave(Odd {
                links,
                html,
                min_id,
                ..Odd::dense(100).poison(poison)
            });
            let ended = s.export(s.plan(&[]), &path).await;
            let (count, missing) = ended.partial();
            assert_eq!(count, 100 - poison.len() as u64, "{poison:?} {:?}", ended.last);
            let between = |newer: Option<&str>, older: &str| SkippedView::Between {
                newer: newer.map(str::to_owned),
                older: Some(older.to_owned()),
            };
            // Where only max_id is heard, more than one may be there, and what is above the first one is not known.
            match poison {
                ["51", ..] if !min_id => assert_eq!(missing.skipped, [between(Some("52"), "48")]),
                ["100"] if !min_id => assert_eq!(missing.skipped, [between(None, "99")]),
                all => assert_eq!(missing.skipped, all.iter().map(|id| one(id)).collect::<Vec<_>>()),
            }
            assert_eq!(missing.expected, Some(100));
            let ids = ids(&path);
            assert!(
                ids.is_sorted_by_key(|id| std::cmp::Reverse(id.parse::<u64>().unwrap())),
                "newest first"
            );
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len() as u64, count);
            assert!(s.asked().len() < 60 * poison.len() + 40, "{}", s.asked().len());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_far_apart_are_stepped_over_by_their_own_ids() {
    let s = Scene::new().await;
    let path = s.path("far.json");
    for (odd, all) in [
        (Odd::snowflakes(90), &[&[45][..], &[0], &[89], &[44, 45], &[44, 46]][..]),
        (Odd::ulids(90), &[&[0], &[44, 45]]),
    ] {
        for places in all {
            let poison: Vec<&str> = places.iter().map(|at| odd.ids[*at].as_str()).collect();
            s.behave(odd.clone().poison(&poison));
            let ended = s.export(s.plan(&[]), &path).await;
            let (count, missing) = ended.partial();
            assert_eq!(count, 90 - places.len() as u64, "{places:?}");
            assert_eq!(missing.skipped, poison.iter().map(|id| one(id)).collect::<Vec<_>>());
            assert!(s.asked().len() < 700, "{}", s.asked().len());
        }
        // Where only max_id is heard it is said between which ones.
        s.behave(Odd {
            min_id: false,
            ..odd.clone().poison(&[&odd.ids[44], &odd.ids[45]])
        });
        let ended = s.export(s.plan(&[]), &path).await;
        let (newer, older) = (Some(odd.ids[43].clone()), Some(odd.ids[46].clone()));
        assert_eq!(ended.partial(), (88, ended.partial().1));
        assert_eq!(ended.partial().1.skipped, [SkippedView::Between { newer, older }]);
        // Also on the first page, where the first post says what ids look like.
        s.behave(Odd {
            min_id: false,
            ..odd.clone().poison(&[&odd.ids[1]])
        });
        let ended = s.export(s.plan(&[]), &path).await;
        let (newer, older) = (Some(odd.ids[0].clone()), Some(odd.ids[2].clone()));
        assert_eq!(ended.partial().1.skipped, [SkippedView::Between { newer, older }]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_check_in_the_middle_is_waited_for() {
    let s = Scene::new().await;
    let path = s.path("wall.json");
    s.behave(Odd {
        challenges: 2,
        ..Odd::dense(100)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    assert_eq!((ended.done(), ended.waits()), (100, 2));
    s.behave(Odd {
        challenges: 99,
        ..Odd::dense(100)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    assert_eq!(ended.stopped(), ("bot-check", true, 40));
    assert!(s.rig.account(&s.account).trouble.is_none(), "it says nothing of the account");
    s.behave(Odd::dense(100));
    assert_eq!(s.export(s.plan(&[]), &path).await.done(), 100, "it goes on");
    assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 100);
}

#[derive(Clone, Debug)]
struct Case {
    odd: Odd,
    filtered: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let links = prop::sample::select(vec![
        Links::Honest,
        Links::None,
        Links::Backwards,
        Links::Newer,
        Links::Elsewhere,
        Links::Round,
        Links::Endless,
    ]);
    let behaviour = (
        links,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(2..5_usize),
    );
    let poison = prop::collection::btree_set(0..70_usize, 0..3);
    (0..3_usize, 1..70_u64, 1..50_usize, behaviour, poison, any::<bool>()).prop_map(|(kind, posts, most, behaviour, poison, filtered)| {
        let (links, min_id, inclusive, deaf, counted, holes) = behaviour;
        let kinds: [fn(u64) -> Odd; 3] = [Odd::dense, Odd::snowflakes, Odd::ulids];
        let made = kinds[kind](posts);
        let poison = poison.iter().filter_map(|at| made.ids.get(*at).cloned()).collect();
        let odd = Odd {
            most,
            links,
            min_id,
            // One a page that is the one before it is no page.
            inclusive: inclusive && most > 2,
            // Nor is there a difference between a deaf one that gives one a page, and one that has no more.
            deaf: deaf && posts % 3 == 0 && most > 1,
            holes: holes.filter(|_| links == Links::Honest),
            count: made.count.filter(|_| counted),
            poison,
            ..made
        };
        Case { odd, filtered }
    })
}

#[test]
fn an_export_repeats_nothing_and_reports_what_is_missing() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let scene = runtime.block_on(Scene::new());
    let path = scene.path("any.json");
    let mut runner = TestRunner::new(Config {
        cases: std::env::var(CASES).map_or(24, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        ..Config::default()
    });
    let tried = runner.run(&case(), |Case { odd, filtered }| {
        let _ = std::fs::remove_file(&path);
        scene.behave(odd.clone());
        let plan = scene.plan(if filtered { &["exclude_replies"] } else { &[] });
        let ended = runtime.block_on(scene.export(plan, &path));
        prop_assert!(scene.asked().len() < 1500, "{} requests", scene.asked().len());
        let place = |id: &String| odd.ids.iter().position(|i| i == id).unwrap();
        let in_hole = |id: &String| odd.holes.is_some_and(|nth| place(id) % nth == 0);
        let gives_nothing = odd.ids.iter().all(in_hole);
        let (said, skipped) = match &ended.last {
            ExportEvent::Stopped { error, .. } if gives_nothing && odd.poison.is_empty() => {
                let counts_more = odd.count.is_some() && !filtered;
                prop_assert!(error.code == "answer-unreadable" && counts_more, "{:?}", error);
                return Ok(());
            }
            ExportEvent::Stopped { resumable, .. } => {
                let exports = runtime.block_on(scene.rig.keeper.exports(&scene.account));
                for export in exports {
                    runtime.block_on(scene.rig.keeper.discard_export(&export.id)).unwrap();
                }
                prop_assert!(!path.exists());
                // Only where it is in trouble whatever is asked for, or nothing says what its ids look like.
                let ends = [&odd.ids[0], &odd.ids[odd.ids.len() - 1]].map(|id| odd.poison.contains(id));
                let unknown = ends[0] && (!odd.min_id || ends[1]);
                prop_assert!(
                    !odd.poison.is_empty() && (odd.deaf || odd.inclusive || unknown),
                    "{:?} {}",
                    ended.last,
                    resumable
                );
                return Ok(());
            }
            ExportEvent::Done { expected, .. } => (expected.is_some(), Vec::new()),
            ExportEvent::Partial { missing, .. } => (true, missing.skipped.clone()),
            other => panic!("{other:?}"),
        };
        let ids = ids(&path);
        let had: BTreeSet<&String> = ids.iter().collect();
        prop_assert_eq!(had.len(), ids.len(), "none twice");
        let is_named = |id: &String| {
            skipped.iter().any(|skipped| match skipped {
                SkippedView::Status { id: one } => one == id,
                SkippedView::Between { newer, older } => {
                    let at = place(id);
                    newer.as_ref().is_none_or(|n| place(n) < at) && older.as_ref().is_none_or(|o| place(o) > at)
                }
            })
        };
        for id in &odd.ids {
            if had.contains(id) || in_hole(id) {
                continue;
            }
            if odd.deaf {
                prop_assert!(said, "{} is lost", id);
            } else {
                prop_assert!(is_named(id), "{} is lost: {:?}", id, ended.last);
                let alone = skipped.iter().any(|s| *s == one(id));
                prop_assert!(!alone || odd.poison.contains(id), "{} could be had", id);
            }
        }
        Ok(())
    });
    tried.unwrap();
}
