//! Finds the program that listens on a TCP port, by /proc (own processes only; root sees all).

use std::fs;

/// Whether a program listens on this TCP port, and not only a connection uses it.
pub fn is_listened_to(port: u16) -> bool {
    !listeners(port).is_empty()
}

/// The name of the program that listens on this TCP port, as `name (pid)`.
pub fn owner(port: u16) -> Option<String> {
    let inodes = listeners(port);
    if inodes.is_empty() {
        return None;
    }
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid = process.file_name().into_string().ok()?.parse::<u32>().ok()?;
        let holds = fs::read_dir(process.path().join("fd")).ok()?.flatten().any(|fd| {
            let target = fs::read_link(fd.path()).ok().and_then(|t| t.into_os_string().into_string().ok());
            target.is_some_and(|t| inodes.iter().any(|inode| t == format!("socket:[{inode}]")))
        });
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        holds.then(|| format!("{} ({pid})", name.trim()))
    })
}

/// The inodes of the sockets that listen on a port.
fn listeners(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines.filter_map(|line| listening_inode(line, port)).collect()
}

/// The socket's inode, if this line of /proc/net/tcp is a listener (state 0A) on the port.
fn listening_inode(line: &str, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
    let listens_there = u16::from_str_radix(local.rsplit(':').next()?, 16).ok()? == port && *state == "0A";
    listens_there.then(|| (*inode).to_owned())
}
