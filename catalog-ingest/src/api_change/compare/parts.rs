//! What one operation takes and gives, before and after.

use std::collections::BTreeMap;

use super::{
    pairs::{Comparison, Found},
    shapes::where_it_is,
};
use crate::api_change::{
    ApiRule, Compatibility, DefinitionFormat,
    definition::{Direction, Operation, Part},
};

pub(super) fn compare_parts(comparison: &mut Comparison<'_>, before: &Operation, after: &Operation) -> Found {
    let mut found = Found::default();
    let places = (Some(before.place), Some(after.place));
    if after.is_deprecated && !before.is_deprecated {
        let message = format!("the operation `{}` is deprecated", after.id);
        let (rule, compatible) = (ApiRule::OperationDeprecated, Compatibility::Compatible);
        comparison.tell(&mut found, rule, compatible, &after.id, message, places);
    }
    let (old, new) = (parts_of(before), parts_of(after));
    for (key, part) in &old {
        match new.get(key) {
            Some(now) => compare_part(comparison, &mut found, after, part, now),
            // Where a whole body is gone, its media types are not told apart.
            None if after.is_incomplete => {}
            None if holder_of(key).is_some_and(|holder| !new.contains_key(holder)) => {}
            None => {
                let (rule, compatibility) = match part.direction {
                    Direction::Received if part.is_required => {
                        (ApiRule::OutputRemoved, Compatibility::Breaking)
                    }
                    Direction::Received => (ApiRule::OutputRemoved, Compatibility::Compatible),
                    // A body or an argument that is not taken is refused, a parameter is passed over.
                    _ if part.key.starts_with("body") || part.key.starts_with("argument") => {
                        (ApiRule::InputRemoved, Compatibility::Breaking)
                    }
                    _ => (ApiRule::InputRemoved, Compatibility::Risky),
                };
                let message = format!("the {} was removed from `{}`", part.words, after.id);
                let places = (Some(part.place), Some(after.place));
                comparison.tell(&mut found, rule, compatibility, &subject_of(after, part), message, places);
            }
        }
    }
    for (key, part) in new.iter().filter(|(key, _)| !old.contains_key(**key)) {
        if before.is_incomplete || holder_of(key).is_some_and(|holder| !old.contains_key(holder)) {
            continue;
        }
        let (rule, compatibility, adjective) = match part.direction {
            Direction::Received => (ApiRule::OutputAdded, Compatibility::Compatible, ""),
            _ if part.is_required => (ApiRule::RequiredInputAdded, Compatibility::Breaking, "required "),
            _ => (ApiRule::InputAdded, Compatibility::Compatible, "optional "),
        };
        let message = format!("the {adjective}{} was added to `{}`", part.words, after.id);
        let places = (None, Some(part.place));
        comparison.tell(&mut found, rule, compatibility, &subject_of(after, part), message, places);
    }
    found
}

/// The parts of an operation by what identifies them.
fn parts_of(operation: &Operation) -> BTreeMap<&str, &Part> {
    operation.parts.iter().map(|part| (&*part.key, part)).collect()
}

/// The part that a body in one media type belongs to: `response 200` of `response 200 application/json`.
fn holder_of(key: &str) -> Option<&str> {
    let is_body = key.starts_with("body ") || key.starts_with("response ");
    let (holder, media_type) = key.rsplit_once(' ')?;
    (is_body && media_type.contains('/')).then_some(holder)
}

fn subject_of(operation: &Operation, part: &Part) -> String {
    format!("{} {}", operation.id, part.words.replace('`', ""))
}

fn compare_part(
    comparison: &mut Comparison<'_>,
    found: &mut Found,
    operation: &Operation,
    before: &Part,
    after: &Part,
) {
    let subject = subject_of(operation, after);
    let places = (before.place, after.place);
    let both = (Some(before.place), Some(after.place));
    // In GraphQL an argument is required that cannot be null, which is told as such.
    let is_null_told = comparison.after.format == DefinitionFormat::GraphQl
        && before.slot.zip(after.slot).is_some_and(|(old, new)| old.is_nullable != new.is_nullable);
    if before.direction != Direction::Received && !is_null_told && before.is_required != after.is_required {
        let (rule, compatibility, words) = if after.is_required {
            (ApiRule::InputRequired, Compatibility::Breaking, "must be sent now")
        } else {
            (ApiRule::InputOptional, Compatibility::Compatible, "need not be sent any more")
        };
        let message = format!("the {} of `{}` {words}", after.words, operation.id);
        comparison.tell(found, rule, compatibility, &subject, message, both);
    }
    if before.is_stream != after.is_stream {
        let words = if after.is_stream { "a stream of messages" } else { "one message" };
        let message = format!("the {} of `{}` is {words} now", after.words, operation.id);
        let (rule, breaking) = (ApiRule::StreamingChanged, Compatibility::Breaking);
        comparison.tell(found, rule, breaking, &subject, message, both);
    }
    match (before.slot, after.slot) {
        (Some(old), Some(new)) => comparison.slots(found, (old, new), before.direction, &subject, places),
        (None, None) => {}
        (_, new) => {
            // A schema that appears or disappears tells more or less, and may or may not change anything.
            let what = if new.is_some() {
                "is described by a type now"
            } else {
                "is not described by a type any more"
            };
            let message = format!("the {} {what}, {}", after.words, where_it_is(before.direction));
            comparison.tell(found, ApiRule::TypeChanged, Compatibility::Risky, &subject, message, both);
        }
    }
}
