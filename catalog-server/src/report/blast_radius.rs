//! A blast radius as JSON that other tools rely on, and as a page that one reads in a hurry.

use catalog_core::{
    graph::CatalogGraph,
    model::Strength,
    needs::Direction,
    query::{BlastRadius, NeedStep},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{PlaceReport, cell, ref_cell, ref_of, short, tier_cell, tier_of},
};

/// Everything that transitively needs the roots, or is needed by them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlastRadiusReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entities asked about, as canonical refs.
    pub roots: Vec<String>,
    /// `dependents`: what needs the roots. `dependencies`: what the roots need.
    pub direction: &'static str,
    /// How many entities are affected, without the roots.
    pub total: usize,
    /// Whether more lies behind what was looked at.
    pub truncated: bool,
    /// Why: `max-depth`; null where nothing was left out.
    pub truncated_reason: Option<&'static str>,
    /// The affected entities, sorted by distance, then by ref.
    pub affected: Vec<AffectedReport>,
    /// The owners of the affected entities, most affected first.
    pub owners: Vec<OwnerShareReport>,
    /// How many affected entities have no owner.
    pub unowned: usize,
    /// How many affected entities are critical (tiers 0 and 1).
    pub critical: usize,
    /// How many affected entities are only named, and declared nowhere.
    pub undeclared: usize,
    /// How many affected entities are known from an earlier commit only.
    pub stale: usize,
}

/// One affected entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AffectedReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many needs lie between it and the nearest root; at least 1.
    pub distance: u32,
    /// The next entity on one shortest way to a root.
    pub via: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// `hard` if some way of hard needs alone leads there, else `soft`.
    pub strength: &'static str,
    /// Whether what is known of it is of an earlier commit, because its source cannot be read now.
    pub stale: bool,
}

/// An owner with a part of a blast radius.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerShareReport {
    /// The owner, as a canonical ref.
    #[serde(rename = "ref")]
    pub owner: String,
    /// How many of the affected entities are its own.
    pub affected: usize,
}

impl BlastRadiusReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &BlastRadius<'_>) -> Self {
        let affected: Vec<AffectedReport> = answer
            .affected
            .iter()
            .map(|row| AffectedReport {
                entity: ref_of(row.entity),
                distance: row.distance,
                via: ref_of(row.via),
                kind: row.entity.kind().to_owned(),
                entity_type: row.entity.entity_type().map(str::to_owned),
                tier: tier_of(row.entity),
                owner: row.entity.owner().map(ref_of),
                strength: row.strength.name(),
                stale: row.entity.staleness().is_some(),
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            roots: answer.roots.iter().map(|root| ref_of(*root)).collect(),
            direction: answer.direction.name(),
            total: affected.len(),
            truncated: answer.cut_by_depth,
            truncated_reason: answer.cut_by_depth.then_some("max-depth"),
            owners: answer
                .owners
                .iter()
                .map(|share| OwnerShareReport { owner: ref_of(share.owner), affected: share.affected })
                .collect(),
            unowned: answer.unowned,
            critical: answer.critical,
            undeclared: answer.affected.iter().filter(|row| row.entity.is_placeholder()).count(),
            stale: affected.iter().filter(|row| row.stale).count(),
            affected,
        }
    }

    fn headline(&self) -> String {
        let roots: Vec<String> = self.roots.iter().map(|root| short(root)).collect();
        let roots = roots.join(", ");
        if self.affected.is_empty() {
            return match self.direction {
                "dependents" => format!("nothing in the catalog needs {roots}"),
                _ => format!("{roots} needs nothing that the catalog knows of"),
            };
        }
        let entities = count(self.total, "entity", "entities");
        let hard = self.affected.iter().filter(|row| row.strength == Strength::Hard.name()).count();
        let what = if self.direction == Direction::Dependents.name() {
            format!("{entities} {} {roots}", if self.total == 1 { "needs" } else { "need" })
        } else {
            format!("{roots} needs {entities}")
        };
        format!(
            "{what}: {hard} by hard needs alone, {} critical, {}, {} unowned",
            self.critical,
            count(self.owners.len(), "owner", "owners"),
            self.unowned
        )
    }
}

impl Report for BlastRadiusReport {
    fn page(&self) -> Page {
        let mut rows = Table::new(&["distance", "entity", "type", "tier", "owner", "need", "via"]);
        for row in &self.affected {
            let stale = if row.stale { " (stale)" } else { "" };
            rows.push([
                row.distance.to_string(),
                format!("{}{stale}", short(&row.entity)),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                ref_cell(row.owner.as_deref()),
                row.strength.into(),
                short(&row.via),
            ]);
        }
        let mut owners = Table::new(&["owner", "affected"]);
        for share in &self.owners {
            owners.push([short(&share.owner), share.affected.to_string()]);
        }
        let mut page = Page::default().heading(self.headline()).table(rows).table(owners);
        if self.truncated {
            page = page.text("more lies behind the depth that was asked for");
        }
        if self.undeclared > 0 {
            let undeclared = count(self.undeclared, "of these is", "of these are");
            page = page.text(format!(
                "{undeclared} only named by others and declared nowhere: what they need is unknown"
            ));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.affected.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

/// A proof: one shortest chain of needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedPathReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entity that the path was asked for.
    pub target: String,
    /// Whether there is such a path.
    pub found: bool,
    /// The links, each beginning where the one before ends; empty where the target is a root.
    pub steps: Vec<NeedStepReport>,
}

/// One link of a chain of needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedStepReport {
    /// The entity that needs.
    pub from: String,
    /// The entity that is needed.
    pub to: String,
    /// What says so.
    pub because: Vec<NeedReasonReport>,
}

/// A relation that makes one entity need another, with the places that state it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedReasonReport {
    /// The relation's name seen from the entity that needs, as in `dependsOn` or `apiProvidedBy`.
    pub relation: &'static str,
    /// `hard` or `soft`, as stated.
    pub strength: &'static str,
    /// Whether one of several that stand in for each other is enough.
    pub any_of: bool,
    /// The places that state it.
    pub places: Vec<PlaceReport>,
}

impl From<&NeedStep<'_>> for NeedStepReport {
    fn from(step: &NeedStep<'_>) -> Self {
        let because = step.relations.iter().map(|relation| NeedReasonReport {
            relation: if relation.from() == step.from {
                relation.kind().name()
            } else {
                relation.kind().inverse_name()
            },
            strength: relation.strength().name(),
            any_of: relation.any_of().is_some(),
            places: relation.sources().map(|source| PlaceReport::from(&source.origin())).collect(),
        });
        Self { from: ref_of(step.from), to: ref_of(step.to), because: because.collect() }
    }
}

/// A chain of needs, one entity a line, each with what makes the one before it need it.
pub(super) fn proof_lines(steps: &[NeedStepReport]) -> Vec<String> {
    let mut lines: Vec<String> = steps.first().map(|step| short(&step.from)).into_iter().collect();
    for step in steps {
        let because = step.because.iter().map(|reason| {
            let place = reason.places.first().map(PlaceReport::proof).unwrap_or_default();
            let any_of = if reason.any_of { ", one of several" } else { "" };
            format!("{} ({}{any_of}) at {place}", reason.relation, reason.strength)
        });
        let because: Vec<String> = because.collect();
        lines.push(format!("→ {}   {}", short(&step.to), because.join("; ")));
    }
    lines
}

impl NeedPathReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, target: String, path: Option<&[NeedStep<'_>]>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            target,
            found: path.is_some(),
            steps: path.unwrap_or_default().iter().map(NeedStepReport::from).collect(),
        }
    }
}

impl Report for NeedPathReport {
    fn page(&self) -> Page {
        if !self.found {
            return Page::default()
                .text(format!("no chain of needs connects these with {}", short(&self.target)));
        }
        Page::default()
            .heading(format!("{} between them", count(self.steps.len(), "need", "needs")))
            .lines(proof_lines(&self.steps))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.steps.iter().filter_map(|step| serde_json::to_value(step).ok()).collect()
    }
}
