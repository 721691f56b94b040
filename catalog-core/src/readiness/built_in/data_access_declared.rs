//! That it is said what data an entity holds, and what for it comes at the data of others.

use std::collections::BTreeMap;

use crate::{
    graph::{Entity, Relation},
    model::RelationEnd,
};

use super::{Answer, Asked, BuiltIn};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "data-access-declared",
    title: "data and the access to it are declared",
    why: "Whoever cannot say what data is used for can neither protect it nor answer for it.",
    remedy: "State `spec.dataClass` on what holds data, and `purpose` on each of `spec.needs` that comes at data.",
    takes: &[],
    check,
};

/// Types of resources that hold data by what they are, and so must say which classes; `none` is one.
pub const HOLDS_DATA_TYPES: [&str; 14] = [
    "bucket",
    "data-lake",
    "data-warehouse",
    "database",
    "dataset",
    "file-share",
    "object-store",
    "queue",
    "s3-bucket",
    "search-index",
    "storage",
    "stream",
    "table",
    "topic",
];

/// Classes of data that everybody may come at.
const HARMLESS: [&str; 2] = ["none", "public"];

fn check(asked: Asked<'_, '_>) -> Answer {
    let entity = asked.entity;
    let is_store = || {
        let known =
            |entity_type: &str| HOLDS_DATA_TYPES.iter().any(|known| known.eq_ignore_ascii_case(entity_type));
        entity.name().kind() == "resource" && entity.entity_type().is_some_and(known)
    };
    if entity.data_classes().is_empty() && is_store() {
        let entity_type = entity.entity_type().unwrap_or_default();
        return Answer::failed(format!(
            "it is a {entity_type}, and does not say what classes of data it holds"
        ))
        .at(asked.place());
    }
    // By holder: one entity may need another in several ways, and says once what for.
    let mut needed: BTreeMap<u32, Need<'_>> = BTreeMap::new();
    for relation in needs_of(entity) {
        let holder = other_end(relation, entity);
        if let Some(classes) = sensitive(holder) {
            let need =
                needed.entry(holder.index()).or_insert(Need { holder, classes, relation, says: false });
            need.says |= relation.terms().any(|(terms, _)| terms.purpose.is_some());
        }
    }
    let silent: Vec<&Need<'_>> = needed.values().filter(|need| !need.says).collect();
    if !silent.is_empty() {
        let named: Vec<String> = silent
            .iter()
            .take(5)
            .map(|need| format!("`{}` ({})", need.holder.name().short(), need.classes))
            .collect();
        let more = silent.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let origins = silent.iter().take(5).filter_map(|need| need.relation.sources().next());
        return Answer::failed(format!("it does not say what it needs {}{more} for", named.join(", ")))
            .at(origins.map(|source| source.origin()).collect::<Vec<_>>());
    }
    asked.passed(|| {
        let reason = match needed.len() {
            0 => "it comes at no data itself".to_owned(),
            1 => "it says what it needs the one holder of data for that it comes at".to_owned(),
            holders => format!("it says what it needs each of {holders} holders of data for"),
        };
        (reason, asked.place())
    })
}

struct Need<'g> {
    holder: Entity<'g>,
    classes: String,
    relation: Relation<'g>,
    says: bool,
}

/// The relations in which an entity needs another one itself.
fn needs_of<'g>(entity: Entity<'g>) -> impl Iterator<Item = Relation<'g>> {
    let stated = entity.outgoing().filter(|relation| relation.kind().needy_end() == Some(RelationEnd::From));
    let provided = entity.incoming().filter(|relation| relation.kind().needy_end() == Some(RelationEnd::To));
    stated.chain(provided)
}

fn other_end<'g>(relation: Relation<'g>, entity: Entity<'g>) -> Entity<'g> {
    if relation.from() == entity { relation.to() } else { relation.from() }
}

/// The classes of data that an entity holds and that not everybody may come at, in words.
fn sensitive(holder: Entity<'_>) -> Option<String> {
    let is_sensitive =
        |class: &&str| !HARMLESS.iter().any(|harmless| harmless.eq_ignore_ascii_case(class.trim()));
    let classes = holder.data_classes().iter().map(|class| &**class);
    let classes: Vec<&str> = classes.filter(is_sensitive).collect();
    (!classes.is_empty()).then(|| classes.join(", "))
}
