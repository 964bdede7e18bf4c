//! The device authorization grant (RFC 8628): the codes that a person sees, each answer of §3.5 and how fast it is asked for, Cancel,
//! lost answers, and servers that mean harm. The clocks of keeper and server go twenty times as fast as the real one.

mod endings;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::now;
use keybearer_core::view::{LoginEvent, LoginPlan};
use tempfile::TempDir;

use crate::raw_server::{http, socket};
use crate::rig::{Habit, Rig, until};
use crate::running_login::Login;

const FAST: f64 = 20.0;

const DEVICE_CODE: &str = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS";
const CODES: &str = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT","verification_uri":"ORIGIN/device","verification_uri_complete":"ORIGIN/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;
const TOKEN: &str = r#"{"access_token":"the-token","token_type":"Bearer","expires_in":3600,"refresh_token":"the-refresh-token"}"#;

/// A provider file of the grant, at ORIGIN.
pub const FILE: &str = r##"
format = 1
id = "device"
name = "Device"
grant = "device_code"
mark = { letters = "D", color = "#334455" }
summary = "By a code."
hosts = { api = "ORIGIN" }

[[questions]]
id = "client_id"
kind = "client-id"
label = "Client ID"

[[scopes]]
id = "notes"
default = true
meaning = "read your notes"

[messages.device_authorization]
url = "{api}/device_authorization"
authenticate = "client"
form = { scope = "{scope}" }

[messages.token]
url = "{api}/token"
authenticate = "client"
form = { grant_type = "urn:ietf:params:oauth:grant-type:device_code", device_code = "{device_code}" }

[messages.identity]
method = "GET"
url = "{api}/me"
authenticate = "bearer"
answers = { user_id = "/id", username = "/name" }
"##;

/// What the server does with a question.
#[derive(Clone)]
enum Does {
    Answers(u16, &'static str),
    Hangs(Duration, u16, &'static str),
    HangsUp,
    Page,
}
use Does::{Answers, Hangs, HangsUp, Page};

fn refuses(code: &'static str) -> Does {
    let body = match code {
        "authorization_pending" => r#"{"error":"authorization_pending"}"#,
        "slow_down" => r#"{"error":"slow_down"}"#,
        "access_denied" => r#"{"error":"access_denied","error_description":"The person pressed Cancel"}"#,
        "expired_token" => r#"{"error":"expired_token"}"#,
        _ => unreachable!(),
    };
    Answers(400, body)
}

fn pending() -> Does {
    refuses("authorization_pending")
}

/// A keeper, and a server that answers one question after another as it was told, and the last one for ever.
struct Stage {
    rig: Rig,
    origin: String,
    begun: Instant,
    /// When each question came, in seconds by the fast clock, with its body.
    asked: Arc<Mutex<Vec<(f64, String)>>>,
}

impl Stage {
    async fn new(codes: &str, more: &str, answers: Vec<Does>) -> Stage {
        let begun = Instant::now();
        let seconds = move || begun.elapsed().as_secs_f64() * FAST;
        let asked: Arc<Mutex<Vec<(f64, String)>>> = Arc::default();
        let (log, codes, place) = (asked.clone(), codes.to_owned(), Arc::new(Mutex::new(String::new())));
        let (here, answers) = (place.clone(), Mutex::new(VecDeque::from(answers)));
        let origin = socket(move |request| {
            let json = |status: u16, body: &str| http(&status.to_string(), "Content-Type: application/json\r\n", body.as_bytes());
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            match head.split(' ').nth(1).unwrap() {
                "/device_authorization" if codes.starts_with('<') => http("200", "Content-Type: text/html\r\n", codes.as_bytes()),
                "/device_authorization" => {
                    let origin = here.lock().unwrap().clone();
                    let disguised = origin.replace("http://", "http://github.com@");
                    json(200, &codes.replace("ORIGIN", &origin).replace("DISGUISED", &disguised))
                }
                "/token" => {
                    log.lock().unwrap().push((seconds(), body.to_owned()));
                    let mut answers = answers.lock().unwrap();
                    let next = if answers.len() > 1 {
                        answers.pop_front()
                    } else {
                        answers.front().cloned()
                    };
                    match next.unwrap() {
                        Answers(status, body) => json(status, body),
                        Hangs(time, status, body) => {
                            // The other tasks of this thread go on in another one.
                            tokio::task::block_in_place(|| std::thread::sleep(time));
                            json(status, body)
                        }
                        HangsUp => Vec::new(),
                        Page => http("502", "Content-Type: text/html\r\n", b"<html><title>Bad gateway</title></html>"),
                    }
                }
                "/me" => json(200, r#"{"id":7,"name":"ada"}"#),
                other => json(404, &format!(r#"{{"error":"{other}"}}"#)),
            }
        })
        .await;
        place.lock().unwrap().clone_from(&origin);
        let home = TempDir::new().unwrap();
        let folder = home.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("device.toml"), FILE.replace("ORIGIN", &origin) + more).unwrap();
        let start = now();
        let rig = Rig::with_clock(home, Arc::new(move || start + seconds() as i64));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        rig.habit(Habit::Nothing);
        Stage { rig, origin, begun, asked }
    }

    fn start(&self) -> Login {
        self.rig.start(LoginPlan {
            provider: "device".into(),
            answers: [("client_id".to_owned(), "the-client".into())].into(),
            scopes: vec!["notes".into()],
            ..LoginPlan::default()
        })
    }

    /// A login that fails.
    async fn failure(&self) -> ErrorView {
        let mut login = self.start();
        let error = login.end().await.unwrap_err();
        assert!(self.rig.keeper.view().accounts.is_empty());
        let seen = format!("{:?}", login.seen);
        assert!(!seen.contains(DEVICE_CODE), "{seen}");
        error
    }

    fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() * FAST
    }

    /// The seconds between one question and the next.
    fn waits(&self) -> Vec<f64> {
        let asked = self.asked.lock().unwrap();
        asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// Each wait is as long as it must be, and not much longer: the clock is read ten times a second, which is every other second here.
fn paced(waits: &[f64], wanted: &[f64]) {
    assert_eq!(waits.len(), wanted.len(), "{waits:?}");
    for (wait, wanted) in waits.iter().zip(wanted) {
        assert!((*wanted..wanted + 15.0).contains(wait), "{wanted}: {waits:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_approves_after_a_while() {
    let answers = vec![pending(), refuses("slow_down"), pending(), Answers(200, TOKEN)];
    let s = Stage::new(CODES, "", answers).await;
    let began = s.seconds();
    let mut login = s.start();
    let shown = login.until_user_code().await;
    let LoginEvent::UserCode {
        code,
        address,
        complete,
        host,
        until,
        qr,
    } = &shown
    else {
        unreachable!()
    };
    assert_eq!((code.as_str(), address), ("WDJB-MJHT", &format!("{}/device", s.origin)));
    assert_eq!(complete.as_ref(), Some(&format!("{}/device?user_code=WDJB-MJHT", s.origin)));
    assert_eq!(format!("http://{host}"), s.origin);
    assert!((until - now() - 1800).abs() < 400, "{until}");
    assert!(qr.size > 28 && qr.path.starts_with('M'), "{qr:?}");
    // The address with the code is the one that is opened and copied.
    assert_eq!(s.rig.opened(), [complete.clone().unwrap()]);
    assert_eq!(&s.rig.keeper.consent_link(&login.id).unwrap(), complete.as_ref().unwrap());
    s.rig.keeper.open_again(&login.id).unwrap();
    assert_eq!(s.rig.opened().len(), 2);

    let account = s.rig.account(&login.end().await.unwrap());
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("ada", Some("7")));
    assert!(account.verified.is_some() && account.renews_on_demand, "{account:?}");
    assert_eq!(s.rig.token(&account.id).await, "the-token");
    assert!(login.hints().is_empty());
    // The first question comes after an interval, too.
    let asked = s.asked.lock().unwrap().clone();
    assert!(asked[0].0 - began >= 5.0, "{asked:?}");
    paced(&s.waits(), &[5.0, 10.0, 10.0]);
    for (_, body) in &asked {
        assert!(
            body.contains(&format!("device_code={DEVICE_CODE}")) && body.contains("client_id=the-client"),
            "{body}"
        );
    }
    // Nothing is asked once there is a token.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(s.asked(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_answer_ends_the_login_as_it_should() {
    for (answer, code, said) in [
        (refuses("access_denied"), "denied", Some("The person pressed Cancel")),
        (refuses("expired_token"), "code-spent", None),
        (Answers(400, r#"{"error":"invalid_grant"}"#), "code-spent", None),
        (Answers(401, r#"{"error":"invalid_client"}"#), "client-auth", None),
        (
            Answers(400, r#"{"error":"unsupported_grant_type","error_description":"no devices"}"#),
            "refused",
            Some("no devices"),
        ),
        // A success without a token: there may be one, and it is not asked for again.
        (Answers(200, r#"{"token_type":"Bearer"}"#), "answer-unreadable", None),
        // What a server repeats is hidden.
        (
            Answers(
                400,
                r#"{"error":"x","error_description":"no GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS here"}"#,
            ),
            "refused",
            Some("no … here"),
        ),
    ] {
        let s = Stage::new(CODES, "", vec![pending(), answer]).await;
        let error = s.failure().await;
        assert_eq!(error.code, code, "{error:?}");
        assert!(said.is_none() || error.detail.as_deref() == said, "{error:?}");
        assert_eq!(s.asked(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn platforms_with_words_of_their_own() {
    let microsoft = "[device]\ndenied = [\"authorization_declined\"]\nexpired = [\"bad_verification_code\"]\n";
    let twitch = "[refusal]\ncode = [\"/message\"]\n";
    let own = "[device]\npending = [\"1\"]\nslow_down = [\"2\"]\n[refusal]\ncode = \"/code\"\nmessage = \"/msg\"\n";
    for (more, answers, end) in [
        (
            microsoft,
            vec![
                pending(),
                Answers(400, r#"{"error":"authorization_declined","error_codes":[70000]}"#),
            ],
            Err("denied"),
        ),
        (
            microsoft,
            vec![Answers(400, r#"{"error":"bad_verification_code"}"#)],
            Err("code-spent"),
        ),
        (
            twitch,
            vec![
                Answers(400, r#"{"status":400,"message":"authorization_pending"}"#),
                Answers(200, TOKEN),
            ],
            Ok(2),
        ),
        (
            twitch,
            vec![Answers(400, r#"{"status":400,"message":"access_denied"}"#)],
            Err("denied"),
        ),
        // Refusals with status 200, as GitHub sends them, and others with codes of HTTP, as Google does.
        (
            "",
            vec![Answers(200, r#"{"error":"authorization_pending"}"#), Answers(200, TOKEN)],
            Ok(2),
        ),
        (
            "",
            vec![Answers(428, r#"{"error":"authorization_pending"}"#), Answers(200, TOKEN)],
            Ok(2),
        ),
        ("", vec![Answers(429, r#"{"error":"slow_down"}"#), Answers(200, TOKEN)], Ok(2)),
        (
            own,
            vec![
                Answers(200, r#"{"code":1,"msg":"wait"}"#),
                Answers(200, r#"{"code":2,"msg":"wait longer"}"#),
                Answers(200, TOKEN),
            ],
            Err("answer-unreadable"),
        ),
        (
            &(own.to_owned() + "[messages.token.success]\npointer = \"/access_token\"\npresent = true\n"),
            vec![
                Answers(200, r#"{"code":1,"msg":"wait"}"#),
                Answers(200, r#"{"code":2,"msg":"wait longer"}"#),
                Answers(200, TOKEN),
            ],
            Ok(3),
        ),
    ] {
        let s = Stage::new(CODES, more, answers).await;
        match end {
            Ok(times) => {
                s.start().end().await.unwrap();
                assert_eq!(s.asked(), times, "{more}");
            }
            Err(code) => assert_eq!(s.failure().await.code, code, "{more}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_named_interval_counts_and_codes_expire() {
    // GitHub's slow_down names the interval.
    let slower = Answers(200, r#"{"error":"slow_down","interval":12}"#);
    let s = Stage::new(CODES, "", vec![slower, pending(), Answers(200, TOKEN)]).await;
    s.start().end().await.unwrap();
    paced(&s.waits(), &[12.0, 12.0]);

    let short = CODES.replace("1800", "30");
    let s = Stage::new(&short, "", vec![pending()]).await;
    let began = s.seconds();
    assert_eq!(s.failure().await.code, "code-spent");
    assert!((30.0..60.0).contains(&(s.seconds() - began)), "{}", s.seconds() - began);
    let asked = s.asked();
    assert!((3..=6).contains(&asked), "{asked}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(s.asked(), asked, "not after that");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_connection_is_waited_out_more_and_more_slowly() {
    let busy = Answers(503, r#"{"error":"temporarily_unavailable"}"#);
    let answers = vec![pending(), HangsUp, Page, pending(), busy, Answers(200, TOKEN)];
    let s = Stage::new(CODES, "", answers).await;
    let mut login = s.start();
    login.end().await.unwrap();
    paced(&s.waits(), &[5.0, 10.0, 20.0, 5.0, 10.0]);
    // Said once for each time that it was lost.
    assert_eq!(login.hints(), ["server-unreachable", "transient"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_token_of_another_person_waits() {
    let s = Stage::new(CODES, "", vec![Answers(200, TOKEN)]).await;
    let mut login = s.rig.start(LoginPlan {
        provider: "device".into(),
        answers: [("client_id".to_owned(), "the-client".into())].into(),
        expect: "grace".into(),
        ..LoginPlan::default()
    });
    assert_eq!(login.held().await, ("ada".to_owned(), "grace".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_is_not_sent_elsewhere() {
    let with = |name: &str, value: &str| {
        let mut codes: serde_json::Value = serde_json::from_str(CODES).unwrap();
        codes[name] = value.into();
        codes.to_string()
    };
    let long = "A".repeat(65);
    for codes in [
        with("verification_uri", "https://evil.example/device"),
        with("verification_uri", "http://evil.example/device"),
        with("verification_uri", "http://127.0.0.1:1/device"),
        with("verification_uri", "javascript:alert(1)"),
        with("verification_uri", "/device"),
        with("verification_uri", "ORIGIN.evil.example/device"),
        // The server's own host, behind the name of another.
        with("verification_uri", "DISGUISED/device"),
        with("verification_uri", &CODES.replace("ORIGIN", "https://x")),
        with("verification_uri_complete", "https://evil.example/?user_code=WDJB-MJHT"),
        with("verification_uri_complete", &format!("ORIGIN/{}", "x".repeat(1000))),
        with("user_code", ""),
        with("user_code", "WDJB\u{1b}[2J"),
        with("user_code", "WDJB\nEnter it at evil.example"),
        with("user_code", "\u{202e}TJHM"),
        with("user_code", &long),
        with("device_code", ""),
        with("device_code", &"x".repeat(8193)),
        "{}".to_owned(),
        "[]".to_owned(),
    ] {
        let s = Stage::new(&codes, "", vec![Answers(200, TOKEN)]).await;
        let error = s.failure().await;
        assert_eq!(error.code, "answer-unreadable", "{codes}");
        assert!(s.rig.opened().is_empty() && s.asked() == 0, "{codes}");
        let said = error.detail.unwrap_or_default();
        assert!(!said.contains(DEVICE_CODE) && !said.contains("WDJB"), "{said}");
    }
    // A page in place of an answer.
    let s = Stage::new("<!doctype html><title>Hello</title>", "", vec![pending()]).await;
    assert_eq!(s.failure().await.code, "web-page");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hostile_figures_are_bounded() {
    // No interval, or none that may be: five seconds. A draft's name for the address.
    for codes in [
        CODES.replace(",\"interval\":5", ""),
        CODES.replace("\"interval\":5", "\"interval\":0"),
        CODES.replace("\"interval\":5", "\"interval\":-7"),
        CODES.replace("verification_uri", "verification_url"),
    ] {
        let s = Stage::new(&codes, "", vec![pending(), Answers(200, TOKEN)]).await;
        s.start().end().await.unwrap();
        paced(&s.waits(), &[5.0]);
    }
    // A thousand million seconds: a minute, and the codes of an hour.
    let codes = CODES
        .replace("1800", "1000000000")
        .replace("\"interval\":5", "\"interval\":1000000000");
    let s = Stage::new(&codes, "", vec![Answers(200, TOKEN)]).await;
    let began = s.seconds();
    let mut login = s.start();
    let LoginEvent::UserCode { until, .. } = login.until_user_code().await else {
        unreachable!()
    };
    assert!((until - now() - 3600).abs() < 400, "{until}");
    login.end().await.unwrap();
    let waited = s.asked.lock().unwrap()[0].0 - began;
    assert!((60.0..90.0).contains(&waited), "{waited}");
}
