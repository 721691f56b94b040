//! What a document means.

use catalog_core::model::{
    Declaration, DiagnosticCode, EntityRef, Field, Link, Located, NeedTerms, RelationKind, Spelling,
};

use super::COMPONENT_ARI;
use crate::{
    limits::ManifestLimits,
    manifest::{
        normal::{entity_name, link_type_of, tier_of},
        reading::{LABELS_MAX, RELATIONS_MAX, Reader, Remark, Remarks, Stated, literal_ref, quoted},
        yaml::Node,
    },
};

/// Reads a document; `None` where the name of the component cannot be read.
pub(super) fn read(
    root: Node<'_>,
    remarks: &mut Remarks<'_>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let name_node = root.stated("name")?;
    let name = name_node.scalar()?;
    let of = |name: &str| EntityRef::new("component", EntityRef::DEFAULT_NAMESPACE, name);
    let Some(entity) = entity_name(name).and_then(|name| of(&name).ok()) else {
        if !name.is_empty() {
            let message = format!("`name` is {}, expected a name with letters or digits", quoted(name));
            remarks.push(Remark::new(DiagnosticCode::FieldFormat, name_node, message));
        }
        return None;
    };
    let spelling = Spelling { kind: "Component".into(), namespace: None, name: name.into() };
    let mut reader =
        Reader::new(Declaration::new(entity, spelling, name_node.position()), remarks, limits).judged();
    // A display name that is no entity's name is a title as well.
    if let Ok(literal) = literal_ref("component", name)
        && literal != reader.declaration.entity
    {
        reader.declaration.aliases.push(Located::new(literal, name_node.position()));
        reader.declaration.title = reader.one_text(root, "name", Field::Title);
    }
    // What is no identifier names nothing that others could refer to.
    let id = reader.one_text(root, "id", Field::Aliases).filter(|id| id.value.starts_with(COMPONENT_ARI));
    if let Some(id) = id {
        if let Ok(alias) = literal_ref("component", &id.value) {
            reader.declaration.aliases.push(Located::new(alias, id.position));
        }
        reader.declaration.declared_as = Some(id.value);
    }
    reader.annotate_text(root, "immutableLocalKey", "compass.atlassian.com/immutable-local-key");
    reader.declaration.description = reader.one_text(root, "description", Field::Description);
    reader.cut_description();
    reader.declaration.entity_type = reader.one_text(root, "typeId", Field::Type).map(|mut word| {
        word.value = word.value.to_ascii_lowercase().replace('_', "-").into();
        word
    });
    if let Some(owner) = root.stated("ownerId") {
        reader.state_owner(owner, "ownerId");
    }
    if let Some(fields) = root.get("fields") {
        read_fields(&mut reader, fields);
    }
    read_links(&mut reader, root);
    let limit = reader.limits.entity_labels_max;
    let labels = reader.list(root, "labels", Field::Tags, limit, LABELS_MAX);
    let tags = labels.into_iter().filter_map(|tag| reader.text(tag)).filter(|tag| !tag.value.is_empty());
    reader.declaration.tags = tags.collect();
    if let Some(relationships) = root.get("relationships") {
        read_relationships(&mut reader, relationships);
    }
    read_custom_fields(&mut reader, root);
    if let Some(catalog) = root.get("catalog") {
        reader.take_additions(catalog, "catalog");
    }
    Some(reader.finish())
}

fn read_fields(reader: &mut Reader<'_, '_>, fields: Node<'_>) {
    // What is wrong with a tier was said with the shape of the document.
    if let Some(node) = fields.stated("tier") {
        let text = reader.text(node);
        match text.as_ref().and_then(|text| tier_of(&text.value)) {
            Some(tier) => reader.declaration.tier = Some(Located::new(tier, node.position())),
            None => {
                reader.declaration.unread.push(Field::Tier);
                reader.annotate_text(fields, "tier", "compass.atlassian.com/tier");
            }
        }
    }
    // Compass lets an organisation have lifecycles of its own, so an unknown one is no fault of the file's.
    if let Some(lifecycle) = fields.stated("lifecycle") {
        reader.take_lifecycle(lifecycle, "fields.lifecycle");
    }
    reader.annotate_text(fields, "isMonorepoProject", "compass.atlassian.com/is-monorepo-project");
}

fn read_links(reader: &mut Reader<'_, '_>, root: Node<'_>) {
    let limit = reader.limits.entity_labels_max;
    for item in reader.list(root, "links", Field::Links, limit, LABELS_MAX) {
        let Some(url) = item.get("url").and_then(|node| reader.text(node)) else { continue };
        if url.value.trim().is_empty() {
            continue;
        }
        let title = item.get("name").and_then(|node| reader.text(node)).map(|name| name.value);
        let link_type = item.stated("type").and_then(Node::scalar);
        let link = Link {
            url: url.value,
            title: title.filter(|title| !title.trim().is_empty()),
            link_type: link_type.map(|word| link_type_of(word).into()),
        };
        reader.declaration.links.push(Located::new(link, url.position));
    }
}

/// Reads the relations by their names: `DEPENDS_ON`, `CHILD_OF`, and others as Compass calls them.
fn read_relationships(reader: &mut Reader<'_, '_>, relationships: Node<'_>) {
    for entry in relationships.entries() {
        let Some(label) = entry.key.scalar() else { continue };
        let (stated, label_kept) = match label {
            "DEPENDS_ON" => (Stated::DEPENDS_ON, None),
            "CHILD_OF" => (Stated::from(Field::SubcomponentOf, RelationKind::PartOf), None),
            _ => (Stated::RELATED, Some(label.into())),
        };
        let terms = NeedTerms { label: label_kept, ..NeedTerms::default() };
        let before = reader.declaration.relations.len();
        let room = reader.limits.entity_relations_max.saturating_sub(before);
        let items = reader.list(relationships, label, stated.field, room, RELATIONS_MAX);
        for (index, item) in items.into_iter().enumerate() {
            let name = format!("relationships.{label}[{index}]");
            let Some(text) = reader.text(item).filter(|text| !text.value.is_empty()) else { continue };
            if text.value.contains("://") {
                let message =
                    format!("`{name}` is {}, expected the identifier of a component", quoted(&text.value));
                reader.remarks.push(Remark::new(DiagnosticCode::RefSyntax, item, message));
                continue;
            }
            match literal_ref("component", &text.value) {
                Ok(other) => reader.state(stated, other, item, &name, Some(terms.clone())),
                Err(error) => reader.say_no_reference(item, &name, &text.value, error),
            }
        }
    }
}

/// Keeps every custom field that has a value as an annotation.
fn read_custom_fields(reader: &mut Reader<'_, '_>, root: Node<'_>) {
    let limit = reader.limits.entity_labels_max;
    for item in reader.list(root, "customFields", Field::Annotations, limit, LABELS_MAX) {
        let name = item.get("name").and_then(Node::scalar).and_then(entity_name);
        if let Some(name) = name {
            let key = format!("compass.atlassian.com/{}", name.to_ascii_lowercase());
            reader.annotate_text(item, "value", &key);
        }
    }
}
