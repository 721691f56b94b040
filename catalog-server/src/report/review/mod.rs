//! Reviews of ownership: all of them, one with its progress, what answers did, and the lines in which
//! they are carried over.

mod answers;
mod line;
mod list;
mod progress;

use catalog_core::{
    model::{Answer, Person, Review, ReviewAnswer, Timestamp},
    review::{ReviewProgress, StateCounts, scope_sentence},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::{day, rfc3339};

pub use answers::ReviewAnswersReport;
pub use line::{ReviewLineError, read_review_lines, write_review_lines};
pub use list::ReviewsReport;
pub use progress::{ReviewItemFilter, ReviewReport};

/// What a review is, and how far it has come.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewSummaryReport {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Which entities were meant at the start, in words.
    pub scope: String,
    /// When it began, as RFC 3339 in UTC.
    pub started_at: String,
    /// Who began it.
    pub started_by: PersonReport,
    /// The last moment at which an answer is in time, as RFC 3339 in UTC.
    pub due: String,
    /// How many days before the start a change still confirms; null where only people confirm.
    pub automatic_days: Option<u32>,
    /// When it was closed; null where it takes answers.
    pub closed_at: Option<String>,
    /// Who closed it.
    pub closed_by: Option<PersonReport>,
    /// Why it was closed.
    pub closed_reason: Option<String>,
    /// For how many days it has been due with something still to be answered; null where it is not.
    pub days_overdue: Option<u32>,
    /// How many entities it is about.
    pub items: usize,
    /// Of how many of them nothing more is asked.
    pub done: usize,
    /// How many are still to be answered.
    pub to_answer: usize,
    /// How many are in each state.
    pub states: StateCountsReport,
    /// How many of the answers that stand are of people who do not own what they are about.
    pub by_non_owners: usize,
    /// How many of the entities are no longer in the catalog, answered or not.
    pub vanished: usize,
    /// How many answers there are.
    pub answers: usize,
    /// How many of them came after the due date.
    pub late_answers: usize,
}

/// Who did something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonReport {
    /// As it was given: an e-mail address, a login or a ref.
    pub written: String,
    /// Which user of the catalog that was then.
    pub user: Option<String>,
}

/// How many items are in each state; together all items.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateCountsReport {
    /// Nobody answered.
    pub open: usize,
    /// Of existence and correctness one is confirmed.
    pub partly_confirmed: usize,
    /// Handed over to somebody who has not confirmed that yet.
    pub hand_over_pending: usize,
    /// A person confirmed both.
    pub confirmed: usize,
    /// No person confirmed it; it changed or was observed.
    pub confirmed_automatically: usize,
    /// A person said what is wrong.
    pub corrected: usize,
    /// Handed over to somebody who has confirmed that.
    pub handed_over: usize,
    /// A person said that it does not belong in the list.
    pub rejected: usize,
    /// It went before anybody answered.
    pub vanished: usize,
}

/// One answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewAnswerReport {
    /// Its number in the review, from 1.
    pub number: u32,
    /// The entity that it is about.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `confirm`, `correct`, `hand-over` or `reject`.
    pub answer: &'static str,
    /// Of a confirmation: whether it is of existence.
    pub exists: Option<bool>,
    /// Of a confirmation: whether it is of what the catalog says.
    pub correct: Option<bool>,
    /// Of a correction: the field that is wrong, where one was named.
    pub field: Option<String>,
    /// Of a correction: what it should be.
    pub value: Option<String>,
    /// Of a hand-over: to whom.
    pub to: Option<String>,
    /// Of a rejection: `not-ours` or `does-not-exist`.
    pub rejection: Option<&'static str>,
    /// Who said it.
    pub by: PersonReport,
    /// `owner`, `non-owner`, or `unknown` where it cannot be told.
    pub standing: &'static str,
    /// The owner that the standing is measured by.
    pub answers_for: Option<String>,
    /// When it was taken, as RFC 3339 in UTC.
    pub at: String,
    /// Whether that was after the due date.
    pub late: bool,
    /// Why.
    pub reason: Option<String>,
}

impl From<&Person> for PersonReport {
    fn from(person: &Person) -> Self {
        Self { written: person.written.to_string(), user: person.user.as_ref().map(ToString::to_string) }
    }
}

impl PersonReport {
    /// The user where there is one, else what was written.
    fn shown(&self) -> String {
        self.user.as_deref().map_or_else(|| self.written.clone(), super::place::short)
    }
}

impl From<&StateCounts> for StateCountsReport {
    fn from(counts: &StateCounts) -> Self {
        use catalog_core::review::ItemState;
        Self {
            open: counts.of(ItemState::Open),
            partly_confirmed: counts.of(ItemState::PartlyConfirmed),
            hand_over_pending: counts.of(ItemState::HandOverPending),
            confirmed: counts.of(ItemState::Confirmed),
            confirmed_automatically: counts.of(ItemState::ConfirmedAutomatically),
            corrected: counts.of(ItemState::Corrected),
            handed_over: counts.of(ItemState::HandedOver),
            rejected: counts.of(ItemState::Rejected),
            vanished: counts.of(ItemState::Vanished),
        }
    }
}

impl ReviewAnswerReport {
    fn new(review: &Review, answer: &ReviewAnswer) -> Self {
        let text = |text: &str| Some(text.to_owned());
        let mut report = Self {
            number: answer.number,
            entity: answer.entity.to_string(),
            answer: answer.answer.name(),
            exists: None,
            correct: None,
            field: None,
            value: None,
            to: None,
            rejection: None,
            by: PersonReport::from(&answer.by),
            standing: answer.standing.name(),
            answers_for: answer.answers_for.as_ref().map(ToString::to_string),
            at: rfc3339(answer.at),
            late: review.is_late(answer),
            reason: answer.reason.as_deref().and_then(text),
        };
        match &answer.answer {
            Answer::Confirm { exists, correct } => {
                (report.exists, report.correct) = (Some(*exists), Some(*correct));
            }
            Answer::Correct { field, value } => {
                (report.field, report.value) = (field.as_deref().and_then(text), text(value));
            }
            Answer::HandOver { to } => report.to = Some(to.to_string()),
            Answer::Reject(why) => report.rejection = Some(why.name()),
        }
        report
    }

    /// What was said, in words.
    fn sentence(&self) -> String {
        let said = match self.answer {
            "confirm" => match (self.exists, self.correct) {
                (Some(true), Some(false)) => "it exists".to_owned(),
                (Some(false), Some(true)) => "what is said of it is right".to_owned(),
                _ => "it exists and is right".to_owned(),
            },
            "correct" => match (&self.field, &self.value) {
                (Some(field), Some(value)) => format!("`{field}` should be `{value}`"),
                (_, value) => format!("should be: {}", value.as_deref().unwrap_or_default()),
            },
            "hand-over" => format!("to {}", super::place::ref_cell(self.to.as_deref())),
            _ => match self.rejection {
                Some("does-not-exist") => "does not exist".to_owned(),
                _ => "not ours".to_owned(),
            },
        };
        match &self.reason {
            Some(reason) => format!("{said}: {reason}"),
            None => said,
        }
    }

    /// What is to be known of the answer beside what it says.
    fn marks(&self) -> Vec<String> {
        let mut marks = Vec::new();
        let owner = || super::place::ref_cell(self.answers_for.as_deref());
        match (self.standing, &self.answers_for) {
            ("non-owner", _) => marks.push(format!("by a non-owner, not in {}", owner())),
            ("unknown", Some(_)) => marks.push(format!("not known whether in {}", owner())),
            ("unknown", None) => marks.push("nobody owns it".to_owned()),
            _ => {}
        }
        if self.late {
            marks.push("late".to_owned());
        }
        marks
    }
}

impl ReviewSummaryReport {
    fn new(progress: &ReviewProgress<'_>) -> Self {
        let review = progress.review;
        let closing = review.closed.as_ref();
        Self {
            id: review.id.to_string(),
            title: review.title.to_string(),
            scope: scope_sentence(&review.scope),
            started_at: rfc3339(review.started_at),
            started_by: PersonReport::from(&review.started_by),
            due: rfc3339(review.due),
            automatic_days: review.automatic_days,
            closed_at: closing.map(|closing| rfc3339(closing.at)),
            closed_by: closing.map(|closing| PersonReport::from(&closing.by)),
            closed_reason: closing.and_then(|closing| closing.reason.as_deref()).map(str::to_owned),
            days_overdue: progress.days_overdue,
            items: progress.totals.total(),
            done: progress.totals.done(),
            to_answer: progress.totals.to_answer(),
            states: StateCountsReport::from(&progress.totals),
            by_non_owners: progress.by_non_owners,
            vanished: progress.vanished,
            answers: review.answers.len(),
            late_answers: progress.late_answers,
        }
    }
}

/// Whether a review is open, due or closed, in a word or two.
fn standing(review: &Review, days_overdue: Option<u32>, now: Timestamp) -> String {
    match (days_overdue, &review.closed) {
        (_, Some(closing)) => format!("closed on {}", day(closing.at)),
        (Some(days), None) => {
            format!("overdue for {}", super::page::count(days as usize, "day", "days"))
        }
        (None, None) if review.is_past_due(now) => "answered".to_owned(),
        (None, None) => format!("due on {}", day(review.due)),
    }
}
