//! Groups of needs of which one that works is enough.
//!
//! An `anyOf` is one, and so are the places that an entity is deployed to and the providers of an API,
//! where there are several. An entity may stand in any number of groups.

use super::need_rows::starts;
use crate::model::Strength;

/// All groups by number, in the order of the entities that need them, with indexes both ways.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternatives {
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
        let mut groups = Self { member_starts: vec![0], ..Self::default() };
        for (needy, strength, members) in &placed {
            groups.heads.push(Head { needy: *needy, strength: *strength });
            groups.members.extend_from_slice(members);
            groups.member_starts.push(number(groups.members.len()));
        }
        groups.group_starts = starts(place_of.len(), groups.heads.iter().map(|head| head.needy));
        groups.membership_starts = starts(place_of.len(), groups.members.iter().copied());
        let mut next = groups.membership_starts.clone();
        groups.memberships = vec![0; groups.members.len()];
        for (number, bounds) in (0..).zip(groups.member_starts.windows(2)) {
            for member in &groups.members[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[*member as usize];
                groups.memberships[*at as usize] = number;
                *at += 1;
            }
        }
        groups
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// One group by its number.
    pub(super) fn group(&self, number: u32) -> Group<'_> {
        let Head { needy, strength } = self.heads[number as usize];
        let range =
            self.member_starts[number as usize] as usize..self.member_starts[number as usize + 1] as usize;
        Group { number, needy, strength, members: &self.members[range] }
    }

    /// The groups that a place needs.
    pub(super) fn of(&self, place: u32) -> impl ExactSizeIterator<Item = Group<'_>> {
        (self.group_starts[place as usize]..self.group_starts[place as usize + 1])
            .map(|number| self.group(number))
    }

    /// The groups that a place is a member of.
    pub(super) fn with(&self, place: u32) -> impl ExactSizeIterator<Item = Group<'_>> {
        let range = self.membership_starts[place as usize] as usize
            ..self.membership_starts[place as usize + 1] as usize;
        self.memberships[range].iter().map(|number| self.group(*number))
    }

    /// What the arrays take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.heads)
            + [
                &self.member_starts,
                &self.members,
                &self.group_starts,
                &self.membership_starts,
                &self.memberships,
            ]
            .iter()
            .map(|array| size_of_val(&***array))
            .sum::<usize>()
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer than 2^32 members of groups")
}
