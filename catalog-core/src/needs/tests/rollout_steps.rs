//! The order of a change: held against applying its rules again and again until nothing changes.

use std::cmp::Reverse;

use proptest::prelude::*;

use super::{
    oracle::{PlainNeeds, plain_needs},
    pairs::{LONG, Pairs, chain, cycle, reached, star},
};
use crate::needs::{Direction, Needs, RolloutStep, StepRules};

/// Whether one transitively needs the other, by the pairs of the needs.
fn reaches(pairs: &Pairs, count: usize) -> Vec<Vec<bool>> {
    let numbers = 0..u32::try_from(count).expect("few");
    let row = |from: u32| {
        let met = reached(pairs, &[from]);
        numbers.clone().map(|to| to != from && met.contains(&to)).collect()
    };
    numbers.clone().map(row).collect()
}

fn check(needs: &PlainNeeds, stakes: &[u8], changes: &[bool], first: Direction) {
    let steps = needs.laid_out().rollout_steps(&StepRules { first, stakes, changes });
    let pairs = needs.all_pairs();
    let count = needs.entity_count;
    let reaches = reaches(&pairs, count);
    let same_circle = |a: usize, b: usize| a == b || reaches[a][b] && reaches[b][a];
    let is_before = |a: usize, b: usize| {
        !same_circle(a, b)
            && match first {
                Direction::Dependents => reaches[a][b],
                Direction::Dependencies => reaches[b][a],
            }
    };
    let stake = |of: usize| {
        let resting = (0..count).filter(|other| *other == of || reaches[*other][of]);
        resting.map(|other| (stakes[other], Reverse(other))).max().expect("itself")
    };
    let changing: Vec<usize> = (0..count).filter(|entity| changes[*entity]).collect();
    // Each round makes the order right for one step more.
    let mut naive = vec![(0_u8, 0_u32); count];
    for _ in 0..=count {
        for entity in changing.iter().copied() {
            let before = changing.iter().filter(|other| is_before(**other, entity));
            let before = before.map(|other| naive[*other]).max();
            // A circle is where its stake is; what lies before one of it lies before all of it.
            let phase = before.map_or(0, |(phase, _)| phase).max(stake(entity).0);
            let step = before.map_or(0, |(of, step)| if of == phase { step + 1 } else { 0 });
            naive[entity] = (phase, step);
        }
    }
    for entity in changing.iter().copied() {
        let RolloutStep { stake: at_stake, stake_of, phase, step, after, circle } = steps[entity];
        assert_eq!((phase, step), naive[entity], "{entity} of {needs:?}");
        assert_eq!((at_stake, Reverse(stake_of as usize)), stake(entity));
        assert_eq!(Some(circle as usize), (0..count).find(|other| same_circle(*other, entity)));
        let last =
            changing.iter().filter(|other| is_before(**other, entity)).map(|other| naive[*other]).max();
        assert_eq!(after.map(|after| naive[after as usize]), last);
        assert!(after.is_none_or(|after| changes[after as usize] && is_before(after as usize, entity)));
    }
}

proptest! {
    #[test]
    fn every_step_is_as_early_as_the_rules_allow(
        (needs, stakes, changes) in plain_needs().prop_flat_map(|needs| {
            let count = needs.entity_count;
            let stakes = prop::collection::vec(0..4_u8, count);
            (Just(needs), stakes, prop::collection::vec(prop::bool::weighted(0.7), count))
        }),
        dependents_first: bool,
    ) {
        let first = if dependents_first { Direction::Dependents } else { Direction::Dependencies };
        check(&needs, &stakes, &changes, first);
    }
}

fn last_step(needs: &Needs) -> u32 {
    let count = needs.entity_count();
    let (stakes, changes) = (vec![0; count], vec![true; count]);
    let rules = StepRules { first: Direction::Dependents, stakes: &stakes, changes: &changes };
    needs.rollout_steps(&rules).into_iter().map(|step| step.step).max().unwrap_or_default()
}

#[test]
fn long_ones_overflow_no_stack() {
    assert_eq!(last_step(&chain()), LONG - 1);
    assert_eq!(last_step(&cycle()), 0);
    assert_eq!(last_step(&star()), 1);
}
