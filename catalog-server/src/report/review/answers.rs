//! What answers did.

use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, EntityRef, Review, ReviewAnswer, ReviewEffect},
    review::{ItemState, ReviewedItem, place_to_correct, reviewed_item},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    super::{
        Page, Report, SCHEMA_VERSION, Table,
        place::{PlaceReport, short},
    },
    ReviewAnswerReport,
};

/// The answers that were taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewAnswersReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision that they made.
    pub revision: u64,
    /// The id of the review.
    pub review: String,
    /// How many there are.
    pub total: usize,
    /// The answers, in the order in which they were taken.
    pub answers: Vec<TakenAnswerReport>,
}

/// One answer that was taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenAnswerReport {
    /// The answer.
    pub answer: ReviewAnswerReport,
    /// Where the entity stands now; see `catalog review show`.
    pub state: &'static str,
    /// Whether it is the answer that stands.
    pub stands: bool,
    /// The number of the answer that stood before, where there was one: it is kept.
    pub former: Option<u32>,
    /// Who has to confirm it, where that is still to be done.
    pub waits_for: Option<String>,
    /// Of a correction: the place in git to change, which remains the truth.
    pub place: Option<PlaceReport>,
    /// Who answered before.
    #[serde(skip)]
    former_by: Option<String>,
}

impl ReviewAnswersReport {
    /// What a change of a review of the graph did.
    pub fn new(graph: &CatalogGraph, review: &Review, effect: &ReviewEffect) -> Self {
        let taken = review.answers.iter().filter(|answer| effect.answers.contains(&answer.number));
        let answers: Vec<TakenAnswerReport> =
            taken.map(|answer| TakenAnswerReport::new(graph, review, answer)).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: effect.revision.0,
            review: review.id.to_string(),
            total: answers.len(),
            answers,
        }
    }
}

/// Where an entity stood once the answers up to a number were taken.
fn item_at<'g>(
    graph: &'g CatalogGraph,
    review: &'g Review,
    entity: &EntityRef,
    last: u32,
) -> Option<ReviewedItem<'g>> {
    let item = review.item(entity)?;
    let answers = review.answers_about(&item.entity).filter(|answer| answer.number <= last).collect();
    Some(reviewed_item(graph, review, item, answers))
}

impl TakenAnswerReport {
    fn new(graph: &CatalogGraph, review: &Review, answer: &ReviewAnswer) -> Self {
        let now = item_at(graph, review, &answer.entity, answer.number);
        let before = item_at(graph, review, &answer.entity, answer.number - 1);
        let former = before.as_ref().and_then(|item| item.outcome.standing);
        let entity = now.as_ref().and_then(|item| item.entity);
        let place = match &answer.answer {
            Answer::Correct { field, .. } => {
                entity.and_then(|entity| place_to_correct(entity, field.as_deref()))
            }
            _ => None,
        };
        let state = now.as_ref().map_or(ItemState::Open, |item| item.state);
        let waits = now.as_ref().filter(|_| state == ItemState::HandOverPending);
        Self {
            answer: ReviewAnswerReport::new(review, answer),
            state: state.name(),
            stands: now.as_ref().and_then(|item| item.outcome.standing) == Some(answer),
            former: former.map(|former| former.number),
            waits_for: waits.and_then(|item| item.outcome.handed_to).map(ToString::to_string),
            place: place.as_ref().map(PlaceReport::from),
            former_by: former.map(|former| former.by.to_string()),
        }
    }

    fn remarks(&self, review: &str) -> Vec<String> {
        let entity = short(&self.answer.entity);
        let mut remarks: Vec<String> =
            self.answer.marks().iter().map(|mark| format!("{entity}: {mark}")).collect();
        if let (Some(number), Some(by)) = (self.former, &self.former_by) {
            let which = if self.stands { "this answer stands now" } else { "that answer still stands" };
            remarks.push(format!("{entity}: answer {number} of {by} is kept, and {which}"));
        }
        if let Some(owner) = &self.waits_for {
            remarks.push(format!(
                "{entity}: {} has to confirm it, with `catalog review confirm {entity} --review {review}`",
                short(owner)
            ));
        }
        if let Some(place) = &self.place {
            remarks.push(format!("{entity}: the manifest remains the truth; change it at {}", place.short()));
        }
        remarks
    }
}

impl Report for ReviewAnswersReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["answer", "entity", "said", "by", "state"]);
        for taken in &self.answers {
            table.push([
                taken.answer.number.to_string(),
                short(&taken.answer.entity),
                format!("{}: {}", taken.answer.answer, taken.answer.sentence()),
                taken.answer.by.shown(),
                taken.state.to_owned(),
            ]);
        }
        let remarks = self.answers.iter().flat_map(|taken| taken.remarks(&self.review)).collect();
        let page = Page::default().table(table).lines(remarks);
        if self.total == 0 { page.text("nothing was left to answer") } else { page }
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.answers.iter().filter_map(|answer| serde_json::to_value(answer).ok()).collect()
    }
}
