//! What differs between the three platforms in one word: names, numbers, grants, shapes of ids and tokens.

use super::people::Person;

/// The platform whose protocol a practice server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Platform {
    /// The Threads API (docs/facts/threads.md).
    Threads,
    /// The Instagram API with Instagram Login (docs/facts/instagram.md).
    Instagram,
    /// Facebook Login and Pages (docs/facts/facebook.md), which the Instagram API with Facebook Login shares
    /// (docs/facts/instagram.md#facebook-login).
    Facebook,
}

impl Platform {
    /// The id of the app that is registered there: digits, as all of Meta's.
    pub fn app_id(self) -> &'static str {
        match self {
            Platform::Threads => "1414213562373095",
            Platform::Instagram => "1732050807568877",
            Platform::Facebook => super::FACEBOOK_APP_ID,
        }
    }

    /// The scope that every request needs.
    pub fn basic(self) -> &'static str {
        match self {
            Platform::Threads => "threads_basic",
            Platform::Instagram => "instagram_business_basic",
            Platform::Facebook => "public_profile",
        }
    }

    /// What follows the address after a login, and is no part of it (docs/facts/threads.md#callback,
    /// docs/facts/instagram.md#callback, docs/facts/facebook.md#callback).
    pub fn tail(self) -> &'static str {
        match self {
            Platform::Threads | Platform::Instagram => "#_",
            Platform::Facebook => "#_=_",
        }
    }

    /// How long a code lives, in seconds (docs/facts/threads.md#callback, docs/facts/instagram.md#callback,
    /// docs/facts/facebook.md#callback).
    pub fn code_lifetime(self) -> u64 {
        match self {
            Platform::Threads | Platform::Instagram => 3600,
            Platform::Facebook => 600,
        }
    }

    /// The grant that makes a short token long (docs/facts/threads.md#long-token, docs/facts/instagram.md#long-token,
    /// docs/facts/facebook.md#long-token).
    pub fn exchange_grant(self) -> &'static str {
        match self {
            Platform::Threads => "th_exchange_token",
            Platform::Instagram => "ig_exchange_token",
            Platform::Facebook => "fb_exchange_token",
        }
    }

    /// The grant that renews a long token (docs/facts/threads.md#renewal, docs/facts/instagram.md#renewal). Facebook has none
    /// (docs/facts/facebook.md#long-token).
    pub fn refresh_grant(self) -> Option<&'static str> {
        match self {
            Platform::Threads => Some("th_refresh_token"),
            Platform::Instagram => Some("ig_refresh_token"),
            Platform::Facebook => None,
        }
    }

    /// How its tokens begin. `EAA` is confirmed (docs/facts/facebook.md#system-users); the other two are [M].
    pub fn token_prefix(self) -> &'static str {
        match self {
            Platform::Threads => "THAA",
            Platform::Instagram => "IGAA",
            Platform::Facebook => "EAA",
        }
    }

    /// The `type` of an error of its API that is not about a token [M].
    pub fn error_type(self) -> &'static str {
        match self {
            Platform::Threads => "THApiException",
            Platform::Instagram => "IGApiException",
            Platform::Facebook => "OAuthException",
        }
    }

    /// The person's id there. At Instagram it is the app-scoped one.
    pub fn id_of(self, person: &Person) -> u64 {
        match self {
            Platform::Threads => person.threads,
            Platform::Instagram => person.instagram_scoped,
            Platform::Facebook => person.facebook,
        }
    }

    /// Whether that is a version of its API which may be named in a path. Threads has `v1.0` only; the others 21 to 26,
    /// and older ones are carried to the oldest living [M] (docs/facts/facebook.md#versions).
    pub fn has_version(self, version: &str) -> bool {
        let Some((major, minor)) = version.strip_prefix('v').and_then(|number| number.split_once('.')) else {
            return false;
        };
        let (Ok(major), Ok(minor)) = (major.parse::<u32>(), minor.parse::<u32>()) else {
            return false;
        };
        match self {
            Platform::Threads => (major, minor) == (1, 0),
            Platform::Instagram | Platform::Facebook => (2..=26).contains(&major) && minor <= 12,
        }
    }
}
