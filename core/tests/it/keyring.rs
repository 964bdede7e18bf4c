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
