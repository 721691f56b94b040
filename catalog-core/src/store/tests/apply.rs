//! What a change does to the store.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    model::{Diagnostic, DiagnosticCode, RepositoryStatus},
    store::{StoreReader, StoredSummary},
};

fn unchanged(id: &str, observed_at: i64) -> Visit {
    Visit::Unchanged { id: samples::id(id), observed_at: Timestamp(observed_at) }
}

fn unreadable(id: &str, observed_at: i64, reason: &str) -> Visit {
    Visit::Unreadable {
        id: samples::id(id),
        address: "https://example.com/moved".into(),
        observed_at: Timestamp(observed_at),
        diagnostic: Diagnostic::new(DiagnosticCode::RepositoryUnreadable, reason),
    }
}

fn status(since: i64, reason: &str) -> RepositoryStatus {
    RepositoryStatus::Unreadable { since: Timestamp(since), reason: reason.into() }
}

#[test]
fn everything_that_a_repository_says_comes_back() {
    let expected = vec![samples::rich("a/a"), samples::plain("a/b", 1), samples::rich("b")];
    let place = Place::with(expected.iter().rev().cloned());
    assert_eq!(everything(&place.store).expect("the store is read"), (Revision(1), expected));
    assert_eq!(place.store.read(|reader| Ok(reader.changed_at())).ok(), Some(Some(NOW)));
    assert_eq!(place.store.verify().ok(), Some(3));
}

#[test]
fn an_empty_change_makes_an_empty_store() {
    let place = Place::with([]);
    assert_eq!(everything(&place.store).expect("the store is read"), (Revision(0), Vec::new()));
    assert_eq!(place.store.read(|reader| Ok(reader.changed_at())).ok(), Some(None));
}

#[test]
fn what_is_read_replaces_what_was_there() {
    let place = Place::with([samples::rich("a/b"), samples::plain("c", 1)]);
    let mut new = samples::rich("a/b");
    new.manifests.remove(0);
    new.diagnostics.clear();
    assert_eq!(place.apply([read(new.clone())]), 2);
    assert_eq!(place.declarations("a/b"), new);
    assert_eq!(place.declarations("c"), samples::plain("c", 1));
}

#[test]
fn the_revision_goes_up_only_with_the_facts() {
    let place = Place::with([samples::rich("a/b")]);
    let mut later = samples::rich("a/b");
    later.head.observed_at = Some(Timestamp(2_000_000_000));
    assert_eq!(place.apply([read(later.clone())]), 1);
    assert_eq!(place.declarations("a/b"), later);
    assert_eq!(place.apply([unchanged("a/b", 2_000_000_001)]), 1);
    assert_eq!(place.head("a/b").observed_at, Some(Timestamp(2_000_000_001)));
    assert_eq!(place.apply([]), 1);
    later.diagnostics.push(samples::diagnostic());
    assert_eq!(place.apply([read(later), read(samples::plain("c", 1))]), 2);
}

#[test]
fn an_unreadable_repository_keeps_what_it_said() {
    let place = Place::with([samples::rich("a/b")]);
    assert_eq!(place.apply([unreadable("a/b", 50, "no route")]), 2);
    let mut expected = samples::rich("a/b");
    expected.head.status = status(50, "no route");
    expected.diagnostics.push(Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "no route"));
    assert_eq!(place.declarations("a/b"), expected);

    assert_eq!(place.apply([unreadable("a/b", 60, "no route")]), 2, "it still says the same");
    assert_eq!(place.head("a/b").status, status(50, "no route"));
    assert_eq!(place.apply([unreadable("a/b", 70, "refused")]), 3);
    assert_eq!(place.head("a/b").status, status(50, "refused"));

    assert_eq!(place.apply([unchanged("a/b", 1_700_000_000)]), 4);
    assert_eq!(place.declarations("a/b"), samples::rich("a/b"));
    assert_eq!(place.apply([unreadable("a/b", 90, "no route")]), 5);
    assert_eq!(place.head("a/b").status, status(90, "no route"));
    assert_eq!(place.apply([read(samples::rich("a/b"))]), 6);
    assert_eq!(place.declarations("a/b"), samples::rich("a/b"));
}

#[test]
fn a_repository_that_was_never_read_is_known_as_unreadable() {
    let place = Place::with([]);
    assert_eq!(place.apply([unreadable("a/b", 50, "no route")]), 1);
    let mut expected = samples::plain("a/b", 0);
    expected.head.address = "https://example.com/moved".into();
    expected.head.observed_at = None;
    expected.head.reader = 0;
    expected.head.status = status(50, "no route");
    expected.diagnostics = vec![Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "no route")];
    assert_eq!(place.declarations("a/b"), expected);
    assert_eq!(everything(&place.store).expect("the store is read").1, [expected]);
}

#[test]
fn an_unknown_repository_cannot_be_unchanged() {
    let place = Place::with([]);
    assert_eq!(place.apply([unchanged("a/b", 50)]), 0);
    assert!(everything(&place.store).expect("the store is read").1.is_empty());
}

#[test]
fn a_failed_transaction_changes_nothing() {
    let place = Place::with([samples::plain("a", 1)]);
    let failed: Result<(), StoreError> = place.store.write(|writer| {
        let change = CatalogChange { visits: vec![read(samples::rich("b"))] };
        assert_eq!(writer.apply(&change, NOW)?, Revision(2));
        Err(StoreError::NotFound)
    });
    assert!(failed.is_err());
    assert_eq!(
        everything(&place.store).expect("the store is read"),
        (Revision(1), vec![samples::plain("a", 1)])
    );
}

#[test]
fn counts_are_kept_unless_later_ones_are_there() {
    let place = Place::with([samples::plain("a", 1)]);
    let summary = |revision| StoredSummary {
        revision: Revision(revision),
        entities: 10,
        relations: 20,
        diagnostics: [1, 2, 3],
    };
    let stored = || place.store.read(StoreReader::summary).expect("the store is read");
    assert_eq!(stored(), None);
    place.store.set_summary(summary(1)).expect("the counts are stored");
    assert_eq!(stored(), Some(summary(1)));
    place.store.set_summary(summary(0)).expect("the counts are stored");
    assert_eq!(stored(), Some(summary(1)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Any sequence of visits leaves what a map of the last good readings would hold.
    #[test]
    fn visits_add_up(changes in prop::collection::vec(
        prop::collection::vec((0_usize..4, 0_u8..4, 0_i64..3), 0..6), 1..5,
    )) {
        let place = Place::with([]);
        let mut expected: BTreeMap<String, RepositoryDeclarations> = BTreeMap::new();
        for change in changes {
            let mut visits = Vec::new();
            for (repository, kind, time) in change {
                let name = format!("r{repository}");
                match kind {
                    0 | 1 => {
                        let mut new = if kind == 0 { samples::plain(&name, time) } else { samples::rich(&name) };
                        new.head.committed_at = Some(Timestamp(time));
                        visits.push(read(new.clone()));
                        expected.insert(name, new);
                    }
                    2 => {
                        visits.push(unchanged(&name, time));
                        if let Some(known) = expected.get_mut(&name) {
                            known.head.observed_at = Some(Timestamp(time));
                            known.head.status = RepositoryStatus::Read;
                            known.diagnostics.retain(|it| it.code != DiagnosticCode::RepositoryUnreadable);
                        }
                    }
                    _ => {
                        visits.push(unreadable(&name, time, "gone"));
                        let diagnostic = Diagnostic::new(DiagnosticCode::RepositoryUnreadable, "gone");
                        let known = expected.entry(name.clone()).or_insert_with(|| {
                            let mut new = samples::plain(&name, 0);
                            new.head.address = "https://example.com/moved".into();
                            new.head.observed_at = None;
                            new.head.reader = 0;
                            new
                        });
                        if known.head.status.is_read() {
                            known.head.status = status(time, "gone");
                            known.diagnostics.push(diagnostic);
                        }
                    }
                }
            }
            place.apply(visits);
            let stored = everything(&place.store).expect("the store is read").1;
            prop_assert_eq!(stored, expected.values().cloned().collect::<Vec<_>>());
        }
    }
}
