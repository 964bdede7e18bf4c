//! The people of the practice server and their posts. All invented; the same at every start.

use std::sync::LazyLock;

use crate::crowd;
use crate::mastodon::behaviour::Flavor;

/// A person to log in as.
pub struct Person {
    pub username: &'static str,
    pub name: &'static str,
    pub note: &'static str,
    /// The hue of the picture, in degrees.
    pub hue: u16,
    decimal: &'static str,
    ulid: &'static str,
}

/// Everybody; the first is preselected.
static EVERYBODY: [Person; 2] = [
    Person {
        username: "ada",
        name: "Ada Practice",
        note: "Invented. Writes about engines that calculate.",
        hue: 36,
        // Over 2^53 on purpose, as real ids are.
        decimal: "109348684021457001",
        ulid: "01KEYBEARERPRACT1CEADA0001",
    },
    Person {
        username: "grace",
        name: "Grace Practice",
        note: "Invented. Writes about compilers and moths.",
        hue: 168,
        decimal: "109348684021457002",
        ulid: "01KEYBEARERPRACT1CEGRACE01",
    },
];

/// Those whom no page shows.
static CROWD: LazyLock<Vec<Person>> = LazyLock::new(|| {
    crowd::make(|number, username, name| Person {
        username,
        name,
        note: "Invented. Writes nothing.",
        hue: 254,
        decimal: (109_348_684_021_458_001 + 2 * number).to_string().leak(),
        ulid: format!("01KEYBEARERPRACT1CECR{number:05}").leak(),
    })
});

impl Person {
    /// Their id, in the flavor's shape.
    pub fn id(&self, flavor: Flavor) -> &'static str {
        if flavor.is_gotosocial() { self.ulid } else { self.decimal }
    }
}

/// All of them, to borrow from.
pub fn everybody() -> &'static [Person; 2] {
    &EVERYBODY
}

/// By username.
pub fn named(username: &str) -> Option<&'static Person> {
    EVERYBODY.iter().chain(CROWD.iter()).find(|person| person.username == username)
}

/// By id.
pub fn with_id(flavor: Flavor, id: &str) -> Option<&'static Person> {
    EVERYBODY.iter().chain(CROWD.iter()).find(|person| person.id(flavor) == id)
}

/// How many posts each has, by default: more than one page of Mastodon, so that clients page.
pub const POSTS: u64 = 45;

/// A post, by its number from 1 (oldest). Made as it is asked for: there may be any number of them.
#[derive(Clone, Copy)]
pub struct Post(pub u64);

impl Post {
    /// Ids grow with the number and have one length, so that they sort as text.
    pub fn id(self, flavor: Flavor, person: &Person) -> String {
        let offset = u64::from(person.hue);
        if flavor.is_gotosocial() {
            format!("01KP{:07}{:015}", self.0, offset)
        } else {
            format!("{}", 115_500_000_000_000_000 + self.0 * 90_000_000_000 + offset)
        }
    }

    /// Seconds since 1970: about two a day, the last in the middle of October 2026.
    pub fn at(self) -> u64 {
        1_790_000_000 + self.0 * 41_507
    }

    pub fn text(self) -> String {
        const SAYINGS: [&str; 9] = [
            "Practised getting a token today. Nothing broke, which is suspicious.",
            "A state parameter is a promise to oneself.",
            "Tea first, then the redirect.",
            "今天又练习了一次登录。",
            "今天又練習了一次登入。",
            "The best error message says what to press.",
            "Read the recorded answers again; servers are more imaginative than we are.",
            "Nobody has ever regretted a backup of a key.",
            "Ünïcödé & <angle brackets> are fine here.",
        ];
        format!("{} ({})", SAYINGS[(self.0 % SAYINGS.len() as u64) as usize], self.0)
    }

    pub fn visibility(self) -> &'static str {
        match self.of_row() {
            13 => "unlisted",
            21 => "private",
            28 => "direct",
            _ => "public",
        }
    }

    /// How many of the first `posts` posts are private mentions.
    pub fn direct_among(posts: u64) -> u64 {
        (posts + POSTS - 28) / POSTS
    }

    /// The number of the own post that this one answers.
    pub fn answers(self) -> Option<Post> {
        matches!(self.of_row(), 7 | 39).then(|| Post(self.0 - 1))
    }

    pub fn has_picture(self) -> bool {
        self.of_row() == 33
    }

    /// A boost; not among the first posts.
    pub fn is_reblog(self) -> bool {
        self.0 > POSTS && self.of_row() == 5
    }

    pub fn is_pinned(self) -> bool {
        matches!(self.0, 3 | 40)
    }

    pub fn has_poll(self) -> bool {
        self.of_row() == 11
    }

    /// Of a server's own people only: GoToSocial has such posts.
    pub fn is_local_only(self) -> bool {
        self.of_row() == 17
    }

    /// What a repetition repeats: in every other row something that is not listed.
    pub fn repeats(self) -> Post {
        Post(if (self.0 - 1) / POSTS % 2 == 1 { 1 } else { 13 })
    }

    /// The pattern repeats after the first posts.
    pub fn of_row(self) -> u64 {
        (self.0 - 1) % POSTS + 1
    }
}
