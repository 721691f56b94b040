//! Datadog's service and entity definitions, `service.datadog.{yaml,yml,json}` and
//! `entity.datadog.{yaml,yml,json}`, in the schema versions v1, v2, v2.1, v2.2 and v3.
//!
//! In the order of reading: `version` tells which schema a document follows, and documents of one file
//! may follow different ones; `service_schema` and `entity_schema` judge it by the tables of the published
//! JSON Schemas (`service-catalog` in the repository DataDog/schema), with `address_rules`; `service`
//! says what v1 to v2.2 mean and `entity` what v3 means, with `entity_kind` for kinds and references,
//! `inheritance` for `inheritFrom`, and `contact` for contacts, links and on-call services.
//!
//! A document is strict where the schema of its own version and kind takes it, formats of texts included;
//! that the two file names are published with different lists of versions and kinds counts for nothing. Left
//! out: saved queries (`datadog.logs`, `datadog.events`), the definition of an API, `metadata.managed`, and
//! all of `extensions` but `catalog`, which holds our additions.

mod address_rules;
mod contact;
#[cfg(test)]
mod corpus_tests;
mod entity;
mod entity_kind;
mod entity_schema;
#[cfg(test)]
mod hostile_tests;
mod inheritance;
mod service;
mod service_schema;
#[cfg(test)]
mod tests;
mod version;

use super::{
    ManifestFile, ManifestReading,
    reading::{Recognition, name_of, read_pieces},
};
use crate::limits::ManifestLimits;
use inheritance::Inheritance;
use version::{Version, version_of};

/// Whether a path has a name under which Datadog's definitions are found.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml")).or(name.strip_suffix(".json"));
    matches!(stem, Some("service.datadog" | "entity.datadog"))
}

/// Reads a file as Datadog's definitions.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    read_pieces(file, limits, &Recognition::EVERY, |documents, pieces| {
        let inheritance = Inheritance::of(pieces);
        documents.read_each(pieces, |documents, yaml| {
            let root = yaml.root();
            let below = |part: &str, name: &str| root.get(part).and_then(|part| part.get(name));
            let names = [
                root.get("kind"),
                root.get("dd-service"),
                below("metadata", "name"),
                below("info", "dd-service"),
            ];
            if documents.is_readable(root, names) {
                documents.read_one(root.position(), |remarks| match version_of(root, remarks)? {
                    Version::V3 => entity::read(yaml, &inheritance, remarks, limits),
                    version => service::read(root, version, remarks, limits),
                });
            }
        });
    })
}
