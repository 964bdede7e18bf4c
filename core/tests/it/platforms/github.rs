//! GitHub: the device flow of an OAuth app, whose token doesn't expire, and of a GitHub App, whose token lives for eight hours; and
//! personal access tokens, which say when they end.

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, AccessToken, ClientId};
use keybearer_core::view::{AccountView, LoginEvent};

use super::{DAY, HOUR, Stage, trouble, words};
use crate::browser::get;
use crate::rig::until;
use crate::running_login::Login;

const FILES: [&str; 2] = ["github", "github-pat"];
const APP: [(QuestionKind, &str); 1] = [(ClientId, "Ov23liA1b2C3d4E5f6G7")];
const GITHUB_APP: [(QuestionKind, &str); 1] = [(ClientId, "Iv23liA1b2C3d4E5f6G7")];
const APPROVED: &str = "the person has approved";
const UNDECIDED: &str = "the person has not decided";

impl Stage {
    /// A login that shows its code and asks.
    async fn code(&self, form: &[(QuestionKind, &str)]) -> Login {
        let mut login = self.rig.start(self.plan("github", form));
        let LoginEvent::UserCode {
            code, address, complete, ..
        } = login.until_user_code().await
        else {
            unreachable!()
        };
        assert_eq!((code.as_str(), complete), ("WDJB-MJHT", None));
        assert!(self.rig.opened().is_empty(), "the page would hide the code");
        assert_eq!(get(&address).await.unwrap().status, 200, "the page is where it was said");
        login
    }

    async fn approve(&self, form: &[(QuestionKind, &str)]) -> AccountView {
        self.server.situation(APPROVED, true);
        let mut login = self.code(form).await;
        self.later(5);
        self.rig.account(&login.end().await.unwrap())
    }
}

async fn an_app_waits_for_the_person_and_keeps_the_token(s: &Stage) {
    s.server.situation(UNDECIDED, true);
    let mut login = s.code(&APP).await;
    for asked in 1..=3 {
        s.later(5);
        until("a question", || s.server.played("not decided") == asked).await;
    }
    s.server.situation(UNDECIDED, false);
    s.server.situation("asked too often", true);
    s.later(5);
    until("one too many", || s.server.played("asked too often") == 1).await;
    s.server.situation("asked too often", false);
    s.server.situation(APPROVED, true);
    // Ten seconds from now on.
    s.later(6);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(s.server.played("a token"), 1, "only the one that was lost");
    s.later(5);
    let account = s.rig.account(&login.end().await.unwrap());
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("octocat", Some("583231")));
    assert!(
        account.verified.is_some() && account.expires.is_none() && account.trouble.is_none(),
        "{account:?}"
    );
    assert_eq!(
        (account.scopes.as_slice(), account.declined.len()),
        (&["public_repo".to_owned(), "read:user".to_owned()][..], 0)
    );
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
    }
    assert_eq!(
        (s.server.played("a token"), s.server.played("a code that was used")),
        (2, 1),
        "no more than before"
    );
    let (status, text) = s.call(&account.id, "repositories").await;
    assert!(status == 200 && text.contains("Hello-World"), "{text}");
    // The same person signs in once more: the same account.
    assert_eq!(s.approve(&APP).await.id, account.id);
    s.server.situation(APPROVED, false);
    // Revoked in the settings.
    s.server.end("access_token");
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("token-dead".into(), "Bad credentials".into())
    );
}

async fn each_refusal(s: &Stage) {
    let (code, said) = s.refused("github", &[(ClientId, "Ov23liZ9y8X7w6V5u4T3")]).await;
    assert!(code == "wrong-app-id" && said.contains("explicitly enabled"), "{code}: {said}");
    let (code, _) = s.refused("github", &[(ClientId, "Ov23liAAAAAAAAAAAAAA")]).await;
    assert_eq!(code, "client-auth");
    for (situation, expected) in [("the person presses Cancel", "denied"), ("too late", "code-spent")] {
        s.server.situation(situation, true);
        let mut login = s.code(&APP).await;
        s.later(5);
        let (code, said) = words(login.end().await.unwrap_err());
        assert!(code == expected && !said.is_empty(), "{situation}: {code}: {said}");
        s.server.situation(situation, false);
    }
    // An answer is lost, and with it the token: GitHub takes a code once.
    s.server.situation(APPROVED, true);
    let mut login = s.code(&APP).await;
    s.server.lose_next_answer();
    s.later(5);
    // The clocks go on only once the login has noticed: it counts its wait from then.
    assert_eq!(login.hint().await.code, "server-unreachable");
    assert_eq!(s.server.played("a token"), 1);
    s.later(20);
    assert_eq!(login.end().await.unwrap_err().code, "code-spent");
    assert_eq!(login.hints(), ["server-unreachable"]);
    assert!(s.rig.keeper.view().accounts.is_empty());
    s.server.situation(APPROVED, false);
}

async fn a_github_apps_token_is_renewed_without_a_secret(s: &Stage) {
    let account = s.approve(&GITHUB_APP).await;
    s.server.situation(APPROVED, false);
    assert!((account.expires.unwrap() - account.issued - 8 * HOUR).abs() <= 2, "{account:?}");
    assert!(
        (account.renews_until.unwrap() - account.issued - 183 * DAY).abs() <= 2,
        "{account:?}"
    );
    for day in 1..=30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("eight_hours"), "day {day}");
        assert!(s.verified(&account.id).await.trouble.is_none());
        assert_eq!(s.server.played("eight more hours"), day);
    }
    s.server.end("refresh_token");
    s.later(DAY);
    let error = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), s.server.played("a refresh token that was used")),
        ("token-dead", 1)
    );
}

async fn a_personal_token_says_when_it_ends(s: &Stage) {
    let (fine, classic) = (s.server.value("fine_grained"), s.server.value("classic"));
    let wrong = fine.replace("11ABC", "11CBA");
    let (code, said) = s.refused("github-pat", &[(AccessToken, &wrong)]).await;
    assert_eq!((code.as_str(), said.as_str()), ("token-dead", "Bad credentials"));
    let account = s.log_in("github-pat", &[(AccessToken, &fine)]).await;
    assert_eq!(account.name, "octocat");
    // 1 February 2027.
    assert_eq!(account.expires, Some(1_801_440_000));
    let (status, _) = s.call(&account.id, "limits").await;
    assert_eq!(status, 200);
    s.server.situation("the token lacks a permission", true);
    let (status, text) = s.call(&account.id, "repositories").await;
    assert!(status == 403 && text.contains("not accessible"), "{text}");
    s.server.situation("the token lacks a permission", false);
    s.server.situation("too many requests", true);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().view().code, "rate-limited");
    s.server.situation("too many requests", false);
    s.rig.keeper.delete_account(&account.id).await.unwrap();

    let account = s.log_in("github-pat", &[(AccessToken, &classic)]).await;
    assert_eq!(
        (account.expires, account.scopes.as_slice()),
        (None, &["gist".to_owned(), "repo".to_owned()][..])
    );
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, classic);
    }
    s.server.end("classic");
    assert_eq!(trouble(&s.verified(&account.id).await).0, "token-dead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_token_from_its_making_to_its_end() {
    let s = Stage::new("github", &FILES).await;
    each_refusal(&s).await;
    a_personal_token_says_when_it_ends(&s).await;
    a_github_apps_token_is_renewed_without_a_secret(&s).await;
    an_app_waits_for_the_person_and_keeps_the_token(&s).await;
    s.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_token_leads_to_its_kind() {
    let s = Stage::new("github", &FILES).await;
    for (name, kind) in [("classic", "github-pat"), ("fine_grained", "github-pat")] {
        assert_eq!(s.rig.keeper.recognise(&s.server.value(name).into()), [kind]);
    }
    // The token of GitHub's own command line.
    assert_eq!(
        s.rig.keeper.recognise(&"gho_16C7e42F292c6912E7710c838347Ae178B4a".into()),
        ["github"]
    );
}
