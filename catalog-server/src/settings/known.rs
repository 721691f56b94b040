//! Every setting that there is, read off the schema of `catalog.toml`, so that none is forgotten.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{LimitSettings, Settings};

/// A setting with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownSetting {
    /// Its place in the file, as in `server.listen`.
    pub(super) key: String,
    /// What a value of it is.
    pub(super) kind: SettingKind,
    /// Its value where nobody says anything, as the file would say it, or in words.
    pub(super) default: Option<String>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SettingKind {
    /// Text, or one of several words.
    Text,
    /// A number, or `true` or `false`.
    Plain,
    /// A list of texts.
    Texts,
    /// Anything else.
    Other,
}

/// All settings with one value, by key. Those that stand in lists of tables, or in tables that people name
/// themselves, are known only where a file has them.
pub(super) fn known_settings() -> Vec<KnownSetting> {
    let schema = schemars::schema_for!(Settings).to_value();
    let limits = LimitSettings::defaults();
    let mut known = Vec::new();
    let mut open = vec![(String::new(), &schema, "")];
    while let Some((key, described, description)) = open.pop() {
        let shape = resolved(&schema, described);
        if let Some(fields) = shape.get("properties").and_then(Value::as_object) {
            for (name, field) in fields {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                let description = field.get("description").and_then(Value::as_str).unwrap_or_default();
                open.push((key, field, description));
            }
            continue;
        }
        let kind = kind_of(&schema, shape);
        let Some(kind) = kind else { continue };
        let default = default_of(&key, kind, described, description, &limits);
        known.push(KnownSetting { key, kind, default });
    }
    known.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    known
}

/// What a schema refers to, without the null that stands for "not said".
fn resolved<'s>(root: &'s Value, mut shape: &'s Value) -> &'s Value {
    // Definitions refer to each other a few times at most.
    for _ in 0..8 {
        let referred = shape
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| root.pointer(path.trim_start_matches('#')));
        let of_several = || {
            let several = shape.get("anyOf")?.as_array()?;
            several.iter().find(|one| one.get("type").and_then(Value::as_str) != Some("null"))
        };
        match referred.or_else(of_several) {
            Some(inner) => shape = inner,
            None => break,
        }
    }
    shape
}

/// What a value of a shape is; nothing for lists of tables, and for tables that people name themselves.
fn kind_of(root: &Value, shape: &Value) -> Option<SettingKind> {
    let types: Vec<&str> = match shape.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if shape.get("enum").is_some() || shape.get("oneOf").is_some() || types.contains(&"string") {
        return Some(SettingKind::Text);
    }
    if types.iter().any(|of| ["integer", "number", "boolean"].contains(of)) {
        return Some(SettingKind::Plain);
    }
    if types.contains(&"array") {
        let items = resolved(root, shape.get("items")?);
        if items.get("properties").is_some() {
            return None;
        }
        return Some(SettingKind::Texts);
    }
    if types.contains(&"object") { None } else { Some(SettingKind::Other) }
}

fn default_of(
    key: &str,
    kind: SettingKind,
    described: &Value,
    description: &str,
    limits: &BTreeMap<String, String>,
) -> Option<String> {
    if let Some(limit) = key.strip_prefix("limits.").and_then(|limit| limits.get(limit)) {
        return Some(limit.clone());
    }
    match described.get("default") {
        None | Some(Value::Null) => {}
        Some(default) => return Some(default.to_string()),
    }
    let said = description.split("Default: ").nth(1)?.trim_end().trim_end_matches('.');
    match said.strip_prefix('`').and_then(|said| said.split_once('`')) {
        Some((value, _)) if kind == SettingKind::Text => Some(format!("\"{value}\"")),
        Some((value, _)) => Some(value.to_owned()),
        None => Some(said.split(". ").next().unwrap_or(said).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_known_with_their_defaults() {
        let known = known_settings();
        let check = |key: &str, kind, default: Option<&str>| {
            let found = known.iter().find(|known| known.key == key).unwrap_or_else(|| panic!("{key}"));
            assert_eq!((found.kind, found.default.as_deref()), (kind, default), "{key}");
        };
        check("server.listen", SettingKind::Text, Some("\"127.0.0.1:8080\""));
        check("server.log.format", SettingKind::Text, Some("\"text\""));
        check("server.cors.origins", SettingKind::Texts, Some("[]"));
        check("server.views_max", SettingKind::Plain, Some("32"));
        check("server.tls.key", SettingKind::Text, None);
        check("limits.http.body_bytes_max", SettingKind::Plain, Some("1048576"));
        check("limits.http.drain_time_max", SettingKind::Plain, Some("10"));
        check("store.path", SettingKind::Text, Some("\"catalog.redb\""));
        assert!(known.iter().all(|known| known.kind != SettingKind::Other), "{known:#?}");
        let limits = known.iter().filter(|known| known.key.starts_with("limits."));
        assert!(limits.into_iter().all(|limit| limit.default.is_some()), "every limit has a value");
    }
}
