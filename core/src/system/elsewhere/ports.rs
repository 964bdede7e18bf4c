//! Finds the program that listens on a TCP port, by `listeners`.

use listeners::{Listener, Protocol, SocketState};

/// Whether a program listens on this TCP port, and not only a connection uses it. True if that is unknown: macOS shows a person's own
/// programs only, and a port that Windows reserves belongs to none.
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
