//! Finds the program that listens on a TCP port, by `listeners`.

use listeners::{Listener, Protocol, SocketState};

/// Whether a program listens on this TCP port, and not only a connection uses it. True if that is unknown: macOS shows a person's own
/// programs only, and a port that Windows reserves belongs to none.
pub fn is_listened_to(port: u16) -> bool {
    let there = on(port, sockets());
    there.is_empty() || there.iter().any(listens)
}

/// The name of the program that listens on this TCP port, as `name (pid)`.
pub fn owner(port: u16) -> Option<String> {
    owner_among(port, sockets())
}

fn owner_among(port: u16, sockets: impl IntoIterator<Item = Listener>) -> Option<String> {
    let there = on(port, sockets).into_iter().find(listens)?;
    Some(format!("{} ({})", there.process.name, there.process.pid))
}

fn sockets() -> impl IntoIterator<Item = Listener> {
    listeners::get_all().unwrap_or_default()
}

fn on(port: u16, sockets: impl IntoIterator<Item = Listener>) -> Vec<Listener> {
    let is_there = |one: &Listener| one.protocol == Protocol::TCP && one.socket.port() == port;
    sockets.into_iter().filter(is_there).collect()
}

fn listens(socket: &Listener) -> bool {
    socket.state == SocketState::Listen
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use listeners::Process;

    use super::*;

    // Wine's table leaves out most sockets that listen: what is made of a table is tested here.
    #[test]
    fn who_listens_on_the_port_has_it() {
        let socket = |pid: u32, address: &str, protocol, state| Listener {
            process: Process {
                pid,
                name: format!("p{pid}"),
                path: String::new(),
            },
            socket: address.parse().unwrap(),
            protocol,
            state,
        };
        let connected = socket(1, "127.0.0.1:80", Protocol::TCP, SocketState::Established);
        let other = socket(2, "127.0.0.1:81", Protocol::TCP, SocketState::Listen);
        let datagrams = socket(3, "127.0.0.1:80", Protocol::UDP, SocketState::Listen);
        let all = vec![connected.clone(), other, datagrams];
        assert_eq!(owner_among(80, all.clone()), None);
        assert_eq!(on(80, all.clone()), [connected], "a port in use that no program listens on");
        for address in ["127.0.0.1:80", "0.0.0.0:80", "[::1]:80", "[::]:80"] {
            let mut all = all.clone();
            all.push(socket(4, address, Protocol::TCP, SocketState::Listen));
            assert_eq!(owner_among(80, all), Some("p4 (4)".to_owned()), "{address}");
        }
    }
}
