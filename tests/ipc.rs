//! The wire between the window and the shell, on Tauri's mock runtime: every command is there, listed where it must be, and
//! answers hostile input with an `ErrorView`, never with a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::sync::Arc;

use keybearer_core::book::practice::{Announced, origin};
use keybearer_core::desktop::certificate;
use keybearer_core::keeper::{Keeper, Outside, PASSPHRASE_WORK, TICK, now, since_boot};
use keybearer_core::provider::registry::Registry;
use keybearer_core::vault::keychain::SystemKeychain;
use keybearer_desktop::practice::Running;
use keybearer_desktop::{system, with_commands};
use serde_json::{Value, json};
use tauri::Manager as _;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;

struct Shell {
    window: tauri::WebviewWindow<MockRuntime>,
    app: tauri::App<MockRuntime>,
    folder: tempfile::TempDir,
}

/// The real commands over a real keeper in a folder of its own; no window is drawn.
fn shell() -> Shell {
    let folder = tempfile::tempdir().unwrap();
    let app = with_commands(mock_builder()).build(mock_context(noop_assets())).unwrap();
    let outside = Outside {
        data: folder.path().join("data"),
        config: folder.path().join("config"),
        service: "io.github.keybearer.ipc-test".to_owned(),
        entries: Arc::new(SystemKeychain),
        browser: Arc::new(|_| Ok(())),
        changed: Arc::new(|| {}),
        clock: Arc::new(now),
        since_boot: Arc::new(since_boot),
        tick: TICK,
        passphrase_work: PASSPHRASE_WORK,
        program: || None,
    };
    app.manage(Keeper::open(outside).unwrap());
    let window = tauri::WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
        .build()
        .unwrap();
    Shell { window, app, folder }
}

impl Shell {
    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: system::PAGE.parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: tauri::http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().unwrap())
    }

    fn code(&self, command: &str, arguments: Value) -> String {
        let error = self.call(command, arguments).unwrap_err();
        error["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{command} rejects with {error}"))
            .to_owned()
    }
}

fn source(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The handler's list is the one: the capability allows these commands and nothing else, and the page calls each of them.
#[test]
fn one_list_of_commands() {
    let config: Value = serde_json::from_str(&source("tauri.conf.json")).unwrap();
    let capabilities = config["app"]["security"]["capabilities"].as_array().unwrap();
    assert_eq!(capabilities.len(), 1);
    let permissions = capabilities[0]["permissions"].as_array().unwrap();
    let mut allowed: Vec<String> = permissions
        .iter()
        .map(|p| p.as_str().unwrap().strip_prefix("allow-").unwrap().replace('-', "_"))
        .collect();
    let commands = source("src-tauri/src/commands.rs");
    let handler = commands.split("generate_handler![").nth(1).unwrap().split(']').next().unwrap();
    let mut handled: Vec<String> = handler.split(',').map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect();
    let page = source("ui/src/shell/connect.ts");
    let mut called: Vec<String> = page
        .split("invoke(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    for list in [&mut allowed, &mut handled, &mut called] {
        list.sort();
    }
    assert!(handled.len() > 60, "the handler is where it was");
    assert_eq!(handled, allowed);
    assert_eq!(handled, called);
}

/// No remote origin, no inline script, nothing that plugins could be reached by.
#[test]
fn the_policy_is_closed() {
    let config: Value = serde_json::from_str(&source("tauri.conf.json")).unwrap();
    let csp = config["app"]["security"]["csp"].as_str().unwrap();
    assert!(csp.starts_with("default-src 'self';"), "{csp}");
    assert!(!csp.contains("unsafe") && !csp.contains("https:") && !csp.contains('*'), "{csp}");
    assert_eq!(config["app"]["security"]["freezePrototype"], true);
    assert!(config["app"].get("withGlobalTauri").is_none());
}

#[test]
fn a_view_has_everything_and_no_secret() {
    let shell = shell();
    let view = shell.call("view", json!({})).unwrap();
    assert_eq!(view["providers"], json!([]), "no platform is in use");
    let catalogue = shell.call("catalogue", json!({})).unwrap();
    let providers: Vec<&str> = catalogue.as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    let registry = Registry::shipped();
    let shipped: Vec<&str> = registry.iter().map(|entry| &*entry.provider.id).collect();
    assert!(shipped.len() > 10 && shipped.last() == Some(&"other"), "{shipped:?}");
    assert_eq!(providers, shipped);
    assert_eq!(view["accounts"], json!([]));
    let settings = json!({ "language": "system", "theme": "system", "relay": "", "on_close": "ask", "autostart": false });
    assert_eq!(view["settings"], settings);
}

#[test]
fn settings_are_kept_and_checked() {
    let shell = shell();
    let chosen = json!({ "language": "zh-Hant", "theme": "dark", "relay": "", "on_close": "keep", "autostart": true });
    shell.call("change_settings", json!({ "settings": chosen })).unwrap();
    assert_eq!(shell.call("view", json!({})).unwrap()["settings"], chosen);
    let nonsense = json!({ "settings": { "language": "tlh", "theme": "dark" } });
    assert_eq!(shell.code("change_settings", nonsense), "input-invalid");
    // The relay page's address is set by a look at it, never by the page's word.
    let elsewhere = json!({ "settings": { "relay": "https://evil.example/" } });
    shell.call("change_settings", elsewhere).unwrap();
    assert_eq!(shell.call("view", json!({})).unwrap()["settings"]["relay"], "");
}

/// Nothing is asked of a page and nothing is wanted before somebody does; the answer to the question is kept.
#[test]
fn closing_is_answered_once() {
    let shell = shell();
    assert_eq!(shell.call("closing", json!({})).unwrap(), Value::Null);
    assert_eq!(shell.call("wanted_account", json!({})).unwrap(), Value::Null);
    assert_eq!(shell.call("last_renewals", json!({})).unwrap(), json!([]));
    assert_eq!(shell.call("view", json!({})).unwrap()["settings"]["on_close"], "ask");
    shell.call("close_window", json!({ "keep": true })).unwrap();
    let book = shell.app.state::<Keeper>().view();
    assert_eq!(book.settings.on_close, "keep");
}

/// Where `keybearer practice` runs the practice platform, the window uses that one and starts none.
#[test]
fn a_practice_platform_of_another_process_is_used() {
    let shell = shell();
    let (data, keeper, own) = (
        shell.folder.path().join("data"),
        shell.app.state::<Keeper>(),
        shell.app.state::<Running>(),
    );
    let other = Announced::new(&data, "http://127.0.0.1:47999").unwrap();
    shell.call("start_practice", json!({})).unwrap();
    assert!(!own.is_running() && keeper.practice() == "http://127.0.0.1:47999".parse().ok());
    drop(other);
    assert_eq!(keeper.practice(), None);
    shell.call("start_practice", json!({})).unwrap();
    assert!(own.is_running() && origin(&data).is_some() && origin(&data) == keeper.practice());
}

/// What a system cannot do is not offered by it, and nothing is linked outside a Mac's app.
#[test]
fn the_page_asks_what_the_system_can() {
    let shell = shell();
    let can = shell.call("abilities", json!({})).unwrap();
    assert_eq!(can["trust_certificate"], certificate::can_trust());
    assert_eq!(can["command_line"], Value::Null);
    assert_eq!(can["system"], std::env::consts::OS);
    assert!(can["folder"].as_str().is_some_and(|folder| !folder.is_empty()));
    assert_eq!(shell.code("link_command_line", json!({})), "internal");
}

/// Each command with what a page that was taken over might send.
#[test]
fn hostile_arguments_get_an_error_view() {
    let shell = shell();
    let long = "x".repeat(200_000);
    for id in ["", "../../etc/passwd", "账号", long.as_str()] {
        for command in [
            "copy_token",
            "show_token",
            "verify",
            "revoke",
            "delete_account",
            "renew",
            "resume",
            "inspect",
            "server_tokens",
            "sub_accounts",
            "uses",
            "last_uses",
            "copy_device_code",
        ] {
            assert_eq!(shell.code(command, json!({ "account": id })), "account-unknown", "{command}");
        }
        // Nobody is asked about what cannot be.
        let whole = json!({ "kind": "file", "place": { "path": "/etc/passwd" } });
        let program = json!({ "kind": "program", "words": ["/bin/sh", "-c", "id"] });
        for target in [whole, program] {
            let code = shell.code("add_delivery", json!({ "account": id, "target": target }));
            assert_eq!(code, "account-unknown");
        }
        for command in ["confirm_delivery", "remove_delivery", "deliver"] {
            assert_eq!(shell.code(command, json!({ "id": id })), "delivery-unknown", "{command}");
        }
        for command in ["cancel_login", "open_again", "copy_link"] {
            assert_eq!(shell.code(command, json!({ "login": id })), "login-unknown", "{command}");
        }
        assert_eq!(shell.code("paste", json!({ "login": id, "text": "code" })), "no-login-waiting");
        assert_eq!(shell.code("keep_mismatch", json!({ "login": id })), "login-unknown");
        shell.call("discard_mismatch", json!({ "login": id })).unwrap();
        for command in ["prepare_call", "try_call", "copy_as", "save_copy"] {
            let use_it = json!({ "account": id, "call": id, "copy": id, "inputs": { id: id }, "confirmed": true });
            assert_eq!(shell.code(command, use_it), "account-unknown", "{command}");
        }
        let ends = json!({ "account": id, "id": id });
        assert_eq!(shell.code("end_server_token", ends), "account-unknown");
        let pages = json!({ "account": id, "picked": [id] });
        assert_eq!(shell.code("keep_sub_accounts", pages), "account-unknown");
        assert_eq!(shell.code("copy_app_token", json!({ "client": id })), "client-unknown");
        assert_eq!(
            shell.code("redeem_device_code", json!({ "client": id, "code": "c" })),
            "client-unknown"
        );
        let adoption = json!({ "token": "t", "provider": id, "client": null, "name": id, "server": id });
        assert_eq!(shell.code("import_token", adoption), "provider-unknown");
        let picked = json!({ "accounts": [id], "passphrase": "correct horse battery", "moves": true });
        assert_eq!(shell.code("export_accounts", picked), "account-unknown");
        let file = json!({ "file": id, "passphrase": "correct horse battery" });
        let code = shell.code("import_accounts", file);
        assert_eq!(code, if id.is_empty() { "file-damaged" } else { "file-foreign" });
        let shown = json!({ "provider": id, "expected": "https://127.0.0.1:1/", "shown": id });
        assert_eq!(shell.code("check_redirect", shown), "provider-unknown");
        let plan = json!({ "account": id, "format": "json", "filters": [id], "limit": 1 });
        assert_eq!(
            shell.code("start_export", json!({ "plan": plan, "onEvent": "__CHANNEL__:0" })),
            "account-unknown"
        );
        assert_eq!(shell.call("exports", json!({ "account": id })).unwrap(), json!([]));
        assert_eq!(
            shell.code("resume_export", json!({ "export": id, "onEvent": "__CHANNEL__:0" })),
            "input-invalid"
        );
        for command in ["cancel_export", "discard_export"] {
            assert_eq!(shell.code(command, json!({ "export": id })), "input-invalid", "{command}");
        }
        assert_eq!(shell.code("copy_token_secret", json!({ "account": id })), "account-unknown");
        assert_eq!(shell.code("check_relay_page", json!({ "url": id })), "relay-not-https");
        assert_eq!(shell.code("delete_client", json!({ "client": id })), "client-unknown");
        assert_eq!(
            shell.code("replace_secret", json!({ "client": id, "id": "", "secret": "s" })),
            "client-unknown"
        );
        assert_eq!(
            shell.code("copy_client", json!({ "client": id, "what": "secret" })),
            "client-unknown"
        );
        assert_eq!(
            shell.code("copy_client", json!({ "client": id, "what": "everything" })),
            "input-invalid"
        );
        assert_eq!(
            shell.code("find_server", json!({ "provider": id, "typed": "host.example" })),
            "provider-unknown"
        );
    }
    assert_eq!(
        shell.code("find_server", json!({ "provider": "mastodon", "typed": "javascript:alert(1)" })),
        "server-name-invalid"
    );
    assert_eq!(
        shell.code("find_server", json!({ "provider": "mastodon", "typed": "http://169.254.169.254" })),
        "server-not-https"
    );
    // A token's shape says which platform it may be of; the answer has nothing of the token.
    let token = format!("EAA{}", "b".repeat(60));
    assert_eq!(
        shell.call("recognise", json!({ "text": format!("TOKEN={token}") })).unwrap(),
        json!(["facebook"])
    );
    for text in ["", "mastodon", "\u{0}", &"x".repeat(100_000)] {
        assert_eq!(
            shell.call("recognise", json!({ "text": text })).unwrap(),
            json!([]),
            "{}",
            text.len()
        );
    }
    let none = json!({ "token": " ", "provider": null, "client": null, "name": "", "server": "" });
    assert_eq!(shell.code("import_token", none), "input-invalid");
    for url in ["http://me.example/", "file:///etc/passwd", "https://me:pw@host.example/"] {
        assert_eq!(shell.code("check_relay_page", json!({ "url": url })), "relay-not-https", "{url}");
    }
    assert_eq!(
        shell.code("use_sealed_file", json!({ "passphrase": "short", "long": "window" })),
        "passphrase-short"
    );
    for url in [
        "https://evil.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "io.github.keybearer://callback",
    ] {
        assert_eq!(shell.code("open_link", json!({ "url": url })), "input-invalid", "{url}");
    }
}

/// Arguments of the wrong type are refused by the wire itself: a plain text, never a panic.
#[test]
fn wrong_types_are_refused() {
    let shell = shell();
    for (command, arguments) in [
        ("show_token", json!({ "account": 7 })),
        ("show_token", json!({})),
        ("start_login", json!({ "plan": { "provider": "mastodon", "surprise": true } })),
        ("test_redirect", json!({ "redirect": "window" })),
        ("change_settings", json!({ "settings": 7 })),
        ("close_window", json!({ "keep": "yes" })),
    ] {
        assert!(shell.call(command, arguments).unwrap_err().is_string(), "{command}");
    }
}
