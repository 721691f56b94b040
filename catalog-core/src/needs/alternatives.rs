//! Groups of needs of which one that works is enough.
//!
//! An `anyOf` is one, and so are the places that an entity is deployed to and the providers of an API,
//! where there are several. An entity may stand in any number of groups.

use std::{collections::BTreeMap, sync::Arc};

use super::need_rows::starts;
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
        let sorted = placed.iter().map(|(needy, strength, members)| (*needy, *strength, &**members));
        Self::of_sorted(place_of.len(), sorted)
    }

    /// Takes groups between places, sorted by needy place, strength and members, each once.
    fn of_sorted<'m>(place_count: usize, sorted: impl Iterator<Item = (u32, Strength, &'m [u32])>) -> Self {
        let mut groups = Groups { member_starts: vec![0], ..Groups::default() };
        for (needy, strength, members) in sorted {
            groups.heads.push(Head { needy, strength });
            groups.members.extend_from_slice(members);
            groups.member_starts.push(number(groups.members.len()));
        }
        groups.group_starts = starts(place_count, groups.heads.iter().map(|head| head.needy));
        groups.membership_starts = starts(place_count, groups.members.iter().copied());
        let mut next = groups.membership_starts.clone();
        groups.memberships = vec![0; groups.members.len()];
        for (number, bounds) in (0..).zip(groups.member_starts.windows(2)) {
            for member in &groups.members[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[*member as usize];
                groups.memberships[*at as usize] = number;
                *at += 1;
            }
        }
        Self(Arc::new(groups))
    }

    /// The same groups with those of some places replaced, between so many places. `changed` says for
    /// each such place what it needs, between places, members ascending. O(places + members).
    pub(super) fn patched(&self, place_count: usize, changed: &BTreeMap<u32, Vec<StatedGroup>>) -> Self {
        let is_same = |(place, groups): (&u32, &Vec<StatedGroup>)| {
            self.of(*place).map(|of| (of.needy, of.strength, of.members)).eq(groups.iter().map(borrowed))
        };
        if changed.iter().all(is_same) {
            return self.clone();
        }
        let mut came = changed.values().flatten().map(borrowed).peekable();
        let mut stayed = (0..number(self.len()))
            .map(|number| self.group(number))
            .filter(|group| !changed.contains_key(&group.needy))
            .map(|group| (group.needy, group.strength, group.members))
            .peekable();
        let merged = std::iter::from_fn(|| match (stayed.peek(), came.peek()) {
            (Some(one), Some(other)) if one.0 < other.0 => stayed.next(),
            (_, Some(_)) => came.next(),
            _ => stayed.next(),
        });
        Self::of_sorted(place_count, merged)
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

fn borrowed((needy, strength, members): &StatedGroup) -> (u32, Strength, &[u32]) {
    (*needy, *strength, members)
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
