//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod availability;
mod bridges;
mod change;
mod components;
mod dominators;
mod impact;
mod impact_many;
mod live_counts;
mod longest_chains;
mod million;
mod oracle;
mod pairs;
mod reach_counts;
mod remedies;
mod rollout_steps;
mod shared_ground;
mod shortest_paths;
mod stored;
