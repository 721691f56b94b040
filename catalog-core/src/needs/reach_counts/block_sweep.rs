//! Counts of a block of sources at once, one bit of a row for each.
//!
//! A search finds what the block reaches, which is then swept in topological order: the row of a component is
//! what the rows of those before it have in common or apart, and is added to the counts as a whole. O(words
//! of a row · needs between what is reached).

use super::{
    Job,
    column_counts::{BitRow, ColumnCounts},
};

/// Words in a row of bits.
const WORDS: usize = 8;
/// How many sources are swept at once.
pub(super) const BLOCK: usize = WORDS * 64;

/// A row that does not lie across two lines of a cache.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Aligned(BitRow<WORDS>);

/// Which of 64 components are reached.
#[derive(Clone, Copy, Default)]
struct Reached {
    bits: u64,
    /// How many are reached that come before these, and one more.
    before: u32,
}

/// Rows of bits for all components, used again for each block.
pub(super) struct BlockSweep<'j, 'c> {
    job: &'j Job<'c>,
    /// For each component: the block reaches it, or it is a source.
    reached: Vec<Reached>,
    /// For each reached component that leads on, which sources lead to it, with itself. The first is empty.
    rows: Vec<Aligned>,
    owner_rows: Vec<Aligned>,
    owners_met: Vec<u32>,
    entities: ColumnCounts<WORDS>,
    critical: ColumnCounts<WORDS>,
    teams: ColumnCounts<WORDS>,
    /// What components of several entities add, by source: entities, critical ones.
    more: Vec<[u32; 2]>,
}

impl<'j, 'c> BlockSweep<'j, 'c> {
    pub(super) fn new(job: &'j Job<'c>) -> Self {
        Self {
            job,
            reached: vec![Reached::default(); job.condensation.len().div_ceil(64)],
            rows: Vec::new(),
            owner_rows: vec![Aligned([0; WORDS]); job.facts.owner_count()],
            owners_met: Vec::new(),
            entities: ColumnCounts::new(),
            critical: ColumnCounts::new(),
            teams: ColumnCounts::new(),
            more: vec![[0; 2]; BLOCK],
        }
    }

    /// Counts what lies behind sources, ascending, at most [`BLOCK`] of them.
    pub(super) fn run(&mut self, sources: &[u32]) {
        let inner_count = self.job.condensation.inner_count();
        self.find_reached(sources);
        if self.job.is_over() {
            return;
        }
        let first = sources.first().map_or(0, |source| *source as usize / 64);
        self.number_reached(first);
        self.rows.clear();
        self.rows.push(Aligned([0; WORDS]));
        let mut columns = (0_usize..).zip(sources).peekable();
        for position in first..self.reached.len() {
            let mut word = self.reached[position].bits;
            while word != 0 {
                let component = (position * 64) as u32 + word.trailing_zeros();
                word &= word - 1;
                let mut row = self.row_before(component);
                self.count(component, &row);
                if let Some((column, _)) = columns.next_if(|(_, source)| **source == component) {
                    row[column / 64] |= 1 << (column % 64);
                }
                if component < inner_count {
                    self.rows.push(Aligned(row));
                }
            }
        }
        self.note(sources);
        self.reached[first..].fill(Reached::default());
    }

    /// Finds all that lies behind the sources, with them, from front to back.
    fn find_reached(&mut self, sources: &[u32]) {
        let condensation = self.job.condensation;
        for source in sources {
            self.reached[*source as usize / 64].bits |= 1 << (source % 64);
        }
        let first = sources.first().map_or(0, |source| *source as usize / 64);
        let mut needs = 0;
        for position in first..(condensation.inner_count() as usize).div_ceil(64) {
            let mut done = 0;
            loop {
                // Following one component may reach others of the same word, all of them behind it.
                let open = self.reached[position].bits & !done;
                if open == 0 {
                    break;
                }
                let lowest = open & open.wrapping_neg();
                done |= lowest;
                let component = (position * 64) as u32 + lowest.trailing_zeros();
                let row = condensation.next().of(component);
                needs += row.len();
                for next in row {
                    self.reached[*next as usize / 64].bits |= 1 << (next % 64);
                }
            }
        }
        self.job.worked(needs * WORDS);
    }

    /// Numbers what is reached from 1, so that the rows lie close together.
    fn number_reached(&mut self, first: usize) {
        let mut before = 1;
        for reached in &mut self.reached[first..] {
            reached.before = before;
            before += reached.bits.count_ones();
        }
    }

    /// Which sources lead to a component.
    fn row_before(&self, component: u32) -> BitRow<WORDS> {
        let mut row = [0; WORDS];
        for previous in self.job.condensation.previous().of(component) {
            let Reached { bits, before } = self.reached[*previous as usize / 64];
            let bit = 1_u64 << (previous % 64);
            // What is not reached has the empty row; a branch here would be guessed wrong.
            let is_reached = u32::from(bits & bit != 0);
            let from = (before + (bits & (bit - 1)).count_ones()) * is_reached;
            add(&mut row, &self.rows[from as usize].0);
        }
        row
    }

    fn count(&mut self, component: u32, row: &BitRow<WORDS>) {
        if is_empty(row) {
            return;
        }
        let fact = self.job.facts.of(component);
        if fact.is_several() {
            let several = self.job.facts.several(component);
            for_each_bit(row, |column| {
                self.more[column][0] += several.size;
                self.more[column][1] += several.critical;
            });
            several.owners.iter().for_each(|(owner, _)| self.add_owner(*owner, row));
            return;
        }
        self.entities.add(row);
        if fact.critical() == 1 {
            self.critical.add(row);
        }
        if let Some(owner) = fact.owner() {
            self.add_owner(owner, row);
        }
    }

    fn add_owner(&mut self, owner: u32, row: &BitRow<WORDS>) {
        let owner_row = &mut self.owner_rows[owner as usize].0;
        if is_empty(owner_row) {
            self.owners_met.push(owner);
        }
        add(owner_row, row);
    }

    /// Notes the counts of the sources and begins anew.
    fn note(&mut self, sources: &[u32]) {
        for owner in &self.owners_met {
            self.teams.add(&self.owner_rows[*owner as usize].0);
        }
        for (column, source) in sources.iter().enumerate() {
            let [more_entities, more_critical] = self.more[column];
            let behind = [
                self.entities.of(column) + more_entities,
                self.critical.of(column) + more_critical,
                self.teams.of(column),
            ];
            let has_owner =
                |owner: u32| self.owner_rows[owner as usize].0[column / 64] >> (column % 64) & 1 == 1;
            self.job.note(*source, behind, has_owner);
        }
        for owner in self.owners_met.drain(..) {
            self.owner_rows[owner as usize] = Aligned([0; WORDS]);
        }
        self.more.fill([0; 2]);
        self.entities.clear();
        self.critical.clear();
        self.teams.clear();
    }
}

fn add(to: &mut BitRow<WORDS>, row: &BitRow<WORDS>) {
    for (to, word) in to.iter_mut().zip(row) {
        *to |= word;
    }
}

fn is_empty(row: &BitRow<WORDS>) -> bool {
    row.iter().fold(0, |all, word| all | word) == 0
}

fn for_each_bit(row: &BitRow<WORDS>, mut then: impl FnMut(usize)) {
    for (first, word) in (0..).step_by(64).zip(row) {
        let mut word = *word;
        while word != 0 {
            then(first + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}
