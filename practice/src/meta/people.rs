//! The people of the practice Meta and their Pages, businesses and pictures. All invented; the same at
//! every start. Ids are over 2^53 and odd, as real ones are (docs/facts/threads.md#token), so that a float would change them.

use std::sync::LazyLock;

use crate::crowd;

/// A person to log in as.
#[derive(Debug)]
pub struct Person {
    pub username: &'static str,
    pub name: &'static str,
    /// What the consent page says of them, in the order of the languages of `words`.
    pub about: [&'static str; 3],
    /// The hue of the picture, in degrees.
    pub hue: u16,
    pub threads: u64,
    /// The professional account's id: `user_id` of Instagram's `/me` (docs/facts/instagram.md#profile).
    pub instagram: u64,
    /// The app-scoped id: `id` of Instagram's `/me`, and `user_id` of its token answer (docs/facts/instagram.md#token).
    pub instagram_scoped: u64,
    pub account_type: &'static str,
    pub facebook: u64,
    pub pages: &'static [Page],
    pub businesses: &'static [Business],
}

/// A Facebook Page.
#[derive(Debug)]
pub struct Page {
    pub id: u64,
    pub name: &'static str,
    pub username: Option<&'static str>,
    pub category: (&'static str, &'static str),
    pub tasks: &'static [&'static str],
    /// The id and username of the professional Instagram account that hangs on it.
    pub instagram: Option<(u64, &'static str)>,
}

/// A business portfolio, with the Pages that it owns and those that clients lent it.
#[derive(Debug)]
pub struct Business {
    pub id: u64,
    pub name: &'static str,
    pub owned: &'static [Page],
    pub client: &'static [Page],
}

const ALL_TASKS: &[&str] = &["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"];

const fn page(id: u64, name: &'static str, username: Option<&'static str>) -> Page {
    Page {
        id,
        name,
        username,
        category: ("2200", "Science"),
        tasks: ALL_TASKS,
        instagram: None,
    }
}

static ADAS: [Page; 3] = [
    Page {
        instagram: Some((17_841_405_000_000_011, "ada.engines")),
        ..page(104_857_600_000_000_101, "Analytical Engines", Some("analytical.engines"))
    },
    page(104_857_600_000_000_103, "Notes on Notes", None),
    Page {
        tasks: &["ANALYZE", "CREATE_CONTENT"],
        ..page(104_857_600_000_000_105, "Poetical Science", Some("poetical.science"))
    },
];

static OWNED: [Page; 2] = [
    page(104_857_600_000_000_107, "Engine Works", Some("engine.works")),
    page(104_857_600_000_000_109, "Engine Works Careers", None),
];

static CLIENT: [Page; 1] = [page(104_857_600_000_000_111, "Weavers of Lyon", None)];

static BUSINESSES: [Business; 1] = [Business {
    id: 204_857_600_000_000_201,
    name: "Engine Works Ltd",
    owned: &OWNED,
    client: &CLIENT,
}];

static GRACES: [Page; 1] = [page(104_857_600_000_000_113, "Moths in Relays", Some("moths"))];

static EVERYBODY: [Person; 3] = [
    Person {
        username: "ada",
        name: "Ada Practice",
        about: ["has Pages and a business", "有几个主页和一家商家", "有幾個粉絲專頁和一家商家"],
        hue: 36,
        threads: 17_841_400_000_000_001,
        instagram: 17_841_405_000_000_011,
        instagram_scoped: 26_000_000_000_000_021,
        account_type: "BUSINESS",
        facebook: 10_220_000_000_000_031,
        pages: &ADAS,
        businesses: &BUSINESSES,
    },
    Person {
        username: "grace",
        name: "Grace Practice",
        about: ["has one Page", "有一个主页", "有一個粉絲專頁"],
        hue: 168,
        threads: 17_841_400_000_000_003,
        instagram: 17_841_405_000_000_013,
        instagram_scoped: 26_000_000_000_000_023,
        account_type: "MEDIA_CREATOR",
        facebook: 10_220_000_000_000_033,
        pages: &GRACES,
        businesses: &[],
    },
    Person {
        username: "joan",
        name: "Joan Practice",
        about: [
            "was invited to test the app, and has not accepted",
            "受邀测试这个应用，还没有接受",
            "受邀測試這個應用程式，還沒有接受",
        ],
        hue: 254,
        threads: 17_841_400_000_000_005,
        instagram: 17_841_405_000_000_015,
        instagram_scoped: 26_000_000_000_000_025,
        account_type: "BUSINESS",
        facebook: 10_220_000_000_000_035,
        pages: &[],
        businesses: &[],
    },
];

/// Those whom no page shows, with a Page each.
static CROWD: LazyLock<Vec<Person>> = LazyLock::new(|| {
    crowd::make(|number, username, name| Person {
        username,
        name,
        about: ["has one Page", "有一个主页", "有一個粉絲專頁"],
        hue: 254,
        threads: 17_841_400_000_001_001 + 2 * number,
        instagram: 17_841_405_000_001_001 + 2 * number,
        instagram_scoped: 26_000_000_000_001_001 + 2 * number,
        account_type: "BUSINESS",
        facebook: 10_220_000_000_001_001 + 2 * number,
        pages: vec![page(104_857_600_000_001_001 + 2 * number, name, None)].leak(),
        businesses: &[],
    })
});

/// Everybody.
pub fn everybody() -> &'static [Person; 3] {
    &EVERYBODY
}

/// By username.
pub fn named(username: &str) -> Option<&'static Person> {
    EVERYBODY.iter().chain(CROWD.iter()).find(|person| person.username == username)
}

/// How many posts with pictures each has at Instagram: more than a small page of a list.
pub const PICTURES: u64 = 7;
