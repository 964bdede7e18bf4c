//! The Link header (RFC 8288), which has the address of the next page. No IO; tolerant of what servers really send.

/// The target of the first link with this relation among the values of a response's Link fields; verbatim, so possibly relative to the
/// request's address (§3.1).
pub fn target<'a>(fields: impl IntoIterator<Item = &'a str>, relation: &str) -> Option<&'a str> {
    fields.into_iter().find_map(|field| in_field(field, relation))
}

fn in_field<'a>(field: &'a str, relation: &str) -> Option<&'a str> {
    let mut rest = field;
    loop {
        // Empty elements of a list count for nothing (RFC 9110 §5.6.1).
        rest = rest.trim_start_matches([' ', '\t', ',']).strip_prefix('<')?;
        let (target, after) = rest.split_once('>')?;
        rest = after;
        let (mut relations, mut of_elsewhere) = (None, false);
        while let Some(after) = rest.trim_start().strip_prefix(';') {
            let (name, value, after) = parameter(after);
            match name.to_ascii_lowercase().as_str() {
                // Only the first counts (§3.3).
                "rel" => relations = relations.or(Some(value)),
                // The link belongs to another page (§3.2).
                "anchor" => of_elsewhere = true,
                _ => {}
            }
            rest = after;
        }
        let fits = |relations: String| relations.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case(relation));
        if !of_elsewhere && relations.is_some_and(fits) {
            return Some(target.trim());
        }
        // Anything but the end or another element makes the header invalid.
        rest = rest.trim_start().strip_prefix(',')?;
    }
}

/// One parameter: its name, its value without quotes, and the rest of the text.
fn parameter(text: &str) -> (&str, String, &str) {
    let text = text.trim_start();
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix('=').map(str::trim_start) else {
        return (name.trim(), String::new(), rest);
    };
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find([';', ',']).unwrap_or(rest.len());
        return (name.trim(), rest[..end].trim().to_owned(), &rest[end..]);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (name.trim(), value, &quoted[at + 1..]),
            c => value.push(c),
        }
    }
    (name.trim(), value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(field: &str) -> Option<&str> {
        target([field], "next")
    }

    #[test]
    fn the_next_page_in_every_spelling() {
        for field in [
            r#"<https://h/p?max_id=1>; rel="next", <https://h/p?min_id=2>; rel="prev""#,
            r#"<https://h/p?min_id=2>; rel="prev", <https://h/p?max_id=1>; rel="next""#,
            "<https://h/p?max_id=1>;rel=next",
            "<https://h/p?max_id=1> ; title=\"a, \\\"b\\\"; rel=prev\" ; REL = \"last Next\"",
            ", ,<https://h/a>; rel=prev;;,<https://h/p?max_id=1>; rel=next;",
            r#"<https://h/other>; rel="next"; anchor="/elsewhere", <https://h/p?max_id=1>; rel="next""#,
            "<https://h/a>; rel=prev; rel=next, <https://h/p?max_id=1>; rel*=x; rel=next",
        ] {
            assert_eq!(next(field), Some("https://h/p?max_id=1"), "{field}");
        }
        let fields = ["<a>; rel=prev", "<b>; rel=next"];
        assert_eq!(target(fields, "next"), Some("b"));
        // An address may contain commas and semicolons.
        assert_eq!(next("<https://h/p?a=1,2;3>; rel=next"), Some("https://h/p?a=1,2;3"));
        assert_eq!(next("<?max_id=1>; rel=next"), Some("?max_id=1"));
    }

    #[test]
    fn no_next_page() {
        for field in [
            "",
            "<https://h/p>",
            "<https://h/p>; rel=prev",
            "<https://h/p; rel=next",
            "https://h/p; rel=next",
            "<a>; rel=nextish",
            "<a>; title=\"x, <b>; rel=next",
            "<a>; rel=prev nonsense <b>; rel=next",
            "\u{fffd}<\u{fffd}",
        ] {
            assert_eq!(next(field), None, "{field}");
        }
    }
}
