//! Keeps the older picture of a repository from replacing the newer one.
//!
//! While a long crawl runs, single repositories are read beside it. What the long crawl brings of those
//! later may be of before: it is left out, and the repository is read once more.

use std::collections::BTreeSet;

use catalog_core::model::{CatalogChange, RepositoryId, Visit};

/// The repositories that were read beside the crawl that takes its time, since that began.
#[derive(Debug, Default)]
pub(super) struct Overtaken {
    since: BTreeSet<RepositoryId>,
    is_counting: bool,
}

impl Overtaken {
    /// A long crawl begins.
    pub(super) fn begin(&mut self) {
        self.since.clear();
        self.is_counting = true;
    }

    /// It has ended.
    pub(super) fn end(&mut self) {
        self.since.clear();
        self.is_counting = false;
    }

    /// A change of single repositories is committed.
    pub(super) fn note(&mut self, change: &CatalogChange) {
        if self.is_counting {
            self.since.extend(change.visits.iter().map(|visit| visit.repository().clone()));
        }
    }

    /// Takes what was overtaken out of a change of the long crawl, and gives what is to be read once more.
    pub(super) fn sift(&self, change: &mut CatalogChange) -> BTreeSet<RepositoryId> {
        let mut again = BTreeSet::new();
        if !self.since.is_empty() {
            change.visits.retain(|visit| {
                let is_overtaken = self.since.contains(visit.repository());
                if is_overtaken && !matches!(visit, Visit::Unchanged { .. }) {
                    again.insert(visit.repository().clone());
                }
                !is_overtaken
            });
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::model::Timestamp;

    use super::*;

    fn change(names: &[&str]) -> CatalogChange {
        let visit = |name: &&str| Visit::Unreadable {
            id: RepositoryId::new(name).expect("an id"),
            address: "/gone".into(),
            observed_at: Timestamp(1),
            diagnostic: catalog_core::model::Diagnostic::new(
                catalog_core::model::DiagnosticCode::RepositoryUnreadable,
                "gone".to_owned(),
            ),
        };
        CatalogChange { visits: names.iter().map(visit).collect() }
    }

    #[test]
    fn what_was_read_meanwhile_is_not_replaced_and_read_again() {
        let mut overtaken = Overtaken::default();
        overtaken.note(&change(&["a/before"]));
        overtaken.begin();
        overtaken.note(&change(&["a/meanwhile"]));
        let mut long = change(&["a/before", "a/meanwhile", "a/other"]);
        long.visits.push(Visit::Unchanged {
            id: RepositoryId::new("a/meanwhile").expect("an id"),
            observed_at: Timestamp(1),
        });
        let again = overtaken.sift(&mut long);
        assert_eq!(again.iter().map(RepositoryId::as_str).collect::<Vec<_>>(), ["a/meanwhile"]);
        let left: Vec<_> = long.visits.iter().map(|visit| visit.repository().as_str()).collect();
        assert_eq!(left, ["a/before", "a/other"]);
        overtaken.end();
        assert!(overtaken.sift(&mut change(&["a/meanwhile"])).is_empty());
    }
}
