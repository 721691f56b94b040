//! `journey`: the entities that a journey passes through, in their order.

use std::collections::HashSet;

use catalog_core::model::{DeclaredRelation, DiagnosticCode, Field, RelationEnd, RelationKind};

use crate::manifest::{
    reading::{RELATIONS_MAX, Reader, Remark, quoted, read_ref},
    yaml::{Node, Shape},
};

/// Reads the hops of a journey. Each stands in it once: a way that comes back is named where it first passes.
pub(super) fn read_journey(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str) {
    const NAME: &str = "journey";
    let before = reader.declaration.relations.len();
    let room = reader.limits.entity_relations_max.saturating_sub(before);
    let Some(node) = spec.stated(NAME) else { return };
    if node.shape() == Shape::Mapping {
        reader.value_unknown(node, &format!("{at}.{NAME}"), "a list of references, in their order");
        reader.declaration.unread.push(Field::Journey);
        return;
    }
    let mut seen = HashSet::new();
    let items = reader.list(spec, NAME, Field::Journey, room, RELATIONS_MAX);
    let count = items.len();
    for (index, node) in items.into_iter().enumerate() {
        let name = format!("{at}.{NAME}[{index}]");
        let Some(text) = reader.text(node).filter(|text| !text.value.is_empty()) else {
            let message = format!("`{name}` is {}, expected a reference", node.described());
            reader.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
            continue;
        };
        let Some(hop) = read_ref(reader, node, &text.value, &name, None, Some("component")) else {
            continue;
        };
        if !seen.insert(hop.clone()) {
            let message = format!(
                "`{name}` names {} again, expected each entity once; the first place stands",
                quoted(&hop.short())
            );
            let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
            reader.remarks.push(remark.suggest("leave it out here: a way that comes back is the same way"));
            continue;
        }
        // An entity may pass through itself: a gateway tells the journey that begins with it.
        reader.declaration.relations.push(DeclaredRelation {
            field: Field::Journey,
            kind: RelationKind::PassesThrough,
            subject: RelationEnd::From,
            other: hop,
            position: node.position(),
            class: reader.relation_class,
            terms: None,
        });
    }
    if count < 2 && !reader.declaration.unread.contains(&Field::Journey) {
        let found = if count == 0 { "no hop" } else { "one hop only" };
        let message = format!("`{at}.{NAME}` has {found}, expected two or more entities in their order");
        reader.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, node, message));
    }
}
