//! The stored form of reviews: a record that is written at the start and at the end, and one for each answer.

use serde::{Deserialize, Serialize};

use super::{Senseless, numbered};
use crate::model::{
    Answer, AnswererStanding, ContentId, EntityRef, Person, Rejection, Review, ReviewAnswer, ReviewClosing,
    ReviewId, ReviewItem, ReviewScope, Tier, Timestamp,
};

/// What is known of the table of reviews, by which a record that is lost is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ReviewsStateRecord {
    /// How many records there are, of reviews and of answers.
    pub(in crate::store) records: u64,
    /// The sum of their checksums.
    pub(in crate::store) checksum: u64,
    /// How often the table was changed.
    pub(in crate::store) changes: u64,
}

/// A review without its answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ReviewRecord<'a> {
    title: &'a str,
    #[serde(borrow)]
    scope: ScopeRecord<'a>,
    items: Vec<ItemRecord<'a>>,
    started_at: i64,
    started_by: PersonRecord<'a>,
    due: i64,
    automatic_days: Option<u32>,
    /// When, by whom and why.
    closed: Option<(i64, PersonRecord<'a>, Option<&'a str>)>,
}

/// What was written, and the user that it meant.
type PersonRecord<'a> = (&'a str, Option<&'a str>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ScopeRecord<'a> {
    #[serde(borrow)]
    kinds: Vec<&'a str>,
    namespaces: Vec<&'a str>,
    owners: Vec<&'a str>,
    systems: Vec<&'a str>,
    repositories: Vec<&'a str>,
    tiers: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ItemRecord<'a> {
    entity: &'a str,
    owner: Option<&'a str>,
    manifest: Option<[u8; 20]>,
    changed_at: Option<i64>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ReviewAnswerRecord<'a> {
    entity: &'a str,
    #[serde(borrow)]
    answer: AnswerRecord<'a>,
    by: PersonRecord<'a>,
    standing: u8,
    answers_for: Option<&'a str>,
    at: i64,
    reason: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum AnswerRecord<'a> {
    Confirm { exists: bool, correct: bool },
    Correct { field: Option<&'a str>, value: &'a str },
    HandOver { to: &'a str },
    Reject { why: u8 },
}

impl<'a> ReviewRecord<'a> {
    pub(in crate::store) fn of(review: &'a Review) -> Self {
        Self {
            title: &review.title,
            scope: ScopeRecord::of(&review.scope),
            items: review.items.iter().map(ItemRecord::of).collect(),
            started_at: review.started_at.0,
            started_by: person_record(&review.started_by),
            due: review.due.0,
            automatic_days: review.automatic_days,
            closed: review
                .closed
                .as_ref()
                .map(|closing| (closing.at.0, person_record(&closing.by), closing.reason.as_deref())),
        }
    }

    pub(in crate::store) fn to_model(
        &self,
        id: &ReviewId,
        answers: Vec<ReviewAnswer>,
    ) -> Result<Review, Senseless> {
        let items = self.items.iter().map(ItemRecord::to_model).collect::<Result<Vec<_>, _>>()?;
        if !items.is_sorted_by(|a, b| a.entity < b.entity) {
            return Err(Senseless("has items that are not in order"));
        }
        let closed = match &self.closed {
            None => None,
            Some((at, by, reason)) => {
                Some(ReviewClosing { at: Timestamp(*at), by: person(*by)?, reason: reason.map(Into::into) })
            }
        };
        Ok(Review {
            id: id.clone(),
            title: self.title.into(),
            scope: self.scope.to_model()?,
            items: items.into(),
            started_at: Timestamp(self.started_at),
            started_by: person(self.started_by)?,
            due: Timestamp(self.due),
            automatic_days: self.automatic_days,
            closed,
            answers,
        })
    }
}

impl<'a> ScopeRecord<'a> {
    fn of(scope: &'a ReviewScope) -> Self {
        let texts = |texts: &'a [Box<str>]| texts.iter().map(|text| &**text).collect();
        let refs = |refs: &'a [EntityRef]| refs.iter().map(EntityRef::as_str).collect();
        Self {
            kinds: texts(&scope.kinds),
            namespaces: texts(&scope.namespaces),
            owners: refs(&scope.owners),
            systems: refs(&scope.systems),
            repositories: texts(&scope.repositories),
            tiers: scope.tiers.iter().map(|tier| tier.number()).collect(),
        }
    }

    fn to_model(&self) -> Result<ReviewScope, Senseless> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).into()).collect();
        let refs = |refs: &[&str]| refs.iter().map(|text| entity(text)).collect::<Result<_, _>>();
        let tier = |number: &u8| Tier::new(*number).ok_or(Senseless("has an unknown tier"));
        Ok(ReviewScope {
            kinds: texts(&self.kinds),
            namespaces: texts(&self.namespaces),
            owners: refs(&self.owners)?,
            systems: refs(&self.systems)?,
            repositories: texts(&self.repositories),
            tiers: self.tiers.iter().map(tier).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> ItemRecord<'a> {
    fn of(item: &'a ReviewItem) -> Self {
        Self {
            entity: item.entity.as_str(),
            owner: item.owner.as_ref().map(EntityRef::as_str),
            manifest: item.manifest.map(|content| content.0),
            changed_at: item.changed_at.map(|at| at.0),
        }
    }

    fn to_model(&self) -> Result<ReviewItem, Senseless> {
        Ok(ReviewItem {
            entity: entity(self.entity)?,
            owner: self.owner.map(entity).transpose()?,
            manifest: self.manifest.map(ContentId),
            changed_at: self.changed_at.map(Timestamp),
        })
    }
}

impl<'a> ReviewAnswerRecord<'a> {
    pub(in crate::store) fn of(answer: &'a ReviewAnswer) -> Self {
        Self {
            entity: answer.entity.as_str(),
            answer: match &answer.answer {
                Answer::Confirm { exists, correct } => {
                    AnswerRecord::Confirm { exists: *exists, correct: *correct }
                }
                Answer::Correct { field, value } => AnswerRecord::Correct { field: field.as_deref(), value },
                Answer::HandOver { to } => AnswerRecord::HandOver { to: to.as_str() },
                Answer::Reject(why) => AnswerRecord::Reject { why: *why as u8 },
            },
            by: person_record(&answer.by),
            standing: answer.standing as u8,
            answers_for: answer.answers_for.as_ref().map(EntityRef::as_str),
            at: answer.at.0,
            reason: answer.reason.as_deref(),
        }
    }

    pub(in crate::store) fn to_model(&self, number: u32) -> Result<ReviewAnswer, Senseless> {
        Ok(ReviewAnswer {
            number,
            entity: entity(self.entity)?,
            answer: match self.answer {
                AnswerRecord::Confirm { exists, correct } => Answer::Confirm { exists, correct },
                AnswerRecord::Correct { field, value } => {
                    Answer::Correct { field: field.map(Into::into), value: value.into() }
                }
                AnswerRecord::HandOver { to } => Answer::HandOver { to: entity(to)? },
                AnswerRecord::Reject { why } => {
                    Answer::Reject(numbered(&Rejection::ALL, why, "rejects for an unknown reason")?)
                }
            },
            by: person(self.by)?,
            standing: numbered(&AnswererStanding::ALL, self.standing, "is of an unknown standing")?,
            answers_for: self.answers_for.map(entity).transpose()?,
            at: Timestamp(self.at),
            reason: self.reason.map(Into::into),
        })
    }
}

fn person_record(person: &Person) -> PersonRecord<'_> {
    (&person.written, person.user.as_ref().map(EntityRef::as_str))
}

fn person((written, user): PersonRecord<'_>) -> Result<Person, Senseless> {
    Ok(Person { written: written.into(), user: user.map(entity).transpose()? })
}

fn entity(text: &str) -> Result<EntityRef, Senseless> {
    EntityRef::parse_full(text).map_err(|_| Senseless("names an entity by what is no ref"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_variant_is_its_index() {
        assert!(Rejection::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(AnswererStanding::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
    }
}
