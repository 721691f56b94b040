//! Reviews as lines of JSON: how they leave with an export, and how they come into another store.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use catalog_core::model::{
    Answer, AnswererStanding, ContentId, EntityRef, Person, Rejection, Review, ReviewAnswer, ReviewClosing,
    ReviewId, ReviewItem, ReviewScope, Reviews, Tier, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::escape::json_text;
use crate::clock::{moment, rfc3339};

/// How long a line can be, in bytes: a review of a million entities.
const LINE_BYTES_MAX: u64 = 512 << 20;

/// Why reviews could not be read from lines.
#[derive(Debug, thiserror::Error)]
pub enum ReviewLineError {
    /// The file cannot be read.
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    /// A line is not what it should be.
    #[error("line {line}: {what}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What about it.
        what: String,
    },
}

/// A line `review`: everything but its answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewLine {
    id: String,
    title: String,
    scope: ScopeLine,
    started_at: String,
    started_by: PersonLine,
    due: String,
    automatic_days: Option<u32>,
    closed: Option<ClosingLine>,
    items: Vec<ItemLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct ScopeLine {
    kinds: Vec<Box<str>>,
    namespaces: Vec<Box<str>>,
    owners: Vec<String>,
    systems: Vec<String>,
    repositories: Vec<Box<str>>,
    tiers: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct PersonLine {
    written: Box<str>,
    user: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ClosingLine {
    at: String,
    by: PersonLine,
    reason: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemLine {
    #[serde(rename = "ref")]
    entity: String,
    owner: Option<String>,
    manifest: Option<String>,
    changed_at: Option<String>,
}

/// A line `review-answer`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerLine {
    review: String,
    number: u32,
    #[serde(rename = "ref")]
    entity: String,
    #[serde(flatten)]
    answer: SaidLine,
    by: PersonLine,
    standing: String,
    answers_for: Option<String>,
    at: String,
    reason: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
enum SaidLine {
    Confirm { exists: bool, correct: bool },
    Correct { field: Option<Box<str>>, value: Box<str> },
    HandOver { to: String },
    Reject { rejection: String },
}

/// Writes every review and every answer, one line each.
pub fn write_review_lines(reviews: &Reviews, to: &mut dyn Write) -> io::Result<()> {
    for review in reviews.iter() {
        line(to, "review", &ReviewLine::of(review))?;
        for answer in &review.answers {
            line(to, "review-answer", &AnswerLine::of(review, answer))?;
        }
    }
    Ok(())
}

fn line(to: &mut dyn Write, kind: &str, content: &impl Serialize) -> io::Result<()> {
    let mut value = serde_json::to_value(content)?;
    if let Value::Object(fields) = &mut value {
        fields.insert("type".into(), kind.into());
    }
    writeln!(to, "{}", json_text(&serde_json::to_string(&value)?))
}

/// Reads the reviews of an export, in the order of their ids; lines of other types are passed over.
///
/// # Errors
///
/// A line is no JSON object, or does not say what a review must say. Whether a review fits together is
/// for the catalog to tell.
pub fn read_review_lines(from: impl BufRead) -> Result<Vec<Review>, ReviewLineError> {
    let mut reviews: BTreeMap<ReviewId, Review> = BTreeMap::new();
    let mut from = from;
    for number in 1.. {
        let wrong = |what: String| ReviewLineError::Line { line: number, what };
        let mut text = String::new();
        let read = io::Read::take(&mut from, LINE_BYTES_MAX).read_line(&mut text)?;
        if read == 0 {
            break;
        }
        if text.len() as u64 == LINE_BYTES_MAX {
            return Err(wrong(format!(
                "is over the limit `review.line_bytes_max` of {LINE_BYTES_MAX} bytes"
            )));
        }
        if text.trim().is_empty() {
            continue;
        }
        let value: Value =
            serde_json::from_str(&text).map_err(|error| wrong(format!("is no JSON: {error}")))?;
        match value["type"].as_str() {
            Some("review") => {
                let review = serde_json::from_value::<ReviewLine>(value)
                    .map_err(|error| error.to_string())
                    .and_then(|line| line.to_model())
                    .map_err(|what| wrong(format!("is no review: {what}")))?;
                let id = review.id.clone();
                if reviews.insert(id.clone(), review).is_some() {
                    return Err(wrong(format!("is a second review `{id}`")));
                }
            }
            Some("review-answer") => {
                let (id, answer) = serde_json::from_value::<AnswerLine>(value)
                    .map_err(|error| error.to_string())
                    .and_then(|line| line.to_model())
                    .map_err(|what| wrong(format!("is no answer: {what}")))?;
                match reviews.get_mut(&id) {
                    Some(review) => review.answers.push(answer),
                    None => return Err(wrong(format!("answers review `{id}`, which no line before it has"))),
                }
            }
            Some(_) => {}
            None => return Err(wrong("is no line of an export: it has no `type`".to_owned())),
        }
    }
    Ok(reviews.into_values().collect())
}

impl ReviewLine {
    fn of(review: &Review) -> Self {
        let refs = |refs: &[EntityRef]| refs.iter().map(ToString::to_string).collect();
        let scope = &review.scope;
        Self {
            id: review.id.to_string(),
            title: review.title.to_string(),
            scope: ScopeLine {
                kinds: scope.kinds.clone(),
                namespaces: scope.namespaces.clone(),
                owners: refs(&scope.owners),
                systems: refs(&scope.systems),
                repositories: scope.repositories.clone(),
                tiers: scope.tiers.iter().map(|tier| tier.number()).collect(),
            },
            started_at: rfc3339(review.started_at),
            started_by: PersonLine::of(&review.started_by),
            due: rfc3339(review.due),
            automatic_days: review.automatic_days,
            closed: review.closed.as_ref().map(|closing| ClosingLine {
                at: rfc3339(closing.at),
                by: PersonLine::of(&closing.by),
                reason: closing.reason.clone(),
            }),
            items: review.items.iter().map(ItemLine::of).collect(),
        }
    }

    fn to_model(&self) -> Result<Review, String> {
        let scope = &self.scope;
        let refs = |refs: &[String]| refs.iter().map(|text| entity(text)).collect::<Result<Vec<_>, _>>();
        let tier = |number: &u8| Tier::new(*number).ok_or_else(|| format!("`{number}` is no tier"));
        let closed = match &self.closed {
            Some(line) => Some(ReviewClosing {
                at: time(&line.at)?,
                by: line.by.to_model()?,
                reason: line.reason.clone(),
            }),
            None => None,
        };
        Ok(Review {
            id: id(&self.id)?,
            title: self.title.as_str().into(),
            scope: ReviewScope {
                kinds: scope.kinds.clone(),
                namespaces: scope.namespaces.clone(),
                owners: refs(&scope.owners)?,
                systems: refs(&scope.systems)?,
                repositories: scope.repositories.clone(),
                tiers: scope.tiers.iter().map(tier).collect::<Result<_, _>>()?,
            },
            items: self.items.iter().map(ItemLine::to_model).collect::<Result<Vec<_>, _>>()?.into(),
            started_at: time(&self.started_at)?,
            started_by: self.started_by.to_model()?,
            due: time(&self.due)?,
            automatic_days: self.automatic_days,
            closed,
            answers: Vec::new(),
        })
    }
}

impl ItemLine {
    fn of(item: &ReviewItem) -> Self {
        Self {
            entity: item.entity.to_string(),
            owner: item.owner.as_ref().map(ToString::to_string),
            manifest: item.manifest.map(|content| content.to_string()),
            changed_at: item.changed_at.map(rfc3339),
        }
    }

    fn to_model(&self) -> Result<ReviewItem, String> {
        let content = |text: &String| {
            let id = catalog_core::model::CommitId::parse(text);
            id.map(|id| ContentId(id.0)).ok_or_else(|| format!("`{text}` is not the id of a content"))
        };
        Ok(ReviewItem {
            entity: entity(&self.entity)?,
            owner: self.owner.as_deref().map(entity).transpose()?,
            manifest: self.manifest.as_ref().map(content).transpose()?,
            changed_at: self.changed_at.as_deref().map(time).transpose()?,
        })
    }
}

impl PersonLine {
    fn of(person: &Person) -> Self {
        Self { written: person.written.clone(), user: person.user.as_ref().map(ToString::to_string) }
    }

    fn to_model(&self) -> Result<Person, String> {
        Ok(Person { written: self.written.clone(), user: self.user.as_deref().map(entity).transpose()? })
    }
}

impl AnswerLine {
    fn of(review: &Review, answer: &ReviewAnswer) -> Self {
        Self {
            review: review.id.to_string(),
            number: answer.number,
            entity: answer.entity.to_string(),
            answer: match &answer.answer {
                Answer::Confirm { exists, correct } => {
                    SaidLine::Confirm { exists: *exists, correct: *correct }
                }
                Answer::Correct { field, value } => {
                    SaidLine::Correct { field: field.clone(), value: value.clone() }
                }
                Answer::HandOver { to } => SaidLine::HandOver { to: to.to_string() },
                Answer::Reject(why) => SaidLine::Reject { rejection: why.name().to_owned() },
            },
            by: PersonLine::of(&answer.by),
            standing: answer.standing.name().to_owned(),
            answers_for: answer.answers_for.as_ref().map(ToString::to_string),
            at: rfc3339(answer.at),
            reason: answer.reason.clone(),
        }
    }

    fn to_model(&self) -> Result<(ReviewId, ReviewAnswer), String> {
        let answer = match &self.answer {
            SaidLine::Confirm { exists, correct } => Answer::Confirm { exists: *exists, correct: *correct },
            SaidLine::Correct { field, value } => {
                Answer::Correct { field: field.clone(), value: value.clone() }
            }
            SaidLine::HandOver { to } => Answer::HandOver { to: entity(to)? },
            SaidLine::Reject { rejection } => {
                let known = Rejection::ALL.into_iter().find(|known| known.name() == rejection);
                Answer::Reject(known.ok_or_else(|| format!("`{rejection}` is no rejection"))?)
            }
        };
        let standing = AnswererStanding::ALL.into_iter().find(|known| known.name() == self.standing);
        let answer = ReviewAnswer {
            number: self.number,
            entity: entity(&self.entity)?,
            answer,
            by: self.by.to_model()?,
            standing: standing.ok_or_else(|| format!("`{}` is no standing", self.standing))?,
            answers_for: self.answers_for.as_deref().map(entity).transpose()?,
            at: time(&self.at)?,
            reason: self.reason.clone(),
        };
        Ok((id(&self.review)?, answer))
    }
}

fn id(text: &str) -> Result<ReviewId, String> {
    ReviewId::new(text).ok_or_else(|| format!("`{text}` is not the id of a review"))
}

fn entity(text: &str) -> Result<EntityRef, String> {
    EntityRef::parse_full(text).map_err(|error| format!("`{text}` is no ref: {error}"))
}

fn time(text: &str) -> Result<Timestamp, String> {
    moment(text).ok_or_else(|| format!("`{text}` is no moment of RFC 3339"))
}
