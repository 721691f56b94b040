//! The longest chains: held against going every way.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    oracle::{PlainNeeds, plain_needs},
    pairs::{LONG, Pairs, chain, cycle, reached, star},
};
use crate::needs::{Chain, LongestChains};

/// The entities that an entity is in a circle with, itself included.
fn circle(pairs: &Pairs, entity: u32) -> BTreeSet<u32> {
    let behind = reached(pairs, &[entity]);
    behind.into_iter().filter(|other| reached(pairs, &[*other]).contains(&entity)).collect()
}

/// The steps between circles on the longest of all ways, by entity: each way is one step longer than
/// the one behind it, so as many rounds as there are entities are enough.
fn lengths(needs: &PlainNeeds, pairs: &Pairs) -> Vec<u32> {
    let mut lengths = vec![0; needs.entity_count];
    for _ in needs.numbers() {
        for (x, y) in pairs {
            let is_step = !circle(pairs, *x).contains(y);
            lengths[*x as usize] = lengths[*x as usize].max(lengths[*y as usize] + u32::from(is_step));
        }
    }
    lengths
}

proptest! {
    #[test]
    fn no_chain_is_longer_than_the_longest(needs in plain_needs()) {
        let pairs = needs.hard_pairs();
        let lengths = lengths(&needs, &pairs);
        let LongestChains { levels, chains } = needs.laid_out().longest_chains(usize::MAX);
        for (length, count) in (0..).zip(&levels) {
            prop_assert_eq!(*count as usize, lengths.iter().filter(|of| **of == length).count());
        }
        prop_assert_eq!(levels.iter().sum::<u32>() as usize, needs.entity_count);
        let longest = lengths.iter().max().copied().filter(|length| *length > 0);
        prop_assert_eq!(chains.first().map(|chain| chain.length), longest);
        for Chain { length, entities } in &chains {
            prop_assert_eq!(*length, lengths[entities[0] as usize]);
            for link in entities.windows(2) {
                prop_assert!(pairs.contains(&(link[0], link[1])));
            }
            let steps = entities.windows(2).filter(|link| !circle(&pairs, link[0]).contains(&link[1]));
            prop_assert_eq!(steps.count(), *length as usize);
            prop_assert_eq!(entities.iter().collect::<BTreeSet<_>>().len(), entities.len());
            let first_circle = circle(&pairs, entities[0]);
            prop_assert!(pairs.iter().all(|(x, y)| first_circle.contains(x) || !first_circle.contains(y)));
        }
        prop_assert!(chains.is_sorted_by_key(|chain| (std::cmp::Reverse(chain.length), chain.entities[0])));
        prop_assert!(needs.laid_out().longest_chains(1).chains.len() <= 1);
    }
}

#[test]
fn long_ones_overflow_no_stack() {
    let LongestChains { levels, chains } = chain().longest_chains(5);
    assert_eq!((levels.len(), chains.len(), chains[0].entities.len()), (LONG as usize, 1, LONG as usize));
    assert_eq!(cycle().longest_chains(5), LongestChains { levels: vec![LONG], chains: Vec::new() });
    let LongestChains { levels, chains } = star().longest_chains(5);
    assert_eq!((levels, chains), (vec![1, LONG - 1], vec![Chain { length: 1, entities: vec![1, 0] }]));
}
