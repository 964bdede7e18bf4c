//! Recognises files that another program encrypts or owns, by their content: no token may be written into them in clear text. No IO.

use crate::error::{Error, Result};

/// Texts that only an encrypted file has, and the program that encrypts it.
const SEALS: &[(&str, &str)] = &[
    ("ENC[AES256_GCM,", "SOPS"),
    ("sops_version=", "SOPS"),
    ("sops_mac=", "SOPS"),
    ("sops_lastmodified=", "SOPS"),
    ("\"sops\":", "SOPS"),
    ("ENC[PKCS7,", "hiera-eyaml"),
    ("ENC[GPG,", "hiera-eyaml"),
    ("DOTENV_PUBLIC_KEY", "dotenvx"),
    ("DOTENV_PRIVATE_KEY", "dotenvx"),
    ("DOTENV_VAULT", "dotenv-vault"),
    ("$ANSIBLE_VAULT;", "ansible-vault"),
    ("-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    ("-----BEGIN PGP MESSAGE-----", "GnuPG"),
    ("-----BEGIN PKCS7-----", "OpenSSL"),
    ("-----BEGIN CMS-----", "OpenSSL"),
    ("kind: SealedSecret", "Sealed Secrets"),
    ("\"_public_key\":", "ejson"),
];

/// The beginnings of files that are encrypted as a whole.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\0GITCRYPT\0", "git-crypt"),
    (b"age-encryption.org/", "age"),
    (b"Salted__", "OpenSSL"),
    // OpenSSL's header in base64.
    (b"U2FsdGVkX1", "OpenSSL or transcrypt"),
    (b"KEEPASS", "KeePass"),
    // `{"iv":` in base64, as env:encrypt writes it.
    (b"eyJpdiI6", "Laravel"),
];

/// The beginnings of values that are encrypted one by one, or that another program replaces when it starts the bot.
const VALUES: &[(&str, &str)] = &[
    ("encrypted:", "dotenvx"),
    ("ENC[", "SOPS"),
    ("ENC(", "Jasypt"),
    ("{cipher}", "Spring Cloud Config"),
    ("$ANSIBLE_VAULT", "ansible-vault"),
    ("U2FsdGVkX1", "OpenSSL"),
    ("vault:v1:", "Vault"),
    ("vault:secret/", "Vault"),
    ("vault:kv/", "Vault"),
    ("bao:", "OpenBao"),
    ("op://", "1Password"),
    ("{{ op://", "1Password"),
    ("{{op://", "1Password"),
    ("pass://", "Proton Pass"),
    ("sm://", "Berglas"),
    ("berglas://", "Berglas"),
    ("ref+", "vals"),
];

/// From this length, a text before an equals sign is base64 and no name.
const LEAST_BLOB: usize = 48;

/// Name endings of files that another program encrypts.
const SEALED_NAMES: &[(&str, &str)] = &[
    (".age", "age"),
    (".gpg", "GnuPG"),
    (".asc", "GnuPG"),
    (".pgp", "GnuPG"),
    (".sops", "SOPS"),
    (".enc", "OpenSSL or SOPS"),
    (".encrypted", "Laravel or another program"),
];

/// Name endings of files that are not `.env` files.
const OTHER_NAMES: &[(&str, &str)] = &[
    (".json", "json"),
    (".jsonc", "json"),
    (".json5", "json"),
    (".yaml", "yaml"),
    (".yml", "yaml"),
    (".toml", "sections"),
    (".ini", "sections"),
    (".xml", "markup"),
    (".html", "markup"),
    (".pem", "key"),
    (".key", "key"),
    (".py", "program"),
    (".js", "program"),
    (".mjs", "program"),
    (".cjs", "program"),
    (".ts", "program"),
    (".rb", "program"),
    (".php", "program"),
    (".pl", "program"),
    (".lua", "program"),
    (".rs", "program"),
    (".go", "program"),
    (".tf", "program"),
    (".tfvars", "program"),
];

/// The beginnings of keys without armor lines.
const PUBLIC_KEYS: &[&str] = &["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "PuTTY-User-Key-File"];

/// The beginnings of programs and their comments.
const PROGRAMS: &[&str] = &["//", "/*", "module.exports", "exports."];

/// Checks by its content that a token may be written into a file.
///
/// # Errors
/// [`Error::FileSealed`], [`Error::EnvFileForeign`].
pub fn check(content: &[u8]) -> Result<()> {
    check_sealed(content)?;
    kind(content).map_or(Ok(()), |kind| Err(Error::EnvFileForeign { kind }))
}

/// Checks that a line may be added or changed. A single base64 text is no list of names and values, although its padding looks like an
/// equals sign.
///
/// # Errors
/// As [`check`].
pub fn check_lines(content: &[u8]) -> Result<()> {
    check(content)?;
    let text = content.trim_ascii();
    let body = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_\r\n".contains(b);
    let has = |wanted: fn(&u8) -> bool| body.iter().any(wanted);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    if body.len() < LEAST_BLOB || !is_mixed || !body.iter().all(is_base64) {
        return Ok(());
    }
    match body.starts_with(b"gAAAAA") {
        true => Err(Error::FileSealed { by: "Fernet" }),
        false => Err(Error::EnvFileForeign { kind: "other" }),
    }
}

/// Checks the name of a file that is not empty.
///
/// # Errors
/// As [`check`].
pub fn check_name(name: &str) -> Result<()> {
    let name = name.to_ascii_lowercase();
    let found = |names: &[(&str, &'static str)]| names.iter().find(|(end, _)| name.ends_with(end)).map(|(_, what)| *what);
    match (found(SEALED_NAMES), found(OTHER_NAMES)) {
        (Some(by), _) => Err(Error::FileSealed { by }),
        (None, Some(kind)) => Err(Error::EnvFileForeign { kind }),
        (None, None) => Ok(()),
    }
}

fn check_sealed(content: &[u8]) -> Result<()> {
    sealed_by(content).map_or(Ok(()), |by| Err(Error::FileSealed { by }))
}

fn sealed_by(content: &[u8]) -> Option<&'static str> {
    let body = content.trim_ascii_start();
    let begins = |b: &[u8]| content.starts_with(b) || body.starts_with(b);
    if let Some((_, by)) = BEGINNINGS.iter().find(|(beginning, _)| begins(beginning)) {
        return Some(by);
    }
    let Ok(text) = std::str::from_utf8(content) else {
        return is_pgp(content).then_some("GnuPG");
    };
    if let Some((_, by)) = SEALS.iter().find(|(seal, _)| has(text, seal)) {
        return Some(by);
    }
    if is_rails(text) {
        return Some("Rails");
    }
    let marks = VALUES
        .iter()
        .map(|(mark, _)| *mark)
        .chain(["sops:", "[sops]", "sops_", "encryptedData:"]);
    let may_be = marks.into_iter().any(|mark| has(text, mark));
    if may_be { text.lines().find_map(sealed_line) } else { None }
}

/// Whether a text contains a mark. Most texts lack the mark's rarest byte, and a search for one byte is much faster.
fn has(text: &str, mark: &str) -> bool {
    let sign = mark.bytes().find(|b| !b.is_ascii_alphanumeric()).or(mark.bytes().next());
    sign.is_some_and(|sign| text.as_bytes().contains(&sign)) && text.contains(mark)
}

fn sealed_line(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    // Within YAML, INI and dotenv files.
    if line == "sops:" || line == "[sops]" || line.starts_with("sops_") {
        return Some("SOPS");
    }
    if line.starts_with("encryptedData:") {
        return Some("Sealed Secrets");
    }
    let (_, value) = line.split_once(['=', ':'])?;
    let value = value.trim_start().trim_start_matches(['"', '\'']);
    let sealed = VALUES.iter().find(|(beginning, _)| value.starts_with(beginning));
    sealed.map(|(_, by)| *by)
}

/// Whether the content begins with a session key packet (RFC 9580 §4.2 and §5).
fn is_pgp(content: &[u8]) -> bool {
    matches!(content.first(), Some(0x84..=0x86 | 0x8c..=0x8e | 0xc1 | 0xc3))
}

/// Whether a text has three base64 parts with two hyphens between them, as Rails' credentials.
fn is_rails(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split("--").collect();
    let is_base64 = |part: &&str| part.len() >= 16 && part.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c));
    parts.len() == 3 && parts.iter().all(is_base64)
}

/// The kind of a file that is not a `.env` file, if its beginning shows it.
fn kind(content: &[u8]) -> Option<&'static str> {
    let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    // Without a path after it, "#!" begins a comment.
    if text
        .strip_prefix(b"#!")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"/"))
    {
        return Some("program");
    }
    if is_binary(text) {
        return Some("binary");
    }
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    // A key within quotes is a value.
    if text.contains("-----BEGIN ") {
        let mut before = "";
        for line in lines.clone() {
            if line.starts_with("-----BEGIN ") && !before.ends_with(['"', '\'']) {
                return Some("key");
            }
            before = line;
        }
    }
    let first = lines.by_ref().find(|l| !l.starts_with('#') && !l.starts_with(';'))?;
    let is_section = |l: &str| l.starts_with('[') && l.trim_end_matches(|c| c != ']').len() > 2;
    match first {
        _ if PUBLIC_KEYS.iter().any(|beginning| first.starts_with(beginning)) => Some("key"),
        _ if PROGRAMS.iter().any(|beginning| first.starts_with(beginning)) => Some("program"),
        _ if first.starts_with('{') => Some("json"),
        _ if is_section(first) && (first.contains('"') || first.contains('{')) => Some("json"),
        "[" => Some("json"),
        _ if is_section(first) => Some("sections"),
        _ if first.starts_with('<') && !first.starts_with("<<") => Some("markup"),
        "---" => Some("yaml"),
        _ if first.starts_with("%YAML") || first.starts_with("- ") || is_yaml(first) => Some("yaml"),
        _ if text.contains('[') && lines.any(|l| is_section(l) && !l.contains('"')) => Some("sections"),
        _ => None,
    }
}

/// Whether a line is a name and a colon, followed by a space or nothing.
fn is_yaml(line: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else {
        return false;
    };
    let name = name.trim_matches(['"', '\'']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-./ ".contains(c));
    is_name && (value.is_empty() || value.starts_with(' '))
}

/// Whether the content has a zero byte that is not UTF-16's, or more than a few characters that text does not have.
fn is_binary(content: &[u8]) -> bool {
    let has_zero = content.contains(&0);
    let is_utf16 = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") || (has_zero && is_spread(content));
    let odd = content.iter().filter(|b| **b < 32 && !b"\t\n\x0b\x0c\r".contains(b)).count();
    !is_utf16 && (has_zero || odd * 10 > content.len())
}

/// Whether every second byte is zero: UTF-16 without a byte order mark.
fn is_spread(content: &[u8]) -> bool {
    let zeros = |from: usize| content.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let most = content.len() / 2 * 8 / 10;
    content.len() >= 4 && content.len().is_multiple_of(2) && (zeros(0) > most || zeros(1) > most) && zeros(0).min(zeros(1)) == 0
}
