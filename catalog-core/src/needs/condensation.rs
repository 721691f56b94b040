//! The condensation: entities that need each other in a circle as one component, components in an order in
//! which needs only lead forward.
//!
//! Tarjan's algorithm (1972) in the form of Pearce, "A space-efficient algorithm for finding strongly
//! connected components" (2016), which keeps one number for each place, without recursion.
//! O(places + needs) time and memory.

use std::{cmp::Reverse, ops::Range};

use super::need_rows::{NeedRows, starts};

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
    pub(super) fn new(rows: &NeedRows, reverse: &NeedRows, place_count: usize) -> Self {
        let Components { mut component_of, component_count } = Components::find(rows, place_count);
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

struct Components {
    component_of: Vec<u32>,
    component_count: usize,
}

/// A place whose row is being followed.
struct Frame {
    place: u32,
    next: u32,
    is_root: bool,
}

impl Components {
    /// Numbers components so that needs lead to the same or a higher number.
    fn find(rows: &NeedRows, place_count: usize) -> Self {
        let count = u32::try_from(place_count).expect("places have numbers of 32 bits");
        // While a place is open, the lowest order that it leads to, from 1; 0 where it was not met. Once it
        // is done, the number of its component, which is higher than any order.
        let mut mark = vec![0_u32; place_count];
        let mut order = 1;
        let mut component = 2 * count;
        let mut open: Vec<u32> = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        for first in 0..count {
            if mark[first as usize] != 0 {
                continue;
            }
            mark[first as usize] = order;
            order += 1;
            frames.push(Frame { place: first, next: 0, is_root: true });
            while let Some(frame) = frames.last_mut() {
                let place = frame.place as usize;
                let row = &rows.of(frame.place)[frame.next as usize..];
                let mut lowest = mark[place];
                let mut unmet = None;
                for neighbour in row {
                    let of_neighbour = mark[neighbour.place() as usize];
                    if of_neighbour == 0 {
                        unmet = Some(neighbour.place());
                        break;
                    }
                    frame.next += 1;
                    lowest = lowest.min(of_neighbour);
                }
                frame.is_root &= lowest == mark[place];
                mark[place] = lowest;
                if let Some(unmet) = unmet {
                    mark[unmet as usize] = order;
                    order += 1;
                    frames.push(Frame { place: unmet, next: 0, is_root: true });
                    continue;
                }
                if frame.is_root {
                    while let Some(member) = open.pop_if(|member| lowest <= mark[*member as usize]) {
                        mark[member as usize] = component;
                        order -= 1;
                    }
                    mark[place] = component;
                    order -= 1;
                    component -= 1;
                } else {
                    open.push(frame.place);
                }
                frames.pop();
            }
        }
        mark.iter_mut().for_each(|mark| *mark -= component + 1);
        Self { component_of: mark, component_count: (2 * count - component) as usize }
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
