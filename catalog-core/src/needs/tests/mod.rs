//! The algorithms on small needs, each against an evaluator that is slow and plain to see.

mod change;
mod impact;
mod oracle;
