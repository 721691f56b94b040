//! A search key, as in `spec.type` or `relations.ownedBy`, and the values that an entity has for it.
//!
//! Backstage writes every leaf of an entity into a table of keys and values when it changes. Here a key is
//! understood once, and then asks the graph for just its field. What it finds is what that table would hold: a
//! list has each item as a value, and each item as a key of its own with the value `true`.

use catalog_core::graph::Entity;

use super::{
    document::api_version,
    identifier::entity_uid,
    metadata::each_annotation,
    relation::RelationName,
    spec::{SpecField, SpecValue},
};

/// The longest key and value that can be found, in UTF-16 code units, as in Backstage.
const UNITS_MAX: usize = 200;

/// A search key, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// As it was asked, in lower case.
    pub(super) lower: String,
    part: Part,
}

/// What a key is about. Texts are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    ApiVersion,
    Kind,
    Name,
    Namespace,
    Uid,
    Title,
    Description,
    Label(String),
    Annotation(String),
    Tags,
    Tag(String),
    LinkUrl,
    LinkTitle,
    LinkType,
    Spec(SpecField),
    SpecChild(SpecField, String),
    Relation(RelationName),
    /// No entity has it.
    Nothing,
}

impl Key {
    pub(super) fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let part = if is_findable(&lower) { part(&lower) } else { Part::Nothing };
        Self { lower, part }
    }

    /// Tells the values that an entity has for it; `None` where the key is there without a value that could be
    /// found. O(what the field holds).
    pub(super) fn each(&self, entity: Entity<'_>, told: &mut dyn FnMut(Option<&str>)) {
        let mut tell = |value: &str| told(is_findable(value).then_some(value));
        let mut tell_some = |value: Option<&str>| value.into_iter().for_each(&mut tell);
        match &self.part {
            Part::ApiVersion => tell(api_version(entity)),
            Part::Kind => tell(entity.kind()),
            Part::Name => tell(entity.spelled_name()),
            Part::Namespace => tell(entity.name().namespace()),
            Part::Uid => tell(&entity_uid(entity.name())),
            Part::Title => tell_some(entity.title()),
            Part::Description => tell_some(entity.description()),
            Part::Label(wanted) => entity
                .labels()
                .iter()
                .filter(|(key, _)| is_folded(key, wanted))
                .for_each(|(_, value)| tell(&value.value)),
            Part::Annotation(wanted) => {
                each_annotation(entity, Some(wanted), &mut |_, value| tell(&value));
            }
            Part::Tags => entity.tags().iter().for_each(|tag| tell(tag)),
            Part::Tag(wanted) => {
                tell_some(entity.tags().iter().any(|tag| is_folded(tag, wanted)).then_some("true"));
            }
            Part::LinkUrl => entity.links().iter().for_each(|link| tell(&link.value.url)),
            Part::LinkTitle => {
                entity.links().iter().for_each(|link| tell_some(link.value.title.as_deref()));
            }
            Part::LinkType => {
                entity.links().iter().for_each(|link| tell_some(link.value.link_type.as_deref()));
            }
            Part::Spec(field) => match field.value(entity) {
                Some(SpecValue::Text(text)) => tell(text),
                Some(SpecValue::Number(number)) => tell(&number.to_string()),
                Some(SpecValue::Texts(texts)) => texts.into_iter().for_each(tell),
                Some(SpecValue::Object(_)) | None => {}
            },
            Part::SpecChild(field, wanted) => match field.value(entity) {
                Some(SpecValue::Texts(texts)) => {
                    tell_some(texts.iter().any(|text| is_folded(text, wanted)).then_some("true"));
                }
                Some(SpecValue::Object(fields)) => {
                    let found = fields.iter().find(|(key, _)| is_folded(key, wanted));
                    tell_some(found.map(|(_, value)| *value));
                }
                _ => {}
            },
            Part::Relation(relation) => {
                relation.targets(entity).into_iter().for_each(|target| tell(target.as_str()));
            }
            Part::Nothing => {}
        }
    }
}

fn part(lower: &str) -> Part {
    match lower {
        "apiversion" => return Part::ApiVersion,
        "kind" => return Part::Kind,
        "metadata.name" => return Part::Name,
        "metadata.namespace" => return Part::Namespace,
        "metadata.uid" => return Part::Uid,
        "metadata.title" => return Part::Title,
        "metadata.description" => return Part::Description,
        "metadata.tags" => return Part::Tags,
        "metadata.links.url" => return Part::LinkUrl,
        "metadata.links.title" => return Part::LinkTitle,
        "metadata.links.type" => return Part::LinkType,
        _ => {}
    }
    if let Some(key) = lower.strip_prefix("metadata.labels.") {
        return Part::Label(key.into());
    }
    if let Some(key) = lower.strip_prefix("metadata.annotations.") {
        return Part::Annotation(key.into());
    }
    if let Some(tag) = lower.strip_prefix("metadata.tags.") {
        return Part::Tag(tag.into());
    }
    if let Some(name) = lower.strip_prefix("relations.") {
        return RelationName::of_lower(name).map_or(Part::Nothing, Part::Relation);
    }
    let Some(rest) = lower.strip_prefix("spec.") else { return Part::Nothing };
    let (name, child) = rest.split_once('.').map_or((rest, None), |(name, child)| (name, Some(child)));
    let field = SpecField::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name));
    match (field, child) {
        (Some(field), None) => Part::Spec(field),
        (Some(field), Some(child)) => Part::SpecChild(field, child.into()),
        (None, _) => Part::Nothing,
    }
}

/// Whether a text, lower-cased, is `lower`.
pub(super) fn is_folded(text: &str, lower: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(lower) } else { text.to_lowercase() == lower }
}

/// Whether a text is short enough to be found.
fn is_findable(text: &str) -> bool {
    text.len() <= UNITS_MAX || text.to_lowercase().encode_utf16().count() <= UNITS_MAX
}
