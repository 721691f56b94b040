//! What is said of an entity beyond its name and its relations, out of one declaration or several.
//!
//! Where several declarations speak of one entity, each single field is that of the strongest one that
//! states it: an addition of ours before a format's own field, then by the authority of the format, then
//! the first by repository, path and document. Lists are united, item by item, in the same order.

use crate::model::{Authority, CodeLocation, Field, KeyedText, Link, Located, Objective, Profile, Tier};

use super::{declaration::DeclarationRecord, kept::Kept, symbols::Symbol};

/// The single fields of an entity with several declarations, and what most entities have little of.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) entity_type: Symbol,
    pub(super) lifecycle: Symbol,
    pub(super) tier: Option<Tier>,
    pub(super) details: Kept<Details>,
}

/// What most entities have little of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) title: Option<Box<str>>,
    pub(super) description: Option<Box<str>>,
    pub(super) labels: Box<[KeyedText]>,
    pub(super) annotations: Box<[KeyedText]>,
    pub(super) tags: Box<[Box<str>]>,
    pub(super) links: Box<[Located<Link>]>,
    /// Boxed, since only groups and people have one.
    pub(super) profile: Option<Box<Profile>>,
    pub(super) objectives: Box<[Located<Objective>]>,
    pub(super) data_classes: Box<[Box<str>]>,
    pub(super) declared_as: Option<Box<str>>,
    pub(super) code_locations: Box<[Located<CodeLocation>]>,
    pub(super) additions: Box<[Field]>,
}

impl Facts {
    /// What declarations say together; they come strongest first, each with the authority of its format.
    pub(super) fn merge(declarations: &[(Authority, &DeclarationRecord)], no_symbol: Symbol) -> Self {
        let with_details = || declarations.iter().filter_map(|(_, record)| record.details.as_deref());
        let first_text = |text: fn(&Details) -> Option<&Box<str>>| with_details().find_map(text).cloned();
        // What describes a deployment calls everything a container: no type for what a catalog declares.
        let strongest = declarations.first().map_or(Authority::Evidence, |(authority, _)| *authority);
        let first_symbol = |symbol: fn(&DeclarationRecord) -> Symbol| {
            let speaking = declarations.iter().filter(|(authority, _)| {
                strongest == Authority::Evidence || *authority != Authority::Evidence
            });
            speaking.map(|(_, record)| symbol(record)).find(|symbol| *symbol != no_symbol)
        };
        let tiers = ours_first(declarations, Field::Tier);
        let objectives = ours_first(declarations, Field::Slo);
        let classes = ours_first(declarations, Field::DataClass);
        Self {
            entity_type: first_symbol(|record| record.entity_type).unwrap_or(no_symbol),
            lifecycle: first_symbol(|record| record.lifecycle).unwrap_or(no_symbol),
            tier: tiers.iter().find_map(|record| record.tier),
            details: Kept::from(Details {
                title: first_text(|details| details.title.as_ref()),
                description: first_text(|details| details.description.as_ref()),
                labels: united(with_details().map(|details| &*details.labels), |a, b| a.0 == b.0),
                annotations: united(with_details().map(|details| &*details.annotations), |a, b| a.0 == b.0),
                tags: united(with_details().map(|details| &*details.tags), |a, b| a == b),
                links: united(with_details().map(|details| &*details.links), |a, b| {
                    a.value.url == b.value.url
                }),
                profile: with_details().find_map(|details| details.profile.clone()),
                objectives: united(details_of(&objectives).map(|details| &*details.objectives), |a, b| {
                    a.value.indicator == b.value.indicator
                }),
                data_classes: united(details_of(&classes).map(|details| &*details.data_classes), |a, b| {
                    a == b
                }),
                declared_as: None,
                code_locations: united(with_details().map(|details| &*details.code_locations), |a, b| {
                    a.value == b.value
                }),
                additions: Box::default(),
            }),
        }
    }
}

/// The declarations, those first that state a field by an addition of ours. The catalog's own format
/// has such fields only by us.
fn ours_first<'d>(
    declarations: &[(Authority, &'d DeclarationRecord)],
    field: Field,
) -> Vec<&'d DeclarationRecord> {
    let is_ours = |(authority, record): &(Authority, &DeclarationRecord)| {
        *authority == Authority::Catalog
            || record.details.as_ref().is_some_and(|details| details.additions.contains(&field))
    };
    let (ours, others): (Vec<_>, Vec<_>) = declarations.iter().copied().partition(is_ours);
    ours.into_iter().chain(others).map(|(_, record)| record).collect()
}

fn details_of<'d>(records: &[&'d DeclarationRecord]) -> impl Iterator<Item = &'d Details> {
    records.iter().filter_map(|record| record.details.as_deref())
}

/// The items of several lists, each only once.
fn united<'d, T: Clone + 'd>(
    lists: impl Iterator<Item = &'d [T]>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Box<[T]> {
    let mut united: Vec<T> = Vec::new();
    for (number, list) in lists.enumerate() {
        let known = if number == 0 { 0 } else { united.len() };
        for item in list {
            if !united[..known].iter().any(|present| is_same(present, item)) {
                united.push(item.clone());
            }
        }
    }
    united.into()
}
