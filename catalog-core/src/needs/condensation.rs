//! The condensation: entities that need each other in a circle as one component, components in an order in
//! which needs only lead forward.
//!
//! O(places + needs) time and memory.

use std::ops::Range;

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
        let inner_count = put_inner_first(rows, &mut component_of, component_count);
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

/// Renumbers components so that those that lead nowhere are the last; tells how many lead somewhere. Otherwise
/// they stay in the order of the search that found them, in which what lies behind the same lies together.
fn put_inner_first(rows: &NeedRows, component_of: &mut [u32], component_count: usize) -> u32 {
    let mut is_inner = vec![false; component_count];
    for (place, component) in (0..).zip(&*component_of) {
        let mut row = rows.of(place).iter().map(|neighbour| component_of[neighbour.place() as usize]);
        if row.any(|next| next != *component) {
            is_inner[*component as usize] = true;
        }
    }
    let inner_count = number(is_inner.iter().filter(|is_inner| **is_inner).count());
    let (mut inner, mut last) = (0..inner_count, inner_count..);
    let renumbered: Vec<u32> = is_inner
        .into_iter()
        .map(|is_inner| if is_inner { inner.next() } else { last.next() }.expect("all are counted"))
        .collect();
    component_of.iter_mut().for_each(|component| *component = renumbered[*component as usize]);
    inner_count
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("there are no more components than places")
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
