//! Which questions were asked of late, so that what is made of one is kept only where it was asked before.
//!
//! Most questions of people come once, those of dashboards again and again: what is kept of the ones would push out
//! what is kept for the others, and cost each of them as much as its answer. This is the doorkeeper of TinyLFU
//! (Einziger, Friedman, Manes, 2017), of one place for each hash.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many questions are remembered, at most.
const PLACES: usize = 16 * 1024;

/// The hashes of questions that were asked of late.
#[derive(Debug)]
pub(crate) struct AskedBefore(Box<[AtomicU64]>);

impl Default for AskedBefore {
    fn default() -> Self {
        Self((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }
}

impl AskedBefore {
    /// Notes a question by its hash; tells whether it was noted before and none came between that has its place.
    pub(crate) fn note(&self, hash: u64) -> bool {
        // No place is empty that was ever taken.
        let noted = hash | 1;
        let place = (hash >> 32) as usize % PLACES;
        self.0[place].swap(noted, Ordering::Relaxed) == noted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_time_is_told_from_the_first() {
        let asked = AskedBefore::default();
        let hashes = [0, 0x5eed_cafe_f00d_d00d, u64::MAX];
        assert_eq!(hashes.map(|hash| asked.note(hash)), [false; 3]);
        assert_eq!(hashes.map(|hash| asked.note(hash)), [true; 3]);
        // Another question in the same place.
        assert!(!asked.note(0x5eed_cafe_0000_0000) && !asked.note(0x5eed_cafe_f00d_d00d));
    }
}
