//! A blast radius as JSON that other tools rely on, and as a page that one reads in a hurry.

use catalog_core::{
    graph::CatalogGraph,
    model::Strength,
    needs::Direction,
    query::{AffectedEntity, BlastRadius, EntityShare, NeedWay},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, ref_cell, ref_of, short, tier_cell, tier_of},
    unknowns::UnknownsReport,
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
    pub owners: Vec<EntityShareReport>,
    /// How many affected entities have no owner.
    pub unowned: usize,
    /// How many affected entities are critical (tiers 0 and 1).
    pub critical: usize,
    /// How many affected entities are only named, and declared nowhere.
    pub undeclared: usize,
    /// How many affected entities are known from an earlier commit only.
    pub stale: usize,
    /// The systems of the affected entities, most affected first.
    pub systems: Vec<EntityShareReport>,
    /// How many more entities are affected, of kinds, owners or tiers that were not asked for.
    pub not_shown: usize,
    /// What is not known about the roots and the affected entities.
    pub unknown: UnknownsReport,
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

/// An owner or a system with a part of a blast radius.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityShareReport {
    /// The owner or the system, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many of the affected entities are its own.
    pub affected: usize,
}

impl AffectedReport {
    /// The rows of an answer.
    pub(super) fn rows(answer: &BlastRadius<'_>) -> Vec<Self> {
        answer.affected.iter().map(|row| Self::new(row, &answer.way_to(row))).collect()
    }

    fn new(row: &AffectedEntity<'_>, way: &NeedWay<'_>) -> Self {
        Self {
            entity: ref_of(row.entity),
            distance: row.distance,
            via: ref_of(way.via),
            kind: row.entity.kind().to_owned(),
            entity_type: row.entity.entity_type().map(str::to_owned),
            tier: tier_of(row.entity),
            owner: row.entity.owner().map(ref_of),
            strength: way.strength.name(),
            stale: row.entity.staleness().is_some(),
        }
    }
}

impl From<&EntityShare<'_>> for EntityShareReport {
    fn from(share: &EntityShare<'_>) -> Self {
        Self { entity: ref_of(share.entity), affected: share.affected }
    }
}

impl BlastRadiusReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &BlastRadius<'_>) -> Self {
        let affected = AffectedReport::rows(answer);
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            roots: answer.roots.iter().map(|root| ref_of(*root)).collect(),
            direction: answer.direction.name(),
            total: affected.len(),
            truncated: answer.cut_by_depth,
            truncated_reason: answer.cut_by_depth.then_some("max-depth"),
            owners: answer.owners.iter().map(EntityShareReport::from).collect(),
            systems: answer.systems.iter().map(EntityShareReport::from).collect(),
            not_shown: answer.not_shown,
            unknown: UnknownsReport::from(&answer.unknowns),
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
        if self.affected.is_empty() && self.not_shown > 0 {
            let more = count(self.not_shown, "entity is affected", "entities are affected");
            return format!("none of what was asked for is affected by {roots}; {more} in all");
        }
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
            owners.push([short(&share.entity), share.affected.to_string()]);
        }
        let mut systems = Table::new(&["system", "affected"]);
        for share in &self.systems {
            systems.push([short(&share.entity), share.affected.to_string()]);
        }
        let mut page = Page::default().heading(self.headline()).table(rows).table(owners).table(systems);
        if self.truncated {
            page = page.text("more lies behind the depth that was asked for");
        }
        if self.not_shown > 0 {
            page = page.text(format!(
                "{} not asked for",
                count(self.not_shown, "more is affected and", "more are affected and")
            ));
        }
        page = self.unknown.say(page);
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.affected.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
