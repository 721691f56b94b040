//! Cortex: `cortex.yaml` and `cortex.yml` anywhere, and the YAML files below `.cortex/`.
//!
//! A descriptor is an OpenAPI 3 document whose `info` holds `x-cortex-tag`; files of the same name
//! without it are something else. Followed are the pages of Cortex's documentation on entity
//! descriptors; there is no public schema. A document is strict where it has `openapi`, `info.title` and
//! `info.x-cortex-tag`, and every block that is read has its shape.
//!
//! `declare` reads the entity itself, `people` those who own it and are called, `relations` what it has to
//! do with others, `objectives` what it promises. Cortex names entities by their tags alone: a tag
//! is taken for a component, in the places of domains and teams for those, and the graph finds what is
//! declared by that name. Entities of custom types are components of that type, but for databases and the
//! like.
//!
//! Left out: `paths` and everything else of OpenAPI, and the blocks that only say under which id
//! another tool knows the entity (`x-cortex-apm`, `x-cortex-k8s`, `x-cortex-sentry` and their like).

#[cfg(test)]
mod corpus_tests;
mod declare;
mod objectives;
mod people;
mod relations;
#[cfg(test)]
mod tests;

use super::{
    ManifestFile, ManifestReading,
    reading::{Documents, Recognition, Remark, name_of, read_documents},
    yaml::{Node, YamlDocument},
};
use crate::limits::ManifestLimits;
use catalog_core::model::Severity;

/// The field that names an entity.
const TAG: &str = "x-cortex-tag";

/// Whether a path is one that Cortex reads.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    matches!(name, "cortex.yaml" | "cortex.yml")
        || (path.starts_with(".cortex/") && (name.ends_with(".yaml") || name.ends_with(".yml")))
}

/// Reads a file as a Cortex descriptor.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    let recognition = Recognition {
        is_ours: |root| info_of(root).and_then(|info| info.stated(TAG)).is_some(),
        has_words: |text| text.contains(TAG),
        empty_is_ours: false,
        advice: |_| None,
    };
    read_documents(file, limits, &recognition, read_document)
}

/// `info`, where it is a mapping.
fn info_of(root: Node<'_>) -> Option<Node<'_>> {
    root.get("info").filter(|info| info.is_mapping())
}

fn read_document<'f>(documents: &mut Documents<'f>, yaml: &YamlDocument<'_>) {
    let root = yaml.root();
    if !root.is_mapping() {
        return documents.refuse(root, "document", "a mapping with `info`");
    }
    let named = info_of(root).and_then(|info| Some((info, info.stated(TAG)?)));
    let Some((info, tag)) = named else {
        return documents.read_one(root.position(), |remarks| {
            let remark = Remark::missing(root, "info.x-cortex-tag").severity(Severity::Warning);
            remarks.push(remark);
            None
        });
    };
    if documents.is_skeleton([tag]) {
        return;
    }
    let (file, limits) = (documents.file, documents.limits);
    documents.read_one(root.position(), |remarks| declare::declare(root, info, tag, file, remarks, limits));
}
