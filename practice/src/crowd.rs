//! The many more who live at each platform: as real as the others, and shown on no page. For tests that want a crowd.

/// How many.
const SIZE: u64 = 60;

/// Their usernames, the same everywhere and at every start.
pub fn crowd() -> impl Iterator<Item = String> {
    (1..=SIZE).map(|number| format!("crowd-{number}"))
}

/// All of them, by number, username and name. They live as long as the process.
pub(crate) fn make<T>(one: impl Fn(u64, &'static str, &'static str) -> T) -> Vec<T> {
    let named = (1..).zip(crowd());
    named
        .map(|(number, username)| one(number, username.leak(), format!("Somebody {number}").leak()))
        .collect()
}
