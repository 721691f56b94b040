//! The graph that answers are given from, and the one place where it is exchanged.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::graph::CatalogGraph;

/// The current graph. Whoever asks takes it once and asks everything of that one, so that an answer
/// is of exactly one revision whatever is committed meanwhile. Readers never wait.
#[derive(Debug)]
pub struct CurrentGraph(ArcSwap<CatalogGraph>);

impl CurrentGraph {
    /// Begins with a graph.
    pub fn new(graph: CatalogGraph) -> Self {
        Self(ArcSwap::from_pointee(graph))
    }

    /// The graph as it is now.
    pub fn get(&self) -> Arc<CatalogGraph> {
        self.0.load_full()
    }

    /// Puts another graph in its place; those who hold the former keep it.
    pub fn replace(&self, graph: CatalogGraph) {
        self.0.store(Arc::new(graph));
    }
}
