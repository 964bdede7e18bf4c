//! What Windows and macOS share: the keychain by keyring, and who listens on a port by `listeners`.

/// The keychain by keyring.
pub mod keychain {
    use std::collections::{BTreeSet, HashMap};

    use keyring::v1::Entry;
    use keyring_core::Error;

    use crate::system::{Trouble, here};
    use crate::token::Secret;
    use crate::view::StoreState;

    /// macOS and Windows always have one, and unlock it with the session.
    pub fn probe() -> StoreState {
        StoreState::Ready
    }

    /// Nothing is to be known of its manners.
    pub fn notes() -> Vec<&'static str> {
        Vec::new()
    }

    /// The secret of an entry; none where there is none.
    pub fn read(service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
        match entry(service, key)?.get_password() {
            Err(Error::NoEntry) => Ok(None),
            read => read.map(|text| Some(Secret::new(text))).map_err(failed),
        }
    }

    /// Writes an entry, or replaces it.
    pub fn write(service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
        entry(service, key)?.set_password(secret.expose()).map_err(failed)
    }

    /// The keys of a service's entries; no secret is read.
    pub fn keys(service: &str) -> Result<BTreeSet<String>, Trouble> {
        opened()?;
        let (by, wanted) = here::keychain_search(service);
        let found = keyring_core::Entry::search(&HashMap::from([(by, wanted.as_str())])).map_err(failed)?;
        let (names, end) = (found.iter().filter_map(|entry| entry.get_specifiers()), format!(".{service}"));
        // Windows has one name for both, which is cut in two at its last dot.
        let keys = names.filter_map(|(of, key)| format!("{key}.{of}").strip_suffix(&end).map(str::to_owned));
        Ok(keys.collect())
    }

    /// Removes an entry.
    pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
        match entry(service, key)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            deleted => deleted.map_err(failed),
        }
    }

    fn entry(service: &str, key: &str) -> Result<keyring_core::Entry, Trouble> {
        opened()?;
        let modifiers = here::KEYCHAIN_MODIFIERS.iter().copied().collect();
        keyring_core::Entry::new_with_modifiers(service, key, &modifiers).map_err(failed)
    }

    /// Opens the system's store, once.
    fn opened() -> Result<(), Trouble> {
        let status = Entry::store_status().as_ref();
        status.map(|()| ()).map_err(|error| Trouble::Failed(error.to_string()))
    }

    fn failed(error: Error) -> Trouble {
        Trouble::Failed(error.to_string())
    }
}

/// Who listens on a TCP port.
pub mod ports {
    use listeners::{Listener, Protocol, SocketState};

    /// Whether a program listens on this TCP port, and not a connection only has it for a while. True where nobody knows: macOS
    /// shows a person's own programs only, and a port that Windows reserves belongs to none.
    pub fn is_listened_to(port: u16) -> bool {
        let there = sockets(port);
        there.is_empty() || there.iter().any(listens)
    }

    /// The name of the program that listens on this TCP port, as `name (pid)`.
    pub fn owner(port: u16) -> Option<String> {
        let there = sockets(port).into_iter().find(listens)?;
        Some(format!("{} ({})", there.process.name, there.process.pid))
    }

    fn sockets(port: u16) -> Vec<Listener> {
        let all = listeners::get_all().unwrap_or_default().into_iter();
        all.filter(|one| one.protocol == Protocol::TCP && one.socket.port() == port)
            .collect()
    }

    fn listens(socket: &Listener) -> bool {
        socket.state == SocketState::Listen
    }

    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used)]
        use std::net::{TcpListener, TcpStream};

        use super::*;

        #[test]
        fn a_connection_is_nobody_who_listens() {
            let server = TcpListener::bind("127.0.0.1:0").unwrap();
            let connection = TcpStream::connect(server.local_addr().unwrap()).unwrap();
            let _accepted = server.accept().unwrap();
            assert!(is_listened_to(server.local_addr().unwrap().port()));
            assert!(!is_listened_to(connection.local_addr().unwrap().port()));
            let owner = owner(server.local_addr().unwrap().port()).unwrap();
            assert!(owner.contains(&format!("({})", std::process::id())), "{owner}");
        }
    }
}
