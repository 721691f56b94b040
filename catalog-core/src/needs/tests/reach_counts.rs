//! What lies behind every entity at once, against one search for each.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs};
use crate::{
    model::Strength,
    needs::{
        Direction, NeedList, Needs, Precision, ReachCount, ReachCountLimits, ReachCounts, ReachLimits,
        Weights,
    },
};

/// Every third entity is critical, and every fifth has no owner.
fn weights(entity_count: usize, teams: u32) -> Weights {
    let mut weights = Weights::new(entity_count);
    for entity in 0..u32::try_from(entity_count).expect("few") {
        if entity % 3 == 0 {
            weights.set_critical(entity);
        }
        if entity % 5 != 4 {
            weights.set_owner(entity, 1_000 + entity * 7 % teams);
        }
    }
    weights
}

/// One search for each entity.
fn counted_one_by_one(needs: &Needs, direction: Direction, teams: u32) -> Vec<ReachCount> {
    let count = |entity: u32| {
        let reached = needs.reach(&[entity], direction, ReachLimits::default()).reached;
        let mut owners: Vec<u32> = reached
            .iter()
            .filter(|reached| reached.entity % 5 != 4)
            .map(|reached| reached.entity * 7 % teams)
            .collect();
        owners.sort_unstable();
        owners.dedup();
        let number = |count: usize| u32::try_from(count).expect("few");
        ReachCount {
            entities: number(reached.len()),
            critical: number(reached.iter().filter(|reached| reached.entity % 3 == 0).count()),
            teams: number(owners.len()),
        }
    };
    (0..u32::try_from(needs.entity_count()).expect("few")).map(count).collect()
}

fn counts(needs: &Needs, direction: Direction) -> ReachCounts {
    needs.reach_counts(direction, &weights(needs.entity_count(), 4), ReachCountLimits::default())
}

const DIRECTIONS: [Direction; 2] = [Direction::Dependents, Direction::Dependencies];

/// Layers of entities, of which each needs several of the deeper ones, with some circles.
fn layered(count: u32, seed: u32) -> Needs {
    let mut list = NeedList::new(count as usize);
    let mut number = u64::from(seed) * 2 + 1;
    let mut below = |end: u32| {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        u32::try_from((number >> 33) % u64::from(end)).expect("below the end")
    };
    for entity in 1..count {
        for _ in 0..below(5) {
            list.push(entity, below(entity), Strength::Hard);
        }
        if below(50) == 0 {
            list.push(below(entity), entity, Strength::Soft);
        }
    }
    Needs::new(&list)
}

proptest! {
    #[test]
    fn counts_are_what_one_search_for_each_entity_finds(needs in plain_needs()) {
        let needs = needs.laid_out();
        for direction in DIRECTIONS {
            let found = counts(&needs, direction);
            prop_assert_eq!(found.precision, Precision::Exact);
            let in_blocks = needs.reach_counts_in_blocks(direction, &weights(needs.entity_count(), 4));
            prop_assert_eq!(&found.counts, &in_blocks);
            prop_assert_eq!(found.counts, counted_one_by_one(&needs, direction, 4));
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(needs in plain_needs()) {
        let mut turned: PlainNeeds = needs.clone();
        turned.needs.reverse();
        turned.groups.reverse();
        let (needs, turned) = (needs.laid_out(), turned.laid_out());
        prop_assert_eq!(counts(&needs, Direction::Dependents), counts(&turned, Direction::Dependents));
    }

    #[test]
    fn whatever_is_behind_has_no_more_behind_it(needs in plain_needs()) {
        let needs = needs.laid_out();
        let counts = counts(&needs, Direction::Dependents).counts;
        for entity in 0..u32::try_from(needs.entity_count()).expect("few") {
            for (next, _) in needs.next_to(entity, Direction::Dependents) {
                prop_assert!(counts[next as usize].entities <= counts[entity as usize].entities);
            }
        }
    }
}

#[test]
fn sources_in_trees_and_in_blocks_are_counted_alike() {
    for seed in 0..4 {
        let needs = layered(3_000, seed);
        for direction in DIRECTIONS {
            let weights = weights(3_000, 400);
            let found = needs.reach_counts(direction, &weights, ReachCountLimits::default());
            assert_eq!(found.counts, counted_one_by_one(&needs, direction, 400));
            assert_eq!(found.counts, needs.reach_counts_in_blocks(direction, &weights));
        }
    }
}

#[test]
fn an_estimate_is_near_and_says_so() {
    let needs = layered(3_000, 7);
    let limits = ReachCountLimits { exact_words_max: 10 };
    let found = needs.reach_counts(Direction::Dependents, &weights(3_000, 400), limits);
    let Precision::Estimated { standard_error } = found.precision else {
        panic!("10 words are not enough to count exactly");
    };
    let exact = counted_one_by_one(&needs, Direction::Dependents, 400);
    let error = |of: fn(&ReachCount) -> u32| {
        let squares = found.counts.iter().zip(&exact).filter(|(_, exact)| of(exact) > 0);
        let squares: Vec<f64> = squares
            .map(|(found, exact)| {
                ((f64::from(of(found)) - f64::from(of(exact))) / f64::from(of(exact))).powi(2)
            })
            .collect();
        (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
    };
    for error in [error(|of| of.entities), error(|of| of.critical), error(|of| of.teams)] {
        assert!(error < 1.5 * standard_error, "{error} is the error, {standard_error} was promised");
    }
    assert_eq!(found, needs.reach_counts(Direction::Dependents, &weights(3_000, 400), limits));
}

const MANY: u32 = 200_000;

#[test]
fn a_long_chain_a_star_and_a_circle_are_counted_exactly() {
    let mut chain = NeedList::new(MANY as usize);
    let mut star = NeedList::new(MANY as usize);
    let mut circle = NeedList::new(MANY as usize);
    for entity in 1..MANY {
        chain.push(entity, entity - 1, Strength::Hard);
        star.push(entity, 0, Strength::Hard);
        circle.push(entity, entity - 1, Strength::Hard);
    }
    circle.push(0, MANY - 1, Strength::Hard);
    for (list, of_first, of_last) in [(chain, MANY - 1, 0), (star, MANY - 1, 0), (circle, MANY - 1, MANY - 1)]
    {
        let needs = Needs::new(&list);
        let found = counts(&needs, Direction::Dependents);
        assert_eq!(found.precision, Precision::Exact);
        assert_eq!(found.counts[0].entities, of_first);
        assert_eq!(found.counts[MANY as usize - 1].entities, of_last);
        assert_eq!(found.counts[0].teams, 4);
    }
}

#[test]
fn a_graph_with_quadratic_work_is_estimated() {
    // Two sides of many, all of which need all of a middle of many: no reach lies in another one.
    const SIDE: u32 = 2_000;
    let mut list = NeedList::new(2 * SIDE as usize);
    for needy in SIDE..2 * SIDE {
        for step in 0..20 {
            list.push(needy, (needy * 31 + step * step * 17) % SIDE, Strength::Hard);
        }
    }
    let needs = Needs::new(&list);
    let limits = ReachCountLimits { exact_words_max: 1_000 };
    let found = needs.reach_counts(Direction::Dependents, &weights(2 * SIDE as usize, 4), limits);
    assert!(matches!(found.precision, Precision::Estimated { .. }));
    assert!(found.exact_words > 1_000);
}

#[test]
fn nothing_lies_behind_nothing() {
    assert_eq!(counts(&Needs::new(&NeedList::new(0)), Direction::Dependents).counts, []);
    assert_eq!(counts(&Needs::new(&NeedList::new(1)), Direction::Dependents).counts, [ReachCount::default()]);
}
