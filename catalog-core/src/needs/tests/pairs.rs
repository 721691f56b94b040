//! Needs as sets of pairs, to be searched again and again; and the long ones that would overflow a stack.

use std::collections::{BTreeMap, BTreeSet};

use super::oracle::PlainNeeds;
use crate::{
    model::Strength,
    needs::{NeedList, Needs},
};

pub(super) type Pairs = BTreeSet<(u32, u32)>;

impl PlainNeeds {
    /// Who hard-needs whom, where nothing stands in for it.
    pub(super) fn hard_pairs(&self) -> Pairs {
        let plain = self.needs.iter().filter(|(x, y, strength)| x != y && *strength == Strength::Hard);
        let mut pairs: Pairs = plain.map(|(x, y, _)| (*x, *y)).collect();
        for (needy, strength, members) in self.real_groups() {
            if members.len() == 1 && strength == Strength::Hard {
                pairs.extend(members.into_iter().map(|member| (needy, member)));
            }
        }
        pairs
    }

    /// Who needs whom, in whatever way.
    pub(super) fn all_pairs(&self) -> Pairs {
        let plain = self.needs.iter().filter(|(x, y, _)| x != y).map(|(x, y, _)| (*x, *y));
        let groups = self.real_groups().into_iter();
        plain
            .chain(groups.flat_map(|(needy, _, members)| members.into_iter().map(move |of| (needy, of))))
            .collect()
    }

    pub(super) fn numbers(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.entity_count).expect("few")
    }
}

/// The pairs the other way round.
pub(super) fn turned(pairs: &Pairs) -> Pairs {
    pairs.iter().map(|(x, y)| (*y, *x)).collect()
}

/// What some entities lead to along pairs, themselves included, with the distances.
pub(super) fn distances(pairs: &Pairs, roots: &[u32]) -> BTreeMap<u32, u32> {
    let mut found: BTreeMap<u32, u32> = roots.iter().map(|root| (*root, 0)).collect();
    for distance in 0.. {
        let here: Vec<u32> = found.iter().filter(|(_, of)| **of == distance).map(|(at, _)| *at).collect();
        if here.is_empty() {
            break;
        }
        for (x, y) in pairs {
            if here.contains(x) && !found.contains_key(y) {
                found.insert(*y, distance + 1);
            }
        }
    }
    found
}

pub(super) fn reached(pairs: &Pairs, roots: &[u32]) -> BTreeSet<u32> {
    distances(pairs, roots).into_keys().collect()
}

/// How long the long ones are.
pub(super) const LONG: u32 = 250_000;

/// Each needs the next.
pub(super) fn chain() -> Needs {
    laid_out((1..LONG).map(|number| (number - 1, number)))
}

/// Each needs the next, and the last the first.
pub(super) fn cycle() -> Needs {
    laid_out((0..LONG).map(|number| (number, (number + 1) % LONG)))
}

/// All others need the first.
pub(super) fn star() -> Needs {
    laid_out((1..LONG).map(|number| (number, 0)))
}

fn laid_out(pairs: impl Iterator<Item = (u32, u32)>) -> Needs {
    let mut list = NeedList::new(LONG as usize);
    pairs.for_each(|(needy, needed)| list.push(needy, needed, Strength::Hard));
    Needs::new(&list)
}
