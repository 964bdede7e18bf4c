//! `keybearer redirect trust` and `distrust`: the https redirect's certificate in the store that Chromium reads, by the real certutil.

use tokio::process::Command;

use crate::rig::{Home, Start as _, ended};

const NAME: &str = "Keybearer on this computer";

/// The lines of that store that name the certificate.
async fn trusted(home: &Home) -> Vec<String> {
    let store = home.0.path().join(".pki/nssdb");
    if !store.exists() {
        return Vec::new();
    }
    let said = Command::new("certutil")
        .args(["-L", "-d", &format!("sql:{}", store.display())])
        .output();
    let said = String::from_utf8(said.await.unwrap().stdout).unwrap();
    said.lines().filter(|line| line.starts_with(NAME)).map(str::to_owned).collect()
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_certificate_is_trusted_and_removed_again() {
    let home = Home::new();
    for _ in 0..2 {
        let said = home.run(&["redirect", "trust"]).await;
        assert_eq!((said.code, said.out.as_str()), (0, "certificate\ttrusted\n"), "{said:?}");
        assert!(
            said.err.contains("NSS") && said.err.contains("Firefox") && said.err.contains(NAME),
            "{said:?}"
        );
        let lines = trusted(&home).await;
        assert!(lines.len() == 1 && lines[0].trim_end().ends_with("P,,"), "{lines:?}");
        assert!(home.keeper().view().certificate_trusted);
    }
    for _ in 0..2 {
        let said = home.run(&["redirect", "distrust"]).await;
        assert_eq!((said.code, said.out.as_str()), (0, "certificate\tnot trusted\n"), "{said:?}");
        assert!(trusted(&home).await.is_empty() && !home.keeper().view().certificate_trusted);
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn without_its_tool_the_package_is_named() {
    let home = Home::new();
    let without_tool = async |arguments: &[&str]| {
        let mut command = home.command(arguments);
        ended(command.env("PATH", home.0.path()).start()).await
    };
    let said = without_tool(&["redirect", "trust"]).await;
    assert!(
        said.code == 1 && said.out.is_empty() && said.err.contains("libnss3-tools"),
        "{said:?}"
    );
    assert!(!home.keeper().view().certificate_trusted);
    // Without a store there is nothing to remove.
    assert_eq!(without_tool(&["redirect", "distrust"]).await.code, 0);
    // With one, what cannot be removed stays noted.
    assert_eq!(home.run(&["redirect", "trust"]).await.code, 0);
    let said = without_tool(&["redirect", "distrust"]).await;
    assert!(said.code == 1 && said.err.contains("libnss3-tools"), "{said:?}");
    assert!(home.keeper().view().certificate_trusted);
    let said = without_tool(&["forget", "--everything", "--yes"]).await;
    assert!(
        said.code == 0 && !said.out.contains("certificate") && said.err.contains("libnss3-tools") && said.err.contains(NAME),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn it_goes_with_everything_else() {
    let home = Home::new();
    assert_eq!(home.run(&["redirect", "trust"]).await.code, 0);
    let said = home.run(&["forget", "--everything", "--yes"]).await;
    assert!(said.code == 0 && said.out.ends_with("deleted\tcertificate\t1\n"), "{said:?}");
    assert!(trusted(&home).await.is_empty());
    let again = home.run(&["forget", "--everything", "--yes"]).await;
    assert!(again.code == 0 && !again.out.contains("certificate"), "{again:?}");
}
