//! Compares this computer's clock with servers': one measure for each host, and their median. A single server with a wrong clock, or a
//! cache that answers instead, does not outvote the others.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many hosts are remembered, the latest ones.
const HOSTS: usize = 32;

/// How many seconds each host's clock was ahead of this computer's at its last answer, the oldest measure first.
#[derive(Debug, Default)]
pub struct ServerClocks {
    ahead: Mutex<VecDeque<(String, i64)>>,
}

impl ServerClocks {
    /// Replaces a host's measure.
    pub fn note(&self, host: &str, ahead: i64) {
        let mut hosts = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|(known, _)| known != host);
        hosts.push_back((host.to_owned(), ahead));
        if hosts.len() > HOSTS {
            hosts.pop_front();
        }
    }

    /// Forgets all measures, because this computer's clock was set.
    pub fn forget(&self) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many seconds servers are ahead of this computer: the median. A single host is believed. With an even number of hosts, this
    /// computer's clock is one more vote, so that two hosts that contradict each other change nothing. None before the first measure.
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
