//! One direction of the needs: for each place the places next to it, as a compressed sparse row.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::stored::are_starts;
use crate::model::Strength;

/// The place at the other end of a need, with what kind of need it is, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Neighbour(u32);

impl Neighbour {
    const HARD: u32 = 1 << 31;
    const PLAIN: u32 = 1 << 30;
    const MEMBER: u32 = 1 << 29;
    /// Numbers below this are places.
    pub(super) const PLACES_MAX: u32 = Self::MEMBER;

    /// A need that no other one stands in for.
    pub(super) fn plain(place: u32, strength: Strength) -> Self {
        debug_assert!(place < Self::PLACES_MAX, "a place fits into a neighbour");
        Self(place | Self::PLAIN | if strength == Strength::Hard { Self::HARD } else { 0 })
    }

    /// A member of a group of alternatives.
    pub(super) fn member(place: u32) -> Self {
        debug_assert!(place < Self::PLACES_MAX, "a place fits into a neighbour");
        Self(place | Self::MEMBER)
    }

    pub(super) fn place(self) -> u32 {
        self.0 & (Self::PLACES_MAX - 1)
    }

    /// The same need, with another place at its other end.
    pub(super) fn with_place(self, place: u32) -> Self {
        Self((self.0 & !(Self::PLACES_MAX - 1)) | place)
    }

    /// Both needs as one; they are of the same place.
    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is hard by itself, and not only as one of several.
    pub(super) fn is_hard(self) -> bool {
        self.0 & Self::HARD != 0
    }

    /// Whether there is a need that no other one stands in for, hard or soft.
    pub(super) fn is_plain(self) -> bool {
        self.0 & Self::PLAIN != 0
    }

    /// Whether the needed end is one of a group of alternatives of the end that needs.
    pub(super) fn is_member(self) -> bool {
        self.0 & Self::MEMBER != 0
    }

    pub(super) fn strength(self) -> Strength {
        if self.is_hard() { Strength::Hard } else { Strength::Soft }
    }
}

/// The neighbours of every place in one direction, each row in the order of places.
///
/// What a change says of single places lies beside the arrays, which are shared with the rows before it.
#[derive(Clone, Debug, Default)]
pub(super) struct NeedRows {
    laid_out: Arc<LaidOut>,
    patch: Option<Box<RowsPatch>>,
}

/// All rows, one after the other.
#[derive(Debug, Default)]
struct LaidOut {
    /// Where the row of each place begins; one longer than there are places.
    starts: Vec<u32>,
    neighbours: Vec<Neighbour>,
}

/// What tells needs from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowsDigest {
    sum: u64,
    /// How many needs are of a member of a group.
    pub(super) members: usize,
}

/// Rows that stand in place of those that were laid out.
#[derive(Clone, Debug)]
struct RowsPatch {
    is_replaced: FixedBitSet,
    rows: FxHashMap<u32, Arc<[Neighbour]>>,
    place_count: usize,
    need_count: usize,
}

impl NeedRows {
    /// Takes needs as pairs of a source and its neighbour in any order; several of one pair become one.
    /// O(places + needs · log of the longest row).
    pub(super) fn of_pairs(
        place_count: usize,
        pairs: impl Iterator<Item = (u32, Neighbour)> + Clone,
    ) -> Self {
        let starts = starts(place_count, pairs.clone().map(|(source, _)| source));
        let mut next = starts.clone();
        let mut scattered = vec![Neighbour(0); starts[place_count] as usize];
        for (source, neighbour) in pairs {
            let at = &mut next[source as usize];
            scattered[*at as usize] = neighbour;
            *at += 1;
        }
        drop(next);
        let mut rows = LaidOut { starts: Vec::with_capacity(place_count + 1), neighbours: Vec::new() };
        rows.neighbours.reserve_exact(scattered.len());
        rows.starts.push(0);
        for bounds in starts.windows(2) {
            rows.push_row(&mut scattered[bounds[0] as usize..bounds[1] as usize]);
        }
        rows.neighbours.shrink_to_fit();
        rows.into()
    }

    /// The same rows with the places in another order: `place_of` by former place, `former` by place.
    pub(super) fn relabelled(&self, place_of: &[u32], former: &[u32]) -> Self {
        let mut rows = LaidOut {
            starts: Vec::with_capacity(former.len() + 1),
            neighbours: Vec::with_capacity(self.len()),
        };
        rows.starts.push(0);
        for source in former {
            let start = rows.neighbours.len();
            let row = self.of(*source).iter();
            rows.neighbours.extend(row.map(|of| of.with_place(place_of[of.place() as usize])));
            rows.neighbours[start..].sort_unstable_by_key(|neighbour| neighbour.place());
            rows.starts.push(length(&rows.neighbours));
        }
        rows.into()
    }

    /// The same needs seen from their other ends; the rows are as they were laid out. O(places + needs).
    pub(super) fn reversed(&self) -> Self {
        debug_assert!(self.patch.is_none(), "what was patched is not laid out again");
        let LaidOut { starts: row_starts, neighbours: all } = &*self.laid_out;
        let starts = starts(self.place_count(), all.iter().map(|of| of.place()));
        let mut next = starts.clone();
        let mut neighbours = vec![Neighbour(0); all.len()];
        for (source, bounds) in (0..).zip(row_starts.windows(2)) {
            for neighbour in &all[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[neighbour.place() as usize];
                neighbours[*at as usize] = neighbour.with_place(source);
                *at += 1;
            }
        }
        LaidOut { starts, neighbours }.into()
    }

    /// Where the row of each place begins, and all rows, as plain numbers.
    pub(super) fn to_arrays(&self) -> [Vec<u32>; 2] {
        let mut starts = Vec::with_capacity(self.place_count() + 1);
        let mut neighbours: Vec<u32> = Vec::with_capacity(self.len());
        starts.push(0);
        for place in (0..).take(self.place_count()) {
            neighbours.extend(self.of(place).iter().map(|neighbour| neighbour.0));
            starts.push(length(&neighbours));
        }
        [starts, neighbours]
    }

    /// The rows of such numbers, between so many places; `None` where a number leads nowhere.
    pub(super) fn of_arrays(place_count: usize, starts: Vec<u32>, neighbours: Vec<u32>) -> Option<Self> {
        let furthest = neighbours.iter().map(|of| Neighbour(*of).place()).max();
        let are_sound = are_starts(&starts, place_count, neighbours.len())
            && furthest.is_none_or(|place| (place as usize) < place_count);
        let neighbours = neighbours.into_iter().map(Neighbour).collect();
        are_sound.then(|| LaidOut { starts, neighbours }.into())
    }

    /// What tells these needs from others, the same for both directions; `None` where a row is not in order.
    /// `needy` puts a source and its neighbour in the order of who needs whom.
    pub(super) fn digest(&self, needy: impl Fn(u32, u32) -> (u32, u32)) -> Option<RowsDigest> {
        let mut digest = RowsDigest { sum: 0, members: 0 };
        let mut are_in_order = true;
        for source in (0..).take(self.place_count()) {
            let mut next = 0;
            for neighbour in self.of(source) {
                let place = neighbour.place();
                are_in_order &= next <= place;
                next = place + 1;
                let (needy, needed) = needy(source, place);
                let need = u64::from(needy) << 32 | u64::from(neighbour.with_place(needed).0);
                digest.sum = digest.sum.wrapping_add(mixed(need));
                digest.members += usize::from(neighbour.is_member());
            }
        }
        are_in_order.then_some(digest)
    }

    #[inline]
    pub(super) fn of(&self, place: u32) -> &[Neighbour] {
        if let Some(patch) = &self.patch
            && patch.is_replaced.contains(place as usize)
        {
            return patch.rows.get(&place).map_or(&[], |row| row);
        }
        self.laid_out.of(place)
    }

    /// Reads where the rows of some places begin, so that memory is waited for once for all of them.
    pub(super) fn look_ahead(&self, places: &[u32]) {
        let LaidOut { starts, neighbours } = &*self.laid_out;
        let begin = |place: &u32| {
            let start = starts.get(*place as usize).copied().unwrap_or_default();
            neighbours.get(start as usize).map_or(0, |neighbour| neighbour.0)
        };
        std::hint::black_box(places.iter().map(begin).fold(0, |all, begin| all | begin));
    }

    /// The rows of the places from `first` to `last`, one after the other; only where they lie so.
    pub(super) fn of_run(&self, first: u32, last: u32) -> &[Neighbour] {
        debug_assert!(self.are_as_laid_out(), "what was patched lies elsewhere");
        let LaidOut { starts, neighbours } = &*self.laid_out;
        &neighbours[starts[first as usize] as usize..starts[last as usize + 1] as usize]
    }

    /// Whether all rows lie as they were laid out.
    pub(super) fn are_as_laid_out(&self) -> bool {
        self.patch.is_none()
    }

    /// A place from which on all rows are empty. O(log places).
    pub(super) fn filled_end(&self) -> u32 {
        let LaidOut { starts, neighbours } = &*self.laid_out;
        let end = match &self.patch {
            Some(patch) => patch.place_count,
            None => starts.partition_point(|start| (*start as usize) < neighbours.len()),
        };
        u32::try_from(end).expect("places have numbers of 32 bits")
    }

    pub(super) fn place_count(&self) -> usize {
        self.patch.as_ref().map_or_else(|| self.laid_out.place_count(), |patch| patch.place_count)
    }

    /// How many needs there are.
    pub(super) fn len(&self) -> usize {
        self.patch.as_ref().map_or(self.laid_out.neighbours.len(), |patch| patch.need_count)
    }

    /// The same rows with some in place of others, between so many places. Each row is in order.
    pub(super) fn patched(
        &self,
        place_count: usize,
        rows: impl IntoIterator<Item = (u32, Vec<Neighbour>)>,
    ) -> Self {
        let mut patch = match &self.patch {
            Some(patch) => patch.clone(),
            None => Box::new(RowsPatch {
                is_replaced: FixedBitSet::with_capacity(self.laid_out.place_count()),
                rows: FxHashMap::default(),
                place_count: self.place_count(),
                need_count: self.len(),
            }),
        };
        if place_count > patch.is_replaced.len() {
            let former = patch.is_replaced.len();
            patch.is_replaced.grow(place_count);
            patch.is_replaced.insert_range(former..place_count);
        }
        for (place, row) in rows {
            let former = if (place as usize) < self.place_count() { self.of(place).len() } else { 0 };
            patch.need_count = patch.need_count - former + row.len();
            patch.is_replaced.insert(place as usize);
            if row.is_empty() {
                patch.rows.remove(&place);
            } else {
                patch.rows.insert(place, row.into());
            }
        }
        patch.place_count = place_count;
        Self { laid_out: Arc::clone(&self.laid_out), patch: Some(patch) }
    }

    /// How many rows are not as they were laid out.
    pub(super) fn patched_rows(&self) -> usize {
        self.patch.as_ref().map_or(0, |patch| patch.rows.len())
    }

    /// What the arrays take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let patch = self.patch.as_ref().map_or(0, |patch| {
            size_of_val(patch.is_replaced.as_slice())
                + patch.rows.values().map(|row| size_of_val(&**row)).sum::<usize>()
        });
        size_of_val(&*self.laid_out.starts) + size_of_val(&*self.laid_out.neighbours) + patch
    }
}

impl LaidOut {
    /// Adds the row of the next place; its neighbours come in any order.
    fn push_row(&mut self, row: &mut [Neighbour]) {
        self.neighbours.extend_from_slice(row_in_order(row));
        self.starts.push(length(&self.neighbours));
    }

    fn of(&self, place: u32) -> &[Neighbour] {
        &self.neighbours[self.starts[place as usize] as usize..self.starts[place as usize + 1] as usize]
    }

    fn place_count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }
}

impl From<LaidOut> for NeedRows {
    fn from(laid_out: LaidOut) -> Self {
        Self { laid_out: Arc::new(laid_out), patch: None }
    }
}

/// Puts neighbours in the order of places; several needs of one place become one.
pub(super) fn row_in_order(row: &mut [Neighbour]) -> &[Neighbour] {
    row.sort_unstable_by_key(|neighbour| neighbour.place());
    let mut len = 0;
    for position in 0..row.len() {
        if len > 0 && row[len - 1].place() == row[position].place() {
            row[len - 1] = row[len - 1].and(row[position]);
        } else {
            row[len] = row[position];
            len += 1;
        }
    }
    &row[..len]
}

/// Scatters a number over all bits, so that the sum of many tells whether they are the same ones
/// (the finisher of SplitMix64, Steele, Lea and Flood, OOPSLA 2014).
fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

fn length<T>(of: &[T]) -> u32 {
    u32::try_from(of.len()).expect("there are fewer than 2^32 needs")
}

/// Puts items into the rows of their keys, where [`starts`] says that these begin; those of one row stay in
/// order. O(items).
pub(crate) fn scatter<T: Copy + Default>(starts: &[u32], items: impl Iterator<Item = (u32, T)>) -> Vec<T> {
    let mut next = starts.to_vec();
    let mut rows = vec![T::default(); starts.last().map_or(0, |end| *end as usize)];
    for (key, item) in items {
        let next = &mut next[key as usize];
        rows[*next as usize] = item;
        *next += 1;
    }
    rows
}

/// The offsets of a compressed sparse row: how many keys lie below each number.
pub(crate) fn starts(count: usize, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0_u32; count + 1];
    for key in keys {
        starts[key as usize + 1] += 1;
    }
    for position in 0..count {
        starts[position + 1] += starts[position];
    }
    starts
}
