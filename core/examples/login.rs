//! One login from a terminal, with any real server: the same keeper, doors, keychain and book as the app.
//!
//!     cargo run -p keybearer-core --example login -- gotosocial https://HOST [SCOPE …]
//!     cargo run -p keybearer-core --example login -- threads [SCOPE …]
//!     cargo run -p keybearer-core --example login -- x-app
//!
//! It opens the address by $BROWSER or the system, waits at the provider's first door that opens by itself, stores into
//! the keychain, and prints each step; a secret is shown as dots only. What the provider asks (an app's id and secret) is
//! read from standard input, a line each; a line that comes while it waits is taken as pasted.

use std::collections::BTreeMap;
use std::process::{Command, Stdio, exit};
use std::sync::Arc;
use std::time::Duration;

use keybearer_core::error::{Error, ErrorView};
use keybearer_core::keeper::{Keeper, Outside};
use keybearer_core::provider::{DoorKind, QuestionKind};
use keybearer_core::view::{DoorView, LoginEvent, LoginPlan};
use keybearer_core::words::{Language, explain};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc;

/// The browser is still on its way to the last page when the login is done.
const LINGER: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let Some(provider) = args.next() else {
        eprintln!("usage: login PROVIDER [SERVER] [SCOPE …]     for example: login gotosocial https://social.example read");
        exit(2);
    };
    let Err(error) = log_in(provider, args.collect()).await else {
        // A line that is still being waited for at the terminal would keep the program.
        exit(0);
    };
    for sentence in explain(language(), &error) {
        eprintln!("{sentence}");
    }
    if let Some(words) = error.detail {
        eprintln!("({words})");
    }
    exit(1);
}

async fn log_in(provider: String, mut rest: Vec<String>) -> Result<(), ErrorView> {
    let outside = Outside::usual(Arc::new(open), Arc::new(|| {})).map_err(|e| e.view())?;
    println!("data      {}", outside.data.display());
    let keeper = Keeper::open(outside).map_err(|e| e.view())?;
    let view = keeper.view();
    let unknown = || Error::ProviderUnknown { id: provider.clone() }.view();
    let known = view.providers.iter().find(|p| p.id == provider).ok_or_else(unknown)?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let family = |id: &str| view.providers.iter().find(|p| p.id == id).map(|p| p.client_family.clone());
    let same = |id: &str| family(id).as_ref() == Some(&known.client_family);
    let known_client = view.clients.iter().find(|c| same(&c.provider) && !c.registered);
    let doors = &known.doors;
    let by_itself = |d: &&DoorView| matches!(d.kind, DoorKind::Loopback | DoorKind::HttpsLoopback);
    // Some tokens need nobody to come home.
    let door = doors.iter().find(by_itself).or(doors.first());
    if let Some(redirect_uri) = door.and_then(|d| d.redirect_uri.as_ref()) {
        println!("register  {redirect_uri}");
    }
    if door.is_some_and(|d| d.kind == DoorKind::HttpsLoopback) {
        println!("browser   it will warn once about this computer's own certificate");
    }
    let mut answers = BTreeMap::new();
    let mut has_secret = true;
    for question in &known.questions {
        let answer = match (question.kind, known_client) {
            (QuestionKind::Server, _) if rest.is_empty() => return Err(Error::InputInvalid { field: "server".into() }.view()),
            (QuestionKind::Server, _) => rest.remove(0),
            (QuestionKind::ClientId | QuestionKind::ClientSecret | QuestionKind::ClientType, Some(_)) => continue,
            (QuestionKind::ClientSecret, _) if !has_secret => continue,
            _ => {
                println!("asked     {}", question.label.en);
                for option in &question.options {
                    println!("          {}: {}", option.id, option.meaning.en);
                }
                lines.next_line().await.ok().flatten().unwrap_or_default()
            }
        };
        has_secret = question.options.iter().find(|o| o.id == answer).map_or(has_secret, |o| o.secret);
        answers.insert(question.id.clone(), answer);
    }
    let proposed = known.scopes.iter().filter(|s| s.default || s.locked).map(|s| s.id.clone());
    let plan = LoginPlan {
        provider: provider.clone(),
        client: known_client.map(|c| c.id.clone()),
        client_name: "Keybearer".into(),
        answers,
        scopes: if rest.is_empty() { proposed.collect() } else { rest },
        door: door.map(|d| d.kind),
        ..LoginPlan::default()
    };
    let (report, mut events) = mpsc::unbounded_channel();
    let login = keeper.start_login(
        plan,
        Arc::new(move |event| {
            let _ = report.send(event);
        }),
    );
    let id = loop {
        let event = tokio::select! {
            event = events.recv() => event,
            Ok(Some(pasted)) = lines.next_line() => {
                if let Err(error) = keeper.paste(&login, &pasted) {
                    println!("pasted    {}", explain(language(), &error.view()).join(" "));
                }
                continue;
            }
        };
        match event {
            Some(LoginEvent::Step { step }) => println!("step      {}", word(&step)),
            Some(LoginEvent::Waiting { redirect_uri, host, .. }) => println!("waiting   for {host}, at {redirect_uri}"),
            Some(LoginEvent::Hint { error }) => println!("hint      {}", explain(language(), &error).join(" ")),
            Some(LoginEvent::Done { account }) => break account,
            Some(LoginEvent::Failed { error }) => return Err(error),
            // Nobody in particular is meant here.
            Some(LoginEvent::Held { .. }) | None => return Err(Error::Cancelled.view()),
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
