//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod bridges;
mod components;
mod dominators;
mod impact;
mod longest_chains;
mod oracle;
mod pairs;
mod remedies;
mod shortest_paths;
