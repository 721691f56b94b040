//! What is to be changed about reviews, and what a review itself says to that.

use std::sync::Arc;

use crate::model::{EntityRef, Revision, Timestamp};

use super::{
    Answer, AnswererStanding, Person, Review, ReviewAnswer, ReviewClosing, ReviewId, ReviewItem,
    ReviewOutcome, ReviewRefusal, ReviewScope,
};

/// What is to be changed about reviews. All of it is done, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewChange {
    /// A review begins.
    Start(NewReview),
    /// Answers to one review, in this order.
    Answer {
        /// The review.
        review: ReviewId,
        /// The answers.
        answers: Vec<NewAnswer>,
    },
    /// A review takes no more answers.
    Close {
        /// The review.
        review: ReviewId,
        /// Who closes it.
        by: Person,
        /// Why, where that is said.
        reason: Option<Box<str>>,
    },
    /// A review comes from another store, whole.
    Import(Box<Review>),
}

/// A review that is to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReview {
    /// Its id; `None` for one that suits its title and is free.
    pub id: Option<ReviewId>,
    /// What people call it.
    pub title: Box<str>,
    /// Which entities are meant.
    pub scope: ReviewScope,
    /// Which entities these are now, sorted by ref.
    pub items: Arc<[ReviewItem]>,
    /// Who begins it.
    pub by: Person,
    /// The last moment at which an answer is in time.
    pub due: Timestamp,
    /// See [`Review::automatic_days`].
    pub automatic_days: Option<u32>,
}

/// An answer that is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnswer {
    /// The entity, as the review names it.
    pub entity: EntityRef,
    /// What is said.
    pub answer: Answer,
    /// Who says it.
    pub by: Person,
    /// Whether that person is known to own the entity.
    pub standing: AnswererStanding,
    /// The owner that the standing is measured by.
    pub answers_for: Option<EntityRef>,
    /// Why, where that is said.
    pub reason: Option<Box<str>>,
    /// The number of the answer about the entity that is taken for the last, 0 for none: where it is
    /// another one, this one is refused. `None` where that does not matter.
    pub if_last: Option<u32>,
}

/// What a change of reviews did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewEffect {
    /// The revision that it made, or that is unchanged where there was nothing to do.
    pub revision: Revision,
    /// The review.
    pub review: ReviewId,
    /// The numbers of the answers that were added, in order.
    pub answers: Vec<u32>,
    /// Whether anything was changed.
    pub changed: bool,
}

impl NewReview {
    /// The review that begins now, by its own id or by one that is free.
    ///
    /// # Errors
    ///
    /// It cannot begin, for the reason that is given.
    pub fn start(
        &self,
        is_taken: impl Fn(&ReviewId) -> bool,
        now: Timestamp,
    ) -> Result<Review, ReviewRefusal> {
        within("title", &self.title)?;
        check_person(&self.by)?;
        if self.items.is_empty() {
            return Err(ReviewRefusal::ScopeEmpty);
        }
        if self.items.len() > Review::ITEMS_MAX {
            return Err(ReviewRefusal::ScopeTooLarge { met: self.items.len() });
        }
        if self.due < now {
            return Err(ReviewRefusal::DuePast);
        }
        let id = match &self.id {
            Some(id) if is_taken(id) => return Err(ReviewRefusal::Exists(id.clone())),
            Some(id) => id.clone(),
            None => free_id(&ReviewId::of_title(&self.title), is_taken),
        };
        Ok(Review {
            id,
            title: self.title.clone(),
            scope: self.scope.clone(),
            items: Arc::clone(&self.items),
            started_at: now,
            started_by: self.by.clone(),
            due: self.due,
            automatic_days: self.automatic_days,
            closed: None,
            answers: Vec::new(),
        })
    }
}

/// The id itself, or with the first number that makes it one of its own.
fn free_id(id: &ReviewId, is_taken: impl Fn(&ReviewId) -> bool) -> ReviewId {
    if !is_taken(id) {
        return id.clone();
    }
    let mut numbered = (2..).map(|number| id.numbered(number));
    numbered.find(|id| !is_taken(id)).expect("there are more numbers than reviews")
}

impl Review {
    /// Takes an answer and gives it its number. O(answers).
    ///
    /// # Errors
    ///
    /// The answer cannot be taken, for the reason that is given; the review is as it was.
    pub fn take(&mut self, new: &NewAnswer, now: Timestamp) -> Result<&ReviewAnswer, ReviewRefusal> {
        if self.closed.is_some() {
            return Err(ReviewRefusal::Closed(self.id.clone()));
        }
        if self.item(&new.entity).is_none() {
            return Err(ReviewRefusal::NotInScope { review: self.id.clone(), entity: new.entity.clone() });
        }
        check_said(&new.answer, &new.by, new.reason.as_deref())?;
        if self.answers.len() >= Self::ANSWERS_MAX {
            return Err(ReviewRefusal::AnswersFull(self.id.clone()));
        }
        if let Some(expected) = new.if_last {
            let found = ReviewOutcome::of(self.answers_about(&new.entity)).last;
            if found != expected {
                let entity = new.entity.clone();
                return Err(ReviewRefusal::AnsweredMeanwhile { entity, expected, found });
            }
        }
        let number = u32::try_from(self.answers.len() + 1).expect("the number of answers is bounded");
        self.answers.push(ReviewAnswer {
            number,
            entity: new.entity.clone(),
            answer: new.answer.clone(),
            by: new.by.clone(),
            standing: new.standing,
            answers_for: new.answers_for.clone(),
            at: now,
            reason: new.reason.clone(),
        });
        Ok(self.answers.last().expect("it was just added"))
    }

    /// Takes no more answers.
    ///
    /// # Errors
    ///
    /// It is closed already, or the reason is too long.
    pub fn close(&mut self, by: &Person, reason: Option<&str>, now: Timestamp) -> Result<(), ReviewRefusal> {
        check_person(by)?;
        within("reason", reason.unwrap_or_default())?;
        if self.closed.is_some() {
            return Err(ReviewRefusal::Closed(self.id.clone()));
        }
        self.closed = Some(ReviewClosing { at: now, by: by.clone(), reason: reason.map(Into::into) });
        Ok(())
    }

    /// Whether it fits together, as one that was started and answered here always does.
    ///
    /// # Errors
    ///
    /// It does not, as one that was written by hand may not.
    pub fn check_whole(&self) -> Result<(), ReviewRefusal> {
        let unfit = |what: &'static str| Err(ReviewRefusal::Unfit { review: self.id.clone(), what });
        if self.items.is_empty() || self.items.len() > Self::ITEMS_MAX {
            return unfit("it has no items, or too many");
        }
        if !self.items.is_sorted_by(|a, b| a.entity < b.entity) {
            return unfit("its items are not in the order of their refs, each once");
        }
        if self.answers.len() > Self::ANSWERS_MAX {
            return Err(ReviewRefusal::AnswersFull(self.id.clone()));
        }
        within("title", &self.title)?;
        check_person(&self.started_by)?;
        for (position, answer) in self.answers.iter().enumerate() {
            if answer.number as usize != position + 1 {
                return unfit("its answers are not numbered from 1 in their order");
            }
            if self.item(&answer.entity).is_none() {
                return unfit("it has an answer about what is no item of it");
            }
            check_said(&answer.answer, &answer.by, answer.reason.as_deref())?;
        }
        Ok(())
    }

    /// Brings in the same review from elsewhere; whether it said anything new: more answers, or that it
    /// is closed.
    ///
    /// # Errors
    ///
    /// It began otherwise, or neither history is the beginning of the other.
    pub fn merge(&mut self, other: &Self) -> Result<bool, ReviewRefusal> {
        let is_same = Self { answers: Vec::new(), closed: None, ..self.clone() }
            == Self { answers: Vec::new(), closed: None, ..other.clone() };
        let common = self.answers.len().min(other.answers.len());
        let closings_fit = self.closed.is_none() || other.closed.is_none() || self.closed == other.closed;
        if !is_same || !closings_fit || self.answers[..common] != other.answers[..common] {
            return Err(ReviewRefusal::OtherHistory(self.id.clone()));
        }
        let is_new = other.answers.len() > common || (self.closed.is_none() && other.closed.is_some());
        self.answers.extend_from_slice(&other.answers[common..]);
        self.closed = self.closed.take().or_else(|| other.closed.clone());
        Ok(is_new)
    }
}

/// Whether an answer says what it must say.
fn check_said(answer: &Answer, by: &Person, reason: Option<&str>) -> Result<(), ReviewRefusal> {
    check_person(by)?;
    within("reason", reason.unwrap_or_default())?;
    match answer {
        Answer::Confirm { exists: false, correct: false } => Err(ReviewRefusal::NothingConfirmed),
        Answer::Correct { field, value } => {
            within("field", field.as_deref().unwrap_or_default())?;
            within("value", value)?;
            if value.trim().is_empty() { Err(ReviewRefusal::ValueMissing) } else { Ok(()) }
        }
        Answer::Reject(_) if reason.is_none_or(|reason| reason.trim().is_empty()) => {
            Err(ReviewRefusal::ReasonMissing)
        }
        Answer::Confirm { .. } | Answer::HandOver { .. } | Answer::Reject(_) => Ok(()),
    }
}

fn check_person(person: &Person) -> Result<(), ReviewRefusal> {
    within("person", &person.written)?;
    if person.written.trim().is_empty() { Err(ReviewRefusal::PersonMissing) } else { Ok(()) }
}

fn within(field: &'static str, text: &str) -> Result<(), ReviewRefusal> {
    if text.len() > Review::TEXT_BYTES_MAX {
        return Err(ReviewRefusal::TextTooLong { field, met: text.len() });
    }
    Ok(())
}
