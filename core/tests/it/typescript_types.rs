//! What the UI has from Rust: its types, and the shipped platforms for its stand-in. Each test writes its file again and fails
//! if the committed one differed.

use std::sync::Arc;

use keybearer_core::error::{Code, ErrorView};
use keybearer_core::provider::calls::InputKind;
use keybearer_core::provider::copies::CopyKind;
use keybearer_core::provider::sources::Source;
use keybearer_core::provider::{
    ConsoleStep, GrantType, Kind, MarkView, QuestionKind, RedirectKind, Scope, StepTime, TileCost, TileGroup, TileInfo, Warning, Wrong,
};
use keybearer_core::text::Text;
use keybearer_core::view::*;
use ts_rs::{Config, TS};

use crate::rig::keeper_at;

fn declaration<T: TS>(config: &Config, out: &mut String) {
    out.push_str("\nexport ");
    out.push_str(&T::decl(config));
    out.push('\n');
}

#[test]
fn the_uis_types_are_those_of_rust() {
    let config = Config::default().with_large_int("number");
    let mut out = "// Written by `cargo test -p keybearer-core` from core/src/view: change it there.\n".to_owned();
    macro_rules! declare {
        ($($t:ty),+ $(,)?) => { $(declaration::<$t>(&config, &mut out);)+ };
    }
    declare!(
        Text,
        Code,
        ErrorView,
        RedirectKind,
        GrantType,
        Kind,
        TileGroup,
        TileCost,
        TileInfo,
        QuestionKind,
        StepTime,
        Warning,
        Source,
        MarkView,
        AppView,
        ProviderView,
        QuestionView,
        Wrong,
        OptionView,
        ConsoleStep,
        Scope,
        RedirectView,
        RuleView,
        RedirectCheck,
        AccountView,
        Standing,
        LoginReason,
        NextDate,
        NextKind,
        LaterView,
        ProgramView,
        ProgramQuestion,
        ProgramAnswer,
        ClientView,
        Visibility,
        ChosenFile,
        Target,
        Proof,
        DeliveredView,
        DeliveryView,
        StoreKind,
        StoreState,
        UnlockedFor,
        StoreView,
        Settings,
        UpdateView,
        LoginPlan,
        ServerView,
        StepKind,
        QrView,
        LoginEvent,
        StuckView,
        SubAccountView,
        TokenOrigin,
        ServerTokenView,
        ServerTokensView,
        RenewalOutcome,
        RenewalView,
        NoticeView,
        BundleView,
        ImportOutcome,
        ImportedView,
        RedirectTest,
        FilterView,
        ExportPlan,
        ExportFormat,
        ExportEvent,
        MissingView,
        SkippedView,
        ExportView,
        InputKind,
        CopyKind,
        UsesView,
        CallView,
        InputView,
        RequestView,
        TriedView,
        RateView,
        CopyView,
        Draft,
        PostPlanView,
        PostImage,
        PostVisibility,
        PostPlace,
        PostNoDelete,
        PostView,
        PostState,
        Lamp,
        DarkReason,
        DarkCode,
        Purpose,
        UseView,
        UnrecordedView,
    );
    let passing: Vec<_> = Code::ALL.iter().filter(|code| code.passes()).collect();
    let list = |code: &&Code| format!("  \"{code}\",\n");
    out.push_str("\n/** Troubles that may pass without the user doing anything. */\n");
    out.push_str(&format!(
        "export const PASSING: readonly Code[] = [\n{}];\n",
        passing.iter().map(list).collect::<String>()
    ));
    write("shell/wire.ts", &out);
}

/// The stand-in shows what the provider files say. No day is part of it, so the file changes with them only.
#[test]
fn the_stand_in_shows_the_shipped_platforms() {
    let home = tempfile::tempdir().unwrap();
    let providers = keeper_at(home.path(), Arc::new(|| 0)).catalogue();
    assert!(providers.len() > 10, "the shipped files are where they were");
    write("fake/catalogue.json", &(serde_json::to_string_pretty(&providers).unwrap() + "\n"));
}

fn write(name: &str, text: &str) {
    let path = format!("{}/../ui/src/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::fs::read_to_string(&path).unwrap_or_default() != text {
        std::fs::write(&path, text).unwrap();
        panic!("ui/src/{name} was out of date; it is written again: look at it and commit it");
    }
}
