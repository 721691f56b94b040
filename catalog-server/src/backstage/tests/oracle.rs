//! What Backstage would write down of an entity, and what it would answer from that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What is not taken apart, but written down by hand or not at all.
const SPECIAL: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];
const UNITS_MAX: usize = 200;

/// Keys in lower case with values as they are spelled; `None` for what is too long.
pub(super) type Rows = BTreeMap<String, Vec<Option<String>>>;

pub(super) fn rows(entity: &Value) -> Rows {
    let mut raw: Vec<(String, String)> = Vec::new();
    visit("", entity, &mut raw);
    for key in ["name", "namespace", "uid"] {
        let value = entity["metadata"][key].as_str().expect("it is always shown");
        raw.push((format!("metadata.{key}"), value.to_owned()));
    }
    for relation in entity["relations"].as_array().expect("a list") {
        let text = |key: &str| relation[key].as_str().expect("a text").to_owned();
        raw.push((format!("relations.{}", text("type")), text("targetRef")));
    }
    let is_short = |text: &str| text.encode_utf16().count() <= UNITS_MAX;
    let mut rows = Rows::new();
    let mut seen: BTreeSet<(String, Option<String>)> = BTreeSet::new();
    for (key, value) in raw {
        let (key, value) = (key.to_lowercase(), is_short(&value).then_some(value));
        let lower = value.as_ref().map(|value| value.to_lowercase());
        if is_short(&key) && seen.insert((key.clone(), lower)) {
            rows.entry(key).or_default().push(value);
        }
    }
    rows
}

fn visit(path: &str, value: &Value, raw: &mut Vec<(String, String)>) {
    if SPECIAL.contains(&path) {
        return;
    }
    match value {
        Value::String(text) => raw.push((path.to_owned(), text.clone())),
        Value::Number(number) => raw.push((path.to_owned(), number.to_string())),
        Value::Bool(value) => raw.push((path.to_owned(), value.to_string())),
        Value::Null => panic!("null is not shown"),
        Value::Array(items) => {
            for item in items {
                visit(path, item, raw);
                if let Value::String(text) = item {
                    raw.push((format!("{path}.{text}"), "true".to_owned()));
                }
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                visit(&path, value, raw);
            }
        }
    }
}

/// Whether an entity has a key with a value, in any case.
pub(super) fn has(rows: &Rows, key: &str, value: &str) -> bool {
    let values = rows.get(&key.to_lowercase()).into_iter().flatten().flatten();
    values.into_iter().any(|of| of.to_lowercase() == value.to_lowercase())
}

/// By what an entity is ordered: the least value, or nothing.
pub(super) fn least(rows: &Rows, key: &str) -> Option<String> {
    let values = rows.get(&key.to_lowercase()).into_iter().flatten().flatten();
    values.map(|value| value.to_lowercase()).min()
}
