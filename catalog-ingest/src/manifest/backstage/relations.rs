//! The references in `spec`, read into relations.

use std::collections::HashSet;

use catalog_core::model::{
    DeclaredRelation, DiagnosticCode, EntityRef, EntityRefError, Field, RefDefaults, RelationClass,
    RelationEnd, RelationKind, Severity,
};

use super::{
    declare::{RELATIONS_MAX, Reader},
    kind::{FOREIGN_RELATION_FIELDS, KnownKind, RelationField},
    placeholder::is_placeholder,
    remark::{Remark, quoted},
};
use crate::manifest::yaml::Node;

/// Reads every field of `spec` that states relations; one relation stated twice counts once.
///
/// A reference without a namespace is in the namespace of the entity that states it.
pub(super) fn read_relations(reader: &mut Reader<'_, '_>, spec: Node<'_>, known_kind: Option<KnownKind>) {
    let mut seen = HashSet::new();
    for field in known_kind.map_or(FOREIGN_RELATION_FIELDS, KnownKind::relation_fields) {
        let before = reader.declaration.relations.len();
        read_field(reader, spec, field, &mut seen);
        let count = reader.declaration.relations.len();
        let limit = reader.limits.entity_relations_max;
        if let Some(node) = spec.get(field.name)
            && !reader.is_within(node, count, limit, RELATIONS_MAX, field.name, field.field)
        {
            reader.declaration.relations.truncate(before);
        }
    }
}

type Seen = HashSet<(RelationKind, RelationEnd, EntityRef)>;

fn read_field(reader: &mut Reader<'_, '_>, spec: Node<'_>, field: &RelationField, seen: &mut Seen) {
    let Some(node) = spec.get(field.name).filter(|node| !node.is_null()) else { return };
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
        if !seen.insert((field.relation, field.subject, other.clone())) {
            continue;
        }
        note_self_reference(reader, item, &name, &other);
        reader.declaration.relations.push(DeclaredRelation {
            field: field.field,
            kind: field.relation,
            subject: field.subject,
            other,
            position: text.position,
            class: RelationClass::Declared,
            terms: None,
        });
    }
}

/// Reads a reference; says what is wrong with it where it cannot be read.
///
/// Where the format wants a kind and the reference has none, a component is assumed, unless
/// `assumed_kind` names another kind that is assumed in silence.
pub(super) fn read_ref(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    text: &str,
    name: &str,
    default_kind: Option<&str>,
    assumed_kind: Option<&str>,
) -> Option<EntityRef> {
    // Additions have an assumed kind, and are no reason for Backstage to refuse anything.
    let is_addition = assumed_kind.is_some();
    let namespace = reader.declaration.entity.namespace().to_owned();
    let parse = |kind| EntityRef::parse(text, RefDefaults { kind, namespace: &namespace });
    let error = match parse(default_kind.or(assumed_kind)) {
        Ok(entity) => return Some(entity),
        Err(error) => error,
    };
    match error {
        EntityRefError::KindMissing => {
            let message = format!("`{name}` is {} without a kind; a component is assumed", quoted(text));
            let remark = Remark::new(DiagnosticCode::AssumedKind, node, message)
                .problem(format!("{name} has no kind"))
                .suggest(format!("write `component:{text}`, or another kind"));
            reader.remarks.push(remark);
            parse(Some("component")).ok()
        }
        EntityRefError::Empty(_) | EntityRefError::TooLong => {
            let message = format!("`{name}` is {}: {error}", quoted(text));
            let mut remark = Remark::new(DiagnosticCode::RefSyntax, node, message);
            if !is_addition && error != EntityRefError::TooLong {
                remark = remark.problem(format!("{name} is not a reference"));
            }
            reader.remarks.push(remark);
            None
        }
    }
}

/// Notes a relation of an entity with itself, which is kept.
pub(super) fn note_self_reference(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    name: &str,
    other: &EntityRef,
) {
    if *other == reader.declaration.entity {
        let message = format!(
            "`{name}` names the entity itself, which is declared on line {}",
            reader.name_position().line
        );
        reader.remarks.push(Remark::new(DiagnosticCode::SelfReference, node, message));
    }
}

fn say_wrong_type(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str) {
    let message = format!("`{name}` is {}, expected a text", node.described());
    let remark = Remark::new(DiagnosticCode::WrongType, node, message)
        .problem(format!("{name} is not valid"))
        .severity(if node.is_null() { Severity::Warning } else { Severity::Error });
    reader.remarks.push(remark);
}
