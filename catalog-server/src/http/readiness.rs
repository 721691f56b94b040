//! Whether the server can answer from a graph yet.

use std::sync::Mutex;

/// Whether questions can be answered, or why not yet. Shared between the server and whoever loads the graph.
#[derive(Debug)]
pub struct Readiness(Mutex<Option<Box<str>>>);

impl Readiness {
    /// Not ready yet, for a reason in one lower-case sentence.
    pub fn not_yet(reason: &str) -> Self {
        Self(Mutex::new(Some(reason.into())))
    }

    /// Ready from the beginning.
    pub fn ready() -> Self {
        Self(Mutex::new(None))
    }

    /// From now on, questions are answered.
    pub fn set_ready(&self) {
        *self.lock() = None;
    }

    /// From now on, questions are not answered, for a reason in one lower-case sentence.
    pub fn set_not_ready(&self, reason: &str) {
        *self.lock() = Some(reason.into());
    }

    /// Why questions are not answered, if they are not.
    pub fn reason(&self) -> Option<Box<str>> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Box<str>>> {
        // What it holds is replaced whole, so a panic of another holder leaves it sound.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
