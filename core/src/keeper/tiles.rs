//! Providers as tiles and forms: what a screen needs of a provider file. Not for accounts and clients: that is `looking`.

use crate::http::host_of;
use crate::login::fixed_redirect_uri;
use crate::provider::registry::Entry;
use crate::view::{ConsoleStepView, DoorView, ProviderView, QuestionView, ScopeView, StuckView, WrongView};

/// A platform as a screen needs it. `relay` is the address of the person's relay page, empty where there is none.
pub(super) fn provider_view(entry: &Entry, relay: &str) -> ProviderView {
    let p = &entry.provider;
    ProviderView {
        id: p.id.clone(),
        name: p.name.clone(),
        mark: p.mark.clone(),
        summary: p.summary.clone(),
        warnings: p.warnings.clone(),
        docs: p.docs.clone(),
        custom: entry.custom,
        hosts: p.hosts.values().map(|h| host(h.source())).collect(),
        practice: p.practice,
        registers: p.registers(),
        questions: p
            .questions
            .iter()
            .map(|q| QuestionView {
                id: q.id.clone(),
                label: q.label.clone(),
                help: q.help.clone(),
                placeholder: q.placeholder.clone(),
                kind: q.kind,
                pattern: q.pattern.clone(),
                wrong: q
                    .wrong
                    .iter()
                    .map(|w| WrongView {
                        pattern: w.pattern.clone(),
                        text: w.text.clone(),
                    })
                    .collect(),
            })
            .collect(),
        console: p
            .console
            .iter()
            .map(|s| ConsoleStepView {
                text: s.text.clone(),
                link: s.link.clone(),
                copy: s.copy.iter().map(|t| t.source().to_owned()).collect(),
            })
            .collect(),
        scopes: p
            .scopes
            .iter()
            .map(|s| ScopeView {
                id: s.id.clone(),
                meaning: s.meaning.clone(),
                default: s.default,
                locked: s.locked,
            })
            .collect(),
        doors: p
            .doors
            .iter()
            .map(|d| DoorView {
                kind: d.kind,
                unproven: d.unproven,
                note: d.note.clone(),
                redirect_uri: fixed_redirect_uri(p, d.kind, relay),
            })
            .collect(),
        can_deny: p.authorize.as_ref().is_none_or(|a| a.can_deny),
        can_force_login: p.authorize.as_ref().is_some_and(|a| !a.force_login.is_empty()),
        can_revoke: p.messages.revocation.is_some(),
        reuses_token: p.lifetime.reuses_token,
        tile: p.tile.clone().unwrap_or_else(|| p.id.clone()),
        exchanges: p.messages.exchange.is_some(),
        has_sub_accounts: p.messages.sub_accounts.is_some(),
        has_app_token: p.messages.app_token.is_some(),
        can_inspect: p.messages.inspect.is_some(),
        has_device_codes: p.messages.device_code.is_some(),
        adopts: p.adopt.is_some(),
        stuck: p
            .authorize
            .iter()
            .flat_map(|a| &a.stuck)
            .map(|s| StuckView {
                shows: s.shows.clone(),
                code: s.category.code().to_owned(),
            })
            .collect(),
        version: p.version.as_ref().map(|v| v.value.clone()),
        sunset: p.version.as_ref().and_then(|v| v.sunset.clone()),
    }
}

fn host(origin: &str) -> String {
    url::Url::parse(origin).map(|u| host_of(&u)).unwrap_or_else(|_| origin.to_owned())
}
