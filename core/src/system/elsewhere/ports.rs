//! Who listens on a TCP port, by `listeners`.

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
        let (mut accepted, _) = server.accept().unwrap();
        // Wine knows whose a socket is once something was read or written.
        std::io::Write::write_all(&mut &connection, b"x").unwrap();
        std::io::Read::read_exact(&mut accepted, &mut [0]).unwrap();
        let port = |address: std::io::Result<std::net::SocketAddr>| address.unwrap().port();
        assert!(is_listened_to(port(server.local_addr())));
        assert!(!is_listened_to(port(connection.local_addr())));
        match owner(port(server.local_addr())) {
            Some(owner) => assert!(owner.contains(&format!("({})", std::process::id())), "{owner}"),
            // Its table leaves out sockets that nothing was read from.
            None => assert!(
                std::path::Path::new(r"C:\windows\system32\wineboot.exe").exists(),
                "only Wine does not tell"
            ),
        }
    }
}
