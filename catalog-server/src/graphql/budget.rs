//! What one answer may still cost while it is being made: bytes, and time that others keep.
//!
//! A running resolver cannot be stopped from outside. So every field asks before it begins whether the answer is
//! still wanted, and says after it has ended how large its value is (see `extension`). Once the budget is spent,
//! every further field is null, the rest of the work takes no time, and the answer is thrown away.

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicU64, Ordering},
};

/// The budget of one request; shared by those who make the answer and those who wait for it.
#[derive(Debug)]
pub(super) struct AnswerBudget {
    bytes_left: AtomicU64,
    spent: AtomicU8,
}

/// Why an answer is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Spent {
    /// It has grown too large.
    Bytes = 1,
    /// It has taken too long, or nobody waits for it any more.
    Time = 2,
}

impl AnswerBudget {
    pub(super) fn new(bytes_max: u64) -> Arc<Self> {
        Arc::new(Self { bytes_left: AtomicU64::new(bytes_max), spent: AtomicU8::new(0) })
    }

    /// Gives the answer up; the first reason stands.
    pub(super) fn give_up(&self, reason: Spent) {
        let _ = self.spent.compare_exchange(0, reason as u8, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Why the answer was given up, if it was.
    pub(super) fn spent(&self) -> Option<Spent> {
        match self.spent.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Spent::Bytes),
            _ => Some(Spent::Time),
        }
    }

    /// Whether the answer is still wanted, and may grow by so many bytes.
    pub(super) fn allows(&self, bytes: u64) -> bool {
        self.spent().is_none() && bytes <= self.bytes_left.load(Ordering::Relaxed)
    }

    /// Takes what has been made off what is left.
    pub(super) fn take(&self, bytes: u64) {
        let before = self
            .bytes_left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(bytes)));
        if before.is_ok_and(|left| left < bytes) {
            self.give_up(Spent::Bytes);
        }
    }
}

/// Gives an answer up when it is dropped, as it is when the client has left.
pub(super) struct GiveUpOnDrop(pub(super) Arc<AnswerBudget>);

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        self.0.give_up(Spent::Time);
    }
}
