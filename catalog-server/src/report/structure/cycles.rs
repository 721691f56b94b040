//! Cycles of needs, each with its smallest circle as proof.

use catalog_core::{graph::CatalogGraph, query::NeedCycle};
use schemars::JsonSchema;
use serde::Serialize;

use super::{few, first_links};
use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    need_path::NeedStepReport,
    page::{count, grouped},
    place::ref_of,
};

/// Who needs whom in a circle.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CyclesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many cycles there are; `cycles` shows the first of them.
    pub total: usize,
    /// How many entities are in some cycle.
    pub entities: usize,
    /// The cycles, the one with most entities first, then by the first ref.
    pub cycles: Vec<CycleReport>,
}

/// Entities that all transitively need each other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CycleReport {
    /// All of them, by ref.
    pub members: Vec<String>,
    /// How many of them are in a circle of hard needs alone, in which one that is down brings all down.
    pub hard_members: usize,
    /// How many of them are critical (tiers 0 and 1).
    pub critical: usize,
    /// Who answers for them: who has to agree where the circle is to be broken.
    pub owners: Vec<String>,
    /// Whether no circle among them is smaller than `witness`; for a very large cycle only a short one
    /// is looked for.
    pub smallest: bool,
    /// One smallest circle among them: each link begins where the one before ends, and the last ends
    /// where the first begins.
    pub witness: Vec<NeedStepReport>,
}

impl CyclesReport {
    /// The report of the first so many cycles.
    pub fn new(graph: &CatalogGraph, cycles: &[NeedCycle<'_>], rows_max: usize) -> Self {
        let shown = cycles.iter().take(rows_max).map(|cycle| CycleReport {
            members: cycle.members.iter().map(|member| ref_of(*member)).collect(),
            hard_members: cycle.hard_members,
            critical: cycle.critical(),
            owners: cycle.owners().into_iter().map(ref_of).collect(),
            smallest: cycle.is_smallest,
            witness: cycle.witness().iter().map(NeedStepReport::from).collect(),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: cycles.len(),
            entities: cycles.iter().map(|cycle| cycle.members.len()).sum(),
            cycles: shown.collect(),
        }
    }

    pub(super) fn overview(&self, page: Page) -> Page {
        if self.total == 0 {
            return page.heading("no entities need each other in a circle");
        }
        let mut rows = Table::new(&["entities", "hard", "critical", "owners", "smallest circle"]);
        for cycle in &self.cycles {
            let witness: Vec<String> = cycle.witness.iter().map(|step| step.from.clone()).collect();
            rows.push([
                grouped(cycle.members.len()),
                grouped(cycle.hard_members),
                grouped(cycle.critical),
                few(&cycle.owners, ", "),
                few(&witness, " → "),
            ]);
        }
        let cycles = count(self.total, "cycle", "cycles");
        page.heading(format!("{cycles} of needs, with {}", count(self.entities, "entity", "entities")))
            .table(rows)
    }
}

impl Report for CyclesReport {
    fn page(&self) -> Page {
        let mut page = self.overview(Page::default());
        for cycle in &self.cycles {
            let circle = if cycle.smallest { "a smallest circle" } else { "a short circle" };
            let of = count(cycle.members.len(), "entity", "entities");
            page = page.heading(format!("{circle} of these {of}")).lines(first_links(&cycle.witness));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.cycles.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
