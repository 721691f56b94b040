//! References to other entities, as the formats that follow Backstage write them.

use catalog_core::model::{DiagnosticCode, EntityRef, EntityRefError, RefDefaults};

use super::{Reader, Remark, quoted};
use crate::manifest::yaml::Node;

/// Reads a reference; says what is wrong with it where it cannot be read.
///
/// Where the format wants a kind and the reference has none, a component is assumed, unless
/// `assumed_kind` names another kind that is assumed in silence.
pub(crate) fn read_ref(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    text: &str,
    name: &str,
    default_kind: Option<&str>,
    assumed_kind: Option<&str>,
) -> Option<EntityRef> {
    // Additions have an assumed kind, and are no reason for Backstage to refuse anything.
    let is_addition = assumed_kind.is_some();
    let namespace = reader.ref_namespace.clone();
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
pub(crate) fn note_self_reference(
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
