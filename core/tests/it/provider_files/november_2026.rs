//! What changed at the platforms up to November 2026, as the shipped files have it. Of each file: what a person meets, and not how
//! it is said.

use std::collections::BTreeSet;

use keybearer_core::provider::{Provider, RedirectKind, StepTime};

use super::shipped;

fn scopes(provider: &Provider) -> BTreeSet<&str> {
    provider.scopes.iter().map(|s| s.id.as_str()).collect()
}

fn has(provider: &Provider, wanted: &[&str]) {
    for scope in wanted {
        assert!(scopes(provider).contains(scope), "{}: {scope}", provider.id);
    }
}

#[test]
fn a_facebook_app_has_two_acts() {
    for id in ["facebook", "instagram-facebook"] {
        let p = shipped(id);
        let says = |when: StepTime, words: &str| {
            let texts = |step: &keybearer_core::provider::ConsoleStep| step.text.all().map(|(_, text)| text.to_owned());
            p.console.iter().any(|s| s.when == when && texts(s)[0].contains(words))
        };
        assert!(
            says(StepTime::Before, "Until you have your token, leave the app in Development mode"),
            "{id}"
        );
        assert!(
            says(StepTime::After, "from Development to Live") && says(StepTime::After, "privacy policy"),
            "{id}"
        );
        assert!(
            says(StepTime::After, "Data Use Checkup") && says(StepTime::After, "Inactive"),
            "{id}"
        );
        assert!(
            says(StepTime::Again, "back to Development mode") && says(StepTime::Again, "relay page"),
            "{id}"
        );
        assert!(says(StepTime::Instead, "MCP"), "{id}");
        let note = p.redirect(RedirectKind::Loopback).unwrap().note.as_ref().unwrap();
        assert!(note.en.contains("Development mode") && note.en.contains("Live"), "{id}");
        // What nobody has confirmed is marked.
        assert!(p.console.iter().filter(|s| s.when == StepTime::Again).all(|s| s.unproven), "{id}");
        let mut registers = p.console.iter().filter(|s| s.redirect).peekable();
        assert!(registers.peek().is_some() && registers.all(|s| s.unproven), "{id}");
        let stuck = p
            .authorize
            .as_ref()
            .unwrap()
            .stuck
            .iter()
            .find(|s| s.shows == "URL Blocked")
            .unwrap();
        assert!(stuck.action.as_ref().unwrap().en.contains("relay page"), "{id}");
    }
}

#[test]
fn meta_has_ways_without_a_redirect_address() {
    let instead = |id: &str| {
        shipped(id)
            .console
            .into_iter()
            .filter(|s| s.when == StepTime::Instead)
            .collect::<Vec<_>>()
    };
    for id in ["threads", "instagram"] {
        let generator = instead(id).into_iter().find(|s| s.text.en.contains("Generate")).unwrap();
        assert!(generator.unproven && generator.text.en.contains("I already have a token"), "{id}");
        assert!(shipped(id).adopt.is_some(), "{id}: what it makes is taken");
    }
    for id in ["threads", "instagram", "instagram-facebook", "facebook"] {
        assert!(
            instead(id).iter().any(|s| s.link.as_deref().is_some_and(|l| l.contains("/mcp/"))),
            "{id}"
        );
    }
    has(&shipped("threads"), &["threads_share_to_instagram"]);
    for id in ["instagram", "instagram-facebook"] {
        let kind = shipped(id)
            .console
            .into_iter()
            .find(|s| s.text.en.contains("choose Business"))
            .unwrap();
        assert!(kind.unproven, "{id}: could not be read again");
    }
}

#[test]
fn x_says_what_its_plans_allow() {
    let p = shipped("x");
    for scope in &p.scopes {
        let enterprise = ["follows.write", "like.write"].contains(&scope.id.as_str());
        for (language, text) in scope.meaning.all() {
            assert_eq!(text.contains("Enterprise"), enterprise, "{} in {language}", scope.id);
        }
    }
    let timeline = p.scopes.iter().find(|s| s.id == "timeline.read").unwrap();
    assert!(timeline.meaning.all().iter().all(|(_, text)| text.contains("Custom Timelines")));
    for id in ["x", "x-oauth1", "x-keys"] {
        let p = shipped(id);
        assert!(p.warnings[0].en.contains("prices of August 2026"), "{id}: a price has its month");
        assert!(
            p.warnings
                .iter()
                .any(|w| w.en.contains("reply only where") && w.en.contains("Enterprise")),
            "{id}"
        );
        let posts = p.calls.iter().find(|c| c.id == "posts").unwrap();
        assert!(posts.costs.is_some() && !posts.writes(), "{id}");
        assert!(p.console.iter().any(|s| s.text.en.contains("20 dollars")), "{id}");
        // The label for bots and later changes come after the token.
        assert!(p.console.iter().filter(|s| s.when == StepTime::After).count() >= 2, "{id}");
    }
}

#[test]
fn the_mastodon_family_has_its_narrow_permissions() {
    has(
        &shipped("mastodon"),
        &[
            "read:bookmarks",
            "read:favourites",
            "read:follows",
            "read:lists",
            "read:search",
            "read:collections",
            "write:bookmarks",
            "write:favourites",
            "write:follows",
            "write:conversations",
            "write:notifications",
            "write:lists",
            "write:collections",
            "admin:read",
            "admin:write",
        ],
    );
    let own = ["read:applications", "write:applications", "read:notifications", "push", "admin"];
    has(&shipped("gotosocial"), &own);
    let p = shipped("mastodon");
    let statuses = p.calls.iter().find(|c| c.id == "statuses").unwrap();
    assert!(statuses.inputs.iter().any(|i| i.id == "exclude_direct"));
    // What is not proposed is not asked for: nobody gets more than before.
    for id in ["mastodon", "gotosocial"] {
        let p = shipped(id);
        let proposed: Vec<_> = p.scopes.iter().filter(|s| s.default || s.locked).map(|s| s.id.as_str()).collect();
        assert_eq!(proposed, ["read", "write"], "{id}");
    }
}
