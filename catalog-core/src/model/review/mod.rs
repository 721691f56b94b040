//! A round in which owners confirm, correct, hand over or reject what is held to be theirs.
//!
//! A [`Review`] has its [`ReviewItem`]s from its start, so that progress has a denominator, and its
//! [`ReviewAnswer`]s, which are only ever added to. What the answers about one entity come to is an
//! [`ReviewOutcome`]. A [`ReviewChange`] starts, answers or closes a review, or is a [`ReviewRefusal`].

mod answer;
mod change;
mod id;
mod outcome;
mod refusal;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use answer::{Answer, AnswererStanding, Person, Rejection, ReviewAnswer};
pub use change::{NewAnswer, NewReview, ReviewChange, ReviewEffect};
pub use id::ReviewId;
pub use outcome::{OutcomeState, ReviewOutcome};
pub use refusal::ReviewRefusal;

use super::{ContentId, EntityRef, Tier, Timestamp};

/// A round in which owners say whether what is held to be theirs is there, is right and is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// By what it is called.
    pub id: ReviewId,
    /// What people call it.
    pub title: Box<str>,
    /// Which entities were meant at the start.
    pub scope: ReviewScope,
    /// The entities that it is about, fixed at the start, sorted by ref, each once.
    pub items: Arc<[ReviewItem]>,
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub started_by: Person,
    /// The last moment at which an answer is in time.
    pub due: Timestamp,
    /// How many days before the start a change still confirms an entity by itself; `None` where only
    /// people confirm.
    pub automatic_days: Option<u32>,
    /// Set once no more answers are taken.
    pub closed: Option<ReviewClosing>,
    /// Every answer, in the order in which they were taken: the first has the number 1.
    pub answers: Vec<ReviewAnswer>,
}

/// That a review takes no more answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewClosing {
    /// Since when.
    pub at: Timestamp,
    /// Who closed it.
    pub by: Person,
    /// Why, where that was said.
    pub reason: Option<Box<str>>,
}

/// Which entities a review is about. Fields are joined by *and*, the values of one field by *or*; an
/// empty field asks for nothing, so that an empty scope means everything that must be owned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewScope {
    /// Kinds, as in `component`.
    pub kinds: Vec<Box<str>>,
    /// Namespaces.
    pub namespaces: Vec<Box<str>>,
    /// Owners.
    pub owners: Vec<EntityRef>,
    /// Systems or domains that an entity is a part of, directly or not.
    pub systems: Vec<EntityRef>,
    /// Repositories that declare it: a whole id, or the end of one after a `/`.
    pub repositories: Vec<Box<str>>,
    /// Tiers.
    pub tiers: Vec<Tier>,
}

/// One entity of a review, as it was at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItem {
    /// The entity.
    pub entity: EntityRef,
    /// Who owned it.
    pub owner: Option<EntityRef>,
    /// The content of the manifest that declared it.
    pub manifest: Option<ContentId>,
    /// When that manifest had last changed, where that was known.
    pub changed_at: Option<Timestamp>,
}

impl Review {
    /// How many entities a review can have.
    pub const ITEMS_MAX: usize = 1_000_000;
    /// How many answers a review can have.
    pub const ANSWERS_MAX: usize = 1_000_000;
    /// How long a title, a reason or any other text can be, in bytes.
    pub const TEXT_BYTES_MAX: usize = 4_096;

    /// The item of an entity. O(log items).
    pub fn item(&self, entity: &EntityRef) -> Option<&ReviewItem> {
        let position = self.items.binary_search_by(|item| item.entity.cmp(entity)).ok()?;
        Some(&self.items[position])
    }

    /// The answers about one entity, in order. O(answers).
    pub fn answers_about<'r>(&'r self, entity: &'r EntityRef) -> impl Iterator<Item = &'r ReviewAnswer> {
        self.answers.iter().filter(move |answer| answer.entity == *entity)
    }

    /// Whether an answer came after the review was due.
    pub fn is_late(&self, answer: &ReviewAnswer) -> bool {
        answer.at > self.due
    }

    /// Whether it takes answers and they should all have been given.
    pub fn is_past_due(&self, now: Timestamp) -> bool {
        self.closed.is_none() && now > self.due
    }

    /// For how many days it has been due, 1 on the first; `None` where it is not, or is closed.
    pub fn days_past_due(&self, now: Timestamp) -> Option<u32> {
        let seconds = now.0.saturating_sub(self.due.0);
        self.is_past_due(now).then(|| u32::try_from((seconds - 1) / SECONDS_PER_DAY + 1).unwrap_or(u32::MAX))
    }
}

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// All reviews, the earliest first. A clone shares everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews(Arc<[Arc<Review>]>);

impl Reviews {
    /// Takes reviews in any order.
    pub fn new(reviews: impl IntoIterator<Item = Review>) -> Self {
        let mut reviews: Vec<Arc<Review>> = reviews.into_iter().map(Arc::new).collect();
        reviews.sort_by(|a, b| (a.started_at, &a.id).cmp(&(b.started_at, &b.id)));
        Self(reviews.into())
    }

    /// Whether nothing was ever reviewed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The reviews by start, then by id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Review> + ExactSizeIterator {
        self.0.iter().map(|review| &**review)
    }

    /// The review of this id.
    pub fn find(&self, id: &str) -> Option<&Review> {
        self.iter().find(|review| review.id.as_str() == id)
    }

    /// The review that a person means: by its id, without regard to case.
    ///
    /// # Errors
    ///
    /// There is none; the refusal says which there are.
    pub fn named(&self, text: &str) -> Result<&Review, ReviewRefusal> {
        let wanted = text.trim().to_lowercase();
        self.find(&wanted).ok_or_else(|| ReviewRefusal::UnknownReview {
            text: text.into(),
            known: self.iter().rev().map(|review| review.id.clone()).collect(),
        })
    }
}
