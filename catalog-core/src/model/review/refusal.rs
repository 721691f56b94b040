//! Why something about a review was not done.

use crate::model::{EntityRef, grouped};

use super::{Review, ReviewId};

/// Why something about a review was not done. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefusal {
    /// There is no review of this id.
    #[error("there is no review `{text}`")]
    UnknownReview {
        /// What was asked for.
        text: Box<str>,
        /// Which there are, the latest first.
        known: Vec<ReviewId>,
    },
    /// A text cannot be the id of a review.
    #[error(
        "`{0}` cannot be the id of a review, which has up to {max} letters a-z, digits and `-` between them",
        max = ReviewId::BYTES_MAX
    )]
    NoId(Box<str>),
    /// A review of this id is there already.
    #[error("there is a review `{0}` already")]
    Exists(ReviewId),
    /// The scope means nothing that must be owned.
    #[error("the scope holds no entity that must be owned")]
    ScopeEmpty,
    /// The scope means more than a review can have.
    #[error("the scope holds {} entities, over the limit `review.items_max` of {}", grouped(*met), grouped(Review::ITEMS_MAX))]
    ScopeTooLarge {
        /// How many.
        met: usize,
    },
    /// The moment by which answers are due has passed.
    #[error("the due date has passed already")]
    DuePast,
    /// The review takes no more answers.
    #[error("review `{0}` is closed")]
    Closed(ReviewId),
    /// The review is not about this entity.
    #[error("review `{review}` is not about `{}`", entity.short())]
    NotInScope {
        /// The review.
        review: ReviewId,
        /// The entity.
        entity: EntityRef,
    },
    /// The entity was there when the review began and is not any more.
    #[error("`{}` is no longer in the catalog", entity.short())]
    Vanished {
        /// The entity.
        entity: EntityRef,
    },
    /// Somebody answered meanwhile.
    #[error(
        "`{}` was answered meanwhile: its last answer has number {found}, not {expected}",
        entity.short()
    )]
    AnsweredMeanwhile {
        /// The entity.
        entity: EntityRef,
        /// The number of the answer that was taken for the last; 0 for none.
        expected: u32,
        /// The number of the last answer.
        found: u32,
    },
    /// Only owners may answer, and this person is not known to be one.
    #[error(
        "{person} is not known to own `{}`{}",
        entity.short(),
        owner.as_ref().map_or_else(|| ", which has no owner".to_owned(), |owner| format!(", which is held to be owned by `{}`", owner.short()))
    )]
    NotOwner {
        /// Who.
        person: Box<str>,
        /// The entity.
        entity: EntityRef,
        /// Its owner.
        owner: Option<EntityRef>,
    },
    /// Something was to be handed over to whom it belongs.
    #[error("`{}` is held to be owned by `{}` already", entity.short(), owner.short())]
    HandOverToOwner {
        /// The entity.
        entity: EntityRef,
        /// Its owner.
        owner: EntityRef,
    },
    /// Something was to be handed over to what cannot own.
    #[error("`{}` cannot take over: it is no declared group or person", to.short())]
    ReceiverUnknown {
        /// To whom.
        to: EntityRef,
    },
    /// Nobody is named who does it.
    #[error("it is not said who answers")]
    PersonMissing,
    /// Something needs a reason and has none.
    #[error("a rejection needs a reason")]
    ReasonMissing,
    /// A correction does not say what would be right.
    #[error("a correction needs the value that would be right")]
    ValueMissing,
    /// A confirmation confirms neither existence nor correctness.
    #[error("a confirmation is of existence, of correctness, or of both")]
    NothingConfirmed,
    /// A text is longer than texts can be.
    #[error("the {field} is {} bytes, over the limit `review.text_bytes_max` of {}", grouped(*met), grouped(Review::TEXT_BYTES_MAX))]
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// How long it is, in bytes.
        met: usize,
    },
    /// The review has as many answers as it can have.
    #[error("review `{}` has {} answers, which is the limit `review.answers_max`", .0, grouped(Review::ANSWERS_MAX))]
    AnswersFull(ReviewId),
    /// A review that is carried over does not fit together.
    #[error("review `{review}` does not fit together: {what}")]
    Unfit {
        /// The review.
        review: ReviewId,
        /// What about it.
        what: &'static str,
    },
    /// A review that is carried over has another history than the one that is there.
    #[error("review `{0}` is there already and has another history")]
    OtherHistory(ReviewId),
}

impl ReviewRefusal {
    /// The stable name, as GraphQL gives it in `userErrors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownReview { .. } => "REVIEW_UNKNOWN",
            Self::NoId(_) => "REVIEW_ID_INVALID",
            Self::Exists(_) => "REVIEW_EXISTS",
            Self::ScopeEmpty => "REVIEW_SCOPE_EMPTY",
            Self::ScopeTooLarge { .. } => "REVIEW_SCOPE_TOO_LARGE",
            Self::DuePast => "REVIEW_DUE_PAST",
            Self::Closed(_) => "REVIEW_CLOSED",
            Self::NotInScope { .. } => "ENTITY_NOT_IN_SCOPE",
            Self::Vanished { .. } => "ENTITY_VANISHED",
            Self::AnsweredMeanwhile { .. } => "ANSWERED_MEANWHILE",
            Self::NotOwner { .. } => "NOT_OWNER",
            Self::HandOverToOwner { .. } => "HAND_OVER_TO_OWNER",
            Self::ReceiverUnknown { .. } => "RECEIVER_UNKNOWN",
            Self::PersonMissing => "PERSON_MISSING",
            Self::ReasonMissing => "REASON_MISSING",
            Self::ValueMissing => "VALUE_MISSING",
            Self::NothingConfirmed => "NOTHING_CONFIRMED",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::AnswersFull(_) => "REVIEW_ANSWERS_FULL",
            Self::Unfit { .. } => "REVIEW_UNFIT",
            Self::OtherHistory(_) => "REVIEW_OTHER_HISTORY",
        }
    }

    /// Which argument it is about, as GraphQL names it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::UnknownReview { .. }
            | Self::Closed(_)
            | Self::Unfit { .. }
            | Self::AnswersFull(_)
            | Self::OtherHistory(_) => "review",
            Self::NoId(_) | Self::Exists(_) => "id",
            Self::ScopeEmpty | Self::ScopeTooLarge { .. } => "scope",
            Self::DuePast => "due",
            Self::NotInScope { .. } | Self::Vanished { .. } => "ref",
            Self::AnsweredMeanwhile { .. } => "ifLast",
            Self::NotOwner { .. } | Self::PersonMissing => "person",
            Self::HandOverToOwner { .. } | Self::ReceiverUnknown { .. } => "to",
            Self::ReasonMissing => "reason",
            Self::ValueMissing => "value",
            Self::NothingConfirmed => "exists",
            Self::TextTooLong { field, .. } => field,
        }
    }
}
