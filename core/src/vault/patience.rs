//! Calls that may take as long as a person takes, or for ever: a keychain that asks for its password, or that hangs. Whoever
//! waits stops waiting in time; the call itself goes on, and until it has ended there is no second one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Before the first look at what takes so long, and between two looks.
    pub glance: Duration,
    /// For a person who is being asked for a password, or for a keychain that is slow.
    pub person: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            glance: Duration::from_secs(4),
            person: Duration::from_secs(120),
        }
    }
}

/// Whether a call in its thread still runs, and whether its caller still waits.
enum CallState<T> {
    Running,
    Done(T),
    Abandoned,
}

/// Calls of one kind, and how many of them nobody waits for any more.
#[derive(Clone, Default)]
pub struct Calls {
    patience: Patience,
    abandoned: Arc<AtomicUsize>,
}

impl Calls {
    /// Calls with this patience.
    pub fn new(patience: Patience) -> Calls {
        Calls {
            patience,
            ..Calls::default()
        }
    }

    /// Whether an earlier call has not ended yet.
    pub fn is_stuck(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed) > 0
    }

    /// Does the work in a thread of its own and waits for it. None when the patience is over, or as soon as `hopeless` says,
    /// which is asked now and then.
    pub fn wait_for<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static, hopeless: impl Fn() -> bool) -> Option<T> {
        let call = Arc::new((Mutex::new(CallState::Running), Condvar::new()));
        let (theirs, abandoned) = (call.clone(), self.abandoned.clone());
        std::thread::spawn(move || {
            let result = work();
            let mut state = theirs.0.lock().unwrap_or_else(PoisonError::into_inner);
            match *state {
                CallState::Abandoned => _ = abandoned.fetch_sub(1, Ordering::Relaxed),
                _ => *state = CallState::Done(result),
            }
            theirs.1.notify_one();
        });
        let until = Instant::now() + self.patience.person;
        let mut state = call.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let waited = call
                .1
                .wait_timeout_while(state, self.patience.glance, |s| matches!(s, CallState::Running));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if let CallState::Done(result) = std::mem::replace(&mut *state, CallState::Running) {
                return Some(result);
            }
            drop(state);
            let over = Instant::now() >= until || hopeless();
            state = call.0.lock().unwrap_or_else(PoisonError::into_inner);
            if over && matches!(*state, CallState::Running) {
                *state = CallState::Abandoned;
                self.abandoned.fetch_add(1, Ordering::Relaxed);
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::mpsc;

    use super::*;

    fn hasty() -> Calls {
        Calls::new(Patience {
            glance: Duration::from_millis(5),
            person: Duration::from_millis(50),
        })
    }

    #[test]
    fn what_ends_in_time_is_handed_over() {
        assert_eq!(hasty().wait_for(|| 7, || panic!("nobody asks")), Some(7));
        let slow = || std::thread::sleep(Duration::from_millis(20));
        assert!(hasty().wait_for(slow, || false).is_some());
    }

    #[test]
    fn what_does_not_is_left_alone_until_it_has_ended() {
        for (hopeless, at_least) in [(true, 5), (false, 50)] {
            let (calls, (end, wait)) = (hasty(), mpsc::channel::<()>());
            let began = Instant::now();
            assert!(calls.wait_for(move || wait.recv(), || hopeless).is_none());
            assert!(calls.is_stuck() && began.elapsed() >= Duration::from_millis(at_least));
            end.send(()).unwrap();
            while calls.is_stuck() {
                std::thread::yield_now();
            }
        }
    }
}
