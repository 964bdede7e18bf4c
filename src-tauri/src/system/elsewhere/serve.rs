//! Gives tokens to programs while the app runs, by the same socket as `keybearer serve`. One that runs already is left alone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use keybearer_core::serve::{Listener, Server, socket_path};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

/// The server, until it is ended.
#[derive(Default)]
pub struct Serving(Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>);

/// Starts the server, unless another one runs or this system has none.
pub async fn start<R: Runtime>(app: &AppHandle<R>) {
    let opened = socket_path().and_then(|path| Listener::bind(&path));
    let listener = match opened {
        Ok(listener) => listener,
        Err(fault) => return tracing::info!(%fault, "tokens are not served"),
    };
    let server = Server::new(app.state::<Keeper>().inner().clone(), true);
    let (end, ends) = oneshot::channel::<()>();
    let runs = tauri::async_runtime::spawn(async move {
        server
            .run(listener, async {
                let _ = ends.await;
            })
            .await;
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
