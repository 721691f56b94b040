//! Needs as lists, to be evaluated again and again until nothing changes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{
    model::Strength,
    needs::{Failure, Health, NeedList, Needs},
};

/// Needs as they are stated, small enough to be read.
#[derive(Clone, Debug, Default)]
pub(super) struct PlainNeeds {
    pub(super) entity_count: usize,
    pub(super) needs: Vec<(u32, u32, Strength)>,
    pub(super) groups: Vec<(u32, Strength, Vec<u32>)>,
}

impl PlainNeeds {
    pub(super) fn laid_out(&self) -> Needs {
        let mut list = NeedList::new(self.entity_count);
        for (needy, needed, strength) in &self.needs {
            list.push(*needy, *needed, *strength);
        }
        for (needy, strength, members) in &self.groups {
            list.push_group(*needy, *strength, members);
        }
        Needs::new(&list)
    }

    /// The groups that mean something: without oneself and repetitions, and not empty.
    pub(super) fn real_groups(&self) -> Vec<(u32, Strength, BTreeSet<u32>)> {
        let without_self = |(needy, strength, members): &(u32, Strength, Vec<u32>)| {
            (*needy, *strength, members.iter().copied().filter(|member| member != needy).collect())
        };
        let groups = self.groups.iter().map(without_self);
        groups.filter(|(.., members): &(u32, Strength, BTreeSet<u32>)| !members.is_empty()).collect()
    }

    /// The table of the rules, applied again and again until nothing changes.
    /// Some entities work whatever else fails.
    pub(super) fn impact_keeping(&self, failure: &Failure, kept: &[u32]) -> Vec<Health> {
        let mut health = vec![Health::Unaffected; self.entity_count];
        let groups = self.real_groups();
        loop {
            let before = health.clone();
            let at = |entity: u32| before[entity as usize];
            let mut raise = |entity: u32, to: Health| {
                if !kept.contains(&entity) {
                    health[entity as usize] = health[entity as usize].max(to);
                }
            };
            failure.down.iter().for_each(|entity| raise(*entity, Health::Down));
            failure.degraded.iter().for_each(|entity| raise(*entity, Health::Degraded));
            for (x, y, strength) in self.needs.iter().filter(|(x, y, _)| x != y) {
                match (strength, at(*y)) {
                    (Strength::Hard, Health::Down) => raise(*x, Health::Down),
                    (Strength::Hard, Health::Degraded) | (Strength::Soft, Health::Down) => {
                        raise(*x, Health::Degraded);
                    }
                    _ => {}
                }
            }
            for (x, strength, members) in &groups {
                let works = |member: &u32| at(*member) < Health::Degraded;
                if members.iter().all(|member| at(*member) == Health::Down) {
                    raise(*x, if *strength == Strength::Hard { Health::Down } else { Health::Degraded });
                } else if *strength == Strength::Hard && !members.iter().any(works) {
                    raise(*x, Health::Degraded);
                } else if *strength == Strength::Hard && members.len() > 1 && !members.iter().all(works) {
                    raise(*x, Health::AtRisk);
                }
            }
            if health == before {
                return health;
            }
        }
    }
}

pub(super) fn strength() -> impl Strategy<Value = Strength> {
    prop_oneof![3 => Just(Strength::Hard), 1 => Just(Strength::Soft)]
}

/// Needs with cycles, parallel needs, needs of oneself, and groups nested in cycles.
pub(super) fn plain_needs() -> impl Strategy<Value = PlainNeeds> {
    (1..14_u32).prop_flat_map(|count| {
        let need = (0..count, 0..count, strength());
        let group = (0..count, strength(), prop::collection::vec(0..count, 0..4));
        (prop::collection::vec(need, 0..30), prop::collection::vec(group, 0..8))
            .prop_map(move |(needs, groups)| PlainNeeds { entity_count: count as usize, needs, groups })
    })
}

/// Needs with some of their entities.
pub(super) fn with_chosen() -> impl Strategy<Value = (PlainNeeds, Vec<u32>)> {
    plain_needs().prop_flat_map(|needs| {
        let count = needs.entity_count;
        let chosen = prop::collection::vec(0..u32::try_from(count).expect("few"), 0..4);
        (Just(needs), chosen)
    })
}
