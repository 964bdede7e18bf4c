//! Shows notifications through the notification daemon itself, so that a click opens the right screen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use keybearer_core::desktop::Toast;
use keybearer_core::words::say;
use tauri::{AppHandle, Runtime};
use zbus::blocking::Connection;
use zbus::message::Message;
use zbus::zvariant::Value;

use super::bus;
use crate::{window, wording};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const RULE: &str = "type='signal',sender='org.freedesktop.Notifications',interface='org.freedesktop.Notifications'";

/// The account that a click opens, for each visible notification.
type Shown = Mutex<HashMap<u32, Option<String>>>;

fn shown() -> MutexGuard<'static, HashMap<u32, Option<String>>> {
    static SHOWN: OnceLock<Shown> = OnceLock::new();
    SHOWN.get_or_init(Shown::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether one of our notifications is visible.
pub fn is_notice_shown() -> bool {
    !shown().is_empty()
}

fn call<B: serde::Serialize + zbus::zvariant::DynamicType>(bus: &Connection, method: &str, body: &B) -> zbus::Result<Message> {
    bus.call_method(Some(NAME), PATH, Some(NAME), method, body)
}

/// Whether a daemon would show one. May block.
pub fn can_notify() -> bool {
    capabilities().is_ok()
}

fn capabilities() -> zbus::Result<Vec<String>> {
    call(&bus::session()?, "GetCapabilities", &())?.body().deserialize()
}

/// Shows it. May block.
pub fn notify<R: Runtime>(app: &AppHandle<R>, toast: &Toast) -> std::result::Result<(), String> {
    show(app, toast).map_err(|e| e.to_string())
}

fn show<R: Runtime>(app: &AppHandle<R>, toast: &Toast) -> zbus::Result<()> {
    static LISTENING: Once = Once::new();
    let can = capabilities()?;
    let can = |what: &str| can.iter().any(|c| c == what);
    let bus = bus::session()?;
    let (handle, at) = (app.clone(), bus.clone());
    LISTENING.call_once(move || {
        if let Err(error) = bus::listen(&at, &[RULE], move |signal| heard(&handle, signal)) {
            tracing::warn!(%error, "clicks on notifications are not heard");
        }
    });
    let body = if can("body-markup") {
        escaped(&toast.body)
    } else {
        toast.body.clone()
    };
    let open = say(wording::language(app), "notice-open");
    // "default" is a click on the notification itself.
    let actions: &[&str] = if can("actions") { &["default", &open, "open", &open] } else { &[] };
    // The name of our desktop entry, without its extension.
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
    let id: u32 = call(&bus, "Notify", &said)?.body().deserialize()?;
    shown().insert(id, toast.account.clone());
    Ok(())
}

fn heard<R: Runtime>(app: &AppHandle<R>, signal: &Message) {
    let body = signal.body();
    let mut shown = shown();
    match bus::member(signal).as_str() {
        "ActionInvoked" => {
            let Ok((id, _)) = body.deserialize::<(u32, String)>() else { return };
            // Notifications of other programs have ids, too.
            if let Some(account) = shown.remove(&id) {
                window::open_at(app, account);
            }
        }
        "NotificationClosed" => {
            if let Ok((id, _)) = body.deserialize::<(u32, u32)>() {
                shown.remove(&id);
            }
        }
        _ => {}
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
