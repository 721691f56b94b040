//! The stored form of the model's words.
//!
//! Each record borrows its texts, from the model on the way in and from the stored bytes on the way
//! out. Numbers of enumerations are those of the model. Reading never panics: bytes that make no
//! sense are a [`Senseless`].

mod declaration;
mod diagnostic;
mod head;
mod manifest;
mod path_rules;
mod review;
#[cfg(test)]
pub(super) mod samples;
mod summary;
mod visit;

use serde::{Deserialize, Serialize};

pub(super) use diagnostic::DiagnosticRecord;
pub(super) use head::HeadRecord;
pub(super) use manifest::DeclarationsRecord;
pub(super) use review::{ReviewAnswerRecord, ReviewRecord, ReviewsStateRecord};
pub(super) use summary::{StateRecord, SummaryRecord};
pub(super) use visit::VisitRecord;

use crate::model::{Located, Position};

/// What about a record makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Senseless(pub(super) &'static str);

/// The bytes of a record.
pub(super) fn encode<T: Serialize>(record: &T) -> Vec<u8> {
    postcard::to_allocvec(record).expect("records are made of plain values, which always have a stored form")
}

/// The record of some bytes, all of which it must use.
pub(super) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Senseless> {
    match postcard::take_from_bytes(bytes) {
        Ok((record, [])) => Ok(record),
        Ok(_) => Err(Senseless("is longer than its content")),
        Err(_) => Err(Senseless("is not in the form of its table")),
    }
}

/// A line and a column.
type Place = (u32, u32);
/// A text and its place.
type PlacedText<'a> = (&'a str, Place);

fn place(position: Position) -> Place {
    (position.line, position.column)
}

fn position((line, column): Place) -> Position {
    Position { line, column }
}

fn placed(located: &Located<Box<str>>) -> PlacedText<'_> {
    (&located.value, place(located.position))
}

fn located((text, at): PlacedText<'_>) -> Located<Box<str>> {
    Located::new(text.into(), position(at))
}

/// The variant with this number, where a variant's number is its index in `all`.
fn numbered<T: Copy>(all: &[T], number: u8, otherwise: &'static str) -> Result<T, Senseless> {
    all.get(usize::from(number)).copied().ok_or(Senseless(otherwise))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn foreign_bytes_make_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<HeadRecord<'_>>(&bytes).and_then(|record| {
                record.to_model(&crate::model::RepositoryId::new("a").ok_or(Senseless("no id"))?)
            });
            let _ = decode::<DeclarationsRecord<'_>>(&bytes)
                .and_then(|record| record.to_model(samples::plain("a", 0).head));
            let _ = decode::<StateRecord>(&bytes);
            let _ = decode::<SummaryRecord>(&bytes);
            let _ = decode::<ReviewsStateRecord>(&bytes);
            let _ = decode::<ReviewAnswerRecord<'_>>(&bytes).and_then(|record| record.to_model(1));
            let _ = decode::<ReviewRecord<'_>>(&bytes).and_then(|record| {
                record.to_model(&crate::model::ReviewId::new("a").ok_or(Senseless("no id"))?, Vec::new())
            });
        }

        #[test]
        fn a_changed_record_makes_no_panic(place in 0_usize..10_000, byte in any::<u8>()) {
            let rich = samples::rich("a/b");
            let mut bytes = encode(&DeclarationsRecord::of(&rich));
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = decode::<DeclarationsRecord<'_>>(&bytes)
                .and_then(|record| record.to_model(samples::plain("a", 0).head));
        }
    }
}
