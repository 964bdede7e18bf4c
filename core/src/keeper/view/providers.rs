//! What a shell shows of a provider file: tiles, forms and steps. Accounts and clients are in `view`.

use crate::http::host_of;
use crate::keeper::redirects::rules;
use crate::login::fixed_redirect_uri;
use crate::provider::messages::Authenticate;
use crate::provider::registry::Entry;
use crate::provider::{Authentication, ClientUse, ConsoleStep, Provider, QuestionKind, Scope, sources};
use crate::text::Text;
use crate::view::{FilterView, OptionView, ProviderView, QuestionView, RedirectView, StuckView};

/// A provider as a shell shows it at `now`, in Unix seconds. `relay` is the address of the person's relay page, or empty.
pub(in crate::keeper) fn provider_view(entry: &Entry, relay: &str, now: i64) -> ProviderView {
    let p = &entry.provider;
    ProviderView {
        id: p.id.clone(),
        name: p.name.clone(),
        mark: p.mark.clone(),
        summary: p.summary.clone(),
        tile_info: p.tile_info.clone(),
        warnings: p.warnings.clone(),
        checked: p.checked.clone(),
        facts_old: p.checked.as_deref().is_some_and(|day| sources::is_old(day, now)),
        sources: p.sources.clone(),
        docs: p.docs.clone(),
        custom: entry.custom,
        hosts: p.hosts.values().map(|h| host(h.source())).collect(),
        practice: p.practice,
        registers: p.registers(),
        needs_app: p.needs_app(),
        keys_of_account: p.client == ClientUse::Account,
        gives_password: p.messages.identity.as_ref().is_some_and(|m| m.authenticate == Authenticate::Basic),
        questions: p
            .questions
            .iter()
            .map(|q| QuestionView {
                id: q.id.clone(),
                label: q.label.clone(),
                help: q.help.clone(),
                placeholder: q.placeholder.clone(),
                default: q.default.clone(),
                kind: q.kind,
                pattern: q.pattern.clone(),
                wrong: q.wrong.clone(),
                options: if q.kind == QuestionKind::ClientType {
                    client_types(p)
                } else {
                    Vec::new()
                },
            })
            .collect(),
        console: p.console.iter().map(|s| step(p, s)).collect(),
        scopes: p
            .scopes
            .iter()
            .map(|s| Scope {
                default: s.default || s.locked,
                ..s.clone()
            })
            .collect(),
        redirects: p
            .redirects
            .iter()
            .map(|r| {
                let redirect_uri = fixed_redirect_uri(p, r.kind, relay);
                RedirectView {
                    kind: r.kind,
                    unproven: r.unproven,
                    note: r.note.clone(),
                    rules: rules(p, redirect_uri.as_deref()),
                    redirect_uri,
                    client_types: r.client_types.clone(),
                }
            })
            .collect(),
        can_deny: p.authorize.as_ref().is_none_or(|a| a.can_deny),
        can_force_login: p.authorize.as_ref().is_some_and(|a| !a.force_login.is_empty()),
        lists_tokens: p.messages.tokens.is_some(),
        can_revoke: p.messages.revocation.is_some(),
        can_verify: p.messages.identity.is_some(),
        identity_costs: p.lifetime.identity_costs,
        one_login: p.lifetime.one_login,
        reuses_token: p.lifetime.reuses_token,
        tile: p.tile.clone().unwrap_or_else(|| p.id.clone()),
        kind: p.kind.clone(),
        grant: p.grant,
        client_family: p.client_family().to_owned(),
        exchanges: p.messages.exchange.is_some(),
        has_sub_accounts: p.messages.sub_accounts.is_some(),
        has_app_token: p.messages.app_token.is_some(),
        can_inspect: p.messages.inspect.is_some(),
        has_device_codes: p.messages.device_code.is_some(),
        lists: p.statuses.as_ref().map(|listing| {
            let view = |f: &crate::provider::statuses::Filter| FilterView {
                id: f.id.clone(),
                meaning: f.meaning.clone(),
            };
            listing.filters.iter().map(view).collect()
        }),
        can_import: p.adopt.is_some(),
        stuck: p
            .authorize
            .iter()
            .flat_map(|a| &a.stuck)
            .map(|s| StuckView {
                shows: s.shows.clone(),
                code: s.category.code(),
                action: s.action.clone(),
            })
            .collect(),
        version: p.version.as_ref().map(|v| v.value.clone()),
        sunset: p.version.as_ref().and_then(|v| v.sunset.clone()),
    }
}

/// A step of the console. One that only copies the redirect address is where it is registered, in older files too.
fn step(provider: &Provider, step: &ConsoleStep) -> ConsoleStep {
    let (addresses, copy): (Vec<_>, Vec<_>) = step.copy.iter().cloned().partition(|value| value.source() == "{redirect_uri}");
    ConsoleStep {
        redirect: step.redirect || !addresses.is_empty(),
        copy,
        link: provider.page(step),
        ..step.clone()
    }
}

/// The client types to choose from. One without a text is called by its id.
fn client_types(provider: &Provider) -> Vec<OptionView> {
    let named = |t: &crate::provider::ClientType| OptionView {
        id: t.id.clone(),
        meaning: t.meaning.clone().unwrap_or_else(|| Text::same(&t.id)),
        secret: t.authentication != Authentication::None,
    };
    provider.client_types.iter().map(named).collect()
}

fn host(origin: &str) -> String {
    url::Url::parse(origin).map(|u| host_of(&u)).unwrap_or_else(|_| origin.to_owned())
}
