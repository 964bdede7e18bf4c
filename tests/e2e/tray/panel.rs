//! A desktop's panel on the test's own bus: a StatusNotifierWatcher that shows an app's menu and clicks in it, a notification
//! daemon that remembers what was said, a logind that says when the
//! computer wakes up, and a NetworkManager that says when the network is back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::zvariant::{Structure, Value};
use zbus::{Connection, connection, interface};

use crate::desktop::{Desktop, PATIENCE};
use crate::window::TRAY;

const DAEMON: &str = "/org/freedesktop/Notifications";
const ITEM: &str = "/StatusNotifierItem";

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub summary: String,
    pub body: String,
    pub actions: Vec<String>,
}

/// A line of a menu, with the lines below it.
#[derive(Clone, Debug)]
pub struct Line {
    id: i32,
    pub label: String,
    pub children: Vec<Line>,
}

pub struct Panel {
    bus: Connection,
    items: Arc<Mutex<Vec<String>>>,
    said: Arc<Mutex<Vec<Said>>>,
}

struct Watcher(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// An item says its name on the bus. Its place is the specification's.
    fn register_status_notifier_item(&self, service: String) {
        self.0.lock().unwrap().push(service);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|name| format!("{name}{ITEM}")).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

struct Daemon(Arc<Mutex<Vec<Said>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["body", "body-markup", "actions"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("panel", "tests", "1", "1.2")
    }

    fn close_notification(&self, _id: u32) {}

    #[allow(clippy::too_many_arguments)] // the specification's
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: std::collections::HashMap<String, Value<'_>>,
        _timeout: i32,
    ) -> u32 {
        let mut said = self.0.lock().unwrap();
        said.push(Said { summary, body, actions });
        u32::try_from(said.len()).unwrap()
    }
}

impl Panel {
    pub async fn new(desktop: &Desktop) -> Panel {
        let address = desktop.path("DBUS_SESSION_BUS_ADDRESS");
        let (items, said) = (Arc::default(), Arc::default());
        let bus = connection::Builder::address(address.to_str().unwrap())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&items)))
            .unwrap()
            .serve_at(DAEMON, Daemon(Arc::clone(&said)))
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .name("org.freedesktop.NetworkManager")
            .unwrap()
            .build()
            .await
            .unwrap();
        Panel { bus, items, said }
    }

    /// What was said so far, once there are so many.
    pub async fn said(&self, number: usize) -> Vec<Said> {
        wait("a notification", async || {
            let said = self.said.lock().unwrap().clone();
            (said.len() >= number).then_some(said)
        })
        .await
    }

    /// The notification daemon leaves the bus.
    pub async fn leave_notifications(&self) {
        self.bus.release_name("org.freedesktop.Notifications").await.unwrap();
    }

    /// The notification daemon is on the bus again.
    pub async fn return_to_notifications(&self) {
        self.bus.request_name("org.freedesktop.Notifications").await.unwrap();
    }

    /// A click on a notification's button, by its number.
    pub async fn act(&self, number: u32, action: &str) {
        let said = (number, action);
        let signal = self
            .bus
            .emit_signal(None::<&str>, DAEMON, "org.freedesktop.Notifications", "ActionInvoked", &said);
        signal.await.unwrap();
    }

    /// The computer wakes up.
    pub async fn wake(&self) {
        let path = "/org/freedesktop/login1";
        let signal = self
            .bus
            .emit_signal(None::<&str>, path, "org.freedesktop.login1.Manager", "PrepareForSleep", &false);
        signal.await.unwrap();
    }

    /// The network's state, in NetworkManager's numbers.
    pub async fn network(&self, state: u32) {
        let name = "org.freedesktop.NetworkManager";
        let signal = self
            .bus
            .emit_signal(None::<&str>, "/org/freedesktop/NetworkManager", name, "StateChanged", &state);
        signal.await.unwrap();
    }

    /// Calls the tray process, as the window's process does.
    pub async fn call<B>(&self, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.bus
            .call_method(Some(TRAY), "/io/github/keybearer/Tray", Some(TRAY), method, body)
            .await
    }

    /// The menu of the tray process that came last, once it says what is looked for.
    pub async fn menu(&self, wanted: impl Fn(&[Line]) -> bool) -> Vec<Line> {
        wait("the menu", async || self.try_menu().await.filter(|menu| wanted(menu))).await
    }

    /// Clicks a line, found by its labels from the top; the first label that begins so.
    pub async fn click(&self, labels: &[&str]) {
        // The app may make its menu again between the look and the click, which then is refused. Where a click ends the process, the
        // answer may be missing.
        wait("a click in the menu", async || {
            let menu = self.menu(|menu| find(menu, labels).is_some()).await;
            let event = (find(&menu, labels)?, "clicked", Value::I32(0), 0_u32);
            let (name, path) = self.menu_address().await?;
            let clicked = self
                .bus
                .call_method(Some(name), path, Some("com.canonical.dbusmenu"), "Event", &event);
            match clicked.await {
                Err(zbus::Error::MethodError(error, ..)) => (error.as_str() == "org.freedesktop.DBus.Error.NoReply").then_some(()),
                clicked => clicked.ok().map(drop),
            }
        })
        .await;
    }

    async fn menu_address(&self) -> Option<(String, String)> {
        let name = self.items.lock().unwrap().last().cloned()?;
        let asked = ("org.kde.StatusNotifierItem", "Menu");
        let properties = Some("org.freedesktop.DBus.Properties");
        let reply = self
            .bus
            .call_method(Some(name.as_str()), ITEM, properties, "Get", &asked)
            .await
            .ok()?;
        let body = reply.body();
        match body.deserialize::<Value<'_>>().ok()? {
            Value::ObjectPath(path) => Some((name, path.to_string())),
            _ => None,
        }
    }

    async fn try_menu(&self) -> Option<Vec<Line>> {
        let (name, path) = self.menu_address().await?;
        let asked = (0_i32, -1_i32, Vec::<&str>::new());
        let menu = Some("com.canonical.dbusmenu");
        let reply = self.bus.call_method(Some(name), path, menu, "GetLayout", &asked).await.ok()?;
        let body = reply.body();
        let whole: Structure<'_> = body.deserialize().ok()?;
        Some(line(whole.fields().get(1)?)?.children)
    }
}

fn line(value: &Value<'_>) -> Option<Line> {
    match value {
        Value::Value(inner) => line(inner),
        Value::Structure(node) => match node.fields() {
            [Value::I32(id), Value::Dict(properties), Value::Array(children)] => {
                let label = properties
                    .iter()
                    .find(|(name, _)| matches!(name, Value::Str(name) if name == "label"));
                Some(Line {
                    id: *id,
                    label: label.map(|(_, value)| text(value)).unwrap_or_default(),
                    children: children.iter().filter_map(line).collect(),
                })
            }
            _ => None,
        },
        _ => None,
    }
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Value(inner) => text(inner),
        Value::Str(text) => text.to_string(),
        _ => String::new(),
    }
}

fn find(menu: &[Line], labels: &[&str]) -> Option<i32> {
    let (first, rest) = labels.split_first()?;
    let line = menu.iter().find(|line| line.label.starts_with(first))?;
    if rest.is_empty() {
        Some(line.id)
    } else {
        find(&line.children, rest)
    }
}

/// Asks again and again; as `until`, for answers that have to be awaited.
pub async fn wait<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
