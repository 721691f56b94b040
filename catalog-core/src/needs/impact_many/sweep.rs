//! One pass over the places behind many failures, in which each lane is a world of its own.
//!
//! A place keeps only those words of its row in which something happens: most failures touch little, and
//! what they do not touch costs nothing.

use std::ops::Range;

use fixedbitset::FixedBitSet;

use super::super::{Direction, Failure, Health, Needs, alternatives::Group};
use super::{
    HealthCounts, LANES, ManyFailures, ManyImpacts, ScenarioImpact, WORDS, WatchedImpact,
    lane_counts::LaneCounts, order::Order,
};
use crate::model::Strength;

/// The state of a place in 64 lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    down: u64,
    /// Down or degraded.
    impaired: u64,
}

/// Which words of a row there are.
type Words = u16;

/// How many needs are looked at together; most entities have fewer.
const GATHERED: usize = 16;

/// Where the cells of a place lie.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    first: u32,
    words: Words,
}

/// A row that is being made, with all its words; those that are not in `words` are empty.
#[derive(Default)]
struct OpenRow {
    words: Words,
    cells: [Cell; WORDS],
}

/// What a scenario lets happen to a place by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seed {
    place: u32,
    lane: u32,
    is_down: bool,
}

pub(super) struct Sweep<'n> {
    needs: &'n Needs,
    order: &'n Order,
    /// By place.
    rows: Vec<Row>,
    /// The cells of all rows, a row in one piece.
    cells: Vec<Cell>,
    /// By place, then by lane.
    seeds: Vec<Seed>,
    is_seeded: FixedBitSet,
    /// By place.
    is_weighed: FixedBitSet,
    is_watched: FixedBitSet,
    weighed: [LaneCounts; 3],
    others: [LaneCounts; 3],
    /// With the lane in place of the scenario.
    watched: Vec<WatchedImpact>,
}

impl<'n> Sweep<'n> {
    /// A pass in which each of the scenarios, [`LANES`] at most, has its lane.
    pub(super) fn new(
        needs: &'n Needs,
        order: &'n Order,
        many: &ManyFailures<'_>,
        scenarios: &[u32],
    ) -> Self {
        let count = needs.entity_count();
        let places = |entities: &[u32]| {
            let mut places = FixedBitSet::with_capacity(count);
            entities.iter().for_each(|entity| places.insert(needs.place_of(*entity) as usize));
            places
        };
        let mut seeds = Vec::new();
        for (lane, scenario) in (0..).zip(scenarios) {
            let Failure { down, degraded } = &many.failures[*scenario as usize];
            let seed =
                |is_down: bool| move |entity: &u32| Seed { place: needs.place_of(*entity), lane, is_down };
            seeds.extend(down.iter().map(seed(true)));
            seeds.extend(degraded.iter().map(seed(false)));
        }
        seeds.sort_unstable();
        let mut is_seeded = FixedBitSet::with_capacity(count);
        seeds.iter().for_each(|seed| is_seeded.insert(seed.place as usize));
        let counts = || std::array::from_fn(|_| LaneCounts::new());
        Self {
            needs,
            order,
            rows: vec![Row::default(); count],
            cells: Vec::new(),
            seeds,
            is_seeded,
            is_weighed: places(many.weighed),
            is_watched: places(many.watched),
            weighed: counts(),
            others: counts(),
            watched: Vec::new(),
        }
    }

    /// Applies the rules until nothing changes, what is needed before what needs it, and counts.
    pub(super) fn run(&mut self) {
        let order = self.order;
        let mut open = OpenRow::default();
        let mut next = 0;
        for circle in order.circles() {
            self.settle(next..circle.start, &mut open);
            self.settle_circle(circle, &mut open);
            next = circle.end;
        }
        self.settle(next..order.len(), &mut open);
    }

    /// Applies the rules once to places that are in no circle.
    fn settle(&mut self, positions: Range<usize>, open: &mut OpenRow) {
        for position in positions {
            let place = self.order.place(position);
            let has_lost = self.open_row(place, open);
            if open.words != 0 {
                self.rows[place as usize] = Row { first: number(self.cells.len()), words: open.words };
                self.cells.extend(words_of(open.words).map(|word| std::mem::take(&mut open.cells[word])));
                open.words = 0;
            }
            if has_lost || self.rows[place as usize].words != 0 {
                self.count(place);
            }
        }
    }

    /// Applies the rules to places that all need each other until nothing changes.
    fn settle_circle(&mut self, circle: &Range<usize>, open: &mut OpenRow) {
        let order = self.order;
        for position in circle.clone() {
            self.open_row(order.place(position), open);
        }
        // What happens to one of them may happen to all.
        let words = std::mem::take(open).words;
        for position in circle.clone() {
            let row = Row { first: number(self.cells.len()), words };
            self.rows[order.place(position) as usize] = row;
            self.cells.resize(self.cells.len() + words.count_ones() as usize, Cell::default());
        }
        let mut is_due = FixedBitSet::with_capacity(circle.len());
        is_due.insert_range(..);
        let mut next = 0;
        while let Some(due) = first_from(&is_due, next) {
            is_due.set(due, false);
            next = due + 1;
            let place = order.place(circle.start + due);
            self.open_row(place, open);
            if self.update(place, open) {
                for neighbour in self.needs.rows(Direction::Dependents).of(place) {
                    let dependent = order.position_in_circle(neighbour.place());
                    if let Some(dependent) = dependent.filter(|dependent| circle.contains(dependent)) {
                        is_due.insert(dependent - circle.start);
                        next = next.min(dependent - circle.start);
                    }
                }
            }
        }
        circle.clone().for_each(|position| self.count(order.place(position)));
    }

    /// Takes an open row over into the row that a place has; tells whether that changed it.
    fn update(&mut self, place: u32, open: &mut OpenRow) -> bool {
        let row = self.rows[place as usize];
        let mut has_changed = false;
        for (cell, word) in self.cells[row.first as usize..].iter_mut().zip(words_of(row.words)) {
            let new = std::mem::take(&mut open.cells[word]);
            has_changed |= *cell != new;
            *cell = new;
        }
        open.words = 0;
        has_changed
    }

    /// Adds to an open row what the rules make of a place; tells whether something happens to a member of
    /// a group that it needs.
    fn open_row(&self, place: u32, open: &mut OpenRow) -> bool {
        if self.is_seeded.contains(place as usize) {
            let start = self.seeds.partition_point(|seed| seed.place < place);
            for seed in self.seeds[start..].iter().take_while(|seed| seed.place == place) {
                let (word, bit) = (seed.lane as usize / 64, 1 << (seed.lane % 64));
                let down = if seed.is_down { bit } else { 0 };
                open.add(word, Cell { down, impaired: bit });
            }
        }
        let mut has_group = false;
        let needed = self.needs.rows(Direction::Dependencies).of(place);
        for needed in needed.chunks(GATHERED) {
            // Written in any case, and kept only where something happens: a branch here would be guessed
            // wrong, and the rows are waited for together.
            let mut live = [(Row::default(), needed[0]); GATHERED];
            let mut count = 0;
            for neighbour in needed {
                let row = self.rows[neighbour.place() as usize];
                live[count] = (row, *neighbour);
                count += usize::from(row.words != 0);
            }
            for (row, neighbour) in &live[..count] {
                has_group |= neighbour.is_member();
                if neighbour.is_plain() {
                    let if_hard = if neighbour.is_hard() { u64::MAX } else { 0 };
                    for (word, cell) in self.cells_of(*row) {
                        let Cell { down, impaired } = cell;
                        open.add(word, Cell { down: down & if_hard, impaired: down | (impaired & if_hard) });
                    }
                }
            }
        }
        if has_group {
            for group in self.needs.alternatives().of(place) {
                for word in words_of(self.words_of_all(group)) {
                    let all = group
                        .members
                        .iter()
                        .map(|member| self.cell(*member, word))
                        .reduce(|a, b| Cell { down: a.down & b.down, impaired: a.impaired & b.impaired });
                    let all = all.unwrap_or_default();
                    open.add(
                        word,
                        match group.strength {
                            Strength::Hard => all,
                            Strength::Soft => Cell { down: 0, impaired: all.down },
                        },
                    );
                }
            }
        }
        has_group
    }

    fn cells_of(&self, row: Row) -> impl Iterator<Item = (usize, Cell)> {
        words_of(row.words).zip(self.cells[row.first as usize..].iter().copied())
    }

    /// The state of a place in the lanes of one word.
    fn cell(&self, place: u32, word: usize) -> Cell {
        let row = self.rows[place as usize];
        if row.words & (1 << word) == 0 {
            return Cell::default();
        }
        let before = (row.words & ((1 << word) - 1)).count_ones();
        self.cells[row.first as usize + before as usize]
    }

    /// The words in which something happens to each member of a group.
    fn words_of_all(&self, group: Group<'_>) -> Words {
        group.members.iter().fold(Words::MAX, |words, member| words & self.rows[*member as usize].words)
    }

    /// Counts a place whose row is settled, in every lane.
    fn count(&mut self, place: u32) {
        let row = self.rows[place as usize];
        let is_watched = self.is_watched.contains(place as usize);
        let mut at_risk = [0_u64; WORDS];
        let mut words = row.words;
        for group in self.needs.alternatives().of(place).filter(|group| group.strength == Strength::Hard) {
            for member in group.members {
                let row = self.rows[*member as usize];
                words |= row.words;
                self.cells_of(row).for_each(|(word, cell)| at_risk[word] |= cell.impaired);
            }
        }
        let entity = self.needs.entity_at(place);
        for word in words_of(words) {
            let Cell { down, impaired } = self.cell(place, word);
            let states = [down, impaired & !down, at_risk[word] & !impaired];
            let is_weighed = self.is_weighed.contains(place as usize);
            let counts = if is_weighed { &mut self.weighed } else { &mut self.others };
            counts.iter_mut().zip(states).for_each(|(counts, state)| counts.add(word, state));
            if is_watched {
                for (state, health) in
                    states.into_iter().zip([Health::Down, Health::Degraded, Health::AtRisk])
                {
                    let scenario = |lane: u32| number(word * 64) + lane;
                    self.watched.extend(lanes_of(state).map(|lane| WatchedImpact {
                        scenario: scenario(lane),
                        entity,
                        health,
                    }));
                }
            }
        }
    }

    /// Takes the counts of each lane over into those of its scenario, and the watched entities too.
    pub(super) fn finish(self, scenarios: &[u32], impacts: &mut ManyImpacts) {
        let (weighed, others) = (self.weighed.map(LaneCounts::totals), self.others.map(LaneCounts::totals));
        for (lane, scenario) in scenarios.iter().enumerate() {
            let counts = |of: &[Box<[u32; LANES]>; 3]| HealthCounts {
                down: of[0][lane],
                degraded: of[1][lane],
                at_risk: of[2][lane],
            };
            let (weighed, others) = (counts(&weighed), counts(&others));
            impacts.scenarios[*scenario as usize] = ScenarioImpact { all: weighed.and(others), weighed };
        }
        let of_lanes = self.watched.into_iter();
        impacts
            .watched
            .extend(of_lanes.map(|of| WatchedImpact { scenario: scenarios[of.scenario as usize], ..of }));
    }
}

impl OpenRow {
    fn add(&mut self, word: usize, cell: Cell) {
        self.words |= 1 << word;
        self.cells[word].down |= cell.down;
        self.cells[word].impaired |= cell.impaired;
    }
}

/// The numbers of the words that there are, ascending.
fn words_of(words: Words) -> impl Iterator<Item = usize> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let word = (rest != 0).then(|| rest.trailing_zeros() as usize);
        rest &= rest.wrapping_sub(1);
        word
    })
}

/// The lanes that are set in a word, ascending.
fn lanes_of(word: u64) -> impl Iterator<Item = u32> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let lane = (rest != 0).then(|| rest.trailing_zeros());
        rest &= rest.wrapping_sub(1);
        lane
    })
}

/// The first bit that is set, from `start` on.
fn first_from(bits: &FixedBitSet, start: usize) -> Option<usize> {
    let words = bits.as_slice();
    let first = start / usize::BITS as usize;
    for (number, word) in words.iter().enumerate().skip(first) {
        let mask = if number == first { usize::MAX << (start % usize::BITS as usize) } else { usize::MAX };
        if word & mask != 0 {
            return Some(number * usize::BITS as usize + (word & mask).trailing_zeros() as usize);
        }
    }
    None
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer than 2^32 words in all rows, and fewer scenarios")
}
