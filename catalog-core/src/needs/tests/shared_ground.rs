//! What sets of entities rest on together.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs};
use crate::{
    model::Strength,
    needs::{NeedList, Needs, Shared, SharedQuestion},
};

/// Needs with sets of entities, and some that count as shared by nobody.
fn with_sets() -> impl Strategy<Value = (PlainNeeds, Vec<Vec<u32>>, Vec<u32>)> {
    plain_needs().prop_flat_map(|needs| {
        let count = u32::try_from(needs.entity_count).expect("few");
        let set = prop::collection::vec(0..count, 1..3);
        (Just(needs), prop::collection::vec(set, 1..4), prop::collection::vec(0..count, 0..3))
    })
}

/// The hard needs that have no alternative.
fn hard_needs(needs: &PlainNeeds) -> BTreeSet<(u32, u32)> {
    let plain = needs.needs.iter().filter(|(.., strength)| *strength == Strength::Hard);
    let plain = plain.map(|(needy, needed, _)| (*needy, *needed));
    let lone = needs
        .real_groups()
        .into_iter()
        .filter(|(_, strength, members)| *strength == Strength::Hard && members.len() == 1);
    plain.chain(lone.filter_map(|(needy, _, members)| Some((needy, *members.first()?)))).collect()
}

/// Everything that a set rests on, with it.
fn closure(hard: &BTreeSet<(u32, u32)>, set: &[u32]) -> BTreeSet<u32> {
    let mut closure: BTreeSet<u32> = set.iter().copied().collect();
    loop {
        let more: Vec<u32> =
            hard.iter().filter(|need| closure.contains(&need.0)).map(|need| need.1).collect();
        let before = closure.len();
        closure.extend(more);
        if closure.len() == before {
            return closure;
        }
    }
}

proptest! {
    #[test]
    fn shared_ground_is_what_the_closures_share(
        (needs, sets, mut spread) in with_sets(),
        some in any::<bool>(),
    ) {
        spread.sort_unstable();
        let sets_min = if some { 2.min(sets.len()) } else { sets.len() };
        let question = SharedQuestion { sets: &sets, sets_min, spread: &spread, first_max: usize::MAX };
        let laid_out = needs.laid_out();
        let mut search = laid_out.shared_ground();
        let shared = search.of(&question);
        prop_assert_eq!(&search.of(&question), &shared, "a search can be asked again");

        let hard = hard_needs(&needs);
        let closures: Vec<BTreeSet<u32>> = sets.iter().map(|set| closure(&hard, set)).collect();
        let count = u32::try_from(needs.entity_count).expect("few");
        let resting = |entity: u32| closures.iter().filter(|closure| closure.contains(&entity)).count();
        let is_shared = |entity: u32| !spread.contains(&entity) && resting(entity) >= sets_min;
        prop_assert_eq!(shared.total, (0..count).filter(|entity| is_shared(*entity)).count());

        let is_first = |entity: u32| {
            is_shared(entity) && sets.iter().zip(&closures).any(|(set, closure)| {
                let is_next = |need: &(u32, u32)| {
                    need.1 == entity && closure.contains(&need.0) && !is_shared(need.0)
                };
                set.contains(&entity) || hard.iter().any(is_next)
            })
        };
        let first: BTreeSet<u32> = shared.first.iter().map(|of| of.entity).collect();
        prop_assert_eq!(first, (0..count).filter(|entity| is_first(*entity)).collect());
        prop_assert_eq!(shared.first.len(), shared.first_total);
        for of in &shared.first {
            prop_assert_eq!(of.ways.len(), resting(of.entity));
            for (set, way) in &of.ways {
                prop_assert!(sets[*set as usize].contains(&way[0]));
                prop_assert_eq!(way.last(), Some(&of.entity));
                prop_assert!(way.windows(2).all(|link| hard.contains(&(link[0], link[1]))));
            }
        }
    }
}

fn shared_by(needs: &Needs, sets: &[Vec<u32>], first_max: usize) -> Shared {
    let question = SharedQuestion { sets, sets_min: sets.len(), spread: &[], first_max };
    needs.shared_ground().of(&question)
}

#[test]
fn two_ends_of_a_long_fork_share_its_foot() {
    const LARGE: u32 = 200_000;
    let mut list = NeedList::new(LARGE as usize);
    (2..LARGE).for_each(|entity| list.push(entity, entity - 2, Strength::Hard));
    list.push(1, 0, Strength::Hard);
    let shared = shared_by(&Needs::new(&list), &[vec![LARGE - 1], vec![LARGE - 2]], 10);
    assert_eq!((shared.total, shared.first[0].entity), (1, 0));
    assert_eq!(shared.first[0].ways[0].1.len() + shared.first[0].ways[1].1.len(), LARGE as usize + 1);
}

#[test]
fn what_is_left_out_is_counted() {
    let mut list = NeedList::new(6);
    for needed in 2..6 {
        list.push(0, needed, Strength::Hard);
        list.push(1, needed, Strength::Hard);
    }
    let shared = shared_by(&Needs::new(&list), &[vec![0], vec![1]], 3);
    assert_eq!((shared.first.len(), shared.first_total, shared.total), (3, 4, 4));
}
