//! What manifests say otherwise: entities, relations, and the gaps that this opens and closes.

use catalog_core::{
    gaps::OwnershipGap,
    graph::{Entity, Relation},
    query::{EntityChange, RelationChange},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::place::{ref_of, short, tier_of};

/// Entities that come, go, or are said to be something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityDifferenceReport {
    /// Only after, in the order of their refs.
    pub added: Vec<DifferingEntityReport>,
    /// Only before, in the order of their refs.
    pub removed: Vec<DifferingEntityReport>,
    /// Of both, with what is different.
    pub changed: Vec<EntityChangeReport>,
}

/// An entity that only one of the two has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingEntityReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `declared`, `repository`, `evidence` or `placeholder`.
    pub standing: &'static str,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
}

/// An entity of which something else is said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What is different.
    pub fields: Vec<FieldChangeReport>,
}

/// One thing that is said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChangeReport {
    /// `standing`, `kind`, `type`, `lifecycle`, `tier`, `owner`, `system`, `objectives` or `dataClasses`.
    pub field: &'static str,
    /// As it was; null where nothing was said.
    pub before: Option<String>,
    /// As it is; null where nothing is said.
    pub after: Option<String>,
}

/// Relations that come, go, or are said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationDifferenceReport {
    /// Only after, by `from`, relation and `to`.
    pub gained: Vec<DifferingRelationReport>,
    /// Only before, by `from`, relation and `to`.
    pub lost: Vec<DifferingRelationReport>,
    /// Of both, with what is different.
    pub changed: Vec<RelationChangeReport>,
}

/// A relation as one of the two has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingRelationReport {
    /// Where it starts.
    pub from: String,
    /// Its name seen from there, as in `dependsOn`.
    pub relation: &'static str,
    /// Where it ends.
    pub to: String,
    /// `declared`, `deployed` or `observed`.
    pub class: &'static str,
    /// `hard` or `soft`; means something only where the one needs the other.
    pub strength: &'static str,
    /// Whether it is one of several needs of which one that works is enough.
    pub any_of: bool,
}

/// A relation that is said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationChangeReport {
    /// What is different: `class`, `strength`, `alternatives` (what stands in for the other).
    pub changed: Vec<&'static str>,
    /// As it was.
    pub before: DifferingRelationReport,
    /// As it is.
    pub after: DifferingRelationReport,
}

/// Gaps in ownership that opened and closed, known by code and entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapDifferenceReport {
    /// Only after, worst first.
    pub opened: Vec<DifferingGapReport>,
    /// Only before, worst first.
    pub closed: Vec<DifferingGapReport>,
}

/// A gap that only one of the two has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingGapReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The entity whose ownership it is about.
    #[serde(rename = "ref")]
    pub subject: String,
    /// What was found.
    pub message: String,
}

impl From<Entity<'_>> for DifferingEntityReport {
    fn from(entity: Entity<'_>) -> Self {
        Self {
            entity: ref_of(entity),
            standing: entity.standing().name(),
            kind: entity.kind().to_owned(),
            entity_type: entity.entity_type().map(str::to_owned),
            tier: tier_of(entity),
            owner: entity.owner().map(ref_of),
        }
    }
}

impl From<&EntityChange<'_, '_>> for EntityChangeReport {
    fn from(change: &EntityChange<'_, '_>) -> Self {
        let fields = change.fields.iter().map(|field| FieldChangeReport {
            field: field.field.name(),
            before: field.before.clone(),
            after: field.after.clone(),
        });
        Self { entity: ref_of(change.after), fields: fields.collect() }
    }
}

pub(in crate::report) fn relation_report(relation: Relation<'_>) -> DifferingRelationReport {
    DifferingRelationReport {
        from: ref_of(relation.from()),
        relation: relation.kind().name(),
        to: ref_of(relation.to()),
        class: relation.class().name(),
        strength: relation.strength().name(),
        any_of: relation.any_of().is_some(),
    }
}

impl DifferingRelationReport {
    pub(in crate::report) fn named(&self) -> String {
        format!("{} {} {}", short(&self.from), self.relation, short(&self.to))
    }

    /// What is said of it, where that says anything.
    pub(in crate::report) fn said(&self) -> String {
        let is_need = ["dependsOn", "consumesApi", "deployedTo"].contains(&self.relation);
        let mut said: Vec<&str> = Vec::new();
        said.extend(is_need.then_some(self.strength));
        said.extend(self.any_of.then_some("one of several"));
        said.extend((self.class != "declared").then_some(self.class));
        said.join(", ")
    }
}

impl From<&RelationChange<'_, '_>> for RelationChangeReport {
    fn from(change: &RelationChange<'_, '_>) -> Self {
        Self {
            changed: change.aspects.iter().map(|aspect| aspect.name()).collect(),
            before: relation_report(change.before),
            after: relation_report(change.after),
        }
    }
}

impl From<&OwnershipGap> for DifferingGapReport {
    fn from(gap: &OwnershipGap) -> Self {
        Self {
            code: gap.code,
            severity: gap.severity.name(),
            subject: gap.subject.to_string(),
            message: gap.message.clone(),
        }
    }
}
