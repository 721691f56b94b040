//! The stored form of the model's words.
//!
//! Each record borrows its texts, from the model on the way in and from the stored bytes on the way
//! out. Numbers of enumerations are those of the model. Reading never panics: bytes that make no
//! sense are a [`Senseless`].

mod declaration;
mod diagnostic;
mod head;
mod history;
mod manifest;
mod path_rules;
mod review;
#[cfg(test)]
pub(crate) mod samples;
mod summary;
mod visit;

use serde::{Deserialize, Serialize};

pub(crate) use declaration::{
    LinkRecord, ObjectiveRecord, ProfileRecord, StatedTermsRecord, entity_ref, field, objective_of,
    objective_record,
};
pub(crate) use diagnostic::DiagnosticRecord;
pub(crate) use head::HeadRecord;
pub(crate) use history::{decode_history, encode_history};
pub(crate) use manifest::{DeclarationsRecord, FOUND_BY, StaleRecord, TombstoneRecord};
pub(crate) use path_rules::PathRulesRecord;
pub(crate) use review::{ReviewAnswerRecord, ReviewRecord, ReviewsStateRecord};
pub(crate) use summary::{StateRecord, SummaryRecord};
pub(crate) use visit::VisitRecord;

use crate::model::{Located, Position, RepositoryDeclarations, RepositoryHead};

/// What about a record makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Senseless(pub(crate) &'static str);

/// The bytes of a record.
pub(crate) fn encode<T: Serialize>(record: &T) -> Vec<u8> {
    postcard::to_allocvec(record).expect("records are made of plain values, which always have a stored form")
}

/// The record of some bytes, all of which it must use.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Senseless> {
    match decode_beginning(bytes)? {
        (record, []) => Ok(record),
        _ => Err(Senseless("is longer than its content")),
    }
}

/// The record that some bytes begin with, and the bytes behind it.
fn decode_beginning<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), Senseless> {
    postcard::take_from_bytes(bytes).map_err(|_| Senseless("is not in the form of its table"))
}

/// The bytes of all that a repository says. Its history stands behind the rest, where it has one, so that
/// without one they are those of format 2.
pub(crate) fn encode_declarations(declarations: &RepositoryDeclarations) -> Vec<u8> {
    let mut bytes = encode(&DeclarationsRecord::of(declarations));
    if let Some(history) = &declarations.history {
        bytes.append(&mut encode_history(history));
    }
    bytes
}

/// What the repository with this head says, in format 2, 3 or 4.
pub(crate) fn decode_declarations(
    bytes: &[u8],
    head: RepositoryHead,
) -> Result<RepositoryDeclarations, Senseless> {
    let (record, rest) = decode_beginning::<DeclarationsRecord<'_>>(bytes)?;
    let mut declarations = record.to_model(head)?;
    if !rest.is_empty() {
        declarations.history = Some(Box::new(decode_history(rest)?));
    }
    Ok(declarations)
}

/// A line and a column.
pub(crate) type Place = (u32, u32);
/// A text and its place.
pub(crate) type PlacedText<'a> = (&'a str, Place);

pub(crate) fn place(position: Position) -> Place {
    (position.line, position.column)
}

pub(crate) fn position((line, column): Place) -> Position {
    Position { line, column }
}

pub(crate) fn placed(located: &Located<Box<str>>) -> PlacedText<'_> {
    (&located.value, place(located.position))
}

pub(crate) fn located((text, at): PlacedText<'_>) -> Located<Box<str>> {
    Located::new(text.into(), position(at))
}

/// The variant with this number, where a variant's number is its index in `all`.
pub(crate) fn numbered<T: Copy>(all: &[T], number: u8, otherwise: &'static str) -> Result<T, Senseless> {
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
            let _ = decode_declarations(&bytes, samples::plain("a", 0).head);
            let _ = decode::<StateRecord>(&bytes);
            let _ = decode::<SummaryRecord>(&bytes);
        }

        #[test]
        fn a_changed_record_makes_no_panic(place in 0_usize..10_000, byte in any::<u8>()) {
            let rich = samples::rich("a/b");
            let mut bytes = encode_declarations(&rich);
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = decode_declarations(&bytes, samples::plain("a", 0).head);
        }
    }
}
