//! The breadth-first search that everything else about reach is made of.

use std::cell::RefCell;

use super::need_rows::{NeedRows, Neighbour};

/// A breadth-first search: places in the order of their distances, roots first.
///
/// Each level is met in one of two ways. A small one goes neighbour by neighbour, without a branch that
/// depends on whether one is new. A large one marks all its neighbours in a set of bits, takes away what was
/// met before, word by word, and reads the next level off what is left: two instructions a need, and the
/// next level is in the order of the arrays, so that these are read from front to back. Both follow the
/// method of the GAP benchmark suite (Beamer, Asanović, Patterson 2015): no branch that is guessed wrong.
pub(super) struct Search {
    /// One bit for each place.
    met: Vec<u64>,
    /// What was met; beyond `len` it holds what does not count.
    queue: Vec<u32>,
    /// For each place of `queue` the one that it was met from; unknown where a large level was met.
    from: Vec<u32>,
    has_met_large: bool,
    len: usize,
    /// Where each distance begins in `queue`; distance 0 are the roots.
    level_starts: Vec<usize>,
}

/// A level is large where there is more than one place of it in so many.
const LARGE_LEVEL_PART: usize = 32;

/// How many rows are looked up together.
const PLACES_AHEAD: usize = 16;

/// How many ended searches a thread keeps the memory of.
const ENDED_MAX: usize = 2;
/// The longest queue that is kept, in places.
const ENDED_QUEUE_MAX: usize = 1 << 16;

thread_local! {
    /// The memory of ended searches, no bit of it set. Most searches meet little, and would spend most of
    /// their time on getting as much empty memory as there are places.
    static ENDED: RefCell<Vec<Ended>> = const { RefCell::new(Vec::new()) };
}

/// What an ended search leaves to the next.
#[derive(Default)]
struct Ended {
    met: Vec<u64>,
    queue: Vec<u32>,
    from: Vec<u32>,
}

impl Drop for Search {
    fn drop(&mut self) {
        // A search that breaks off may have met what is not in its queue.
        if std::thread::panicking() {
            return;
        }
        let (mut met, mut queue, mut from) =
            (std::mem::take(&mut self.met), std::mem::take(&mut self.queue), std::mem::take(&mut self.from));
        if self.len < met.len() {
            queue[..self.len].iter().for_each(|place| met[*place as usize / 64] = 0);
        } else {
            met.fill(0);
        }
        for queue in [&mut queue, &mut from] {
            queue.truncate(ENDED_QUEUE_MAX);
            queue.shrink_to(ENDED_QUEUE_MAX);
        }
        // A search that ends with its thread leaves nothing.
        let _ = ENDED.try_with(|ended| {
            let mut ended = ended.borrow_mut();
            if ended.len() < ENDED_MAX {
                ended.push(Ended { met, queue, from });
            }
        });
    }
}

impl Search {
    /// A search that has met its roots, places ascending, and nothing else.
    pub(super) fn new(place_count: usize, roots: &[u32]) -> Self {
        let Ended { mut met, mut queue, mut from } = ENDED.with_borrow_mut(Vec::pop).unwrap_or_default();
        met.resize(place_count.div_ceil(64), 0);
        for queue in [&mut queue, &mut from] {
            // Beyond the roots it holds what does not count.
            let len = queue.len().max(roots.len());
            queue.resize(len, 0);
            queue[..roots.len()].copy_from_slice(roots);
        }
        for root in roots {
            met[*root as usize / 64] |= 1 << (root % 64);
        }
        Self { met, queue, from, has_met_large: false, len: roots.len(), level_starts: vec![0] }
    }

    /// Follows all needs, to their end or to a distance; tells whether more lies behind that.
    pub(super) fn run(&mut self, rows: &NeedRows, depth_max: Option<u32>) -> bool {
        self.run_along(rows, depth_max, |_| true)
    }

    /// Follows the needs that are wanted, from the last level that was met, to their end or to a distance
    /// from the roots; tells whether more lies behind that.
    pub(super) fn run_along(
        &mut self,
        rows: &NeedRows,
        depth_max: Option<u32>,
        is_wanted: impl Fn(Neighbour) -> bool + Copy,
    ) -> bool {
        loop {
            let start = self.level_starts.last().copied().unwrap_or(0);
            let end = self.len;
            if start == end {
                self.level_starts.pop();
                return false;
            }
            if depth_max.is_some_and(|depth_max| self.level_starts.len() > depth_max as usize) {
                return self.queue[start..end].iter().any(|place| {
                    let row = rows.of(*place).iter();
                    row.filter(|of| is_wanted(**of)).any(|of| !self.has_met(of.place()))
                });
            }
            self.level_starts.push(end);
            if end - start > self.met.len() * 64 / LARGE_LEVEL_PART {
                self.meet_large(rows, start..end, is_wanted);
            } else {
                for start in (start..end).step_by(PLACES_AHEAD) {
                    let end = end.min(start + PLACES_AHEAD);
                    rows.look_ahead(&self.queue[start..end]);
                    for position in start..end {
                        let place = self.queue[position];
                        self.meet(place, rows.of(place), is_wanted);
                    }
                }
            }
        }
    }

    /// Follows all needs until everything at the distance of `target` is met, or nothing is left.
    pub(super) fn run_until(&mut self, rows: &NeedRows, target: u32) {
        while !self.has_met(target) {
            let before = self.len;
            let depth =
                u32::try_from(self.level_starts.len()).expect("a distance is the number of an entity");
            self.run(rows, Some(depth));
            if self.len == before {
                return;
            }
        }
    }

    fn meet(&mut self, from: u32, row: &[Neighbour], is_wanted: impl Fn(Neighbour) -> bool) {
        let room = self.len + row.len();
        if self.queue.len() < room {
            let room = room.max((room * 2).min(self.met.len() * 64));
            self.queue.resize(room, 0);
            self.from.resize(room, 0);
        }
        let mut len = self.len;
        for neighbour in row {
            let place = neighbour.place();
            let word = &mut self.met[place as usize / 64];
            let bit = u64::from(is_wanted(*neighbour)) << (place % 64);
            // Written in any case, and kept only where it is new: a branch here would be guessed wrong.
            self.queue[len] = place;
            self.from[len] = from;
            len += usize::from(!*word & bit != 0);
            *word |= bit;
        }
        self.len = len;
    }

    fn meet_large(
        &mut self,
        rows: &NeedRows,
        level: std::ops::Range<usize>,
        is_wanted: impl Fn(Neighbour) -> bool,
    ) {
        let mut marked = vec![0_u64; self.met.len()];
        // A large level is in order, unless the one before was small.
        let filled_end = rows.filled_end();
        let places = self.queue[level].iter().copied();
        let mut places = places.filter(|place| *place < filled_end).peekable();
        let lie_together = rows.are_as_laid_out();
        while let Some(first) = places.next() {
            let mut last = first;
            while let Some(next) = places.next_if(|next| lie_together && *next == last + 1) {
                last = next;
            }
            let run = if lie_together { rows.of_run(first, last) } else { rows.of(first) };
            for neighbour in run {
                let place = neighbour.place();
                marked[place as usize / 64] |= u64::from(is_wanted(*neighbour)) << (place % 64);
            }
        }
        self.has_met_large = true;
        self.queue.truncate(self.len);
        for ((first, met), marked) in (0..).step_by(64).zip(&mut self.met).zip(marked) {
            let mut new = marked & !*met;
            *met |= new;
            while new != 0 {
                self.queue.push(first + new.trailing_zeros());
                new &= new - 1;
            }
        }
        self.len = self.queue.len();
        self.from.resize(self.len, 0);
    }

    /// Whether a place was met.
    pub(super) fn has_met(&self, place: u32) -> bool {
        self.met[place as usize / 64] & (1 << (place % 64)) != 0
    }

    /// How many places were met, roots among them.
    pub(super) fn met_count(&self) -> usize {
        self.len
    }

    /// The places at each distance from 0 on, and where each was met from. `None` where that was not kept,
    /// because a level was large.
    pub(super) fn ways(&self) -> Option<impl Iterator<Item = (&[u32], &[u32])>> {
        let ends = self.level_starts.iter().skip(1).copied().chain([self.len]);
        let bounds = self.level_starts.iter().copied().zip(ends);
        let level = |(start, end): (usize, usize)| (&self.queue[start..end], &self.from[start..end]);
        (!self.has_met_large).then(|| bounds.map(level))
    }

    /// The places at each distance from 0 on.
    pub(super) fn levels(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.level_starts.iter().skip(1).copied().chain([self.len]);
        self.level_starts.iter().copied().zip(ends).map(|(start, end)| &self.queue[start..end])
    }
}
