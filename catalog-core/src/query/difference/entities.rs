//! Entities that come, go, or are said to be something else.

use rustc_hash::FxHashSet;

use crate::{
    graph::{Entity, Relation},
    model::{Located, Objective, RelationKind},
};

use super::GraphDifference;

/// An entity of both graphs of which something else is said.
#[derive(Clone, Debug)]
pub struct EntityChange<'b, 'a> {
    /// As the graph before has it.
    pub before: Entity<'b>,
    /// As the graph after has it.
    pub after: Entity<'a>,
    /// What is different, in the order of [`ChangedField::ALL`]; at least one.
    pub fields: Vec<FieldChange>,
}

/// What is said otherwise of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// What.
    pub field: ChangedField,
    /// As it was; `None` where nothing was said.
    pub before: Option<String>,
    /// As it is; `None` where nothing is said.
    pub after: Option<String>,
}

/// A field of an entity that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangedField {
    /// Why it is in the graph: declared, or only named.
    Standing,
    /// Its kind as declared.
    Kind,
    /// `spec.type`.
    Type,
    /// `spec.lifecycle`.
    Lifecycle,
    /// `spec.tier`.
    Tier,
    /// The owner that answers for it.
    Owner,
    /// The system, or for a system the domain, that it is a part of.
    System,
    /// `spec.slo`.
    Objectives,
    /// `spec.dataClass`.
    DataClasses,
}

impl ChangedField {
    /// All fields, in the order in which changes list them.
    pub const ALL: [Self; 9] = [
        Self::Standing,
        Self::Kind,
        Self::Type,
        Self::Lifecycle,
        Self::Tier,
        Self::Owner,
        Self::System,
        Self::Objectives,
        Self::DataClasses,
    ];

    /// The field in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Kind => "kind",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Tier => "tier",
            Self::Owner => "owner",
            Self::System => "system",
            Self::Objectives => "objectives",
            Self::DataClasses => "dataClasses",
        }
    }

    /// What an entity says in this field.
    fn value(self, entity: Entity<'_>) -> Option<String> {
        let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(", "));
        match self {
            Self::Standing => Some(entity.standing().name().to_owned()),
            Self::Kind => Some(entity.kind().to_owned()),
            Self::Type => entity.entity_type().map(str::to_owned),
            Self::Lifecycle => entity.lifecycle().map(str::to_owned),
            Self::Tier => entity.tier().map(|tier| tier.number().to_string()),
            Self::Owner => entity.owner().map(|owner| owner.name().to_string()),
            Self::System => entity.system().map(|system| system.name().to_string()),
            Self::Objectives => joined(promises(entity.objectives())),
            Self::DataClasses => joined(entity.data_classes().iter().map(ToString::to_string).collect()),
        }
    }
}

fn promises(objectives: &[Located<Objective>]) -> Vec<String> {
    let promises = objectives.iter().map(|objective| &objective.value);
    promises.map(|promise| format!("{} {}", promise.indicator, promise.target)).collect()
}

/// Compares all entities. What is the same is found to be so without a copy of it.
pub(super) fn compare(difference: &mut GraphDifference<'_, '_>) {
    let moved = moved(difference);
    for number in 0..difference.pairing.len() {
        let pair = difference.pair(number);
        if !difference.can_differ(pair) {
            continue;
        }
        match (pair.before, pair.after) {
            (Some(before), Some(after)) if moved.contains(&number) || !is_same(difference, before, after) => {
                let change = |field: ChangedField| FieldChange {
                    field,
                    before: field.value(before),
                    after: field.value(after),
                };
                let fields: Vec<FieldChange> =
                    ChangedField::ALL.map(change).into_iter().filter(|one| one.before != one.after).collect();
                if !fields.is_empty() {
                    difference.changed.push(EntityChange { before, after, fields });
                }
            }
            (Some(before), None) => difference.removed.push(before),
            (None, Some(after)) => difference.added.push(after),
            _ => {}
        }
    }
}

/// The pairs that are a part of something else than before: no other's system can be another one.
fn moved(difference: &GraphDifference<'_, '_>) -> FxHashSet<u32> {
    let is_part = |relation: &Relation<'_>| relation.kind() == RelationKind::PartOf;
    let pairing = &difference.pairing;
    let gained = difference.relations_gained.iter().copied().filter(is_part);
    let lost = difference.relations_lost.iter().copied().filter(is_part);
    let gained = gained.map(|relation| pairing.of_after(relation.from().index()));
    gained.chain(lost.map(|relation| pairing.of_before(relation.from().index()))).collect()
}

/// Whether everything but the system is the same.
fn is_same(difference: &GraphDifference<'_, '_>, before: Entity<'_>, after: Entity<'_>) -> bool {
    let pairing = &difference.pairing;
    let of_before = |entity: Entity<'_>| pairing.of_before(entity.index());
    let of_after = |entity: Entity<'_>| pairing.of_after(entity.index());
    let same_promises = || {
        let values = |entity: Entity<'_>| entity.objectives().len();
        values(before) == values(after)
            && before.objectives().iter().zip(after.objectives()).all(|(a, b)| a.value == b.value)
    };
    before.standing() == after.standing()
        && before.kind() == after.kind()
        && before.entity_type() == after.entity_type()
        && before.lifecycle() == after.lifecycle()
        && before.tier() == after.tier()
        && before.owner().map(of_before) == after.owner().map(of_after)
        && same_promises()
        && before.data_classes() == after.data_classes()
}
