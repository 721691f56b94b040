//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod impact;
mod live_counts;
mod oracle;
mod reach_counts;
