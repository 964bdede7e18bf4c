//! Gives tokens to programs of the same person, by a Unix socket, or by a named pipe on Windows: a name in, a valid token out, renewed
//! first if that is due.
//!
//! `protocol` requests and answers, a line of JSON each · `socket` where it is, and which process has it · `server` the listener ·
//! `client` for our own programs. docs/use.md describes the protocol for other programs.

pub mod client;
mod protocol;
mod server;
mod socket;

use std::path::PathBuf;

use crate::error::Error;
pub use crate::system::socket::Given;

pub use self::client::{Served, Unserved};
pub use self::protocol::VERSION;
pub use self::server::{PASSPHRASE_KEPT, Server};
pub use self::socket::{Listener, OwnSocket, socket_path};

/// Why tokens are not served.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// `XDG_RUNTIME_DIR` names no folder by its whole path.
    #[error("XDG_RUNTIME_DIR is not set to an absolute path")]
    NoFolder,
    /// The folder is not this person's, or others may enter it.
    #[error("{} is open to others", .folder.display())]
    FolderOpen {
        /// The folder.
        folder: PathBuf,
    },
    /// Another program listens at this path.
    #[error("{} is in use", .path.display())]
    Taken {
        /// The socket.
        path: PathBuf,
    },
    /// The socket's file is gone, or another one is in its place.
    #[error("{} is gone", .path.display())]
    Gone {
        /// The socket.
        path: PathBuf,
    },
    /// The system takes no path of this length for a socket.
    #[error("{} is too long for a socket", .path.display())]
    TooLong {
        /// The socket.
        path: PathBuf,
    },
    /// The system's error.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The socket or its folder.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The keeper's error.
    #[error(transparent)]
    Keeper(#[from] Error),
}
