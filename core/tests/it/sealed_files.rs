//! The sealed files alone: opened by their words only, and each believed under its own name only.

use std::fs;
use std::path::PathBuf;

use keybearer_core::vault::Vault as _;
use keybearer_core::vault::age_file;
use keybearer_core::vault::sealed::{Seal, Sealed, new_identity};
use keybearer_core::view::StoreState;
use tempfile::TempDir;

use crate::mock_keychain::QUICK_WORK;
use crate::vault::{WORDS, below, code, secret};

#[test]
fn sealed_files_open_by_their_words_only() {
    let home = TempDir::new().unwrap();
    let sealed = Sealed::new(home.path().join("sealed"));
    assert_eq!(sealed.state(), StoreState::Missing);
    assert_eq!(code(sealed.unlock(&Seal::Passphrase(secret("1234567")))), "passphrase-short");
    assert_eq!(code(sealed.write("account/a", &secret("canary"))), "passphrase-needed");
    assert!(!home.path().join("sealed").exists(), "nothing is made before there are words");
    sealed.unlock(&Seal::Passphrase(secret(WORDS))).unwrap();
    sealed.write("account/a", &secret("canary-token")).unwrap();
    sealed.write("account/a", &secret("canary-token-2")).unwrap();
    assert_eq!(sealed.read("account/a").unwrap().unwrap().expose(), "canary-token-2");
    assert!(sealed.read("account/b").unwrap().is_none());
    let file = fs::read(home.path().join("sealed/identity.age")).unwrap();
    let head = String::from_utf8_lossy(&file).into_owned();
    assert!(
        head.lines().nth(1).unwrap().ends_with(" 18"),
        "the same work on each computer, however busy: {head}"
    );
    for (path, mode) in below(home.path()) {
        let own = if path.is_dir() { 0o700 } else { 0o600 };
        assert!(mode.is_none_or(|mode| mode == own), "{}", path.display());
        if path.is_file() {
            let bytes = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            for clear in ["canary", "AGE-SECRET-KEY", WORDS] {
                assert!(!bytes.contains(clear), "{clear} in {}", path.display());
            }
        }
    }

    let again = Sealed::new(home.path().join("sealed"));
    assert!(again.has_passphrase() && again.state() == StoreState::Locked);
    assert_eq!(code(again.read("account/a")), "passphrase-needed");
    assert_eq!(code(again.unlock(&Seal::Passphrase(secret("another horse")))), "passphrase-wrong");
    assert_eq!(again.state(), StoreState::Locked);
    assert_eq!(
        code(again.unlock(&Seal::Identity(new_identity()))),
        "passphrase-wrong",
        "a foreign identity"
    );
    assert_eq!(code(again.unlock(&Seal::Identity(secret("no identity")))), "passphrase-wrong");
    assert_eq!(
        code(again.write("account/a", &secret("x"))),
        "passphrase-needed",
        "nothing was opened by any of these"
    );
    again.unlock(&Seal::Passphrase(secret(WORDS))).unwrap();
    assert_eq!(again.read("account/a").unwrap().unwrap().expose(), "canary-token-2");
    // A damaged file is that one secret, not the store; it is left where it is.
    let file = home.path().join("sealed/account-a.age");
    fs::write(&file, b"age-encryption.org/v1\n").unwrap();
    assert_eq!(code(again.read("account/a")), "secret-missing");
    assert!(file.exists());
    again.delete("account/a").unwrap();
    again.delete("account/a").unwrap();
    assert!(!file.exists());
}

#[test]
fn a_sealed_file_is_read_under_its_own_name_and_from_nobody_else() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("sealed");
    let sealed = Sealed::new(folder.clone());
    sealed.unlock(&Seal::Passphrase(secret(WORDS))).unwrap();
    for key in ["account/a", "account/b", "target/a", "target/b"] {
        sealed.write(key, &secret(key)).unwrap();
    }
    // One that lies under another's name is nobody's.
    for (from, to, key) in [
        ("account-a", "account-b", "account/b"),
        ("target-a", "target-b", "target/b"),
        ("account-a", "target-b", "target/b"),
    ] {
        fs::copy(folder.join(format!("{from}.age")), folder.join(format!("{to}.age"))).unwrap();
        assert_eq!(code(sealed.read(key)), "secret-missing", "{from} as {to}");
    }
    assert_eq!(sealed.read("account/a").unwrap().unwrap().expose(), "account/a");
    // Whom to seal for stands there for all to read: what anybody wrote is no confirmation.
    let recipient: age::x25519::Recipient = fs::read_to_string(folder.join("recipient")).unwrap().parse().unwrap();
    let anybody = |key: &str, text: &str| {
        let file = folder.join(format!("{}.age", key.replace('/', "-")));
        fs::write(file, age::encrypt(&recipient, text.as_bytes()).unwrap()).unwrap();
        sealed.read(key)
    };
    let guessed = format!("keybearer 1 {}\nforged", "00".repeat(32));
    for text in ["forged", &guessed, "keybearer 1 \nforged", "keybearer 1 zz"] {
        assert_eq!(code(anybody("target/a", text)), "secret-missing", "{text}");
    }
    assert_eq!(code(anybody("account/c", &guessed)), "secret-missing");
    // Files of earlier versions say no name; they had no deliveries.
    assert_eq!(anybody("account/old", "{\"v\":1}").unwrap().unwrap().expose(), "{\"v\":1}");
    // Nor does a store's own file fit another store.
    let other = Sealed::new(home.path().join("other"));
    other.unlock(&Seal::Identity(new_identity())).unwrap();
    fs::copy(folder.join("account-a.age"), home.path().join("other/account-a.age")).unwrap();
    assert_eq!(code(other.read("account/a")), "secret-missing");
}

/// A folder whose new passphrases take no second.
fn quick(folder: PathBuf) -> Sealed {
    Sealed::new(folder).with_passphrase_work(QUICK_WORK)
}

/// The same words, as computers compose them: é as one letter, or as e with an accent; blanks that some keyboards type.
const COMPOSED: &str = "caf\u{e9} \u{d55c}\u{ae00} pass";
const DECOMPOSED: &str = "cafe\u{301} \u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} pass";
const ODD_BLANKS: &str = "caf\u{e9}\u{a0}\u{d55c}\u{ae00}\u{3000}pass";

#[test]
fn a_passphrase_opens_its_files_on_a_computer_that_composes_letters_in_another_way() {
    let home = TempDir::new().unwrap();
    for (n, typed) in [COMPOSED, DECOMPOSED, ODD_BLANKS].into_iter().enumerate() {
        let folder = home.path().join(n.to_string());
        quick(folder.clone()).unlock(&Seal::Passphrase(secret(typed))).unwrap();
        // New files are sealed with one form, whatever was typed.
        let file = fs::read(folder.join("identity.age")).unwrap();
        let words = age::scrypt::Identity::new(age::secrecy::SecretString::from(COMPOSED.to_owned()));
        assert!(age::decrypt(&words, &file).is_ok(), "{typed:?}");
    }
    // So it is enough to open one of them in each way.
    let folder = home.path().join("0");
    for typed in [COMPOSED, DECOMPOSED, ODD_BLANKS] {
        quick(folder.clone()).unlock(&Seal::Passphrase(secret(typed))).unwrap();
    }
    let wrong = Seal::Passphrase(secret(&DECOMPOSED.to_uppercase()));
    assert_eq!(code(quick(folder).unlock(&wrong)), "passphrase-wrong");
    // Eight letters, of which four are accents, are four.
    let short = Seal::Passphrase(secret(&"e\u{301}".repeat(4)));
    assert_eq!(code(Sealed::new(home.path().join("short")).unlock(&short)), "passphrase-short");
}

#[test]
fn files_of_earlier_versions_open_as_they_were_sealed_and_elsewhere() {
    let home = TempDir::new().unwrap();
    for (n, sealed_with) in [COMPOSED, DECOMPOSED, ODD_BLANKS].into_iter().enumerate() {
        let folder = home.path().join(n.to_string());
        fs::create_dir_all(&folder).unwrap();
        let mut recipient = age::scrypt::Recipient::new(age::secrecy::SecretString::from(sealed_with.to_owned()));
        recipient.set_work_factor(2);
        let sealed = age::encrypt(&recipient, new_identity().expose().as_bytes()).unwrap();
        fs::write(folder.join("identity.age"), sealed).unwrap();
        let opens = |typed: &str| Sealed::new(folder.clone()).unlock(&Seal::Passphrase(secret(typed))).is_ok();
        assert!(opens(sealed_with), "as it was typed");
        // Which blank it was that was typed then, only the same keyboard knows.
        assert!(
            sealed_with == ODD_BLANKS || (opens(COMPOSED) && opens(DECOMPOSED)),
            "{sealed_with:?}"
        );
        assert!(!opens("cafe \u{d55c}\u{ae00} pass"));
    }
}

#[test]
fn a_file_for_another_computer_opens_however_letters_are_composed_there() {
    for typed in [COMPOSED, DECOMPOSED, ODD_BLANKS] {
        let file = age_file::seal(2, &secret(typed), &"content").unwrap();
        for other in [COMPOSED, DECOMPOSED, ODD_BLANKS] {
            assert_eq!(age_file::open(&secret(other), &file).unwrap().expose(), "\"content\"");
        }
        assert_eq!(
            code(age_file::open(&secret("caf\u{e8} \u{d55c}\u{ae00} pass"), &file)),
            "passphrase-wrong"
        );
    }
}
