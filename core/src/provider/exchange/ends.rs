//! When a token ends: by the answer that it came in, by itself where it is a JSON Web Token, or by the file's assumption.

use super::answer::Answers;
use crate::oauth2::jwt::{self, Times};
use crate::provider::messages::Answer;
use crate::provider::{Expiry, Lifetime};
use crate::token::{CLOCK, End, Secret};

impl Lifetime {
    /// When a token that was just issued ends, if the answer or the token says it. `now` is in Unix seconds.
    pub fn end(&self, answers: &Answers<'_>, access_token: &Secret, now: i64) -> Option<End> {
        match self.times(access_token) {
            // Where this computer's clock is wrong, only the length of its life is right.
            Some(Times {
                expires,
                issued: Some(issued),
            }) if issued > now.saturating_add(CLOCK) || expires <= now => Some(End::after(expires - issued, now)),
            Some(Times { expires, .. }) => Some(End::at(expires, now)),
            None => answers.end(now),
        }
    }

    /// The same as accounts note it, or else as the file assumes; none is never.
    pub fn assumed_end(&self, answers: &Answers<'_>, access_token: &Secret, now: i64) -> Option<i64> {
        // Without a lifetime Graph's tokens never end [M], and inspection shows it.
        let assumed = || self.assumed().filter(|_| matches!(self.expiry, Expiry::Reply | Expiry::Jwt));
        let end = self.end(answers, access_token, now);
        end.or_else(|| assumed().map(|lives| End::after(lives, now)))?.expires()
    }

    /// When a token ends that was issued some time ago, if it says so itself.
    pub fn own_end(&self, access_token: &Secret, now: i64) -> Option<End> {
        self.times(access_token).map(|times| End::at(times.expires, now))
    }

    fn times(&self, access_token: &Secret) -> Option<Times> {
        (self.expiry == Expiry::Jwt).then(|| jwt::times(access_token)).flatten()
    }
}

impl Answers<'_> {
    /// When the token ends: at a moment, or after so many seconds from `now`.
    pub fn end(&self, now: i64) -> Option<End> {
        self.moment(Answer::ExpiresAt)
            .map(|moment| End::at(moment, now))
            .or_else(|| self.seconds(Answer::ExpiresIn).map(|seconds| End::after(seconds, now)))
    }

    /// When the refresh token ends.
    pub fn refresh_end(&self, now: i64) -> Option<End> {
        self.seconds(Answer::RefreshExpiresIn).map(|seconds| End::after(seconds, now))
    }
}
