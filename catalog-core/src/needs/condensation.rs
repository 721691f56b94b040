//! The condensation: entities that need each other in a circle as one component, components in an order in
//! which needs only lead forward.
//!
//! O(places + needs) time and memory.

use std::{cmp::Reverse, ops::Range};

use super::{
    components::Components,
    need_rows::{NeedRows, starts},
};

/// Components by number. Every need that leads out of a component leads to one of a higher number, and the
/// components that lead nowhere are the last.
#[derive(Debug)]
pub(super) struct Condensation {
    /// The component of each place.
    component_of: Vec<u32>,
    member_starts: Vec<u32>,
    members: Vec<u32>,
    next: ComponentRows,
    previous: ComponentRows,
    inner_count: u32,
}

/// One direction between components; two needs between the same two components may be there twice.
#[derive(Debug, Default)]
pub(super) struct ComponentRows {
    starts: Vec<u32>,
    components: Vec<u32>,
}

impl ComponentRows {
    /// The components next to one, in no order.
    pub(super) fn of(&self, component: u32) -> &[u32] {
        self.within(self.bounds(component))
    }

    /// How many there are in all rows.
    pub(super) fn len(&self) -> u32 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Where the components next to one lie.
    pub(super) fn bounds(&self, component: u32) -> Range<u32> {
        self.starts[component as usize]..self.starts[component as usize + 1]
    }

    /// The components that lie there.
    pub(super) fn within(&self, bounds: Range<u32>) -> &[u32] {
        &self.components[bounds.start as usize..bounds.end as usize]
    }
}

impl Condensation {
    /// Condenses one direction of the needs; `reverse` is the other one.
    pub(super) fn new(rows: &NeedRows, reverse: &NeedRows) -> Self {
        let Components { mut component_of, count } = Components::find(rows, |_| true);
        let component_count = count as usize;
        // Here needs lead forward.
        component_of.iter_mut().for_each(|component| *component = count - 1 - *component);
        let inner_count = put_in_levels(rows, &mut component_of, component_count);
        let member_starts = starts(component_count, component_of.iter().copied());
        let members = places_by(&component_of, component_count);
        let of_rows = |rows: &NeedRows| component_rows(rows, &component_of, &member_starts, &members);
        let (next, previous) = std::thread::scope(|threads| {
            let previous = threads.spawn(|| of_rows(reverse));
            (of_rows(rows), previous.join().expect("rows are built without a panic"))
        });
        Self { component_of, member_starts, members, next, previous, inner_count }
    }

    /// How many components there are.
    pub(super) fn len(&self) -> usize {
        self.member_starts.len() - 1
    }

    /// How many components lead to others; they have the lowest numbers.
    pub(super) fn inner_count(&self) -> u32 {
        self.inner_count
    }

    /// The component of each place.
    pub(super) fn component_of(&self) -> &[u32] {
        &self.component_of
    }

    /// The places in a component, ascending; at least one.
    pub(super) fn members(&self, component: u32) -> &[u32] {
        let bounds = self.member_starts[component as usize] as usize
            ..self.member_starts[component as usize + 1] as usize;
        &self.members[bounds]
    }

    /// What lies behind each component.
    pub(super) fn next(&self) -> &ComponentRows {
        &self.next
    }

    /// What each component lies behind.
    pub(super) fn previous(&self) -> &ComponentRows {
        &self.previous
    }
}

/// Renumbers components by how many others lead to them in a row at most, those that lead to most first, and
/// those that lead nowhere as the last; tells how many lead somewhere. What is met often then lies together.
fn put_in_levels(rows: &NeedRows, component_of: &mut [u32], component_count: usize) -> u32 {
    let mut levels = vec![0_u32; component_count];
    let mut is_inner = vec![false; component_count];
    for place in places_by(component_of, component_count) {
        let component = component_of[place as usize];
        let level = levels[component as usize] + 1;
        for neighbour in rows.of(place) {
            let next = component_of[neighbour.place() as usize];
            if next != component {
                is_inner[component as usize] = true;
                levels[next as usize] = levels[next as usize].max(level);
            }
        }
    }
    let end = levels.iter().max().map_or(0, |level| level + 1);
    for (level, is_inner) in levels.iter_mut().zip(&is_inner) {
        *level = if *is_inner { *level } else { end };
    }
    let mut at = starts(end as usize + 1, levels.iter().copied());
    let inner_count = at[end as usize];
    let mut renumbered = vec![u32::MAX; component_count];
    let mut by_degree: Vec<u32> = (0..).take(component_of.len()).collect();
    by_degree.sort_by_key(|place| Reverse(rows.of(*place).len()));
    for place in by_degree {
        let component = component_of[place as usize];
        let new = &mut renumbered[component as usize];
        if *new == u32::MAX {
            let at = &mut at[levels[component as usize] as usize];
            *new = *at;
            *at += 1;
        }
    }
    component_of.iter_mut().for_each(|component| *component = renumbered[*component as usize]);
    inner_count
}

/// Places by their components.
fn places_by(component_of: &[u32], component_count: usize) -> Vec<u32> {
    let mut at = starts(component_count, component_of.iter().copied());
    let mut places = vec![0; component_of.len()];
    for (place, component) in (0..).zip(component_of) {
        let at = &mut at[*component as usize];
        places[*at as usize] = place;
        *at += 1;
    }
    places
}

fn component_rows(
    rows: &NeedRows,
    component_of: &[u32],
    member_starts: &[u32],
    members: &[u32],
) -> ComponentRows {
    let mut condensed = ComponentRows {
        starts: Vec::with_capacity(member_starts.len()),
        components: Vec::with_capacity(rows.len()),
    };
    condensed.starts.push(0);
    for (component, bounds) in (0..).zip(member_starts.windows(2)) {
        for place in &members[bounds[0] as usize..bounds[1] as usize] {
            let row = rows.of(*place).iter().map(|neighbour| component_of[neighbour.place() as usize]);
            condensed.components.extend(row.filter(|next| *next != component));
        }
        let end = u32::try_from(condensed.components.len()).expect("there are fewer than 2^32 needs");
        condensed.starts.push(end);
    }
    condensed
}
