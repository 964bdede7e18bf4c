//! An error as a shell sees it: its code, the parameters of its sentences, and the other side's own words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Code, Error};
use crate::text::Text;

/// An error for a person: the locales make "what happened", "what it means" and "what to press" of code and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorView {
    /// Which error.
    pub code: Code,
    /// Parameters for the sentence.
    pub params: BTreeMap<String, String>,
    /// Those of them that differ by language, such as a platform's name; `params` has them in English. Written only where there is one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, Text>>", optional)]
    pub texts: BTreeMap<String, Text>,
    /// The provider's or the system's own words.
    pub detail: Option<String>,
    /// What to press, in the provider file's own words, where the general sentence is not enough.
    #[serde(default)]
    pub action: Option<Box<Text>>,
}

impl Error {
    /// What a shell gets: the code, its parameters and the other side's own words.
    pub fn view(&self) -> ErrorView {
        use Error::*;
        let mut params = BTreeMap::new();
        let mut put = |name: &str, value: String| {
            params.insert(name.to_owned(), value);
        };
        let mut texts = BTreeMap::new();
        let mut words = None;
        let mut action = None;
        match self {
            ServerNameInvalid { typed, sign } => {
                put("typed", typed.clone());
                // As the locales choose by it.
                put("got", sign.clone().unwrap_or_else(|| "none".to_owned()));
            }
            ServerNotHttps { typed } => put("typed", typed.clone()),
            ServerUnderPath { host, path } => {
                put("host", host.clone());
                put("path", path.clone());
            }
            OtherSoftware { host, software, fits } => {
                put("host", host.clone());
                put("software", software.clone());
                match fits.as_deref() {
                    Some((id, name)) => {
                        put("id", id.clone());
                        texts.insert("provider".to_owned(), name.clone());
                    }
                    // As the locales choose by it.
                    None => put("provider", "none".to_owned()),
                }
            }
            ServerNotFound { host }
            | ServerUnknown { host }
            | ServerWithoutHttps { host }
            | Redirected { host }
            | SilentRefusals { host } => put("host", host.clone()),
            ServerUnreachable { host, detail, .. } | ServerTls { host, detail } => {
                put("host", host.clone());
                words = Some(detail.clone());
            }
            ProxyInvalid { variable } => put("variable", (*variable).to_owned()),
            ProxyDenied { proxy } => put("proxy", proxy.clone()),
            ProxyUnreachable { proxy, detail } => {
                put("proxy", proxy.clone());
                words = Some(detail.clone());
            }
            ProxyRefused { proxy, host, detail } => {
                put("proxy", proxy.clone());
                put("host", host.clone());
                words = Some(detail.clone());
            }
            RegistrationRefused { host, status, words: said } => {
                put("host", host.clone());
                put("status", status.to_string());
                words = said.clone();
            }
            PortTaken { port, owner } => {
                put("port", port.to_string());
                // As the locales choose by it.
                put("owner", owner.clone().unwrap_or_else(|| "none".to_owned()));
            }
            RedirectUnavailable { redirect, detail } => {
                put("redirect", (*redirect).to_owned());
                words = Some(detail.clone());
            }
            TimedOut { minutes } => put("minutes", minutes.to_string()),
            IssuerMismatch { expected, got } => {
                put("expected", expected.clone());
                put("got", got.clone());
            }
            PasteOtherAddress { expected } | IssuerMissing { expected } => put("expected", expected.clone()),
            RedirectDiffers {
                difference,
                expected,
                shown,
            } => {
                put("difference", (*difference).to_owned());
                put("expected", expected.clone());
                put("shown", shown.clone());
            }
            RelayNotHttps { typed } => put("typed", typed.clone()),
            RelayDiffers { url } => put("url", url.clone()),
            CertificateStore { detail } => words = Some(detail.clone()),
            HostsChanged { provider } | ServerMissing { provider } => texts.extend([("provider".to_owned(), (**provider).clone())]),
            RenewalNotNeeded { provider, rotates } => {
                texts.insert("provider".to_owned(), (**provider).clone());
                put("rotates", if *rotates { "yes" } else { "no" }.to_owned());
            }
            Refused {
                status,
                words: said,
                retry_after,
                action: own,
                ..
            } => {
                action = own.clone();
                put("status", status.to_string());
                put("seconds", retry_after.map(|s| s.to_string()).unwrap_or_default());
                words = said.clone();
            }
            Intermediary {
                host, status, retry_after, ..
            } => {
                put("host", host.clone());
                put("status", status.to_string());
                put("seconds", retry_after.map(|s| s.to_string()).unwrap_or_default());
            }
            ClockWrong { minutes, direction } => {
                put("minutes", minutes.to_string());
                put("direction", (*direction).to_owned());
            }
            RedirectRefused {
                redirect_uri,
                words: said,
                action: own,
                ..
            } => {
                action = own.clone();
                put("redirect_uri", redirect_uri.clone());
                words = said.clone();
            }
            AnswerUnreadable { what, detail } => {
                put("what", (*what).to_owned());
                words = Some(detail.clone());
            }
            AnswerTooLarge { what } => put("what", (*what).to_owned()),
            EnvLineUnclear { line, why } => {
                put("line", line.to_string());
                put("why", (*why).to_owned());
            }
            FileSealed { by } => put("by", (*by).to_owned()),
            EnvFileForeign { kind } => put("kind", (*kind).to_owned()),
            FileNowhere { path, why } => {
                put("path", path.display().to_string());
                put("why", (*why).to_owned());
            }
            DeliveryUnseen { target } => put("target", target.clone()),
            DeliveryDenied { host, status, words: said } | DeliveryRefused { host, status, words: said } => {
                put("host", host.clone());
                put("status", status.to_string());
                words = said.clone();
            }
            DeliveryNowhere { host, words: said } => {
                put("host", host.clone());
                words = said.clone();
            }
            DeliveryConflict { host } | DeliveryBlind { host } => put("host", host.clone()),
            DeliveryMoved { place, now } => {
                put("place", place.clone());
                put("now", now.clone());
            }
            DeliveryReplaced { place } => put("place", place.clone()),
            DeliverySso { host, url } => {
                put("host", host.clone());
                words = url.clone();
            }
            DeliveryStandby { host, node } => {
                put("host", host.clone());
                put("node", node.clone());
            }
            CommandMissing { program, detail } => {
                put("program", program.clone());
                words = Some(detail.clone());
            }
            CommandFailed {
                program,
                status,
                words: said,
            } => {
                put("program", program.clone());
                put("status", status.clone());
                words = said.clone();
            }
            CommandSlow { program, seconds } => {
                put("program", program.clone());
                put("seconds", seconds.to_string());
            }
            NoLocks { path } | FolderElsewhere { path } => put("path", path.display().to_string()),
            BookNewer { path } => put("path", path.display().to_string()),
            BookUnreadable { path, detail } => {
                put("path", path.display().to_string());
                words = Some(detail.clone());
            }
            Disk { path, source } => {
                put("path", path.display().to_string());
                words = Some(source.to_string());
            }
            PostTooLong { length, max } => {
                put("length", length.to_string());
                put("max", max.to_string());
            }
            ProviderUnknown { id } => put("id", id.clone()),
            ProviderFile { file, detail } => {
                put("file", file.clone());
                words = Some(detail.clone());
            }
            InputInvalid { field } => put("field", field.clone()),
            Denied { words: said } | DeniedWithoutState { words: said } | TokenUnknown { words: said } => words = said.clone(),
            Offline { detail } | BrowserNotOpened { detail } | KeychainRefused { detail } | Clipboard { detail } | Internal { detail } => {
                words = Some(detail.clone())
            }
            _ => {}
        }
        params.extend(texts.iter().map(|(name, text)| (name.clone(), text.en.clone())));
        ErrorView {
            code: self.code(),
            params,
            texts,
            detail: words.filter(|w| !w.is_empty()),
            action,
        }
    }
}
