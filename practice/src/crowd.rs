//! Sixty more people of each platform, for tests that need many accounts. No page shows them.

/// The number of people.
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
