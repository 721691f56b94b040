//! How often each lane of many rows is set, without looking at one lane at a time.

use super::{LANES, WORDS};

/// Rows that the planes of bits can hold before they must be added up.
const ROWS_MAX: u32 = (1 << PLANES) - 1;
const PLANES: usize = 8;

/// A counter for each lane. The low bits of all counters lie in planes of one bit each, so that a row is
/// added to all of them by a few operations on words.
pub(super) struct LaneCounts {
    planes: [[u64; PLANES]; WORDS],
    rows: u32,
    totals: Box<[u32; LANES]>,
}

impl LaneCounts {
    pub(super) fn new() -> Self {
        Self { planes: [[0; PLANES]; WORDS], rows: 0, totals: Box::new([0; LANES]) }
    }

    /// Counts each lane that is set in a row.
    pub(super) fn add(&mut self, row: &[u64; WORDS]) {
        if self.rows == ROWS_MAX {
            self.add_up();
        }
        self.rows += 1;
        for (planes, word) in self.planes.iter_mut().zip(row) {
            let mut carry = *word;
            for plane in planes {
                if carry == 0 {
                    break;
                }
                let both = *plane & carry;
                *plane ^= carry;
                carry = both;
            }
        }
    }

    fn add_up(&mut self) {
        for (planes, totals) in self.planes.iter_mut().zip(self.totals.chunks_exact_mut(64)) {
            for (power, plane) in planes.iter_mut().enumerate() {
                let mut rest = std::mem::take(plane);
                while rest != 0 {
                    totals[rest.trailing_zeros() as usize] += 1 << power;
                    rest &= rest - 1;
                }
            }
        }
        self.rows = 0;
    }

    /// The count of each lane.
    pub(super) fn totals(mut self) -> Box<[u32; LANES]> {
        self.add_up();
        self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_counted_as_if_one_by_one() {
        let mut counts = LaneCounts::new();
        let mut expected = vec![0_u32; LANES];
        let mut state = 0x5eed_u64;
        for _ in 0..1_000 {
            let mut row = [0_u64; WORDS];
            for word in &mut row {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *word = state;
            }
            counts.add(&row);
            for (lane, expected) in expected.iter_mut().enumerate() {
                *expected += u32::from(row[lane / 64] & (1 << (lane % 64)) != 0);
            }
        }
        assert_eq!(counts.totals().as_slice(), expected);
    }
}
