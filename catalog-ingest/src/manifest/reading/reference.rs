//! References to other entities, as the formats that follow Backstage write them.

use catalog_core::model::{DiagnosticCode, EntityRef, EntityRefError, Field, Located, RefDefaults};

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

impl Reader<'_, '_> {
    /// Says that a text names no entity.
    pub(crate) fn say_no_reference(&mut self, node: Node<'_>, name: &str, text: &str, error: EntityRefError) {
        let message = format!("`{name}` is {}: {error}", quoted(text));
        self.remarks.push(Remark::new(DiagnosticCode::RefSyntax, node, message));
    }

    /// The entity that a text names literally; `None` where it is longer than a name can be.
    pub(crate) fn entity_named(
        &mut self,
        node: Node<'_>,
        kind: &str,
        text: &str,
        name: &str,
    ) -> Option<EntityRef> {
        match literal_ref(kind, text) {
            Ok(entity) => Some(entity),
            Err(error) => {
                self.say_no_reference(node, name, text, error);
                None
            }
        }
    }

    /// Adds a name by which references may mean the entity, unless it has that name anyway.
    pub(crate) fn add_alias(&mut self, node: Node<'_>, kind: &str, text: &str, name: &str) {
        let Some(alias) = self.entity_named(node, kind, text, name) else { return };
        let is_known = alias == self.declaration.entity
            || self.declaration.aliases.iter().any(|known| known.value == alias);
        if !is_known && self.has_room(node, self.declaration.aliases.len(), name, Field::Aliases) {
            self.declaration.aliases.push(Located::new(alias, node.position()));
        }
    }
}

/// The entity of a kind by a name as it is written in a reference.
pub(crate) fn literal_ref(kind: &str, name: &str) -> Result<EntityRef, EntityRefError> {
    let name = name.trim();
    if name.len() > EntityRef::BYTES_MAX {
        return Err(EntityRefError::TooLong);
    }
    EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, name)
}
