//! What an entity of Port has to do with others, by the mapping of its relations.

use catalog_core::model::{DiagnosticCode, Field, NeedTerms, RelationKind, Severity};

use crate::{
    manifest::{
        reading::{RELATIONS_MAX, Reader, Remark, Stated, is_email},
        yaml::{Entry, Node, Shape},
    },
    port_mapping::{PortMapping, PortRelation},
};

/// Reads `relations`: from the name of each to one identifier or a list of them.
pub(super) fn read_relations(reader: &mut Reader<'_, '_>, node: Node<'_>, mapping: &PortMapping, kind: &str) {
    let Some(relations) = node.stated("relations") else { return };
    if !relations.is_mapping() {
        reader.say_wrong_type(relations, "relations", "a mapping from the name of a relation to identifiers");
        reader.declaration.unread.extend([Field::Owner, Field::DependsOn, Field::System, Field::Related]);
        return;
    }
    for entry in relations.entries().take(reader.limits.entity_relations_max) {
        read_relation(reader, entry, "relations.", mapping, kind);
    }
}

/// Reads one relation, whose name messages show after `prefix`.
pub(super) fn read_relation(
    reader: &mut Reader<'_, '_>,
    entry: Entry<'_>,
    prefix: &str,
    mapping: &PortMapping,
    kind: &str,
) {
    let Some(key) = entry.key.scalar().filter(|key| !key.is_empty()) else { return };
    let key = reader.without_secret(entry.key, key);
    let at = format!("{prefix}{key}");
    let meaning = mapping.relation(&key);
    let relation = meaning.map_or(Stated::RELATED, |meaning| stated_by(meaning, kind));
    let target = mapping.target_kind(&key);
    let label = meaning.is_none().then(|| key.clone());
    let items: Vec<Node<'_>> = match entry.value.shape() {
        Shape::Sequence => {
            let (count, limit) = (entry.value.items().len(), reader.limits.entity_relations_max);
            if !reader.is_within(entry.value, count, limit, RELATIONS_MAX, &at, relation.field) {
                return;
            }
            entry.value.items().collect()
        }
        Shape::Mapping => {
            // A search is a good value, whose outcome nobody but Port knows.
            let message = format!("`{at}` is a search, which is not followed");
            let remark = Remark::new(DiagnosticCode::ValueUnknown, entry.value, message);
            reader.remarks.push(remark.severity(Severity::Note));
            return;
        }
        Shape::Scalar(_) => vec![entry.value],
    };
    let is_choice = meaning == Some(PortRelation::DeployedTo) && items.len() > 1;
    for item in items.into_iter().filter(|item| !item.is_null()) {
        let Some(text) = reader.node_text(item, &at, Some(relation.field)) else { continue };
        let other_kind = match meaning {
            Some(PortRelation::OwnedBy | PortRelation::Members) if is_email(&text.value) => "user",
            Some(meaning) => kind_at_other_end(meaning, target),
            None => target.unwrap_or("component"),
        };
        if let Some(other) = reader.entity_named(item, other_kind, &text.value, &at) {
            let any_of = is_choice.then_some(PLACES);
            let terms = NeedTerms { label: label.clone(), any_of, ..NeedTerms::default() };
            reader.state(relation, other, item, &at, Some(terms));
        }
    }
}

/// The group of the places of which one that works is enough, beyond the groups of our own additions.
const PLACES: u16 = 1 << 15;

fn stated_by(meaning: PortRelation, kind: &str) -> Stated {
    match meaning {
        PortRelation::OwnedBy => Stated::OWNER,
        PortRelation::DependsOn => Stated::DEPENDS_ON,
        // Systems and domains are parts of domains, everything else of systems.
        PortRelation::PartOf if matches!(kind, "system" | "domain") => {
            Stated::from(Field::Domain, RelationKind::PartOf)
        }
        PortRelation::PartOf => Stated::SYSTEM,
        PortRelation::ConsumesApi => Stated::from(Field::ConsumesApis, RelationKind::ConsumesApi),
        PortRelation::ProvidesApi => Stated::from(Field::ProvidesApis, RelationKind::ProvidesApi),
        PortRelation::DeployedTo => Stated::from(Field::DeployedTo, RelationKind::DeployedTo),
        PortRelation::MemberOf => Stated::from(Field::MemberOf, RelationKind::MemberOf),
        PortRelation::Members => Stated::MEMBER,
        PortRelation::ChildOf => Stated::from(Field::Parent, RelationKind::ChildOf),
    }
}

/// The kind of what stands at the other end, where `target` is what the relation's name says of it.
fn kind_at_other_end(meaning: PortRelation, target: Option<&'static str>) -> &'static str {
    match meaning {
        PortRelation::OwnedBy => target.filter(|kind| matches!(*kind, "group" | "user")).unwrap_or("group"),
        PortRelation::DependsOn => target.unwrap_or("component"),
        PortRelation::PartOf => target.unwrap_or("system"),
        PortRelation::ConsumesApi | PortRelation::ProvidesApi => "api",
        PortRelation::DeployedTo => target.unwrap_or("resource"),
        PortRelation::Members => target.unwrap_or("user"),
        PortRelation::MemberOf | PortRelation::ChildOf => "group",
    }
}
