//! A review of ownership as a document: how far it has come, by state and team, every answer, and evidence.

use catalog_core::{gaps::Coverage, model::Review, review::review_progress};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    BarLook, Bars, Block, Page, Report, ReviewItemFilter, ReviewReport, Table,
    gaps::CoverageReport,
    place::{cell, short},
};

use super::{BARS_SHOWN, Inputs, evidence::EvidenceReport};

/// A review as a document: what `catalog review show` says, how much of the organisation was read, and what
/// it rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewCensusReport {
    /// The review with its progress.
    #[serde(flatten)]
    pub review: ReviewReport,
    /// How much of the organisation was read.
    pub coverage: CoverageReport,
    /// What all this rests on.
    pub evidence: EvidenceReport,
}

impl ReviewCensusReport {
    /// The report of a review of the catalog, at the moment of the question.
    pub fn new(inputs: Inputs<'_>, review: &Review) -> Self {
        let graph = inputs.question.graph;
        let progress = review_progress(graph, review, inputs.question.now);
        Self {
            review: ReviewReport::new(graph, &progress, &ReviewItemFilter::default()),
            coverage: CoverageReport::from(&Coverage::of(graph)),
            evidence: inputs.into(),
        }
    }

    fn states_bars(&self) -> Bars {
        let states = &self.review.review.states;
        let mut bars = Bars::new(
            "entities of the review by what became of them",
            "entities",
            [
                ("confirmed", BarLook::Fine),
                ("confirmed automatically", BarLook::Mild),
                ("corrected, handed over or rejected", BarLook::Doubtful),
                ("to answer", BarLook::Severe),
                ("vanished", BarLook::Unknown),
            ],
        );
        let changed = states.corrected + states.handed_over + states.rejected;
        let open = states.open + states.partly_confirmed + states.hand_over_pending;
        bars.push("all", [states.confirmed, states.confirmed_automatically, changed, open, states.vanished]);
        bars
    }

    fn teams_bars(&self) -> Bars {
        let parts =
            [("answered", BarLook::Fine), ("to answer", BarLook::Doubtful), ("overdue", BarLook::Severe)];
        let mut bars =
            Bars::new("answers by team, those with most to answer first", "team", parts).told_in_a_table();
        for team in self.review.teams.iter().take(BARS_SHOWN) {
            let label = team.owner.as_deref().map_or_else(|| "nobody".to_owned(), short);
            bars.push(label, [team.done, team.to_answer.saturating_sub(team.overdue), team.overdue]);
        }
        bars
    }

    /// Every answer in the order in which they were given, also those that others replaced.
    fn answers_table(&self) -> Table {
        let mut table = Table::new(&[
            "number", "at", "entity", "answer", "field", "value", "to", "by", "user", "standing", "late",
            "reason",
        ])
        .with_numbers(&["number"]);
        let mut answers: Vec<_> = self.review.items.iter().flat_map(|item| &item.answers).collect();
        answers.sort_by_key(|answer| answer.number);
        for answer in answers {
            let kind = match answer.rejection {
                Some(rejection) => format!("{}: {rejection}", answer.answer),
                None => answer.answer.to_owned(),
            };
            table.push([
                answer.number.to_string(),
                answer.at.clone(),
                short(&answer.entity),
                kind,
                cell(answer.field.as_deref()),
                cell(answer.value.as_deref()),
                answer.to.as_deref().map_or_else(|| "–".to_owned(), short),
                answer.by.written.clone(),
                answer.by.user.as_deref().map_or_else(|| "–".to_owned(), short),
                answer.standing.to_owned(),
                if answer.late { "late".to_owned() } else { String::new() },
                cell(answer.reason.as_deref()),
            ]);
        }
        table
    }
}

impl Report for ReviewCensusReport {
    fn page(&self) -> Page {
        let mut page = Page::default();
        // What a terminal shows of a review, with headings and pictures between.
        for block in self.review.page().blocks {
            page = match block {
                Block::Table(table) if table.columns.first() == Some(&"team") => page
                    .heading("By team")
                    .bars(self.teams_bars())
                    .table(table.with_numbers(&["answered", "of", "to answer", "overdue"])),
                Block::Table(table) => page.heading("Entities").main_table(table),
                Block::Heading(heading) => page.heading(heading).bars(self.states_bars()),
                block => {
                    page.blocks.push(block);
                    page
                }
            };
        }
        let answers = self.answers_table();
        if !answers.rows.is_empty() {
            page = page.heading("Answers").table(answers);
        }
        self.evidence.lay_out(page)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.review.rows()
    }
}
