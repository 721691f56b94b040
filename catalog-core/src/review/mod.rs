//! Reviews of ownership: what the answers of owners come to, and what is still to be answered.
//!
//! [`entities_in_scope`] says what a [`Review`](crate::model::Review) is about and [`new_review`] fixes it;
//! a [`Person`](crate::model::Person) is known by [`person_named`]; [`new_answer`] holds an answer against the
//! catalog before it is taken. [`review_progress`] says where each [`ReviewedItem`] stands, by state and by
//! team; [`last_confirmation`] when an entity was last known to be right.
//!
//! What people said is stored and never changed; everything here follows from it, from the graph and
//! from the moment that is asked about.

mod answering;
mod automatic;
mod confirmation;
mod correction;
mod item;
mod person;
mod progress;
mod scope;
#[cfg(test)]
mod tests;

pub use answering::{AnswerRefused, AnswerTerms, items_asked_of, new_answer};
pub use automatic::{AutomaticConfirmation, AutomaticGround};
pub use confirmation::{LastConfirmation, last_confirmation};
pub use correction::place_to_correct;
pub use item::{ItemState, ReviewedItem, reviewed_item};
pub use person::{person_named, standing_of};
pub use progress::{ReviewProgress, StateCounts, TeamProgress, review_progress, reviewed_items};
pub use scope::{ReviewTerms, entities_in_scope, new_review, scope_sentence};
