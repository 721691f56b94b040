//! Everything about the structure at once, with the worst few of each.

use catalog_core::{graph::CatalogGraph, query::StructureOverview};
use schemars::JsonSchema;
use serde::Serialize;

use super::{BridgesReport, CyclesReport, LongestChainsReport, SinglePointsReport};
use crate::report::{Page, Report, SCHEMA_VERSION};

/// Where the graph of needs is fragile, whatever changes or fails: each part as its own command
/// answers it, with its first rows only.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StructureReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// Who needs whom in a circle.
    pub cycles: CyclesReport,
    /// Through whom every failure from outside goes.
    pub single_points: SinglePointsReport,
    /// What alone connects two parts.
    pub bridges: BridgesReport,
    /// How many entities have to work one behind the other.
    pub chains: LongestChainsReport,
}

impl StructureReport {
    /// The report of an overview, each part with at most so many rows.
    pub fn new(graph: &CatalogGraph, answer: &StructureOverview<'_>, rows_max: usize) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            cycles: CyclesReport::new(graph, &answer.cycles, rows_max),
            single_points: SinglePointsReport::new(graph, &answer.single_points, rows_max),
            bridges: BridgesReport::new(graph, &answer.bridges, rows_max),
            chains: LongestChainsReport::new(graph, &answer.chains),
        }
    }
}

impl Report for StructureReport {
    fn page(&self) -> Page {
        let page = self.cycles.overview(Page::default());
        let page = self.single_points.overview(page);
        let page = self.bridges.overview(page);
        self.chains.overview(page)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
