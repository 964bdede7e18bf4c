//! Renewal of one token: when it may be renewed, and the trip itself. Nothing is kept here, and a token that was not
//! renewed is as good as before; the keeper decides what becomes of the predecessor.

use crate::ask::Asking;
use crate::error::{Category, Error, Result};
use crate::provider::{Lifetime, Renewal};
use crate::token::Token;

const HOUR: i64 = 3600;
/// A re-exchange that adds less than this extended nothing: clocks and rounding differ by seconds.
const EXTENDED: i64 = 24 * HOUR;

/// From when on a token may be renewed without a person, in Unix seconds; none where it cannot be.
pub fn renews_from(lifetime: &Lifetime, issued: i64, expires: Option<i64>) -> Option<i64> {
    let by_itself = matches!(lifetime.renewal, Renewal::Itself | Renewal::Exchange);
    // What does not end needs no renewal (a Page's token).
    (by_itself && (expires.is_some() || lifetime.renewal == Renewal::Itself)).then(|| issued + i64::from(lifetime.not_before_hours) * HOUR)
}

/// Renews a token that renews itself or is exchanged once more (providers.md §1.8, §2.8, §3.6). `now` in Unix seconds.
/// The successor is asked whose it is before it is believed, where asking is free.
///
/// # Errors
/// [`Error::NotRenewable`]; [`Error::TokenExpired`] and "too young", which are never sent; [`Error::NotExtended`];
/// refusals and network errors.
pub async fn renew(asking: &Asking<'_>, token: &Token, now: i64) -> Result<Token> {
    let lifetime = &asking.provider.lifetime;
    let from = renews_from(lifetime, token.issued, token.expires).ok_or(Error::NotRenewable)?;
    if token.expires.is_some_and(|end| end <= now) {
        return Err(Error::TokenExpired);
    }
    if now < from {
        return Err(Error::Refused {
            category: Category::TooYoung,
            status: 0,
            words: None,
            retry_after: u64::try_from(from - now).ok(),
        });
    }
    let mut successor = match lifetime.renewal {
        Renewal::Itself => asking.refresh(&token.access_token, now).await?,
        _ => asking.exchange(&token.access_token, now).await?,
    };
    if let Some(known) = asking.inspect(&successor.access_token).await.ok().flatten() {
        successor.issued = known.issued.unwrap_or(successor.issued);
        successor.expires = known.expires;
    }
    let extended = match (token.expires, successor.expires) {
        (Some(before), Some(after)) => after >= before + EXTENDED,
        _ => true,
    };
    // Whether a re-exchange extends is not documented [?]: it is believed when the end has moved.
    if lifetime.renewal == Renewal::Exchange && !extended {
        return Err(Error::NotExtended);
    }
    if !lifetime.identity_costs {
        asking.identify(&successor.access_token).await?;
    }
    Ok(successor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_for_what_renews_itself_and_nothing_for_what_does_not() {
        let itself = Lifetime {
            renewal: Renewal::Itself,
            not_before_hours: 24,
            ..Lifetime::default()
        };
        assert_eq!(renews_from(&itself, 100, Some(1)), Some(100 + 24 * HOUR));
        assert_eq!(
            renews_from(&itself, 100, None),
            Some(100 + 24 * HOUR),
            "an adopted one, whose end nobody knows"
        );
        let exchange = Lifetime {
            renewal: Renewal::Exchange,
            ..Lifetime::default()
        };
        assert_eq!(renews_from(&exchange, 100, Some(1)), Some(100));
        assert_eq!(renews_from(&exchange, 100, None), None, "a Page's token does not end");
        assert_eq!(renews_from(&Lifetime::default(), 100, Some(1)), None);
    }
}
