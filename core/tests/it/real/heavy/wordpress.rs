//! The shipped file of WordPress against WordPress with MariaDB: login by the site's own pages, whose it is, use, a post,
//! revocation, and each refusal. The person is a browser without scripts: forms and cookies.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use keybearer_core::error::ErrorView;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, Draft, Lamp, LoginPlan, PostState, PostView};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::real::{Server, downloaded, free_port};
use crate::rig::{FixedPort, Rig};

/// PHP's extensions that WordPress needs.
const EXTENSIONS: &[&str] = &["mysqlnd", "mysqli", "dom", "xml", "mbstring", "ctype", "tokenizer", "fileinfo"];

static PORT: FixedPort = FixedPort::new(47025);

struct Stage {
    rig: Rig,
    origin: String,
    home: PathBuf,
    _server: Server,
}

/// A person at the site's own pages.
struct Person {
    browser: reqwest::Client,
    cookies: Vec<String>,
}

impl Stage {
    /// A site with two people, Ada who runs it and Grace who writes for it, and a keeper.
    async fn new() -> Option<Stage> {
        let php = downloaded("wordpress/usr/bin/php8.2")?;
        let root = php.ancestors().nth(3).map(Path::to_owned).unwrap();
        let mut home = PathBuf::new();
        let mut server = Server::start(&php, None, |command, folder| {
            home = folder.to_owned();
            let program = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/real/wordpress/server.php")).unwrap();
            let modules = root.join("usr/lib/php/20220829");
            command.env("LD_LIBRARY_PATH", root.join("usr/lib/x86_64-linux-gnu"));
            command.args(["-n", "-d", &format!("extension_dir={}", modules.display())]);
            command.args(EXTENSIONS.iter().flat_map(|name| ["-d".to_owned(), format!("extension={name}")]));
            command.arg("--").arg(&root).arg(free_port().to_string()).stdin(program);
        });
        let origin = loop {
            if let Some(origin) = server.line().strip_prefix("READY ") {
                break origin.to_owned();
            }
        };
        Some(Stage {
            rig: Rig::over(TempDir::new().unwrap()),
            origin,
            home,
            _server: server,
        })
    }

    fn plan(&self, redirect: RedirectKind) -> LoginPlan {
        LoginPlan {
            provider: "wordpress".into(),
            answers: [("server".to_owned(), format!("{}/wp-admin/", self.origin).into())].into(),
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// A login in which the person presses this button, by the browser's last address.
    async fn log_in(&self, person: &mut Person, name: &str, button: &str) -> Result<AccountView, ErrorView> {
        let mut login = self.rig.wait(self.plan(RedirectKind::Paste)).await;
        let address = self.sent_to(&login.id, person, name, button).await;
        self.rig.keeper.paste(&login.id, &address).unwrap();
        Ok(self.rig.account(&login.end().await?))
    }

    /// Where the site's page sends the browser.
    async fn sent_to(&self, login: &str, person: &mut Person, name: &str, button: &str) -> String {
        let link = self.rig.keeper.consent_link(login).unwrap();
        let (_, page) = person.get(&link).await;
        let mut form = hidden(&page);
        assert!(form.iter().any(|(name, _)| name == "success_url"), "no form on {link}:\n{page}");
        form.extend([("app_name".to_owned(), name.to_owned()), (button.to_owned(), "Yes".to_owned())]);
        let (to, page) = person
            .post(&format!("{}/wp-admin/authorize-application.php", self.origin), &form)
            .await;
        to.unwrap_or_else(|| panic!("the browser stays on {page}"))
    }

    /// What the site answers by HTTP Basic, as any program asks it.
    async fn ask(&self, user: &str, password: &str, route: &str) -> (u16, Value) {
        let url = Url::parse_with_params(&self.origin, [("rest_route", route)]).unwrap();
        let request = reqwest::Client::new().get(url).basic_auth(user, Some(password));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    /// What the site answers to strangers.
    async fn to_strangers(&self, route: &str) -> (u16, Value) {
        let url = Url::parse_with_params(&self.origin, [("rest_route", route)]).unwrap();
        let answer = reqwest::get(url).await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn post(&self, account: &str, visibility: &str) -> PostView {
        let draft = Draft {
            text: "Hello, engine & friends".into(),
            visibility: Some(visibility.into()),
            ..Draft::default()
        };
        self.rig.keeper.publish_post(account, &draft, true).await.unwrap()
    }

    /// A site of type `production` has no application passwords without https.
    fn production(&self, on: bool) {
        let file = self.home.join("production");
        match on {
            true => fs::write(file, "").unwrap(),
            false => fs::remove_file(file).unwrap(),
        }
    }
}

impl Person {
    /// Signs in by the site's own form.
    async fn signs_in(site: &Stage, name: &str) -> Person {
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let mut person = Person {
            browser: browser.build().unwrap(),
            cookies: Vec::new(),
        };
        let page = format!("{}/wp-login.php", site.origin);
        person.get(&page).await;
        let form = [
            ("log", name.to_owned()),
            ("pwd", format!("{name}-password")),
            ("testcookie", "1".to_owned()),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value));
        let (to, page) = person.post(&page, &form).await;
        assert!(to.is_some(), "{name} is not signed in: {page}");
        person
    }

    async fn get(&mut self, url: &str) -> (Option<String>, String) {
        self.send(self.browser.get(url)).await
    }

    async fn post(&mut self, url: &str, form: &[(String, String)]) -> (Option<String>, String) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.browser.post(url).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(body)).await
    }

    /// Where the answer leads, and its page.
    async fn send(&mut self, request: reqwest::RequestBuilder) -> (Option<String>, String) {
        let answer = request.header("cookie", self.cookies.join("; ")).send().await.unwrap();
        let set = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|cookie| cookie.to_str().ok());
        let set: Vec<String> = set.filter_map(|cookie| Some(cookie.split(';').next()?.to_owned())).collect();
        self.cookies.extend(set);
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (to, answer.text().await.unwrap())
    }
}

/// The hidden fields of a page.
fn hidden(page: &str) -> Vec<(String, String)> {
    let of = |tag: &str, name: &str| Some(tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?.to_owned());
    let tags = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = tags.map(|tag| format!(" {tag}")).filter(|tag| tag.contains("type=\"hidden\""));
    hidden
        .filter_map(|tag| Some((of(&tag, "name")?, of(&tag, "value")?.replace("&#038;", "&"))))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_of_the_site_works_and_deletes_itself() {
    let Some(s) = Stage::new().await else { return };
    let mut ada = Person::signs_in(&s, "ada").await;
    let account = s.log_in(&mut ada, "Keybearer", "approve").await.unwrap();
    let host = s.origin.replace("http://", "");
    assert_eq!((account.name, account.user_id.as_deref()), (format!("ada@{host}"), Some("1")));
    assert_eq!(account.display_name.as_deref(), Some("Ada Lovelace"));
    assert!(account.verified.is_some() && account.life_known && account.expires.is_none() && account.trouble.is_none());
    let password = s.rig.token(&account.id).await;
    let (status, me) = s.ask("ada", &password, "/wp/v2/users/me").await;
    assert_eq!((status, me["slug"].as_str()), (200, Some("ada")), "another program may use it");

    s.rig.keeper.verify(&account.id).await.unwrap();
    s.rig.keeper.inspect(&account.id).await.unwrap();
    let post = [
        ("title".to_owned(), "Hello".to_owned()),
        ("content".to_owned(), "<p>World".to_owned()),
    ]
    .into();
    let draft = s.rig.keeper.try_call(&account.id, "draft", &post, true).await.unwrap();
    assert!(draft.status == 201 && draft.text.contains("\"draft\""), "{}", draft.text);
    let posts = s.rig.keeper.try_call(&account.id, "posts", &[].into(), false).await.unwrap();
    assert!(posts.status == 200 && posts.text.contains("Hello"), "{}", posts.text);

    // A second password is another one: the first stays as it is.
    let second = s.log_in(&mut ada, "Keybearer 2", "approve").await.unwrap();
    assert_eq!(second.id, account.id, "the same person at the same site");
    assert_ne!(s.rig.token(&account.id).await, password);
    assert_eq!(s.ask("ada", &password, "/wp/v2/users/me").await.0, 200);

    let password = s.rig.token(&account.id).await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
    let (status, answer) = s.ask("ada", &password, "/wp/v2/users/me").await;
    assert_eq!((status, answer["code"].as_str()), (401, Some("rest_not_logged_in")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_to_the_listener_of_this_computer() {
    let Some(s) = Stage::new().await else { return };
    let _alone = PORT.alone().await;
    let mut grace = Person::signs_in(&s, "grace").await;
    let mut login = s.rig.wait(s.plan(RedirectKind::Loopback)).await;
    let address = s.sent_to(&login.id, &mut grace, "Keybearer", "approve").await;
    let page = crate::browser::get(&address).await.unwrap();
    let account = s.rig.account(&login.end().await.unwrap());
    let password = s.rig.token(&account.id).await;
    assert!(address.contains(&password) && !page.body.contains(&password));
    // An author may write, and may not change the site.
    let post = [("title".to_owned(), "Hello".to_owned()), ("content".to_owned(), String::new())].into();
    assert_eq!(s.rig.keeper.try_call(&account.id, "draft", &post, true).await.unwrap().status, 201);
    assert_eq!(s.ask("grace", &password, "/wp/v2/settings").await.0, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_is_explained() {
    let Some(s) = Stage::new().await else { return };
    let mut ada = Person::signs_in(&s, "ada").await;
    assert_eq!(s.log_in(&mut ada, "Keybearer", "reject").await.unwrap_err().code, "denied");
    assert!(s.rig.keeper.view().accounts.is_empty());
    let account = s.log_in(&mut ada, "Keybearer", "approve").await.unwrap();

    // Without https the site hands out no passwords, and takes none.
    s.production(true);
    let error = s.rig.fail(s.plan(RedirectKind::Paste)).await;
    assert!(error.code == "refused" && error.action.unwrap().en.contains("https"));
    let error = s.rig.keeper.revoke(&account.id).await.unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("refused", Some("Application passwords are not available."))
    );
    s.production(false);
    s.rig.keeper.verify(&account.id).await.unwrap();

    // A name that is there already keeps the browser on the page.
    let login = s.rig.wait(s.plan(RedirectKind::Paste)).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let (_, page) = ada.get(&link).await;
    let mut form = hidden(&page);
    form.extend([
        ("app_name".to_owned(), "Keybearer".to_owned()),
        ("approve".to_owned(), "Yes".to_owned()),
    ]);
    let (to, page) = ada.post(&format!("{}/wp-admin/authorize-application.php", s.origin), &form).await;
    let stuck = s.rig.keeper.provider("wordpress").unwrap().stuck;
    assert!(to.is_none() && stuck.iter().any(|known| page.contains(&known.shows)), "{page}");
    s.rig.keeper.cancel_login(&login.id).unwrap();

    // It is deleted on the site.
    let password = s.rig.token(&account.id).await;
    let (_, known) = s.ask("ada", &password, "/wp/v2/users/me/application-passwords/introspect").await;
    let route = format!("/wp/v2/users/me/application-passwords/{}", known["uuid"].as_str().unwrap());
    let url = Url::parse_with_params(&s.origin, [("rest_route", route)]).unwrap();
    let deleted = reqwest::Client::new()
        .delete(url)
        .basic_auth("ada", Some(&password))
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.status().as_u16(), 200);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "token-dead");
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "token-dead");
    let again = s.log_in(&mut ada, "Keybearer", "approve").await.unwrap();
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_strangers_read_and_its_deletion() {
    let Some(s) = Stage::new().await else { return };
    let mut ada = Person::signs_in(&s, "ada").await;
    let account = s.log_in(&mut ada, "Keybearer", "approve").await.unwrap();
    let view = s.post(&account.id, "public").await;
    assert_eq!(
        (view.state, view.sent, view.there, view.seen),
        (PostState::Posted, Lamp::Yes, Lamp::Yes, Lamp::Yes),
        "{view:?}"
    );
    let route = format!("/wp/v2/posts/{}", view.id.unwrap());
    let (status, post) = s.to_strangers(&route).await;
    let said = post["content"]["rendered"].as_str().unwrap_or_default();
    assert!(status == 200 && said.contains("Hello, engine &#038; friends"), "{status} {post}");
    // What the page of the link shows is the theme's.
    assert!(view.link.unwrap().starts_with(&s.origin));
    let view = s.rig.keeper.delete_post(&account.id).await.unwrap();
    assert_eq!((view.state, s.to_strangers(&route).await.0), (PostState::Deleted, 404));

    let view = s.post(&account.id, "private").await;
    assert_eq!((view.there, view.seen), (Lamp::Yes, Lamp::NeedsLogin), "{view:?}");
    assert_eq!(view.reason.unwrap().code.id(), "default-visibility");
    s.rig.keeper.delete_post(&account.id).await.unwrap();

    // An editor takes it back: it waits for another look, and then it is in the trash.
    let view = s.post(&account.id, "public").await;
    let route = format!("/wp/v2/posts/{}", view.id.unwrap());
    let password = s.rig.token(&account.id).await;
    let change = async |method: reqwest::Method, body: &str| {
        let url = Url::parse_with_params(&s.origin, [("rest_route", &route)]).unwrap();
        let request = reqwest::Client::new().request(method, url).basic_auth("ada", Some(&password));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        assert!(request.send().await.unwrap().status().is_success());
    };
    change(reqwest::Method::POST, "{\"status\":\"pending\"}").await;
    let view = s.rig.keeper.check_post(&account.id).await.unwrap();
    assert_eq!((view.there, view.seen), (Lamp::Yes, Lamp::NeedsLogin), "{view:?}");
    assert_eq!(view.reason.unwrap().code.id(), "held-back");
    change(reqwest::Method::DELETE, "").await;
    let view = s.rig.keeper.check_post(&account.id).await.unwrap();
    assert_eq!(view.reason.unwrap().code.id(), "removed");
}
