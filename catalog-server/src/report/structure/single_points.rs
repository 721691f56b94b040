//! Single points of failure, with what each takes down.

use catalog_core::{
    graph::CatalogGraph,
    query::{SinglePoint, SinglePoints, SinglePointsFrom, taken_down_by, without_spare_of},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::few;
use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    page::{count, grouped},
    place::{ref_cell, ref_of, short, tier_cell, tier_of},
};

/// How many of the needs without a spare are named.
const WITHOUT_SPARE_SHOWN: usize = 20;

/// The entities through which every way of hard needs to others leads.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SinglePointsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// Where the ways begin. `failure-domains`: at regions, zones, cells, data centres and external
    /// parties, towards what needs them. `foundations`: at what hard-needs nothing, likewise; also where
    /// failure domains were asked for and the catalog declares none. `entry-points`: at what nobody
    /// hard-needs, towards what it needs.
    pub from: &'static str,
    /// How many entities the ways begin at.
    pub root_count: usize,
    /// Whether these are the ones that the question named, and no others.
    pub roots_named: bool,
    /// How many entities these lead to by hard needs, themselves included; of others nothing is said.
    pub reached: usize,
    /// How many single points there are; `points` shows the first of them.
    pub total: usize,
    /// The single points, those that most critical entities hang on first, then most entities, then by ref.
    pub points: Vec<SinglePointReport>,
}

/// An entity through which every way to some others leads.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SinglePointReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// How many others hang on it alone: every way of hard needs from where they begin leads through it.
    pub hanging: usize,
    /// How many of those are critical (tiers 0 and 1).
    pub hanging_critical: usize,
    /// How many others are down where it is, by the rules of failure.
    pub down: usize,
    /// How many of those are critical (tiers 0 and 1).
    pub down_critical: usize,
    /// How many others then work only in part.
    pub degraded: usize,
    /// How many entities hard-need it directly without anything that stands in for it.
    pub without_spare_count: usize,
    /// The first 20 of those, by ref: the needs to double or to soften.
    pub without_spare: Vec<String>,
}

impl SinglePointReport {
    fn new(point: &SinglePoint<'_>) -> Self {
        let taken = taken_down_by(point.entity);
        let without_spare = without_spare_of(point.entity);
        let entity = point.entity;
        Self {
            entity: ref_of(entity),
            kind: entity.kind().to_owned(),
            entity_type: entity.entity_type().map(str::to_owned),
            tier: tier_of(entity),
            owner: entity.owner().map(ref_of),
            hanging: point.dominated,
            hanging_critical: point.dominated_critical,
            down: taken.entities,
            down_critical: taken.critical,
            degraded: taken.degraded,
            without_spare_count: without_spare.len(),
            without_spare: without_spare.into_iter().take(WITHOUT_SPARE_SHOWN).map(ref_of).collect(),
        }
    }
}

impl SinglePointsReport {
    /// The report of the first so many points; what each takes down costs a search.
    pub fn new(graph: &CatalogGraph, answer: &SinglePoints<'_>, rows_max: usize) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            from: answer.from.name(),
            root_count: answer.roots.len(),
            roots_named: answer.are_roots_named,
            reached: answer.reached,
            total: answer.points.len(),
            points: answer.points.iter().take(rows_max).map(SinglePointReport::new).collect(),
        }
    }

    fn headline(&self) -> String {
        let roots = if self.roots_named {
            count(self.root_count, "named entity", "named entities")
        } else if self.from == SinglePointsFrom::EntryPoints.name() {
            count(self.root_count, "entry point", "entry points")
        } else if self.from == SinglePointsFrom::Foundations.name() {
            count(self.root_count, "foundation", "foundations")
        } else {
            count(self.root_count, "failure domain or external party", "failure domains and external parties")
        };
        let reached = count(self.reached, "entity", "entities");
        let found = match self.total {
            0 => "no single point of failure".to_owned(),
            total => count(total, "single point of failure", "single points of failure"),
        };
        format!("{found} on the ways from {roots} to {reached}")
    }

    pub(super) fn overview(&self, page: Page) -> Page {
        let mut rows = Table::new(&[
            "entity",
            "tier",
            "owner",
            "hanging",
            "hanging critical",
            "down",
            "down critical",
            "without a spare",
        ]);
        for point in &self.points {
            let more = point.without_spare_count.saturating_sub(point.without_spare.len());
            let more = if more > 0 {
                format!(" (of {})", grouped(point.without_spare_count))
            } else {
                String::new()
            };
            rows.push([
                short(&point.entity),
                tier_cell(point.tier),
                ref_cell(point.owner.as_deref()),
                grouped(point.hanging),
                grouped(point.hanging_critical),
                grouped(point.down),
                grouped(point.down_critical),
                format!("{}{more}", few(&point.without_spare, ", ")),
            ]);
        }
        let page = page.heading(self.headline()).table(rows);
        if self.total == 0 {
            return page;
        }
        page.text(if self.from == SinglePointsFrom::EntryPoints.name() {
            "hanging: how many others are used only through it, by hard needs; down: how many others are \
             down where it is"
        } else {
            "hanging: how many others fail only through it, so that doubling it, or softening what it \
             needs, protects them all; down: how many others are down where it is"
        })
    }
}

impl Report for SinglePointsReport {
    fn page(&self) -> Page {
        self.overview(Page::default())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.points.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
