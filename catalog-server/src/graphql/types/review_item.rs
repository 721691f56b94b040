//! One entity of a review, and what was answered about it.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, AnswererStanding, EntityRef, Rejection, Review, ReviewAnswer, ReviewId, Timestamp},
    review::{AutomaticGround, ReviewedItem, reviewed_item},
};

use super::{
    entity::EntityObject,
    review::{ReviewItemStateValue, ReviewPersonObject},
};
use crate::{
    clock::rfc3339,
    graphql::page::{Page, PageArguments, page},
};

/// One entity of a review, by its name at the start.
#[derive(Clone)]
pub(crate) struct ReviewItemObject {
    graph: Arc<CatalogGraph>,
    review: ReviewId,
    entity: EntityRef,
    now: Timestamp,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReviewAnswerKind")]
pub(crate) enum ReviewAnswerKind {
    /// It exists, or what the catalog says of it is right, or both.
    Confirm,
    /// Something is wrong.
    Correct,
    /// It belongs to somebody else.
    HandOver,
    /// It does not belong in the list.
    Reject,
}

/// Why an entity does not belong in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReviewRejection", remote = "Rejection")]
pub(crate) enum RejectionValue {
    /// It is somebody else's, and it is not known whose.
    NotOurs,
    /// It does not exist, or no more.
    DoesNotExist,
}

/// Whether who answers is known to own what the answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReviewAnswererStanding", remote = "AnswererStanding")]
pub(crate) enum AnswererStandingValue {
    /// The owner itself, or a member of it.
    Owner,
    /// It cannot be told: the person or the members of the owner are not known, or there is no owner.
    Unknown,
    /// All members of the owner are known, and the person is none of them.
    NonOwner,
}

/// What confirms an entity without anybody's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReviewAutomaticGround", remote = "AutomaticGround")]
pub(crate) enum AutomaticGroundValue {
    /// Its manifest changed.
    ManifestChanged,
    /// It was seen at work.
    Observed,
}

/// That something confirms an entity without anybody's answer.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ReviewAutomaticConfirmation")]
pub(crate) struct AutomaticConfirmationObject {
    /// What it was.
    ground: AutomaticGroundValue,
    /// When that was, at the latest, as an RFC 3339 timestamp in UTC.
    at: String,
}

/// One answer about one entity of a review. It is never changed or taken away.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ReviewAnswer")]
pub(crate) struct ReviewAnswerObject {
    /// Its number in the review, from 1.
    number: u32,
    /// The ref of the entity that it is about.
    #[graphql(name = "ref")]
    reference: String,
    /// What kind of answer it is.
    kind: ReviewAnswerKind,
    /// Of a confirmation: whether it is of existence.
    exists: Option<bool>,
    /// Of a confirmation: whether it is of what the catalog says.
    correct: Option<bool>,
    /// Of a correction: the field that is wrong, where one was named.
    field: Option<String>,
    /// Of a correction: what it should be.
    value: Option<String>,
    /// Of a hand-over: the ref of who takes over.
    to: Option<String>,
    /// Of a rejection: why.
    rejection: Option<RejectionValue>,
    /// Who said it.
    by: ReviewPersonObject,
    /// Whether that person was known to own the entity.
    standing: AnswererStandingValue,
    /// The ref of the owner that the standing is measured by.
    answers_for: Option<String>,
    /// When it was taken, as an RFC 3339 timestamp in UTC.
    at: String,
    /// Whether that was after the due date.
    late: bool,
    /// Why it was said.
    reason: Option<String>,
}

impl ReviewAnswerObject {
    pub(crate) fn new(review: &Review, answer: &ReviewAnswer) -> Self {
        let mut object = Self {
            number: answer.number,
            reference: answer.entity.to_string(),
            kind: ReviewAnswerKind::Confirm,
            exists: None,
            correct: None,
            field: None,
            value: None,
            to: None,
            rejection: None,
            by: ReviewPersonObject::from(&answer.by),
            standing: answer.standing.into(),
            answers_for: answer.answers_for.as_ref().map(ToString::to_string),
            at: rfc3339(answer.at),
            late: review.is_late(answer),
            reason: answer.reason.as_deref().map(str::to_owned),
        };
        match &answer.answer {
            Answer::Confirm { exists, correct } => {
                (object.exists, object.correct) = (Some(*exists), Some(*correct));
            }
            Answer::Correct { field, value } => {
                object.kind = ReviewAnswerKind::Correct;
                object.field = field.as_deref().map(str::to_owned);
                object.value = Some(value.to_string());
            }
            Answer::HandOver { to } => {
                object.kind = ReviewAnswerKind::HandOver;
                object.to = Some(to.to_string());
            }
            Answer::Reject(why) => {
                object.kind = ReviewAnswerKind::Reject;
                object.rejection = Some((*why).into());
            }
        }
        object
    }
}

impl ReviewItemObject {
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        review: &ReviewId,
        entity: &EntityRef,
        now: Timestamp,
    ) -> Self {
        Self { graph: Arc::clone(graph), review: review.clone(), entity: entity.clone(), now }
    }

    fn review(&self) -> &Review {
        self.graph.reviews().find(self.review.as_str()).expect("the graph has the review of the item")
    }

    fn item(&self) -> ReviewedItem<'_> {
        let review = self.review();
        let item = review.item(&self.entity).expect("the review has the item");
        reviewed_item(&self.graph, review, item, review.answers_about(&self.entity).collect())
    }
}

/// One entity of a review.
#[Object(name = "ReviewItem")]
impl ReviewItemObject {
    /// The ref of the entity, as it was at the start.
    #[graphql(name = "ref")]
    async fn reference(&self) -> &str {
        self.entity.as_str()
    }

    /// The entity as it is now; null where it is no longer in the catalog.
    async fn entity(&self) -> Option<EntityObject> {
        self.item().entity.map(|entity| EntityObject::new(&self.graph, entity))
    }

    /// Where it stands.
    async fn state(&self) -> ReviewItemStateValue {
        self.item().state.into()
    }

    /// Whether it is past the due date and still to be answered.
    async fn overdue(&self) -> bool {
        self.review().is_past_due(self.now) && !self.item().state.is_done()
    }

    /// The ref of who is asked: the owner at the start, or to whom it was handed over.
    async fn asked(&self) -> Option<String> {
        self.item().asked().map(ToString::to_string)
    }

    /// The ref of who owned it at the start.
    async fn owner(&self) -> Option<String> {
        self.item().item.owner.as_ref().map(ToString::to_string)
    }

    /// Who owns it now, where that is somebody else than at the start.
    async fn owner_now(&self) -> Option<EntityObject> {
        self.item().owner_now().map(|owner| EntityObject::new(&self.graph, owner))
    }

    /// What confirms it without anybody's answer.
    async fn automatic(&self) -> Option<AutomaticConfirmationObject> {
        let automatic = self.item().automatic?;
        Some(AutomaticConfirmationObject { ground: automatic.ground.into(), at: rfc3339(automatic.at) })
    }

    /// The answer that stands; null where nobody answered.
    async fn stands(&self) -> Option<ReviewAnswerObject> {
        let standing = self.item().outcome.standing?;
        Some(ReviewAnswerObject::new(self.review(), standing))
    }

    /// The number of the last answer, 0 where there is none: what `ifLast` of the next one can be.
    async fn last(&self) -> u32 {
        self.item().outcome.last
    }

    /// Every answer about it, in the order in which they were taken.
    async fn answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReviewAnswerObject>> {
        let review = self.review();
        page(
            ctx,
            self.graph.revision(),
            &self.item().answers,
            &PageArguments::forward(first, after),
            |answer| answer.number,
            |answer| ReviewAnswerObject::new(review, answer),
        )
    }
}
