//! Calls with a time limit, for a keychain that asks the person for its password or that hangs. The caller stops waiting; the call
//! itself goes on, and no second one starts until it has ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest wait between two looks. A look is not free: it may open a connection to the session bus.
const LONGEST_GLANCE: Duration = Duration::from_secs(4);

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until the first look at a call that has not returned; each further wait is twice as long, up to [`LONGEST_GLANCE`].
    pub glance: Duration,
    /// The time limit of a call: for a person who is asked for a password, or a slow keychain.
    pub person: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            glance: Duration::from_millis(250),
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

/// Calls of one kind, with a count of those whose callers have given up.
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

    /// Runs the work in a thread of its own and waits for it. Returns none at the time limit, or as soon as `hopeless`, which is asked
    /// at each look, returns true.
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
        let mut glance = self.patience.glance;
        let mut state = call.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let waited = call.1.wait_timeout_while(state, glance, |s| matches!(s, CallState::Running));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if let CallState::Done(result) = std::mem::replace(&mut *state, CallState::Running) {
                return Some(result);
            }
            drop(state);
            let over = Instant::now() >= until || hopeless();
            glance = (glance * 2).min(LONGEST_GLANCE);
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
        let minute = Duration::from_secs(60);
        let patient = Calls::new(Patience {
            glance: minute,
            person: minute,
        });
        assert_eq!(patient.wait_for(|| 7, || panic!("not asked before the first look")), Some(7));
        let looking = Calls::new(Patience {
            glance: Duration::from_millis(5),
            person: minute,
        });
        let slow = || std::thread::sleep(Duration::from_millis(20));
        assert!(looking.wait_for(slow, || false).is_some());
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
