//! An entity as Backstage shows it.

use std::borrow::Cow;

use catalog_core::graph::{DeclarationView, Entity};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Value, json};

use super::{
    BackstageError, Fields, Sink,
    identifier::{entity_uid, fingerprint},
    metadata::each_annotation,
    relation::relations_of,
    spec::{SpecField, SpecValue},
};

/// Stands where the etag comes as soon as it is known, which rests on everything else.
const NO_ETAG: &str = "0000000000000000000000000000000000000000";

/// Writes an entity as JSON, whole or cut down. O(its facts and relations).
///
/// # Errors
///
/// Nobody waits for the answer any more.
pub fn write_entity(
    entity: Entity<'_>,
    fields: Option<&Fields>,
    sink: &mut dyn Sink,
) -> Result<(), BackstageError> {
    sink.write(&entity_json(entity, fields))
}

/// An entity as JSON, whole or cut down.
pub(super) fn entity_json(entity: Entity<'_>, fields: Option<&Fields>) -> Vec<u8> {
    let Some(fields) = fields else { return whole(entity) };
    let etag = if fields.want_child("metadata", "etag") { etag_of(entity) } else { String::new() };
    let document = EntityDocument { entity, fields: Some(fields), etag: &etag };
    let parts = serde_json::to_value(document).expect("an entity's keys are texts");
    serde_json::to_vec(&fields.of(&parts)).expect("an entity's keys are texts")
}

/// The `apiVersion` of an entity. The graph does not keep what its manifest says; there is one for each kind.
pub(super) fn api_version(entity: Entity<'_>) -> &'static str {
    if entity.name().kind() == "template" {
        "scaffolder.backstage.io/v1beta3"
    } else {
        "backstage.io/v1alpha1"
    }
}

fn whole(entity: Entity<'_>) -> Vec<u8> {
    let (mut json, etag_start) = without_etag(entity);
    let etag = fingerprint(&json);
    json[etag_start..etag_start + etag.len()].copy_from_slice(etag.as_bytes());
    json
}

fn etag_of(entity: Entity<'_>) -> String {
    fingerprint(&without_etag(entity).0)
}

/// An entity whose etag is missing, and where it is missing.
fn without_etag(entity: Entity<'_>) -> (Vec<u8>, usize) {
    let document = EntityDocument { entity, fields: None, etag: NO_ETAG };
    let json = serde_json::to_vec(&document).expect("an entity's keys are texts");
    // Quotation marks inside texts are escaped, so that this is met first where it is no text.
    let before = b"\"metadata\":{\"etag\":\"";
    let found = json.windows(before.len()).position(|part| part == before);
    let start = found.expect("the etag is the first of the metadata") + before.len();
    (json, start)
}

/// What is shown of an entity: all of it, or at least what the fields ask for.
struct EntityDocument<'g, 'f> {
    entity: Entity<'g>,
    fields: Option<&'f Fields>,
    etag: &'f str,
}

impl EntityDocument<'_, '_> {
    fn wants(&self, root: &str) -> bool {
        self.fields.is_none_or(|fields| fields.want(root))
    }

    fn wants_child(&self, root: &str, child: &str) -> bool {
        self.fields.is_none_or(|fields| fields.want_child(root, child))
    }
}

impl Serialize for EntityDocument<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.wants("apiVersion") {
            map.serialize_entry("apiVersion", api_version(self.entity))?;
        }
        if self.wants("kind") {
            map.serialize_entry("kind", self.entity.kind())?;
        }
        if self.wants("metadata") {
            map.serialize_entry("metadata", &Metadata(self))?;
        }
        if self.wants("spec") {
            map.serialize_entry("spec", &Spec(self))?;
        }
        if self.wants("relations") {
            map.serialize_entry("relations", &Relations(self.entity))?;
        }
        if self.wants("status") {
            let items = status_items(self.entity);
            if !items.is_empty() {
                map.serialize_entry("status", &json!({ "items": items }))?;
            }
        }
        map.end()
    }
}

struct Metadata<'d, 'g, 'f>(&'d EntityDocument<'g, 'f>);

impl Serialize for Metadata<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entity = self.0.entity;
        let wants = |child: &str| self.0.wants_child("metadata", child);
        let mut map = serializer.serialize_map(None)?;
        if wants("etag") {
            map.serialize_entry("etag", self.0.etag)?;
        }
        if wants("uid") {
            map.serialize_entry("uid", &entity_uid(entity.name()))?;
        }
        if wants("name") {
            map.serialize_entry("name", entity.spelled_name())?;
        }
        if wants("namespace") {
            map.serialize_entry("namespace", entity.name().namespace())?;
        }
        for (name, value) in [("title", entity.title()), ("description", entity.description())] {
            if let Some(value) = value.filter(|_| wants(name)) {
                map.serialize_entry(name, value)?;
            }
        }
        let labels = entity.labels();
        if !labels.is_empty() && wants("labels") {
            let labels = labels.iter().map(|(key, value)| (&**key, Cow::Borrowed(&*value.value)));
            map.serialize_entry("labels", &Texts(labels.collect()))?;
        }
        if wants("annotations") {
            let mut annotations = Vec::new();
            each_annotation(entity, None, &mut |key, value| annotations.push((key, value)));
            if !annotations.is_empty() {
                map.serialize_entry("annotations", &Texts(annotations))?;
            }
        }
        if !entity.tags().is_empty() && wants("tags") {
            map.serialize_entry("tags", entity.tags())?;
        }
        if !entity.links().is_empty() && wants("links") {
            let link = |link: &catalog_core::model::Link| {
                let mut shown = json!({ "url": link.url });
                for (name, value) in [("title", &link.title), ("type", &link.link_type)] {
                    if let Some(value) = value {
                        shown[name] = Value::from(&**value);
                    }
                }
                shown
            };
            let links: Vec<Value> = entity.links().iter().map(|located| link(&located.value)).collect();
            map.serialize_entry("links", &links)?;
        }
        map.end()
    }
}

/// Texts by their keys.
struct Texts<'t>(Vec<(&'t str, Cow<'t, str>)>);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

struct Spec<'d, 'g, 'f>(&'d EntityDocument<'g, 'f>);

impl Serialize for Spec<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in SpecField::ALL {
            if self.0.wants_child("spec", field.name())
                && let Some(value) = field.value(self.0.entity)
            {
                map.serialize_entry(field.name(), &value)?;
            }
        }
        map.end()
    }
}

impl Serialize for SpecValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u8(*number),
            Self::Texts(texts) => serializer.collect_seq(texts),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(key, value)| (key, value))),
        }
    }
}

struct Relations<'g>(Entity<'g>);

impl Serialize for Relations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let relations = relations_of(self.0);
        let mut list = serializer.serialize_seq(Some(relations.len()))?;
        for (relation, target) in relations {
            list.serialize_element(&RelationItem { relation, target: target.as_str() })?;
        }
        list.end()
    }
}

#[derive(serde::Serialize)]
struct RelationItem<'g> {
    #[serde(rename = "type")]
    relation: &'static str,
    #[serde(rename = "targetRef")]
    target: &'g str,
}

/// What is to be said about how an entity was read: that it is of an earlier commit, and why Backstage would refuse
/// its manifest.
fn status_items(entity: Entity<'_>) -> Vec<Value> {
    let stale = entity.staleness().map(|stale| {
        let commit = stale.commit.map_or_else(String::new, |commit| format!(" of commit {}", commit.short()));
        json!({
            "type": "catalog/stale",
            "level": "warning",
            "message": format!("what is shown is what was read{commit}; since then its source is {}",
                stale.reason.name()),
        })
    });
    let problems = entity.declaration().map_or(&[][..], DeclarationView::problems).iter().map(|problem| {
        json!({
            "type": "backstage.io/catalog-processing",
            "level": "error",
            "message": format!("InputError: {problem}"),
            "error": {"name": "InputError", "message": problem},
        })
    });
    stale.into_iter().chain(problems).collect()
}
