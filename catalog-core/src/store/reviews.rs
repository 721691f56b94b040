//! The table of reviews: a record for each review, and behind it one for each answer.
//!
//! An answer adds one record and changes none. The state of the table lies beside that of the store, so
//! that a store in which nothing was ever reviewed needs no table, and a version that knows of no reviews
//! keeps them as they are.

use redb::{ReadTransaction, ReadableTable, Table as WritableTable, WriteTransaction};

use super::{
    StoreError,
    guard::{discard, guard},
    reader::meta_record,
    record::{ReviewAnswerRecord, ReviewRecord, ReviewsStateRecord, Senseless, decode, encode},
    seal::{checksum, seal, unseal},
    tables::{META, META_NAME, REVIEWS, REVIEWS_KEY, REVIEWS_NAME, is_foreign},
};
use crate::model::{Review, ReviewAnswer, ReviewChange, ReviewId, ReviewRefusal, Reviews, Timestamp};

type Records<'t> = WritableTable<'t, &'static str, &'static [u8]>;

/// By what the reviews of a state of the store are told from those of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReviewsMark(ReviewsStateRecord);

/// What a change did.
pub(super) struct ChangedReview {
    pub(super) review: ReviewId,
    pub(super) answers: Vec<u32>,
    pub(super) changed: bool,
}

/// The mark of a state. One look-up.
pub(super) fn mark(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
) -> Result<ReviewsMark, StoreError> {
    Ok(ReviewsMark(meta_record(meta, REVIEWS_KEY)?.unwrap_or_default()))
}

/// All reviews of a state, checked for being complete.
pub(super) fn read_all(
    transaction: &ReadTransaction,
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
) -> Result<Reviews, StoreError> {
    let expected = mark(meta)?.0;
    let opened = guard("its reviews are opened", || match transaction.open_table(REVIEWS) {
        Err(error) if is_foreign(&error) => Ok(None),
        table => table.map(Some),
    })?;
    let mut found = ReviewsStateRecord { changes: expected.changes, ..ReviewsStateRecord::default() };
    let reviews = match opened {
        Some(table) => read_range(&table, None, &mut found)?,
        None => Vec::new(),
    };
    if found != expected {
        return Err(StoreError::corrupt(format!(
            "table `{REVIEWS_NAME}` has {} records that are not the {} that were stored",
            found.records, expected.records
        )));
    }
    Ok(Reviews::new(reviews))
}

/// The reviews of a table, or the one of an id; counts the records that were read.
fn read_range(
    table: &impl ReadableTable<&'static str, &'static [u8]>,
    only: Option<&ReviewId>,
    found: &mut ReviewsStateRecord,
) -> Result<Vec<Review>, StoreError> {
    // The keys of a review are its id, and its id with `/` and a number: nothing else lies between.
    let (start, end) = match only {
        Some(id) => (id.to_string(), format!("{id}0")),
        None => (String::new(), "~".to_owned()),
    };
    let mut reviews: Vec<Review> = Vec::new();
    let mut records = guard("its reviews are listed", || table.range::<&str>(start.as_str()..end.as_str()))?;
    while let Some((key, value)) = guard("its reviews are read", || records.next().transpose())? {
        let (key, bytes) = guard("a review is read", || Ok::<_, redb::Error>((key.value(), value.value())))?;
        let senseless = |Senseless(what): Senseless| {
            StoreError::corrupt(format!("record `{}` of table `{REVIEWS_NAME}` {what}", key.escape_debug()))
        };
        let payload = unseal(REVIEWS_NAME, key, bytes)?;
        let (id, number) = parts_of(key).ok_or_else(|| senseless(Senseless("has a key that is none")))?;
        match number {
            // An id that begins with the other, as `shop-2` does with `shop`.
            _ if only.is_some_and(|only| *only != id) => continue,
            None => {
                let review = decode::<ReviewRecord<'_>>(payload)
                    .and_then(|record| record.to_model(&id, Vec::new()))
                    .map_err(senseless)?;
                reviews.push(review);
            }
            Some(number) => {
                // The answers of `shop` follow those of `shop-2`: `-` comes before `/`.
                let review = reviews.iter_mut().rev().find(|review| review.id == id);
                let review = review.ok_or_else(|| senseless(Senseless("is an answer to no review")))?;
                if number as usize != review.answers.len() + 1 {
                    return Err(senseless(Senseless("does not follow the answer before it")));
                }
                let answer = decode::<ReviewAnswerRecord<'_>>(payload)
                    .and_then(|record| record.to_model(number))
                    .map_err(senseless)?;
                review.answers.push(answer);
            }
        }
        found.records += 1;
        found.checksum = found.checksum.wrapping_add(u64::from(checksum(bytes)));
    }
    Ok(reviews)
}

/// Makes a change, or says why the review refuses it.
pub(super) fn change(
    transaction: &WriteTransaction,
    change: &ReviewChange,
    now: Timestamp,
) -> Result<Result<ChangedReview, ReviewRefusal>, StoreError> {
    let (meta, table) = guard("its reviews are opened", || {
        Ok::<_, redb::Error>((transaction.open_table(META)?, transaction.open_table(REVIEWS)?))
    })?;
    let state = mark(&meta)?.0;
    let mut changing = Changing { table, state, now };
    let changed = changing.make(change);
    let Changing { table, state: after, .. } = changing;
    discard(table);
    let mut meta = meta;
    if after != state {
        let record = seal(META_NAME, REVIEWS_KEY, &encode(&after));
        guard("its state is written", || {
            meta.insert(REVIEWS_KEY, record.as_slice())?;
            Ok::<_, redb::Error>(())
        })?;
    }
    discard(meta);
    changed
}

struct Changing<'t> {
    table: Records<'t>,
    state: ReviewsStateRecord,
    now: Timestamp,
}

impl Changing<'_> {
    fn make(&mut self, change: &ReviewChange) -> Result<Result<ChangedReview, ReviewRefusal>, StoreError> {
        let changed = match change {
            ReviewChange::Start(new) => {
                let ids = self.ids()?;
                match new.start(|id| ids.contains(id), self.now) {
                    Ok(review) => self.keep(None, &review)?,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            ReviewChange::Answer { review: id, answers } => {
                let Some(before) = self.find(id)? else { return self.unknown(id) };
                let mut review = before.clone();
                for answer in answers {
                    if let Err(refusal) = review.take(answer, self.now) {
                        return Ok(Err(refusal));
                    }
                }
                self.keep(Some(&before), &review)?
            }
            ReviewChange::Close { review: id, by, reason } => {
                let Some(before) = self.find(id)? else { return self.unknown(id) };
                let mut review = before.clone();
                if let Err(refusal) = review.close(by, reason.as_deref(), self.now) {
                    return Ok(Err(refusal));
                }
                self.keep(Some(&before), &review)?
            }
            ReviewChange::Import(other) => match (other.check_whole(), self.find(&other.id)?) {
                (Err(refusal), _) => return Ok(Err(refusal)),
                (Ok(()), None) => self.keep(None, other)?,
                (Ok(()), Some(before)) => {
                    let mut review = before.clone();
                    if let Err(refusal) = review.merge(other) {
                        return Ok(Err(refusal));
                    }
                    self.keep(Some(&before), &review)?
                }
            },
        };
        Ok(Ok(changed))
    }

    /// Writes what is new about a review.
    fn keep(&mut self, before: Option<&Review>, review: &Review) -> Result<ChangedReview, StoreError> {
        let added = &review.answers[before.map_or(0, |before| before.answers.len())..];
        let is_changed = !added.is_empty() || before.is_none_or(|before| before.closed != review.closed);
        // The record of the review itself does not hold the answers.
        if before.is_none_or(|before| before.closed != review.closed) {
            self.put(review.id.as_str(), &encode(&ReviewRecord::of(review)))?;
        }
        for answer in added {
            let key = format!("{}/{:08}", review.id, answer.number);
            self.put(&key, &encode(&ReviewAnswerRecord::of(answer)))?;
        }
        if is_changed {
            self.state.changes += 1;
        }
        let answers = added.iter().map(|answer: &ReviewAnswer| answer.number).collect();
        Ok(ChangedReview { review: review.id.clone(), answers, changed: is_changed })
    }

    fn put(&mut self, key: &str, payload: &[u8]) -> Result<(), StoreError> {
        let record = seal(REVIEWS_NAME, key, payload);
        let former = guard("a review is written", || {
            let former = self.table.insert(key, record.as_slice())?;
            Ok::<_, redb::Error>(former.map(|former| checksum(former.value())))
        })?;
        self.state.records += u64::from(former.is_none());
        self.state.checksum = self
            .state
            .checksum
            .wrapping_sub(former.map_or(0, u64::from))
            .wrapping_add(u64::from(checksum(&record)));
        Ok(())
    }

    fn find(&self, id: &ReviewId) -> Result<Option<Review>, StoreError> {
        Ok(read_range(&self.table, Some(id), &mut ReviewsStateRecord::default())?.pop())
    }

    fn ids(&self) -> Result<Vec<ReviewId>, StoreError> {
        let keys = guard("its reviews are listed", || {
            let mut keys = Vec::new();
            for record in self.table.range::<&str>(..)? {
                keys.push(record?.0.value().to_owned());
            }
            Ok::<_, redb::Error>(keys)
        })?;
        Ok(keys.iter().filter_map(|key| ReviewId::new(key)).collect())
    }

    fn unknown<T>(&self, id: &ReviewId) -> Result<Result<T, ReviewRefusal>, StoreError> {
        let mut known = self.ids()?;
        known.reverse();
        Ok(Err(ReviewRefusal::UnknownReview { text: id.as_str().into(), known }))
    }
}

/// The review of a key, and the number of the answer where it is the key of one.
fn parts_of(key: &str) -> Option<(ReviewId, Option<u32>)> {
    match key.split_once('/') {
        None => Some((ReviewId::new(key)?, None)),
        Some((id, number)) => Some((ReviewId::new(id)?, Some(number.parse().ok()?))),
    }
}
