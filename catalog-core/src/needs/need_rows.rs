//! One direction of the needs: for each place the places next to it, as a compressed sparse row.

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
#[derive(Clone, Debug, Default)]
pub(super) struct NeedRows {
    /// Where the row of each place begins; one longer than there are places.
    starts: Vec<u32>,
    neighbours: Vec<Neighbour>,
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
        let mut rows = Self { starts: Vec::with_capacity(place_count + 1), neighbours: Vec::new() };
        rows.neighbours.reserve_exact(scattered.len());
        rows.starts.push(0);
        for bounds in starts.windows(2) {
            rows.push_row(&mut scattered[bounds[0] as usize..bounds[1] as usize]);
        }
        rows.neighbours.shrink_to_fit();
        rows
    }

    /// Adds the row of the next place; its neighbours come in any order.
    fn push_row(&mut self, row: &mut [Neighbour]) {
        row.sort_unstable_by_key(|neighbour| neighbour.place());
        for same in row.chunk_by(|a, b| a.place() == b.place()) {
            self.neighbours.extend(same.iter().copied().reduce(Neighbour::and));
        }
        self.starts.push(length(&self.neighbours));
    }

    /// The same rows with the places in another order: `place_of` by former place, `former` by place.
    pub(super) fn relabelled(&self, place_of: &[u32], former: &[u32]) -> Self {
        let mut rows = Self {
            starts: Vec::with_capacity(self.starts.len()),
            neighbours: Vec::with_capacity(self.neighbours.len()),
        };
        rows.starts.push(0);
        for source in former {
            let start = rows.neighbours.len();
            let row = self.of(*source).iter();
            rows.neighbours.extend(row.map(|of| of.with_place(place_of[of.place() as usize])));
            rows.neighbours[start..].sort_unstable_by_key(|neighbour| neighbour.place());
            rows.starts.push(length(&rows.neighbours));
        }
        rows
    }

    /// The same needs seen from their other ends. O(places + needs).
    pub(super) fn reversed(&self) -> Self {
        let starts = starts(self.place_count(), self.neighbours.iter().map(|of| of.place()));
        let mut next = starts.clone();
        let mut neighbours = vec![Neighbour(0); self.neighbours.len()];
        for (source, bounds) in (0..).zip(self.starts.windows(2)) {
            for neighbour in &self.neighbours[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[neighbour.place() as usize];
                neighbours[*at as usize] = neighbour.with_place(source);
                *at += 1;
            }
        }
        Self { starts, neighbours }
    }

    pub(super) fn of(&self, place: u32) -> &[Neighbour] {
        &self.neighbours[self.starts[place as usize] as usize..self.starts[place as usize + 1] as usize]
    }

    /// The rows of the places from `first` to `last`, one after the other.
    pub(super) fn of_run(&self, first: u32, last: u32) -> &[Neighbour] {
        &self.neighbours[self.starts[first as usize] as usize..self.starts[last as usize + 1] as usize]
    }

    /// The place from which on all rows are empty. O(log places).
    pub(super) fn filled_end(&self) -> u32 {
        let end = self.starts.partition_point(|start| (*start as usize) < self.neighbours.len());
        u32::try_from(end).expect("places have numbers of 32 bits")
    }

    pub(super) fn place_count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many needs there are.
    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// What the arrays take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.starts) + size_of_val(&*self.neighbours)
    }
}

fn length<T>(of: &[T]) -> u32 {
    u32::try_from(of.len()).expect("there are fewer than 2^32 needs")
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
