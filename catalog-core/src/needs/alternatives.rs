//! Groups of needs of which one that works is enough.
//!
//! An `anyOf` is one, and so are the places that an entity is deployed to and the providers of an API,
//! where there are several. An entity may stand in any number of groups.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    need_rows::starts,
    stored::{are_below, are_starts},
};
use crate::model::Strength;

/// All groups by number, in the order of the entities that need them, with indexes both ways.
///
/// A change copies them, since they are few, and only where it changes a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternatives(Arc<Groups>);

#[derive(Debug, Default)]
struct Groups {
    heads: Vec<Head>,
    /// Where the members of each group begin; one longer than there are groups.
    member_starts: Vec<u32>,
    members: Vec<u32>,
    /// Where the groups that each place needs begin.
    group_starts: Vec<u32>,
    /// Where the groups that each place is a member of begin.
    membership_starts: Vec<u32>,
    memberships: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    needy: u32,
    strength: Strength,
}

/// A group of alternatives, between places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group<'n> {
    /// Its number.
    pub(super) number: u32,
    /// The place that needs one of the members.
    pub(super) needy: u32,
    /// What it means for that one where no member works.
    pub(super) strength: Strength,
    /// The members, ascending; at least two, and never the one that needs them.
    pub(super) members: &'n [u32],
}

/// Groups as they are stated, between entities: `(needy, strength, members)`.
pub(super) type StatedGroup = (u32, Strength, Box<[u32]>);

impl Alternatives {
    /// Puts groups in order, with entities at their places. O(places + members · log members).
    pub(super) fn new(place_of: &[u32], stated: &[StatedGroup]) -> Self {
        let mut placed: Vec<StatedGroup> = stated
            .iter()
            .map(|(needy, strength, members)| {
                let mut members: Box<[u32]> = members.iter().map(|of| place_of[*of as usize]).collect();
                members.sort_unstable();
                (place_of[*needy as usize], *strength, members)
            })
            .collect();
        placed.sort_unstable();
        placed.dedup();
        let mut groups = Groups { member_starts: vec![0], ..Groups::default() };
        placed.iter().for_each(|group| groups.push(group));
        Self(Arc::new(groups.indexed(place_of.len())))
    }

    /// The same groups with those of some places replaced, between so many places. `changed` says for
    /// each such place what it needs, between places, members ascending. O(places + members).
    pub(super) fn patched(&self, place_count: usize, changed: &BTreeMap<u32, Vec<StatedGroup>>) -> Self {
        let is_same = |(place, groups): (&u32, &Vec<StatedGroup>)| {
            self.of(*place)
                .map(|of| (of.needy, of.strength, of.members))
                .eq(groups.iter().map(|(needy, strength, members)| (*needy, *strength, &**members)))
        };
        if changed.iter().all(is_same) {
            return self.clone();
        }
        let former = &*self.0;
        let mut groups = Groups { member_starts: vec![0], ..Groups::default() };
        let mut next = 0;
        for (place, came) in changed {
            let is_known = (*place as usize) + 1 < former.group_starts.len();
            let end = number(self.len());
            let replaced = if is_known { bounds(&former.group_starts, *place) } else { end..end };
            groups.copy(former, next..replaced.start);
            came.iter().for_each(|group| groups.push(group));
            next = replaced.end;
        }
        groups.copy(former, next..number(self.len()));
        Self(Arc::new(groups.indexed(place_count)))
    }

    /// All that they are as plain numbers, without the indexes.
    pub(super) fn to_arrays(&self) -> [Vec<u32>; 4] {
        let groups = &*self.0;
        [
            groups.heads.iter().map(|head| head.needy).collect(),
            groups.heads.iter().map(|head| head.strength as u32).collect(),
            groups.member_starts.clone(),
            groups.members.clone(),
        ]
    }

    /// The groups of such numbers, between so many places; `None` where a number leads nowhere.
    pub(super) fn of_arrays(place_count: usize, arrays: [Vec<u32>; 4]) -> Option<Self> {
        let [needy, strengths, member_starts, members] = arrays;
        let are_sound = strengths.len() == needy.len()
            && are_below(&strengths, 2)
            && are_below(&needy, place_count)
            && needy.is_sorted()
            && are_starts(&member_starts, needy.len(), members.len())
            && member_starts.windows(2).all(|bounds| bounds[1] - bounds[0] >= 2)
            && are_below(&members, place_count);
        let strength = |number: u32| if number == 0 { Strength::Soft } else { Strength::Hard };
        let heads = needy.into_iter().zip(strengths);
        let heads = heads.map(|(needy, of)| Head { needy, strength: strength(of) }).collect();
        are_sound.then(|| {
            let groups = Groups { heads, member_starts, members, ..Groups::default() };
            Self(Arc::new(groups.indexed(place_count)))
        })
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.0.heads.len()
    }

    /// One group by its number.
    pub(super) fn group(&self, number: u32) -> Group<'_> {
        let groups = &*self.0;
        let Head { needy, strength } = groups.heads[number as usize];
        let range = groups.member_starts[number as usize] as usize
            ..groups.member_starts[number as usize + 1] as usize;
        Group { number, needy, strength, members: &groups.members[range] }
    }

    /// The groups that a place needs.
    pub(super) fn of(&self, place: u32) -> impl ExactSizeIterator<Item = Group<'_>> {
        let range = bounds(&self.0.group_starts, place);
        range.map(|number| self.group(number))
    }

    /// The groups that a place is a member of.
    pub(super) fn with(&self, place: u32) -> impl ExactSizeIterator<Item = Group<'_>> {
        let range = bounds(&self.0.membership_starts, place);
        let range = range.start as usize..range.end as usize;
        self.0.memberships[range].iter().map(|number| self.group(*number))
    }

    /// What the arrays take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let groups = &*self.0;
        size_of_val(&*groups.heads)
            + [
                &groups.member_starts,
                &groups.members,
                &groups.group_starts,
                &groups.membership_starts,
                &groups.memberships,
            ]
            .iter()
            .map(|array| size_of_val(&***array))
            .sum::<usize>()
    }
}

impl Groups {
    /// Adds a group, in order.
    fn push(&mut self, (needy, strength, members): &StatedGroup) {
        self.heads.push(Head { needy: *needy, strength: *strength });
        self.members.extend_from_slice(members);
        self.member_starts.push(number(self.members.len()));
    }

    /// Adds groups of others as they are, in order.
    fn copy(&mut self, others: &Self, range: std::ops::Range<u32>) {
        let (first, end) = (range.start as usize, range.end as usize);
        if first == end {
            return;
        }
        let starts = &others.member_starts[first..=end];
        let (from, to) = (starts[0], number(self.members.len()));
        self.heads.extend_from_slice(&others.heads[first..end]);
        self.members.extend_from_slice(&others.members[from as usize..starts[end - first] as usize]);
        self.member_starts.extend(starts[1..].iter().map(|start| start - from + to));
    }

    /// Indexes groups that are in order, both ways, for so many places.
    fn indexed(mut self, place_count: usize) -> Self {
        self.group_starts = starts(place_count, self.heads.iter().map(|head| head.needy));
        // Counted one further than where they begin, each row ends where it should when it is filled.
        let mut next = vec![0_u32; place_count + 2];
        for member in &self.members {
            next[*member as usize + 2] += 1;
        }
        for place in 1..=place_count {
            next[place + 1] += next[place];
        }
        self.memberships = vec![0; self.members.len()];
        for (number, bounds) in (0..).zip(self.member_starts.windows(2)) {
            for member in &self.members[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[*member as usize + 1];
                self.memberships[*at as usize] = number;
                *at += 1;
            }
        }
        next.truncate(place_count + 1);
        self.membership_starts = next;
        self
    }
}

/// Where the row of a place lies. Places that a change has added, without touching a group, have none.
fn bounds(starts: &[u32], place: u32) -> std::ops::Range<u32> {
    match (starts.get(place as usize), starts.get(place as usize + 1)) {
        (Some(start), Some(end)) => *start..*end,
        _ => 0..0,
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer than 2^32 members of groups")
}
