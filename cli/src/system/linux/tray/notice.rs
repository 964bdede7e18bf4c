//! Shows notifications through the notification daemon itself, so that a click opens the right screen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keybearer_core::desktop::{Surface, Toast};
use keybearer_core::words::{Language, say};
use tokio::sync::Notify;
use zbus::blocking::Connection;
use zbus::message::Message;
use zbus::zvariant::Value;

use super::bus;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const RULE: &str = "type='signal',sender='org.freedesktop.Notifications',interface='org.freedesktop.Notifications'";

/// The notifications of this process. Clones share one state.
#[derive(Clone)]
pub struct Notices {
    bus: Connection,
    /// The account that a click opens, for each visible notification.
    shown: Arc<Mutex<HashMap<u32, Option<String>>>>,
}

impl Notices {
    /// None yet.
    pub fn new(bus: &Connection) -> Notices {
        Notices {
            bus: bus.clone(),
            shown: Arc::default(),
        }
    }

    /// Opens the window on a click on a notification, and says when the bus is gone.
    pub fn hear_clicks(&self, surface: impl Surface, end: Arc<Notify>) -> zbus::Result<()> {
        let notices = self.clone();
        let heard = move |signal: &Message| {
            if let Some(account) = notices.clicked(signal) {
                surface.open(account);
            }
        };
        bus::listen(&self.bus, &[RULE], heard, move || end.notify_one())
    }

    /// Whether a daemon would show one. May block.
    pub fn can_notify(&self) -> bool {
        self.capabilities().is_ok()
    }

    /// Shows one. May block.
    pub fn show(&self, toast: &Toast, language: Language) -> zbus::Result<()> {
        let can = self.capabilities()?;
        let can = |what: &str| can.iter().any(|c| c == what);
        let body = if can("body-markup") {
            escaped(&toast.body)
        } else {
            toast.body.clone()
        };
        let open = say(language, "notice-open");
        // "default" is a click on the notification itself.
        let actions: &[&str] = if can("actions") { &["default", &open, "open", &open] } else { &[] };
        // The name of the app's desktop entry, without its extension.
        let hints = HashMap::from([("desktop-entry", Value::from("Keybearer"))]);
        let said = (
            "Keybearer",
            0_u32,
            "keybearer-desktop",
            toast.summary.as_str(),
            body.as_str(),
            actions,
            hints,
            -1_i32,
        );
        let id: u32 = self.call("Notify", &said)?.body().deserialize()?;
        self.shown().insert(id, toast.account.clone());
        Ok(())
    }

    fn capabilities(&self) -> zbus::Result<Vec<String>> {
        self.call("GetCapabilities", &())?.body().deserialize()
    }

    fn call<B: serde::Serialize + zbus::zvariant::DynamicType>(&self, method: &str, body: &B) -> zbus::Result<Message> {
        self.bus.call_method(Some(NAME), PATH, Some(NAME), method, body)
    }

    fn shown(&self) -> MutexGuard<'_, HashMap<u32, Option<String>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a click on one of our notifications opens. Notifications of other programs have ids, too.
    fn clicked(&self, signal: &Message) -> Option<Option<String>> {
        let body = signal.body();
        match bus::member(signal).as_str() {
            "ActionInvoked" => {
                let (id, _) = body.deserialize::<(u32, String)>().ok()?;
                self.shown().remove(&id)
            }
            "NotificationClosed" => {
                let (id, _) = body.deserialize::<(u32, u32)>().ok()?;
                self.shown().remove(&id);
                None
            }
            _ => None,
        }
    }
}

/// The specification's markup is a subset of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_is_text() {
        assert_eq!(super::escaped("<b>&amp;</b>"), "&lt;b&gt;&amp;amp;&lt;/b&gt;");
    }
}
