//! `keybearer settings set autostart`: the entry by which the desktop starts the app at login, as the window writes it.

use std::path::PathBuf;

use serde_json::Value;
use tokio::process::Command;

use crate::rig::{Home, Said, Start as _, ended, place_program};

/// A home with the command line in a folder of its own.
fn apart() -> Home {
    let home = Home::new();
    place_program(&bin(&home).join("keybearer"));
    home
}

fn bin(home: &Home) -> PathBuf {
    home.0.path().join("bin here")
}

fn entry(home: &Home) -> PathBuf {
    home.0.path().join(".config/autostart/io.github.keybearer.desktop")
}

async fn set(home: &Home, value: &str, change: impl FnOnce(&mut Command)) -> Said {
    let mut command = home.at_home(bin(home).join("keybearer"));
    command.args(["settings", "set", "autostart", value]);
    command.env_remove("APPIMAGE").env_remove("APPDIR");
    change(&mut command);
    ended(command.start()).await
}

fn is_on(home: &Home) -> bool {
    home.keeper().view().settings.autostart
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_entry_starts_the_app_beside_the_command_line() {
    let home = apart();
    std::fs::write(bin(&home).join("keybearer-desktop"), "").unwrap();
    for _ in 0..2 {
        let said = set(&home, "on", |_| {}).await;
        assert_eq!((said.code, said.out.as_str()), (0, "autostart\ton\n"), "{said:?}");
        let exec = format!("\nExec=\"{}/keybearer-desktop\" --hidden\n", bin(&home).display());
        let text = std::fs::read_to_string(entry(&home)).unwrap();
        assert!(
            text.starts_with("[Desktop Entry]\nType=Application\n") && text.contains(&exec),
            "{text}"
        );
        assert!(is_on(&home));
    }
    // Off again, also without the app, and where the person has removed the entry.
    std::fs::remove_file(bin(&home).join("keybearer-desktop")).unwrap();
    for _ in 0..2 {
        let said = set(&home, "off", |_| {}).await;
        assert_eq!((said.code, said.out.as_str()), (0, "autostart\toff\n"), "{said:?}");
        assert!(!entry(&home).exists() && !is_on(&home));
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn without_an_app_nothing_changes() {
    let home = apart();
    let alone = set(&home, "on", |_| {}).await;
    assert!(alone.code == 2 && alone.out.is_empty(), "{alone:?}");
    assert!(
        alone.err.contains("keybearer-desktop") && alone.err.contains("keybearer service install"),
        "{alone:?}"
    );
    // Nor does it where the entry can't be written.
    std::fs::write(bin(&home).join("keybearer-desktop"), "").unwrap();
    std::fs::write(home.0.path().join(".config"), "a file").unwrap();
    let refused = set(&home, "on", |_| {}).await;
    assert!(refused.code == 1 && refused.out.is_empty(), "{refused:?}");
    assert!(!is_on(&home));
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn an_appimage_is_started_as_one() {
    let home = apart();
    let image = home.0.path().join("Keybearer.AppImage");
    std::fs::write(&image, "").unwrap();
    let config = home.0.path().join("elsewhere");
    let inside = set(&home, "on", |command| {
        command
            .env("APPIMAGE", &image)
            .env("APPDIR", bin(&home))
            .env("XDG_CONFIG_HOME", &config);
    });
    assert_eq!(inside.await.code, 0);
    let text = std::fs::read_to_string(config.join("autostart/io.github.keybearer.desktop")).unwrap();
    assert!(
        text.contains(&format!("\nExec=\"{}\" --hidden\n", image.display())) && !entry(&home).exists(),
        "{text}"
    );
    // That of a terminal is another program's.
    let terminal = set(&home, "on", |command| {
        command.env("APPIMAGE", &image).env("APPDIR", home.0.path().join("data"));
    });
    assert_eq!(terminal.await.code, 2);
}

/// The entry and the setting are changed together, or neither is.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_book_that_takes_no_change_leaves_the_entry() {
    let home = apart();
    std::fs::write(bin(&home).join("keybearer-desktop"), "").unwrap();
    let book = home.data().join("book.json");
    let newer = || {
        let text = std::fs::read_to_string(&book).unwrap();
        let mut newer: Value = serde_json::from_str(&text).unwrap();
        newer["v"] = 99.into();
        std::fs::write(&book, newer.to_string()).unwrap();
        text
    };
    for value in ["off", "on"] {
        let other = if value == "on" { "off" } else { "on" };
        for value in ["on", value] {
            assert_eq!(set(&home, value, |_| {}).await.code, 0);
        }
        let before = newer();
        let refused = set(&home, other, |_| {}).await;
        assert!(refused.code == 1 && refused.out.is_empty(), "{refused:?}");
        assert_eq!(entry(&home).exists(), value == "on", "{value}");
        std::fs::write(&book, before).unwrap();
    }
}
