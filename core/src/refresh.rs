//! The renewal of one token: when it may be renewed, and the requests. Nothing is kept here; the keeper decides what becomes of
//! the predecessor. `due` says when a token is due, `clocks` has the rules for time.

pub mod clocks;
pub mod due;

use crate::ask::Asking;
use crate::error::{Category, Error, Result};
use crate::provider::lifetime::DEMAND_MINUTES;
use crate::provider::{Lifetime, Provider, Renewal};
use crate::token::{CLOCK, DAY, End, HOUR, Token};

/// A re-exchange that adds less than this has extended nothing: clocks and rounding differ by seconds.
const EXTENDED: i64 = DAY;

/// From when a token may be renewed without a person, in Unix seconds; none where that is impossible. `refreshes`: it has a
/// refresh token.
pub fn renews_from(lifetime: &Lifetime, refreshes: bool, issued: i64, expires: Option<i64>) -> Option<i64> {
    let file = i64::from(lifetime.not_before_hours) * HOUR;
    match (lifetime.renewal, expires) {
        (Renewal::Itself, _) => Some(issued.saturating_add(file)),
        // Earlier there is nothing to gain. A token without an end needs no renewal (a Page's).
        (Renewal::Exchange, Some(_)) => Some(issued.saturating_add(file.max(EXTENDED))),
        (Renewal::RefreshToken | Renewal::Issue, Some(end)) if lifetime.renews_on_demand(refreshes) => {
            Some(end.saturating_sub(demand(lifetime, issued, end)))
        }
        (Renewal::Issue, None) => Some(issued),
        _ => None,
    }
}

/// When an unused refresh token ends, in Unix seconds; none where there is none, its end is unknown, or the client's keys give
/// another one. `said`: its end by the platform's word.
pub fn renews_until(lifetime: &Lifetime, refreshes: bool, issued: i64, said: Option<i64>) -> Option<i64> {
    let by_file = || Some(issued.saturating_add(i64::from(lifetime.refresh_token_days?) * DAY));
    match refreshes && lifetime.renewal == Renewal::RefreshToken && !lifetime.reissues {
        true => said.or_else(by_file),
        false => None,
    }
}

/// Whether a token that renews on demand must be renewed before it is used: it has expired or nearly so; or it was issued in the
/// future, so that its end is unknown.
pub fn is_due(lifetime: &Lifetime, token: &Token, now: i64) -> bool {
    lifetime.renews_on_demand(token.refresh_token.is_some())
        && token
            .expires
            .is_some_and(|end| end.saturating_sub(demand(lifetime, token.issued, end)) <= now || token.issued > now + CLOCK)
}

/// How many seconds must be left of a token that is used; at most half of its life, or a short one would be renewed each time.
fn demand(lifetime: &Lifetime, issued: i64, end: i64) -> i64 {
    let half = end.saturating_sub(issued).max(0) / 2;
    half.min(i64::from(lifetime.demand_minutes.unwrap_or(DEMAND_MINUTES)) * 60)
}

/// Whether a refusal shows that the refresh token is invalid for good. How servers word it for a spent one is unproven [M]: where
/// it may have been spent, any plain refusal in the API's own form shows it.
pub fn is_dead(error: &Error, perhaps_spent: bool) -> bool {
    match error {
        Error::Refused {
            category: Category::TokenDead,
            ..
        } => true,
        Error::Refused {
            category,
            status: 400,
            words: Some(_),
            ..
        } => perhaps_spent && matches!(category, Category::Refused | Category::CodeSpent),
        _ => false,
    }
}

/// A token's successor.
#[derive(Debug)]
pub struct Renewed {
    /// The token.
    pub token: Token,
    /// Why it is not known whose it is, if that is so. It may be kept all the same, beside its predecessor.
    pub doubt: Option<Error>,
}

impl Renewed {
    /// A successor about which there is no doubt.
    pub fn of(token: Token) -> Renewed {
        Renewed { token, doubt: None }
    }
}

/// Whether a token that renews on demand needs its renewal, at `now` in Unix seconds. The platform would renew it at any time.
///
/// # Errors
/// [`Error::RenewalNotNeeded`].
pub fn is_needed(provider: &Provider, token: &Token, now: i64) -> Result<()> {
    if !waits(&provider.lifetime, token, now) {
        return Ok(());
    }
    Err(Error::RenewalNotNeeded {
        provider: Box::new(provider.name.clone()),
        rotates: provider.lifetime.rotates,
    })
}

fn waits(lifetime: &Lifetime, token: &Token, now: i64) -> bool {
    let from = renews_from(lifetime, token.refresh_token.is_some(), token.issued, token.expires);
    lifetime.renews_on_demand(token.refresh_token.is_some()) && from.is_some_and(|from| is_early(lifetime, token, from, now))
}

/// Whether `now` is before `from`. The age of a token from the future is unknown, so that it is never too early.
fn is_early(lifetime: &Lifetime, token: &Token, from: i64, now: i64) -> bool {
    now < from && token.issued <= now.saturating_add(CLOCK) && !is_due(lifetime, token, now)
}

/// Whether the platform lets a token be renewed now, at `now` in Unix seconds.
///
/// # Errors
/// [`Error::NotRenewable`], [`Error::TokenExpired`], "too young": nothing is sent.
pub fn may_renew(lifetime: &Lifetime, token: &Token, now: i64) -> Result<()> {
    let refreshes = token.refresh_token.is_some();
    let from = renews_from(lifetime, refreshes, token.issued, token.expires).ok_or(Error::NotRenewable)?;
    let on_demand = lifetime.renews_on_demand(refreshes);
    if token.expires.is_some_and(|end| end <= now) && !on_demand {
        return Err(Error::TokenExpired);
    }
    let from = if on_demand {
        // The platform's own rule. `is_needed` is ours.
        token.issued.saturating_add(i64::from(lifetime.not_before_hours) * HOUR)
    } else {
        from
    };
    if is_early(lifetime, token, from, now) {
        return Err(Error::Refused {
            category: Category::TooYoung,
            status: 0,
            words: None,
            retry_after: u64::try_from(from - now).ok(),
            action: None,
        });
    }
    Ok(())
}

/// Renews a token with its refresh token (RFC 6749 §6), with itself, or by another exchange (docs/facts/threads.md#renewal,
/// docs/facts/instagram.md#renewal, docs/facts/facebook.md#long-token). Where the predecessor stays valid and the question is
/// free, the provider is asked whose token the successor is.
///
/// # Errors
/// [`Error::NotRenewable`]; [`Error::TokenExpired`] and "too young", which are never sent; [`Error::NotExtended`];
/// refusals and network errors: the predecessor is as good as before.
pub async fn renew(asking: &Asking<'_>, token: &Token) -> Result<Renewed> {
    let lifetime = &asking.provider.lifetime;
    may_renew(lifetime, token, asking.now)?;
    if lifetime.renewal == Renewal::RefreshToken {
        // It is stored before anything else is done with it.
        let token = asking.refresh(token).await?;
        return Ok(Renewed { token, doubt: None });
    }
    let successor = match lifetime.renewal {
        Renewal::Itself => renewed_by_itself(asking, token).await?,
        _ => exchanged_once_more(asking, token).await?,
    };
    if lifetime.identity_costs {
        return Ok(Renewed {
            token: successor,
            doubt: None,
        });
    }
    match asking.identify(&successor).await {
        // The successor is invalid, so that the predecessor is the better one.
        Err(
            error @ Error::Refused {
                category: Category::TokenDead,
                ..
            },
        ) => Err(error),
        // An error of the server says nothing about the token, and the predecessor may be invalid by now [M].
        result => Ok(Renewed {
            token: successor,
            doubt: result.err(),
        }),
    }
}

/// Asks for the client's own token once more (RFC 6749 §4.4), with the permissions in `scope`. A platform may answer with the same
/// token, which is then no successor.
///
/// # Errors
/// [`Error::NotRenewable`] and "too young", which are never sent; refusals and network errors: asking again spends nothing.
pub async fn issue(asking: &Asking<'_>, token: &Token, scope: &str) -> Result<Renewed> {
    may_renew(&asking.provider.lifetime, token, asking.now)?;
    let mut issued = asking.issue(token, scope).await?.token;
    if issued.access_token == token.access_token {
        issued.generation = token.generation;
        // Its life is not a new one.
        issued.issued = token.issued;
    }
    Ok(Renewed::of(issued))
}

async fn renewed_by_itself(asking: &Asking<'_>, token: &Token) -> Result<Token> {
    let mut successor = asking.refresh(token).await?;
    if let Some(known) = asking.inspect(&successor).await.ok().flatten() {
        successor.issued = known.issued.unwrap_or(successor.issued);
        successor.expires = known.end.map_or(successor.expires, End::expires);
    }
    Ok(successor)
}

/// Whether a re-exchange extends is not documented [?]: it counts when the provider says that the end has moved.
async fn exchanged_once_more(asking: &Asking<'_>, token: &Token) -> Result<Token> {
    let mut successor = asking.exchange(token).await?;
    let known = asking.inspect(&successor).await?.ok_or(Error::NotExtended)?;
    let end = known.end.ok_or(Error::NotExtended)?;
    let moved = match (token.expires, end) {
        (Some(before), End::At(after)) => after >= before + EXTENDED,
        _ => true,
    };
    if !moved {
        return Err(Error::NotExtended);
    }
    successor.issued = known.issued.unwrap_or(successor.issued);
    successor.expires = end.expires();
    Ok(successor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::token::Secret;

    #[test]
    fn a_day_for_what_renews_itself_and_nothing_for_what_does_not() {
        let itself = Lifetime {
            renewal: Renewal::Itself,
            not_before_hours: 24,
            ..Lifetime::default()
        };
        assert_eq!(renews_from(&itself, false, 100, Some(1)), Some(100 + 24 * HOUR));
        assert_eq!(
            renews_from(&itself, false, 100, None),
            Some(100 + 24 * HOUR),
            "an imported one, whose end is unknown"
        );
        let exchange = Lifetime {
            renewal: Renewal::Exchange,
            ..Lifetime::default()
        };
        assert_eq!(renews_from(&exchange, false, 100, Some(1)), Some(100 + 24 * HOUR));
        assert_eq!(renews_from(&exchange, false, 100, None), None, "a Page's token does not end");
        assert_eq!(renews_from(&Lifetime::default(), false, 100, Some(1)), None);
    }

    #[test]
    fn a_rotating_pair_is_renewed_when_it_is_wanted_and_once_before_it_ages_out() {
        let x = Lifetime {
            refresh_token_days: Some(180),
            keep_alive_days: Some(120),
            ..Lifetime::default()
        };
        let token = Token {
            refresh_token: Some(Secret::new("r")),
            expires: Some(7200),
            ..Token::new(Secret::new("a"), 0)
        };
        assert!(!is_due(&x, &token, 7200 - 301) && is_due(&x, &token, 7200 - 300) && is_due(&x, &token, 9000));
        assert!(is_due(&x, &token, -3600), "by the clock of now it is from the future");
        assert!(waits(&x, &token, 60) && !waits(&x, &token, 7200 - 300) && !waits(&x, &token, 9000));
        assert!(may_renew(&x, &token, 60).is_ok(), "the platform would do it at any time");
        let patient = Lifetime {
            not_before_hours: 1,
            ..x.clone()
        };
        assert_eq!(
            may_renew(&patient, &token, 60).map_err(|e| e.code()),
            Err(Code::TooYoung),
            "its own rule"
        );
        assert!(may_renew(&patient, &token, 3600).is_ok());
        let without = Token {
            refresh_token: None,
            ..token.clone()
        };
        assert!(!is_due(&x, &without, 9000), "without a refresh token there is nothing to do");
        let endless = Token { expires: None, ..token };
        assert!(!is_due(&x, &endless, 9000), "what does not end is never due");
        let itself = Lifetime {
            renewal: Renewal::Itself,
            not_before_hours: 24,
            ..Lifetime::default()
        };
        assert!(!waits(&itself, &endless, 60), "it is the platform that wants a day");
        assert_eq!(renews_from(&x, true, 0, Some(7200)), Some(6900));
        assert_eq!(renews_until(&x, true, 0, None), Some(180 * DAY));
        assert_eq!(renews_until(&x, true, 0, Some(9 * DAY)), Some(9 * DAY), "the platform's word");
        assert_eq!(renews_until(&x, false, 0, Some(9 * DAY)), None);
        let life = due::Life {
            lifetime: &x,
            refreshes: true,
            issued: 0,
            expires: Some(7200),
            renews_until: Some(180 * DAY),
        };
        assert!(!due::is_due(&life, 120 * DAY - 1) && due::is_due(&life, 120 * DAY));
        let other = Lifetime::default();
        let silent = due::Life { lifetime: &other, ..life };
        assert!(!due::is_due(&silent, i64::MAX), "the file does not ask for one");
        let short = due::Life {
            renews_until: Some(30 * DAY),
            ..life
        };
        assert!(
            !due::is_due(&short, 20 * DAY - 1) && due::is_due(&short, 20 * DAY),
            "before its end comes"
        );
        let fixed = due::Life { issued: 29 * DAY, ..short };
        let by = 30 * DAY;
        assert_eq!(due::plan(&fixed), due::Plan::LogInAgain { by }, "no renewal has moved its end");
    }

    #[test]
    fn a_token_that_is_issued_again_is_never_over() {
        let wechat = Lifetime {
            renewal: Renewal::Issue,
            ..Lifetime::default()
        };
        let token = Token {
            expires: Some(7200),
            ..Token::new(Secret::new("a"), 0)
        };
        assert!(!is_due(&wechat, &token, 6899) && is_due(&wechat, &token, 6900) && is_due(&wechat, &token, 99_999));
        assert!(may_renew(&wechat, &token, 60).is_ok() && may_renew(&wechat, &token, 99_999).is_ok());
        assert!(waits(&wechat, &token, 60) && !waits(&wechat, &token, 6900) && !waits(&wechat, &token, 99_999));
        let endless = Token { expires: None, ..token };
        assert!(!is_due(&wechat, &endless, 99_999) && may_renew(&wechat, &endless, 60).is_ok());
        assert_eq!(
            (renews_until(&wechat, false, 0, None), renews_until(&wechat, true, 0, Some(9))),
            (None, None)
        );
        let life = |now| due::Life {
            lifetime: &wechat,
            refreshes: false,
            issued: 0,
            expires: Some(now),
            renews_until: None,
        };
        for end in [60, 7200, 90 * DAY] {
            assert!(
                !due::is_due(&life(end), end / 2) && !due::is_due(&life(end), 99 * DAY),
                "no one uses it"
            );
            assert!(!due::may_now(&life(end), 1) && due::plan(&life(end)) == due::Plan::Rests);
        }
        assert_eq!(
            (due::wanted_from(&life(7200)), due::wanted_from(&life(300))),
            (Some(6900), Some(150))
        );
    }
}
