//! Which provider files there are: the shipped ones, and the person's own in the config folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::Provider;
use super::check::{is_origin, is_plain_id, read};
use super::template::Template;
use crate::error::{Error, Result};

/// The shipped files: the one place in the code that lists providers by name. Tiles stand in this order.
const SHIPPED: &[&str] = &[
    include_str!("../../providers/threads.toml"),
    include_str!("../../providers/instagram.toml"),
    include_str!("../../providers/instagram-facebook.toml"),
    include_str!("../../providers/facebook.toml"),
    include_str!("../../providers/x.toml"),
    include_str!("../../providers/x-oauth1.toml"),
    include_str!("../../providers/x-app.toml"),
    include_str!("../../providers/x-keys.toml"),
    include_str!("../../providers/mastodon.toml"),
    include_str!("../../providers/gotosocial.toml"),
    include_str!("../../providers/practice.toml"),
    include_str!("../../providers/other.toml"),
];

/// All providers, by id.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entries: Vec<Entry>,
}

/// A provider and where it comes from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub provider: Arc<Provider>,
    /// It is the person's own.
    pub custom: bool,
}

/// A file that takes everything but the hosts from another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    format: u8,
    id: String,
    #[serde(default)]
    name: Option<String>,
    extends: String,
    hosts: BTreeMap<String, Template>,
}

impl Registry {
    /// The shipped files.
    ///
    /// # Errors
    /// [`Error::ProviderFile`]: cannot happen in a build whose tests passed.
    pub fn shipped() -> Result<Registry> {
        let mut registry = Registry::default();
        for source in SHIPPED {
            registry.add(source, "shipped", false)?;
        }
        Ok(registry)
    }

    /// Adds the person's own files (`*.toml` in `folder`), and says which were refused; a folder that is not there has none.
    pub fn add_folder(&mut self, folder: &Path) -> Vec<Error> {
        let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<_> = files
            .flatten()
            .map(|f| f.path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .collect();
        paths.sort();
        let mut refused = Vec::new();
        for path in paths {
            let added = std::fs::read_to_string(&path)
                .map_err(|e| Error::ProviderFile {
                    file: path.display().to_string(),
                    detail: e.to_string(),
                })
                .and_then(|source| self.add(&source, &path.display().to_string(), true));
            refused.extend(added.err());
        }
        refused
    }

    /// Adds one file.
    ///
    /// # Errors
    /// [`Error::ProviderFile`] with every fault, or where the id is taken.
    pub fn add(&mut self, source: &str, file: &str, custom: bool) -> Result<()> {
        let refuse = |detail: String| Error::ProviderFile {
            file: file.to_owned(),
            detail,
        };
        let extends = || toml::from_str::<toml::Table>(source).is_ok_and(|t| t.contains_key("extends"));
        // In this order: each start reads all the shipped ones, and none of them extends another.
        let provider = match read(source) {
            Ok(provider) => provider,
            Err(_) if extends() => self.extended(source).map_err(refuse)?,
            Err(faults) => return Err(refuse(faults.join("\n"))),
        };
        if self.get(&provider.id).is_some() {
            return Err(refuse(format!("id “{}” is taken", provider.id)));
        }
        self.entries.push(Entry {
            provider: Arc::new(provider),
            custom,
        });
        Ok(())
    }

    fn extended(&self, source: &str) -> Result<Provider, String> {
        let extension: Extension = toml::from_str(source).map_err(|e| e.to_string())?;
        let base = self
            .get(&extension.extends)
            .ok_or_else(|| format!("extends: no provider “{}”", extension.extends))?;
        if extension.format != 1 {
            return Err(format!("format = {}: this program reads format 1", extension.format));
        }
        if !is_plain_id(&extension.id) {
            return Err(format!("id “{}”: lower-case letters, digits and hyphens only", extension.id));
        }
        let mut provider = (*base.provider).clone();
        for (name, origin) in extension.hosts {
            if !provider.hosts.contains_key(&name) {
                return Err(format!("hosts.{name}: “{}” has no such host", extension.extends));
            }
            if !is_origin(origin.source()) {
                return Err(format!(
                    "hosts.{name}: “{}” must be an https origin (http for loopback only), without a path",
                    origin.source()
                ));
            }
            provider.hosts.insert(name, origin);
        }
        provider.id = extension.id;
        provider.name = extension.name.unwrap_or(provider.name);
        Ok(provider)
    }

    /// Every provider, shipped ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The provider with this id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.provider.id == id)
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

    /// The file of `provider`'s family for this server software: the one that names it, else the family's fallback,
    /// else none. True beside it where the software is named.
    pub fn for_software(&self, provider: &Provider, software: &str) -> Option<(Arc<Provider>, bool)> {
        let family = &provider.discovery.as_ref()?.family;
        let members = || {
            self.iter()
                .filter(|e| e.provider.discovery.as_ref().is_some_and(|d| d.family == *family))
        };
        let named = |e: &&Entry| {
            e.provider
                .discovery
                .as_ref()
                .is_some_and(|d| d.software.iter().any(|s| s == software))
        };
        // The person's own choice first: a custom file for the same software must not be swapped for the shipped one.
        if provider
            .discovery
            .as_ref()
            .is_some_and(|d| d.software.iter().any(|s| s == software))
        {
            return self.get(&provider.id).map(|e| (e.provider.clone(), true));
        }
        if let Some(entry) = members().find(named) {
            return Some((entry.provider.clone(), true));
        }
        let fallback = members().find(|e| e.provider.discovery.as_ref().is_some_and(|d| d.fallback))?;
        Some((fallback.provider.clone(), false))
    }
}
