//! Finds the line and column of a key, and the key of a span.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Fault;

/// Gives each fault its line and column (those of its key, or of as much of it as the file has), and sorts them by it.
pub(super) fn find(source: &str, faults: &mut [Fault]) {
    let Ok(document) = DeTable::parse(source) else { return };
    for fault in faults.iter_mut() {
        let span = span_of(document.get_ref(), &fault.key);
        fault.place = span.map(|span| line_and_column(source, span.start));
    }
    sort(faults);
}

/// Sorts faults by line and column; a fault without a place comes last.
pub(super) fn sort(faults: &mut [Fault]) {
    faults.sort_by_key(|fault| fault.place.unwrap_or((usize::MAX, 0)));
}

/// The line and column of an offset, from 1. Columns count characters.
pub(super) fn line_and_column(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// A step of a key such as `redirects[0].path`.
pub(super) enum Step<'a> {
    Name(&'a str),
    Item(usize),
}

pub(super) fn steps(key: &str) -> impl Iterator<Item = Step<'_>> {
    key.split('.').flat_map(|part| {
        let mut pieces = part.split('[');
        let name = pieces.next().filter(|name| !name.is_empty()).map(Step::Name);
        let items = pieces.filter_map(|piece| piece.trim_end_matches(']').parse().ok()).map(Step::Item);
        name.into_iter().chain(items)
    })
}

fn span_of(document: &DeTable<'_>, key: &str) -> Option<Range<usize>> {
    let (mut table, mut value, mut found) = (Some(document), None::<&DeValue<'_>>, None);
    for step in steps(key) {
        let (span, next) = match step {
            Step::Name(name) => {
                let entry = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name));
                let Some((key, next)) = entry else { break };
                (key.span(), next)
            }
            Step::Item(n) => {
                let Some(next) = value.and_then(DeValue::as_array).and_then(|array| array.get(n)) else {
                    break;
                };
                (next.span(), next)
            }
        };
        found = Some(span);
        value = Some(next.get_ref());
        table = next.get_ref().as_table();
    }
    found
}

/// The key whose name or value has this span; otherwise the innermost key in which the span begins.
pub(super) fn key_at(document: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let mut all: Vec<(String, Range<usize>)> = Vec::new();
    visit(document, "", &mut |key, name, value| {
        all.extend(name.map(|name| (key.to_owned(), name)));
        all.push((key.to_owned(), value.span()));
    });
    // A list begins at the same offset as its first item.
    let exact = all.iter().rfind(|(_, own)| own == span);
    let around = all.iter().filter(|(_, own)| own.contains(&span.start));
    exact.or(around.min_by_key(|(_, own)| own.len())).map(|(key, _)| key.clone())
}

/// The keys of the texts that contain this one.
pub(super) fn texts_with(document: &DeTable<'_>, wanted: &str) -> Vec<String> {
    let mut found = Vec::new();
    visit(document, "", &mut |key, _, value| {
        if value.get_ref().as_str().is_some_and(|text| text.contains(wanted)) {
            found.push(key.to_owned());
        }
    });
    found
}

type Seen<'a> = dyn FnMut(&str, Option<Range<usize>>, &Spanned<DeValue<'_>>) + 'a;

/// Calls `seen` for each value of a table, recursively, with its key and the span of its name. List items have no name.
fn visit(table: &DeTable<'_>, of: &str, seen: &mut Seen<'_>) {
    for (name, value) in table {
        let key = match of {
            "" => name.get_ref().to_string(),
            of => format!("{of}.{}", name.get_ref()),
        };
        visit_value(value, &key, Some(name.span()), seen);
    }
}

fn visit_value(value: &Spanned<DeValue<'_>>, key: &str, name: Option<Range<usize>>, seen: &mut Seen<'_>) {
    seen(key, name, value);
    if let Some(table) = value.get_ref().as_table() {
        visit(table, key, seen);
    }
    for (n, item) in value.get_ref().as_array().into_iter().flat_map(|array| array.iter()).enumerate() {
        visit_value(item, &format!("{key}[{n}]"), None, seen);
    }
}
