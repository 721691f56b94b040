//! The graph that somebody sees, which may be that of a part of the catalog.

use std::sync::{Arc, OnceLock};

use catalog_core::{catalog::Catalog, graph::CatalogGraph};

use super::{change_feed::ChangeFeed, recent_graphs::RecentGraphs};

/// A graph to answer from: the whole one, or that of a part.
#[derive(Clone, Debug)]
pub struct SeenGraph {
    /// The graph.
    pub graph: Arc<CatalogGraph>,
    pub(super) part: Option<Arc<SeenPart>>,
}

/// A catalog out of which something is cut, with all that is kept for those who see no more than that: nothing
/// of it is shared with who sees more.
#[derive(Debug)]
pub struct SeenPart {
    number: u16,
    pub(super) catalog: Arc<Catalog>,
    /// The graphs that were answered from of late.
    pub(super) recent: RecentGraphs,
    feed: OnceLock<Arc<ChangeFeed>>,
}

impl SeenPart {
    /// A part with a number of its own, which is not 0.
    pub fn new(number: u16, catalog: Arc<Catalog>) -> Self {
        Self { number, catalog, recent: RecentGraphs::default(), feed: OnceLock::new() }
    }

    /// The graph of the part as it is now.
    pub fn graph(self: &Arc<Self>) -> SeenGraph {
        SeenGraph { graph: self.catalog.graph(), part: Some(Arc::clone(self)) }
    }

    /// The catalog without what is hidden.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What tells of changes of this part; it begins to when it is first asked for, in the runtime of whoever asks.
    pub(super) fn feed(&self) -> Arc<ChangeFeed> {
        Arc::clone(self.feed.get_or_init(|| {
            let feed = Arc::new(ChangeFeed::new(self.catalog.current()));
            tokio::spawn(Arc::clone(&feed).run());
            feed
        }))
    }
}

impl SeenGraph {
    /// The number of the part; 0 for the whole.
    pub fn part_number(&self) -> u16 {
        self.part.as_ref().map_or(0, |part| part.number)
    }
}

impl From<Arc<CatalogGraph>> for SeenGraph {
    /// The whole graph.
    fn from(graph: Arc<CatalogGraph>) -> Self {
        Self { graph, part: None }
    }
}
