//! Units of systemd, in a home of their own: systemd itself never runs. The real `systemctl` enables them, as it does without a running
//! systemd, and the timer's command is run in systemd's place.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use keybearer_core::book::lock;
use keybearer_core::keeper::TEST_FOLDER;
use keybearer_practice::meta::{Meta, Platform};
use tokio::process::Command;

use crate::rig::{Home, Said, Start as _, ended, place_program, with_threads};

const WORDS: &str = "correct horse battery";
const UNITS: [&str; 4] = [
    "keybearer-refresh.service",
    "keybearer-refresh.timer",
    "keybearer.service",
    "keybearer.socket",
];

/// A home with an account in files that a passphrase seals, where neither a bus nor a keychain is.
async fn sealed() -> (Home, Meta, String) {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    (home, meta, token)
}

fn units(home: &Home) -> PathBuf {
    home.0.path().join(".config/systemd/user")
}

fn kept(home: &Home) -> PathBuf {
    home.0.path().join(".local/state/io.github.keybearer/passphrase")
}

/// A program with nothing of the session but a home.
fn bare(home: &Home, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env(TEST_FOLDER, home.0.path())
        .env("HOME", home.0.path())
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "en_GB.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn service(home: &Home, arguments: &[&str], input: Option<&str>) -> Said {
    service_of(home, bare(home, env!("CARGO_BIN_EXE_keybearer")), arguments, input).await
}

/// The same by a program elsewhere, or with more variables.
async fn service_of(home: &Home, mut command: Command, arguments: &[&str], input: Option<&str>) -> Said {
    command.arg("service").args(arguments);
    if let Some(input) = input {
        let file = home.0.path().join("input");
        fs::write(&file, format!("{input}\n")).unwrap();
        command.stdin(fs::File::open(&file).unwrap()).args(["--passphrase-fd", "0"]);
    }
    ended(command.start()).await
}

/// The timer's command as systemd starts it, with what the unit asks for.
async fn start_refresh(home: &Home, mode: u32) -> Said {
    let unit = fs::read_to_string(units(home).join("keybearer-refresh.service")).unwrap();
    let setting = |name: &str| unit.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let line = setting("ExecStart=").unwrap();
    let (program, arguments) = line.split_once(' ').unwrap();
    let mut command = bare(home, program);
    command.args(arguments.split(' '));
    if let Some(file) = setting("LoadCredential=passphrase:") {
        let folder = home.0.path().join("credentials");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        fs::copy(file, folder.join("passphrase")).unwrap();
        fs::set_permissions(folder.join("passphrase"), fs::Permissions::from_mode(mode)).unwrap();
        command.env("CREDENTIALS_DIRECTORY", folder);
    }
    ended(command.start()).await
}

fn lines(text: &str) -> Vec<PathBuf> {
    let mut lines: Vec<PathBuf> = text.lines().map(PathBuf::from).collect();
    lines.sort();
    lines
}

fn expected(home: &Home) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = UNITS.iter().map(|name| units(home).join(name)).chain([kept(home)]).collect();
    all.sort();
    all
}

/// The text of the unit that the timer starts.
fn refresh_unit(home: &Home) -> String {
    fs::read_to_string(units(home).join("keybearer-refresh.service")).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn installed_enabled_run_and_removed() {
    let (home, _meta, token) = sealed().await;
    let said = service(&home, &["install", "--user"], Some(WORDS)).await;
    assert_eq!((said.code, lines(&said.out)), (0, expected(&home)), "{said:?}");
    assert!(
        said.err
            .contains("systemctl --user enable --now keybearer-refresh.timer keybearer.socket"),
        "{said:?}"
    );
    assert!(said.err.contains("loginctl enable-linger"), "{said:?}");
    assert_eq!(
        (mode(&kept(&home)), fs::read_to_string(kept(&home)).unwrap().trim()),
        (0o600, WORDS)
    );
    let state = |name: &str| fs::read_to_string(units(&home).join(name)).unwrap();
    let before: Vec<String> = UNITS.iter().map(|name| state(name)).collect();

    // Again: the passphrase is known, and nothing is written.
    let again = service(&home, &["install", "--user"], None).await;
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
    assert!(again.err.contains("in place already"), "{again:?}");
    assert_eq!(UNITS.iter().map(|name| state(name)).collect::<Vec<_>>(), before);

    let status = service(&home, &["status", "--user"], None).await;
    assert!(
        status.code == 1 && status.out.contains("!!  keybearer-refresh.timer  installed, but not enabled"),
        "{status:?}"
    );
    let enable = ["--user", "enable", "keybearer-refresh.timer", "keybearer.socket"];
    let enabled = ended(bare(&home, "systemctl").args(enable).start()).await;
    assert_eq!(enabled.code, 0, "{enabled:?}");
    let status = service(&home, &["status", "--user"], None).await;
    for line in [
        "ok  keybearer-refresh.timer  installed and enabled",
        "ok  keybearer.socket  installed and enabled",
        "!!  keybearer-refresh.service  has never run",
        "ok  passphrase  is read from",
        "!!  systemd  not running here",
    ] {
        assert!(status.out.contains(line), "{line}: {status:?}");
    }
    // systemd keeps the time of the last run so.
    let stamps = home.0.path().join(".local/share/systemd/timers");
    fs::create_dir_all(&stamps).unwrap();
    fs::write(stamps.join("stamp-keybearer-refresh.timer"), "").unwrap();
    let status = service(&home, &["status", "--user"], None).await;
    assert!(
        status.out.contains("ok  keybearer-refresh.service  ran 0 minutes ago"),
        "{status:?}"
    );

    let ran = start_refresh(&home, 0o400).await;
    assert!(ran.code == 0 && ran.err.contains("Nothing is due."), "{ran:?}");
    // systemd may give root's file to the user by an access list, whose mask is shown as the group's rights.
    assert_eq!(start_refresh(&home, 0o440).await.code, 0);
    let open = start_refresh(&home, 0o444).await;
    assert!(open.code == 2 && open.err.contains("isn’t private"), "{open:?}");
    assert!(!format!("{said:?}{again:?}{status:?}{ran:?}{open:?}").contains(&token));

    // Not ours: a drop-in, and another's unit.
    let others = [
        units(&home).join("keybearer-refresh.timer.d/mine.conf"),
        units(&home).join("other.service"),
    ];
    for other in &others {
        fs::create_dir_all(other.parent().unwrap()).unwrap();
        fs::write(other, "[Unit]\n").unwrap();
    }
    let unconfirmed = service(&home, &["uninstall", "--user"], None).await;
    assert!(unconfirmed.code == 2 && kept(&home).exists(), "{unconfirmed:?}");
    let removed = service(&home, &["uninstall", "--user", "--yes"], None).await;
    let mut gone = expected(&home);
    gone.push(units(&home).join("timers.target.wants/keybearer-refresh.timer"));
    gone.push(units(&home).join("sockets.target.wants/keybearer.socket"));
    gone.sort();
    assert_eq!((removed.code, lines(&removed.out)), (0, gone.clone()), "{removed:?}");
    assert!(gone.iter().all(|path| !path.exists() && !path.is_symlink()) && others.iter().all(|path| path.exists()));
    let none = service(&home, &["uninstall", "--user"], None).await;
    assert!(none.code == 0 && none.err.contains("No units of Keybearer"), "{none:?}");
    assert_eq!(service(&home, &["status", "--user"], None).await.code, 1);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn what_is_refused_writes_nothing() {
    let (home, _meta, _) = sealed().await;
    let wrong = service(&home, &["install", "--user"], Some("wrong words")).await;
    assert!(wrong.code == 6 && wrong.err.contains("doesn’t unlock"), "{wrong:?}");
    let nobody = service(&home, &["install", "--user"], None).await;
    assert!(nobody.code == 6 && nobody.err.contains("--passphrase-fd"), "{nobody:?}");
    let open = home.0.path().join("words");
    fs::write(&open, format!("{WORDS}\n")).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
    let file = open.to_str().unwrap().to_owned();
    let readable = service(&home, &["install", "--user", "--passphrase-file", &file], None).await;
    assert!(readable.code == 2 && readable.err.contains("isn’t private"), "{readable:?}");
    assert!(fs::read_dir(units(&home)).unwrap().next().is_none() && !kept(&home).exists());

    // Another program's unit of the same name stays.
    fs::create_dir_all(units(&home)).unwrap();
    let foreign = units(&home).join("keybearer.service");
    fs::write(&foreign, "[Unit]\n").unwrap();
    let refused = service(&home, &["install", "--user"], Some(WORDS)).await;
    assert!(
        refused.code == 2 && refused.err.contains("wasn’t written by Keybearer"),
        "{refused:?}"
    );
    assert_eq!(fs::read_dir(units(&home)).unwrap().count(), 1);
    assert!(!kept(&home).exists());
    fs::remove_file(foreign).unwrap();

    // A file of the person's own is used where it is, and stays.
    fs::set_permissions(&open, fs::Permissions::from_mode(0o600)).unwrap();
    let done = service(&home, &["install", "--user", "--passphrase-file", &file], None).await;
    assert!(done.code == 0 && !kept(&home).exists(), "{done:?}");
    assert_eq!(start_refresh(&home, 0o400).await.code, 0);
    assert_eq!(service(&home, &["uninstall", "--user", "--yes"], None).await.code, 0);
    assert!(open.exists());
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn an_empty_machine_gets_its_encrypted_files() {
    let home = Home::new();
    let said = service(&home, &["install", "--user"], Some(WORDS)).await;
    assert!(said.code == 0 && home.data().join("sealed").exists(), "{said:?}");
    assert!(said.err.contains("keybearer login"), "{said:?}");
    let ran = start_refresh(&home, 0o400).await;
    assert!(ran.code == 0 && ran.err.contains("Nothing is due."), "{ran:?}");
    // The short one makes nothing.
    let other = Home::new();
    let short = service(&other, &["install", "--user"], Some("short")).await;
    assert!(short.code == 6 && expected(&other).iter().all(|path| !path.exists()), "{short:?}");
}

/// Where everything is deleted, the passphrase that is kept for the person's own units is deleted, too.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn everything_includes_the_units_and_their_passphrase() {
    let (home, _meta, _) = sealed().await;
    let forget = ["forget", "--everything", "--yes"];
    assert_eq!(service(&home, &["install", "--user"], Some(WORDS)).await.code, 0);
    let other = units(&home).join("other.service");
    fs::write(&other, "[Unit]\n").unwrap();
    // In use: nothing is deleted, and the message says what stops the units.
    let work = lock::work(&home.data(), "serve-1").unwrap();
    let refused = ended(bare(&home, env!("CARGO_BIN_EXE_keybearer")).args(forget).start()).await;
    assert!(
        refused.code == 5 && refused.err.contains("keybearer service uninstall") && kept(&home).exists(),
        "{refused:?}"
    );
    drop(work);
    let done = ended(bare(&home, env!("CARGO_BIN_EXE_keybearer")).args(forget).start()).await;
    assert!(
        done.code == 0 && done.out.ends_with(&format!("deleted\tunits\t{}\n", expected(&home).len())),
        "{done:?}"
    );
    assert!(expected(&home).iter().all(|path| !path.exists()) && other.exists(), "{done:?}");
    // Again, as after a kill: nothing is left.
    let again = ended(bare(&home, env!("CARGO_BIN_EXE_keybearer")).args(forget).start()).await;
    assert!(again.code == 0 && !again.out.contains("units"), "{again:?}");
}

/// A file of the person's own is read until another place is named, and nothing keeps a copy meanwhile.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_file_of_the_persons_own_is_remembered() {
    let (home, _meta, _) = sealed().await;
    let install = ["install", "--user"];
    assert_eq!(service(&home, &install, Some(WORDS)).await.code, 0);
    let file = home.0.path().join("my words");
    fs::write(&file, format!("{WORDS}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let own = ["install", "--user", "--passphrase-file", file.to_str().unwrap()];
    let moved = service(&home, &own, None).await;
    assert!(moved.code == 0 && !kept(&home).exists(), "{moved:?}");
    assert!(moved.err.contains(kept(&home).to_str().unwrap()), "{moved:?}");

    let line = format!("\nLoadCredential=passphrase:{}\n", file.display());
    let again = service(&home, &install, None).await;
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
    assert!(!kept(&home).exists() && refresh_unit(&home).contains(&line), "{again:?}");
    // Without the file nothing takes its place.
    fs::rename(&file, home.0.path().join("elsewhere")).unwrap();
    let missing = service(&home, &install, None).await;
    assert!(
        missing.code == 2 && missing.err.contains("my words") && missing.err.contains("--passphrase-fd") && !kept(&home).exists(),
        "{missing:?}"
    );
    let status = service(&home, &["status", "--user"], None).await;
    assert!(status.out.contains("my words, which isn’t there any more"), "{status:?}");
    fs::rename(home.0.path().join("elsewhere"), &file).unwrap();

    let copied = service(&home, &install, Some(WORDS)).await;
    assert!(copied.code == 0 && kept(&home).exists() && file.exists(), "{copied:?}");
    assert!(!refresh_unit(&home).contains(&line));
    // The copy itself may be named, by any way to it.
    let link = home.0.path().join("link");
    std::os::unix::fs::symlink(kept(&home), &link).unwrap();
    let named = service(&home, &["install", "--user", "--passphrase-file", link.to_str().unwrap()], None).await;
    assert!(named.code == 0 && kept(&home).exists(), "{named:?}");

    // An installation that fails in the midst leaves what the units read, and no copy that none reads.
    assert_eq!(service(&home, &own, None).await.code, 0);
    let part = units(&home).join(".keybearer-refresh.service.part");
    fs::create_dir_all(part.join("x")).unwrap();
    let midway = service(&home, &install, Some(WORDS)).await;
    assert!(midway.code == 1 && midway.out.is_empty() && !kept(&home).exists(), "{midway:?}");
    assert!(refresh_unit(&home).contains(&line));
}

/// A user's units that ask for namespaces don't start where the system refuses them later.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn units_without_their_namespaces_are_noticed() {
    let (home, _meta, _) = sealed().await;
    let with = |name: &str, code: u8| {
        let folder = home.0.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("unshare"), format!("#!/bin/sh\nexit {code}\n")).unwrap();
        fs::set_permissions(folder.join("unshare"), fs::Permissions::from_mode(0o700)).unwrap();
        format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", folder.display())
    };
    let (allowed, refused) = (with("allowed", 0), with("refused", 1));
    let said = async |path: &str, arguments: &[&str], input: Option<&str>| {
        let mut command = bare(&home, env!("CARGO_BIN_EXE_keybearer"));
        command.env("PATH", path);
        service_of(&home, command, arguments, input).await
    };
    let (install, status) = (["install", "--user"], ["status", "--user"]);
    assert_eq!(said(&allowed, &install, Some(WORDS)).await.code, 0);
    if !refresh_unit(&home).contains("PrivateUsers=yes") {
        let apparmor = fs::read_to_string("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").unwrap_or_default();
        assert_eq!(apparmor.trim(), "1", "only AppArmor refuses them here");
        return;
    }
    assert!(!said(&allowed, &status, None).await.out.contains("namespaces"));
    let noticed = said(&refused, &status, None).await;
    assert!(noticed.code == 1 && noticed.out.contains("!!  unshare  "), "{noticed:?}");
    assert_eq!(said(&refused, &install, None).await.code, 0);
    assert!(!said(&refused, &status, None).await.out.contains("namespaces"));
}

/// A unit has the proxy of the shell, or it would connect directly.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn units_use_the_proxy_of_the_shell() {
    let home = Home::new();
    let with = |variables: &[(&str, &str)]| {
        let mut command = bare(&home, env!("CARGO_BIN_EXE_keybearer"));
        command.envs(variables.iter().copied());
        command
    };
    let install = ["install", "--user"];
    let wrong = service_of(&home, with(&[("https_proxy", "http://me:can/ary@p:1")]), &install, Some(WORDS)).await;
    assert!(
        wrong.code != 0 && wrong.err.contains("https_proxy") && !wrong.err.contains("ary"),
        "{wrong:?}"
    );
    assert!(!units(&home).exists() && !kept(&home).exists() && !home.data().join("sealed").exists());

    let set = [
        ("https_proxy", "http://me@proxy.example:3128"),
        ("ALL_PROXY", "socks5h://me:canary@10.0.0.1"),
        ("NO_PROXY", "localhost, 10.0.0.0/8"),
    ];
    let said = service_of(&home, with(&set), &install, Some(WORDS)).await;
    assert_eq!(said.code, 0, "{said:?}");
    for unit in ["keybearer-refresh.service", "keybearer.service"] {
        let text = fs::read_to_string(units(&home).join(unit)).unwrap();
        for line in [
            "Environment=https_proxy=http://me@proxy.example:3128",
            "Environment=\"NO_PROXY=localhost, 10.0.0.0/8\"",
            // Without its password: the proxy refuses, and nothing goes around it.
            "Environment=ALL_PROXY=socks5h://10.0.0.1:1080",
        ] {
            assert!(text.contains(&format!("\n{}\n", line)), "{line}: {text}");
        }
        assert!(!text.contains("canary"), "{text}");
    }
    assert!(
        said.err.contains("ALL_PROXY has a password")
            && said
                .err
                .contains("systemctl --user edit keybearer-refresh.service keybearer.service"),
        "{said:?}"
    );
    assert!(!format!("{said:?}").contains("canary"));
    // Without them the units have none.
    assert_eq!(service(&home, &install, None).await.code, 0);
    assert!(!refresh_unit(&home).to_lowercase().contains("_proxy"));
}

/// systemd starts no program whose path has certain characters: said before anything is written.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_path_that_systemd_refuses_is_refused_first() {
    let home = Home::new();
    for (folder, starts) in [
        ("d$HOME 100%", true),
        ("a\"b", false),
        ("a'b", false),
        (r"a\b", false),
        ("a\tb", false),
    ] {
        let program = home.0.path().join(folder).join("keybearer");
        place_program(&program);
        let said = service_of(&home, bare(&home, program.to_str().unwrap()), &["install", "--user"], Some(WORDS)).await;
        if starts {
            let line = format!(
                "\nExecStart=\"{}\" refresh --due\n",
                program.display().to_string().replace('%', "%%")
            );
            assert!(said.code == 0 && refresh_unit(&home).contains(&line), "{said:?} {line}");
            assert_eq!(service(&home, &["uninstall", "--user", "--yes"], None).await.code, 0);
        } else {
            assert!(said.code == 2 && said.err.contains("quote"), "{folder}: {said:?}");
        }
        assert!(expected(&home).iter().all(|path| !path.exists()), "{folder}");
        fs::remove_dir_all(program.parent().unwrap()).unwrap();
    }
}

/// A timer that fails because of the book has to be seen, and to be stopped.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn units_of_a_damaged_book_are_shown_and_removed() {
    let (home, _meta, _) = sealed().await;
    assert_eq!(service(&home, &["install", "--user"], Some(WORDS)).await.code, 0);
    fs::write(home.data().join("book.json"), "{broken").unwrap();
    let status = service(&home, &["status", "--user"], None).await;
    assert!(
        status.code == 1 && status.out.contains("ok  passphrase") && status.out.contains("!!  accounts  Keybearer couldn’t read"),
        "{status:?}"
    );
    let refused = service(&home, &["install", "--user"], None).await;
    assert!(refused.code == 1 && refused.err.contains("book"), "{refused:?}");
    let removed = service(&home, &["uninstall", "--user", "--yes"], None).await;
    assert!(
        removed.code == 0 && expected(&home).iter().all(|path| !path.exists()),
        "{removed:?}"
    );
}

/// A first installation that fails leaves nothing; a later one says what it has changed.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn an_installation_that_fails_leaves_no_passphrase() {
    let (home, _meta, _) = sealed().await;
    let install = ["install", "--user"];
    let config = home.0.path().join(".config");
    fs::write(&config, "a file").unwrap();
    let refused = service(&home, &install, Some(WORDS)).await;
    assert!(refused.code == 1 && refused.out.is_empty() && !kept(&home).exists(), "{refused:?}");
    fs::remove_file(&config).unwrap();

    // In the midst: this file can't be written.
    let part = units(&home).join(".keybearer.service.part");
    fs::create_dir_all(part.join("x")).unwrap();
    let midway = service(&home, &install, Some(WORDS)).await;
    assert!(midway.code == 1 && midway.out.is_empty(), "{midway:?}");
    assert!(expected(&home).iter().all(|path| !path.exists()), "{midway:?}");

    fs::remove_dir_all(&part).unwrap();
    assert_eq!(service(&home, &install, Some(WORDS)).await.code, 0);
    fs::create_dir_all(part.join("x")).unwrap();
    let mut command = bare(&home, env!("CARGO_BIN_EXE_keybearer"));
    command.env("XDG_CONFIG_HOME", &config);
    let later = service_of(&home, command, &install, None).await;
    let changed = units(&home).join("keybearer-refresh.service");
    assert_eq!((later.code, lines(&later.out)), (1, vec![changed]), "{later:?}");
    assert!(expected(&home).iter().all(|path| path.exists()));
}
