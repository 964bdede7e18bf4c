//! What a platform remembers while a script is played: the values that are valid, which exchanges were played, and its clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, SystemTime};

use crate::clock;
use crate::recorded::Recorded;

/// A credential, token, code or captured parameter.
pub struct Value {
    pub text: String,
    /// Seconds since 1970; none where it does not end by itself.
    pub ends: Option<u64>,
}

#[derive(Default)]
pub struct State {
    values: BTreeMap<String, Vec<Value>>,
    pub situations: BTreeSet<String>,
    /// When each exchange was played, by its place in the script.
    pub played: BTreeMap<usize, Vec<u64>>,
    /// The answers of exchanges that repeat them, by exchange and captured values.
    pub repeated: BTreeMap<(usize, Vec<String>), String>,
    pub requests: VecDeque<Recorded>,
    pub unmatched: Vec<String>,
    pub lose_next: bool,
    pub lose_of: Option<String>,
    /// How far the clock was moved forward.
    pub ahead: Duration,
}

impl State {
    /// With the values that exist before the first request.
    pub fn new(values: &BTreeMap<String, String>) -> State {
        let mut state = State::default();
        for (name, text) in values {
            state.add(name, text.clone(), None);
        }
        state
    }

    pub fn clock(&self) -> SystemTime {
        SystemTime::now() + self.ahead
    }

    /// Seconds since 1970.
    pub fn now(&self) -> u64 {
        clock::unix(self.clock())
    }

    pub fn add(&mut self, name: &str, text: String, ends: Option<u64>) {
        self.values.entry(name.to_owned()).or_default().push(Value { text, ends });
    }

    fn is_valid(&self, value: &Value) -> bool {
        value.ends.is_none_or(|end| self.now() < end)
    }

    pub fn valid(&self, name: &str) -> impl DoubleEndedIterator<Item = &Value> {
        self.values.get(name).into_iter().flatten().filter(|value| self.is_valid(value))
    }

    pub fn ended(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.values.get(name).into_iter().flatten().filter(|value| !self.is_valid(value))
    }

    pub fn newest(&self, name: &str) -> Option<&Value> {
        self.valid(name).next_back()
    }

    pub fn find(&self, name: &str, text: &str) -> Option<&Value> {
        self.values.get(name)?.iter().rfind(|value| value.text == text)
    }

    /// Ends one value in so many seconds, unless it ends sooner by itself.
    pub fn end(&mut self, name: &str, text: &str, seconds: u64) {
        let end = self.now() + seconds;
        for value in self.values.get_mut(name).into_iter().flatten().filter(|v| v.text == text) {
            value.ends = Some(value.ends.map_or(end, |ends| ends.min(end)));
        }
    }

    pub fn end_all(&mut self, name: &str, seconds: u64) {
        let texts: Vec<String> = self.valid(name).map(|value| value.text.clone()).collect();
        for text in texts {
            self.end(name, &text, seconds);
        }
    }
}
