//! Which providers there are: the shipped files, and the person's own in the config folder.
//!
//! A file is parsed when it is first asked for, because most programs use one: `keybearer token` needs its account's. The own
//! files are read together, when all providers are listed or one that is not shipped is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::check::{self, Fault, is_origin, is_plain_id, not_an_origin};
use super::template::Template;
use super::{Port, Provider};
use crate::error::{Error, Result};
use crate::text::Text;

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../../providers/", $id, ".toml")))),*]
    };
}

/// The shipped files by their ids: the one place in the code that lists providers by name. The window's tiles have this order.
const SHIPPED: &[(&str, &str)] = shipped![
    "threads",
    "instagram",
    "instagram-facebook",
    "facebook",
    "x",
    "x-oauth1",
    "x-app",
    "x-keys",
    "bluesky",
    "mastodon",
    "gotosocial",
    "misskey",
    "pixelfed",
    "pleroma",
    "wordpress",
    "wordpress-com",
    "linkedin",
    "line",
    "line-short",
    "line-stateless",
    "discord",
    "telegram",
    "wechat",
    "feishu",
    "feishu-app",
    "lark",
    "lark-app",
    "google",
    "github",
    "github-pat",
    "microsoft",
    "microsoft-device",
    "twitch",
    "notion",
    "notion-oauth",
    "practice",
    "other",
];

/// All providers, by id.
#[derive(Debug)]
pub struct Registry {
    /// In the order of [`SHIPPED`]; none for a file that does not parse, which the tests rule out.
    shipped: Vec<OnceLock<Option<Entry>>>,
    /// Where the person's own files are.
    folder: Option<PathBuf>,
    own: OnceLock<Own>,
}

/// A provider and where it comes from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub provider: Arc<Provider>,
    /// It is the person's own.
    pub custom: bool,
}

/// The person's own files.
#[derive(Debug, Default)]
struct Own {
    entries: Vec<Entry>,
    refused: Vec<Error>,
}

/// A file that takes everything but the hosts from another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    format: u8,
    id: String,
    #[serde(default)]
    name: Option<Text>,
    extends: String,
    hosts: BTreeMap<String, Template>,
}

impl Registry {
    /// The shipped files alone.
    pub fn shipped() -> Registry {
        Registry {
            shipped: SHIPPED.iter().map(|_| OnceLock::new()).collect(),
            folder: None,
            own: OnceLock::new(),
        }
    }

    /// The shipped files, and the person's own: each `*.toml` in `folder`, which need not be there.
    pub fn with_folder(folder: PathBuf) -> Registry {
        Registry {
            folder: Some(folder),
            ..Registry::shipped()
        }
    }

    /// Every provider, shipped ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        let shipped = (0..SHIPPED.len()).filter_map(|at| self.shipped_at(at));
        shipped.chain(&self.own().entries)
    }

    /// Those of these ids that there are, in the order of [`Registry::iter`]. Other files are not parsed.
    pub fn some(&self, ids: &BTreeSet<String>) -> Vec<&Entry> {
        let at = |n: &usize| SHIPPED.get(*n).is_some_and(|(id, _)| ids.contains(*id));
        let mut found: Vec<&Entry> = (0..SHIPPED.len()).filter(at).filter_map(|n| self.shipped_at(n)).collect();
        if found.len() < ids.len() {
            found.extend(self.own().entries.iter().filter(|e| ids.contains(&e.provider.id)));
        }
        found
    }

    /// The provider with this id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        match SHIPPED.iter().position(|(shipped, _)| *shipped == id) {
            Some(at) => self.shipped_at(at),
            None => self.own().entries.iter().find(|e| e.provider.id == id),
        }
    }

    /// The provider with this id.
    ///
    /// # Errors
    /// [`Error::ProviderUnknown`].
    pub fn require(&self, id: &str) -> Result<Arc<Provider>> {
        self.get(id)
            .map(|e| e.provider.clone())
            .ok_or_else(|| Error::ProviderUnknown { id: id.to_owned() })
    }

    /// Why own files were refused, an [`Error::ProviderFile`] each.
    pub fn refused(&self) -> &[Error] {
        &self.own().refused
    }

    /// The ids of the shipped files that were parsed until now, in the order of the list.
    pub fn parsed(&self) -> Vec<&'static str> {
        let files = SHIPPED.iter().zip(&self.shipped);
        files.filter(|(_, entry)| entry.get().is_some()).map(|((id, _), _)| *id).collect()
    }

    fn shipped_at(&self, at: usize) -> Option<&Entry> {
        let (id, source) = SHIPPED.get(at)?;
        let read = || match base(source) {
            Some(base) => over(base, source)?.try_into(),
            None => toml::from_str(source),
        };
        let parse = || match read() {
            Ok(provider) => {
                tracing::debug!(id, "provider file parsed");
                Some(Entry {
                    provider: Arc::new(provider),
                    custom: false,
                })
            }
            Err(error) => {
                tracing::error!(id, %error, "shipped provider file");
                None
            }
        };
        self.shipped.get(at)?.get_or_init(parse).as_ref()
    }

    fn own(&self) -> &Own {
        self.own
            .get_or_init(|| self.folder.as_deref().map(|folder| self.read_folder(folder)).unwrap_or_default())
    }

    fn read_folder(&self, folder: &Path) -> Own {
        let mut own = Own::default();
        let Ok(files) = std::fs::read_dir(folder) else { return own };
        let mut paths: Vec<_> = files
            .flatten()
            .map(|f| f.path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .collect();
        paths.sort();
        // A file that extends another is read after it, whatever the two are called.
        let mut waiting: Vec<_> = paths.into_iter().map(|path| (std::fs::read_to_string(&path), path)).collect();
        loop {
            let before = waiting.len();
            let mut left = Vec::new();
            for (source, path) in waiting {
                let read = match &source {
                    Ok(source) => self.read_own(source, &own.entries).map_err(|faults| listed(&faults)),
                    Err(error) => Err(error.to_string()),
                };
                match read {
                    Ok(provider) => own.entries.push(Entry {
                        provider: Arc::new(provider),
                        custom: true,
                    }),
                    Err(detail) => left.push((source, path, detail)),
                }
            }
            let waits = |source: &std::io::Result<String>| source.as_ref().is_ok_and(|source| extends(source));
            if left.len() == before || !left.iter().any(|(source, ..)| waits(source)) {
                let refused = left.into_iter().map(|(_, path, detail)| Error::ProviderFile {
                    file: path.display().to_string(),
                    detail,
                });
                own.refused.extend(refused);
                return own;
            }
            waiting = left.into_iter().map(|(source, path, _)| (source, path)).collect();
        }
    }

    /// Reads an own file as if it came after all the others, and checks the rules of `check::lint` as well. A file with the same id
    /// may exist: it is taken for an earlier version of this one.
    ///
    /// # Errors
    /// Every fault that was found, at least one.
    pub fn check(&self, source: &str) -> Result<Provider, Vec<Fault>> {
        let others: Vec<Entry> = match check::id(source) {
            Some(id) => self.own().entries.iter().filter(|e| e.provider.id != id).cloned().collect(),
            None => Vec::new(),
        };
        let provider = self.read_own(source, &others)?;
        // An extension has the ports and messages of the file that it extends.
        let faults = match extends(source) {
            true => Vec::new(),
            false => check::lint(source, &provider, &self.shipped_ports()),
        };
        if faults.is_empty() { Ok(provider) } else { Err(faults) }
    }

    /// The ids of the shipped providers by the ports of their redirects.
    fn shipped_ports(&self) -> BTreeMap<u16, Vec<String>> {
        let mut taken: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for Entry { provider, .. } in (0..SHIPPED.len()).filter_map(|at| self.shipped_at(at)) {
            for redirect in &provider.redirects {
                let Port::Fixed(port) = redirect.port else { continue };
                let ids = taken.entry(port).or_default();
                if !ids.contains(&provider.id) {
                    ids.push(provider.id.clone());
                }
            }
        }
        taken
    }

    /// Reads an own file that may extend a shipped one, or one of those before it.
    fn read_own(&self, source: &str, before: &[Entry]) -> Result<Provider, Vec<Fault>> {
        let provider = match extends(source) {
            true => self.extended(source, before)?,
            false => check::read(source)?,
        };
        let id = &provider.id;
        if SHIPPED.iter().any(|(shipped, _)| shipped == id) || before.iter().any(|e| e.provider.id == *id) {
            return Err(check::placed(source, "id", format!("“{id}” is taken")));
        }
        Ok(provider)
    }

    fn extended(&self, source: &str, before: &[Entry]) -> Result<Provider, Vec<Fault>> {
        let fault = |key: &str, text: String| Err(check::placed(source, key, text));
        let extension: Extension = check::form(source)?;
        let shipped = SHIPPED.iter().position(|(id, _)| *id == extension.extends);
        let base = shipped
            .and_then(|at| self.shipped_at(at))
            .or_else(|| before.iter().find(|e| e.provider.id == extension.extends));
        let Some(base) = base else {
            return fault("extends", format!("no provider “{}”", extension.extends));
        };
        if extension.format != 1 {
            return fault("format", format!("{}: this program reads format 1", extension.format));
        }
        if !is_plain_id(&extension.id) {
            return fault("id", format!("“{}”: lower-case letters, digits and hyphens only", extension.id));
        }
        let mut provider = (*base.provider).clone();
        for (name, origin) in extension.hosts {
            let key = format!("hosts.{name}");
            let of_post = provider.post.as_mut().and_then(|post| post.hosts.get_mut(&name));
            if !provider.hosts.contains_key(&name) && of_post.is_none() {
                return fault(&key, format!("“{}” has no such host", extension.extends));
            }
            if !is_origin(origin.source()) {
                return fault(&key, not_an_origin(origin.source()));
            }
            match of_post {
                Some(host) => origin.source().clone_into(host),
                None => _ = provider.hosts.insert(name, origin),
            }
        }
        provider.id = extension.id;
        provider.name = extension.name.unwrap_or(provider.name);
        Ok(provider)
    }

    /// The file of `provider`'s family for this server software: the one that names it, else the family's fallback, else none. True
    /// beside it if it names the software. Other files are parsed only if `provider` does not name it.
    pub fn for_software(&self, provider: &Provider, software: &str) -> Option<(Arc<Provider>, bool)> {
        let own = provider.discovery.as_ref()?;
        // The person's choice comes first: no shipped file replaces a custom one for the same software.
        if own.names(software) {
            return self.get(&provider.id).map(|e| (e.provider.clone(), true));
        }
        let family = || {
            let members = self.iter().filter_map(|e| Some((&e.provider, e.provider.discovery.as_ref()?)));
            members.filter(|(_, discovery)| discovery.family == own.family)
        };
        if let Some((named, _)) = family().find(|(_, discovery)| discovery.names(software)) {
            return Some((named.clone(), true));
        }
        let (fallback, _) = family().find(|(_, discovery)| discovery.fallback)?;
        Some((fallback.clone(), false))
    }

    /// The first file that names this server software, of whatever family.
    pub fn of_software(&self, software: &str) -> Option<&Provider> {
        let names = |e: &&Entry| e.provider.discovery.as_ref().is_some_and(|d| d.names(software));
        self.iter().find(names).map(|e| e.provider.as_ref())
    }
}

/// The shipped file that a shipped file takes from, if it does. The files are ours, so that one line tells.
fn base(source: &str) -> Option<&'static str> {
    let id = source
        .lines()
        .find_map(|line| line.strip_prefix("extends = \"")?.strip_suffix('"'))?;
    SHIPPED.iter().find(|(shipped, _)| *shipped == id).map(|(_, base)| *base)
}

/// A shipped file over the one that it takes from, without the keys that it leaves out: a key replaces that file's; of two tables, a
/// key in one replaces that in the other.
fn over(base: &str, source: &str) -> Result<toml::Table, toml::de::Error> {
    let mut whole: toml::Table = toml::from_str(base)?;
    let mut own: toml::Table = toml::from_str(source)?;
    own.remove("extends");
    let without = own.remove("without");
    let names = without.iter().filter_map(toml::Value::as_array).flatten();
    names.filter_map(toml::Value::as_str).for_each(|name| _ = whole.remove(name));
    for (key, value) in own {
        match (whole.get_mut(&key), value) {
            (Some(toml::Value::Table(table)), toml::Value::Table(keys)) => table.extend(keys),
            (_, value) => _ = whole.insert(key, value),
        }
    }
    Ok(whole)
}

/// A shipped file as it is read: with what it takes from another one filled in.
pub fn whole(source: &str) -> String {
    let over = base(source).and_then(|base| over(base, source).ok());
    over.and_then(|table| toml::to_string(&table).ok())
        .unwrap_or_else(|| source.to_owned())
}

fn extends(source: &str) -> bool {
    toml::from_str::<toml::Table>(source).is_ok_and(|t| t.contains_key("extends"))
}

fn listed(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
