//! The graphs that questions were answered from of late, so that one who reads a long list page by page can
//! ask for the very state of the first page again.
//!
//! Graphs that follow one another share what is the same in both, so that a former one costs little; how many
//! are kept is bounded all the same, by number and by age. Only what somebody was answered from is kept:
//! nobody can ask for anything else.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use catalog_core::{graph::CatalogGraph, model::Timestamp};

use super::{ErrorCode, GraphqlLimits, Refusal};

/// The graphs of the last revisions, the newest last.
#[derive(Debug, Default)]
pub(super) struct RecentGraphs(Mutex<VecDeque<Recent>>);

#[derive(Debug)]
struct Recent {
    graph: Arc<CatalogGraph>,
    /// When it was last the current one, as far as anybody asked then.
    current_at: Timestamp,
}

impl RecentGraphs {
    /// The graph to answer from: the current one, or that of the revision which is asked for.
    pub(super) fn choose(
        &self,
        current: Arc<CatalogGraph>,
        asked: Option<u64>,
        now: Timestamp,
        limits: &GraphqlLimits,
    ) -> Result<Arc<CatalogGraph>, Refusal> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut kept, &current, now);
        let seconds_max = i64::try_from(limits.revision_age_max.as_secs()).unwrap_or(i64::MAX);
        kept.retain(|of| now.0.saturating_sub(of.current_at.0) <= seconds_max);
        while kept.len() > limits.revisions_max.saturating_add(1) {
            kept.pop_front();
        }
        let Some(asked) = asked.filter(|asked| *asked != current.revision().0) else { return Ok(current) };
        let found = kept.iter().find(|of| of.graph.revision().0 == asked).map(|of| Arc::clone(&of.graph));
        found.ok_or_else(|| dropped(asked, &current, kept.front()))
    }
}

/// Takes note of the graph that is the current one.
fn note(kept: &mut VecDeque<Recent>, current: &Arc<CatalogGraph>, now: Timestamp) {
    match kept.iter_mut().find(|of| of.graph.revision() == current.revision()) {
        // At one revision, only the times at which repositories were seen differ.
        Some(same) => *same = Recent { graph: Arc::clone(current), current_at: now },
        None => kept.push_back(Recent { graph: Arc::clone(current), current_at: now }),
    }
}

fn dropped(asked: u64, current: &CatalogGraph, oldest: Option<&Recent>) -> Refusal {
    let current = current.revision().0;
    let message = if asked > current {
        format!("revision {asked} is not there yet; the catalog is at {current}")
    } else {
        let oldest = oldest.map_or(current, |of| of.graph.revision().0);
        format!(
            "revision {asked} is kept no more; the oldest that is kept is {oldest}, the current one {current}: begin again without `extensions.revision`, or go on in the current one with the same cursor"
        )
    };
    Refusal::new(ErrorCode::RevisionDropped, message)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::graphql::tests::graph_at;

    fn limits(revisions_max: usize) -> GraphqlLimits {
        GraphqlLimits {
            revisions_max,
            revision_age_max: Duration::from_secs(100),
            ..GraphqlLimits::default()
        }
    }

    /// Lets the catalog go through revisions 1 to `last`, one a second, and asks for one of them.
    fn check(revisions_max: usize, last: u64, asked: u64, asked_at: i64, expected: Result<u64, &str>) {
        let recent = RecentGraphs::default();
        let limits = limits(revisions_max);
        let graphs: Vec<_> = (1..=last).map(|number| Arc::new(graph_at(number, "component:a"))).collect();
        for (graph, second) in graphs.iter().zip(1..) {
            let chosen = recent.choose(Arc::clone(graph), None, Timestamp(second), &limits);
            assert_eq!(chosen.map(|graph| graph.revision()), Ok(graph.revision()));
        }
        let current = graphs.last().map(Arc::clone).expect("there is one");
        let chosen = recent.choose(current, Some(asked), Timestamp(asked_at), &limits);
        match (chosen, expected) {
            (Ok(graph), Ok(expected)) => assert_eq!(graph.revision().0, expected),
            (Err(refusal), Err(part)) => {
                assert_eq!(refusal.code, ErrorCode::RevisionDropped);
                assert!(refusal.message.contains(part), "{}", refusal.message);
            }
            (chosen, expected) => panic!("{:?} for {expected:?}", chosen.map(|graph| graph.revision())),
        }
    }

    #[test]
    fn a_revision_is_there_until_enough_have_followed() {
        check(3, 5, 5, 5, Ok(5));
        check(3, 5, 2, 5, Ok(2));
        check(3, 5, 1, 5, Err("the oldest that is kept is 2, the current one 5"));
        check(0, 2, 1, 2, Err("kept no more"));
        check(3, 5, 6, 5, Err("is not there yet"));
    }

    #[test]
    fn a_revision_that_has_been_replaced_for_long_is_dropped() {
        check(3, 3, 1, 101, Ok(1));
        check(3, 3, 1, 102, Err("kept no more"));
        check(3, 3, 3, 100_000, Ok(3));
    }
}
