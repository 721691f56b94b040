//! What one pair of shapes says: the rules of compatibility, by kind of shape and by direction.
//!
//! Values that are sent may become more in kind, those that are received fewer; where it is not known which
//! they are, both rules hold. Names of types count in GraphQL, and numbers of fields in protobuf.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    numbered::{compare_messages, compare_numbered_values, is_same_on_the_wire},
    pairs::{Comparison, Found, Pair},
};
use crate::api_change::{
    ApiRule,
    Compatibility::{self, Breaking, Compatible, Risky},
    DefinitionFormat,
    definition::{Direction, EnumValue, Field, Kind, Member, Place, Shape},
};

/// Where values of a direction are met, as messages end.
pub(super) fn where_it_is(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "in what consumers send",
        Direction::Received => "in what consumers receive",
        Direction::Either => "in what consumers send or receive",
    }
}

/// Whether types go by their names, so that what is sent and received need not be told apart in words.
fn names_count(format: DefinitionFormat) -> bool {
    matches!(format, DefinitionFormat::GraphQl | DefinitionFormat::Protobuf)
}

/// How bad something is that matters only to those who send, or only to those who receive.
fn by_direction(direction: Direction, sent: Compatibility, received: Compatibility) -> Compatibility {
    match direction {
        Direction::Sent => sent,
        Direction::Received => received,
        Direction::Either => sent.max(received),
    }
}

/// A pair that is being compared, with what is found in it.
pub(super) struct Inside<'c, 'd> {
    pub(super) comparison: &'c mut Comparison<'d>,
    pub(super) found: Found,
    pub(super) pair: &'c Pair,
    pub(super) format: DefinitionFormat,
    places: (Place, Place),
}

impl Inside<'_, '_> {
    /// Tells something of the pair itself.
    pub(super) fn tell(&mut self, rule: ApiRule, compatibility: Compatibility, message: String) {
        let (subject, places) = (&self.pair.subject, (Some(self.places.0), Some(self.places.1)));
        self.comparison.tell(&mut self.found, rule, compatibility, subject, message, places);
    }

    /// Where values are met, as the end of a message; nothing where the rules do not depend on it.
    pub(super) fn met(&self, direction: Direction) -> String {
        if names_count(self.format) { String::new() } else { format!(", {}", where_it_is(direction)) }
    }

    /// Tells something of a field, an argument or a value of the pair.
    pub(super) fn tell_of(
        &mut self,
        rule: ApiRule,
        compatibility: Compatibility,
        subject: &str,
        message: String,
        places: (Option<Place>, Option<Place>),
    ) {
        // What is gone is shown where it is missing.
        let places = (places.0, places.1.or(Some(self.places.1)));
        self.comparison.tell(&mut self.found, rule, compatibility, subject, message, places);
    }

    /// Compares what two fields hold.
    pub(super) fn field_slots(&mut self, before: &Field, after: &Field, direction: Direction, subject: &str) {
        let places = (before.place, after.place);
        self.comparison.slots(&mut self.found, (before.slot, after.slot), direction, subject, places);
    }
}

/// Whether two shapes of a format that names its types are told apart without looking into them.
pub(super) fn is_leaf(format: DefinitionFormat, before: &Shape, after: &Shape) -> bool {
    let is_single = |shape: &Shape| matches!(shape.kind, Kind::Scalar { .. });
    let is_unread = |shape: &Shape| matches!(shape.kind, Kind::Unread);
    let is_other = before.name != after.name
        && (format == DefinitionFormat::GraphQl || is_unread(before) || is_unread(after));
    names_count(format) && (is_single(before) || is_single(after) || is_other)
}

/// Compares one pair; `places` are those of what holds the shapes, where they have none of their own.
pub(super) fn compare_shapes(
    comparison: &mut Comparison<'_>,
    pair: &Pair,
    places: Option<(Place, Place)>,
) -> Found {
    let (before, after) = (comparison.before.shape(pair.before), comparison.after.shape(pair.after));
    let format = comparison.after.format;
    let places = places.unwrap_or((before.place, after.place));
    let mut inside = Inside { comparison, found: Found::default(), pair, format, places };
    let names = before.name.as_deref().zip(after.name.as_deref()).filter(|(old, new)| old != new);
    if let Some((old, new)) = names {
        match format {
            DefinitionFormat::GraphQl => {
                let message = format!("`{}` was of type `{old}` and is of type `{new}` now", pair.subject);
                inside.tell(ApiRule::TypeChanged, Breaking, message);
                return inside.found;
            }
            DefinitionFormat::Protobuf => {
                let message = format!("the type `{old}` is called `{new}` now");
                inside.tell(ApiRule::TypeRenamed, Risky, message);
            }
            DefinitionFormat::OpenApi | DefinitionFormat::AsyncApi => {}
        }
    }
    match (&before.kind, &after.kind) {
        // Of a type that stands in another file only the name is known.
        (Kind::Unread, Kind::Scalar { .. }) | (Kind::Scalar { .. }, Kind::Unread) if names_count(format) => {
            let words = |shape: &Shape| match &shape.name {
                Some(name) => format!("`{name}`"),
                None => shape.kind.words(),
            };
            if before.name != after.name {
                let (old, new) = (words(before), words(after));
                let message = format!("`{}` was {old} and is {new} now", pair.subject);
                inside.tell(ApiRule::TypeChanged, Breaking, message);
            }
        }
        (before, after) => compare_kinds(&mut inside, before, after),
    }
    inside.found
}

fn compare_kinds(inside: &mut Inside<'_, '_>, before: &Kind, after: &Kind) {
    let (direction, subject) = (inside.pair.direction, &*inside.pair.subject);
    let is_json = matches!(inside.format, DefinitionFormat::OpenApi | DefinitionFormat::AsyncApi);
    match (before, after) {
        (Kind::Unread, _) => {}
        // A reference that leads nowhere was remarked upon where it was read.
        (_, Kind::Unread) if is_json => {}
        (_, Kind::Unread) => {
            let message = format!("the type `{subject}` is not defined any more in the files that were read");
            inside.tell(ApiRule::TypeRemoved, Risky, message);
        }
        (Kind::Any, Kind::Any) => {}
        (Kind::Any, kind) => {
            let message =
                format!("`{subject}` was anything and is {} now, {}", kind.words(), where_it_is(direction));
            inside.tell(ApiRule::TypeChanged, by_direction(direction, Risky, Compatible), message);
        }
        (kind, Kind::Any) => {
            let message =
                format!("`{subject}` was {} and is anything now, {}", kind.words(), where_it_is(direction));
            inside.tell(ApiRule::TypeChanged, by_direction(direction, Compatible, Risky), message);
        }
        (Kind::Interface(old, old_members), Kind::Interface(new, new_members)) => {
            compare_fields(inside, old, new);
            compare_members(inside, old_members, new_members);
        }
        (Kind::Union(old), Kind::Union(new)) => compare_members(inside, old, new),
        (Kind::Union(old), _) if is_json => {
            let only = inside.comparison.after.shape(inside.pair.after).name.clone();
            let new = [Member { label: only.unwrap_or_default(), shape: inside.pair.after }];
            compare_with_one(inside, old, &new, before, after);
        }
        (_, Kind::Union(new)) if is_json => {
            let only = inside.comparison.before.shape(inside.pair.before).name.clone();
            let old = [Member { label: only.unwrap_or_default(), shape: inside.pair.before }];
            compare_with_one(inside, &old, new, before, after);
        }
        (Kind::Object(old), Kind::Object(new)) => compare_fields(inside, old, new),
        (Kind::Message(old), Kind::Message(new)) => compare_messages(inside, old, new),
        (Kind::Enum(old), Kind::Enum(new)) if inside.format == DefinitionFormat::Protobuf => {
            compare_numbered_values(inside, old, new);
        }
        (Kind::Enum(old), Kind::Enum(new)) => compare_values(inside, old, new),
        (
            Kind::Scalar { types: old, format: old_format },
            Kind::Scalar { types: new, format: new_format },
        ) => {
            compare_scalars(
                inside,
                (before, old, old_format.as_deref()),
                (after, new, new_format.as_deref()),
            );
        }
        (Kind::Scalar { .. }, Kind::Enum(_)) if is_json => {
            let message = format!("`{subject}` is one of a list of values now, {}", where_it_is(direction));
            inside.tell(ApiRule::TypeChanged, by_direction(direction, Breaking, Compatible), message);
        }
        (Kind::Enum(_), Kind::Scalar { .. }) if is_json => {
            let message =
                format!("`{subject}` is not one of a list of values any more, {}", where_it_is(direction));
            inside.tell(ApiRule::TypeChanged, by_direction(direction, Compatible, Risky), message);
        }
        (Kind::List(old), Kind::List(new)) => {
            let (subject, places) = (format!("{subject}[]"), inside.places);
            inside.comparison.slots(&mut inside.found, (*old, *new), direction, &subject, places);
        }
        (Kind::Map(old_key, old), Kind::Map(new_key, new)) => {
            if old_key != new_key {
                let message = format!("the keys of `{subject}` were `{old_key}` and are `{new_key}` now");
                inside.tell(ApiRule::TypeChanged, Breaking, message);
            }
            let (subject, places) = (format!("{subject}{{}}"), inside.places);
            inside.comparison.slots(&mut inside.found, (*old, *new), direction, &subject, places);
        }
        _ => {
            let compatibility = if is_same_on_the_wire(before, after) { Risky } else { Breaking };
            tell_type(inside, before, after, compatibility);
        }
    }
}

fn tell_type(inside: &mut Inside<'_, '_>, before: &Kind, after: &Kind, compatibility: Compatibility) {
    let met = inside.met(inside.pair.direction);
    let (subject, old, new) = (&inside.pair.subject, before.words(), after.words());
    let message = format!("`{subject}` was {old} and is {new} now{met}");
    inside.tell(ApiRule::TypeChanged, compatibility, message);
}

type ScalarOf<'k> = (&'k Kind, &'k [Box<str>], Option<&'k str>);

fn compare_scalars(inside: &mut Inside<'_, '_>, before: ScalarOf<'_>, after: ScalarOf<'_>) {
    let direction = inside.pair.direction;
    // A whole number is a number; a type is one of a list that holds it.
    let covers = |wide: &[Box<str>], narrow: &[Box<str>]| {
        let has = |name: &str| wide.iter().any(|it| **it == *name);
        narrow.iter().all(|name| has(name) || (**name == *"integer" && has("number")))
    };
    if before.1 != after.1 {
        let is_json = matches!(inside.format, DefinitionFormat::OpenApi | DefinitionFormat::AsyncApi);
        let compatibility = if is_json {
            let sent = if covers(after.1, before.1) { Compatible } else { Breaking };
            let received = if covers(before.1, after.1) { Compatible } else { Breaking };
            by_direction(direction, sent, received)
        } else if is_same_on_the_wire(before.0, after.0) {
            Risky
        } else {
            Breaking
        };
        tell_type(inside, before.0, after.0, compatibility);
    } else if before.2 != after.2 {
        let words = |format: Option<&str>| format.map_or("none".to_owned(), |format| format!("`{format}`"));
        let (subject, old, new) = (&inside.pair.subject, words(before.2), words(after.2));
        let message =
            format!("the format of `{subject}` was {old} and is {new} now, {}", where_it_is(direction));
        let compatibility = match (before.2, after.2) {
            (None, _) => by_direction(direction, Risky, Compatible),
            (_, None) => by_direction(direction, Compatible, Risky),
            _ => Risky,
        };
        inside.tell(ApiRule::FormatChanged, compatibility, message);
    }
}

/// The direction of a field in a shape of a direction; `None` where nobody meets it there.
fn direction_of(field: &Field, direction: Direction) -> Option<Direction> {
    match (direction, field.never) {
        (direction, Some(never)) if direction == never => None,
        (Direction::Either, Some(Direction::Sent)) => Some(Direction::Received),
        (Direction::Either, Some(Direction::Received)) => Some(Direction::Sent),
        _ => Some(direction),
    }
}

/// The fields that are met in a direction, each with its own, by name.
fn met(fields: &[Field], direction: Direction) -> BTreeMap<&str, (&Field, Direction)> {
    fields.iter().filter_map(|field| Some((&*field.name, (field, direction_of(field, direction)?)))).collect()
}

fn compare_fields(inside: &mut Inside<'_, '_>, before: &[Field], after: &[Field]) {
    let outer = inside.pair.direction;
    let (old, new) = (met(before, outer), met(after, outer));
    for (name, (field, direction)) in &old {
        let subject = format!("{}.{name}", inside.pair.subject);
        let Some((now, _)) = new.get(name) else {
            let is_refused = inside.format == DefinitionFormat::GraphQl;
            let sent = if is_refused { Breaking } else { Risky };
            let message = format!("the field `{subject}` was removed{}", inside.met(*direction));
            let compatibility = by_direction(*direction, sent, Breaking);
            inside.tell_of(
                ApiRule::FieldRemoved,
                compatibility,
                &subject,
                message,
                (Some(field.place), None),
            );
            continue;
        };
        compare_required(inside, field, now, *direction, &subject);
        compare_arguments(inside, &field.arguments, &now.arguments, &subject, now.place);
        inside.field_slots(field, now, *direction, &subject);
    }
    for (name, (field, direction)) in new.iter().filter(|(name, _)| !old.contains_key(**name)) {
        let subject = format!("{}.{name}", inside.pair.subject);
        tell_added_field(inside, field, *direction, &subject);
    }
}

/// Tells of a field that is new.
pub(super) fn tell_added_field(
    inside: &mut Inside<'_, '_>,
    field: &Field,
    direction: Direction,
    subject: &str,
) {
    let is_demanded = field.is_required && direction != Direction::Received;
    let (rule, compatibility, adjective) = if is_demanded {
        (ApiRule::RequiredFieldAdded, Breaking, "required ")
    } else {
        (ApiRule::FieldAdded, Compatible, "")
    };
    let message = format!("the {adjective}field `{subject}` was added{}", inside.met(direction));
    inside.tell_of(rule, compatibility, subject, message, (None, Some(field.place)));
}

/// Tells where a field must be there now, or need not be any more.
pub(super) fn compare_required(
    inside: &mut Inside<'_, '_>,
    before: &Field,
    after: &Field,
    direction: Direction,
    subject: &str,
) {
    // In GraphQL a field is required that cannot be null, which is told as such.
    let is_told = inside.format == DefinitionFormat::GraphQl
        && (before.slot.is_nullable != after.slot.is_nullable || direction == Direction::Received);
    if before.is_required == after.is_required || is_told {
        return;
    }
    let (rule, compatibility, words) = if after.is_required {
        (ApiRule::FieldRequired, by_direction(direction, Breaking, Compatible), "must be there now")
    } else {
        (ApiRule::FieldOptional, by_direction(direction, Compatible, Breaking), "can be left out now")
    };
    let message = format!("the field `{subject}` {words}, {}", where_it_is(direction));
    inside.tell_of(rule, compatibility, subject, message, (Some(before.place), Some(after.place)));
}

fn by_name(fields: &[Field]) -> HashMap<&str, &Field> {
    fields.iter().map(|field| (&*field.name, field)).collect()
}

/// What a field of a type takes, in GraphQL.
fn compare_arguments(
    inside: &mut Inside<'_, '_>,
    before: &[Field],
    after: &[Field],
    field: &str,
    place: Place,
) {
    let (old, new) = (by_name(before), by_name(after));
    for argument in before {
        let subject = format!("{field}({})", argument.name);
        let Some(now) = new.get(&*argument.name) else {
            let message = format!("the argument `{subject}` was removed");
            let places = (Some(argument.place), Some(place));
            inside.tell_of(ApiRule::InputRemoved, Breaking, &subject, message, places);
            continue;
        };
        compare_required(inside, argument, now, Direction::Sent, &subject);
        inside.field_slots(argument, now, Direction::Sent, &subject);
    }
    for argument in after.iter().filter(|argument| !old.contains_key(&*argument.name)) {
        let subject = format!("{field}({})", argument.name);
        let (rule, compatibility, adjective) = if argument.is_required {
            (ApiRule::RequiredInputAdded, Breaking, "required")
        } else {
            (ApiRule::InputAdded, Compatible, "optional")
        };
        let message = format!("the {adjective} argument `{subject}` was added");
        inside.tell_of(rule, compatibility, &subject, message, (None, Some(argument.place)));
    }
}

fn names_of(values: &[EnumValue]) -> HashSet<&str> {
    values.iter().map(|value| &*value.name).collect()
}

fn compare_values(inside: &mut Inside<'_, '_>, before: &[EnumValue], after: &[EnumValue]) {
    let direction = inside.pair.direction;
    let (old, new) = (names_of(before), names_of(after));
    for value in before.iter().filter(|value| !new.contains(&*value.name)) {
        // Who names a value in a query of GraphQL is refused with it, whatever the direction.
        let received = if inside.format == DefinitionFormat::GraphQl { Breaking } else { Compatible };
        tell_value(
            inside,
            ApiRule::EnumValueRemoved,
            by_direction(direction, Breaking, received),
            value,
            "removed",
        );
    }
    for value in after.iter().filter(|value| !old.contains(&*value.name)) {
        tell_value(
            inside,
            ApiRule::EnumValueAdded,
            by_direction(direction, Compatible, Risky),
            value,
            "added",
        );
    }
}

/// Tells of a value of an enum that was added or removed.
pub(super) fn tell_value(
    inside: &mut Inside<'_, '_>,
    rule: ApiRule,
    compatibility: Compatibility,
    value: &EnumValue,
    what: &str,
) {
    // Whether it breaks that a value is gone depends on the direction in some formats only.
    let met = match rule {
        ApiRule::EnumValueRemoved => inside.met(inside.pair.direction),
        _ => format!(", {}", where_it_is(inside.pair.direction)),
    };
    let shown: String = value.name.chars().take(100).collect();
    let message = format!("the value `{shown}` of `{}` was {what}{met}", inside.pair.subject);
    inside.tell(rule, compatibility, message);
}

fn compare_members(inside: &mut Inside<'_, '_>, before: &[Member], after: &[Member]) {
    let direction = inside.pair.direction;
    let subject = inside.pair.subject.clone();
    // One thing under another name is the same thing, where names do not count.
    if let ([old], [new]) = (before, after)
        && inside.format != DefinitionFormat::GraphQl
    {
        let inner = inside.comparison.pair(old.shape, new.shape, direction, &subject);
        return inside.found.pairs.extend(inner);
    }
    let by_label = |members: &[Member]| -> BTreeMap<Box<str>, Member> {
        members.iter().map(|member| (member.label.clone(), member.clone())).collect()
    };
    let (old, new) = (by_label(before), by_label(after));
    for (label, member) in &old {
        match new.get(label) {
            Some(now) => {
                let inner = format!("{subject}({label})");
                let inner = inside.comparison.pair(member.shape, now.shape, direction, &inner);
                inside.found.pairs.extend(inner);
            }
            None => {
                // A message that is not sent any more is waited for; one answer of several is not.
                let received = if inside.format == DefinitionFormat::OpenApi { Compatible } else { Breaking };
                let compatibility = by_direction(direction, Breaking, received);
                let message = format!("`{subject}` is never `{label}` any more, {}", where_it_is(direction));
                inside.tell(ApiRule::MemberRemoved, compatibility, message);
            }
        }
    }
    for label in new.keys().filter(|label| !old.contains_key(*label)) {
        let compatibility = by_direction(direction, Compatible, Risky);
        let message = format!("`{subject}` can also be `{label}`, {}", where_it_is(direction));
        inside.tell(ApiRule::MemberAdded, compatibility, message);
    }
}

/// Compares one shape with several of which it may be one.
fn compare_with_one(
    inside: &mut Inside<'_, '_>,
    old: &[Member],
    new: &[Member],
    before: &Kind,
    after: &Kind,
) {
    let is_among =
        old.iter().any(|old| new.iter().any(|new| old.label == new.label && !old.label.is_empty()));
    // The single one is the shape of this pair, and meets the member's own shape only in another pair.
    if is_among || (old.len() == 1 && new.len() == 1) {
        compare_members(inside, old, new);
    } else {
        tell_type(inside, before, after, Breaking);
    }
}

impl Kind {
    /// The kind in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Any | Self::Unread => "anything".to_owned(),
            Self::Scalar { types, .. } => {
                let names: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
                names.join(" or ")
            }
            Self::Enum(_) => "one of a list of values".to_owned(),
            Self::Object(_) | Self::Interface(..) => "an object".to_owned(),
            Self::Message(_) => "a message".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(..) => "a map".to_owned(),
            Self::Union(_) => "one of several types".to_owned(),
        }
    }
}
