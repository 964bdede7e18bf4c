//! `fields=id,name,picture{url}`: which fields of a thing are answered (Graph's field expansion). Knows no thing.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A field that is asked for, and what of its inside.
struct Field {
    name: String,
    inner: Vec<Field>,
    /// How many items of a list.
    limit: usize,
}

/// Of the whole thing, what is asked for: `id` always, an absent (null) one never, the defaults where nothing is asked. A
/// field that there is not is refused (code 100; the text is [M]).
pub fn pick(whole: &Value, asked: Option<&str>, defaults: &str, node_type: &str) -> Result<Value, Refusal> {
    choose(whole, &parse(asked.unwrap_or(defaults)), node_type)
}

fn choose(whole: &Value, fields: &[Field], node_type: &str) -> Result<Value, Refusal> {
    let Value::Object(whole) = whole else {
        return Ok(whole.clone());
    };
    let mut out = Map::new();
    for field in fields {
        let Some(value) = whole.get(&field.name) else {
            let text = format!(
                "(#100) Tried accessing nonexisting field ({}) on node type ({node_type})",
                field.name
            );
            return Err(Refusal::new(100, text));
        };
        let value = match value {
            Value::Null => continue,
            Value::Object(inside) if !field.inner.is_empty() && inside.contains_key("data") => {
                let mut list = inside.clone();
                list.insert("data".to_owned(), of_list(&inside["data"], field)?);
                Value::Object(list)
            }
            // Without an inside, an object that has an id is only that.
            Value::Object(inside) if field.inner.is_empty() && inside.contains_key("id") => {
                Value::Object(Map::from_iter([("id".to_owned(), inside["id"].clone())]))
            }
            value if field.inner.is_empty() => value.clone(),
            value => choose(value, &field.inner, &field.name)?,
        };
        out.insert(field.name.clone(), value);
    }
    if let Some(id) = whole.get("id") {
        out.insert("id".to_owned(), id.clone());
    }
    Ok(Value::Object(out))
}

fn of_list(data: &Value, field: &Field) -> Result<Value, Refusal> {
    let Value::Array(items) = data else {
        return choose(data, &field.inner, &field.name);
    };
    let items = items.iter().take(field.limit).map(|item| choose(item, &field.inner, &field.name));
    items.collect::<Result<Vec<Value>, Refusal>>().map(Value::Array)
}

/// Reads `a,b.limit(2){c,d}`; other modifiers are dropped.
fn parse(text: &str) -> Vec<Field> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (head, inner) = part.split_once('{').unwrap_or((part, ""));
            let name = head.split(['.', '(']).next().unwrap_or_default().trim();
            let limit = head
                .split_once(".limit(")
                .and_then(|(_, rest)| rest.split(')').next()?.parse().ok());
            Field {
                name: name.to_owned(),
                limit: limit.unwrap_or(usize::MAX),
                inner: parse(inner.strip_suffix('}').unwrap_or(inner)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn picks_and_nests() {
        let whole = json!({
            "id": "1", "name": "n", "gone": null, "picture": { "data": { "url": "u", "width": 5 } },
            "account": { "id": "2", "username": "x" },
        });
        let of = |asked| pick(&whole, asked, "name", "User").map_err(|refusal| refusal.text);
        assert_eq!(of(None), Ok(json!({ "id": "1", "name": "n" })));
        let nested = of(Some("gone, picture.type(large){url},account{id,username}"));
        assert_eq!(
            nested,
            Ok(json!({ "id": "1", "picture": { "data": { "url": "u" } }, "account": { "id": "2", "username": "x" } }))
        );
        assert_eq!(of(Some("account")), Ok(json!({ "id": "1", "account": { "id": "2" } })));
        let refused = "(#100) Tried accessing nonexisting field (shoe) on node type (User)";
        assert_eq!(of(Some("id,shoe")), Err(refused.to_owned()));
    }
}
