//! The catalog's own additions: `tier`, `slo`, `needs`, `deployedTo`, `dataClass`, `responsibilities` and
//! `journey`.
//!
//! They stand in Backstage's `spec`, and under `catalog` in the extension place of other formats. Those who
//! wrote the formats ignore them, so nothing here is a reason to refuse a document.

mod journey;
mod needs;
mod responsibilities;

use catalog_core::model::{
    DiagnosticCode, Field, Located, NeedTerms, Objective, RelationClass, RelationKind,
};

use self::{journey::read_journey, needs::read_needs, responsibilities::read_responsibilities};
use super::{LABELS_MAX, RELATIONS_MAX, Reader, Remark, Stated, read_ref};
use crate::manifest::{
    normal::tier_of,
    yaml::{Node, Shape},
};

/// Numbers the groups of needs that stand in for each other, from 0 in each document.
#[derive(Default)]
pub(crate) struct AnyOfNumbers(u16);

impl AnyOfNumbers {
    /// A number that no other group of the document has.
    pub(crate) fn next(&mut self) -> u16 {
        let number = self.0;
        self.0 = self.0.saturating_add(1);
        number
    }
}

/// The key under which the additions stand in the extension place of other formats.
pub(crate) const ADDITIONS_KEY: &str = "catalog";

/// The additions by the keys that state them.
const ADDITIONS: [(&str, Field); 7] = [
    ("tier", Field::Tier),
    ("slo", Field::Slo),
    ("needs", Field::Needs),
    ("deployedTo", Field::DeployedTo),
    ("dataClass", Field::DataClass),
    ("responsibilities", Field::Responsibilities),
    ("journey", Field::Journey),
];

impl Reader<'_, '_> {
    /// Reads the additions out of the extension place of a format, which diagnostics call `at`. What they
    /// state is believed before the format's own fields, and listed.
    pub(crate) fn take_additions(&mut self, node: Node<'_>, at: &str) {
        if node.is_null() {
            return;
        }
        if !node.is_mapping() {
            let message = format!("`{at}` is {}, expected a mapping", node.described());
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
            return;
        }
        let given = ADDITIONS.into_iter().filter(|(name, _)| node.stated(name).is_some());
        let given: Vec<Field> = given.map(|(_, field)| field).collect();
        // What the format's own field left unread does not matter where an addition says it.
        self.declaration.unread.retain(|field| !given.contains(field));
        read_additions(self, node, at);
        let unread = &self.declaration.unread;
        self.declaration.additions.extend(given.into_iter().filter(|field| !unread.contains(field)));
    }
}

/// Reads every addition of a document out of the mapping `spec`, which diagnostics call `at`.
pub(crate) fn read_additions(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str) {
    let mut any_of = AnyOfNumbers::default();
    let class = std::mem::replace(&mut reader.relation_class, RelationClass::Declared);
    read_tier(reader, spec, at);
    if let Some(slo) = spec.stated("slo") {
        reader.declaration.objectives = read_objectives(reader, slo, &format!("{at}.slo"), Some(Field::Slo));
    }
    read_needs(reader, spec, at, &mut any_of);
    read_deployed_to(reader, spec, at, &mut any_of);
    read_responsibilities(reader, spec, at);
    read_journey(reader, spec, at);
    reader.relation_class = class;
    let limit = reader.limits.entity_labels_max;
    for class in reader.list_of_ours(spec, at, "dataClass", Field::DataClass, limit, LABELS_MAX) {
        match reader.text(class).filter(|text| !text.value.is_empty()) {
            Some(text) => reader.declaration.data_classes.push(text),
            None => reader.value_unknown(
                class,
                &format!("{at}.dataClass"),
                "the name of a class of data, as in `pii`",
            ),
        }
    }
}

fn read_tier(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str) {
    let Some(node) = spec.stated("tier") else { return };
    match reader.text(node).and_then(|text| tier_of(&text.value)) {
        Some(tier) => reader.declaration.tier = Some(Located::new(tier, node.position())),
        None => {
            reader.value_unknown(node, &format!("{at}.tier"), "a number from 0 (most critical) to 4");
            reader.declaration.unread.push(Field::Tier);
        }
    }
}

/// Reads objectives: a mapping from indicators to targets, or a list of such mappings, where one
/// with `indicator` and `target` states a single objective.
///
/// Gives at most as many as `entity.labels_max` allows. `field` is what becomes unread where the whole
/// is nothing of that.
pub(crate) fn read_objectives(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    name: &str,
    field: Option<Field>,
) -> Vec<Located<Objective>> {
    const EXPECTED: &str = "objectives as in `{ availability: 99.95 }`";
    let groups: Vec<Node<'_>> = match node.shape() {
        Shape::Mapping => vec![node],
        Shape::Sequence => node.items().take(reader.limits.entity_labels_max).collect(),
        Shape::Scalar(_) => {
            reader.value_unknown(node, name, EXPECTED);
            reader.declaration.unread.extend(field);
            return Vec::new();
        }
    };
    let mut objectives = Vec::new();
    let limit = reader.limits.entity_labels_max;
    for group in groups {
        if objectives.len() >= limit {
            break;
        }
        if !group.is_mapping() {
            reader.value_unknown(group, name, EXPECTED);
            continue;
        }
        if let (Some(indicator), Some(target)) = (group.get("indicator"), group.get("target")) {
            let indicator = indicator.text().unwrap_or_default();
            objectives.extend(read_objective(reader, indicator, target, name));
            continue;
        }
        for entry in group.entries().take(limit - objectives.len()) {
            objectives.extend(read_objective(
                reader,
                entry.key.scalar().unwrap_or_default(),
                entry.value,
                name,
            ));
        }
    }
    objectives
}

fn read_objective(
    reader: &mut Reader<'_, '_>,
    indicator: &str,
    target: Node<'_>,
    name: &str,
) -> Option<Located<Objective>> {
    let name = format!("{name}.{indicator}");
    let Some(text) = reader.text(target).filter(|text| !text.value.is_empty() && !indicator.is_empty())
    else {
        reader.value_unknown(target, &name, "a number or a text, as in `99.95` or `300ms`");
        return None;
    };
    let objective = Objective { indicator: indicator.into(), target: text.value };
    if objective.is_availability() && !reader.is_availability(target, &name, &objective.target) {
        return None;
    }
    Some(Located::new(objective, text.position))
}

fn read_deployed_to(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str, any_of: &mut AnyOfNumbers) {
    let before = reader.declaration.relations.len();
    let room = reader.limits.entity_relations_max.saturating_sub(before);
    let places = reader.list_of_ours(spec, at, "deployedTo", Field::DeployedTo, room, RELATIONS_MAX);
    for (index, node) in places.into_iter().enumerate() {
        let name = format!("{at}.deployedTo[{index}]");
        let Some(text) = reader.text(node).filter(|text| !text.value.is_empty()) else {
            let message = format!("`{name}` is {}, expected a reference", node.described());
            reader.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
            continue;
        };
        let Some(other) = read_ref(reader, node, &text.value, &name, None, Some("resource")) else {
            continue;
        };
        let is_new = reader.declaration.relations[before..].iter().all(|relation| relation.other != other);
        if is_new {
            let stated = Stated::from(Field::DeployedTo, RelationKind::DeployedTo);
            reader.push_relation(stated, other, node, &name, None);
        }
    }
    let added = &mut reader.declaration.relations[before..];
    if added.len() > 1 {
        let number = any_of.next();
        for relation in added {
            relation.terms = Some(Box::new(NeedTerms { any_of: Some(number), ..NeedTerms::default() }));
        }
    }
}
