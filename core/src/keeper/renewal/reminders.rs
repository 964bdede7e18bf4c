//! Reminders of accounts that only a login renews: fourteen, seven, three and one day before their end, once each; and as a
//! calendar.

use crate::book::Account;
use crate::error::Result;
use crate::keeper::Keeper;
use crate::keeper::record::life;
use crate::keeper::record::waits_for_person;
use crate::refresh::due::{Plan, plan};
use crate::text::time::utc;
use crate::token::DAY;
use crate::view::NoticeView;
use crate::words::{Language, say};

/// How many days before the end there is a notice.
const DAYS: [u16; 4] = [1, 3, 7, 14];

impl Keeper {
    /// The notices that are due; each is given once.
    ///
    /// # Errors
    /// The book's: then none counts as given.
    pub async fn take_notices(&self) -> Result<Vec<NoticeView>> {
        let now = self.now();
        self.blocking(move |keeper| {
            if !keeper
                .shared
                .book
                .read_lossy()
                .0
                .accounts
                .iter()
                .any(|a| keeper.notice(a, now).is_some())
            {
                return Ok(Vec::new());
            }
            keeper.shared.book.change(|book| {
                let mut notices = Vec::new();
                for account in &mut book.accounts {
                    if let Some((level, notice)) = keeper.notice(account, now) {
                        account.told = Some(level);
                        notices.push(notice);
                    }
                }
                Ok(notices)
            })
        })
        .await
    }

    /// The notice that is due for an account, and its level.
    fn notice(&self, account: &Account, now: i64) -> Option<(u16, NoticeView)> {
        let by = self.log_in_by(account)?;
        let left = (by - now).max(0);
        let level = DAYS.into_iter().find(|days| left <= i64::from(*days) * DAY)?;
        let is_new = account.told.is_none_or(|told| told > level);
        let provider = self.shared.registry.get(&account.provider)?;
        let notice = NoticeView {
            account: account.id.clone(),
            name: account.name.clone(),
            provider: provider.provider.name.clone(),
            days: u16::try_from((left + DAY - 1) / DAY).unwrap_or(level),
            data: self.data_ends(account) == Some(by) && account.expires != Some(by),
        };
        (is_new && left > 0).then_some((level, notice))
    }

    /// By when only a login renews an account or its access to the person's data, Unix seconds; none where it renews by itself, does
    /// not end, is paused, or its end is unknown.
    pub(in crate::keeper) fn log_in_by(&self, account: &Account) -> Option<i64> {
        if account.paused || self.is_practice_over(account) {
            return None;
        }
        let by = match plan(&life(&self.lifetime(account).ok()?, account)) {
            Plan::LogInAgain { by } => Some(by),
            // It would renew by itself, but was refused.
            Plan::Renews { last, .. } if waits_for_person(account) => Some(last).filter(|last| *last < i64::MAX),
            _ => None,
        };
        by.into_iter().chain(self.data_ends(account)).min()
    }

    /// When access to the person's data ends unless the person signs in again, Unix seconds. A renewal of the token would read the
    /// date again.
    pub(in crate::keeper) fn data_ends(&self, account: &Account) -> Option<i64> {
        let lifetime = self.lifetime(account).ok();
        let renews = |lifetime| matches!(plan(&life(lifetime, account)), Plan::Renews { .. }) && !waits_for_person(account);
        let by_itself = lifetime.as_ref().is_some_and(renews);
        account.data_access_expires.filter(|_| !by_itself && !account.paused)
    }

    /// The days on which accounts end that only a login renews, as a calendar (RFC 5545).
    pub fn calendar(&self, language: Language) -> String {
        let (book, _) = self.shared.book.read_lossy();
        let stamp = date(self.now()) + "T000000Z";
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Keybearer//Keybearer//EN".to_owned(),
        ];
        let ends = |a: &&Account| self.log_in_by(a).is_some();
        for account in book.accounts.iter().filter(ends) {
            let by = self.log_in_by(account).unwrap_or_default();
            let provider = self.shared.registry.get(&account.provider);
            let provider = provider.map_or("", |e| e.provider.name.of(language.tag()));
            let summary = format!("{} – {} · {provider}", say(language, "calendar-entry"), account.name);
            lines.extend([
                "BEGIN:VEVENT".to_owned(),
                format!("UID:{}@io.github.keybearer", account.id),
                format!("DTSTAMP:{stamp}"),
                format!("DTSTART;VALUE=DATE:{}", date(by)),
                format!("SUMMARY:{}", escaped(&summary)),
                "BEGIN:VALARM".to_owned(),
                "ACTION:DISPLAY".to_owned(),
                "TRIGGER:-P7D".to_owned(),
                format!("DESCRIPTION:{}", escaped(&summary)),
                "END:VALARM".to_owned(),
                "END:VEVENT".to_owned(),
            ]);
        }
        lines.push("END:VCALENDAR".to_owned());
        lines.iter().map(|line| folded(line) + "\r\n").collect()
    }
}

/// A day as RFC 5545 writes it (§3.3.4), in UTC.
pub(in crate::keeper) fn date(time: i64) -> String {
    let day = utc(time);
    format!("{:04}{:02}{:02}", day.year(), u8::from(day.month()), day.day())
}

/// Escapes a text (§3.3.11). Names come from servers.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_control() || *c == '\n') {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out
}

/// Folds a line at 75 octets (§3.1).
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_and_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\u{7}"), "a\\;b\\,c\\\\d\\ne");
        let long = folded(&"ü".repeat(80));
        assert!(long.split("\r\n").all(|l| l.len() <= 75) && long.replace("\r\n ", "") == "ü".repeat(80));
        assert_eq!(date(1_795_312_669), "20261122");
    }
}
