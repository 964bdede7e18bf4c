//! Who listens at the socket, and who takes over.

use keybearer_core::serve::Fault;

use super::*;

#[tokio::test]
async fn one_program_holds_a_socket() {
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    let path = served.path();
    assert!(matches!(Listener::bind(&path), Err(Fault::Taken { .. })));
    // Nor is the server's listener disturbed by that.
    assert_eq!(code(&served.connect().await.ask("{}").await), "malformed");
    served.end().await;
    // Within a process the system closes the last end of a pipe a moment later.
    let free = || Listener::bind(&path).is_ok();
    until("a free name", free).await;
    until("a free name again", free).await;
}

#[tokio::test(start_paused = true)]
async fn a_waiting_server_takes_over() {
    let rig = Rig::new();
    let first = Served::start(&rig.keeper);
    let path = first.path();
    let (end, ends) = oneshot::channel::<()>();
    let (server, place) = (Server::new(rig.keeper.clone(), false), path.clone());
    let waiting = tokio::spawn(async move { server.run_when_free(Ok(place), async { drop(ends.await) }).await });
    tokio::time::sleep(Duration::from_secs(60)).await;
    let folder = first.folder.path().to_owned();
    let Served {
        folder: kept,
        end: ended,
        runs,
    } = first;
    drop(ended);
    runs.await.unwrap();
    // By then it has tried again.
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(code(&Connection::to(&path).await.ask("{}").await), "malformed");
    drop(end);
    soon("its end", waiting).await.unwrap();
    assert!(!folder.join("socket").exists());
    drop(kept);
}

// systemd's socket; a named pipe has none.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_program_without_our_lock_is_asked_once() {
    let rig = Rig::new();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("socket");
    // As systemd's: each connection would start a program.
    let foreign = std::os::unix::net::UnixListener::bind(&path).unwrap();
    foreign.set_nonblocking(true).unwrap();
    let (end, ends) = oneshot::channel::<()>();
    let (server, place) = (Server::new(rig.keeper.clone(), false), path.clone());
    let waiting = tokio::spawn(async move { server.run_when_free(Ok(place), async { drop(ends.await) }).await });
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(foreign.accept().is_ok());
    assert_eq!(
        foreign.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "a second connection"
    );
    // Its unit is stopped, and removes the socket.
    drop(foreign);
    std::fs::remove_file(&path).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(code(&Connection::to(&path).await.ask("{}").await), "malformed");
    drop(end);
    soon("its end", waiting).await.unwrap();
}

// systemd puts its socket in the place of any other; a named pipe has no file.
#[cfg(unix)]
#[tokio::test]
async fn another_programs_socket_in_its_place_stays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("socket");
    let ours = Listener::bind(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let _systemd = std::os::unix::net::UnixListener::bind(&path).unwrap();
    drop(ours);
    assert!(path.exists());
}

// A file in the socket's place; a named pipe has none.
#[cfg(unix)]
#[tokio::test]
async fn what_is_no_socket_of_ours_stays() {
    let folder = TempDir::new().unwrap();
    // One that does not use the lock, as systemd.
    let other = folder.path().join("other");
    let foreign = std::os::unix::net::UnixListener::bind(&other).unwrap();
    assert!(matches!(Listener::bind(&other), Err(Fault::Taken { .. })));
    // Nobody listens any more, as after a kill.
    drop(foreign);
    assert!(other.exists());
    drop(Listener::bind(&other).unwrap());
    assert!(!other.exists());
    // What is no socket is not ours to remove.
    std::fs::write(&other, "mine").unwrap();
    assert!(matches!(Listener::bind(&other), Err(Fault::Io { .. })));
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine");
}
