//! Gives tokens to programs while the app runs, by the same socket as `keybearer serve`, for whose end it waits. On Linux the tray process
//! does so, where there is one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use keybearer_core::serve::{Server, socket_path};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

use crate::window::WINDOW;

/// The server, until it is ended.
#[derive(Default)]
pub struct Serving(Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>);

/// Starts the server.
pub fn start<R: Runtime>(app: &AppHandle<R>) {
    let server = Server::new(app.state::<Keeper>().inner().clone(), true);
    let (end, ends) = oneshot::channel::<()>();
    let window = app.clone();
    let runs = tauri::async_runtime::spawn(async move {
        let ended = async { drop(ends.await) };
        let is_open = || window.get_webview_window(WINDOW).is_some();
        tokio::select! {
            () = server.run_when_free(socket_path(), ended) => {}
            () = server.forget_passphrase(is_open) => {}
        }
    });
    let serving = app.state::<Serving>();
    *serving.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((end, runs));
}

/// Ends the server, which removes its socket and finishes the answers that it has begun.
pub async fn end<R: Runtime>(app: &AppHandle<R>, limit: Duration) {
    let Some(serving) = app.try_state::<Serving>() else {
        return;
    };
    let running = serving.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((end, runs)) = running {
        drop(end);
        let _ = tokio::time::timeout(limit, runs).await;
    }
}
