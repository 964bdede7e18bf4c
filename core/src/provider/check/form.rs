//! Faults of the form: unknown, missing and mistyped keys. Serde stops at the first one, so the refused key is removed and the rest is
//! read again.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::Fault;
use super::place::{Step, key_at, line_and_column, sort, steps, texts_with};
use crate::provider::new::FILL_IN;

/// The most faults that are reported.
const MOST: usize = 50;

/// Keys of format 1 that nothing reads any more. Files that have them still load.
const RETIRED: &[(&str, &str)] = &[("callback", "code_lifetime"), ("lifetime", "deadlines")];

/// Reads a file of the form `T`.
///
/// # Errors
/// Every fault of its form.
pub(super) fn read<T: DeserializeOwned>(source: &str) -> Result<T, Vec<Fault>> {
    let (mut document, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        let fault = |error: toml::de::Error| Fault {
            key: String::new(),
            place: error.span().map(|span| line_and_column(source, span.start)),
            text: format!("TOML parse error: {}", error.message()),
        };
        return Err(errors.into_iter().take(MOST).map(fault).collect());
    }
    for (table, word) in RETIRED {
        let table = document.get_mut().iter_mut().find(|(name, _)| name.get_ref() == table);
        if let Some(DeValue::Table(table)) = table.map(|(_, value)| value.get_mut()) {
            table.remove(*word);
        }
    }
    let (mut rest, mut faults, mut taken) = (document.clone(), Vec::new(), Vec::new());
    loop {
        let error = match T::deserialize(Deserializer::from(rest.clone())) {
            Ok(read) if faults.is_empty() => return Ok(read),
            Ok(_) => break,
            Err(error) => error,
        };
        let key = |of: &Spanned<DeTable<'_>>| error.span().and_then(|span| key_at(of.get_ref(), &span));
        let at = key(&document).unwrap_or_default();
        // A key that was removed here is not missing from the file.
        let missing = error
            .message()
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'));
        let missing = missing.map(|name| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") });
        if missing.is_none_or(|missing| !taken.contains(&missing)) {
            faults.push(Fault {
                place: error
                    .span()
                    .filter(|_| !at.is_empty())
                    .map(|span| line_and_column(source, span.start)),
                key: at.clone(),
                text: error.message().to_owned(),
            });
        }
        taken.push(at);
        let gone = key(&rest).is_some_and(|key| take_out(rest.get_mut(), &key));
        if !gone || faults.len() >= MOST {
            break;
        }
    }
    sort(&mut faults);
    Err(faults)
}

/// Replaces the faults of each place that is still to be filled in by that one fault.
pub(super) fn not_filled_in(source: &str, faults: &mut Vec<Fault>) {
    let Ok(document) = DeTable::parse(source) else { return };
    for key in texts_with(document.get_ref(), FILL_IN) {
        faults.retain(|fault| fault.key != key);
        faults.push(Fault {
            key,
            place: None,
            text: "is still to be filled in".into(),
        });
    }
}

/// Removes a key from a table. False if it is not there.
fn take_out(table: &mut DeTable<'_>, key: &str) -> bool {
    let mut steps: Vec<Step<'_>> = steps(key).collect();
    let Some(last) = steps.pop() else { return false };
    let Some((Step::Name(first), rest)) = steps.split_first() else {
        return matches!(last, Step::Name(name) if remove(table, name));
    };
    let Some((_, value)) = table.iter_mut().find(|(name, _)| name.get_ref() == first) else {
        return false;
    };
    let mut value = value.get_mut();
    for step in rest {
        let next = match (step, value) {
            (Step::Name(wanted), DeValue::Table(table)) => table.iter_mut().find(|(name, _)| name.get_ref() == wanted).map(|(_, v)| v),
            (Step::Item(n), DeValue::Array(array)) => array.get_mut(*n),
            _ => None,
        };
        let Some(next) = next else { return false };
        value = next.get_mut();
    }
    match (last, value) {
        (Step::Name(name), DeValue::Table(table)) => remove(table, name),
        (Step::Item(n), DeValue::Array(array)) => {
            let before = array.len();
            let rest = std::mem::replace(array, DeArray::new()).into_iter().enumerate();
            *array = rest.filter(|(at, _)| *at != n).map(|(_, item)| item).collect::<DeArray<'_>>();
            array.len() < before
        }
        _ => false,
    }
}

fn remove(table: &mut DeTable<'_>, wanted: &str) -> bool {
    table.remove(wanted).is_some()
}
