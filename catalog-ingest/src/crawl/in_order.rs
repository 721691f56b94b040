//! What visits bring is put into the order of the plan, as long as nobody slow holds up too much.

use std::collections::BTreeMap;

use catalog_core::model::{CatalogChange, Visit};

use super::visit::Outcome;

/// How many manifests one change holds before it is handed on, and how many wait for their turn.
const CHANGE_MANIFESTS: usize = 4_096;
/// How many visits one change holds before it is handed on, and how many wait for their turn.
const CHANGE_VISITS: usize = 65_536;

/// Collects visits, which come in any order, into changes of bounded size.
///
/// A visit waits for those before it in the plan. Only where more than a change's worth is waiting, as
/// for a server that hangs, it is handed on without them.
#[derive(Default)]
pub(super) struct InOrder {
    next: usize,
    waiting: BTreeMap<usize, Visit>,
    waiting_manifests: usize,
    change: CatalogChange,
    change_manifests: usize,
}

impl InOrder {
    /// Takes the visit to the repository at a place of the plan.
    pub(super) fn put(&mut self, index: usize, outcome: Outcome) {
        self.waiting_manifests += manifests_of(&outcome.visit);
        self.waiting.insert(index, outcome.visit);
    }

    /// The next change, once it is full or, at the end, as it is.
    pub(super) fn take(&mut self, is_end: bool) -> Option<CatalogChange> {
        while !self.is_full() {
            let has_too_many =
                self.waiting_manifests >= CHANGE_MANIFESTS || self.waiting.len() >= CHANGE_VISITS;
            let Some(first) = self.waiting.first_entry() else { break };
            if *first.key() != self.next && !has_too_many && !is_end {
                break;
            }
            let (index, visit) = first.remove_entry();
            self.next = self.next.max(index + 1);
            let manifests = manifests_of(&visit);
            self.waiting_manifests -= manifests;
            self.change_manifests += manifests;
            self.change.visits.push(visit);
        }
        if self.is_full() || (is_end && !self.change.visits.is_empty()) {
            self.change_manifests = 0;
            return Some(std::mem::take(&mut self.change));
        }
        None
    }

    fn is_full(&self) -> bool {
        self.change_manifests >= CHANGE_MANIFESTS || self.change.visits.len() >= CHANGE_VISITS
    }
}

fn manifests_of(visit: &Visit) -> usize {
    match visit {
        Visit::Read(declarations) => declarations.manifests.len(),
        Visit::Unchanged { .. } | Visit::Unreadable { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::model::{RepositoryId, Timestamp};

    use super::*;

    fn unchanged(index: usize) -> Outcome {
        let id = RepositoryId::new(&format!("r/{index}")).expect("the id is good");
        Outcome::unchanged(&id, Timestamp(1))
    }

    fn shown(change: Option<CatalogChange>) -> Vec<String> {
        let visits = change.into_iter().flat_map(|change| change.visits);
        visits.map(|visit| visit.repository().as_str().to_owned()).collect()
    }

    #[test]
    fn visits_come_in_the_order_of_the_plan() {
        let mut order = InOrder::default();
        for index in [2, 0, 3, 1] {
            order.put(index, unchanged(index));
            assert_eq!(order.take(false), None);
        }
        assert_eq!(shown(order.take(true)), ["r/0", "r/1", "r/2", "r/3"]);
        assert_eq!(order.take(true), None);
    }

    #[test]
    fn nobody_slow_holds_up_more_than_a_change() {
        let mut order = InOrder::default();
        for index in 1..CHANGE_VISITS {
            order.put(index, unchanged(index));
            assert!(order.take(false).is_none(), "{index}");
        }
        order.put(CHANGE_VISITS, unchanged(CHANGE_VISITS));
        let first = shown(order.take(false));
        assert_eq!((first.len(), &*first[0]), (CHANGE_VISITS, "r/1"));
        // What comes after the slow one waits for it no longer.
        order.put(CHANGE_VISITS + 1, unchanged(CHANGE_VISITS + 1));
        order.put(0, unchanged(0));
        assert_eq!(shown(order.take(true)), ["r/0".to_owned(), format!("r/{}", CHANGE_VISITS + 1)]);
    }
}
