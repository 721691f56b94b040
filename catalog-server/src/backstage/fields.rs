//! The parts of an entity that are asked for.

use serde_json::{Map, Value};

use super::{BackstageError, BackstageLimits};

/// Paths into an entity, as in `metadata.name`, each the root of what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// Reads paths, several to a text with commas between them; nothing where there are none.
    pub(super) fn new<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        limits: &BackstageLimits,
    ) -> Result<Option<Self>, BackstageError> {
        let mut paths: Vec<String> = Vec::new();
        for path in texts.into_iter().flat_map(|text| text.split(',')).map(str::trim) {
            if path.contains('[') {
                return Err(BackstageError::Input(format!(
                    "`{path}` is no field: items of lists cannot be asked for one by one"
                )));
            }
            if !path.is_empty() && !paths.iter().any(|known| known == path) {
                paths.push(path.to_owned());
            }
            if paths.len() > limits.fields_max {
                let (name, max) = ("fields_max", limits.fields_max);
                return Err(BackstageError::over_limit(name, max, paths.len(), "fields"));
            }
        }
        Ok((!paths.is_empty()).then_some(Self(paths)))
    }

    /// Whether something within `root` is asked for.
    pub(super) fn want(&self, root: &str) -> bool {
        self.0.iter().any(|path| starts(path, root).is_some())
    }

    /// Whether something within `root.child` is asked for, by itself or as a part of the whole.
    pub(super) fn want_child(&self, root: &str, child: &str) -> bool {
        self.0.iter().any(|path| match starts(path, root) {
            Some("") => true,
            Some(rest) => starts(&rest[1..], child).is_some(),
            None => false,
        })
    }

    /// What is asked for of a whole entity, or of one in which nothing is missing that is wanted.
    pub(super) fn of(&self, entity: &Value) -> Value {
        let mut shown = Map::new();
        for path in &self.0 {
            if let Some((keys, value)) = find(entity, path) {
                put(&mut shown, &keys, value.clone());
            }
        }
        Value::Object(shown)
    }
}

/// What of a path is left behind its first part: nothing, or a dot and the rest.
fn starts<'p>(path: &'p str, part: &str) -> Option<&'p str> {
    path.strip_prefix(part).filter(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The value at a path, with the keys that led there. Keys may hold dots: a part that is no key is taken together
/// with the next one.
fn find<'v>(entity: &'v Value, path: &str) -> Option<(Vec<String>, &'v Value)> {
    let (mut value, mut keys) = (entity, Vec::new());
    let mut pending: Option<String> = None;
    for part in path.split('.') {
        let key = match pending.take() {
            Some(before) => format!("{before}.{part}"),
            None => part.to_owned(),
        };
        match value.as_object().and_then(|object| object.get(&key)) {
            Some(inner) => {
                value = inner;
                keys.push(key);
            }
            None => pending = Some(key),
        }
    }
    pending.is_none().then_some((keys, value))
}

fn put(shown: &mut Map<String, Value>, keys: &[String], value: Value) {
    let Some((last, above)) = keys.split_last() else { return };
    let mut object = shown;
    for key in above {
        let inner = object.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        let Value::Object(inner) = inner else { return };
        object = inner;
    }
    object.insert(last.clone(), value);
}
