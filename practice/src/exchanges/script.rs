//! The form of a script, and what is wrong with one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use url::Url;

use super::pattern::{Pattern, is_name, split};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    issued: BTreeMap<String, Issued>,
    exchange: Vec<ExchangeForm>,
}

/// How new values of a name are made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Seconds until it ends by itself; without it, it does not.
    pub lives: Option<u64>,
    /// Its text, in which `<random>` is 48 characters; 43 random ones if absent.
    pub text: Option<String>,
    /// The claims of a JWT, in place of a text.
    pub jwt: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangeForm {
    name: String,
    source: String,
    request: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    form: Option<BTreeMap<String, String>>,
    multipart: Option<BTreeMap<String, String>>,
    json: Option<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    when: Option<String>,
    #[serde(default)]
    lasts: BTreeMap<String, u64>,
    at_most: Option<Limit>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    answer_headers: BTreeMap<String, String>,
    #[serde(default)]
    ends: BTreeMap<String, u64>,
    #[serde(default)]
    repeats: bool,
}

fn ok() -> u16 {
    200
}

/// How often an exchange is played within so many seconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub times: usize,
    pub seconds: u64,
}

/// A script that was read.
pub struct Script {
    pub values: BTreeMap<String, String>,
    pub issued: BTreeMap<String, Issued>,
    pub exchanges: Vec<Exchange>,
}

/// A request as it must be, and its answer.
pub struct Exchange {
    pub name: String,
    pub target: Target,
    pub query: Vec<Field>,
    pub body: Body,
    pub headers: Vec<Field>,
    pub when: Option<String>,
    /// It is played only while a value of this name lasts so many seconds more.
    pub lasts: BTreeMap<String, u64>,
    pub at_most: Option<Limit>,
    pub status: u16,
    pub answer: String,
    pub answer_headers: BTreeMap<String, String>,
    /// The values that end so many seconds later.
    pub ends: BTreeMap<String, u64>,
    /// The same values again get the same answer.
    pub repeats: bool,
}

/// Method and address.
pub struct Target {
    pub method: String,
    /// As in the documents: `https://api.example`.
    pub origin: String,
    pub path: Pattern,
}

/// A named parameter or header field.
pub struct Field {
    pub name: String,
    /// It may be missing: its name ended in a question mark.
    pub optional: bool,
    pub wanted: Wanted,
}

/// What a parameter must be.
pub enum Wanted {
    Text(Pattern),
    /// A JSON object with these members and no others.
    Object(Vec<Field>),
    /// A JSON array with these items.
    List(Vec<Wanted>),
    /// Any other JSON value.
    Json(serde_json::Value),
}

/// What a request's body must be.
pub enum Body {
    Empty,
    Form(Vec<Field>),
    /// The parts of `multipart/form-data`, files as texts.
    Multipart(Vec<Field>),
    Json(Vec<Field>),
}

impl Script {
    /// Reads a script.
    pub fn read(source: &str) -> Result<Script, String> {
        let form: Form = toml::from_str(source).map_err(|fault| fault.to_string())?;
        let exchanges = form.exchange.into_iter().map(Exchange::read).collect::<Result<_, _>>()?;
        let script = Script {
            values: form.values,
            issued: form.issued,
            exchanges,
        };
        script.check()?;
        Ok(script)
    }

    /// Every placeholder names a value that the script has, issues or remembers.
    fn check(&self) -> Result<(), String> {
        let mut known: BTreeSet<&str> = self.values.keys().chain(self.issued.keys()).map(String::as_str).collect();
        if let Some(name) = known
            .iter()
            .find(|name| !is_name(name) || ["any", "lt", "now", "random"].contains(name))
        {
            return Err(format!("no value can be called {name:?}"));
        }
        known.extend(self.exchanges.iter().flat_map(Exchange::patterns).flat_map(|p| p.names().0));
        for exchange in &self.exchanges {
            let name = &exchange.name;
            let unknown = |word: &str| format!("exchange {name:?}: no value is called {word:?}");
            let needed = exchange.patterns().into_iter().flat_map(|p| p.names().1);
            let others = exchange.lasts.keys().chain(exchange.ends.keys()).map(String::as_str);
            if let Some(word) = needed.chain(others).find(|word| !known.contains(word)) {
                return Err(unknown(word));
            }
            let answers = exchange.answer_headers.values().chain([&exchange.answer]);
            for word in answers.flat_map(|text| split(text)).filter_map(Result::err) {
                match word.split_once(' ') {
                    None if ["lt", "now"].contains(&word) || known.contains(word) => {}
                    Some(("left" | "end", value)) if known.contains(value) => {}
                    Some(("new", value)) if self.issued.contains_key(value) => {}
                    _ => {
                        return Err(format!(
                            "exchange {name:?}: <{word}> is no placeholder of an answer, or its value is not known"
                        ));
                    }
                }
            }
        }
        let mut names = BTreeSet::new();
        match self.exchanges.iter().find(|e| !names.insert(&e.name)) {
            Some(twice) => Err(format!("two exchanges are called {:?}", twice.name)),
            None => Ok(()),
        }
    }
}

impl Exchange {
    fn read(form: ExchangeForm) -> Result<Exchange, String> {
        let wrong = |what: String| format!("exchange {:?}: {what}", form.name);
        if form.source.trim().is_empty() {
            return Err(wrong("source says where it is from".to_owned()));
        }
        let body = match (form.form, form.multipart, form.json) {
            (Some(form), None, None) => Body::Form(fields(form).map_err(wrong)?),
            (None, Some(parts), None) => Body::Multipart(fields(parts).map_err(wrong)?),
            (None, None, Some(json)) => Body::Json(json.into_iter().map(Field::of_json).collect::<Result<_, _>>().map_err(wrong)?),
            (None, None, None) => Body::Empty,
            _ => return Err(wrong("one of form, multipart and json".to_owned())),
        };
        Ok(Exchange {
            target: Target::read(&form.request).map_err(wrong)?,
            query: fields(form.query).map_err(wrong)?,
            headers: fields(form.headers).map_err(wrong)?,
            body,
            name: form.name,
            when: form.when,
            lasts: form.lasts,
            at_most: form.at_most,
            status: form.status,
            answer: form.answer,
            answer_headers: form.answer_headers,
            ends: form.ends,
            repeats: form.repeats,
        })
    }

    /// All that it wants of a request.
    pub fn patterns(&self) -> Vec<&Pattern> {
        let body = match &self.body {
            Body::Empty => &[][..],
            Body::Form(fields) | Body::Multipart(fields) | Body::Json(fields) => fields,
        };
        let fields = self.query.iter().chain(&self.headers).chain(body);
        let texts = fields.flat_map(|field| field.wanted.patterns());
        [&self.target.path].into_iter().chain(texts).collect()
    }
}

impl Wanted {
    fn of_json(value: serde_json::Value) -> Result<Wanted, String> {
        Ok(match value {
            serde_json::Value::String(text) => Wanted::Text(Pattern::read(&text)?),
            serde_json::Value::Object(members) => Wanted::Object(members.into_iter().map(Field::of_json).collect::<Result<_, _>>()?),
            serde_json::Value::Array(items) => Wanted::List(items.into_iter().map(Wanted::of_json).collect::<Result<_, _>>()?),
            other => Wanted::Json(other),
        })
    }

    fn patterns(&self) -> Vec<&Pattern> {
        match self {
            Wanted::Text(pattern) => vec![pattern],
            Wanted::Object(members) => members.iter().flat_map(|member| member.wanted.patterns()).collect(),
            Wanted::List(items) => items.iter().flat_map(Wanted::patterns).collect(),
            Wanted::Json(_) => Vec::new(),
        }
    }
}

impl Target {
    /// `POST https://api.example/oauth/token`.
    fn read(request: &str) -> Result<Target, String> {
        let wrong = || format!("request = {request:?}: a method, and an address without a query");
        let (method, address) = request.split_once(' ').ok_or_else(wrong)?;
        let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
        let origin = format!("{scheme}://{host}");
        if Url::parse(&origin).is_err() || path.contains('?') {
            return Err(wrong());
        }
        Ok(Target {
            method: method.to_owned(),
            origin,
            path: Pattern::read(&format!("/{path}"))?,
        })
    }
}

impl Field {
    fn new(name: String, wanted: Wanted) -> Field {
        let (name, optional) = match name.strip_suffix('?') {
            Some(name) => (name.to_owned(), true),
            None => (name, false),
        };
        Field { name, optional, wanted }
    }

    fn of_json((name, value): (String, serde_json::Value)) -> Result<Field, String> {
        Ok(Field::new(name, Wanted::of_json(value)?))
    }
}

fn fields(texts: BTreeMap<String, String>) -> Result<Vec<Field>, String> {
    let field = |(name, text): (String, String)| Ok(Field::new(name, Wanted::Text(Pattern::read(&text)?)));
    texts.into_iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(exchange: &str) -> String {
        let script = format!("[values]\nid = \"7\"\n[[exchange]]\nname = \"one\"\nsource = \"s\"\n{exchange}");
        Script::read(&script).err().unwrap_or_default()
    }

    #[test]
    fn a_fault_says_where_it_is() {
        let request = "request = \"GET https://api.example/<id>\"\n";
        assert_eq!(fault(request), "");
        assert!(fault(&format!("{request}answer = \"<token>\"")).contains("<token>"));
        assert!(fault(&format!("{request}ends = {{ token = 0 }}")).contains("\"token\""));
        assert!(fault(&format!("{request}query = {{ a = \"<new id>\" }}")).contains("<new id>"));
        assert!(fault("request = \"https://api.example/\"").contains("a method"));
        assert!(fault(&format!("{request}colour = 1")).contains("colour"));
        assert!(Script::read("exchange = []\n[values]\nany = \"\"").is_err_and(|fault| fault.contains("\"any\"")));
    }
}
