//! What a file must fulfil in what leads a person to the token: the tile, how tokens are recognised, and the console's steps.

use super::Check;
use crate::error::Category;
use crate::provider::RedirectKind;
use crate::text::is_unseen;

/// A longer nickname is a sentence.
const MAX_ALIAS: usize = 40;

impl Check<'_> {
    pub(super) fn tile_info(&mut self) {
        let p = self.provider;
        if let Some(tile) = &p.tile_info {
            for (n, alias) in tile.aliases.iter().enumerate() {
                let fits = !alias.trim().is_empty() && alias.chars().count() <= MAX_ALIAS && !alias.contains(is_unseen);
                self.must(fits, format!("tile_info.aliases[{n}]"), || {
                    format!("“{}”: from 1 to {MAX_ALIAS} characters", alias.escape_debug())
                });
                self.must(
                    !tile.aliases.iter().take(n).any(|other| other == alias),
                    format!("tile_info.aliases[{n}]"),
                    || format!("“{alias}” is listed twice"),
                );
            }
        }
        if let Some(adopt) = &p.adopt {
            self.must(adopt.prefixes.iter().all(|prefix| !prefix.is_empty()), "adopt.prefixes", || {
                "one of them is empty".into()
            });
            for (n, pattern) in adopt.patterns.iter().enumerate() {
                // One that fits anything would offer every token to this platform.
                self.must(
                    !pattern.is_in("") && !pattern.is_in("token"),
                    format!("adopt.patterns[{n}]"),
                    || "fits any text".into(),
                );
            }
        }
    }

    pub(super) fn console(&mut self) {
        let p = self.provider;
        for (n, step) in p.console.iter().enumerate() {
            let key = |name: &str| format!("console[{n}].{name}");
            for (m, kind) in step.fields.iter().enumerate() {
                self.must(p.question(*kind).is_some(), key(&format!("fields[{m}]")), || {
                    "no question of this kind".into()
                });
                let earlier = p
                    .console
                    .iter()
                    .take(n)
                    .flat_map(|step| &step.fields)
                    .chain(step.fields.iter().take(m));
                self.must(earlier.into_iter().all(|other| other != kind), key(&format!("fields[{m}]")), || {
                    "is answered at an earlier step".into()
                });
            }
            let asked = p.scopes.iter().any(|scope| !scope.granted_only);
            self.must(!step.permissions || asked, key("permissions"), || "no scope is asked for".into());
            let has_address = p.redirects.iter().any(|redirect| redirect.kind != RedirectKind::OutOfBand);
            self.must(!step.redirect || has_address, key("redirect"), || {
                "no redirect has an address".into()
            });
            for (m, kind) in step.for_redirects.iter().enumerate() {
                self.must(p.redirect(*kind).is_some(), key(&format!("for_redirects[{m}]")), || {
                    format!("no redirect “{}”", kind.name())
                });
            }
            self.must(!step.solves.contains(&Category::UserDenied), key("solves"), || {
                "no step puts a person's refusal right".into()
            });
        }
    }
}
