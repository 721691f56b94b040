//! What a document of v3 means.

use catalog_core::model::{
    CodeLocation, Declaration, DiagnosticCode, Field, Located, RelationKind, Spelling,
};

use super::{
    contact::{read_contacts, read_integrations, read_links},
    entity_kind::{kind_of, note_unknown_kind, read_ref},
    entity_schema,
    inheritance::{Inheritance, Inherited},
    service::read_tier,
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        reading::{LABELS_MAX, RELATIONS_MAX, Reader, Remark, Remarks, Stated, quoted, schema::Judge},
        yaml::{Node, YamlDocument},
    },
};

/// The lists of `spec` that name other entities: the relation, and which of its ends this entity is.
const RELATION_FIELDS: [(&str, Stated); 5] = [
    ("dependsOn", Stated::DEPENDS_ON),
    ("dependencyOf", Stated::to(Field::DependencyOf, RelationKind::DependsOn)),
    ("componentOf", Stated::SYSTEM),
    ("components", Stated::to(Field::System, RelationKind::PartOf)),
    ("implementedBy", Stated::to(Field::ProvidesApis, RelationKind::ProvidesApi)),
];

/// Judges and reads a document; `None` where its kind or its name cannot be read.
pub(super) fn read<'p>(
    document: &'p YamlDocument<'p>,
    inheritance: &Inheritance<'p>,
    remarks: &mut Remarks<'_>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let root = document.root();
    entity_schema::judge(root, &mut Judge { remarks, null_is_absent: false });
    let metadata = root.get("metadata").filter(|metadata| metadata.is_mapping())?;
    let kind_node = root.stated("kind")?;
    let name_node = metadata.stated("name")?;
    let (native, name) = (kind_node.scalar()?, name_node.scalar()?);
    let kind = kind_of(native)?;
    let Some(entity) = kind.entity(name) else {
        if !name.is_empty() {
            let message =
                format!("`metadata.name` is {}, expected a name with letters or digits", quoted(name));
            remarks.push(Remark::new(DiagnosticCode::FieldFormat, name_node, message));
        }
        return None;
    };
    let native_name = format!("{}:{name}", native.to_ascii_lowercase());
    let inherited = inheritance.inherited(document.index, root, remarks);
    let spelling = Spelling { kind: kind.shown.into(), namespace: None, name: name.into() };
    let mut reader =
        Reader::new(Declaration::new(entity, spelling, name_node.position()), remarks, limits).judged();
    reader.declaration.declared_as = Some(native_name.into());
    if let Ok(literal) = kind.literal(name)
        && literal != reader.declaration.entity
    {
        reader.declaration.aliases.push(Located::new(literal, name_node.position()));
    }
    if kind.is_unknown {
        note_unknown_kind(&mut reader, kind_node, native);
    }
    let entity_type = kind.entity_type.map(|word| Located::new(word.into(), kind_node.position()));
    reader.declaration.entity_type = entity_type;
    read_metadata(&mut reader, metadata, &inherited);
    if let Some(spec) = root.get("spec").filter(|spec| spec.is_mapping()) {
        read_spec(&mut reader, spec, &native.to_ascii_lowercase());
    }
    if let Some(integrations) = root.get("integrations") {
        read_integrations(&mut reader, integrations);
    }
    if let Some(datadog) = root.get("datadog") {
        read_code_locations(&mut reader, datadog);
        if let Some(pipelines) = datadog.get("pipelines") {
            reader.annotate_text(pipelines, "fingerprints", "datadoghq.com/ci-pipeline-fingerprints");
        }
    }
    if let Some(catalog) = root.get("extensions").and_then(|extensions| extensions.get("catalog")) {
        reader.take_additions(catalog, "extensions.catalog");
    }
    Some(reader.finish())
}

fn read_metadata(reader: &mut Reader<'_, '_>, metadata: Node<'_>, inherited: &Inherited<'_>) {
    let title = reader.one_text(metadata, "displayName", Field::Title);
    reader.declaration.title = title.filter(|title| title.value != reader.declaration.spelling.name);
    reader.declaration.description = reader.one_text(metadata, "description", Field::Description);
    reader.cut_description();
    if let Some(owner) = inherited.owner.and_then(|holder| holder.get("owner")) {
        reader.state_owner(owner, "metadata.owner");
    }
    let limit = reader.limits.entity_labels_max;
    if let Some(holder) = inherited.additional_owners {
        let owners = reader.list(holder, "additionalOwners", Field::Owner, limit, LABELS_MAX);
        for (index, item) in owners.into_iter().enumerate() {
            // A name alone, without a mapping around it, is plain enough.
            let node = if item.is_mapping() { item.get("name") } else { Some(item) };
            if let Some(node) = node.filter(|node| node.scalar().is_some() && !node.is_null()) {
                reader.state_owner(node, &format!("metadata.additionalOwners[{index}].name"));
            }
        }
    }
    if let Some(holder) = inherited.tags {
        let tags = reader.list(holder, "tags", Field::Tags, limit, LABELS_MAX);
        let tags = tags.into_iter().filter_map(|tag| reader.text(tag)).filter(|tag| !tag.value.is_empty());
        reader.declaration.tags = tags.collect();
    }
    if let Some(holder) = inherited.links {
        read_links(reader, holder, "links", None);
    }
    if let Some(holder) = inherited.contacts {
        read_contacts(reader, holder);
    }
    reader.annotate_text(metadata, "id", "datadoghq.com/id");
    reader.annotate_text(metadata, "inheritFrom", "datadoghq.com/inherit-from");
}

fn read_spec(reader: &mut Reader<'_, '_>, spec: Node<'_>, native: &str) {
    read_tier(reader, spec, "tier", "spec.tier");
    if let Some(lifecycle) = spec.stated("lifecycle") {
        reader.take_lifecycle(lifecycle, "spec.lifecycle");
    }
    if native == "api" {
        reader.declaration.entity_type = reader.one_text(spec, "type", Field::Type);
    } else {
        let spec_type = spec.get("type").and_then(Node::scalar).unwrap_or_default();
        if native == "datastore" && spec_type.eq_ignore_ascii_case("cache") {
            reader.declaration.entity_type = reader.one_text(spec, "type", Field::Type);
        }
        reader.annotate_text(spec, "type", "datadoghq.com/type");
    }
    reader.annotate_text(spec, "languages", "datadoghq.com/languages");
    for (list, stated) in RELATION_FIELDS {
        let room = reader.limits.entity_relations_max.saturating_sub(reader.declaration.relations.len());
        let items = reader.list(spec, list, stated.field, room, RELATIONS_MAX);
        for (index, item) in items.into_iter().enumerate() {
            let name = format!("spec.{list}[{index}]");
            let Some(text) = reader.text(item).filter(|text| !text.value.is_empty()) else { continue };
            if let Some(other) = read_ref(reader, item, &text.value, &name) {
                reader.state(stated, other, item, &name, None);
            }
        }
    }
}

/// Reads `codeLocations`: a repository, and globs of paths in it; without paths, the whole of it.
fn read_code_locations(reader: &mut Reader<'_, '_>, datadog: Node<'_>) {
    let limit = reader.limits.entity_labels_max;
    let items = reader.list(datadog, "codeLocations", Field::CodeLocations, limit, LABELS_MAX);
    for (index, item) in items.into_iter().enumerate() {
        let name = format!("datadog.codeLocations[{index}]");
        if !item.is_mapping() {
            let message =
                format!("`{name}` is {}, expected a mapping with `repositoryURL`", item.described());
            reader.remarks.push(Remark::new(DiagnosticCode::WrongType, item, message));
            continue;
        }
        let repository = item.get("repositoryURL").and_then(|node| reader.text(node));
        let repository = repository.filter(|text| !text.value.is_empty());
        let paths = reader.list(item, "paths", Field::CodeLocations, limit, LABELS_MAX);
        if paths.is_empty()
            && let Some(repository) = &repository
            && item.get("paths").is_none_or(|paths| paths.is_null() || paths.items().len() == 0)
        {
            let value = CodeLocation { repository: Some(repository.value.clone()), path: "".into() };
            reader.declaration.code_locations.push(Located::new(value, repository.position));
        }
        for (index, node) in paths.into_iter().enumerate() {
            if reader.declaration.code_locations.len() >= limit {
                return;
            }
            let Some(path) = reader.text(node).filter(|path| !path.value.is_empty()) else { continue };
            if path.value.contains("://") {
                let name = format!("{name}.paths[{index}]");
                reader.value_unknown(node, &name, "a path in the repository, which may be a glob");
                continue;
            }
            let repository = repository.as_ref().map(|repository| repository.value.clone());
            let value = CodeLocation { repository, path: path.value };
            reader.declaration.code_locations.push(Located::new(value, path.position));
        }
    }
}
