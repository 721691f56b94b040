//! The longest chains of hard needs, with the lines that state each link.

use catalog_core::{graph::CatalogGraph, query::LongestChains};
use schemars::JsonSchema;
use serde::Serialize;

use super::{few, first_links};
use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    need_path::NeedStepReport,
    page::{count, grouped},
    place::short,
};

/// How many entities have to work one behind the other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LongestChainsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many needs the longest chain has; entities that hard-need each other in a circle are one step.
    pub longest: usize,
    /// How many entities have a longest chain of 0, 1, 2, … needs below them.
    pub levels: Vec<usize>,
    /// The longest chains from entities that nothing outside of their own circle hard-needs, the longest
    /// first; of those that are the same behind their first need only the first.
    pub chains: Vec<ChainReport>,
}

/// A chain of hard needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainReport {
    /// How many needs it has, without those within circles.
    pub length: usize,
    /// How many teams and people answer for its entities.
    pub owner_count: usize,
    /// The links, each beginning where the one before ends.
    pub steps: Vec<NeedStepReport>,
}

impl LongestChainsReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &LongestChains<'_>) -> Self {
        let chains = answer.chains.iter().map(|chain| ChainReport {
            length: chain.length,
            owner_count: chain.owner_count(),
            steps: chain.steps().iter().map(NeedStepReport::from).collect(),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            longest: answer.levels.len().saturating_sub(1),
            levels: answer.levels.clone(),
            chains: chains.collect(),
        }
    }

    pub(super) fn overview(&self, page: Page) -> Page {
        if self.longest == 0 {
            return page.heading("nothing hard-needs anything");
        }
        let mut rows = Table::new(&["needs", "owners", "from", "by way of"]);
        for chain in &self.chains {
            let behind: Vec<String> = chain.steps.iter().map(|step| step.to.clone()).collect();
            rows.push([
                grouped(chain.length),
                grouped(chain.owner_count),
                chain.steps.first().map(|step| short(&step.from)).unwrap_or_default(),
                few(&behind, " → "),
            ]);
        }
        let needs = count(self.longest, "need", "needs");
        page.heading(format!("the longest chain of hard needs has {needs}")).table(rows)
    }
}

impl Report for LongestChainsReport {
    fn page(&self) -> Page {
        let mut page = self.overview(Page::default());
        for chain in &self.chains {
            let needs = count(chain.length, "need", "needs");
            page = page.heading(format!("a chain of {needs}")).lines(first_links(&chain.steps));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.chains.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
