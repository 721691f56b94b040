//! How many of many rows of bits have each bit set.
//!
//! Rows are added as numbers are in a counter: two rows of one weight and the sum at that weight make a carry
//! of twice the weight, by five operations on whole words, so that a row costs about as much as reading
//! it (carry-save adders; Harley and Seal, in Warren, "Hacker's Delight", section 5-2). O(words) a row.

/// So many bits side by side.
pub(super) type BitRow<const WORDS: usize> = [u64; WORDS];

/// Counts of set bits, one for each column.
#[derive(Debug)]
pub(super) struct ColumnCounts<const WORDS: usize> {
    added: u64,
    /// By power of two: one bit of each count.
    sums: Vec<BitRow<WORDS>>,
    /// By power of two: a row that waits for a second one; it counts where that bit of `added` is set.
    waiting: Vec<BitRow<WORDS>>,
}

impl<const WORDS: usize> ColumnCounts<WORDS> {
    pub(super) fn new() -> Self {
        Self { added: 0, sums: Vec::new(), waiting: Vec::new() }
    }

    /// Adds one to the count of each column whose bit is set.
    #[inline]
    pub(super) fn add(&mut self, row: &BitRow<WORDS>) {
        let mut row = *row;
        let mut added = self.added;
        self.added += 1;
        let mut power = 0;
        while added & 1 == 1 {
            row = carry(&mut self.sums[power], &self.waiting[power], &row);
            added >>= 1;
            power += 1;
        }
        if power == self.sums.len() {
            self.sums.push([0; WORDS]);
            self.waiting.push(row);
        } else {
            self.waiting[power] = row;
        }
    }

    /// The count of one column.
    pub(super) fn of(&self, column: usize) -> u32 {
        let bit = |row: &BitRow<WORDS>| u32::from(row[column / 64] >> (column % 64) & 1 != 0);
        let mut count = 0;
        for (power, (sum, waiting)) in self.sums.iter().zip(&self.waiting).enumerate() {
            let waits = u32::from(self.added >> power & 1 == 1);
            count += (bit(sum) + bit(waiting) * waits) << power;
        }
        count
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.added = 0;
        self.sums.clear();
        self.waiting.clear();
    }
}

/// Adds two rows to a sum of their weight and gives what is carried to twice that weight.
#[inline]
fn carry<const WORDS: usize>(
    sum: &mut BitRow<WORDS>,
    first: &BitRow<WORDS>,
    second: &BitRow<WORDS>,
) -> BitRow<WORDS> {
    let mut carried = [0; WORDS];
    for word in 0..WORDS {
        let (a, b, c) = (sum[word], first[word], second[word]);
        let half = a ^ b;
        carried[word] = (a & b) | (half & c);
        sum[word] = half ^ c;
    }
    carried
}

#[cfg(test)]
mod tests {
    use super::ColumnCounts;

    #[test]
    fn each_column_counts_the_rows_with_its_bit() {
        let mut counts = ColumnCounts::<2>::new();
        let mut expected = [0_u32; 128];
        for number in 0..1_000_u64 {
            let row = [number.wrapping_mul(0x9e37_79b9_7f4a_7c15), 1 << (number % 64)];
            counts.add(&row);
            for (column, expected) in expected.iter_mut().enumerate() {
                *expected += u32::from(row[column / 64] >> (column % 64) & 1 == 1);
            }
        }
        let found: Vec<u32> = (0..128).map(|column| counts.of(column)).collect();
        assert_eq!(found, expected);
        counts.clear();
        assert_eq!(counts.of(0), 0);
    }
}
