//! Files of every day that other programs write: nothing is written into those that are sealed or that are something else, and
//! a plain `.env` file, as people write it by hand, is delivered to.

use keybearer_core::deliver::env_file::set;
use keybearer_core::deliver::file::set_whole;
use keybearer_core::token::Secret;
use tempfile::TempDir;

use super::{at, read};

/// Of 80 characters, as base64 writes them.
const BLOB: &str = "Q3Jn7xT0aZ1kP9vLw2Yb6HsEd4UuMf8GiRoNcJqBtXzKyAlWmVpSh5DgOeIjFrQ3Jn7xT0aZ1kP9vLw2";

#[test]
fn foreign_files_are_not_overwritten() {
    let sealed_line = format!("TOKEN=ENC[AES256_GCM,data:{BLOB},type:str]\n");
    for (name, content) in [
        (
            "sops dotenv",
            format!("{sealed_line}sops_mac=ENC[AES256_GCM,data:x]\nsops_version=3.9.0\n"),
        ),
        ("sops yaml", format!("token: ENC[AES256_GCM,data:{BLOB}]\nsops:\n    kms: []\n")),
        (
            "sops json",
            "{\n\t\"token\": \"ENC[AES256_GCM,data:x]\",\n\t\"sops\": {}\n}\n".into(),
        ),
        (
            "sops ini",
            "[bot]\nTOKEN = ENC[AES256_GCM,data:x]\n\n[sops]\nversion = 3.9.0\n".into(),
        ),
        (
            "sops binary",
            "{\n\t\"data\": \"ENC[AES256_GCM,data:x]\",\n\t\"sops\": {}\n}".into(),
        ),
        (
            "dotenvx",
            format!("#/---[DOTENV_PUBLIC_KEY]---/\nDOTENV_PUBLIC_KEY_PRODUCTION=\"03{BLOB}\"\nTOKEN=\"encrypted:{BLOB}\"\n"),
        ),
        ("dotenvx line", format!("export TOKEN='encrypted:{BLOB}'\n")),
        ("age", format!("age-encryption.org/v1\n-> X25519 {BLOB}\n{BLOB}\n--- {BLOB}\n")),
        (
            "age armor",
            format!("-----BEGIN AGE ENCRYPTED FILE-----\n{BLOB}\n-----END AGE ENCRYPTED FILE-----\n"),
        ),
        ("ansible-vault label", "$ANSIBLE_VAULT;1.2;AES256;production\n36383\n6434\n".into()),
        ("git-crypt", "\0GITCRYPT\0abcdef".into()),
        ("openssl", format!("U2FsdGVkX1{BLOB}\n{BLOB}\n")),
        ("Laravel's env:encrypt", format!("eyJpdiI6{BLOB}{BLOB}=")),
        (
            "PEM bundle",
            format!("Bag Attributes\n    friendlyName: bot\n-----BEGIN CERTIFICATE-----\n{BLOB}\n-----END CERTIFICATE-----\n"),
        ),
        (
            "PEM with a word before",
            format!("# my key\n\n-----BEGIN PRIVATE KEY-----\n{BLOB}\n-----END PRIVATE KEY-----\n"),
        ),
        (
            "OpenSSH",
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{BLOB}\n-----END OPENSSH PRIVATE KEY-----\n"),
        ),
        ("public key", format!("ssh-ed25519 {BLOB} ada@host\n")),
        ("another public key", format!("ecdsa-sha2-nistp256 {BLOB} ada@host\n")),
        ("a key on a token", format!("sk-ssh-ed25519@openssh.com {BLOB} ada@host\n")),
        ("JSON", "{\"TOKEN\": \"old\"}".into()),
        ("JSON list", "[\"TOKEN\"]".into()),
        ("JSON5", "// the bot\n{\n  TOKEN: 'old',\n}\n".into()),
        ("JSON5 block comment", "/* the bot */\n{ TOKEN: 'old' }\n".into()),
        ("YAML", "TOKEN: old\n".into()),
        ("YAML list", "- TOKEN=old\n".into()),
        ("YAML document", "---\nTOKEN: old\n".into()),
        ("YAML text", "TOKEN: |\n  old\n".into()),
        ("compose", "services:\n  bot:\n    environment:\n      TOKEN: old\n".into()),
        ("TOML", "TOKEN = \"old\"\n[bot]\nname = \"x\"\n".into()),
        ("INI", "; the bot\n[bot]\nTOKEN=old\n".into()),
        ("unit", "[Service]\nEnvironment=TOKEN=old\n".into()),
        ("PHP", "<?php\nreturn ['TOKEN' => 'old'];\n".into()),
        ("HTML", "<!DOCTYPE html>\n<p>\n".into()),
        ("script", "#!/bin/sh\nTOKEN=old\n".into()),
        ("NUL", "TOKEN=old\0\n".into()),
    ] {
        let error = set(content.as_bytes(), "TOKEN", "new").err().map(|e| e.code().as_str());
        assert!(matches!(error, Some("file-sealed" | "env-file-foreign")), "{name}: {error:?}");
        let error = set(content.as_bytes(), "OTHER", "new").err().map(|e| e.code().as_str());
        assert!(
            matches!(error, Some("file-sealed" | "env-file-foreign")),
            "{name}, another key: {error:?}"
        );
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, &content).unwrap();
        let error = set_whole(&at(&path), &Secret::new("new")).err().map(|e| e.code().as_str());
        assert!(
            matches!(error, Some("file-sealed" | "env-file-foreign")),
            "{name}, whole: {error:?}"
        );
        assert_eq!(read(&path), content);
    }
}

#[test]
fn a_line_is_added_neither_to_programs_nor_to_a_single_long_text() {
    for (name, content) in [
        ("JavaScript", "module.exports = {\n  TOKEN: 'old',\n};\n"),
        ("JavaScript module", "export const TOKEN = 'old';\n"),
        ("JavaScript, on one line", "module.exports = { TOKEN: 'old' }\n"),
        ("Python", "import os\nTOKEN = 'old'\n"),
        ("Makefile", "CC = gcc\n\nall: bot\n\t$(CC) bot.c\n"),
        ("Makefile with :=", "TOKEN := old\n"),
        ("fish", "set -gx TOKEN old\n"),
        ("csh", "setenv TOKEN old\n"),
        ("PowerShell", "$env:TOKEN = 'old'\n"),
        ("batch", "@echo off\nset TOKEN=old\n"),
        ("properties with a colon", "bot.token:old\n"),
        ("direnv with a command", "source_up\nexport A=1\n"),
        ("Dockerfile", "FROM debian\nENV TOKEN=old\n"),
        ("Caddyfile", "example.org {\n  root * /srv\n}\n"),
        ("nginx", "server {\n  listen 80;\n}\n"),
        ("a word", "old\n"),
        ("a lone carriage return", "A=1\rTOKEN=old\r"),
        // Fernet, and whatever else is base64 with its filling at the end.
        ("Fernet", &format!("gAAAAABn{}==", BLOB.replace('/', "_"))),
        ("base64", &format!("{BLOB}=\n")),
        ("base64 in lines", &format!("{BLOB}\n{BLOB}\n{}=\n", &BLOB[..47])),
    ] {
        for key in ["TOKEN", "NEW"] {
            assert!(set(content.as_bytes(), key, "new").is_err(), "{name}, {key}");
        }
    }
}

#[test]
fn a_value_that_another_program_puts_in_is_its_own() {
    for value in [
        "op://Personal/bot/token",
        "{{ op://Personal/bot/token }}",
        "{{op://Personal/bot/token}}",
        "ref+vault://secret/bot#/token",
        "vault:secret/data/bot#token",
        "vault:v1:abc",
        "bao:secret/data/bot#token",
        "pass://vault/bot/token",
        "sm://project/token",
        "berglas://bucket/token",
        "ENC(abc)",
        "{cipher}abc",
    ] {
        for line in [
            format!("TOKEN={value}\n"),
            format!("TOKEN=\"{value}\"\n"),
            format!("A=1\nexport TOKEN='{value}'\n"),
        ] {
            let error = set(line.as_bytes(), "TOKEN", "new").unwrap_err();
            assert_eq!(error.code(), "file-sealed", "{line}");
        }
    }
}

#[test]
fn handwritten_env_files_are_accepted() {
    for around in [
        "# comment\n",
        "\n\n",
        "KEY=value\n",
        "KEY=\"value\"\nKEY2='value'\n",
        "export KEY=value\n",
        "KEY=value # what it is for\n",
        "KEY='value' # it's for the bot\n",
        "# it's \"the\" bot's $TOKEN file\n",
        "EMPTY=\nEMPTY2=\"\"\n",
        "APP_NAME=My little bot\n",
        "APP_NAME=\"My little bot\"\n",
        "URL=https://example.org/?a=1&b=2#part\n",
        "DATABASE_URL=postgres://u:p%40ss@db:5432/bot?sslmode=require\n",
        "PATH=/usr/bin:$PATH\n",
        "BASE=${HOME}/bot\n",
        "JSON='{\"a\": [1, 2]}'\n",
        "COLOR=#ff0000\n",
        "SECRET=base64:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n",
        "LIST=a,b;c\n",
        "MAIL=\"Ada <ada@example.org>\"\n",
        "CRON='*/5 * * * *'\n",
        "KEY=\"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\"\n",
        "NAME=Zoë\n名=1\n".split_once('名').unwrap().0,
        "spring.name=bot\n",
        "MY-KEY=1\n",
        "  INDENTED=1\n",
        "SPACED = 1\n",
        "set -a\n",
        "LONG_NAME_OF_A_SETTING_THAT_NOBODY_HAS_FILLED_IN_YET_BUT_THAT_STAYS_IN_THE_FILE=\n",
        "JWT=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl\n",
        "TEMPLATE=\"Hello {{ name }}\"\n",
    ] {
        for (own, new) in [
            ("TOKEN=old\n", "TOKEN=new\n"),
            ("TOKEN=\n", "TOKEN=new\n"),
            ("TOKEN=\"old\"\n", "TOKEN=\"new\"\n"),
            ("TOKEN='old'\n", "TOKEN='new'\n"),
            ("export TOKEN=old\n", "export TOKEN=new\n"),
            ("TOKEN=<your token>\n", "TOKEN=new\n"),
            ("TOKEN=\"\"\n", "TOKEN=\"new\"\n"),
        ] {
            let after = set(format!("{around}{own}{around}").as_bytes(), "TOKEN", "new");
            let after = after.map_err(|e| e.view().params).map(|after| String::from_utf8(after).unwrap());
            assert_eq!(after, Ok(format!("{around}{new}{around}")), "{around:?} {own:?}");
        }
        let added = set(around.as_bytes(), "TOKEN", "new").map_err(|e| e.view().params);
        assert_eq!(added, Ok(format!("{around}TOKEN=new\n").into_bytes()), "{around:?}");
    }
}
