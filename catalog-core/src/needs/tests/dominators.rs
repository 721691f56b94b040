//! Through what every way leads: held against taking each entity away and counting again.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    oracle::with_chosen,
    pairs::{LONG, Pairs, chain, cycle, reached, star, turned},
};
use crate::{
    model::Strength,
    needs::{Direction, NeedList, Needs},
};

/// What is reached no more where one entity is taken away.
fn lost_without(pairs: &Pairs, roots: &[u32], entity: u32) -> BTreeSet<u32> {
    let others: Pairs = pairs.iter().copied().filter(|(x, y)| *x != entity && *y != entity).collect();
    let roots_left: Vec<u32> = roots.iter().copied().filter(|root| *root != entity).collect();
    let left = reached(&others, &roots_left);
    reached(pairs, roots).into_iter().filter(|of| *of != entity && !left.contains(of)).collect()
}

proptest! {
    #[test]
    fn what_an_entity_dominates_is_lost_without_it((needs, roots) in with_chosen()) {
        let laid_out = needs.laid_out();
        let hard = needs.hard_pairs();
        for (direction, pairs) in
            [(Direction::Dependencies, hard.clone()), (Direction::Dependents, turned(&hard))]
        {
            let dominators = laid_out.dominators(&roots, direction);
            prop_assert_eq!(dominators.reached(), reached(&pairs, &roots).len());
            let ranked = dominators.ranked(u64::from);
            for entity in needs.numbers() {
                let lost = lost_without(&pairs, &roots, entity);
                let found = ranked.iter().find(|of| of.entity == entity);
                prop_assert_eq!(found.map_or(0, |of| of.dominated as usize), lost.len());
                if let Some(found) = found {
                    prop_assert_eq!(found.weight, lost.iter().copied().map(u64::from).sum::<u64>());
                    let dominated: BTreeSet<u32> = dominators.dominated_by(found).into_iter().collect();
                    prop_assert_eq!(&dominated, &lost);
                }
            }
            // The nearest dominator of an entity is dominated by all its other ones.
            for (entity, nearest) in dominators.nearest() {
                let of_entity = needs.numbers().filter(|by| lost_without(&pairs, &roots, *by).contains(&entity));
                let of_entity: Vec<u32> = of_entity.collect();
                prop_assert_eq!(nearest.is_some(), !of_entity.is_empty());
                if let Some(nearest) = nearest {
                    prop_assert!(of_entity.contains(&nearest));
                    for by in of_entity.iter().filter(|by| **by != nearest) {
                        prop_assert!(lost_without(&pairs, &roots, *by).contains(&nearest));
                    }
                }
            }
        }
    }

    #[test]
    fn everything_is_reached_from_where_chains_begin((needs, _) in with_chosen()) {
        let laid_out = needs.laid_out();
        let hard = needs.hard_pairs();
        for (direction, pairs) in
            [(Direction::Dependencies, hard.clone()), (Direction::Dependents, turned(&hard))]
        {
            let first = laid_out.first_in(direction);
            prop_assert_eq!(reached(&pairs, &first).len(), needs.entity_count);
            for entity in needs.numbers() {
                // It is one of them where everything that leads to it is led to by it.
                let before = reached(&turned(&pairs), &[entity]);
                let is_first = before.iter().all(|of| reached(&pairs, &[entity]).contains(of));
                prop_assert_eq!(first.contains(&entity), is_first);
            }
        }
    }
}

#[test]
fn long_ones_overflow_no_stack() {
    let dominators = chain().dominators(&[0], Direction::Dependencies);
    let ranked = dominators.ranked(|_| 1);
    assert_eq!((ranked.len(), ranked[0].dominated), (LONG as usize - 1, LONG - 1));
    assert_eq!(dominators.dominated_by(&ranked[0]).len(), LONG as usize - 1);
    let ranked = cycle().dominators(&[7], Direction::Dependents).ranked(|_| 1);
    assert_eq!(ranked.len(), LONG as usize - 1);
    let ranked = star().dominators(&[0], Direction::Dependents).ranked(|_| 1);
    assert_eq!((ranked.len(), ranked[0].dominated), (1, LONG - 1));
    let needs = star();
    assert_eq!(needs.first_in(Direction::Dependents), [0]);
    assert!(
        needs
            .dominators(&needs.first_in(Direction::Dependencies), Direction::Dependencies)
            .ranked(|_| 1)
            .is_empty()
    );
}

/// A long chain of which each entity at its end is also needed from its beginning: what simpler
/// algorithms than that of Lengauer and Tarjan climb once for each of them.
#[test]
fn short_cuts_over_a_long_chain_are_not_climbed_one_by_one() {
    const HALF: u32 = 200_000;
    let mut list = NeedList::new(2 * HALF as usize);
    for entity in 1..HALF {
        list.push(entity - 1, entity, Strength::Hard);
    }
    for entity in HALF..2 * HALF {
        list.push(HALF - 1, entity, Strength::Hard);
        list.push(0, entity, Strength::Hard);
    }
    let dominators = Needs::new(&list).dominators(&[0], Direction::Dependencies);
    let ranked = dominators.ranked(|_| 1);
    assert_eq!((ranked[0].entity, ranked[0].dominated), (0, 2 * HALF - 1));
    assert_eq!((ranked[1].entity, ranked[1].dominated), (1, HALF - 2));
}
