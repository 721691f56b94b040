//! The facts of one entity, without its neighbours.

use std::borrow::Cow;

use crate::{graph::Entity, model::KeyedText};

use super::{Fact, FactValue};

/// The tier of an entity that states none: after all that there are.
const NO_TIER: i64 = 9;

/// The names of the facts, sorted.
pub static ENTITY_FACTS: [&str; 17] = [
    "annotations",
    "critical",
    "data",
    "declared",
    "kind",
    "labels",
    "lifecycle",
    "name",
    "owner",
    "ref",
    "repository",
    "stale",
    "system",
    "tags",
    "tier",
    "title",
    "type",
];

/// A fact of an entity by its name; `None` for names that are not in [`ENTITY_FACTS`].
pub fn entity_fact<'g>(entity: Entity<'g>, name: &str) -> Option<Fact<'g>> {
    Some(Ok(match name {
        "annotations" => map(entity.annotations()),
        "critical" => entity.is_critical().into(),
        "data" => FactValue::texts(entity.data_classes().iter().map(|class| &**class)),
        "declared" => (!entity.is_placeholder()).into(),
        "kind" => entity.name().kind().into(),
        "labels" => map(entity.labels()),
        "lifecycle" => FactValue::text_or_empty(entity.lifecycle()),
        "name" => entity.name().name().into(),
        "owner" => ref_or_empty(entity.owner()),
        "ref" => entity.name().as_str().into(),
        "repository" => {
            FactValue::text_or_empty(entity.repository().map(|repository| repository.id().as_str()))
        }
        "stale" => entity.staleness().is_some().into(),
        "system" => ref_or_empty(entity.system()),
        "tags" => FactValue::texts(entity.tags().iter().map(|tag| &**tag)),
        "tier" => entity.tier().map_or(NO_TIER, |tier| tier.number().into()).into(),
        "title" => FactValue::text_or_empty(entity.title()),
        "type" => FactValue::text_or_empty(entity.entity_type()),
        _ => return None,
    }))
}

fn ref_or_empty(entity: Option<Entity<'_>>) -> FactValue<'_> {
    FactValue::text_or_empty(entity.map(|entity| entity.name().as_str()))
}

fn map(texts: &[KeyedText]) -> FactValue<'_> {
    FactValue::Map(texts.iter().map(|(key, value)| (Cow::from(&**key), (&*value.value).into())).collect())
}
