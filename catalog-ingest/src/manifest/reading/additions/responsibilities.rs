//! `responsibilities`: who watches an entity, sets its objectives, decides on its breaking changes, and
//! answers for its service level, where that is not its owner.

use catalog_core::model::{DiagnosticCode, EntityRef, Field, RelationKind};

use crate::manifest::{
    reading::{Reader, Remark, Stated, is_email, quoted, read_ref},
    yaml::{Node, Shape},
};

/// The responsibilities by the keys that state them; the first key of each is the one to write.
const KEYS: [(RelationKind, &[&str]); 4] = [
    (RelationKind::MonitoredBy, &["monitoring"]),
    (RelationKind::ObjectivesSetBy, &["objectives"]),
    (
        RelationKind::BreakingChangesDecidedBy,
        &["breakingChanges", "breakingChange", "breaking-changes", "breaking-change"],
    ),
    (RelationKind::ServiceLevelAnsweredBy, &["serviceLevel", "service-level"]),
];

/// What people write instead of a key: a part of the word in lower case, with the key.
const MEANT: [(&str, &str); 9] = [
    ("monitor", "monitoring"),
    ("watch", "monitoring"),
    ("observ", "monitoring"),
    ("objectiv", "objectives"),
    ("slo", "objectives"),
    ("break", "breakingChanges"),
    ("chang", "breakingChanges"),
    ("level", "serviceLevel"),
    ("sla", "serviceLevel"),
];

const EXPECTED: &str = "`monitoring`, `objectives`, `breakingChanges` or `serviceLevel`";

/// Reads who is responsible for what of an entity, each a group or a person, or a list of those.
pub(super) fn read_responsibilities(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str) {
    let Some(node) = spec.stated("responsibilities") else { return };
    let at = format!("{at}.responsibilities");
    if node.shape() != Shape::Mapping {
        reader.value_unknown(node, &at, "a mapping as in `{ monitoring: group:sre }`");
        reader.declaration.unread.push(Field::Responsibilities);
        return;
    }
    for entry in node.entries() {
        let key = entry.key.scalar().unwrap_or_default();
        let found = KEYS.into_iter().find(|(_, keys)| keys.contains(&key));
        let Some((kind, _)) = found else {
            say_unknown_key(reader, entry.key, key, &at);
            continue;
        };
        read_holders(reader, entry.value, kind, &format!("{at}.{key}"));
    }
}

fn say_unknown_key(reader: &mut Reader<'_, '_>, node: Node<'_>, key: &str, at: &str) {
    let message = format!("`{at}` has the key {}, expected {EXPECTED}", quoted(key));
    let folded = key.to_ascii_lowercase();
    let meant = MEANT.into_iter().find(|(part, _)| folded.contains(part));
    let suggestion = meant.map(|(_, key)| format!("write `{key}`"));
    let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message).suggest_maybe(suggestion);
    reader.remarks.push(remark);
}

fn read_holders(reader: &mut Reader<'_, '_>, node: Node<'_>, kind: RelationKind, name: &str) {
    let stated = Stated::from(Field::Responsibilities, kind);
    let items: Vec<(Node<'_>, String)> = match node.shape() {
        Shape::Sequence => {
            node.items().enumerate().map(|(index, item)| (item, format!("{name}[{index}]"))).collect()
        }
        _ => vec![(node, name.to_owned())],
    };
    if items.is_empty() || node.is_null() {
        let message = format!("`{name}` names nobody, expected a group or a person");
        let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
        reader.remarks.push(remark.suggest("leave it out, so that the entity's owner has it"));
        return;
    }
    for (item, name) in items {
        if let Some(holder) = read_holder(reader, item, &name) {
            reader.state(stated, holder, item, &name, None);
        }
        // What is over the limit on relations was said, and is not read to its end.
        if reader.declaration.unread.contains(&Field::Responsibilities) {
            break;
        }
    }
}

/// Reads a group or a person: a reference without a kind is a group, an e-mail address a person.
fn read_holder(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str) -> Option<EntityRef> {
    let Some(text) = reader.text(node).filter(|text| !text.value.trim().is_empty()) else {
        reader.value_unknown(node, name, "a group or a person, as in `group:sre`");
        return None;
    };
    let text = text.value.trim();
    if is_email(text) {
        return EntityRef::new("user", EntityRef::DEFAULT_NAMESPACE, text).ok();
    }
    let holder = read_ref(reader, node, text, name, None, Some("group"))?;
    if matches!(holder.kind(), "group" | "user") {
        return Some(holder);
    }
    let message = format!("`{name}` is {}, expected a group or a person", quoted(text));
    let suggestion = format!("name the team, as in `group:{}`", holder.name());
    reader.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, node, message).suggest(suggestion));
    None
}
