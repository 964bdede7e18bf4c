//! Whether there is a newer version of Keybearer: asked only if the person has chosen that, at most once a day, at the project's
//! own page. Nothing is downloaded or run; the person gets a link to the release page.

use serde::Deserialize;
use url::Url;

use super::Keeper;
use crate::book::Update;
use crate::error::Result;
use crate::http::Request;
use crate::token::DAY;
use crate::view::UpdateView;

/// The project's page.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
/// Seconds between two questions.
const BETWEEN: i64 = DAY;
/// A release with dozens of files is described in some 100 KB.
const MAX_ANSWER: usize = 512 * 1024;

impl Keeper {
    /// Asks for the newest release, where the person has chosen that and the last question is a day old. A failure is no
    /// trouble of the person's: the next question is tomorrow's.
    pub async fn check_for_update(self) {
        let Some(latest) = latest_release(REPOSITORY) else { return };
        self.check_for_update_at(&latest).await;
    }

    /// The same at another address: for tests.
    pub async fn check_for_update_at(&self, latest: &Url) {
        let now = self.now();
        let (book, _) = self.shared.book.read_lossy();
        if !book.settings.check_updates || !is_due(book.update.as_ref(), now) {
            return;
        }
        // Noted before the question, so that a crash or another process does not ask again.
        let noted = self.shared.book.change(|book| {
            let may = book.settings.check_updates && is_due(book.update.as_ref(), now);
            if may {
                book.update.get_or_insert_default().asked = now;
            }
            Ok(may)
        });
        match noted {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::warn!(code = %error.code(), "no check for updates"),
        }
        let newest = match self.ask_for_release(latest).await {
            Ok(Some(newest)) => newest,
            // What was known before still holds.
            Ok(None) => return,
            Err(error) => return tracing::info!(code = %error.code(), "the check for updates brought nothing"),
        };
        let kept = self.shared.book.change(|book| {
            if let Some(update) = book.update.as_mut().filter(|_| book.settings.check_updates) {
                update.newest = Some(newest);
            }
            Ok(())
        });
        if let Err(error) = kept {
            tracing::warn!(code = %error.code(), "the newest version was not kept");
        }
        self.changed();
    }

    /// The version of the newest release; none where the answer is not about a release to offer.
    async fn ask_for_release(&self, latest: &Url) -> Result<Option<String>> {
        let question = Request::get("latest release", latest.clone());
        let answer = self.shared.http.send_up_to(&question, MAX_ANSWER).await?;
        Ok(offered(answer.body.expose(), REPOSITORY).filter(|_| answer.status == 200))
    }
}

/// A newer version, as a shell shows it.
pub(super) fn update_view(update: Option<&Update>) -> Option<UpdateView> {
    let version = update?.newest.clone()?;
    // The program may have been updated since, and another program may have written the book.
    is_newer(&version, env!("CARGO_PKG_VERSION")).then(|| UpdateView {
        page: release_page(REPOSITORY, &format!("v{version}")),
        version,
    })
}

/// After a day; or at once, if the clock was set back.
fn is_due(update: Option<&Update>, now: i64) -> bool {
    update.is_none_or(|update| update.asked > now || now.saturating_sub(update.asked) >= BETWEEN)
}

/// Where the host of the repository describes its newest release.
fn latest_release(repository: &str) -> Option<Url> {
    let path = repository.strip_prefix("https://github.com/")?;
    Url::parse(&format!("https://api.github.com/repos/{path}/releases/latest")).ok()
}

fn release_page(repository: &str, tag: &str) -> String {
    format!("{repository}/releases/tag/{tag}")
}

/// The fields of a release that are read. GitHub always sends them.
#[derive(Deserialize)]
struct Release {
    tag_name: String,
    html_url: String,
    draft: bool,
    prerelease: bool,
}

/// The version of a release that may be offered: published, final, under the project's own address.
fn offered(answer: &str, repository: &str) -> Option<String> {
    let release: Release = serde_json::from_str(answer).ok()?;
    let version = release.tag_name.strip_prefix('v')?;
    let is_ours = release.html_url == release_page(repository, &release.tag_name);
    let is_final = !release.draft && !release.prerelease && numbers(version).is_some();
    (is_ours && is_final).then(|| version.to_owned())
}

/// Whether this final version comes after ours, which may be a pre-release (Semantic Versioning 2.0.0, 11).
fn is_newer(version: &str, ours: &str) -> bool {
    let ours = ours.split_once('+').map_or(ours, |(before, _)| before);
    let (core, is_prerelease) = ours.split_once('-').map_or((ours, false), |(core, _)| (core, true));
    match (numbers(version), numbers(core)) {
        (Some(version), Some(ours)) => version > ours || (version == ours && is_prerelease),
        _ => false,
    }
}

/// The three numbers of a version without pre-release and build parts (Semantic Versioning 2.0.0, 2).
fn numbers(version: &str) -> Option<[u64; 3]> {
    let number = |text: &str| {
        let is_one = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        text.parse().ok().filter(|_| is_one)
    };
    let mut parts = version.split('.').map(number);
    let all = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(tag: &str, page: &str, draft: bool, prerelease: bool) -> String {
        serde_json::json!({"tag_name": tag, "html_url": page, "draft": draft, "prerelease": prerelease, "assets": []}).to_string()
    }

    #[test]
    fn what_is_offered() {
        let page = |tag: &str| release_page(REPOSITORY, tag);
        let of = |tag: &str| offered(&answer(tag, &page(tag), false, false), REPOSITORY);
        assert_eq!(of("v1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(of("v10.0.0").as_deref(), Some("10.0.0"));
        for tag in [
            "",
            "v",
            "1.2.3",
            "v1.2",
            "v1.2.3.4",
            "v1.2.3-rc.1",
            "v1.2.3+build",
            "v01.2.3",
            "v1.2.",
            "v-1.2.3",
            "v1.2.+3",
            "V1.2.3",
            "v1.2.3 ",
            "v99999999999999999999.0.0",
            "v1.2.3/../../evil",
            "v１.2.3",
        ] {
            assert_eq!(of(tag), None, "{tag}");
        }
        assert_eq!(
            offered(&answer("v1.2.3", &page("v1.2.3"), true, false), REPOSITORY),
            None,
            "a draft"
        );
        assert_eq!(
            offered(&answer("v1.2.3", &page("v1.2.3"), false, true), REPOSITORY),
            None,
            "a pre-release"
        );
        for page in [
            "https://github.com/keybearer/keybearer/releases/tag/v1.2.4",
            "https://github.com/keybearer/keybearer.evil/releases/tag/v1.2.3",
            "https://github.com.evil.example/keybearer/keybearer/releases/tag/v1.2.3",
            "http://github.com/keybearer/keybearer/releases/tag/v1.2.3",
            "https://github.com/keybearer/keybearer/releases/tag/v1.2.3?x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(offered(&answer("v1.2.3", page, false, false), REPOSITORY), None, "{page}");
        }
    }

    #[test]
    fn what_is_no_answer() {
        let page = release_page(REPOSITORY, "v1.2.3");
        for text in [
            String::new(),
            "null".into(),
            "[]".into(),
            "<html>".into(),
            format!(r#"{{"tag_name":"v1.2.3","html_url":"{page}"}}"#),
            format!(r#"{{"tag_name":"v1.2.3","html_url":"{page}","draft":"false","prerelease":false}}"#),
            format!(r#"{{"tag_name":123,"html_url":"{page}","draft":false,"prerelease":false}}"#),
            r#"{"tag_name":"v1.2.3","html_url":null,"draft":false,"prerelease":false}"#.into(),
            format!(r#"[{{"tag_name":"v1.2.3","html_url":"{page}","draft":false,"prerelease":false}}]"#),
            format!(r#"{{"tag_name":"v1.2.3","tag_name":"v9.9.9","html_url":"{page}","draft":false,"prerelease":false}}"#),
            "[".repeat(100_000),
        ] {
            assert_eq!(offered(&text, REPOSITORY), None, "{}", text.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn which_is_newer() {
        for (version, ours) in [
            ("0.1.1", "0.1.0"),
            ("0.2.0", "0.1.9"),
            ("1.0.0", "0.99.99"),
            ("0.10.0", "0.9.0"),
            ("1.0.0", "1.0.0-rc.1"),
            ("1.0.1", "1.0.0-rc.1"),
            ("1.0.0", "1.0.0-rc.1+a-b"),
        ] {
            assert!(is_newer(version, ours), "{version} after {ours}");
        }
        for (version, ours) in [
            ("0.1.0", "0.1.0"),
            ("0.1.0", "0.1.0+build-1"),
            ("0.0.9", "0.1.0"),
            ("0.9.0", "0.10.0"),
            ("1.0.0", "1.0.1-rc.1"),
            ("9.9.9-rc.1", "0.1.0"),
            ("nonsense", "0.1.0"),
            ("9.9.9", "nonsense"),
        ] {
            assert!(!is_newer(version, ours), "{version} after {ours}");
        }
    }

    #[test]
    fn when_it_is_asked() {
        let asked = |asked| Update { asked, newest: None };
        assert!(is_due(None, 1_000_000));
        assert!(!is_due(Some(&asked(1_000_000)), 1_000_000));
        assert!(!is_due(Some(&asked(1_000_000)), 1_000_000 + BETWEEN - 1));
        assert!(is_due(Some(&asked(1_000_000)), 1_000_000 + BETWEEN));
        assert!(is_due(Some(&asked(1_000_001)), 1_000_000), "the clock was put back");
        assert!(is_due(Some(&asked(i64::MIN)), i64::MAX), "no overflow");
    }

    #[test]
    fn where_it_is_asked() {
        let asked = latest_release(REPOSITORY).map(String::from);
        assert_eq!(
            asked.as_deref(),
            Some("https://api.github.com/repos/keybearer/keybearer/releases/latest")
        );
        assert_eq!(latest_release("https://elsewhere.example/a/b"), None);
    }
}
