//! Whether the server can answer from a graph yet.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

/// Whether questions can be answered, or why not yet. Shared between the server and whoever loads the graph.
#[derive(Debug)]
pub struct Readiness {
    obstacle: Mutex<Option<Box<str>>>,
    is_stopping: AtomicBool,
}

impl Readiness {
    /// Not ready yet, for a reason in one lower-case sentence.
    pub fn not_yet(reason: &str) -> Self {
        Self { obstacle: Mutex::new(Some(reason.into())), is_stopping: AtomicBool::new(false) }
    }

    /// Ready from the beginning.
    pub fn ready() -> Self {
        Self { obstacle: Mutex::new(None), is_stopping: AtomicBool::new(false) }
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

    /// From now on, who asks whether to send questions here is told not to. Those that come are answered.
    pub fn set_stopping(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Why no questions should be sent here, if so: they are not answered, or the server is about to stop.
    pub fn reason_to_stay_away(&self) -> Option<Box<str>> {
        if self.is_stopping.load(Ordering::Relaxed) {
            return Some("the server is about to stop".into());
        }
        self.reason()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Box<str>>> {
        // What it holds is replaced whole, so a panic of another holder leaves it sound.
        self.obstacle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
