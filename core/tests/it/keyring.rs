//! gnome-keyring's lock, worked over the bus without a prompt; and a service that says no to everything.

use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, fdo, interface};

const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

fn login() -> ObjectPath<'static> {
    ObjectPath::from_static_str_unchecked(LOGIN)
}

pub async fn lock() {
    let bus = Connection::session().await.unwrap();
    let service = Some("org.freedesktop.Secret.Service");
    bus.call_method(Some(SERVICE), ROOT, service, "Lock", &(vec![login()],))
        .await
        .unwrap();
}

pub async fn unlock() {
    let bus = Connection::session().await.unwrap();
    let service = Some("org.freedesktop.Secret.Service");
    let opened = bus
        .call_method(Some(SERVICE), ROOT, service, "OpenSession", &("plain", Value::from("")))
        .await
        .unwrap();
    let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize().unwrap();
    let words = (session, Vec::<u8>::new(), b"test".to_vec(), "text/plain");
    let inner = Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface");
    bus.call_method(Some(SERVICE), ROOT, inner, "UnlockWithMasterPassword", &(login(), words))
        .await
        .unwrap();
}

struct Service;

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        login().into()
    }

    fn open_session(&self, _algorithm: &str, _input: Value<'_>) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        Err(fdo::Error::AccessDenied("not today".into()))
    }
}

struct Collection;

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    #[zbus(property)]
    fn locked(&self) -> bool {
        false
    }
}

pub async fn refusing() -> Connection {
    let builder = zbus::connection::Builder::session().unwrap();
    let served = builder
        .name(SERVICE)
        .unwrap()
        .serve_at(ROOT, Service)
        .unwrap()
        .serve_at(LOGIN, Collection)
        .unwrap();
    served.build().await.unwrap()
}

pub async fn until_on_bus(name: &str) {
    let bus = Connection::session().await.unwrap();
    let driver = fdo::DBusProxy::new(&bus).await.unwrap();
    while !driver.name_has_owner(name.try_into().unwrap()).await.unwrap() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// The process of the service on this bus.
pub async fn daemon() -> u32 {
    let bus = Connection::session().await.unwrap();
    let driver = "org.freedesktop.DBus";
    let path = "/org/freedesktop/DBus";
    let reply = bus.call_method(Some(driver), path, Some(driver), "GetConnectionUnixProcessID", &SERVICE);
    reply.await.unwrap().body().deserialize().unwrap()
}

/// A process that is stopped, and goes on when this ends.
pub struct Stopped(u32);

impl Stopped {
    pub fn new(process: u32) -> Stopped {
        signal(process, "STOP");
        Stopped(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal(self.0, "CONT");
    }
}

pub fn signal(process: u32, name: &str) {
    let sent = std::process::Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Starts it anew, unlocked, over the files that are there.
pub fn start() {
    let line = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1";
    assert!(std::process::Command::new("sh").args(["-c", line]).status().unwrap().success());
}
