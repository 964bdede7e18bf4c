//! The names of this computer: `localhost` and every name below it lead to loopback, whatever a name server says of them
//! (RFC 6761 §6.3).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// For a client that is asked about loopback addresses only: every name is this computer.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThisComputer;

impl Resolve for ThisComputer {
    fn resolve(&self, _: Name) -> Resolving {
        // The port is the address's own; the one that answers is taken.
        let both = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let addresses: Addrs = Box::new(both.into_iter().map(|ip| SocketAddr::new(ip, 0)));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}
