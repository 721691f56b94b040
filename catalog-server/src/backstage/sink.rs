//! Where answers go, and how those who make them learn that nobody waits any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::BackstageError;

/// Takes an answer, piece by piece.
pub trait Sink {
    /// Says, before anything is written, what `after` leads to the next page of a list.
    fn next_after(&mut self, after: String);

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// Nobody waits for the answer any more.
    fn write(&mut self, bytes: &[u8]) -> Result<(), BackstageError>;
}

/// How many entities are looked at before it is asked again whether anybody still waits.
const STRIDE: usize = 1_024;

/// Whether an answer is given up; shared by those who make it and those who wait for it.
#[derive(Clone, Debug, Default)]
pub struct GiveUp(Arc<AtomicBool>);

impl GiveUp {
    /// Gives the answer up.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Asks, at every so many steps, whether the answer is still wanted.
    pub(super) fn check(&self, step: usize) -> Result<(), BackstageError> {
        if step.is_multiple_of(STRIDE) && self.0.load(Ordering::Relaxed) {
            return Err(BackstageError::Unavailable("the answer was given up".into()));
        }
        Ok(())
    }
}
