//! The texts of the product: no word that the glossary in CONTRIBUTING.md replaces, and no Markdown link that leads nowhere.

use std::path::{Path, PathBuf};

use keybearer_core::words::Language;

/// A word that texts do not use, what they use instead, and why.
struct Retired {
    word: &'static str,
    instead: &'static str,
    why: &'static str,
}

const fn retired(word: &'static str, instead: &'static str, why: &'static str) -> Retired {
    Retired { word, instead, why }
}

const SEARCH: &str = "people search for the standard's word";
const ONE: &str = "one word a thing";
const MODEST: &str = "plain words say it";

const ENGLISH: &[Retired] = &[
    retired("door", "redirect address", SEARCH),
    retired("doors", "redirect addresses", SEARCH),
    retired("way home", "redirect address", SEARCH),
    retired("ways home", "redirect addresses", SEARCH),
    retired("come home", "reach Keybearer", SEARCH),
    retired("comes home", "reaches Keybearer", SEARCH),
    retired("came home", "reached Keybearer", SEARCH),
    retired("deep link", "Keybearer link", "few know the term"),
    retired("adopt", "import", ONE),
    retired("adopts", "imports", ONE),
    retired("adopted", "imported", ONE),
    retired("bring in", "import", ONE),
    retired("sealed file", "encrypted file", "not everybody knows what a seal is"),
    retired("sealed files", "encrypted files", "not everybody knows what a seal is"),
    retired("errand", "login request", "house words"),
    retired("ages out", "expires", ONE),
    retired("aged out", "expired", ONE),
    retired(
        "log in again",
        "sign in again",
        "sign in, everywhere; `keybearer login` is the command's name",
    ),
    retired("logged in", "signed in", "sign in, everywhere"),
    retired("somebody", "someone, or who it is", MODEST),
    retired("nobody", "no one, or what is missing", MODEST),
    retired("whoever", "who it is", MODEST),
    retired("anew", "again", MODEST),
    retired("administrate", "administer", MODEST),
];

const SIMPLIFIED: &[Retired] = &[
    retired("口令", "密码", "Meta 的官方中文用“访问口令”指 access token"),
    retired("收养", "导入", "收养的是孩子和宠物"),
    retired("投递", "同步", "投递的是信件和简历"),
    retired("带入", "导入", ONE),
    retired("送回", "回调", SEARCH),
    retired("控制台", "开发者后台", ONE),
    retired("应用 ID", "应用编号（App ID）", ONE),
    retired("期满", "到期", ONE),
    retired("已过期", "已到期", ONE),
    retired("长期有效", "不会过期", "与 60 天的长期令牌相混"),
    retired("没有人说", "到期时间未知", MODEST),
    retired("测试者", "测试员", "Meta 的用词"),
    retired("秘密", "密钥", ONE),
    retired("存取令牌", "访问令牌", ONE),
    retired("重定向地址", "回调地址", ONE),
    retired("存放位置", "保存位置", ONE),
    retired("尚未核对", "尚未验证", ONE),
    retired("大得离谱", "过大", MODEST),
    retired("忘掉", "从本机删除", MODEST),
];

const TRADITIONAL: &[Retired] = &[
    retired("密語", "密碼", ONE),
    retired("收養", "匯入", "收養的是孩子和寵物"),
    retired("投遞", "同步", "投遞的是信件和履歷"),
    retired("帶入", "匯入", ONE),
    retired("送回", "回呼", SEARCH),
    retired("後台", "開發者主控台", ONE),
    retired("應用程式 ID", "應用程式編號（App ID）", ONE),
    retired("應用程式金鑰", "應用程式密鑰", "Meta 的用詞"),
    retired("期滿", "到期", ONE),
    retired("已過期", "已到期", ONE),
    retired("長期有效", "不會過期", "與 60 天的長期權杖相混"),
    retired("沒有人說", "到期日不明", MODEST),
    retired("轉送頁", "轉接頁", "轉送的是郵件"),
    retired("重新導向網址", "回呼網址", ONE),
    retired("祕密", "密鑰", ONE),
    retired("拷貝", "複製", "臺灣的用詞"),
    retired("儲存處", "存放位置", ONE),
    retired("儲存區", "存放位置", ONE),
    retired("儲存位置", "存放位置", ONE),
    retired("已保存", "已儲存", ONE),
    retired("尚未核對", "尚未驗證", ONE),
    retired("大得離譜", "過大", MODEST),
    retired("忘掉", "從這台電腦刪除", MODEST),
    retired("展延", "續期", "until a Taiwanese reader confirms it"),
];

fn retired_words(language: Language) -> &'static [Retired] {
    match language {
        Language::En => ENGLISH,
        Language::ZhHans => SIMPLIFIED,
        Language::ZhHant => TRADITIONAL,
    }
}

/// The retired words in a text, each with what to write instead. A name in backticks is a command or a key, and is exempt.
fn found(text: &str, language: Language) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let stands_alone = |at: usize, word: &str| {
        language != Language::En || !(letter(prose[..at].chars().next_back()) || letter(prose[at + word.len()..].chars().next()))
    };
    let is_in = |word: &str| prose.match_indices(word).any(|(at, _)| stands_alone(at, word));
    let all = retired_words(language).iter().filter(|r| is_in(&r.word.to_lowercase()));
    all.map(|r| format!("“{}” ({}: {})", r.word, r.instead, r.why)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The messages of a locale: what is neither a comment nor a key.
fn messages(language: Language) -> Vec<String> {
    let text = read(&root().join(format!("locales/{}.ftl", language.tag())));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let value = |line: &str| match line.split_once(" =") {
        Some((key, value)) if !key.trim_start_matches([' ', '.']).contains(' ') => value.to_owned(),
        _ => line.to_owned(),
    };
    lines.map(value).filter(|line| !line.trim().is_empty()).collect()
}

/// The texts of a language in a provider file, wherever they are.
fn texts(value: &toml::Value, tag: &str, into: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, inner) in table {
                match inner {
                    toml::Value::String(text) if key == tag => into.push(text.clone()),
                    _ => texts(inner, tag, into),
                }
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| texts(item, tag, into)),
        _ => {}
    }
}

fn files(folder: &Path, ends: &str, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ends, into);
        } else if path.to_string_lossy().ends_with(ends) {
            into.push(path);
        }
    }
}

/// Every page that a reader opens: at the root and in docs. docs/facts is taken from the platforms' own pages, and the
/// changelog tells of the past.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    files(&root().join("docs"), ".md", &mut pages);
    for entry in std::fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
    assert!(pages.len() > 10, "{pages:?}");
    pages
}

#[test]
fn the_list_finds_each_of_its_words() {
    for language in Language::ALL {
        for Retired { word, .. } in retired_words(language) {
            let sentence = format!("Press {word}, then go on.");
            assert!(found(&sentence, language).iter().any(|f| f.contains(word)), "{word}");
            assert!(found(&format!("Run `{word}`."), language).is_empty(), "{word}: a name in backticks");
        }
    }
    assert!(found("outdoors", Language::En).is_empty(), "a part of another word");
}

#[test]
fn the_locales_have_no_retired_word() {
    for language in Language::ALL {
        let messages = messages(language);
        assert!(messages.len() > 1000, "{}", messages.len());
        let bad: Vec<_> = messages
            .iter()
            .map(|m| (m, found(m, language)))
            .filter(|(_, f)| !f.is_empty())
            .collect();
        assert!(bad.is_empty(), "locales/{}.ftl: {bad:#?}", language.tag());
    }
}

/// Git merges the locales by union, which may leave two spellings of one message.
#[test]
fn no_message_is_there_twice() {
    let twice = |text: &str| {
        let (mut message, mut seen) = (String::new(), std::collections::BTreeSet::new());
        let mut twice = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((key, _)) = line.split_once(" =") else { continue };
            let name = match key.strip_prefix("    .") {
                Some(attribute) if !attribute.contains(' ') => format!("{message}.{attribute}"),
                _ if key.starts_with(|c: char| c.is_ascii_lowercase()) && !key.contains(' ') => {
                    message = key.to_owned();
                    key.to_owned()
                }
                _ => continue,
            };
            if !seen.insert(name.clone()) {
                twice.push(name);
            }
        }
        twice
    };
    assert_eq!(twice("a = 1\n    .b = 2\n    .b = 3\nc = 4\na = 5"), ["a.b", "a"]);
    for language in Language::ALL {
        let found = twice(&read(&root().join(format!("locales/{}.ftl", language.tag()))));
        assert!(found.is_empty(), "locales/{}.ftl: {found:?}", language.tag());
    }
}

#[test]
fn the_provider_files_have_no_retired_word() {
    let mut all = Vec::new();
    files(&root().join("core/providers"), ".toml", &mut all);
    assert!(all.len() > 10, "{all:?}");
    for language in Language::ALL {
        let mut count = 0;
        for path in &all {
            let mut said = Vec::new();
            texts(&toml::Value::Table(read(path).parse().unwrap()), language.tag(), &mut said);
            count += said.len();
            let bad: Vec<_> = said
                .iter()
                .map(|s| (s, found(s, language)))
                .filter(|(_, f)| !f.is_empty())
                .collect();
            assert!(bad.is_empty(), "{}: {bad:#?}", path.display());
        }
        assert!(count > 300, "{}: {count}", language.tag());
    }
}

#[test]
fn the_pages_have_no_retired_word() {
    let exempt = |path: &Path| {
        let path = path.to_string_lossy();
        path.contains("/docs/facts/") || path.ends_with("CHANGELOG.md") || path.ends_with("CONTRIBUTING.md")
    };
    for path in pages().iter().filter(|path| !exempt(path)) {
        let name = path.to_string_lossy();
        let language = Language::ALL
            .into_iter()
            .rev()
            .find(|l| name.contains(&format!("{}.md", l.tag())))
            .unwrap_or(Language::En);
        let mut fenced = false;
        for (number, line) in read(path).lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            let words = if fenced { Vec::new() } else { found(&unquoted(line), language) };
            assert!(words.is_empty(), "{name}:{}: {words:?}: {line}", number + 1);
        }
    }
}

/// The help of the command line and its manual are made of these comments.
#[test]
fn the_help_has_no_retired_word() {
    let mut all = Vec::new();
    files(&root().join("cli/src"), ".rs", &mut all);
    let mut count = 0;
    for path in all {
        for (number, line) in read(&path).lines().enumerate() {
            let Some(help) = line.trim_start().strip_prefix("/// ") else {
                continue;
            };
            count += 1;
            let words = found(help, Language::En);
            assert!(words.is_empty(), "{}:{}: {words:?}: {line}", path.display(), number + 1);
        }
    }
    assert!(count > 500, "{count}");
}

/// The page that is copied to a site as the relay page has a table of words, with a language's name before each part.
#[test]
fn the_relay_page_has_no_retired_word() {
    let page = read(&root().join("docs/callback/index.html"));
    for language in Language::ALL {
        let (_, words) = page.split_once(&format!("\"{}\": {{", language.tag())).unwrap();
        let (words, _) = words.split_once('}').unwrap();
        assert!(words.contains("idleText"), "{words}");
        let retired = found(words, language);
        assert!(retired.is_empty(), "{}: {retired:?}", language.tag());
    }
}

/// A line without what it quotes: a page may name another's word.
fn unquoted(line: &str) -> String {
    let parts = line.split(['“', '”', '「', '」']);
    parts.step_by(2).collect::<Vec<_>>().join(" ")
}

/// The targets of a line's links and pictures: `[…](target)` and `src="target"`.
fn targets(line: &str) -> Vec<&str> {
    let prose = line.split('`').step_by(2);
    let of = |part: &'static str, end: char| {
        move |text: &'_ str| -> Vec<(usize, usize)> {
            let starts = text.match_indices(part).map(|(at, _)| at + part.len());
            starts.filter_map(|at| Some((at, at + text[at..].find(end)?))).collect()
        }
    };
    let (links, pictures) = (of("](", ')'), of("src=\"", '"'));
    prose
        .flat_map(|text| {
            links(text)
                .into_iter()
                .chain(pictures(text))
                .map(|(from, to)| &text[from..to])
                .collect::<Vec<_>>()
        })
        .collect()
}

/// A heading's anchor as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Why a link leads nowhere; nothing if it leads somewhere. What is on the web is not asked for.
fn broken(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, part) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        page.to_owned()
    } else {
        page.parent()?.join(file)
    };
    if !path.exists() {
        return Some(format!("no file {}", path.display()));
    }
    let has = |text: &str| text.lines().any(|line| line.starts_with('#') && anchor(line) == part);
    (!part.is_empty() && !has(&read(&path))).then(|| format!("no heading #{part} in {}", path.display()))
}

#[test]
fn each_link_of_a_page_leads_to_a_file_and_a_heading() {
    let mut count = 0;
    for page in pages() {
        for (number, line) in read(&page).lines().enumerate() {
            for target in targets(line) {
                count += 1;
                let wrong = broken(&page, target);
                assert_eq!(wrong, None, "{}:{}", page.display(), number + 1);
            }
        }
    }
    assert!(count > 30, "{count}");
    let readme = root().join("README.md");
    assert!(broken(&readme, "docs/nothing.md").is_some() && broken(&readme, "#no-such-heading").is_some());
    assert_eq!(targets("[a](b.md#c) and `[d](e)` <img src=\"f.png\">"), ["b.md#c", "f.png"]);
    assert_eq!(anchor("## What a file's form is"), "what-a-files-form-is");
}
