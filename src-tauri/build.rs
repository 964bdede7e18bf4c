//! Lets Tauri read tauri.conf.json, and names our commands: only those that a capability allows can be called.

/// Every command of commands.rs. A permission `allow-…` is made of each; the capability in tauri.conf.json lists them.
const COMMANDS: &[&str] = &[
    "view",
    "watch",
    "find_server",
    "start_login",
    "cancel_login",
    "open_again",
    "copy_link",
    "paste",
    "copy_token",
    "copy_token_secret",
    "show_token",
    "verify",
    "revoke",
    "delete_account",
    "copy_client",
    "replace_secret",
    "delete_client",
    "change_settings",
    "check_store",
    "use_sealed_file",
    "use_keychain",
    "test_redirect",
    "copy_diagnostics",
    "open_link",
    "start_practice",
    "copy_text",
    "check_redirect",
    "save_relay_page",
    "check_relay_page",
    "trust_certificate",
    "distrust_certificate",
    "keep_held",
    "discard_held",
    "sub_accounts",
    "keep_sub_accounts",
    "adopt",
    "renew",
    "refresh_long_lived",
    "step_back",
    "resume",
    "export_accounts",
    "import_accounts",
    "save_calendar",
    "inspect",
    "uses",
    "prepare_call",
    "try_call",
    "copy_as",
    "save_copy",
    "copy_app_token",
    "copy_device_code",
    "redeem_device_code",
    "last_renewals",
    "wanted_account",
    "abilities",
    "link_command_line",
    "closing",
    "close_window",
    "exports",
    "start_export",
    "resume_export",
    "cancel_export",
    "discard_export",
    "add_delivery",
    "confirm_delivery",
    "remove_delivery",
    "deliver",
];

fn main() {
    // The window's page is embedded: a build without it would show nothing.
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    // On Windows each program needs the manifest below, test programs included (tauri#13419); Tauri gives it to the app's only, and
    // a program has one.
    let windows = tauri_build::WindowsAttributes::new_without_app_manifest();
    common_controls().unwrap_or_else(|error| fail(&error.to_string()));
    tauri_build::try_build(attributes.windows_attributes(windows)).unwrap_or_else(|error| fail(&format!("{error:#}")));
}

/// Links the manifest into every program of this package.
fn common_controls() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = std::path::absolute("src-tauri/windows/common-controls.manifest")?;
    println!("cargo:rerun-if-changed={}", manifest.display());
    let script = std::path::PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?).join("common-controls.rc");
    // RT_MANIFEST (24) by the id of an executable's own (1): Microsoft, "Using Side-by-side Assemblies as a Resource".
    let path = manifest.display().to_string().replace('\\', "/");
    std::fs::write(&script, format!("1 24 \"{path}\"\n"))?;
    Ok(embed_resource::compile_for_everything(script, embed_resource::NONE).manifest_required()?)
}

fn fail(error: &str) -> ! {
    println!("cargo:warning={error}");
    std::process::exit(1);
}
