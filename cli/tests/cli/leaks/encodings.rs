//! Each way to write a secret, as Python writes it, and what a search says where nothing was found or could be read.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{ODD, USUAL, found, import, leaks};
use crate::rig::Home;

/// The files that the script has written.
fn written(folder: &Path, secret: &str) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/leaks/encodings.py");
    let mut python = Command::new("python3")
        .arg(script)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    let done = python.wait_with_output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn each_way_to_write_a_secret_is_found() {
    let home = Home::new();
    for (name, secret) in [("odd", ODD), ("usual", USUAL)] {
        import(&home, name, secret).await;
    }
    for (name, secret) in [("odd", ODD), ("usual", USUAL)] {
        let folder = TempDir::new().unwrap();
        let files = written(folder.path(), secret);
        assert!(files.len() > 50, "{files:?}");
        let (said, object) = leaks(&home, &[folder.path()]).await;
        assert_eq!(said.code, 1, "{said:?}");
        let places = found(&object, "file");
        for file in &files {
            assert!(
                places.iter().any(|place| place.as_str() == Some(file)),
                "{name}: {file} of {places:?}"
            );
        }
        let whose = format!("other/{name}");
        assert!(
            found(&object, "name").iter().all(|found| found.as_str() == Some(&whose)),
            "{object:#}"
        );
        let line = |file: &str| {
            object["found"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["file"].as_str().unwrap().ends_with(file))
                .map(|one| one["line"].clone())
        };
        assert_eq!(line("plain.txt"), Some(3.into()));
        assert_eq!(line("little.txt"), Some(2.into()));
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn other_texts_are_clean_and_names_are_searched() {
    let home = Home::new();
    let folder = TempDir::new().unwrap();
    let (none, _) = leaks(&home, &[folder.path()]).await;
    assert!(
        none.code == 3 && none.out.is_empty() && none.err.contains("nothing to look for"),
        "{none:?}"
    );
    import(&home, "usual", USUAL).await;
    std::fs::write(
        folder.path().join("near.txt"),
        format!("{} {}", &USUAL[1..], &USUAL[..USUAL.len() - 1]),
    )
    .unwrap();
    std::fs::write(folder.path().join("packed.gz"), b"\x1f\x8b\x08 what is in here is not looked into").unwrap();
    let (clean, object) = leaks(&home, &[folder.path()]).await;
    assert_eq!(
        (clean.code, &object["clean"], &object["files"], &object["compressed"]),
        (0, &true.into(), &2.into(), &1.into()),
        "{clean:?}"
    );
    assert!(clean.err.contains("Nothing found. Secrets looked for: 1; files: 2"), "{clean:?}");
    std::fs::write(folder.path().join(format!("{USUAL}.txt")), "").unwrap();
    let (named, object) = leaks(&home, &[folder.path()]).await;
    assert!(
        named.code == 1 && found(&object, "file")[0].as_str().unwrap().ends_with("/….txt"),
        "{named:?}"
    );
    let (missing, _) = leaks(&home, &[&folder.path().join("no-such-folder")]).await;
    assert!(missing.code == 2 && missing.out.is_empty(), "{missing:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn remedies_are_printed_for_each_secret() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("bot.env");
    std::fs::write(&file, format!("# bot\nTOKEN={USUAL}\nAGAIN={USUAL}\n")).unwrap();
    let said = home.run(&["leaks", file.to_str().unwrap()]).await;
    let line = |number| format!("{}:{number}\tother/usual\taccess-token\tplain\n", file.display());
    assert_eq!((said.code, said.out), (1, format!("{}{}", line(2), line(3))));
    for part in ["The access token of other/usual was found", "keybearer import other", "Found: 2"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
}

/// A file that is larger than what is read at once, in memory that does not grow with it.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_large_file_is_read_in_parts() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let mut file = std::io::BufWriter::new(std::fs::File::create(folder.path().join("large.log")).unwrap());
    for line in 1..=2_000_000 {
        writeln!(file, "{line}: a line of a log").unwrap();
        if line % 500_000 == 0 {
            write!(file, "{USUAL}").unwrap();
        }
    }
    file.into_inner().unwrap();
    let (said, object) = leaks(&home, &[folder.path()]).await;
    let lines: Vec<_> = found(&object, "line").into_iter().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!((said.code, lines), (1, vec![500_001, 1_000_001, 1_500_001, 2_000_001]), "{said:?}");
}
