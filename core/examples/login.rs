//! One login from a terminal, with any real server: the same keeper, doors, keychain and book as the app.
//!
//!     cargo run -p keybearer-core --example login -- gotosocial https://HOST [SCOPE …]
//!
//! It opens the address by $BROWSER or the system, waits at the loopback door, stores into the keychain, and prints each
//! step; a secret is shown as dots only.

use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use keybearer_core::error::{Error, ErrorView};
use keybearer_core::keeper::{Keeper, Outside};
use keybearer_core::provider::{DoorKind, QuestionKind};
use keybearer_core::view::{LoginEvent, LoginPlan};
use keybearer_core::words::{Language, explain};
use tokio::sync::mpsc;

/// The browser is still on its way to the last page when the login is done.
const LINGER: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(provider), Some(server)) = (args.next(), args.next()) else {
        eprintln!("usage: login PROVIDER SERVER [SCOPE …]     for example: login gotosocial https://social.example read");
        return ExitCode::from(2);
    };
    match log_in(provider, server, args.collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for sentence in explain(language(), &error) {
                eprintln!("{sentence}");
            }
            if let Some(words) = error.detail {
                eprintln!("({words})");
            }
            ExitCode::FAILURE
        }
    }
}

async fn log_in(provider: String, server: String, mut scopes: Vec<String>) -> Result<(), ErrorView> {
    let outside = Outside::usual(Arc::new(open), Arc::new(|| {})).map_err(|e| e.view())?;
    println!("data      {}", outside.data.display());
    let keeper = Keeper::open(outside).map_err(|e| e.view())?;
    let view = keeper.view();
    let unknown = || Error::ProviderUnknown { id: provider.clone() }.view();
    let known = view.providers.iter().find(|p| p.id == provider).ok_or_else(unknown)?;
    if scopes.is_empty() {
        scopes = known
            .scopes
            .iter()
            .filter(|s| s.default || s.locked)
            .map(|s| s.id.clone())
            .collect();
    }
    let question = known.questions.iter().find(|q| q.kind == QuestionKind::Server);
    let plan = LoginPlan {
        provider: provider.clone(),
        client_name: "Keybearer".into(),
        answers: question.iter().map(|q| (q.id.clone(), server.clone())).collect(),
        scopes,
        door: Some(DoorKind::Loopback),
        ..LoginPlan::default()
    };
    let (report, mut events) = mpsc::unbounded_channel();
    keeper.start_login(
        plan,
        Arc::new(move |event| {
            let _ = report.send(event);
        }),
    );
    let id = loop {
        match events.recv().await {
            Some(LoginEvent::Step { step }) => println!("step      {}", word(&step)),
            Some(LoginEvent::Waiting { redirect_uri, host, .. }) => println!("waiting   for {host}, at {redirect_uri}"),
            Some(LoginEvent::Hint { error }) => println!("hint      {}", explain(language(), &error).join(" ")),
            Some(LoginEvent::Done { account }) => break account,
            Some(LoginEvent::Failed { error }) => return Err(error),
            None => return Err(Error::Cancelled.view()),
        }
    };
    if let Some(account) = keeper.view().accounts.into_iter().find(|a| a.id == id) {
        println!("account   {} ({})", account.name, account.user_id.unwrap_or_default());
        println!("may       {}", account.scopes.join(" "));
        println!("store     {}", word(&account.store));
        println!("token     ••••••••");
        if let Some(trouble) = account.trouble {
            println!("trouble   {}", explain(language(), &trouble).join(" "));
        }
    }
    let kept = keeper.check_store().await.map_err(|e| e.view());
    tokio::time::sleep(LINGER).await;
    kept
}

/// The word by which a step or a store is known everywhere.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// POSIX asks in this order.
fn language() -> Language {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    Language::negotiate(&wanted.unwrap_or_default())
}

fn open(address: &str) -> Result<(), Error> {
    let system = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let browser = std::env::var("BROWSER")
        .ok()
        .filter(|b| !b.is_empty())
        .unwrap_or_else(|| system.to_owned());
    let started = Command::new(&browser)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(_) => Ok(()),
        Err(e) => Err(Error::BrowserNotOpened {
            detail: format!("{browser}: {e}"),
        }),
    }
}
