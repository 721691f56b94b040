//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod impact;
mod impact_many;
mod oracle;
mod shared_ground;
