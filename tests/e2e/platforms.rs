//! Each shipped platform as a person adds it: from its nickname in the search field to the token in the keychain, in one window.
//! The files are the shipped ones and ask the platforms' own hosts, which lead to servers on this computer. A new platform is a
//! line in the table.
//!
//! `walk` the screens · `server` what plays a platform · `internet` the way to it · `camera` pictures, where $KEYBEARER_TOUR asks
//! for them: of all platforms in all languages, below its folder platforms. $KEYBEARER_PLATFORMS may name the few ids to walk.

mod camera;
mod internet;
mod server;
mod walk;

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use keybearer_practice::{Flavor, meta};
use serde_json::{Value, json};

use self::camera::Camera;
use self::internet::Internet;
use self::server::{Played, Server};
use self::walk::{Hand, Walker};
use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring};
use crate::tray::invoke;

/// How a platform is walked.
pub struct Line {
    id: &'static str,
    /// What a person types to find its tile.
    nickname: &'static str,
    played: Played,
    /// Each question, and the name of its answer in [`Server::value`].
    answers: &'static [(&'static str, &'static str)],
    /// Whose token it is; `{here}` is the server's host, and `*` any text: the name of an app made before, or the platform's in another
    /// language.
    name: &'static str,
    by: Hand,
    /// For a login by a code: the situations of the script before the person has entered it, and after that.
    decides: (&'static str, &'static str),
}

const fn line(
    id: &'static str,
    nickname: &'static str,
    played: Played,
    answers: &'static [(&'static str, &'static str)],
    name: &'static str,
) -> Line {
    let by = Hand::Mouse;
    Line {
        id,
        nickname,
        played,
        answers,
        name,
        by,
        decides: ("", ""),
    }
}

/// The same, by keyboard alone: one for each way to a token.
const fn keyed(line: Line) -> Line {
    Line {
        by: Hand::Keyboard,
        ..line
    }
}

const SERVER: &[(&str, &str)] = &[("server", "origin")];
/// A login by a code.
const fn by_code(line: Line, before: &'static str, after: &'static str) -> Line {
    let decides = (before, after);
    Line { decides, ..line }
}

const META: &[(&str, &str)] = &[("client_id", "app id"), ("client_secret", "app secret")];
const X_KEYS: &[(&str, &str)] = &[("client_id", "api key"), ("client_secret", "api secret")];
const ID: &[(&str, &str)] = &[("client_id", "client_id")];
const ID_SECRET: &[(&str, &str)] = &[("client_id", "client_id"), ("client_secret", "client_secret")];
const FEISHU: &[(&str, &str)] = &[("client_id", "app_id"), ("client_secret", "app_secret")];
const LINE: &[(&str, &str)] = &[("client_id", "channel_id"), ("client_secret", "channel_secret")];

const UNANSWERED: &str = "the person has not answered";

/// Every other one is walked in English, the rest in Simplified and Traditional Chinese by turns.
#[rustfmt::skip]
const LINES: &[Line] = &[
    line("threads", "脆", Played::Meta(meta::Platform::Threads), META, "@ada"),
    line("instagram", "IG", Played::Meta(meta::Platform::Instagram), META, "@ada"),
    line("instagram-facebook", "哀居", Played::Meta(meta::Platform::Facebook), META, "Ada Practice"),
    line("facebook", "粉絲專頁", Played::Meta(meta::Platform::Facebook), META, "Ada Practice"),
    line("x", "推特", Played::X, &[("client_type", "public"), ("client_id", "client id")], "@ada"),
    line("x-oauth1", "Twitter", Played::X, X_KEYS, "@ada"),
    line("x-app", "推特", Played::X, X_KEYS, "X *"),
    line("x-keys", "推特", Played::X, &[
        ("client_id", "api key"), ("client_secret", "api secret"), ("access_token", "access token"), ("token_secret", "token secret"),
    ], "X *"),
    keyed(line("bluesky", "bsky", Played::Script("bluesky"), &[("client_id", "handle"), ("client_secret", "app_password")], "@ada.bsky.social")),
    line("mastodon", "长毛象", Played::Family(Flavor::Mastodon), SERVER, "@ada@{here}"),
    line("gotosocial", "GTS", Played::Family(Flavor::GoToSocial), SERVER, "@ada@{here}"),
    line("misskey", "MiAuth", Played::Script("misskey"), SERVER, "@ada@{here}"),
    line("pixelfed", "PF", Played::Script("pixelfed"), SERVER, "@ada@{here}"),
    line("pleroma", "Akkoma", Played::Script("pleroma"), SERVER, "@ada@{here}"),
    line("wordpress", "WP", Played::Script("wordpress"), &[("server", "https://blog.example.org")], "ada@blog.example.org"),
    line("wordpress-com", "WP.com", Played::Script("wordpress-com"), ID_SECRET, "ada"),
    line("linkedin", "领英", Played::Script("linkedin"), ID_SECRET, "John Doe"),
    line("line", "賴", Played::Script("line"), &[("access_token", "long_lived")], "Example name"),
    line("line-short", "LINE", Played::Script("line"), LINE, "Example name"),
    line("line-stateless", "连我", Played::Script("line"), LINE, "Example name"),
    line("discord", "DC", Played::Script("discord"), &[("access_token", "bot_token")], "Nelly"),
    keyed(line("telegram", "TG", Played::Script("telegram"), &[("access_token", "bot_token")], "@ada_weather_bot")),
    line("wechat", "公众号", Played::Script("wechat"), &[("client_id", "appid"), ("client_secret", "secret")], "* wx0123…"),
    keyed(line("google", "YouTube", Played::Script("google"), ID_SECRET, "ada@example.com")),
    by_code(line("feishu", "飞书", Played::Script("feishu"), FEISHU, "zhangsan"), UNANSWERED, ""),
    line("feishu-app", "飛書", Played::Script("feishu"), FEISHU, "name"),
    by_code(line("lark", "飞书国际版", Played::Moved("feishu", "feishu.cn", "larksuite.com"), FEISHU, "zhangsan"), UNANSWERED, ""),
    line("lark-app", "飛書國際版", Played::Script("lark"), FEISHU, "name"),
    line("microsoft", "微软", Played::Script("microsoft"), ID, "AdeleV@contoso.com"),
    by_code(line("microsoft-device", "微軟", Played::Script("microsoft"), ID, "AdeleV@contoso.com"), UNANSWERED, ""),
    keyed(by_code(line("twitch", "图奇", Played::Script("twitch"), ID, "twitchdev"), UNANSWERED, "")),
    by_code(line("github", "代码托管", Played::Script("github"), ID, "octocat"), "the person has not decided", "the person has approved"),
    line("github-pat", "GH", Played::Script("github"), &[("access_token", "fine_grained")], "octocat"),
    line("notion", "笔记", Played::Script("notion"), &[("access_token", "internal")], "pied piper · Ada Lovelace's Notion"),
    line("notion-oauth", "筆記", Played::Script("notion"), ID_SECRET, "Ada Lovelace · Ada Lovelace's Notion"),
];

const LANGUAGES: [&str; 3] = ["en", "zh-Hans", "zh-Hant"];

/// The lines that are walked in a language.
fn lines_of(language: &str, all: bool) -> impl Iterator<Item = &'static Line> {
    let turn = move |at: usize| ["en", "zh-Hans", "en", "zh-Hant"][at % 4] == language;
    let only = std::env::var("KEYBEARER_PLATFORMS").ok();
    let wanted = move |line: &Line| only.as_ref().is_none_or(|ids| ids.split(',').any(|id| id == line.id));
    LINES
        .iter()
        .enumerate()
        .filter(move |(at, line)| (all || turn(*at)) && wanted(line))
        .map(|(_, line)| line)
}

/// A desktop with its own internet, the app and a browser in it.
struct Stage {
    desktop: Desktop,
    internet: Internet,
    app: App,
    browser: Browser,
}

impl Stage {
    async fn new() -> Stage {
        let mut desktop = Desktop::new(Keyring::Unlocked);
        let certificate = desktop.path("DESK").join("authority.pem");
        let internet = Internet::start(&certificate).await;
        desktop.set("https_proxy", &internet.proxy);
        desktop.set("SSL_CERT_FILE", certificate.to_str().unwrap());
        let app = App::start(&desktop).await;
        let proxy = format!("--proxy-server={}", internet.proxy);
        // Chromium has a list of authorities of its own.
        let browser = Browser::open_with(&desktop, "http://127.0.0.1", &[&proxy, "--ignore-certificate-errors"]).await;
        Stage {
            desktop,
            internet,
            app,
            browser,
        }
    }

    fn walker(&self, camera: Option<Camera>) -> Walker<'_> {
        Walker {
            desktop: &self.desktop,
            app: &self.app,
            browser: &self.browser,
            language: "en",
            camera,
        }
    }

    /// What the window knows of each platform.
    async fn catalogue(&self) -> Vec<Value> {
        serde_json::from_value(invoke(&self.app, "catalogue", json!({})).await).unwrap()
    }

    async fn walk(&self, walker: &mut Walker<'_>, line: &Line, provider: &Value) {
        let server = Server::start(line.played).await;
        server.turn(line.decides.0, true);
        let hosts: Vec<String> = serde_json::from_value(provider["hosts"].clone()).unwrap();
        self.internet.lead(server.places(&hosts));
        walker.walk(line, provider, &server).await;
        // Chromium asks Google on its own who is signed in there.
        let unmatched = server.unmatched().into_iter().filter(|asked| !asked.contains("/ListAccounts?"));
        assert_eq!(unmatched.collect::<Vec<_>>(), [""; 0]);
    }
}

/// Every platform that has a tile of its own or shares one is walked; the practice platform is `first_token`'s.
fn complete(catalogue: &[Value]) {
    let some = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let offered = catalogue
        .iter()
        .filter(|one| one["practice"] != true && (some(&one["redirects"]) || some(&one["questions"])));
    let mut offered: Vec<&str> = offered.filter_map(|one| one["id"].as_str()).collect();
    let mut walked: Vec<&str> = LINES.iter().map(|line| line.id).collect();
    offered.sort_unstable();
    walked.sort_unstable();
    assert_eq!(walked, offered, "each shipped platform has a line");
}

/// What a walk failed by, so that one that fails does not hide the others.
async fn failure(walk: impl Future<Output = ()>) -> Option<String> {
    let mut walk = pin!(walk);
    let walked = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| walk.as_mut().poll(context))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    });
    let panic = walked.await.err()?;
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    Some(words.unwrap_or_else(|| "a panic without words".to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn platforms() {
    let folder = std::env::var_os("KEYBEARER_TOUR").map(|folder| PathBuf::from(folder).join("platforms"));
    // A desktop for all, or for each language that sees all of them.
    let desktops = if folder.is_some() {
        LANGUAGES.chunks(1)
    } else {
        LANGUAGES.chunks(LANGUAGES.len())
    };
    let mut failures = Vec::new();
    for languages in desktops {
        let stage = Stage::new().await;
        let catalogue = stage.catalogue().await;
        complete(&catalogue);
        let mut walker = stage.walker(folder.clone().map(Camera::new));
        for language in languages {
            walker.speak(language).await;
            for line in lines_of(language, folder.is_some()) {
                let started = Instant::now();
                let provider = catalogue.iter().find(|provider| provider["id"] == line.id).unwrap();
                let failed = failure(stage.walk(&mut walker, line, provider)).await;
                println!("{} in {language}: {} ms", line.id, started.elapsed().as_millis());
                // A login that still waits would be the next one's.
                if failed.is_some() && stage.app.is_there("cancel").await {
                    stage.app.click("cancel").await;
                }
                failures.extend(failed.map(|words| format!("{} in {language}: {words}", line.id)));
            }
        }
        stage.app.close().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
