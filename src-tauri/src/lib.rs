//! The shell: window, plugins, and the wiring between them and the keeper. It knows no OAuth.
//!
//! `commands` what the window may call, one line each · `clipboard` copies that are cleared · `practice` the practice
//! platform while it is used · `logs` one rotating file · `certificate` and `relay` for the doors that need https.

#![allow(missing_docs)] // a shell has no public items to speak of

pub mod certificate;
pub mod clipboard;
pub mod commands;
pub mod logs;
pub mod practice;
pub mod relay;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::book::lock;
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::{Keeper, Outside, data_folder};
use keybearer_core::redirect::waiting::Verdict;
use tauri::ipc::Channel;
use tauri::{AppHandle, Builder, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_deep_link::DeepLinkExt as _;
use tauri_plugin_opener::OpenerExt as _;

/// The one window.
pub const WINDOW: &str = "main";

/// A refresh token that nobody uses ages out after months: a look now and then is enough.
const LOOK_AGAIN: Duration = Duration::from_secs(6 * 3600);

/// So long an end of the program waits for a token that is being won, renewed or stored.
const LAST_WORK: Duration = Duration::from_secs(15);

/// Windows that want to hear that their view is out of date.
#[derive(Default)]
pub struct Listeners(pub Mutex<Vec<Channel<()>>>);

/// Runs the app until its window is closed.
///
/// # Errors
/// Where there is no home folder, another instance runs, or no window can be had.
pub fn run() -> Result<()> {
    let data = data_folder()?;
    let _log = logs::start(&data);
    let context = tauri::generate_context!();
    let internal = |e: tauri::Error| Error::Internal { detail: e.to_string() };
    let app = tauri::Builder::default()
        // First: a second start must end here, before it touches anything, and hands over its link.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| show_window(app)))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_window_state::Builder::default().build());
    let app = with_commands(app)
        .setup(move |app| {
            // Held until the process ends. The plugin above is silently off without a session bus.
            app.manage(lock::instance(&data)?);
            let handle = app.handle().clone();
            // The window first: its page is loaded by processes of its own while the keeper opens. What it asks is answered
            // after this function.
            open_window(&handle)?;
            app.manage(Keeper::open(outside(&handle)?)?);
            listen_to_links(&handle);
            tauri::async_runtime::spawn(async move {
                // What the keychain says concerns the view only.
                let keeper = handle.state::<Keeper>().inner().clone();
                let _ = keeper.check_store().await;
                loop {
                    keeper.catch_up().await;
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            });
            Ok(())
        })
        .build(context)
        .map_err(internal)?;
    app.run(|app, event| {
        if let tauri::RunEvent::Exit = event {
            if let Some(keeper) = app.try_state::<Keeper>() {
                tauri::async_runtime::block_on(keeper.rest(LAST_WORK));
            }
            clipboard::clear_ours(app);
        }
    });
    Ok(())
}

/// The commands and their state, on any runtime (tests have one without windows).
pub fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(Listeners::default())
        .manage(clipboard::Ours::default())
        .manage(practice::Running::default())
        .invoke_handler(commands::handler())
}

/// What the keeper needs from the world: the system's browser, and a way to say that views are out of date.
fn outside<R: Runtime>(app: &AppHandle<R>) -> Result<Outside> {
    let (opener, listener) = (app.clone(), app.clone());
    let browser = move |address: &str| {
        opener
            .opener()
            .open_url(address, None::<&str>)
            .map_err(|e| Error::BrowserNotOpened { detail: e.to_string() })
    };
    let changed = move || {
        if let Some(listeners) = listener.try_state::<Listeners>() {
            let mut channels = listeners.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            channels.retain(|channel| channel.send(()).is_ok());
        }
    };
    Outside::usual(Arc::new(browser), Arc::new(changed))
}

/// Deep links: those that reach the running app, and the one that started it.
fn listen_to_links<R: Runtime>(app: &AppHandle<R>) {
    let deep_link = app.deep_link();
    // An installed app is registered by its package; a development build registers itself.
    #[cfg(any(debug_assertions, feature = "automation"))]
    if let Err(error) = deep_link.register_all() {
        tracing::warn!(%error, "the link handler is not registered");
    }
    if let Ok(Some(links)) = deep_link.get_current() {
        for link in links {
            let keeper = app.state::<Keeper>();
            if keeper.deliver_link(link.as_str()) != Verdict::Taken {
                // The login that waited for it ended with the app that was closed.
                keeper.note(&Error::NobodyWaits);
            }
        }
    }
    let handle = app.clone();
    deep_link.on_open_url(move |event| {
        for link in event.urls() {
            // A website can open a link too: what nobody waits for is ignored quietly.
            handle.state::<Keeper>().deliver_link(link.as_str());
        }
        show_window(&handle);
    });
}

fn open_window<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Keybearer")
        .inner_size(960.0, 640.0)
        .min_inner_size(720.0, 520.0)
        .build()?;
    // A still form gains nothing from the graphics card, and asking WebKitGTK for one costs a fifth of a second at the start
    // and, with some drivers, a blank window.
    #[cfg(target_os = "linux")]
    window.with_webview(|view| {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })?;
    Ok(())
}

/// A second start shows the window of the first.
fn show_window<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window does not come to the front");
        }
    }
}
