//! A ranking of entities by how much lies behind them.

use catalog_core::{graph::CatalogGraph, needs::Direction, needs::Precision, query::Rank};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, ref_cell, ref_of, short, tier_cell, tier_of},
};

/// Entities with how much transitively needs each, or is needed by it, the most first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// `dependents`: what needs the entity is counted. `dependencies`: what the entity needs.
    pub direction: &'static str,
    /// What it goes by: `entities`, `critical` or `teams`.
    pub by: &'static str,
    /// Whether the counts are exact; where counting would take too long they are estimates.
    pub exact: bool,
    /// The standard error of an estimate, as a part of the count; null where the counts are exact.
    pub standard_error: Option<f64>,
    /// How many entities are ranked.
    pub total: usize,
    /// How many more were asked about that have nothing behind them.
    pub without_reach: usize,
    /// The entities, by the measure, then by all counts, then by ref.
    pub entities: Vec<RankedEntityReport>,
}

/// One entity of a ranking.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankedEntityReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many entities lie behind it, without itself.
    pub entities: u32,
    /// How many of these are critical (tiers 0 and 1).
    pub critical: u32,
    /// How many different owners these have.
    pub teams: u32,
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

impl RankReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &Rank<'_>) -> Self {
        let entities: Vec<RankedEntityReport> = answer
            .rows
            .iter()
            .map(|row| RankedEntityReport {
                entity: ref_of(row.entity),
                entities: row.count.entities,
                critical: row.count.critical,
                teams: row.count.teams,
                kind: row.entity.kind().to_owned(),
                entity_type: row.entity.entity_type().map(str::to_owned),
                tier: tier_of(row.entity),
                owner: row.entity.owner().map(ref_of),
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            direction: answer.direction.name(),
            by: answer.by.name(),
            exact: answer.precision == Precision::Exact,
            standard_error: match answer.precision {
                Precision::Exact => None,
                Precision::Estimated { standard_error } => Some(standard_error),
            },
            total: entities.len(),
            without_reach: answer.without_reach,
            entities,
        }
    }

    fn headline(&self) -> String {
        let (total, without) = (count(self.total, "entity", "entities"), self.without_reach);
        if self.direction == Direction::Dependents.name() {
            let verb = if self.total == 1 { "is" } else { "are" };
            format!("{total} {verb} needed by others; nothing needs {without} more")
        } else {
            let verb = if self.total == 1 { "needs" } else { "need" };
            format!("{total} {verb} others; {without} more need nothing")
        }
    }
}

impl Report for RankReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["entity", "entities", "critical", "teams", "type", "tier", "owner"]);
        for row in &self.entities {
            table.push([
                short(&row.entity),
                row.entities.to_string(),
                row.critical.to_string(),
                row.teams.to_string(),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                ref_cell(row.owner.as_deref()),
            ]);
        }
        let mut page = Page::default().heading(self.headline()).table(table);
        if let Some(error) = self.standard_error {
            page = page.text(format!(
                "these are estimates, with a standard error of {:.1} %: to count exactly would take too long",
                error * 100.0
            ));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
