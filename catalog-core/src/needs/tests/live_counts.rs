//! Counts under changes of single needs, against counting everything anew.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{
    model::Strength,
    needs::{Direction, LiveCounts, NeedList, Needs, ReachCount, ReachCountLimits, Weights},
};

fn weights(entity_count: u32) -> Weights {
    let mut weights = Weights::new(entity_count as usize);
    for entity in 0..entity_count {
        if entity % 3 == 0 {
            weights.set_critical(entity);
        }
        if entity % 5 != 4 {
            weights.set_owner(entity, 100 + entity * 7 % 4);
        }
    }
    weights
}

fn laid_out(entity_count: u32, needs: &BTreeSet<(u32, u32)>) -> Needs {
    let mut list = NeedList::new(entity_count as usize);
    needs.iter().for_each(|(needy, needed)| list.push(*needy, *needed, Strength::Hard));
    Needs::new(&list)
}

/// Changes needs one after the other: what is there goes, what is not comes.
/// Tells how often everything was counted anew.
fn check(
    entity_count: u32,
    first: &[(u32, u32)],
    changes: &[(u32, u32)],
    bounds: Option<(usize, usize)>,
) -> u64 {
    let mut recounts = 0;
    let entities = |(needy, needed): &(u32, u32)| (needy % entity_count, needed % entity_count);
    for direction in [Direction::Dependents, Direction::Dependencies] {
        let mut needs: BTreeSet<(u32, u32)> =
            first.iter().map(entities).filter(|(needy, needed)| needy != needed).collect();
        let mut live = LiveCounts::new(&laid_out(entity_count, &needs), direction, weights(entity_count));
        if let Some((needs_met_max, source_cost)) = bounds {
            live.set_bounds(needs_met_max, source_cost);
        }
        for (needy, needed) in changes.iter().map(entities) {
            if needs.remove(&(needy, needed)) {
                assert!(live.remove(needy, needed));
                assert!(!live.remove(needy, needed), "it is gone already");
            } else {
                assert_eq!(live.insert(needy, needed), needy != needed);
                assert!(!live.insert(needy, needed), "it is there already");
                needs.extend((needy != needed).then_some((needy, needed)));
            }
            let counted = laid_out(entity_count, &needs).reach_counts(
                direction,
                &weights(entity_count),
                ReachCountLimits::default(),
            );
            let found: Vec<ReachCount> = (0..entity_count).map(|entity| live.of(entity)).collect();
            assert_eq!(found, counted.counts, "{needy} needs {needed}: {}", needs.contains(&(needy, needed)));
        }
        recounts += live.recounts();
    }
    recounts
}

proptest! {
    #[test]
    fn counts_under_change_are_what_a_recount_finds(
        entity_count in 1..14_u32,
        first in prop::collection::vec((0..14_u32, 0..14_u32), 0..25),
        changes in prop::collection::vec((0..14_u32, 0..14_u32), 1..20),
    ) {
        for source_cost in [0, 1, 1_000] {
            prop_assert_eq!(check(entity_count, &first, &changes, Some((1_000_000, source_cost))), 0);
        }
    }

    #[test]
    fn counts_are_right_wherever_a_change_is_given_up(
        entity_count in 1..14_u32,
        first in prop::collection::vec((0..14_u32, 0..14_u32), 0..25),
        changes in prop::collection::vec((0..14_u32, 0..14_u32), 1..20),
        needs_met_max in prop_oneof![Just(0_usize), 1..30_usize, 64..1_000_usize, 4_000..8_000_usize],
        source_cost in 0..2_usize,
    ) {
        check(entity_count, &first, &changes, Some((needs_met_max, source_cost)));
    }
}

#[test]
fn a_circle_that_closes_and_opens_again_counts_right() {
    let chain: Vec<(u32, u32)> = (1..12).map(|entity| (entity, entity - 1)).collect();
    check(12, &chain, &[(0, 11), (5, 4), (5, 4), (0, 11), (3, 8), (0, 11), (3, 8)], None);
}

#[test]
fn a_change_that_is_too_much_counts_everything_anew_and_says_so() {
    let chain: Vec<(u32, u32)> = (1..12).map(|entity| (entity, entity - 1)).collect();
    assert!(check(12, &chain, &[(3, 8), (3, 8)], Some((0, 0))) > 0);
}

#[test]
fn a_hub_that_gains_another_hub_counts_right() {
    // Many need a hub that comes to need another one, which many need already.
    const SIDE: u32 = 70_000;
    let mut list = NeedList::new(2 * SIDE as usize);
    for entity in 1..SIDE {
        list.push(entity, 0, Strength::Hard);
        list.push(SIDE + entity, SIDE, Strength::Hard);
    }
    let mut live = LiveCounts::new(&Needs::new(&list), Direction::Dependents, weights(2 * SIDE));
    let before = live.of(SIDE);
    assert!(live.insert(0, SIDE));
    assert_eq!(live.of(SIDE).entities, before.entities + SIDE);
    assert!(live.remove(0, SIDE));
    assert_eq!(live.of(SIDE), before);
}
