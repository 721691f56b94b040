//! Holds a JSON document against one of the JSON Schemas in `schema/reports`.
//!
//! Knows what those schemas use (types, required and unknown fields, lists, references, choices) and
//! panics over anything else, so that no rule is passed over in silence.

use std::path::Path;

use serde_json::{Map, Value};

/// Keywords that say nothing about whether a document is right.
const SILENT: [&str; 8] =
    ["$schema", "title", "description", "$defs", "format", "minimum", "maximum", "default"];

/// What breaks the schema of a report, one line each; nothing where that schema is not written yet.
pub(crate) fn breaches(report: &str, document: &Value) -> Vec<String> {
    let file = super::workspace().join("schema/reports").join(report).with_extension("schema.json");
    let Some(schema) = read(&file) else { return Vec::new() };
    let mut breaches = Vec::new();
    Check { root: &schema }.value(&schema, document, "$", &mut breaches);
    breaches
}

fn read(file: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(file).ok()?;
    Some(serde_json::from_str(&text).expect("a schema is JSON"))
}

struct Check<'s> {
    root: &'s Value,
}

impl Check<'_> {
    fn value(&self, schema: &Value, value: &Value, at: &str, breaches: &mut Vec<String>) {
        let Value::Object(rules) = schema else { return };
        for (keyword, rule) in rules {
            match keyword.as_str() {
                "type" if !is_type(rule, value) => breaches.push(format!("{at} is {value}, not {rule}")),
                "const" if rule != value => breaches.push(format!("{at} is {value}, not {rule}")),
                "enum" if !list(rule).contains(value) => {
                    breaches.push(format!("{at} is {value}, none of {rule}"));
                }
                "$ref" => self.value(self.definition(rule), value, at, breaches),
                "anyOf" | "oneOf" if !list(rule).iter().any(|choice| self.fits(choice, value, at)) => {
                    breaches.push(format!("{at} is {value}, which fits no choice"));
                }
                "allOf" => list(rule).iter().for_each(|part| self.value(part, value, at, breaches)),
                "required" => {
                    let missing =
                        list(rule).iter().filter_map(Value::as_str).filter(|key| value.get(key).is_none());
                    breaches.extend(missing.map(|key| format!("{at} lacks `{key}`")));
                }
                "properties" => self.fields(rule, value, at, breaches),
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.value(rule, item, &format!("{at}[{index}]"), breaches);
                    }
                }
                "type" | "const" | "enum" | "anyOf" | "oneOf" => {}
                keyword => assert!(SILENT.contains(&keyword), "`{keyword}` is not understood here"),
            }
        }
    }

    fn fields(&self, rules: &Value, value: &Value, at: &str, breaches: &mut Vec<String>) {
        let none = Map::new();
        for (key, field) in value.as_object().unwrap_or(&none) {
            match rules.get(key) {
                Some(rule) => self.value(rule, field, &format!("{at}.{key}"), breaches),
                // Nothing is put out that the schema does not tell.
                None => breaches.push(format!("{at} has `{key}`, which the schema does not know")),
            }
        }
    }

    fn fits(&self, schema: &Value, value: &Value, at: &str) -> bool {
        let mut breaches = Vec::new();
        self.value(schema, value, at, &mut breaches);
        breaches.is_empty()
    }

    fn definition(&self, reference: &Value) -> &Value {
        let path = reference
            .as_str()
            .and_then(|text| text.strip_prefix('#'))
            .expect("a reference inside the schema");
        self.root.pointer(path).expect("the definition is there")
    }
}

fn list(rule: &Value) -> &[Value] {
    rule.as_array().expect("the rule is a list")
}

fn is_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        _ => panic!("{name} is no type"),
    };
    rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is))
}
