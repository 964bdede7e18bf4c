//! Runs Tauri's build script with the list of our commands: only those that a capability allows can be called.

fn main() {
    // The window's page is embedded; without it the window would be blank.
    println!("cargo:rerun-if-changed=ui/dist");
    let commands = commands().unwrap_or_else(|error| fail(&error.to_string()));
    let manifest = tauri_build::AppManifest::new().commands(commands);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    // On Windows each program needs the manifest below, test programs included (tauri#13419); Tauri gives it to the app's only, and
    // a program has one.
    let windows = tauri_build::WindowsAttributes::new_without_app_manifest();
    common_controls().unwrap_or_else(|error| fail(&error.to_string()));
    tauri_build::try_build(attributes.windows_attributes(windows)).unwrap_or_else(|error| fail(&format!("{error:#}")));
}

/// The commands of the handler in commands.rs. Each becomes a permission, `allow-…`; those that the capability in tauri.conf.json
/// lists can be called.
fn commands() -> std::io::Result<&'static [&'static str]> {
    const SOURCE: &str = "src-tauri/src/commands.rs";
    println!("cargo:rerun-if-changed={SOURCE}");
    let source: &'static str = std::fs::read_to_string(SOURCE)?.leak();
    let list = source.split_once("generate_handler![").and_then(|(_, rest)| rest.split_once(']'));
    let names = list.map_or("", |(names, _)| names).split(',').map(str::trim);
    Ok(names.filter(|name| !name.is_empty()).collect::<Vec<_>>().leak())
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
