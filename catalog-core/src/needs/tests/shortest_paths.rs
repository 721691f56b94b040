//! All shortest chains of needs.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs, with_chosen};
use crate::{
    model::Strength,
    needs::{Direction, Needs},
};

/// All ways of so many steps along a direction from a root to the target, found one by one; the target first.
fn ways(needs: &Needs, roots: &[u32], target: u32, direction: Direction, steps: usize) -> Vec<Vec<u32>> {
    let mut ways: Vec<Vec<u32>> = roots.iter().map(|root| vec![*root]).collect();
    ways.sort_unstable();
    ways.dedup();
    for _ in 0..steps {
        let longer = |way: &Vec<u32>| {
            let next = needs.next_to(*way.first().expect("a way has a beginning"), direction);
            next.map(|(next, _)| [vec![next], way.clone()].concat()).collect::<Vec<_>>()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways.retain(|way| way.first() == Some(&target));
    ways.sort_unstable();
    ways
}

proptest! {
    #[test]
    fn all_shortest_chains_are_found_and_nothing_else(
        (mut needs, roots) in with_chosen(),
        target in 0..14_u32,
        paths_max in 1..5_usize,
    ) {
        needs.needs.truncate(14);
        let laid_out = needs.laid_out();
        let target = target % u32::try_from(needs.entity_count).expect("few");
        for direction in [Direction::Dependents, Direction::Dependencies] {
            let all = (0..needs.entity_count)
                .map(|steps| ways(&laid_out, &roots, target, direction, steps))
                .find(|ways| !ways.is_empty());
            let found = laid_out.shortest_paths(&roots, target, direction, usize::MAX);
            prop_assert_eq!(found.as_ref().map(|found| &found.paths), all.as_ref());
            prop_assert_eq!(found.as_ref().map(|found| found.count), all.as_ref().map(|all| all.len() as u64));
            let bounded = laid_out.shortest_paths(&roots, target, direction, paths_max);
            if let (Some(bounded), Some(all)) = (bounded, all) {
                prop_assert_eq!(bounded.count, all.len() as u64);
                prop_assert_eq!(&bounded.paths[..], &all[..paths_max.min(all.len())]);
            }
        }
    }

    #[test]
    fn a_root_is_its_own_proof(needs in plain_needs()) {
        let found = needs.laid_out().shortest_paths(&[0], 0, Direction::Dependents, 3).expect("a root is there");
        prop_assert_eq!((found.paths, found.count), (vec![vec![0]], 1));
    }
}

#[test]
fn more_ways_than_can_be_written_out_are_counted() {
    // Forty diamonds in a row: 2^40 ways.
    let diamonds = 40_u32;
    let hard = |needy, needed| (needy, needed, Strength::Hard);
    let needs = (0..diamonds).flat_map(|number| {
        let at = number * 3;
        [hard(at + 1, at), hard(at + 2, at), hard(at + 3, at + 1), hard(at + 3, at + 2)]
    });
    let needs =
        PlainNeeds { entity_count: diamonds as usize * 3 + 1, needs: needs.collect(), groups: Vec::new() };
    let found = needs.laid_out().shortest_paths(&[0], diamonds * 3, Direction::Dependents, 7);
    let found = found.expect("the diamonds hang together");
    assert_eq!((found.paths.len(), found.count), (7, 1 << diamonds));
}
