//! Circles of needs, and the smallest of each.

use proptest::prelude::*;

use super::{
    oracle::{PlainNeeds, plain_needs},
    pairs::{LONG, Pairs, chain, cycle, distances, reached, star},
};
use crate::{
    model::Strength,
    needs::{Cycle, NeedList, Needs},
};

/// The sets of entities that lead to each other, each ascending, by their first.
fn circles(needs: &PlainNeeds, pairs: &Pairs) -> Vec<Vec<u32>> {
    let behind: Vec<_> = needs.numbers().map(|entity| reached(pairs, &[entity])).collect();
    let lead_to_each_other =
        |x: u32, y: u32| behind[x as usize].contains(&y) && behind[y as usize].contains(&x);
    let mut sets: Vec<Vec<u32>> =
        needs.numbers().map(|x| needs.numbers().filter(|y| lead_to_each_other(x, *y)).collect()).collect();
    sets.sort();
    sets.dedup();
    sets
}

fn hard_components(needs: &Needs) -> Vec<Vec<u32>> {
    let components = needs.hard_components();
    let members = components.members();
    let mut sets: Vec<Vec<u32>> = (0..components.count)
        .map(|component| {
            let mut set: Vec<u32> =
                members.of(component).iter().map(|place| needs.entity_at(*place)).collect();
            set.sort_unstable();
            set
        })
        .collect();
    sets.sort();
    sets
}

/// The number of entities on a shortest way from an entity back to itself.
fn way_round(pairs: &Pairs, entity: u32) -> Option<u32> {
    let behind = distances(pairs, &[entity]);
    let last = pairs.iter().filter(|(_, y)| *y == entity).filter_map(|(x, _)| behind.get(x)).min();
    last.map(|distance| distance + 1)
}

proptest! {
    #[test]
    fn components_are_what_leads_to_each_other(needs in plain_needs()) {
        let laid_out = needs.laid_out();
        let hard = needs.hard_pairs();
        prop_assert_eq!(hard_components(&laid_out), circles(&needs, &hard));
        let component_of = laid_out.hard_components().component_of;
        for (needy, needed) in hard {
            let of = |entity: u32| component_of[laid_out.place_of(entity) as usize];
            prop_assert!(of(needy) >= of(needed), "what is needed comes first");
        }
    }

    #[test]
    fn every_circle_has_a_smallest_cycle_as_its_witness(needs in plain_needs()) {
        let (all, hard) = (needs.all_pairs(), needs.hard_pairs());
        let mut sets = circles(&needs, &all);
        sets.retain(|set| set.len() > 1);
        let laid_out = needs.laid_out();
        prop_assert_eq!(&laid_out.cycles(), &sets);
        let cycles = laid_out.cycle_witnesses();
        prop_assert_eq!(cycles.iter().map(|cycle| cycle.members.clone()).collect::<Vec<_>>(), sets);
        for Cycle { members, witness, is_smallest, hard_members } in cycles {
            let smallest = members.iter().filter_map(|member| way_round(&all, *member)).min();
            prop_assert_eq!(Some(u32::try_from(witness.len()).expect("few")), smallest);
            prop_assert!(is_smallest);
            prop_assert!(witness.iter().all(|of| members.contains(of)));
            prop_assert_eq!(witness.iter().min(), witness.first());
            for (position, needy) in witness.iter().enumerate() {
                prop_assert!(all.contains(&(*needy, witness[(position + 1) % witness.len()])));
            }
            let in_hard_circle = members.iter().filter(|member| way_round(&hard, **member).is_some());
            prop_assert_eq!(hard_members, in_hard_circle.count());
        }
    }
}

#[test]
fn long_ones_overflow_no_stack() {
    assert!(chain().cycle_witnesses().is_empty() && star().cycle_witnesses().is_empty());
    assert_eq!(chain().hard_components().count, LONG);
    let round = cycle();
    assert_eq!(round.hard_components().count, 1);
    let cycles = round.cycle_witnesses();
    assert_eq!(cycles.len(), 1);
    assert_eq!((cycles[0].witness.len(), cycles[0].is_smallest), (LONG as usize, true));
    assert_eq!(cycles[0].hard_members, LONG as usize);
}

/// A circle in which each needs the next and the one `step` further on.
fn laced(count: u32, step: u32) -> Needs {
    let mut list = NeedList::new(count as usize);
    for entity in 0..count {
        list.push(entity, (entity + 1) % count, Strength::Hard);
        list.push(entity, (entity + step) % count, Strength::Hard);
    }
    Needs::new(&list)
}

#[test]
fn where_the_search_for_the_smallest_cycle_is_too_dear_a_short_one_is_shown_as_such() {
    // With steps of 1 and 2 the smallest way round has half as many entities as there are.
    let few = laced(64, 2).cycle_witnesses();
    assert_eq!((few[0].witness.len(), few[0].is_smallest), (32, true));
    let many = laced(20_000, 2).cycle_witnesses();
    assert_eq!((many[0].witness.len(), many[0].is_smallest), (10_000, false));
}
