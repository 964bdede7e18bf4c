//! The page's commands about deliveries. Targets are chosen and confirmed in native dialogs: the page names no path and cannot turn a
//! delivery on. Listed in `commands` with all others.

use std::path::PathBuf;

use keybearer_core::deliver::{command, file};
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{AppView, Target};
use keybearer_core::words::{Language, say, tell};
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons};

use crate::commands::{Answer, said};
use crate::{WINDOW, dialog, wording};

/// Adds a delivery, if the person confirms it in a dialog.
#[tauri::command]
pub async fn add_delivery<R: Runtime>(
    app: AppHandle<R>,
    keeper: State<'_, Keeper>,
    account: String,
    mut target: Target,
    credential: Option<String>,
) -> Answer<String> {
    let credential = credential.map(Secret::new);
    if let Some(program) = target.program_mut() {
        whose(&keeper.view(), &account, wording::language(&app)).ok_or_else(|| said(Error::AccountUnknown))?;
        let path = dialog::open(&app, "native-choose-program").await;
        let path = path.ok_or_else(|| said(Error::Cancelled))?;
        *program = command::program(&path).map_err(said)?;
    }
    keeper.check_delivery(&account, &target).map_err(said)?;
    let is_new = matches!(target, Target::File { .. });
    if let Some(place) = target.place_mut() {
        let path = match is_new {
            true => dialog::save_as(&app, "native-choose", "token").await,
            false => dialog::open(&app, "native-choose").await,
        };
        let path = path.ok_or_else(|| said(Error::Cancelled))?;
        *place = file::place(&path).map_err(said)?;
    }
    confirm(&app, &account, &target).await.map_err(said)?;
    keeper.add_delivery(&account, target, credential).await.map_err(said)
}

/// Turns a delivery on, if the person confirms its present target.
#[tauri::command]
pub async fn confirm_delivery<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    let known = keeper.view().deliveries.into_iter().find(|d| d.id == id);
    let known = known.ok_or_else(|| said(Error::DeliveryUnknown))?;
    let mut target = known.target;
    if let Some(place) = target.place_mut() {
        *place = file::place(&PathBuf::from(&place.path)).map_err(said)?;
    }
    keeper.check_delivery(&known.account, &target).map_err(said)?;
    confirm(&app, &known.account, &target).await.map_err(said)?;
    keeper.confirm_delivery(&id, &known.account, &target).await.map_err(said)
}

/// Removes a delivery.
#[tauri::command]
pub async fn remove_delivery(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    keeper.remove_delivery(&id).await.map_err(said)
}

/// Delivers now.
#[tauri::command]
pub async fn deliver(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    keeper.deliver(&id).await.map_err(said)
}

/// Asks the person to confirm a target, which the dialog shows in full.
async fn confirm<R: Runtime>(app: &AppHandle<R>, account: &str, target: &Target) -> Result<()> {
    let language = wording::language(app);
    let view = app.state::<Keeper>().view();
    let whose = whose(&view, account, language).ok_or(Error::AccountUnknown)?;
    let text = format!(
        "{}\n\n{}",
        tell(language, "native-deliver", &[("name", &whose)]),
        described(language, target)
    );
    let (tell, answered) = tokio::sync::oneshot::channel();
    let mut asked = app
        .dialog()
        .message(text)
        .title(say(language, "native-title"))
        .buttons(MessageDialogButtons::OkCancelCustom(
            say(language, "native-yes"),
            say(language, "cancel"),
        ));
    if let Some(window) = app.get_webview_window(WINDOW) {
        asked = asked.parent(&window);
    }
    asked.show(move |yes| _ = tell.send(yes));
    match answered.await {
        Ok(true) => Ok(()),
        _ => Err(Error::Cancelled),
    }
}

/// The account's name and its platform's, because a person may have the same name on two platforms.
fn whose(view: &AppView, account: &str, language: Language) -> Option<String> {
    let account = view.accounts.iter().find(|a| a.id == account)?;
    let platform = view.providers.iter().find(|p| p.id == account.provider);
    let platform = platform.map_or(account.provider.as_str(), |p| p.name.of(language.tag()));
    Some(format!("{} · {}", wording::name(&account.name), wording::name(platform)))
}

/// A target as text for a person: nothing is left out, and no character moves or hides text.
fn described(language: Language, target: &Target) -> String {
    let plain = wording::exact;
    match target {
        Target::EnvFile { place, key } => {
            let file = tell(language, "native-env", &[("key", key), ("path", &plain(&place.path))]);
            file + &led(language, place.leads_to.as_deref())
        }
        Target::File { place } => {
            let file = tell(language, "native-file", &[("path", &plain(&place.path))]);
            file + &led(language, place.leads_to.as_deref())
        }
        Target::Program { words } => {
            let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
            format!("{}\n{}", say(language, "native-program"), words.join("\n"))
        }
        Target::Github { api, repository, name } => {
            let parts = [("url", api.as_str()), ("repository", repository), ("name", name)];
            let shadow = tell(language, "native-github-shadow", &[("name", name)]);
            format!("{}\n\n{shadow}", tell(language, "native-github", &parts))
        }
        Target::GithubEnvironment {
            api,
            repository,
            environment,
            name,
        } => {
            let environment = plain(environment);
            let parts = [
                ("url", api.as_str()),
                ("repository", repository),
                ("environment", &environment),
                ("name", name),
            ];
            tell(language, "native-github-environment", &parts)
        }
        Target::GithubOrganization {
            api,
            organization,
            visibility,
            name,
        } => {
            let parts = [
                ("url", api.as_str()),
                ("organization", organization),
                ("visibility", visibility.as_str()),
                ("name", name),
            ];
            tell(language, "native-github-organization", &parts)
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            let parts = [("url", api.as_str()), ("account", account), ("script", script), ("name", name)];
            tell(language, "native-cloudflare", &parts)
        }
        Target::Openbao {
            url,
            namespace,
            mount,
            path,
            key,
        } => {
            let namespace = namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
            let place = format!("{namespace}{mount}/{path}");
            tell(language, "native-openbao", &[("url", url), ("path", &place), ("key", &plain(key))])
        }
    }
}

fn led(language: Language, to: Option<&str>) -> String {
    let link = |to: &str| format!("\n\n{}", tell(language, "native-link", &[("path", &wording::exact(to))]));
    to.map(link).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_command_is_shown() {
        let words = ["sh", "-c", "cat > 'a b'\u{202e}", ""].map(str::to_owned).into();
        let said = described(Language::En, &Target::Program { words });
        assert!(said.ends_with("\"sh\"\n\"-c\"\n\"cat > 'a b'\\u{202e}\"\n\"\""), "{said}");
    }

    #[test]
    fn a_path_is_shown_as_it_is() {
        for path in [r"C:\Users\ada\.env", r"\\nas\bots\it's.env", "/home/张伟/é e\u{301}/.env"] {
            let place = keybearer_core::view::Place {
                path: path.into(),
                leads_to: Some(path.into()),
            };
            let said = described(Language::En, &Target::File { place });
            assert_eq!(said.matches(&format!("\"{path}\"")).count(), 2, "{said}");
        }
    }

    #[test]
    fn every_target_is_described_in_every_language() {
        let place = keybearer_core::view::Place {
            path: "/home/ada/.env".into(),
            leads_to: Some("/srv/env".into()),
        };
        for language in Language::ALL {
            let said = described(
                language,
                &Target::EnvFile {
                    place: place.clone(),
                    key: "TOKEN".into(),
                },
            );
            for part in ["TOKEN", "/home/ada/.env", "/srv/env"] {
                assert!(said.contains(part), "{said}");
            }
            for id in [
                "native-choose",
                "native-choose-program",
                "native-yes",
                "native-deliver",
                "native-file",
                "native-github",
                "native-github-shadow",
                "native-github-environment",
                "native-github-organization",
                "native-cloudflare",
                "native-openbao",
            ] {
                assert_ne!(say(language, id), id);
            }
        }
    }
}
