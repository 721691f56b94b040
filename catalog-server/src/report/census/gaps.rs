//! Where ownership is missing or doubtful, by severity, code and team, with what to do about it.

use catalog_core::{
    census::{Answerable, gap_census},
    gaps::{GapReport, ownership_gaps},
    graph::CatalogGraph,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Bars, Page, Report, SCHEMA_VERSION, Table,
    gaps::{CoverageReport, ExemptedGapReport, OwnershipGapReport, exempted_table},
    page::count,
    place::{PlaceReport, cell, short},
    suggestion::OwnerSuggestionReport,
};

use super::{
    BARS_SHOWN, Inputs,
    counts::{
        SEVERITY_PARTS, SeverityCountsReport, StandingCountsReport, answerable_cell, answerable_ref,
        answerable_word,
    },
    coverage,
    evidence::EvidenceReport,
    trend::GapTrendReport,
};

/// Gaps in ownership as a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapCensusReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How much of the organisation the gaps are taken from.
    pub coverage: CoverageReport,
    /// The entities that must have an owner, by whether they have one.
    pub entities: StandingCountsReport,
    /// How many gaps there are.
    pub total: usize,
    /// How many there are of each severity.
    pub severities: SeverityCountsReport,
    /// By code, those with the worst gaps first; also codes without a gap.
    pub codes: Vec<CodeCountReport>,
    /// By who has to see to them, those with the worst gaps first.
    pub teams: Vec<TeamGapsReport>,
    /// What opened and closed since the store that was named as the one before; null where none was.
    pub trend: Option<GapTrendReport>,
    /// The gaps by severity, worst first, then by code and entity.
    pub gaps: Vec<CountedGapReport>,
    /// Gaps that the settings leave open, which are not among those.
    pub exempted: Vec<ExemptedGapReport>,
    /// What all this rests on.
    pub evidence: EvidenceReport,
}

/// The gaps of one code, with what the code means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeCountReport {
    /// The code.
    pub code: &'static str,
    /// How many there are.
    #[serde(flatten)]
    pub counts: SeverityCountsReport,
    /// How many entities they are about.
    pub entities: usize,
    /// What it means.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The gaps that somebody has to see to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamGapsReport {
    /// The team or person; null where there is none.
    #[serde(rename = "ref")]
    pub team: Option<String>,
    /// `declared`, `undeclared` where no manifest declares the team, `nobody`, or `unknown`.
    pub answerable: &'static str,
    /// How many there are.
    #[serde(flatten)]
    pub counts: SeverityCountsReport,
}

/// One gap, with who has to see to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountedGapReport {
    /// The gap.
    #[serde(flatten)]
    pub gap: OwnershipGapReport,
    /// The team or person who has to see to it; null where there is none.
    pub team: Option<String>,
    /// `declared`, `undeclared` where no manifest declares the team, `nobody`, or `unknown`.
    pub answerable: &'static str,
}

impl GapCensusReport {
    /// The report of a catalog's gaps, compared with those of the graph before where there is one.
    pub fn new(inputs: Inputs<'_>, before: Option<&CatalogGraph>) -> Self {
        let graph = inputs.question.graph;
        let mut report = ownership_gaps(inputs.question);
        report.suggest_owners(graph);
        let census = gap_census(graph, &report);
        let codes = census.codes.iter().map(|code| CodeCountReport {
            code: code.rule.code,
            counts: code.counts.into(),
            entities: code.subjects,
            summary: code.rule.summary,
            why: code.rule.why,
            remedy: code.rule.remedy,
        });
        let teams = census.teams.iter().map(|team| TeamGapsReport {
            team: answerable_ref(team.team),
            answerable: answerable_word(team.team),
            counts: team.counts.into(),
        });
        let gaps = report.gaps.iter().map(|gap| {
            let team = Answerable::for_gap(graph, gap);
            CountedGapReport {
                gap: OwnershipGapReport::from(gap),
                team: answerable_ref(team),
                answerable: answerable_word(team),
            }
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            coverage: CoverageReport::from(&report.coverage),
            entities: census.standings.into(),
            total: census.counts.total(),
            severities: census.counts.into(),
            codes: codes.collect(),
            teams: teams.collect(),
            gaps: gaps.collect(),
            exempted: report.exempted.iter().map(ExemptedGapReport::from).collect(),
            evidence: inputs.into(),
            trend: before.map(|before| GapTrendReport::new(before, gaps_before(inputs, before), report)),
        }
    }

    fn headline(&self) -> String {
        let unread = match self.coverage.unreadable {
            0 => String::new(),
            unreadable => format!(
                "; {} could not be read, and what is not known there is no gap",
                count(unreadable, "repository", "repositories")
            ),
        };
        format!("{}: {}{unread}", count(self.total, "gap", "gaps"), self.severities.sentence())
    }

    fn codes_table(&self) -> Table {
        let mut table = Table::new(&["code", "errors", "warnings", "notes", "entities", "meaning"])
            .with_numbers(&["errors", "warnings", "notes", "entities"]);
        for code in &self.codes {
            let [errors, warnings, notes] = code.counts.cells();
            table.push([
                code.code.into(),
                errors,
                warnings,
                notes,
                code.entities.to_string(),
                code.summary.into(),
            ]);
        }
        table
    }

    fn teams_table(&self) -> Table {
        let mut table = Table::new(&["team", "errors", "warnings", "notes"])
            .with_numbers(&["errors", "warnings", "notes"]);
        for team in &self.teams {
            let [errors, warnings, notes] = team.counts.cells();
            table.push([answerable_cell(team.team.as_deref(), team.answerable), errors, warnings, notes]);
        }
        table
    }

    fn gaps_table(&self) -> Table {
        let mut table = Table::new(&[
            "severity",
            "code",
            "entity",
            "team",
            "message",
            "place",
            "commit",
            "stale",
            "remedy",
            "suggested owner",
        ]);
        for CountedGapReport { gap, team, answerable } in &self.gaps {
            let place = gap.origins.first();
            table.push([
                gap.severity.into(),
                gap.code.into(),
                short(&gap.subject),
                answerable_cell(team.as_deref(), answerable),
                gap.message.clone(),
                place.map(PlaceReport::short).or_else(|| gap.repository.clone()).unwrap_or_default(),
                cell(place.and_then(PlaceReport::short_commit)),
                if gap.stale { "stale".into() } else { String::new() },
                gap.remedy.unwrap_or_default().into(),
                gap.suggested_owner.as_ref().and_then(OwnerSuggestionReport::first).unwrap_or_default(),
            ]);
        }
        table
    }

    fn meanings_table(&self) -> Table {
        let mut table = Table::new(&["code", "what it means", "why it matters", "what to do"]);
        for code in &self.codes {
            table.push([code.code.into(), code.summary.into(), code.why.into(), code.remedy.into()]);
        }
        table
    }
}

/// The gaps of the graph before, by the same measures and at the same moment.
fn gaps_before(inputs: Inputs<'_>, before: &CatalogGraph) -> GapReport {
    ownership_gaps(catalog_core::gaps::GapQuestion {
        graph: before,
        now: inputs.question.now,
        settings: inputs.question.settings,
    })
}

impl Report for GapCensusReport {
    fn page(&self) -> Page {
        let page = Page::default().heading("Gaps in ownership").text(self.headline());
        let page = coverage::lay_out(page, &self.coverage, &[("all", self.entities)]);
        let mut by_code = Bars::new("gaps by code and severity", "code", SEVERITY_PARTS).told_in_a_table();
        for code in self.codes.iter().filter(|code| code.entities > 0) {
            by_code.push(code.code, code.counts.parts());
        }
        let mut by_team = Bars::new("gaps by team and severity", "team", SEVERITY_PARTS).told_in_a_table();
        for team in self.teams.iter().take(BARS_SHOWN) {
            by_team.push(answerable_cell(team.team.as_deref(), team.answerable), team.counts.parts());
        }
        let mut page = page.heading("By code").bars(by_code).table(self.codes_table());
        if !self.teams.is_empty() {
            page = page.heading("By team");
            if self.teams.len() > BARS_SHOWN {
                page = page.text(format!("the picture shows the first {BARS_SHOWN} of {}", self.teams.len()));
            }
            page = page.bars(by_team).table(self.teams_table());
        }
        if let Some(trend) = &self.trend {
            page = trend.lay_out(page, &self.coverage);
        }
        if !self.gaps.is_empty() {
            page = page.heading("Gaps");
        }
        page = page.main_table(self.gaps_table());
        if !self.exempted.is_empty() {
            page = page.heading("Left open on purpose").table(exempted_table(&self.exempted));
        }
        page = page.heading("What the codes mean").table(self.meanings_table());
        self.evidence.lay_out(page)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.gaps.iter().filter_map(|gap| serde_json::to_value(gap).ok()).collect()
    }
}
