//! The needs after a change of some entities, beside the needs before it, which share their arrays.
//!
//! What the changed entities need is compared row by row with what they needed; the rows of the other ends
//! follow from the difference. Places stay dense: an entity that comes takes the place of one that goes, and
//! where more go than come the last places move into the gaps. O(needs of the changed entities and of what
//! they need), and where entities come or go a copy of the layout, where groups change a copy of those.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    NeedList, Needs, Renumbering,
    alternatives::StatedGroup,
    layout::Layout,
    need_rows::{NeedRows, Neighbour, row_in_order},
};

impl Needs {
    /// The needs in which `needy` entities, by their new numbers and each once, need what `list` says and
    /// nothing else. What comes is one of them; who needed what goes must be one of them, too.
    pub(crate) fn with_change(&self, renumbering: &Renumbering, needy: &[u32], list: &NeedList) -> Self {
        let moves = Moves::new(self, renumbering);
        let layout = moves.layout(self, renumbering);
        let place_of = layout.place_of();
        let place_count = place_of.len();
        let mut rows: BTreeMap<u32, Vec<Neighbour>> = BTreeMap::new();
        let mut groups: BTreeMap<u32, Vec<StatedGroup>> = BTreeMap::new();
        for entity in needy {
            rows.insert(place_of[*entity as usize], Vec::new());
            groups.insert(place_of[*entity as usize], Vec::new());
        }
        for (needed, needy) in list.dependents() {
            if let Some(row) = rows.get_mut(&place_of[needy.place() as usize]) {
                row.push(needy.with_place(place_of[needed as usize]));
            }
        }
        for (needy, strength, members) in list.groups() {
            let needy = place_of[*needy as usize];
            let mut members: Box<[u32]> = members.iter().map(|of| place_of[*of as usize]).collect();
            members.sort_unstable();
            if let Some(groups) = groups.get_mut(&needy) {
                groups.push((needy, *strength, members));
            }
        }
        for groups in groups.values_mut() {
            groups.sort_unstable();
            groups.dedup();
        }
        let moved: Vec<u32> = moves.moved.keys().copied().collect();
        let needing_moved = moved.iter().flat_map(|place| self.dependents.of(*place)).map(|of| of.place());
        for former in moved.iter().copied().chain(needing_moved).filter(|place| !moves.gone.contains(place)) {
            let place = moves.place_of(former);
            rows.entry(place).or_insert_with(|| {
                let row = self.dependencies.of(former).iter();
                row.map(|of| of.with_place(moves.place_of(of.place()))).collect()
            });
            groups.entry(place).or_insert_with(|| {
                let mut groups: Vec<StatedGroup> = self
                    .alternatives
                    .of(former)
                    .map(|group| {
                        let mut members: Box<[u32]> =
                            group.members.iter().map(|of| moves.place_of(*of)).collect();
                        members.sort_unstable();
                        (place, group.strength, members)
                    })
                    .collect();
                groups.sort_unstable();
                groups
            });
        }
        for place in moved.iter().chain(&moves.gone) {
            rows.entry(*place).or_default();
            groups.entry(*place).or_default();
        }
        let rows: Vec<(u32, Vec<Neighbour>)> =
            rows.into_iter().map(|(place, mut row)| (place, row_in_order(&mut row).to_vec())).collect();
        let dependents =
            self.dependents.patched(place_count, transposed(&self.dependencies, &self.dependents, &rows));
        let dependencies = self.dependencies.patched(place_count, rows);
        let alternatives = self.alternatives.patched(place_count, &groups);
        Self { layout, dependencies, dependents, alternatives }
    }

    /// How many rows differ from those that were laid out.
    pub(crate) fn patched_rows(&self) -> usize {
        self.dependencies.patched_rows() + self.dependents.patched_rows()
    }
}

/// The row of a place, which may be one that comes.
fn row_before(rows: &NeedRows, place: u32) -> &[Neighbour] {
    if (place as usize) < rows.place_count() { rows.of(place) } else { &[] }
}

/// The rows of the other ends that follow from new rows of some places.
fn transposed(
    former: &NeedRows,
    others: &NeedRows,
    rows: &[(u32, Vec<Neighbour>)],
) -> Vec<(u32, Vec<Neighbour>)> {
    // What a place needs no more, and what it needs now; what is neither stays as it is.
    let mut gone: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut come: FxHashMap<u32, Vec<Neighbour>> = FxHashMap::default();
    for (place, row) in rows {
        let before = row_before(former, *place);
        for needed in before.iter().filter(|needed| !holds(row, **needed)) {
            gone.entry(needed.place()).or_default().push(*place);
        }
        for needed in row.iter().filter(|needed| !holds(before, **needed)) {
            come.entry(needed.place()).or_default().push(needed.with_place(*place));
        }
    }
    let mut changed: Vec<u32> = gone.keys().chain(come.keys()).copied().collect();
    changed.sort_unstable();
    changed.dedup();
    changed
        .into_iter()
        .map(|place| {
            // What goes and what comes is in the order of places, since the rows are.
            let gone = gone.remove(&place).unwrap_or_default();
            let come = come.remove(&place).unwrap_or_default();
            (place, spliced(row_before(others, place), &gone, &come))
        })
        .collect()
}

/// A row without some places and with other neighbours, all in the order of places.
fn spliced(row: &[Neighbour], gone: &[u32], come: &[Neighbour]) -> Vec<Neighbour> {
    let mut spliced = Vec::with_capacity(row.len() + come.len());
    let (mut rest, mut gone, mut come) = (row, gone.iter().copied().peekable(), come.iter().peekable());
    loop {
        let next = gone.peek().copied().into_iter().chain(come.peek().map(|of| of.place())).min();
        let Some(next) = next else { break };
        let (before, after) = rest.split_at(rest.partition_point(|of| of.place() < next));
        spliced.extend_from_slice(before);
        let is_gone = gone.next_if_eq(&next).is_some();
        rest = if is_gone { &after[1..] } else { after };
        spliced.extend(come.next_if(|of| of.place() == next));
    }
    spliced.extend_from_slice(rest);
    spliced
}

/// Whether a need of just this kind is in a row, which is in the order of places.
fn holds(row: &[Neighbour], needed: Neighbour) -> bool {
    row.binary_search_by_key(&needed.place(), |of| of.place()).is_ok_and(|at| row[at] == needed)
}

/// Where places go when entities come and go.
struct Moves {
    /// The former places of what goes.
    gone: FxHashSet<u32>,
    /// The places of what comes, in the order of its numbers.
    came: Vec<u32>,
    /// The new places of what had to move, by the former ones.
    moved: BTreeMap<u32, u32>,
}

impl Moves {
    fn new(needs: &Needs, renumbering: &Renumbering) -> Self {
        let mut gaps: Vec<u32> = renumbering.removed().iter().map(|entity| needs.place_of(*entity)).collect();
        let gone: FxHashSet<u32> = gaps.iter().copied().collect();
        gaps.sort_unstable();
        let former = number(needs.entity_count());
        let count = former - number(gaps.len()) + number(renumbering.inserted_count());
        let mut gaps = gaps.into_iter().chain(former..);
        let came: Vec<u32> = gaps.by_ref().take(renumbering.inserted_count()).collect();
        let beyond = (count..former).filter(|place| !gone.contains(place));
        let moved = beyond.zip(gaps.filter(|gap| *gap < count)).collect();
        Self { gone, came, moved }
    }

    /// The new place of what stays.
    fn place_of(&self, former: u32) -> u32 {
        self.moved.get(&former).copied().unwrap_or(former)
    }

    fn layout(&self, needs: &Needs, renumbering: &Renumbering) -> Layout {
        if renumbering.is_empty() {
            return needs.layout.clone();
        }
        let mut place_of = renumbering.splice(needs.layout.place_of(), &self.came);
        for (former, place) in &self.moved {
            place_of[renumbering.number_of(needs.entity_at(*former)) as usize] = *place;
        }
        Layout::of_places(place_of)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("entities have numbers of 32 bits")
}
