//! Paging: which page of a list comes next, and when the list is over. Pure; `run` asks and `writer` writes.

use url::Url;

use crate::ask::{Next, Page, Statuses};
use crate::book::unfinished::WalkState;
use crate::error::{Error, Result};
use crate::keeper::posts::ids::{Met, Space};

/// After this many pages with nothing new the server's links lead nowhere. Where a server filters after it has cut pages, some are
/// empty.
const MOST_BARREN: u32 = 50;

/// A position in a list.
#[derive(Debug, Default)]
pub(in crate::keeper) struct Paging {
    pub state: WalkState,
    pub met: Met,
    barren: u32,
    /// The server has linked a next page.
    linked: bool,
    /// Ids show no order: a page of older statuses had larger ids.
    rises: bool,
    /// The last page was asked for by what is older than this id.
    asked: Option<String>,
}

/// What decides which page comes next.
#[derive(Clone, Copy)]
struct Glance<'a> {
    given: usize,
    new: usize,
    /// The page also has the id that it was asked for to be older than: some servers include it.
    inclusive: bool,
    last_id: Option<&'a str>,
    next: &'a Next,
    /// The id that the page was asked for to be older than.
    asked_before: Option<&'a str>,
    /// How many statuses were asked for.
    asked: usize,
    knows_ids: bool,
}

/// What comes after a page.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The page at this address, which the server has linked.
    Link(Url),
    /// The statuses that are older than this id.
    Older(String),
    End,
    /// The rest is at another host, and cannot be asked for in another way.
    Elsewhere(String),
}

impl Paging {
    /// Goes on at a noted position.
    pub fn at(state: WalkState) -> Paging {
        Paging {
            state,
            ..Paging::default()
        }
    }

    /// The id down to which the list is read, with this page.
    pub fn down_to(&self, last: &str) -> String {
        let bound = self.state.bound.as_deref().filter(|_| !self.rises);
        lower(bound, last).to_owned()
    }

    /// How many statuses of a page are new.
    fn new_on(&self, page: &Page) -> usize {
        self.new_items(page).count()
    }

    /// The new statuses of a page, each once: fingerprints and, unless the filters leave them out, texts.
    pub fn new_items<'a>(&'a self, page: &'a Page) -> impl Iterator<Item = (u64, Option<&'a str>)> {
        let mut here = std::collections::BTreeSet::new();
        page.items().filter(move |(print, _)| !self.met.has(*print) && here.insert(*print))
    }

    /// The page after this one, which was at the address `at`; none after the last one.
    pub fn after(&mut self, statuses: &Statuses<'_>, page: &Page, at: &Url) -> Result<Option<Url>> {
        let asked_before = statuses.bound_of(at);
        // An empty page that leads to itself is the end. Where it is the second page, and the first one was empty as well, its link
        // names an ID all the same: the server had something there, left it out, and ignores what it is asked for.
        let next = match &page.next {
            Next::At(next) if page.given() == 0 && asks_the_same(next, at) => {
                let names_id = asked_before.as_deref().is_some_and(|id| !id.is_empty());
                self.state.repeats |= names_id && self.barren == 1 && self.state.given.unwrap_or_default() == 0;
                &Next::Unsaid
            }
            next => next,
        };
        let step = self.step(&Glance {
            given: page.given(),
            new: self.new_on(page),
            inclusive: asked_before.as_deref().is_some_and(|before| page.ids().any(|id| id == before)),
            last_id: page.last_id(),
            next,
            asked_before: asked_before.as_deref(),
            asked: usize::try_from(statuses.page_size()).unwrap_or(usize::MAX),
            knows_ids: statuses.knows_ids(),
        });
        match step {
            Step::Link(url) => Ok(Some(url)),
            Step::Older(id) => Ok(statuses.part(Some(&id), None, statuses.page_size())),
            Step::End => Ok(None),
            Step::Elsewhere(host) => Err(Error::Redirected { host }),
        }
    }

    fn step(&mut self, page: &Glance<'_>) -> Step {
        let state = &mut self.state;
        self.barren = if page.new == 0 { self.barren + 1 } else { 0 };
        let reached = state.given.unwrap_or_default().saturating_add(page.new as u64);
        // A count that was exceeded is wrong.
        let expected = state.expected.filter(|expected| reached <= *expected);
        let more = expected.is_some_and(|expected| reached < expected);
        // A short page with only the id that was asked for is the last one of a server that includes it. So is one whose
        // statuses have no ids.
        let alone = page.given == 1 && (page.given < state.largest || reached == 1);
        let over = page.inclusive && alone || page.last_id.is_none() && page.given < state.largest;
        let repeats = page.given > 0 && page.new == 0 && !over;
        // Servers choose the length of pages: one that is as long as the longest so far is full.
        let full = page.given > 0
            && match state.largest {
                0 => expected.is_none() || page.given >= page.asked,
                largest => page.given >= largest,
            };
        self.linked |= *page.next != Next::Unsaid;
        // Without a link and a count, a short page need not be the last: the server may have left posts out of it.
        let unsaid = page.new > 0 && expected.is_none() && !self.linked;
        state.largest = state.largest.max(page.given);
        // A page without anything new does not show how far the list was read.
        if let (Some(before), Some(last)) = (page.asked_before, page.last_id) {
            self.rises |= page.new > 0 && last != before && lower(Some(before), last) == before;
        }
        let bound = state.bound.as_deref();
        let down_to = match page.last_id {
            Some(last) if !repeats => Some(lower(bound.filter(|_| !self.rises), last)),
            _ => bound,
        };
        let barren = repeats || self.barren >= MOST_BARREN;
        match page.next {
            Next::At(next) if !state.by_id && !barren && (more || expected.is_none() || page.given > 0) => {
                return Step::Link((**next).clone());
            }
            Next::Elsewhere(host) if !page.knows_ids => return Step::Elsewhere(host.clone()),
            Next::Elsewhere(_) | Next::Backwards => state.by_id = true,
            Next::At(_) => state.by_id |= barren,
            Next::Unsaid => {}
        }
        // An empty page that was asked for by the last id is the end. A link to one may have led nowhere.
        let leads_nowhere = page.given == 0 && expected.is_none();
        let linked_on = *page.next != Next::Unsaid;
        let tried = down_to.is_some() && [page.asked_before, self.asked.as_deref()].contains(&down_to);
        match down_to {
            Some(id) if page.knows_ids && !tried && (full || unsaid || more || barren || leads_nowhere || linked_on && page.given > 0) => {
                self.asked = Some(id.to_owned());
                Step::Older(id.to_owned())
            }
            _ => {
                state.repeats |= (repeats || barren && linked_on) && (more || expected.is_none());
                Step::End
            }
        }
    }
}

/// Whether two addresses ask for the same, in any order.
fn asks_the_same(one: &Url, other: &Url) -> bool {
    let query = |url: &Url| url.query_pairs().into_owned().collect::<std::collections::BTreeSet<_>>();
    one.path() == other.path() && query(one) == query(other)
}

/// The lower of two ids, if their order is known; otherwise `other`.
fn lower<'a>(reached: Option<&'a str>, other: &'a str) -> &'a str {
    let Some(reached) = reached else { return other };
    let space = Space::of(reached).filter(|space| Space::of(other) == Some(*space));
    let numbers = space.and_then(|space| space.number(reached).zip(space.number(other)));
    match numbers {
        Some((reached_at, other_at)) if reached_at < other_at => reached,
        _ => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn link(to: &str) -> Next {
        Next::At(Box::new(format!("https://h.example/s?{to}").parse().unwrap()))
    }

    fn walk(given: u64, expected: Option<u64>, bound: Option<&str>, largest: usize) -> Paging {
        Paging::at(WalkState {
            given: Some(given),
            expected,
            bound: bound.map(str::to_owned),
            largest,
            ..WalkState::default()
        })
    }

    const FULL: Glance<'_> = Glance {
        given: 40,
        new: 40,
        inclusive: false,
        last_id: Some("61"),
        next: &Next::Unsaid,
        asked_before: None,
        asked: 40,
        knows_ids: true,
    };

    #[test]
    fn without_links_it_goes_on_while_a_page_is_full_or_more_is_expected() {
        let older = |id: &str| Step::Older(id.to_owned());
        assert_eq!(walk(0, None, None, 0).step(&FULL), older("61"));
        assert_eq!(walk(0, Some(100), None, 0).step(&FULL), older("61"));
        assert_eq!(walk(0, Some(40), None, 0).step(&FULL), older("61"), "the count may leave some out");
        let short = Glance {
            given: 20,
            new: 20,
            ..FULL
        };
        assert_eq!(walk(0, None, None, 0).step(&short), older("61"), "twenty may be all that it gives");
        assert_eq!(walk(0, Some(20), None, 0).step(&short), Step::End);
        assert_eq!(walk(40, Some(60), Some("80"), 40).step(&short), Step::End);
        assert_eq!(
            walk(40, None, Some("80"), 40).step(&short),
            older("61"),
            "some may be left out of it"
        );
        assert_eq!(
            walk(40, Some(50), Some("80"), 40).step(&short),
            older("61"),
            "a count that was passed"
        );
        assert_eq!(
            walk(40, Some(100), Some("80"), 40).step(&short),
            older("61"),
            "a window that ends early"
        );
        let empty = Glance {
            given: 0,
            new: 0,
            last_id: None,
            ..FULL
        };
        assert_eq!(walk(0, None, None, 0).step(&empty), Step::End);
        assert_eq!(walk(40, Some(100), Some("61"), 40).step(&empty), older("61"));
        let end = Glance {
            asked_before: Some("61"),
            ..empty
        };
        let mut over = walk(40, Some(100), Some("61"), 40);
        assert_eq!((over.step(&end), over.state.repeats), (Step::End, false));
    }

    #[test]
    fn links_are_followed_until_they_lead_nowhere() {
        let next = link("page=2");
        let linked = Glance { next: &next, ..FULL };
        let Next::At(address) = &next else { return };
        assert_eq!(walk(0, None, None, 0).step(&linked), Step::Link((**address).clone()));
        let hole = Glance {
            given: 0,
            new: 0,
            last_id: None,
            ..linked
        };
        let mut walk_on = walk(40, Some(100), Some("61"), 40);
        for _ in 1..MOST_BARREN {
            assert_eq!(walk_on.step(&hole), Step::Link((**address).clone()));
        }
        assert_eq!(walk_on.step(&hole), Step::Older("61".into()));
        assert!(walk_on.state.by_id);
        // A page of known ones: the list is asked for by the id that was reached.
        let again = Glance {
            new: 0,
            last_id: Some("90"),
            ..linked
        };
        let mut round = walk(80, None, Some("21"), 40);
        assert_eq!((round.step(&again), round.state.by_id), (Step::Older("21".into()), true));
        let deaf = Glance {
            asked_before: Some("21"),
            ..again
        };
        assert_eq!((round.step(&deaf), round.state.repeats), (Step::End, true));
        for (next, knows_ids, step) in [
            (Next::Backwards, true, Step::Older("61".into())),
            (Next::Elsewhere("other.example".into()), true, Step::Older("61".into())),
            (
                Next::Elsewhere("other.example".into()),
                false,
                Step::Elsewhere("other.example".into()),
            ),
            (Next::Backwards, false, Step::End),
        ] {
            let astray = Glance {
                next: &next,
                knows_ids,
                ..FULL
            };
            assert_eq!(walk(0, None, None, 0).step(&astray), step, "{next:?}");
        }
    }

    #[test]
    fn a_server_that_takes_the_id_in_does_not_repeat_itself() {
        let last = Glance {
            given: 1,
            new: 0,
            inclusive: true,
            asked_before: Some("1"),
            last_id: Some("1"),
            ..FULL
        };
        let mut walk = walk(100, None, Some("1"), 40);
        assert_eq!((walk.step(&last), walk.state.repeats), (Step::End, false));
    }

    #[test]
    fn what_was_reached_only_goes_down() {
        for (reached, other, lowest) in [
            (None, "7", "7"),
            (Some("10"), "9", "9"),
            (Some("9"), "10", "9"),
            (
                Some("01KP0000061000000000000036"),
                "01KP0000062000000000000036",
                "01KP0000061000000000000036",
            ),
            (Some("9"), "b", "b"),
            (Some("x-1"), "x-2", "x-2"),
        ] {
            assert_eq!(lower(reached, other), lowest);
        }
    }
}
