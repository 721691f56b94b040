//! What opened and closed since another state of the catalog.

use catalog_core::{
    census::{GapTrend, gap_trend},
    gaps::{GapReport, gap_difference},
    graph::CatalogGraph,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    BarLook, Bars, Page, Table,
    gaps::{CoverageReport, OwnershipGapReport},
    page::count,
    place::short,
};

/// What opened and closed since before. A gap is the same where its code and its entity are.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapTrendReport {
    /// The revision of the store before. Revisions of two stores say nothing about each other.
    pub revision_before: u64,
    /// How much of the organisation was read before.
    pub coverage_before: CoverageReport,
    /// By code: `before` + `opened` - `closed` = `after`.
    pub codes: Vec<CodeTrendReport>,
    /// The gaps that opened, worst first.
    pub opened: Vec<OwnershipGapReport>,
    /// The gaps that closed, worst first.
    pub closed: Vec<OwnershipGapReport>,
}

/// What opened and closed of one code, counted in entities.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeTrendReport {
    /// The code.
    pub code: &'static str,
    /// Before.
    pub before: usize,
    /// New since.
    pub opened: usize,
    /// Gone since.
    pub closed: usize,
    /// Now.
    pub after: usize,
}

impl GapTrendReport {
    pub(super) fn new(graph_before: &CatalogGraph, before: GapReport, after: GapReport) -> Self {
        let GapTrend { codes } = gap_trend(&before, &after);
        let coverage_before = CoverageReport::from(&before.coverage);
        let difference = gap_difference(before, after);
        Self {
            revision_before: graph_before.revision().0,
            coverage_before,
            codes: codes
                .iter()
                .map(|code| CodeTrendReport {
                    code: code.rule.code,
                    before: code.before,
                    opened: code.opened,
                    closed: code.closed,
                    after: code.after,
                })
                .collect(),
            opened: difference.opened.iter().map(OwnershipGapReport::from).collect(),
            closed: difference.closed.iter().map(OwnershipGapReport::from).collect(),
        }
    }

    pub(super) fn lay_out(&self, page: Page, coverage: &CoverageReport) -> Page {
        let mut bars = Bars::new(
            "what remained, opened and closed since before, by code",
            "code",
            [("remained", BarLook::Mild), ("opened", BarLook::Severe), ("closed", BarLook::Fine)],
        )
        .told_in_a_table();
        let mut table = Table::new(&["code", "before", "opened", "closed", "now"])
            .with_numbers(&["before", "opened", "closed", "now"]);
        for code in &self.codes {
            bars.push(code.code, [code.after - code.opened, code.opened, code.closed]);
            let numbers =
                [code.before, code.opened, code.closed, code.after].map(|number| number.to_string());
            let [before, opened, closed, after] = numbers;
            table.push([code.code.into(), before, opened, closed, after]);
        }
        let sum = |of: fn(&CodeTrendReport) -> usize| self.codes.iter().map(of).sum::<usize>();
        let headline = format!(
            "{} opened and {} closed since revision {} of the store before; then {} of {} could be read, now {} of {}",
            count(sum(|code| code.opened), "gap", "gaps"),
            sum(|code| code.closed),
            self.revision_before,
            self.coverage_before.readable,
            count(self.coverage_before.repositories, "repository", "repositories"),
            coverage.readable,
            coverage.repositories,
        );
        let mut moved = Table::new(&["change", "severity", "code", "entity", "message"]);
        for (change, gaps) in [("opened", &self.opened), ("closed", &self.closed)] {
            for gap in gaps {
                moved.push([
                    change.into(),
                    gap.severity.into(),
                    gap.code.into(),
                    short(&gap.subject),
                    gap.message.clone(),
                ]);
            }
        }
        let page = page.heading("Trend").text(headline).bars(bars).table(table);
        if moved.rows.is_empty() { page } else { page.heading("Opened and closed").table(moved) }
    }
}
