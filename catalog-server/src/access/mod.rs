//! Who asks, and what they may do.
//!
//! Whatever comes in by a door has a [`Caller`] with [`Scopes`]. What a caller lacks a scope for is refused
//! before any work is done.

mod caller;
mod scope;

pub use caller::{Caller, Identity};
pub use scope::{Scope, Scopes};
