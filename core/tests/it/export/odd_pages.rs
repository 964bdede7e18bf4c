//! Lists whose counts, ids and pages are not what they should be: what can be had is written all the same.

use std::collections::BTreeSet;

use keybearer_core::view::ExportPlan;
use serde_json::Value;

use super::ids;
use super::mock_server::{Links, Odd, Scene};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_count_that_is_too_small_ends_nothing() {
    let s = Scene::new().await;
    let path = s.path("count.json");
    for count in [0, 10, 19, 39] {
        for links in [Links::None, Links::Backwards, Links::Honest] {
            s.behave(Odd {
                links,
                most: 20,
                count: Some(count),
                ..Odd::dense(100)
            });
            assert_eq!(s.export(s.plan(&[]), &path).await.done(), 100, "{links:?} {count}");
            s.behave(Odd {
                links,
                holes: Some(3),
                count: Some(count),
                ..Odd::dense(100)
            });
            assert_eq!(s.export(s.plan(&[]), &path).await.done(), 66, "{links:?} {count}, pages with holes");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_page_without_links_and_count_may_not_be_the_last() {
    let s = Scene::new().await;
    let path = s.path("short.json");
    // What is left out after pages were cut leaves pages of every length.
    for nth in [2, 3, 7, 40] {
        s.behave(Odd {
            links: Links::None,
            holes: Some(nth),
            most: 7,
            ..Odd::dense(100)
        });
        let left = (0..100).filter(|place| place % nth != 0).count() as u64;
        assert_eq!(s.export(s.plan(&["exclude_replies"]), &path).await.done(), left, "{nth}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_say_nothing_of_the_order() {
    let s = Scene::new().await;
    let path = s.path("order.json");
    let mixed = |n: u64| n * 7_919 % 100_003 + 100_000;
    let decimal: Vec<String> = (1..=100).map(|n| mixed(n).to_string()).collect();
    let letters = (1..=100)
        .map(|n| format!("{:x}", u128::from(mixed(n)).pow(4) << 20))
        .map(|id| format!("a{id:0>24}"));
    let uuids = (1..=100).map(|n| format!("{:08x}-0b1c-4d2e-8f3a-{:012x}", mixed(n), mixed(n + 1)));
    for all in [decimal, letters.collect(), uuids.collect()] {
        for links in [Links::None, Links::Backwards, Links::Elsewhere, Links::Honest] {
            for count in [None, Some(100)] {
                s.behave(Odd {
                    links,
                    count,
                    by_place: true,
                    most: 7,
                    ..Odd::new(all.clone())
                });
                assert_eq!(s.export(s.plan(&[]), &path).await.done(), 100, "{links:?} {count:?} {}", all[0]);
                assert_eq!(ids(&path), all);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_without_an_id_is_written_once() {
    let s = Scene::new().await;
    let path = s.path("nameless.json");
    for links in [Links::None, Links::Elsewhere, Links::Honest] {
        for nameless in [&["61"][..], &["61", "62"], &["21", "100", "1"]] {
            s.behave(Odd {
                links,
                count: None,
                nameless: nameless.iter().map(|id| (*id).to_owned()).collect(),
                ..Odd::dense(100)
            });
            assert_eq!(s.export(s.plan(&[]), &path).await.done(), 100, "{links:?} {nameless:?}");
            let written: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let contents: BTreeSet<String> = written.iter().map(|status| status["content"].to_string()).collect();
            assert_eq!(contents.len(), 100);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_twice_on_a_page_counts_once_toward_a_limit() {
    let s = Scene::new().await;
    let path = s.path("twice.json");
    for limit in [1, 5, 40, 75] {
        s.behave(Odd {
            twice: true,
            ..Odd::dense(100)
        });
        let plan = ExportPlan {
            limit: Some(limit),
            ..s.plan(&[])
        };
        assert_eq!(s.export(plan, &path).await.done(), limit);
        assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len() as u64, limit);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_page_is_stepped_over_like_an_error() {
    let s = Scene::new().await;
    let path = s.path("half.json");
    s.behave(Odd {
        truncated: true,
        ..Odd::dense(100).poison(&["50", "49"])
    });
    let ended = s.export(s.plan(&[]), &path).await;
    let (count, missing) = ended.partial();
    assert_eq!((count, missing.skipped.len()), (98, 2), "{missing:?}");
    // Where every page is like that there is nothing to write.
    let all: Vec<String> = (1..=100).map(|n: u64| n.to_string()).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    s.behave(Odd {
        truncated: true,
        ..Odd::dense(100).poison(&all)
    });
    let ended = s.export(s.plan(&[]), &path).await;
    assert_eq!(ended.stopped().0, "answer-unreadable");
    assert_eq!(ids(&path).len(), 98, "the file that was there stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_status_is_all_of_a_list() {
    let s = Scene::new().await;
    let path = s.path("one.json");
    for inclusive in [false, true] {
        for count in [None, Some(1), Some(0)] {
            s.behave(Odd {
                inclusive,
                count,
                links: Links::None,
                ..Odd::dense(1)
            });
            assert_eq!(s.export(s.plan(&[]), &path).await.done(), 1, "{inclusive} {count:?}");
        }
    }
}
