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

// Programs that the server has not looked at; a pipe has an instance for each.
#[cfg(unix)]
#[tokio::test]
async fn who_has_connected_is_answered_at_the_end() {
    use std::io::{BufRead as _, Write as _};
    let rig = Rig::new();
    let mut served = Served::start(&rig.keeper);
    let path = served.path();
    // Nothing is waited for meanwhile, so that the server does not run.
    let connect = || {
        let mut program = std::os::unix::net::UnixStream::connect(&path).unwrap();
        program.write_all(b"{}\n").unwrap();
        program
    };
    let programs: Vec<_> = (0..40).map(|_| connect()).collect();
    served.end.take().unwrap().send(()).unwrap();
    soon("the server's end", served.runs).await.unwrap();
    for program in programs {
        let mut line = String::new();
        std::io::BufReader::new(program).read_line(&mut line).unwrap();
        assert!(line.contains("malformed"), "{line}");
    }
    assert!(!path.exists());
}

// A pipe has no folder.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_socket_that_is_gone_is_opened_again() {
    let (rig, session) = (Rig::new(), TempDir::new().unwrap());
    let folder = session.path().join("run/keybearer");
    let path = folder.join("socket");
    let (end, ends) = oneshot::channel::<()>();
    let (server, place) = (Server::new(rig.keeper.clone(), false), path.clone());
    let runs = tokio::spawn(async move { server.run_when_free(Ok(place), async { drop(ends.await) }).await });
    let minute = async || tokio::time::sleep(Duration::from_secs(60)).await;
    minute().await;
    assert_eq!(code(&Connection::to(&path).await.ask("{}").await), "malformed");
    // The session ends, and its folder with it, which is not the server's to make.
    std::fs::remove_dir_all(session.path().join("run")).unwrap();
    minute().await;
    assert!(!session.path().join("run").exists());
    // The next session.
    std::fs::create_dir(session.path().join("run")).unwrap();
    minute().await;
    assert_eq!(code(&Connection::to(&path).await.ask("{}").await), "malformed");
    // Another program's socket in its place is left alone.
    std::fs::remove_file(&path).unwrap();
    let other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    minute().await;
    drop(end);
    soon("its end", runs).await.unwrap();
    assert!(path.exists());
    drop(other);
}

// systemd's socket.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_given_socket_that_is_gone_ends_the_server() {
    let (rig, folder) = (Rig::new(), TempDir::new().unwrap());
    let path = folder.path().join("socket");
    let systemd = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let listener = Listener::given(systemd.try_clone().unwrap()).unwrap();
    let server = Server::new(rig.keeper.clone(), false);
    let runs = tokio::spawn(async move { server.run(listener, std::future::pending()).await });
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!runs.is_finished());
    std::fs::remove_file(&path).unwrap();
    let ended = soon("its end", runs).await.unwrap();
    assert!(matches!(ended, Err(Fault::Gone { path: gone }) if gone == path));
}
