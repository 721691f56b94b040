//! What holds store and graph together.

mod current_graph;

pub use current_graph::CurrentGraph;
