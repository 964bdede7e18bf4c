//! The page's commands about exports of statuses. The page gives the plan; the person chooses the file in the system's dialog. Listed in
//! `commands` with all others.

use std::sync::Arc;

use keybearer_core::keeper::{ExportReport, Keeper, Output};
use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan, ExportView};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State, command};

use crate::{Answer, dialog, said};

/// An account's exports that are running or can be continued.
#[command]
pub async fn exports(keeper: State<'_, Keeper>, account: String) -> Answer<Vec<ExportView>> {
    Ok(keeper.exports(&account).await)
}

/// Asks for the file and starts. Returns the export's id, or none if the person cancels.
#[command]
pub async fn start_export<R: Runtime>(
    app: AppHandle<R>,
    keeper: State<'_, Keeper>,
    plan: ExportPlan,
    on_event: Channel<ExportEvent>,
) -> Answer<Option<String>> {
    let name = keeper.check_export(&plan).map_err(said)?;
    let ending = match plan.format {
        ExportFormat::Json => "json",
        ExportFormat::Jsonl => "jsonl",
    };
    let Some(path) = dialog::save_as(&app, "native-save", &format!("{}.{ending}", plain(&name))).await else {
        return Ok(None);
    };
    let started = keeper.start_export(plan, Output::File(path), report(on_event));
    started.map(Some).map_err(said)
}

/// Continues an interrupted export.
#[command]
pub async fn resume_export(keeper: State<'_, Keeper>, export: String, on_event: Channel<ExportEvent>) -> Answer<String> {
    keeper.resume_export(&export, report(on_event)).map_err(said)
}

/// Stops an export, which can be continued.
#[command]
pub async fn cancel_export(keeper: State<'_, Keeper>, export: String) -> Answer<()> {
    keeper.cancel_export(&export).map_err(said)
}

/// Discards an interrupted export.
#[command]
pub async fn discard_export(keeper: State<'_, Keeper>, export: String) -> Answer<()> {
    keeper.discard_export(&export).await.map_err(said)
}

fn report(on_event: Channel<ExportEvent>) -> ExportReport {
    // The window may be gone; the next one asks for the state.
    Arc::new(move |event| _ = on_event.send(event))
}

/// A name that is valid on any file system: `ada-social.example`.
fn plain(name: &str) -> String {
    let may_stay = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = name.chars().map(|c| if may_stay(c) { c } else { '-' }).take(80).collect();
    name.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(plain("@ada@social.example:8080"), "ada-social.example-8080");
        assert_eq!(plain("../../etc/passwd"), "etc-passwd");
        assert_eq!(plain("阿达"), "阿达");
    }
}
