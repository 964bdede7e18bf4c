//! A mock Secret Service on the session's bus, with the behaviour that a test sets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use zbus::message::{Header, Message};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{DynamicType, ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, ObjectServer, fdo, interface};

use crate::rig::until;

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const FIRST: &str = "/org/freedesktop/secrets/collection/first";
const PASSING: &str = "/org/freedesktop/secrets/collection/session";
pub const OURS: &str = "test behaviour";

/// What a service does in its own way.
#[derive(Clone, Copy, Default)]
pub struct Behaviour {
    /// Knows the encrypted session by name and answers with nothing that one can use.
    pub accepts_any_algorithm: bool,
    /// The alias of the default collection leads here.
    pub default: &'static str,
    /// It has no collection that lasts.
    pub is_empty: bool,
    /// Every prompt is dismissed.
    pub dismisses: bool,
    /// Every prompt stays open.
    pub leaves_prompts_open: bool,
    /// A deletion wants a prompt.
    pub asks_to_delete: bool,
    /// Gives an empty secret of a locked entry, as KWallet does.
    pub gives_empty_if_locked: bool,
    /// Finds whatever has the right service.
    pub finds_more: bool,
}

#[derive(Clone)]
struct Entry {
    attributes: HashMap<String, String>,
    secret: Vec<u8>,
    modified: u64,
    locked: bool,
}

#[derive(Default)]
pub struct Inside {
    behaviour: Behaviour,
    entries: HashMap<String, Entry>,
    count: u64,
    pub made: Vec<String>,
    pub algorithms: Vec<String>,
    /// The first question of each connection.
    pub first: HashMap<String, &'static str>,
    /// How many prompts the person has seen.
    pub prompted: u32,
    /// What a prompt is for, by its path.
    prompts: HashMap<String, (&'static str, Vec<String>)>,
}

pub type State = Arc<Mutex<Inside>>;
type SecretStruct = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

fn note(state: &State, header: &Header<'_>, question: &'static str) {
    let sender = header.sender().map(ToString::to_string).unwrap_or_default();
    state.lock().unwrap().first.entry(sender).or_insert(question);
}

/// For properties, which have no header where the service itself asks.
fn note_property(state: &State, header: Option<Header<'_>>) {
    if let Some(header) = header {
        note(state, &header, "a property");
    }
}

fn path(text: &str) -> OwnedObjectPath {
    ObjectPath::try_from(text.to_owned()).unwrap().into()
}

struct Service(State);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    fn open_session(
        &self,
        algorithm: &str,
        _input: Value<'_>,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        note(&self.0, &header, "OpenSession");
        let mut state = self.0.lock().unwrap();
        state.algorithms.push(algorithm.to_owned());
        let session = path("/org/freedesktop/secrets/session/1");
        match (algorithm, state.behaviour.accepts_any_algorithm) {
            ("plain", _) | (_, true) => Ok((Value::from("").try_into().unwrap(), session)),
            _ => Err(fdo::Error::NotSupported("no such algorithm".into())),
        }
    }

    fn read_alias(&self, name: &str, #[zbus(header)] header: Header<'_>) -> OwnedObjectPath {
        // Needs no knowledge of the program only where the alias leads nowhere.
        note(&self.0, &header, if name == "keybearer" { "unknown alias" } else { "alias" });
        match name {
            "default" => path(self.0.lock().unwrap().behaviour.default),
            "session" => path(PASSING),
            _ => path("/"),
        }
    }

    #[zbus(property)]
    fn collections(&self, #[zbus(header)] header: Option<Header<'_>>) -> Vec<OwnedObjectPath> {
        note_property(&self.0, header);
        match self.0.lock().unwrap().behaviour.is_empty {
            true => vec![path(PASSING)],
            false => vec![path(PASSING), path(FIRST)],
        }
    }

    fn search_items(
        &self,
        wanted: HashMap<String, String>,
        #[zbus(header)] header: Header<'_>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        note(&self.0, &header, "SearchItems");
        let state = self.0.lock().unwrap();
        let fits = |entry: &Entry| match state.behaviour.finds_more {
            true => entry.attributes.get("service") == wanted.get("service"),
            false => wanted.iter().all(|(name, value)| entry.attributes.get(name) == Some(value)),
        };
        let all: Vec<_> = state.entries.iter().filter(|(_, entry)| fits(entry)).collect();
        let of = |locked: bool| all.iter().filter(|(_, e)| e.locked == locked).map(|(p, _)| path(p)).collect();
        (of(false), of(true))
    }

    async fn unlock(
        &self,
        objects: Vec<OwnedObjectPath>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        let objects = objects.into_iter().map(|o| o.to_string()).collect();
        (Vec::new(), prompt(&self.0, server, "unlock", objects).await)
    }

    async fn create_collection(
        &self,
        _properties: HashMap<String, OwnedValue>,
        alias: &str,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> (OwnedObjectPath, OwnedObjectPath) {
        let prompt = prompt(&self.0, server, "make", vec![alias.to_owned()]).await;
        (path("/"), prompt)
    }
}

async fn prompt(state: &State, server: &ObjectServer, what: &'static str, about: Vec<String>) -> OwnedObjectPath {
    let at = {
        let mut state = state.lock().unwrap();
        state.count += 1;
        let at = format!("/org/freedesktop/secrets/prompt/p{}", state.count);
        state.prompts.insert(at.clone(), (what, about));
        at
    };
    server.at(at.as_str(), Prompt(state.clone(), at.clone())).await.unwrap();
    path(&at)
}

struct Prompt(State, String);

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        _window: &str,
        #[zbus(object_server)] server: &ObjectServer,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        let (dismissed, (what, about)) = {
            let mut state = self.0.lock().unwrap();
            state.prompted += 1;
            if state.behaviour.leaves_prompts_open {
                return;
            }
            (state.behaviour.dismisses, state.prompts[&self.1].clone())
        };
        let mut result = Value::from("");
        if !dismissed && what == "make" {
            server.at(FIRST, Collection(self.0.clone())).await.unwrap();
            let mut state = self.0.lock().unwrap();
            state.behaviour.default = FIRST;
            state.behaviour.is_empty = false;
            state.made.extend(about.clone());
            result = Value::from(ObjectPath::try_from(FIRST).unwrap());
        }
        if !dismissed {
            let mut state = self.0.lock().unwrap();
            for one in &about {
                match what {
                    "unlock" => state.entries.get_mut(one).unwrap().locked = false,
                    "delete" => _ = state.entries.remove(one),
                    _ => {}
                }
            }
        }
        Prompt::completed(&emitter, dismissed, result).await.unwrap();
    }

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}

struct Collection(State);

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    #[zbus(property)]
    fn locked(&self, #[zbus(header)] header: Option<Header<'_>>) -> bool {
        note_property(&self.0, header);
        false
    }

    async fn create_item(
        &self,
        properties: HashMap<String, OwnedValue>,
        secret: SecretStruct,
        _replace: bool,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> (OwnedObjectPath, OwnedObjectPath) {
        let attributes = properties["org.freedesktop.Secret.Item.Attributes"].try_clone().unwrap();
        let attributes: HashMap<String, String> = attributes.try_into().unwrap();
        let modified = 1000 + self.0.lock().unwrap().count;
        (add(&self.0, server, attributes, &secret.2, modified, false).await, path("/"))
    }
}

async fn add(
    state: &State,
    server: &ObjectServer,
    attributes: HashMap<String, String>,
    secret: &[u8],
    modified: u64,
    locked: bool,
) -> OwnedObjectPath {
    let at = {
        let mut state = state.lock().unwrap();
        state.count += 1;
        let at = format!("{FIRST}/i{}", state.count);
        let entry = Entry {
            attributes,
            secret: secret.to_vec(),
            modified,
            locked,
        };
        state.entries.insert(at.clone(), entry);
        at
    };
    server.at(at.as_str(), Item(state.clone(), at.clone())).await.unwrap();
    path(&at)
}

struct Item(State, String);

impl Item {
    fn entry(&self) -> fdo::Result<Entry> {
        let gone = || fdo::Error::UnknownObject("gone".into());
        self.0.lock().unwrap().entries.get(&self.1).cloned().ok_or_else(gone)
    }
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    #[zbus(property)]
    fn locked(&self, #[zbus(header)] header: Option<Header<'_>>) -> fdo::Result<bool> {
        note_property(&self.0, header);
        Ok(self.entry()?.locked)
    }

    #[zbus(property)]
    fn attributes(&self, #[zbus(header)] header: Option<Header<'_>>) -> fdo::Result<HashMap<String, String>> {
        note_property(&self.0, header);
        Ok(self.entry()?.attributes)
    }

    #[zbus(property)]
    fn modified(&self, #[zbus(header)] header: Option<Header<'_>>) -> fdo::Result<u64> {
        note_property(&self.0, header);
        Ok(self.entry()?.modified)
    }

    fn get_secret(&self, session: OwnedObjectPath, #[zbus(header)] header: Header<'_>) -> fdo::Result<(SecretStruct,)> {
        note(&self.0, &header, "GetSecret");
        let entry = self.entry()?;
        let gives_empty = self.0.lock().unwrap().behaviour.gives_empty_if_locked;
        match entry.locked {
            true if gives_empty => Ok(((session, Vec::new(), Vec::new(), "text/plain".to_owned()),)),
            true => Err(fdo::Error::AccessDenied("locked".into())),
            false => Ok(((session, Vec::new(), entry.secret, "text/plain".to_owned()),)),
        }
    }

    fn set_secret(&self, secret: SecretStruct) -> fdo::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.count += 1;
        let modified = 2000 + state.count;
        let entry = state
            .entries
            .get_mut(&self.1)
            .ok_or_else(|| fdo::Error::UnknownObject("gone".into()))?;
        (entry.secret, entry.modified) = (secret.2, modified);
        Ok(())
    }

    async fn delete(&self, #[zbus(object_server)] server: &ObjectServer) -> OwnedObjectPath {
        if self.0.lock().unwrap().behaviour.asks_to_delete {
            return prompt(&self.0, server, "delete", vec![self.1.clone()]).await;
        }
        self.0.lock().unwrap().entries.remove(&self.1);
        path("/")
    }
}

/// The service on this session's bus.
pub struct MockService {
    pub state: State,
    bus: Connection,
}

impl MockService {
    pub async fn start() -> MockService {
        let state = State::default();
        state.lock().unwrap().behaviour.default = FIRST;
        let builder = zbus::connection::Builder::session().unwrap();
        let served = builder.serve_at(ROOT, Service(state.clone())).unwrap();
        let served = served.serve_at(PASSING, Collection(state.clone())).unwrap();
        let served = served.serve_at(FIRST, Collection(state.clone())).unwrap();
        let bus = served.name(NAME).unwrap().build().await.unwrap();
        MockService { state, bus }
    }

    pub fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        let mut state = self.state.lock().unwrap();
        state.behaviour = Behaviour {
            default: FIRST,
            ..Behaviour::default()
        };
        change(&mut state.behaviour);
    }

    pub async fn put(&self, key: &str, secret: &str, modified: u64, locked: bool) {
        let attributes = [("service", OURS), ("username", key), ("application", "another")];
        let attributes = attributes.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        add(
            &self.state,
            self.bus.object_server(),
            attributes,
            secret.as_bytes(),
            modified,
            locked,
        )
        .await;
    }

    /// gnome-keyring may end, with the sessions of all programs, where a program begins with any other question.
    pub fn begins_with_the_harmless_question(&self) {
        let first = self.state.lock().unwrap().first.clone();
        let is_harmless = first.values().all(|question| *question == "unknown alias");
        assert!(!first.is_empty() && is_harmless, "{first:?}");
    }

    /// Ends, and begins again with the same entries before another program can ask for it.
    pub async fn restart(&self) {
        self.state.lock().unwrap().first.clear();
        self.end().await;
        self.begin().await;
    }

    pub async fn end(&self) {
        self.tell_bus("ReleaseName", &NAME).await;
    }

    /// Begins again with the same entries.
    pub async fn begin(&self) {
        self.tell_bus("RequestName", &(NAME, 0_u32)).await;
        // The bus answers in order.
        self.bus.call_method(Some(BUS), BUS_PATH, Some(BUS), "GetId", &()).await.unwrap();
    }

    async fn tell_bus(&self, method: &str, about: &(impl Serialize + DynamicType)) {
        let message = Message::method_call(BUS_PATH, method).unwrap();
        let message = message.destination(BUS).unwrap().interface(BUS).unwrap();
        self.bus.send(&message.build(about).unwrap()).await.unwrap();
    }

    /// Waits until the person has seen this many prompts since the last call.
    pub async fn prompts(&self, count: u32) {
        until("a prompt", || self.state.lock().unwrap().prompted >= count).await;
        assert_eq!(std::mem::take(&mut self.state.lock().unwrap().prompted), count);
    }

    /// What another program does to the entries of a key, which stay at their paths.
    pub fn lock(&self, key: &str) {
        self.change(key, |entry| entry.locked = true);
    }

    /// As [`MockService::lock`].
    pub fn rename(&self, key: &str, now: &str) {
        self.change(key, |entry| _ = entry.attributes.insert("username".to_owned(), now.to_owned()));
    }

    fn change(&self, key: &str, change: impl Fn(&mut Entry)) {
        let mut state = self.state.lock().unwrap();
        let of_key = state.entries.values_mut().filter(|entry| entry.attributes["username"] == key);
        of_key.for_each(change);
    }

    pub fn secrets(&self, key: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let mut of_key: Vec<_> = state.entries.values().filter(|e| e.attributes["username"] == key).collect();
        of_key.sort_by_key(|e| e.modified);
        of_key.iter().map(|e| String::from_utf8(e.secret.clone()).unwrap()).collect()
    }
}
