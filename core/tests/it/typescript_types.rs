//! The UI's types are written from Rust's: this test writes them anew and fails where the committed file was another.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::calls::InputKind;
use keybearer_core::provider::copies::CopyKind;
use keybearer_core::provider::sources::Source;
use keybearer_core::provider::{Grant, Kind, MarkView, QuestionKind, RedirectKind, StepTime, Warning};
use keybearer_core::text::Text;
use keybearer_core::view::*;
use ts_rs::{Config, TS};

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
        ErrorView,
        RedirectKind,
        Grant,
        Kind,
        QuestionKind,
        StepTime,
        Warning,
        Source,
        MarkView,
        AppView,
        ProviderView,
        QuestionView,
        WrongView,
        OptionView,
        ConsoleStepView,
        ScopeView,
        RedirectView,
        RuleView,
        RedirectCheck,
        AccountView,
        LaterView,
        ClientView,
        Visibility,
        Place,
        Target,
        Proof,
        DeliveredView,
        DeliveryView,
        StoreKind,
        StoreState,
        StoreView,
        Settings,
        UpdateView,
        LoginPlan,
        ServerView,
        StepKind,
        LoginEvent,
        StuckView,
        SubAccountView,
        RenewalOutcome,
        RenewalView,
        NoticeView,
        ParcelView,
        ArrivalOutcome,
        ArrivalView,
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
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/wire.ts");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    if committed != out {
        std::fs::write(path, out).unwrap();
        panic!("ui/src/lib/wire.ts was out of date; it is written anew, look at it and commit it");
    }
}
