//! One review: how far it has come, team by team and entity by entity.

use catalog_core::{
    graph::CatalogGraph,
    model::{EntityRef, Review},
    review::{ItemState, ReviewProgress, ReviewedItem},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    super::{
        Page, Report, SCHEMA_VERSION, Table,
        page::count,
        place::{ref_cell, ref_of, short},
    },
    ReviewAnswerReport, ReviewSummaryReport, StateCountsReport, standing,
};
use crate::clock::{day, rfc3339};

/// One review with its progress.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// What it is, and how far it has come.
    pub review: ReviewSummaryReport,
    /// Who is asked, by how much they have still to answer, most first.
    pub teams: Vec<TeamProgressReport>,
    /// How many entities are listed below: all, or those that were asked for.
    pub total: usize,
    /// The entities, in the order of their refs.
    pub items: Vec<ReviewItemReport>,
    /// What the scope means now and came after the start: nobody is asked about it.
    pub added: Vec<String>,
    /// Where it stands, in words.
    #[serde(skip)]
    standing: String,
}

/// What one owner has answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamProgressReport {
    /// Who is asked: the owner at the start, or to whom it was handed over; null for what nobody owns.
    pub owner: Option<String>,
    /// How many entities.
    pub items: usize,
    /// Of how many of them nothing more is asked.
    pub done: usize,
    /// How many are still to be answered.
    pub to_answer: usize,
    /// How many of them should have been answered by now.
    pub overdue: usize,
    /// How many are in each state.
    pub states: StateCountsReport,
}

/// One entity of a review.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewItemReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `open`, `partly-confirmed`, `hand-over-pending`, `confirmed`, `confirmed-automatically`,
    /// `corrected`, `handed-over`, `rejected` or `vanished`.
    pub state: &'static str,
    /// Whether it is past the due date and still to be answered.
    pub overdue: bool,
    /// Who is asked: the owner at the start, or to whom it was handed over.
    pub asked: Option<String>,
    /// Who owned it at the start.
    pub owner: Option<String>,
    /// Who owns it now, where that is somebody else.
    pub owner_now: Option<String>,
    /// Whether it is no longer in the catalog.
    pub vanished: bool,
    /// What confirms it without anybody's answer.
    pub automatic: Option<AutomaticConfirmationReport>,
    /// The number of the answer that stands.
    pub stands: Option<u32>,
    /// The number of the last answer, 0 where there is none: what `--if-last` compares.
    pub last: u32,
    /// Every answer, in order.
    pub answers: Vec<ReviewAnswerReport>,
}

/// What confirms an entity without anybody's answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutomaticConfirmationReport {
    /// `manifest-changed` or `observed`.
    pub ground: &'static str,
    /// When, at the latest, as RFC 3339 in UTC.
    pub at: String,
}

/// Which entities of a review to list; all that pass every part that is set.
#[derive(Clone, Debug, Default)]
pub struct ReviewItemFilter {
    /// Those of which this owner is asked.
    pub asked: Option<EntityRef>,
    /// Those in one of these states; in any where there are none.
    pub states: Vec<ItemState>,
    /// Those that are past the due date and still to be answered.
    pub overdue: bool,
}

impl ReviewItemFilter {
    /// Whether an entity is to be listed.
    pub fn keeps(&self, progress: &ReviewProgress<'_>, item: &ReviewedItem<'_>) -> bool {
        self.asked.as_ref().is_none_or(|asked| item.asked() == Some(asked))
            && (self.states.is_empty() || self.states.contains(&item.state))
            && (!self.overdue || is_overdue(progress, item))
    }
}

fn is_overdue(progress: &ReviewProgress<'_>, item: &ReviewedItem<'_>) -> bool {
    progress.review.is_past_due(progress.now) && !item.state.is_done()
}

impl ReviewItemReport {
    fn new(progress: &ReviewProgress<'_>, item: &ReviewedItem<'_>) -> Self {
        let review: &Review = progress.review;
        Self {
            entity: item.item.entity.to_string(),
            state: item.state.name(),
            overdue: is_overdue(progress, item),
            asked: item.asked().map(ToString::to_string),
            owner: item.item.owner.as_ref().map(ToString::to_string),
            owner_now: item.owner_now().map(ref_of),
            vanished: item.is_vanished(),
            automatic: item.automatic.map(|automatic| AutomaticConfirmationReport {
                ground: automatic.ground.name(),
                at: rfc3339(automatic.at),
            }),
            stands: item.outcome.standing.map(|answer| answer.number),
            last: item.outcome.last,
            answers: item.answers.iter().map(|answer| ReviewAnswerReport::new(review, answer)).collect(),
        }
    }

    /// What is to be known of it, in words: the answer that stands, or what stands in its place.
    fn remark(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(answer) = self.answers.iter().find(|answer| Some(answer.number) == self.stands) {
            parts.push(answer.sentence());
            parts.extend(answer.marks());
        }
        if let Some(automatic) = self.automatic.as_ref().filter(|_| self.state == "confirmed-automatically") {
            let what = match automatic.ground {
                "observed" => "it was observed",
                _ => "its manifest changed",
            };
            let on = automatic.at.split('T').next().unwrap_or_default();
            parts.push(format!("no person's answer: {what} by {on}"));
        }
        if let Some(owner) = &self.owner_now {
            parts.push(format!("now owned by {}", short(owner)));
        }
        if self.vanished {
            parts.push("no longer in the catalog".to_owned());
        }
        if self.answers.len() > 1 {
            parts.push(format!("{} in all", count(self.answers.len(), "answer", "answers")));
        }
        if parts.is_empty() { "–".to_owned() } else { parts.join("; ") }
    }

    /// Who gave the answer that stands.
    fn answered_by(&self) -> String {
        let answer = self.answers.iter().find(|answer| Some(answer.number) == self.stands);
        answer.map_or_else(|| "–".to_owned(), |answer| answer.by.shown())
    }
}

impl ReviewReport {
    /// The report of a progress, with the entities that the filter keeps.
    pub fn new(graph: &CatalogGraph, progress: &ReviewProgress<'_>, filter: &ReviewItemFilter) -> Self {
        let teams = progress.teams.iter().map(|team| TeamProgressReport {
            owner: team.owner.map(ToString::to_string),
            items: team.counts.total(),
            done: team.counts.done(),
            to_answer: team.counts.to_answer(),
            overdue: team.overdue,
            states: StateCountsReport::from(&team.counts),
        });
        let listed = progress.items.iter().filter(|item| filter.keeps(progress, item));
        let items: Vec<ReviewItemReport> = listed.map(|item| ReviewItemReport::new(progress, item)).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            review: ReviewSummaryReport::new(progress),
            teams: teams.collect(),
            total: items.len(),
            items,
            added: progress.added.iter().map(|entity| ref_of(*entity)).collect(),
            standing: standing(progress.review, progress.days_overdue, progress.now),
        }
    }

    /// What is to be known beside the tables, a sentence each.
    fn remarks(&self) -> Vec<String> {
        let review = &self.review;
        let mut remarks = Vec::new();
        let mut say = |number: usize, one: &str, many: &str, rest: &str| {
            if number > 0 {
                remarks.push(format!("{} {rest}", count(number, one, many)));
            }
        };
        let (entity, entities) = ("entity", "entities");
        let automatic = review.states.confirmed_automatically;
        say(automatic, entity, entities, "confirmed automatically, by no person's answer");
        say(review.by_non_owners, "answer", "answers", "by people who do not own what they are about");
        say(review.late_answers, "answer", "answers", "after the due date");
        say(review.vanished, entity, entities, "no longer in the catalog");
        say(self.added.len(), entity, entities, "came after the start, and nobody is asked about them");
        remarks
    }
}

impl Report for ReviewReport {
    fn page(&self) -> Page {
        let review = &self.review;
        let days_of = |moment: &str| crate::clock::moment(moment).map_or_else(|| moment.to_owned(), day);
        let mut facts = vec![
            ("scope".to_owned(), review.scope.clone()),
            (
                "started".to_owned(),
                format!("{} by {}", days_of(&review.started_at), review.started_by.shown()),
            ),
            ("due".to_owned(), days_of(&review.due)),
        ];
        if let Some(days) = review.automatic_days {
            let since = count(days as usize, "day", "days");
            facts.push(("automatic".to_owned(), format!("by changes from {since} before the start")));
        }
        if let (Some(at), Some(by)) = (&review.closed_at, &review.closed_by) {
            let why = review.closed_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            facts.push(("closed".to_owned(), format!("{} by {}{why}", days_of(at), by.shown())));
        }
        let mut teams = Table::new(&["team", "answered", "of", "to answer", "overdue"]);
        for team in &self.teams {
            teams.push([
                team.owner.as_deref().map_or_else(|| "nobody".to_owned(), short),
                team.done.to_string(),
                team.items.to_string(),
                team.to_answer.to_string(),
                team.overdue.to_string(),
            ]);
        }
        let mut items = Table::new(&["entity", "state", "asked", "answered by", "remark"]);
        for item in &self.items {
            items.push([
                short(&item.entity),
                if item.overdue { format!("{}, overdue", item.state) } else { item.state.to_owned() },
                ref_cell(item.asked.as_deref()),
                item.answered_by(),
                item.remark(),
            ]);
        }
        let heading = format!(
            "{} ({}): {} of {} answered, {}",
            review.title,
            review.id,
            review.done,
            count(review.items, "entity", "entities"),
            self.standing
        );
        let items_page = Page::default().table(items.clone());
        let mut page = Page::default()
            .heading(heading)
            .facts(facts)
            .lines(self.remarks())
            .table(teams)
            .table(items)
            .lines(
                self.added.iter().map(|entity| format!("new since the start: {}", short(entity))).collect(),
            );
        // What one carries on in a spreadsheet are the entities.
        page.main_table = items_page.main_table.map(|main| {
            super::super::page::MainTable {
            block: main.block.and_then(|_| {
                let is_items = |block: &super::super::Block| {
                    matches!(block, super::super::Block::Table(table) if table.columns == main.columns)
                };
                page.blocks.iter().position(is_items)
            }),
            ..main
        }
        });
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.items.iter().filter_map(|item| serde_json::to_value(item).ok()).collect()
    }
}
