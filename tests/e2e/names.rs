//! What a screen reader finds in the real window: its accessible names, read over AT-SPI from the tree that WebKit makes of
//! the page. (That each screen is right in itself, axe says.)

use std::process::{Child, Stdio};

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Type};
use zbus::{Connection, connection};

use crate::desktop::{Desktop, Keyring, until};
use crate::tray::Process;
use crate::tray::panel::wait;

/// The desktop's accessibility bus.
struct Reader {
    launcher: Child,
    bus: Connection,
}

/// Whose an object is, and where.
type ObjectReference = (String, OwnedObjectPath);

#[derive(Debug)]
struct Object {
    place: ObjectReference,
    role: u32,
    name: String,
}

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// AtspiRole's numbers: WebKit says no names of them.
const BUTTON: u32 = 43;
/// Check box, combo box, radio button, toggle button, entry, link, password.
const USABLE: [u32; 8] = [BUTTON, 7, 11, 44, 62, 79, 88, 40];
/// A tree that is deeper or wider than this is no page of ours.
const MOST: usize = 2_000;

impl Reader {
    async fn new(desktop: &Desktop) -> Reader {
        let programs = [
            "/usr/libexec/at-spi-bus-launcher",
            "/usr/lib/at-spi2-core/at-spi-bus-launcher",
            "/usr/lib/at-spi-bus-launcher",
        ];
        let program = programs.iter().find(|p| std::path::Path::new(p).exists()).unwrap();
        let launcher = desktop
            .command(program)
            .arg("--launch-immediately")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ask = [
            "call",
            "--session",
            "-d",
            "org.a11y.Bus",
            "-o",
            "/org/a11y/bus",
            "-m",
            "org.a11y.Bus.GetAddress",
        ];
        let answer = until("the accessibility bus", || desktop.run("gdbus", &ask));
        let address = answer.split('\'').nth(1).unwrap();
        let bus = connection::Builder::address(address).unwrap().build().await.unwrap();
        Reader { launcher, bus }
    }

    /// All objects below the desktop, in the page's order.
    async fn all(&self) -> Vec<Object> {
        let root = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap();
        let mut waiting: Vec<ObjectReference> = vec![("org.a11y.atspi.Registry".into(), root)];
        let mut found = Vec::new();
        for _ in 0..MOST {
            let Some(place) = waiting.pop() else { break };
            waiting.extend(self.children(&place).await.into_iter().rev());
            let role: Option<u32> = self.call(&place, ACCESSIBLE, "GetRole", &()).await;
            let name: Option<String> = self.property(&place, "Name").await;
            if let Some((role, name)) = role.zip(name) {
                found.push(Object { place, role, name });
            }
        }
        found
    }

    /// One by one: where GTK's tree has the page's below it, it does not list it.
    async fn children(&self, place: &ObjectReference) -> Vec<ObjectReference> {
        let count: i32 = self.property(place, "ChildCount").await.unwrap_or_default();
        let mut children = Vec::new();
        for at in 0..count {
            children.extend(self.call::<_, ObjectReference>(place, ACCESSIBLE, "GetChildAtIndex", &at).await);
        }
        children
    }

    /// All objects, once the name of one begins so.
    async fn once_there(&self, name: &str) -> Vec<Object> {
        wait(name, async || {
            let all = self.all().await;
            all.iter().any(|object| object.name.starts_with(name)).then_some(all)
        })
        .await
    }

    /// What a screen reader's person does with a button.
    async fn press(&self, all: &[Object], name: &str) {
        let button = all.iter().find(|o| o.name == name && o.role == BUTTON).unwrap();
        let pressed: Option<bool> = self.call(&button.place, "org.a11y.atspi.Action", "DoAction", &0_i32).await;
        assert_eq!(pressed, Some(true), "{name}");
    }

    async fn property<T: TryFrom<OwnedValue>>(&self, place: &ObjectReference, name: &str) -> Option<T> {
        let asked = (ACCESSIBLE, name);
        let value: OwnedValue = self.call(place, "org.freedesktop.DBus.Properties", "Get", &asked).await?;
        T::try_from(value).ok()
    }

    async fn call<B, T>(&self, (owner, path): &ObjectReference, interface: &str, method: &str, body: &B) -> Option<T>
    where
        B: serde::Serialize + Type,
        T: serde::de::DeserializeOwned + Type,
    {
        let reply = self
            .bus
            .call_method(Some(owner.as_str()), path, Some(interface), method, body)
            .await;
        reply.ok()?.body().deserialize().ok()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Asked to end, it ends its bus as well.
        let _ = std::process::Command::new("kill").arg(self.launcher.id().to_string()).status();
        let _ = self.launcher.wait();
    }
}

/// The first screens of a first start: each thing that takes a click or words has a name, and it is the one that is seen.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_the_real_window() {
    let desktop = Desktop::new(Keyring::Unlocked);
    let reader = Reader::new(&desktop).await;
    let mut command = desktop.command(env!("CARGO_BIN_EXE_keybearer-desktop"));
    let app = command.env_remove("NO_AT_BRIDGE").env_remove("GTK_A11Y").spawn();
    let _app = Process(app.unwrap());
    // The last thing on the page: it comes with the list of platforms.
    let start = reader.once_there("Try it with a practice account").await;
    named(
        &start,
        &[
            "Add an account",
            "Apps",
            "Settings",
            "Get a token",
            "Import one I have",
            "Try it with a practice account",
        ],
    );
    reader.press(&start, "Add an account").await;
    let tiles = reader.once_there("Mastodon").await;
    named(&tiles, &["Mastodon", "GoToSocial", "Threads", "Instagram", "Facebook", "X"]);
    reader.press(&tiles, "Settings").await;
    let settings = reader.once_there("When the window is closed").await;
    named(&settings, &["Add an account", "Apps"]);
}

/// These are buttons, and nothing that can be used is without a name.
fn named(all: &[Object], buttons: &[&str]) {
    let mut nameless = all.iter().filter(|o| USABLE.contains(&o.role) && o.name.trim().is_empty());
    assert!(nameless.next().is_none(), "{all:#?}");
    for name in buttons {
        assert!(all.iter().any(|o| o.name.starts_with(name) && o.role == BUTTON), "{name}: {all:#?}");
    }
}
