//! Which entities or locations: conditions on keys, joined by *all*, *any* and *not*.
//!
//! A `filter=` of Backstage's older form is read into the same JSON that its newer form is written in, so that
//! there is one reading and one meaning. Texts are compared without regard to case.

use catalog_core::graph::Entity;
use serde_json::{Value, json};

use super::{
    BackstageError, BackstageLimits,
    key::{Key, is_folded},
};

/// A condition on the fields `K`, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Predicate<K> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Where(K, Test),
}

/// What is asked of the values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Exists,
    Absent,
    /// In lower case.
    OneOf(Vec<String>),
    /// In lower case.
    Prefix(String),
}

/// Which entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityPredicate {
    predicate: Predicate<Key>,
    /// As it was asked, for cursors.
    pub(super) asked: Value,
}

impl EntityPredicate {
    /// Reads Backstage's filter predicates.
    pub(super) fn of_json(asked: Value, limits: &BackstageLimits) -> Result<Self, BackstageError> {
        let predicate = parse(&asked, &|key| Ok(Key::new(key)), limits)?;
        Ok(Self { predicate, asked })
    }

    /// Reads filters of the form `kind=component,spec.type`, of which one has to hold; nothing where they ask
    /// for nothing.
    pub(super) fn of_filters(
        filters: &[&str],
        limits: &BackstageLimits,
    ) -> Result<Option<Self>, BackstageError> {
        let mut sets: Vec<Value> = Vec::new();
        for filter in filters {
            sets.extend(filter_json(filter)?);
        }
        let asked = match sets.len() {
            0 => return Ok(None),
            1 => sets.remove(0),
            _ => json!({ "$any": sets }),
        };
        Self::of_json(asked, limits).map(Some)
    }

    /// Both of two.
    pub(super) fn and(
        first: Option<Self>,
        second: Option<Self>,
        limits: &BackstageLimits,
    ) -> Result<Option<Self>, BackstageError> {
        match (first, second) {
            (Some(first), Some(second)) => {
                Self::of_json(json!({"$all": [first.asked, second.asked]}), limits).map(Some)
            }
            (first, second) => Ok(first.or(second)),
        }
    }

    /// Whether an entity passes. O(conditions × what their fields hold).
    pub(super) fn matches(&self, entity: Entity<'_>) -> bool {
        self.predicate.holds(&mut |key: &Key, test| {
            let mut state = test.start();
            key.each(entity, &mut |value| test.meet(&mut state, value));
            test.verdict(state)
        })
    }
}

impl<K> Predicate<K> {
    /// Whether it holds, where `test` answers for single conditions. Its depth is bounded where it is read.
    pub(super) fn holds(&self, test: &mut dyn FnMut(&K, &Test) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(test)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(test)),
            Self::Not(part) => !part.holds(test),
            Self::Where(key, asked) => test(key, asked),
        }
    }
}

/// What was met of a field so far: whether it is there, and whether a value passes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    exists: bool,
    passes: bool,
}

impl Test {
    fn start(&self) -> Met {
        Met::default()
    }

    fn meet(&self, met: &mut Met, value: Option<&str>) {
        met.exists = true;
        let Some(value) = value else { return };
        met.passes |= match self {
            Self::Exists | Self::Absent => false,
            Self::OneOf(wanted) => wanted.iter().any(|wanted| is_folded(value, wanted)),
            Self::Prefix(prefix) => value.to_lowercase().starts_with(prefix),
        };
    }

    fn verdict(&self, met: Met) -> bool {
        match self {
            Self::Exists => met.exists,
            Self::Absent => !met.exists,
            Self::OneOf(_) | Self::Prefix(_) => met.passes,
        }
    }

    /// Whether the only value of a field passes.
    pub(super) fn passes_one(&self, value: Option<&str>) -> bool {
        let mut met = self.start();
        if value.is_some() {
            self.meet(&mut met, value);
        }
        self.verdict(met)
    }
}

/// One filter as JSON; nothing where it asks for nothing.
fn filter_json(filter: &str) -> Result<Option<Value>, BackstageError> {
    // Each key once, with the values asked for; none ask whether it is there.
    let mut conditions: Vec<(&str, Vec<&str>)> = Vec::new();
    for statement in filter.split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if key.is_empty() {
            return Err(BackstageError::Input(format!(
                "`{statement}` is no condition; expected `key=value`, `key=` or `key`"
            )));
        }
        match conditions.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.extend(value),
            None => conditions.push((key, value.into_iter().collect())),
        }
    }
    let mut parts: Vec<Value> = conditions
        .into_iter()
        .map(|(key, values)| match values.as_slice() {
            [] => json!({key: {"$exists": true}}),
            [value] => json!({ key: value }),
            values => json!({key: {"$in": values}}),
        })
        .collect();
    Ok(match parts.len() {
        0 => None,
        1 => Some(parts.remove(0)),
        _ => Some(json!({ "$all": parts })),
    })
}

/// Reads a predicate, where `field` understands keys.
pub(super) fn parse<K>(
    asked: &Value,
    field: &dyn Fn(&str) -> Result<K, BackstageError>,
    limits: &BackstageLimits,
) -> Result<Predicate<K>, BackstageError> {
    let mut conditions = 0;
    parse_within(asked, field, limits, 0, &mut conditions)
}

/// Reads a predicate at a depth; how deep it goes is bounded, so this cannot exhaust the stack.
fn parse_within<K>(
    asked: &Value,
    field: &dyn Fn(&str) -> Result<K, BackstageError>,
    limits: &BackstageLimits,
    depth: usize,
    conditions: &mut usize,
) -> Result<Predicate<K>, BackstageError> {
    let Value::Object(object) = asked else {
        return Err(BackstageError::Input(format!(
            "a query is an object, as in `{{\"kind\": {asked}}}`, and not a value alone"
        )));
    };
    if depth > limits.predicate_depth_max {
        let (name, max) = ("predicate_depth_max", limits.predicate_depth_max);
        return Err(BackstageError::over_limit(name, max, depth, "operators within each other"));
    }
    let mut list = |parts: &Value, operator: &str| -> Result<Vec<Predicate<K>>, BackstageError> {
        let parts = parts
            .as_array()
            .ok_or_else(|| BackstageError::Input(format!("`{operator}` wants a list of queries")))?;
        parts.iter().map(|part| parse_within(part, field, limits, depth + 1, conditions)).collect()
    };
    for operator in ["$all", "$any", "$not"] {
        let Some(value) = object.get(operator) else { continue };
        if object.len() > 1 {
            return Err(BackstageError::Input(format!(
                "`{operator}` stands alone in its object; join it with others by `$all`"
            )));
        }
        return match operator {
            "$all" => list(value, operator).map(Predicate::All),
            "$any" => list(value, operator).map(Predicate::Any),
            _ => {
                let part = parse_within(value, field, limits, depth + 1, conditions)?;
                Ok(Predicate::Not(Box::new(part)))
            }
        };
    }
    let mut parts = Vec::with_capacity(object.len());
    for (key, value) in object {
        if key.starts_with('$') {
            return Err(BackstageError::Input(format!(
                "`{key}` is no operator here; expected `$all`, `$any`, `$not` or a key"
            )));
        }
        *conditions += 1;
        if *conditions > limits.conditions_max {
            let (name, max) = ("conditions_max", limits.conditions_max);
            return Err(BackstageError::over_limit(name, max, *conditions, "conditions"));
        }
        let (key, test) = condition(key, value, limits)?;
        parts.push(Predicate::Where(field(&key)?, test));
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Predicate::All(parts) })
}

/// A condition: its key, which an operator may extend, and what is asked.
fn condition(key: &str, value: &Value, limits: &BackstageLimits) -> Result<(String, Test), BackstageError> {
    let invalid = || {
        BackstageError::Input(format!(
            "`{key}` is asked for {value}; expected a value, `$exists`, `$in`, `$hasPrefix` or `$contains`"
        ))
    };
    if let Some(text) = primitive(value) {
        return Ok((key.to_owned(), Test::OneOf(vec![text])));
    }
    let object = value.as_object().ok_or_else(invalid)?;
    if let Some(exists) = object.get("$exists") {
        let exists = exists.as_bool().ok_or_else(invalid)?;
        return Ok((key.to_owned(), if exists { Test::Exists } else { Test::Absent }));
    }
    if let Some(values) = object.get("$in") {
        return Ok((key.to_owned(), Test::OneOf(texts(values, limits)?.ok_or_else(invalid)?)));
    }
    if let Some(prefix) = object.get("$hasPrefix") {
        let prefix = prefix.as_str().ok_or_else(invalid)?;
        return Ok((key.to_owned(), Test::Prefix(prefix.to_lowercase())));
    }
    let contained = object.get("$contains").ok_or_else(invalid)?;
    if let Some(text) = primitive(contained) {
        return Ok((key.to_owned(), Test::OneOf(vec![text])));
    }
    if !key.eq_ignore_ascii_case("relations") {
        return Err(invalid());
    }
    relation_condition(contained, limits)
}

/// Reads `{"type": "ownedBy", "targetRef": …}`, what a relation can be asked for.
fn relation_condition(contained: &Value, limits: &BackstageLimits) -> Result<(String, Test), BackstageError> {
    let invalid = || {
        BackstageError::Input(
            "`$contains` of `relations` wants a `type` and, if anything else, a `targetRef`, a text or `$in` \
             with some"
                .into(),
        )
    };
    let object = contained.as_object().ok_or_else(invalid)?;
    let (mut relation, mut targets) = (None, None);
    for (key, value) in object {
        match key.to_lowercase().as_str() {
            "type" if relation.is_none() => relation = Some(value.as_str().ok_or_else(invalid)?),
            "targetref" if targets.is_none() => {
                targets = Some(match (value.as_str(), value.get("$in")) {
                    (Some(text), _) => vec![text.to_lowercase()],
                    (None, Some(values)) => {
                        texts(values, limits)?.filter(|targets| !targets.is_empty()).ok_or_else(invalid)?
                    }
                    (None, None) => return Err(invalid()),
                });
            }
            _ => return Err(invalid()),
        }
    }
    let relation = relation.filter(|relation| !relation.is_empty()).ok_or_else(invalid)?;
    Ok((format!("relations.{relation}"), targets.map_or(Test::Exists, Test::OneOf)))
}

/// A list of plain values in lower case; nothing where it is another thing.
fn texts(values: &Value, limits: &BackstageLimits) -> Result<Option<Vec<String>>, BackstageError> {
    let Some(values) = values.as_array() else { return Ok(None) };
    if values.len() > limits.fields_max {
        return Err(BackstageError::over_limit("fields_max", limits.fields_max, values.len(), "values"));
    }
    Ok(values.iter().map(primitive).collect())
}

/// A plain value as text in lower case, as JavaScript writes it.
fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
        }
        _ => None,
    }
}
