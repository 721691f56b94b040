//! Old data is opened for ever: one store of each format that was ever released.

use std::{fs, path::PathBuf};

use super::*;
use crate::{
    model::{Diagnostic, DiagnosticCode, RepositoryStatus},
    store::{
        StoreError, StoreReader, StoredSummary,
        tables::{FORMAT, FORMAT_KEY, META, format_mark},
    },
};

fn path(format: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("test_data/stores/format_{format}.redb"))
}

fn summary() -> StoredSummary {
    StoredSummary { revision: Revision(2), entities: 1, relations: 2, diagnostics: [1, 0, 2] }
}

/// What the golden files hold.
fn stored(rich: RepositoryDeclarations) -> Vec<RepositoryDeclarations> {
    let mut unreadable = samples::plain("c/unreadable", 0);
    unreadable.head.observed_at = None;
    unreadable.head.reader = 0;
    unreadable.head.status = RepositoryStatus::Unreadable { since: Timestamp(5), reason: "no route".into() };
    unreadable.diagnostics = vec![Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "no route")];
    vec![samples::plain("a/plain", 1), rich, unreadable]
}

fn check_read(format: u32, expected: &[RepositoryDeclarations]) {
    // Reading does not change a file; a copy keeps the tests apart all the same.
    let place = Place::new();
    fs::copy(path(format), place.store.path()).expect("the store of each format is part of the tests");
    assert_eq!(everything(&place.store).expect("the format is read"), (Revision(2), expected.to_vec()));
    assert_eq!(place.store.read(StoreReader::summary).ok(), Some(Some(summary())));
    assert_eq!(place.store.verify().ok(), Some(3));
    // What is written is in the present format, and what was there before is read beside it.
    assert_eq!(place.apply([read(samples::rich("d"))]), 3);
    let mut now = expected.to_vec();
    now.push(samples::rich("d"));
    assert_eq!(everything(&place.store).expect("both formats are read"), (Revision(3), now));
    assert_eq!(mark(&place), format_mark(FORMAT));
}

/// The mark of a store's format, as it lies there.
fn mark(place: &Place) -> Vec<u8> {
    let database = redb::Database::open(place.store.path()).expect("the store is a redb file");
    let transaction = redb::ReadableDatabase::begin_read(&database).expect("it is read");
    let meta = transaction.open_table(META).expect("the table is there");
    meta.get(FORMAT_KEY).expect("it is read").expect("the mark is there").value().to_vec()
}

#[test]
fn a_store_of_format_4_is_read() {
    check_read(4, &stored(samples::rich("b/rich")));
}

#[test]
fn a_store_of_format_3_is_read_and_raised_by_the_first_change() {
    check_read(3, &stored(samples::rich_of_format_3("b/rich")));
}

#[test]
fn a_store_of_format_2_is_read_and_raised_by_the_first_change() {
    check_read(2, &stored(samples::rich_of_format_2("b/rich")));
}

#[test]
fn a_store_of_format_1_is_refused_untouched() {
    let place = Place::new();
    fs::copy(path(1), place.store.path()).expect("the store of format 1 is part of the tests");
    let before = fs::read(place.store.path()).expect("the store is there");
    let refused = place.store.read(StoreReader::summary);
    assert!(matches!(refused, Err(StoreError::Older { found: 1, known: 4 })), "{refused:?}");
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
    let path = path(FORMAT);
    fs::create_dir_all(path.parent().expect("the file is in a folder")).expect("the folder can be made");
    fs::copy(place.store.path(), path).expect("the file can be written");
}
