//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod availability;
mod impact;
mod oracle;
