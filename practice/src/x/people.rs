//! The people of the practice X. All invented; the same at every start. Ids are over 2^53 and odd, so that a float would
//! change them.

use std::sync::LazyLock;

use crate::crowd;

/// A person to log in as.
#[derive(Debug)]
pub struct Person {
    pub username: &'static str,
    pub name: &'static str,
    /// The hue of the picture, in degrees.
    pub hue: u16,
    pub id: u64,
}

static EVERYBODY: [Person; 2] = [
    Person {
        username: "ada",
        name: "Ada Practice",
        hue: 36,
        id: 1_815_121_000_000_000_001,
    },
    Person {
        username: "grace",
        name: "Grace Practice",
        hue: 168,
        id: 1_906_120_000_000_000_003,
    },
];

/// Those whom no page shows.
static CROWD: LazyLock<Vec<Person>> = LazyLock::new(|| {
    crowd::make(|number, username, name| Person {
        username,
        name,
        hue: 254,
        id: 1_906_120_000_000_001_001 + 2 * number,
    })
});

/// Everybody; the first owns the app.
pub fn everybody() -> &'static [Person; 2] {
    &EVERYBODY
}

/// The owner of the app, whose tokens the console shows.
pub fn owner() -> &'static Person {
    &EVERYBODY[0]
}

/// By username.
pub fn named(username: &str) -> Option<&'static Person> {
    EVERYBODY.iter().chain(CROWD.iter()).find(|person| person.username == username)
}
