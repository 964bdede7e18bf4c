//! The encrypted file that moves accounts to another machine: age, opened by a passphrase (scrypt), and armored, so that any channel for
//! text can carry it. The keeper decides what is in it.

use std::io::Read as _;
use std::iter::once;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor};
use serde::Serialize;

use super::passphrase;
use crate::error::{Error, Result};
use crate::token::Secret;

/// The most work that a file may demand: four seconds and 1 GiB.
const MOST_WORK: u8 = 20;
/// The largest file that is read, in bytes: room for a few thousand accounts.
const MAX_FILE: usize = 4 << 20;

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// Encrypts `content` as JSON, with this scrypt work factor.
///
/// # Errors
/// [`Error::PassphraseShort`].
pub fn seal(work: u8, passphrase: &Secret, content: &impl Serialize) -> Result<String> {
    let mut recipient = age::scrypt::Recipient::new(passphrase::chosen(passphrase)?);
    recipient.set_work_factor(work);
    let encryptor = Encryptor::with_recipients(once(&recipient as &dyn age::Recipient)).map_err(internal)?;
    let mut sealed = Vec::new();
    let armor = ArmoredWriter::wrap_output(&mut sealed, Format::AsciiArmor).map_err(internal)?;
    // Serialized straight into the cipher, so that no clear-text copy is left in memory.
    let mut writer = encryptor.wrap_output(armor).map_err(internal)?;
    serde_json::to_writer(&mut writer, content).map_err(internal)?;
    writer.finish().and_then(ArmoredWriter::finish).map_err(internal)?;
    String::from_utf8(sealed).map_err(internal)
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`Error::FileForeign`], [`Error::FileDamaged`], [`Error::PassphraseWrong`].
pub fn open(passphrase: &Secret, sealed: &str) -> Result<Secret> {
    let sealed = sealed.trim();
    if sealed.len() > MAX_FILE || !(sealed.starts_with(BEGIN) || BEGIN.starts_with(sealed)) {
        return Err(Error::FileForeign);
    }
    // Detect a truncated file before scrypt takes its second.
    if !sealed.ends_with(END) {
        return Err(Error::FileDamaged);
    }
    let mut opened = Err(Error::PassphraseWrong);
    for words in passphrase::candidates(passphrase) {
        opened = open_with(words, sealed);
        if !matches!(opened, Err(Error::PassphraseWrong)) {
            break;
        }
    }
    opened
}

fn open_with(words: SecretString, sealed: &str) -> Result<Secret> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed.as_bytes())).map_err(refusal)?;
    if !decryptor.is_scrypt() {
        return Err(Error::FileForeign);
    }
    let mut identity = age::scrypt::Identity::new(words);
    identity.set_max_work_factor(MOST_WORK);
    let mut reader = decryptor.decrypt(once(&identity as &dyn age::Identity)).map_err(refusal)?;
    // The armored text is longer than its content, so the buffer never moves, and whatever was read is wiped even if decryption fails.
    let mut plain = String::with_capacity(sealed.len());
    let read = reader.read_to_string(&mut plain);
    let plain = Secret::new(plain);
    read.map_err(|_| Error::FileDamaged)?;
    Ok(plain)
}

fn refusal(error: DecryptError) -> Error {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => Error::PassphraseWrong,
        DecryptError::UnknownFormat | DecryptError::ExcessiveWork { .. } => Error::FileForeign,
        _ => Error::FileDamaged,
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal { detail: error.to_string() }
}
