//! What somebody says about one entity of a review.

use std::fmt;

use crate::model::{EntityRef, Timestamp};

/// One answer about one entity. It is never changed or taken away; a later one may stand in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAnswer {
    /// Its number in the review, from 1.
    pub number: u32,
    /// The entity, as the review names it.
    pub entity: EntityRef,
    /// What was said.
    pub answer: Answer,
    /// Who said it.
    pub by: Person,
    /// Whether that person was known to own the entity.
    pub standing: AnswererStanding,
    /// The owner that the standing is measured by; `None` where the entity had none.
    pub answers_for: Option<EntityRef>,
    /// When it was taken.
    pub at: Timestamp,
    /// Why, where that was said.
    pub reason: Option<Box<str>>,
}

/// What is said about an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is as the catalog says. At least one of the two is set.
    Confirm {
        /// It exists and is in use.
        exists: bool,
        /// What the catalog says of it is right.
        correct: bool,
    },
    /// Something is wrong. The manifest remains the truth: this says what it should be changed to.
    Correct {
        /// Which field, as in `spec.owner`; `None` where only the value says it.
        field: Option<Box<str>>,
        /// What it should be.
        value: Box<str>,
    },
    /// It belongs to somebody else, who has yet to confirm that.
    HandOver {
        /// To whom.
        to: EntityRef,
    },
    /// It does not belong in the list.
    Reject(Rejection),
}

/// Why an entity does not belong in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// It is somebody else's, and it is not known whose.
    NotOurs = 0,
    /// It does not exist, or no more.
    DoesNotExist = 1,
}

impl Rejection {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 2] = [Self::NotOurs, Self::DoesNotExist];

    /// The reason in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotOurs => "not-ours",
            Self::DoesNotExist => "does-not-exist",
        }
    }
}

impl Answer {
    /// The answer in a word, as JSON shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirm { .. } => "confirm",
            Self::Correct { .. } => "correct",
            Self::HandOver { .. } => "hand-over",
            Self::Reject(_) => "reject",
        }
    }
}

/// Whether who answers is known to own what the answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswererStanding {
    /// The owner itself, or a member of it.
    Owner = 0,
    /// It cannot be told: the person or the members of the owner are not known, or there is no owner.
    Unknown = 1,
    /// All members of the owner are known, and the person is none of them.
    NonOwner = 2,
}

impl AnswererStanding {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Unknown, Self::NonOwner];

    /// The standing in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Unknown => "unknown",
            Self::NonOwner => "non-owner",
        }
    }
}

/// Who does something in a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As it was given: an e-mail address, a login or a ref.
    pub written: Box<str>,
    /// Which user of the catalog that was then, where there was one.
    pub user: Option<EntityRef>,
}

impl fmt::Display for Person {
    /// The user where there is one, else what was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.user {
            Some(user) => f.write_str(&user.short()),
            None => f.write_str(&self.written),
        }
    }
}
