//! What the clocks of servers say of this computer's: a measure a host, and what most of them agree on. One server whose clock is
//! wrong, or a cache that answers in its place, decides nothing against others.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// So many hosts are remembered, the latest ones: a person's accounts are at a few.
const HOSTS: usize = 32;

/// By how many seconds each host's clock was ahead of this computer's when it answered last, the oldest measure first.
#[derive(Debug, Default)]
pub struct ServerClocks {
    ahead: Mutex<VecDeque<(String, i64)>>,
}

impl ServerClocks {
    /// A host's measure, in place of its last one.
    pub fn note(&self, host: &str, ahead: i64) {
        let mut hosts = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|(known, _)| known != host);
        hosts.push_back((host.to_owned(), ahead));
        if hosts.len() > HOSTS {
            hosts.pop_front();
        }
    }

    /// Nothing is known any more: this computer's clock was set.
    pub fn forget(&self) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// By how many seconds servers are ahead of this computer: the median. One host alone is believed, for there is nobody to
    /// ask beside it; of an even number this computer's own clock is one more vote, so that two that contradict each other
    /// move nothing by themselves. None before any host was measured.
    pub fn ahead(&self) -> Option<i64> {
        let hosts = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let own = (hosts.len().is_multiple_of(2) && !hosts.is_empty()).then_some(0);
        let mut all: Vec<i64> = hosts.iter().map(|(_, ahead)| *ahead).chain(own).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(measures: &[i64]) -> Option<i64> {
        let clocks = ServerClocks::default();
        for (host, ahead) in measures.iter().enumerate() {
            clocks.note(&host.to_string(), *ahead);
        }
        clocks.ahead()
    }

    #[test]
    fn no_server_outvotes_the_others() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[-2400]), Some(-2400), "one alone is believed");
        assert_eq!(of(&[-2400, 1]), Some(0), "two that contradict each other are not");
        assert_eq!(of(&[2400, 2399]), Some(2399), "two that agree are");
        assert_eq!(of(&[1, -2400, 2]), Some(1));
        assert_eq!(of(&[-2400, -2401, 2, -2399]), Some(-2399), "and most of them are");
        assert_eq!(of(&[9_999_999, -9_999_999, 0, 1]), Some(0));
    }

    #[test]
    fn a_host_has_one_measure_and_the_record_stays_small() {
        let clocks = ServerClocks::default();
        for _ in 0..100 {
            clocks.note("one.example", -2400);
        }
        clocks.note("two.example", 3);
        clocks.note("three.example", 5);
        assert_eq!(clocks.ahead(), Some(3));
        clocks.note("one.example", 4);
        assert_eq!(clocks.ahead(), Some(4), "the last one counts");
        for host in 0..1000 {
            clocks.note(&host.to_string(), 7);
        }
        assert_eq!(
            (clocks.ahead(), clocks.ahead.lock().map(|all| all.len()).ok()),
            (Some(7), Some(HOSTS))
        );
        clocks.forget();
        assert_eq!(clocks.ahead(), None);
    }
}
