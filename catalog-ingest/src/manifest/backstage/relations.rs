//! The references in `spec`, read into relations.

use catalog_core::model::{Field, Severity};

use super::{
    kind::{FOREIGN_RELATION_FIELDS, KnownKind, RelationField},
    placeholder::is_placeholder,
};
use crate::manifest::{
    reading::{RELATIONS_MAX, Reader, Remark, Stated, read_ref},
    yaml::Node,
};

/// Reads every field of `spec` that states relations; one relation stated twice counts once.
///
/// A reference without a namespace is in the namespace of the entity that states it.
pub(super) fn read_relations(reader: &mut Reader<'_, '_>, spec: Node<'_>, known_kind: Option<KnownKind>) {
    for field in known_kind.map_or(FOREIGN_RELATION_FIELDS, KnownKind::relation_fields) {
        let before = reader.declaration.relations.len();
        read_field(reader, spec, field);
        let count = reader.declaration.relations.len();
        let limit = reader.limits.entity_relations_max;
        if let Some(node) = spec.get(field.name)
            && !reader.is_within(node, count, limit, RELATIONS_MAX, field.name, field.field)
        {
            reader.declaration.relations.truncate(before);
        }
    }
}

fn read_field(reader: &mut Reader<'_, '_>, spec: Node<'_>, field: &RelationField) {
    let Some(node) = spec.stated(field.name) else { return };
    let is_value = node.scalar().is_some() || is_placeholder(node);
    if !is_value && (node.is_mapping() || !field.many) {
        if field.field == Field::DependencyOf {
            say_wrong_type(reader, node, "spec.dependencyOf");
        }
        reader.declaration.unread.push(field.field);
        return;
    }
    let items: Vec<Node<'_>> = if is_value { vec![node] } else { node.items().collect() };
    for (index, item) in items.into_iter().enumerate() {
        let name =
            if is_value { format!("spec.{}", field.name) } else { format!("spec.{}[{index}]", field.name) };
        // No schema covers `dependencyOf`: what is no text fails only when its relation is made.
        if field.field == Field::DependencyOf && item.text().is_none() && !is_placeholder(item) {
            say_wrong_type(reader, item, &name);
        }
        let Some(text) = reader.text(item) else {
            if is_value {
                reader.declaration.unread.push(field.field);
            }
            continue;
        };
        if text.value.is_empty() {
            continue;
        }
        let Some(other) = read_ref(reader, item, &text.value, &name, field.default_kind, None) else {
            if !field.many {
                reader.declaration.unread.push(field.field);
            }
            continue;
        };
        let stated = Stated { field: field.field, kind: field.relation, subject: field.subject };
        if reader.is_new(stated, &other, None) {
            reader.push_relation(stated, other, item, &name, None);
        }
    }
}

fn say_wrong_type(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str) {
    let remark = Remark::wrong_type(node, name, "a text").severity(if node.is_null() {
        Severity::Warning
    } else {
        Severity::Error
    });
    reader.remarks.push(remark);
}
