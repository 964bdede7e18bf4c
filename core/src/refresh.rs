//! Renewal of one token: when it may be renewed, and the trip itself. Nothing is kept here, and a token that was not
//! renewed is as good as before; the keeper decides what becomes of the predecessor.

use crate::ask::{Asking, End};
use crate::error::{Category, Error, Result};
use crate::provider::{Lifetime, Renewal};
use crate::token::Token;

const HOUR: i64 = 3600;
/// A re-exchange that adds less than this extended nothing: clocks and rounding differ by seconds.
const EXTENDED: i64 = 24 * HOUR;

/// From when on a token may be renewed without a person, in Unix seconds; none where it cannot be.
pub fn renews_from(lifetime: &Lifetime, issued: i64, expires: Option<i64>) -> Option<i64> {
    let file = i64::from(lifetime.not_before_hours) * HOUR;
    match (lifetime.renewal, expires) {
        (Renewal::Itself, _) => Some(issued + file),
        // Sooner there is nothing to gain. What does not end needs no renewal (a Page's token).
        (Renewal::Exchange, Some(_)) => Some(issued + file.max(EXTENDED)),
        _ => None,
    }
}

/// A token's successor.
#[derive(Debug)]
pub struct Renewed {
    /// The token.
    pub token: Token,
    /// Why nobody could say whose it is, if nobody could: it may be kept all the same, beside its predecessor.
    pub doubt: Option<Error>,
}

/// Renews a token that renews itself or is exchanged once more (providers.md §1.8, §2.8, §3.6). `now` in Unix seconds.
/// The successor is asked whose it is before it is believed, where asking is free.
///
/// # Errors
/// [`Error::NotRenewable`]; [`Error::TokenExpired`] and "too young", which are never sent; [`Error::NotExtended`];
/// refusals and network errors: the predecessor is as good as before.
pub async fn renew(asking: &Asking<'_>, token: &Token, now: i64) -> Result<Renewed> {
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
    let successor = match lifetime.renewal {
        Renewal::Itself => renewed_by_itself(asking, token, now).await?,
        _ => exchanged_once_more(asking, token, now).await?,
    };
    if lifetime.identity_costs {
        return Ok(Renewed {
            token: successor,
            doubt: None,
        });
    }
    match asking.identify(&successor.access_token).await {
        // The successor is no good; whatever became of the predecessor, it is the better one.
        Err(
            error @ Error::Refused {
                category: Category::TokenDead,
                ..
            },
        ) => Err(error),
        // A server that stumbles says nothing about the token, and the predecessor may be dead by now [M].
        result => Ok(Renewed {
            token: successor,
            doubt: result.err(),
        }),
    }
}

async fn renewed_by_itself(asking: &Asking<'_>, token: &Token, now: i64) -> Result<Token> {
    let mut successor = asking.refresh(&token.access_token, now).await?;
    if let Some(known) = asking.inspect(&successor.access_token).await.ok().flatten() {
        successor.issued = known.issued.unwrap_or(successor.issued);
        successor.expires = known.end.map_or(successor.expires, End::expires);
    }
    Ok(successor)
}

/// Whether a re-exchange extends is not documented [?]: it is believed when the provider says that the end has moved.
async fn exchanged_once_more(asking: &Asking<'_>, token: &Token, now: i64) -> Result<Token> {
    let mut successor = asking.exchange(&token.access_token, now).await?;
    let known = asking.inspect(&successor.access_token).await?.ok_or(Error::NotExtended)?;
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
        assert_eq!(renews_from(&exchange, 100, Some(1)), Some(100 + 24 * HOUR));
        assert_eq!(renews_from(&exchange, 100, None), None, "a Page's token does not end");
        assert_eq!(renews_from(&Lifetime::default(), 100, Some(1)), None);
    }
}
