//! What an entity has to do with others: dependencies, relationships, and the tree of domains and teams.

use catalog_core::model::{DiagnosticCode, Field, NeedTerms, RelationEnd, RelationKind};

use super::declare::CortexKind;
use crate::manifest::{
    reading::{Reader, Remark, Stated},
    yaml::Node,
};

/// Reads every relation of a descriptor except those to people.
pub(super) fn read_relations(reader: &mut Reader<'_, '_>, info: Node<'_>, kind: CortexKind) {
    read_dependencies(reader, info);
    read_relationships(reader, info);
    let (parent, child) = match kind {
        CortexKind::Team => (
            Stated::from(Field::Parent, RelationKind::ChildOf),
            Stated::to(Field::Children, RelationKind::ChildOf),
        ),
        _ => (
            Stated::from(Field::Domain, RelationKind::PartOf),
            Stated::to(Field::Children, RelationKind::PartOf),
        ),
    };
    let (parent_kind, child_kind) = match kind {
        CortexKind::Team => ("group", "group"),
        _ => ("domain", "component"),
    };
    for (name, stated, kind) in [
        ("x-cortex-parents", parent, parent_kind),
        ("x-cortex-domain-parents", parent, "domain"),
        ("x-cortex-children", child, child_kind),
    ] {
        let items = reader.field_items_or_one(info, "info", name, stated.field, "tag");
        for (index, item) in items.into_iter().enumerate() {
            relate_to_tag(reader, item, &format!("info.{name}[{index}]"), stated, kind, None);
        }
    }
}

fn read_dependencies(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    const NAME: &str = "x-cortex-dependency";
    let items = reader.field_items_or_one(info, "info", NAME, Field::DependsOn, "tag");
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("info.{NAME}[{index}]");
        let mut part = |name| match item.is_mapping() {
            true => reader.field_text(item, &at, name, None),
            false => None,
        };
        let endpoint = match (part("method"), part("path")) {
            (Some(method), Some(path)) => {
                Some(format!("{} {}", method.value.to_ascii_uppercase(), path.value))
            }
            (None, Some(path)) => Some(path.value.into()),
            (Some(method), None) => Some(method.value.to_ascii_uppercase()),
            (None, None) => None,
        };
        let terms = NeedTerms { endpoint: endpoint.map(Into::into), ..NeedTerms::default() };
        relate_to_tag(reader, item, &at, Stated::DEPENDS_ON, "component", Some(terms));
    }
}

fn read_relationships(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    const NAME: &str = "x-cortex-relationships";
    for (index, item) in reader.field_items(info, "info", NAME, Field::Related).into_iter().enumerate() {
        let at = format!("info.{NAME}[{index}]");
        if !reader.expect_mapping(item, &at, "a mapping with `type` and `destinations`", Field::Related) {
            continue;
        }
        let label = reader.field_text(item, &at, "type", Some(Field::Related));
        if label.is_none() && item.stated("type").is_none() {
            reader.say_missing(item, &format!("{at}.type"), "add `type: …`");
        }
        let label = label.map(|label| label.value);
        for (name, subject) in [("destinations", RelationEnd::From), ("sources", RelationEnd::To)] {
            let related = Stated { field: Field::Related, kind: RelationKind::RelatedTo, subject };
            let ends = reader.field_items(item, &at, name, Field::Related);
            for (index, end) in ends.into_iter().enumerate() {
                let terms = NeedTerms { label: label.clone(), ..NeedTerms::default() };
                relate_to_tag(
                    reader,
                    end,
                    &format!("{at}.{name}[{index}]"),
                    related,
                    "component",
                    Some(terms),
                );
            }
        }
    }
}

/// States a relation with the entity whose tag an item names: a mapping with `tag`, or the tag alone.
fn relate_to_tag(
    reader: &mut Reader<'_, '_>,
    item: Node<'_>,
    at: &str,
    relation: Stated,
    kind: &str,
    terms: Option<NeedTerms>,
) {
    let node = if item.is_mapping() {
        let Some(tag) = item.stated("tag") else {
            let remark = Remark::new(DiagnosticCode::MissingField, item, format!("`{at}` has no `tag`"));
            reader.remarks.push(remark.problem(format!("{at}.tag is missing")).suggest("add `tag: …`"));
            return;
        };
        tag
    } else {
        reader.say_wrong_type(item, at, "a mapping with `tag`");
        item
    };
    let name = format!("{at}.tag");
    // A bare value that is no text was said to be wrong before.
    let text = match item.is_mapping() {
        true => reader.node_text(node, &name, Some(relation.field)),
        false => reader.text(node).filter(|text| !text.value.trim().is_empty()),
    };
    let Some(text) = text else {
        reader.declaration.unread.push(relation.field);
        return;
    };
    if let Some(other) = reader.entity_named(node, kind, &text.value, &name) {
        reader.state(relation, other, node, &name, terms);
    }
}
