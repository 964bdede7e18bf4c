//! Files that another program seals, and files that are no `.env` files: no token gets into them in clear.

use keybearer_core::deliver::file::{set_key, set_whole};
use keybearer_core::token::Secret;
use keybearer_core::words::{Language, explain};
use tempfile::TempDir;

use super::env_readers::refused;
use crate::delivery::at;
use crate::system::linked;

/// Files that another program seals, and how they look.
fn sealed() -> Vec<(&'static str, Vec<u8>)> {
    let texts = [
        (
            "SOPS",
            "TOKEN=ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]\nsops_mac=ENC[AES256_GCM,data:x]\nsops_version=3.9.0\n",
        ),
        ("SOPS", "A=1\nsops_lastmodified=2026-01-01T00:00:00Z\n"),
        ("SOPS", "#ENC[AES256_GCM,data:abc,type:comment]\nTOKEN=old\n"),
        (
            "SOPS",
            "{\"TOKEN\": \"ENC[AES256_GCM,data:abc]\", \"sops\": {\"version\": \"3.9.0\"}}\n",
        ),
        ("SOPS", "TOKEN: ENC[AES256_GCM,data:abc]\nsops:\n    version: 3.9.0\n"),
        ("SOPS", "[bot]\nTOKEN = ENC[AES256_GCM,data:abc]\n\n[sops]\nversion = 3.9.0\n"),
        (
            "dotenvx",
            "#/---[DOTENV_PUBLIC_KEY]---/\nDOTENV_PUBLIC_KEY=\"02ab\"\n\nTOKEN=\"encrypted:BDb7\"\n",
        ),
        ("dotenvx", "TOKEN=encrypted:BDb7\n"),
        ("dotenvx", "DOTENV_PUBLIC_KEY_PRODUCTION=02ab\nA=1\n"),
        ("dotenvx", "DOTENV_PRIVATE_KEY=aa\n"),
        ("dotenv-vault", "DOTENV_VAULT_PRODUCTION=\"abc\"\n"),
        ("age", "age-encryption.org/v1\n-> X25519 abc\n"),
        (
            "age",
            "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n",
        ),
        ("age", "\n# bot\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"),
        ("ansible-vault", "$ANSIBLE_VAULT;1.1;AES256\n3131\n"),
        ("ansible-vault", "token: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3131\n"),
        ("GnuPG", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"),
        (
            "Sealed Secrets",
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    TOKEN: AgBy\n",
        ),
        ("OpenSSL", "Salted__abcdefgh"),
        ("OpenSSL or transcrypt", "U2FsdGVkX1+abc\nabc=\n"),
        ("Rails", "dGhpcyBpcyBhIHRlc3Q=--dGhpcyBpcyBhIHRlc3Q=--dGhpcyBpcyBhIHRlc3Q=\n"),
        ("hiera-eyaml", "TOKEN: ENC[PKCS7,MIIB]\n"),
        ("ejson", "{\"_public_key\": \"abc\", \"TOKEN\": \"EJ[1:abc]\"}\n"),
        ("Jasypt", "TOKEN=ENC(abc)\n"),
        ("1Password", "TOKEN=\"op://bots/ada/token\"\n"),
        ("Vault", "TOKEN=vault:v1:abc\n"),
    ];
    let mut all: Vec<_> = texts.into_iter().map(|(by, text)| (by, text.as_bytes().to_vec())).collect();
    all.push(("git-crypt", b"\0GITCRYPT\0\x01\x02\xff\0abc".to_vec()));
    all.push(("GnuPG", b"\x85\x01\x0c\x03\xff\xfe\x00\x12".to_vec()));
    all.push(("GnuPG", b"\x8c\x0d\x04\x09\xff\xfe\x00\x12".to_vec()));
    all
}

/// Files that are something else.
fn foreign() -> Vec<(&'static str, Vec<u8>)> {
    let texts = [
        ("json", "{\n  \"TOKEN\": \"old\"\n}\n"),
        ("json", "[\"TOKEN\"]\n"),
        ("json", "[\n{}\n]\n"),
        ("yaml", "TOKEN: old\n"),
        ("yaml", "---\nbot:\n  TOKEN: old\n"),
        ("yaml", "# compose\nservices:\n  bot:\n    environment:\n      - TOKEN=old\n"),
        ("yaml", "- TOKEN=old\n"),
        ("sections", "[bot]\nTOKEN=old\n"),
        ("sections", "title=\"x\"\n[bot]\nTOKEN=\"old\"\n"),
        ("sections", "[Service]\nEnvironment=TOKEN=old\n"),
        ("sections", "; php\n[PHP]\nTOKEN=old\n"),
        (
            "key",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
        ),
        ("key", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        (
            "key",
            "Bag Attributes\n    localKeyID: 01\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB==\n",
        ),
        ("key", "ssh-ed25519 AAAA ada@example.com\n"),
        ("markup", "<?xml version=\"1.0\"?>\n<a TOKEN=\"x\"/>\n"),
        ("program", "#!/bin/sh\nTOKEN=old\nexec bot\n"),
        ("program", "#!/usr/bin/env python3\nTOKEN = 'old'\n"),
        ("binary", "\u{7f}ELF\u{2}\u{1}\u{1}\0\0\0TOKEN=old\n"),
        ("binary", "SQLite format 3\0TOKEN=old\n"),
    ];
    texts.into_iter().map(|(kind, text)| (kind, text.as_bytes().to_vec())).collect()
}

#[test]
fn a_sealed_file_and_one_that_is_no_env_file_get_no_token() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    let cases = sealed().into_iter().map(|(by, bytes)| ("file-sealed", "by", by, bytes));
    let others = foreign().into_iter().map(|(kind, bytes)| ("env-file-foreign", "kind", kind, bytes));
    for (code, name, what, bytes) in cases.chain(others) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let error = refused(&bytes);
        assert_eq!((error.code.as_str(), error.params[name].as_str()), (code, what), "{text:?}");
        for language in Language::ALL {
            if name == "by" {
                assert!(explain(language, &error)[0].contains(what), "{text:?}");
            }
        }
        // Nor as a file: neither a line of it nor all of it, and by a link as little.
        std::fs::write(&path, &bytes).unwrap();
        let link = folder.path().join("link");
        let mut places = vec![at(&path)];
        if linked(".env", &link) {
            places.push(at(&link));
        }
        let token = Secret::new("new");
        for place in places {
            assert_eq!(set_key(&place, "TOKEN", &token).unwrap_err().code(), code, "{text:?}");
            assert_eq!(set_whole(&place, &token).unwrap_err().code(), code, "{text:?}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        let _ = std::fs::remove_file(&link);
    }
}

#[test]
fn a_name_says_what_a_file_is_and_an_empty_one_is_fine() {
    let folder = TempDir::new().unwrap();
    for (name, code) in [
        ("config.toml", "env-file-foreign"),
        ("settings.py", "env-file-foreign"),
        ("compose.YML", "env-file-foreign"),
        ("bot.env.gpg", "file-sealed"),
        (".env.enc", "file-sealed"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, "A = 1\n").unwrap();
        assert_eq!(
            set_key(&at(&path), "TOKEN", &Secret::new("new")).unwrap_err().code(),
            code,
            "{name}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "A = 1\n");
    }
    // A blob that says nothing of itself is no token.
    let path = folder.path().join("token");
    std::fs::write(&path, b"\xd2\xfe\x81abc").unwrap();
    assert_eq!(set_whole(&at(&path), &Secret::new("new")).unwrap_err().code(), "env-file-foreign");
    for (name, content) in [
        (".env", Some("")),
        ("bot.env", Some("\n")),
        ("new.env", None),
        ("env.sh", Some("A=1\n")),
    ] {
        let path = folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        set_key(&at(&path), "TOKEN", &Secret::new("new")).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("TOKEN=new\n"), "{name}");
    }
}
