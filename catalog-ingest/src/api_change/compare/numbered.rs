//! What goes by numbers: the messages and enums of protobuf.
//!
//! On the wire a number decides and a name does not, in JSON and in code that was generated the name does: a
//! field under another name is risky, one under another number breaks. Which types are the same on the wire
//! is in the language guide of protobuf, "Updating A Message Type".

use std::collections::{BTreeMap, HashSet};

use super::shapes::{Inside, compare_required, tell_added_field, tell_value};
use crate::api_change::{
    ApiRule,
    Compatibility::{Breaking, Compatible, Risky},
    definition::{Direction, EnumValue, Field, Kind, ShapeId},
};

fn by_number(fields: &[Field]) -> BTreeMap<u32, &Field> {
    fields.iter().filter_map(|field| Some((field.number?, field))).collect()
}

fn by_name(fields: &[Field]) -> BTreeMap<&str, &Field> {
    fields.iter().map(|field| (&*field.name, field)).collect()
}

pub(super) fn compare_messages(inside: &mut Inside<'_, '_>, before: &[Field], after: &[Field]) {
    let direction = inside.pair.direction;
    let (old, new) = (by_number(before), by_number(after));
    let (old_names, new_names) = (by_name(before), by_name(after));
    let is_moved = |field: &Field| new_names.get(&*field.name).is_some_and(|now| now.number != field.number);
    for (number, field) in &old {
        let subject = format!("{}.{}", inside.pair.subject, field.name);
        if is_moved(field) {
            let now = new_names[&*field.name];
            let now_number = now.number.unwrap_or_default();
            let message = format!("the field `{subject}` had the number {number} and has {now_number} now");
            let places = (Some(field.place), Some(now.place));
            inside.tell_of(ApiRule::FieldNumberChanged, Breaking, &subject, message, places);
        }
        match new.get(number) {
            Some(now) if now.name == field.name => {
                compare_required(inside, field, now, direction, &subject);
                inside.field_slots(field, now, direction, &subject);
            }
            // The number is that of a field which is new, or was elsewhere: what is on its way is misread.
            Some(now)
                if old_names.contains_key(&*now.name) || is_moved(field) || !is_alike(inside, field, now) =>
            {
                let message =
                    format!("the number {number} of the field `{subject}` is that of `{}` now", now.name);
                let places = (Some(field.place), Some(now.place));
                inside.tell_of(ApiRule::FieldNumberReused, Breaking, &subject, message, places);
            }
            Some(now) => {
                let message =
                    format!("the field `{subject}` is called `{}` now, under the same number", now.name);
                let places = (Some(field.place), Some(now.place));
                inside.tell_of(ApiRule::FieldRenamed, Risky, &subject, message, places);
                compare_required(inside, field, now, direction, &subject);
                inside.field_slots(field, now, direction, &subject);
            }
            None if is_moved(field) => {}
            None => {
                let message = format!("the field `{subject}` was removed");
                inside.tell_of(ApiRule::FieldRemoved, Breaking, &subject, message, (Some(field.place), None));
            }
        }
    }
    let is_new = |field: &&&Field| !old_names.contains_key(&*field.name);
    for field in
        new.values().filter(is_new).filter(|field| field.number.is_none_or(|it| !old.contains_key(&it)))
    {
        let subject = format!("{}.{}", inside.pair.subject, field.name);
        tell_added_field(inside, field, direction, &subject);
    }
}

/// Whether two fields under one number hold the same kind of thing, so that one may be the other renamed.
fn is_alike(inside: &Inside<'_, '_>, before: &Field, after: &Field) -> bool {
    let (mut old, mut new) = (before.slot.shape, after.slot.shape);
    // A list of lists is none of protobuf, and so two steps are enough.
    for _ in 0..2 {
        let kinds = (&inside.comparison.before.shape(old).kind, &inside.comparison.after.shape(new).kind);
        let (inner_old, inner_new): (ShapeId, ShapeId) = match kinds {
            (Kind::List(old), Kind::List(new)) | (Kind::Map(_, old), Kind::Map(_, new)) => {
                (old.shape, new.shape)
            }
            (Kind::Scalar { types: old, .. }, Kind::Scalar { types: new, .. }) => return old == new,
            (
                Kind::Message(_) | Kind::Enum(_) | Kind::Unread,
                Kind::Message(_) | Kind::Enum(_) | Kind::Unread,
            ) => {
                let (before, after) = (inside.comparison.before, inside.comparison.after);
                return before.shape(old).name == after.shape(new).name;
            }
            _ => return false,
        };
        (old, new) = (inner_old, inner_new);
    }
    false
}

pub(super) fn compare_numbered_values(
    inside: &mut Inside<'_, '_>,
    before: &[EnumValue],
    after: &[EnumValue],
) {
    // Several names may stand for one number; the first one is shown.
    let by_number = |values: &[EnumValue]| -> BTreeMap<i64, Vec<EnumValue>> {
        let mut numbers: BTreeMap<i64, Vec<EnumValue>> = BTreeMap::new();
        for value in values {
            numbers.entry(value.number.unwrap_or_default()).or_default().push(value.clone());
        }
        numbers
    };
    let (old, new) = (by_number(before), by_number(after));
    for (number, values) in &old {
        let Some(now) = new.get(number) else {
            for value in values {
                tell_value(inside, ApiRule::EnumValueRemoved, Breaking, value, "removed");
            }
            continue;
        };
        let names: HashSet<&str> = now.iter().map(|value| &*value.name).collect();
        for value in values.iter().filter(|value| !names.contains(&*value.name)) {
            let message = format!(
                "the value `{}` of `{}` is called `{}` now, under the same number",
                value.name, inside.pair.subject, now[0].name
            );
            inside.tell(ApiRule::EnumValueRenamed, Risky, message);
        }
    }
    for values in new.iter().filter(|(number, _)| !old.contains_key(number)).map(|(_, values)| values) {
        for value in values {
            let compatibility = match inside.pair.direction {
                Direction::Sent => Compatible,
                _ => Risky,
            };
            tell_value(inside, ApiRule::EnumValueAdded, compatibility, value, "added");
        }
    }
}

/// Whether values of two types of protobuf can be read as each other, so that only code is touched.
pub(super) fn is_same_on_the_wire(before: &Kind, after: &Kind) -> bool {
    let family = |kind: &Kind| match kind {
        Kind::Enum(values) if values.iter().any(|value| value.number.is_some()) => Some("varint"),
        Kind::Scalar { types, .. } => match types.first().map(|name| &**name) {
            Some("int32" | "uint32" | "int64" | "uint64" | "bool") => Some("varint"),
            Some("sint32" | "sint64") => Some("zigzag"),
            Some("fixed32" | "sfixed32") => Some("fixed32"),
            Some("fixed64" | "sfixed64") => Some("fixed64"),
            Some("string" | "bytes") => Some("bytes"),
            _ => None,
        },
        _ => None,
    };
    // `string` is also a type of JSON, where it is the only one of its family.
    family(before).is_some() && family(before) == family(after)
}
