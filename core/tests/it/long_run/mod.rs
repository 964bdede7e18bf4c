//! Sixty days in the life of two hundred accounts of all kinds, with clocks that are moved by hours: each is renewed when its
//! rules say and never otherwise, and what only a person renews is said in time. The platforms' own memory is the judge, and
//! the rules are written down here once more, from the facts.

mod population;

use std::collections::BTreeMap;

use keybearer_core::ledger::Purpose;
use keybearer_core::token::{DAY, HOUR};
use keybearer_core::view::RenewalOutcome;
use keybearer_practice::meta::Platform;
use keybearer_practice::x::Kind;

use self::population::{Fate, Resident, Town};

/// The longest step of the clock, and the seconds that the test itself takes meanwhile.
const STEP: i64 = 11 * HOUR + 60;
/// Clocks are read one after the other.
const READ: i64 = 5;

fn unix(time: u64) -> i64 {
    i64::try_from(time).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_of_two_hundred_over_sixty_days() {
    let town = Town::new().await;
    assert_eq!(town.residents.len(), 200);
    assert_eq!(town.rig.keeper.view().accounts.len(), 200);
    let begun = town.now();
    let mut said: BTreeMap<String, Vec<(i64, u16)>> = BTreeMap::new();
    for step in 1.. {
        // One hour to eleven, in an order that is the same each time.
        town.later((1 + step * 7 % 11) * HOUR);
        for done in town.rig.keeper.sweep().await {
            assert_eq!(done.outcome, RenewalOutcome::Renewed, "{done:?}");
        }
        for notice in town.rig.keeper.take_notices().await.unwrap() {
            said.entry(notice.account).or_default().push((town.now(), notice.days));
        }
        if town.now() > begun + 60 * DAY {
            break;
        }
    }
    let view = town.rig.keeper.view();
    for resident in &town.residents {
        let heard = said.remove(&resident.account).unwrap_or_default();
        let account = view.accounts.iter().find(|a| a.id == resident.account).unwrap();
        let what = format!("{} {account:?}", resident.person);
        match resident.fate {
            Fate::Renews { at, lead, unknown } => renewed_in_time(&town, resident, at, lead, unknown),
            Fate::Rotates { app } => {
                // Nobody wanted it: once, after 120 days, before the 180 at which it ages out.
                let pairs = town.apps[app].history(resident.person, Kind::Refresh);
                let age = unix(pairs[1].issued - pairs[0].issued);
                assert!(pairs.len() == 2 && (120 * DAY - READ..120 * DAY + STEP).contains(&age), "{what}");
            }
            Fate::Stays => {}
            Fate::Ends { by } => {
                let levels: Vec<u16> = heard.iter().map(|(_, days)| *days).collect();
                assert_eq!(levels, [14, 7, 3, 1], "{what}");
                let late = heard.iter().map(|(at, days)| at - (by - i64::from(*days) * DAY));
                assert!(late.into_iter().all(|late| (0..=STEP).contains(&late)), "{heard:?} {what}");
                assert!(
                    town.rig.keeper.access_token(&resident.account, Purpose::Token).await.is_err(),
                    "{what}"
                );
                continue;
            }
        }
        assert!(heard.is_empty(), "{heard:?} {what}");
        let token = town.rig.keeper.access_token(&resident.account, Purpose::Token).await.unwrap();
        assert!(town.is_alive(token.expose()), "{what}");
        assert!(account.trouble.is_none(), "{what}");
    }
    assert!(town.apps.iter().all(|x| x.reuses() == 0));
}

/// Each of its tokens was made from the one before when that one's rules said so, and the last one is not overdue.
fn renewed_in_time(town: &Town, resident: &Resident, at: Platform, lead: i64, unknown: bool) {
    let tokens = town.meta(at).history(resident.person);
    // A login makes a short one first, which is exchanged at once.
    let tokens: Vec<_> = tokens.into_iter().filter(|t| t.long).collect();
    let mut renewals = 0;
    for (nth, token) in tokens.iter().enumerate() {
        let (issued, expires) = (unix(token.issued), unix(token.expires.unwrap()));
        let best = if unknown && nth == 0 {
            issued + DAY
        } else {
            (expires - lead * DAY).max(issued + (expires - issued) / 2).max(issued + DAY)
        };
        let what = format!("{at:?} {} {nth}: issued {issued}, best {best}, expires {expires}", resident.person);
        let Some(next) = tokens.get(nth + 1) else {
            assert!(town.now() < best + STEP && town.now() < expires, "overdue: {what}");
            continue;
        };
        let renewed = unix(next.issued);
        renewals += 1;
        assert!(renewed >= issued + DAY, "younger than a day, {renewed}: {what}");
        assert!(renewed < expires, "too late, {renewed}: {what}");
        assert!(
            (best - READ..best + STEP).contains(&renewed),
            "not when its rules say, {renewed}: {what}"
        );
    }
    assert!(renewals > 0, "sixty days without a renewal: {resident:?}");
}

impl std::fmt::Debug for Resident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.person)
    }
}
