//! Old data is opened for ever: one store of each format that was ever released.

use std::{fs, path::PathBuf};

use super::*;
use crate::{
    model::{Diagnostic, DiagnosticCode, RepositoryStatus},
    store::{StoreError, StoreReader, StoredSummary},
};

fn path(format: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("test_data/stores/format_{format}.redb"))
}

fn summary() -> StoredSummary {
    StoredSummary { revision: Revision(2), entities: 1, relations: 2, diagnostics: [1, 0, 2] }
}

#[test]
fn a_store_of_format_2_is_read() {
    let mut unreadable = samples::plain("c/unreadable", 0);
    unreadable.head.observed_at = None;
    unreadable.head.reader = 0;
    unreadable.head.status = RepositoryStatus::Unreadable { since: Timestamp(5), reason: "no route".into() };
    unreadable.diagnostics = vec![Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "no route")];
    let expected = vec![samples::plain("a/plain", 1), samples::rich("b/rich"), unreadable];

    // Reading does not change a file; a copy keeps the tests apart all the same.
    let place = Place::new();
    fs::copy(path(2), place.store.path()).expect("the store of format 2 is part of the tests");
    assert_eq!(everything(&place.store).expect("format 2 is read"), (Revision(2), expected));
    assert_eq!(place.store.read(StoreReader::summary).ok(), Some(Some(summary())));
    assert_eq!(place.store.verify().ok(), Some(3));
    assert_eq!(place.apply([read(samples::plain("d", 1))]), 3);
}

#[test]
fn a_store_of_format_1_is_refused_untouched() {
    let place = Place::new();
    fs::copy(path(1), place.store.path()).expect("the store of format 1 is part of the tests");
    let before = fs::read(place.store.path()).expect("the store is there");
    let refused = place.store.read(StoreReader::summary);
    assert!(matches!(refused, Err(StoreError::Older { found: 1, known: 2 })), "{refused:?}");
    assert_eq!(fs::read(place.store.path()).ok(), Some(before));
}

/// Writes the golden file of the present format: once, when the format is new.
#[test]
#[ignore = "writes a file of the tests"]
fn write_the_store_of_this_format() {
    let place = Place::with([samples::plain("a/plain", 1), samples::rich("b/rich")]);
    place.apply([Visit::Unreadable {
        id: samples::id("c/unreadable"),
        address: "https://example.com/c/unreadable".into(),
        observed_at: Timestamp(5),
        diagnostic: Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "no route"),
    }]);
    place.store.set_summary(summary()).expect("the counts are stored");
    let path = path(crate::store::tables::FORMAT);
    fs::create_dir_all(path.parent().expect("the file is in a folder")).expect("the folder can be made");
    fs::copy(place.store.path(), path).expect("the file can be written");
}
