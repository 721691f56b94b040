//! A visit as bytes, for handing it from one process to another: the stored form, sealed likewise.
//!
//! Both processes are the same program, so nothing here is kept between versions.

use super::{
    StoreError,
    seal::{seal, unseal},
};
use crate::{
    model::{RepositoryDeclarations, Visit},
    record::{VisitRecord, decode, encode},
};

const TABLE: &str = "visit";

/// The sealed form of a visit.
pub fn encode_visit(visit: &Visit) -> Vec<u8> {
    seal(TABLE, "", &encode(&VisitRecord::of(visit)))
}

/// The sealed form of the visit that read these declarations.
pub fn encode_declarations(declarations: &RepositoryDeclarations) -> Vec<u8> {
    seal(TABLE, "", &encode(&VisitRecord::of_read(declarations)))
}

/// The visit that was put into its sealed form.
///
/// # Errors
///
/// [`StoreError::Corrupt`] where the bytes are none that [`encode_visit`] makes. Foreign bytes never
/// cause a panic; whether the visit is the one that was asked for is for the caller to judge.
pub fn decode_visit(bytes: &[u8]) -> Result<Visit, StoreError> {
    let payload = unseal(TABLE, "", bytes)?;
    let visit = decode::<VisitRecord<'_>>(payload).and_then(|record| record.to_model());
    visit.map_err(|senseless| StoreError::corrupt(format!("a visit {}", senseless.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Diagnostic, DiagnosticCode, Timestamp},
        record::samples,
    };

    #[test]
    fn every_visit_comes_out_as_it_went_in() {
        let rich = samples::rich("a/b");
        let visits = [
            Visit::Read(Box::new(rich.clone())),
            Visit::Unchanged { id: samples::id("a/b"), observed_at: Timestamp(7) },
            Visit::Unreadable {
                id: samples::id("a/b"),
                address: "/srv/a/b".into(),
                observed_at: Timestamp(7),
                diagnostic: Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "gone"),
            },
        ];
        for visit in visits {
            assert_eq!(decode_visit(&encode_visit(&visit)).ok(), Some(visit));
        }
        assert_eq!(decode_visit(&encode_declarations(&rich)).ok(), Some(Visit::Read(Box::new(rich))));
    }

    #[test]
    fn foreign_and_changed_bytes_are_refused() {
        let mut bytes = encode_declarations(&samples::rich("a/b"));
        bytes[40] ^= 1;
        for bytes in [&bytes[..], b"", b"nonsense", &seal(TABLE, "", b"nonsense")] {
            assert!(matches!(decode_visit(bytes), Err(StoreError::Corrupt { .. })));
        }
    }
}
