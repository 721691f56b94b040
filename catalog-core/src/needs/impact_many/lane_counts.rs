//! How often each lane of many rows is set, without looking at one lane at a time.

use super::{LANES, WORDS};

/// How often the planes of bits can be added to before they must be added up.
const ADDED_MAX: u32 = (1 << PLANES) - 1;
const PLANES: usize = 8;

/// A counter for each lane. The low bits of all counters lie in planes of one bit each, so that 64
/// lanes are counted by a few operations on words.
pub(super) struct LaneCounts {
    planes: [[u64; PLANES]; WORDS],
    /// By word, how often it was added to since its planes were empty.
    added: [u32; WORDS],
    totals: Box<[u32; LANES]>,
}

impl LaneCounts {
    pub(super) fn new() -> Self {
        Self { planes: [[0; PLANES]; WORDS], added: [0; WORDS], totals: Box::new([0; LANES]) }
    }

    /// Counts each lane that is set in a word of a row.
    pub(super) fn add(&mut self, word: usize, lanes: u64) {
        if lanes == 0 {
            return;
        }
        if self.added[word] == ADDED_MAX {
            self.add_up(word);
        }
        self.added[word] += 1;
        let mut carry = lanes;
        for plane in &mut self.planes[word] {
            let both = *plane & carry;
            *plane ^= carry;
            carry = both;
            if carry == 0 {
                break;
            }
        }
    }

    fn add_up(&mut self, word: usize) {
        let totals = &mut self.totals[word * 64..][..64];
        for (power, plane) in self.planes[word].iter_mut().enumerate() {
            let mut rest = std::mem::take(plane);
            while rest != 0 {
                totals[rest.trailing_zeros() as usize] += 1 << power;
                rest &= rest - 1;
            }
        }
        self.added[word] = 0;
    }

    /// The count of each lane.
    pub(super) fn totals(mut self) -> Box<[u32; LANES]> {
        (0..WORDS).for_each(|word| self.add_up(word));
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
        for round in 0..5_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = round % WORDS;
            counts.add(word, state);
            for lane in 0..64 {
                expected[word * 64 + lane] += u32::from(state & (1 << lane) != 0);
            }
        }
        assert_eq!(counts.totals().as_slice(), expected);
    }
}
