//! Which rule of an ownership file decides about a path.
//!
//! A [`PathMatcher`] is compiled once from the [`PathRules`](crate::model::PathRules) of a manifest and
//! then asked about paths; [`check_pattern`] says beforehand why a pattern would never match, as a
//! [`PatternError`]. The language of the patterns is in `github`, the index over many rules in `key_index`.

mod github;
mod key_index;
mod matcher;
mod pattern_error;

pub use matcher::PathMatcher;
pub use pattern_error::{PatternError, check_pattern};
