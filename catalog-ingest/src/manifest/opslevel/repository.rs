//! The meaning of a `repository`: what is said of the repository that holds the file.

use catalog_core::{
    graph::repository_ref,
    model::{Declaration, Field, Located, Spelling},
};

use super::declare::read_tags;
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile,
        reading::{ADDITIONS_KEY, Reader, Remarks},
        yaml::Node,
    },
};

const AT: &str = "repository";
const FIELDS: [&str; 8] =
    ["name", "owner", "tier", "lifecycle", "tags", "description", "properties", "repositories"];

/// Reads what is said of the repository; `None` where its id is too long to be an entity's name.
pub(super) fn declare<'f>(
    section: Node<'_>,
    file: &ManifestFile<'_>,
    remarks: &mut Remarks<'f>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let id = file.repository.as_str();
    let entity = repository_ref(file.repository)?;
    let namespace = Some(entity.namespace().into());
    let spelling = Spelling { kind: "Resource".into(), namespace, name: id.into() };
    let declaration = Declaration::new(entity, spelling, section.position());
    let mut reader = Reader::new(declaration, remarks, limits);
    // OpsLevel names repositories without their host.
    let mut parts: Vec<&str> = id.rsplitn(3, '/').take(2).collect();
    parts.reverse();
    reader.declaration.declared_as = Some(format!("{AT}:{}", parts.join("/")).into());
    reader.declaration.entity_type = Some(Located::new("repository".into(), section.position()));
    reader.note_unknown_fields(section, AT, &FIELDS, "OpsLevel");
    reader.declaration.description = reader.field_text(section, AT, "description", Some(Field::Description));
    reader.cut_description();
    if let Some(lifecycle) = section.stated("lifecycle") {
        reader.take_lifecycle(lifecycle, "repository.lifecycle");
    }
    if let Some(tier) = section.stated("tier") {
        reader.take_tier(tier, "repository.tier");
    }
    if let Some(owner) = section.stated("owner") {
        reader.state_owner(owner, "repository.owner");
    }
    read_tags(&mut reader, section, AT);
    if let Some(additions) = section.stated("properties").and_then(|node| node.get(ADDITIONS_KEY)) {
        reader.take_additions(additions, "repository.properties.catalog");
    }
    Some(reader.finish())
}
