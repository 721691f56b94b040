//! What alone holds the hard graph together: held against taking each need and entity away.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    oracle::{PlainNeeds, plain_needs},
    pairs::{LONG, Pairs, chain, cycle, reached, star, turned},
};
use crate::needs::{ArticulationPoint, Bridge};

/// The parts of the graph without regard to the direction of needs.
fn parts(entities: impl Iterator<Item = u32>, pairs: &Pairs) -> BTreeSet<BTreeSet<u32>> {
    let both_ways: Pairs = pairs.union(&turned(pairs)).copied().collect();
    entities.map(|entity| reached(&both_ways, &[entity])).collect()
}

fn bridges(needs: &PlainNeeds, pairs: &Pairs) -> Vec<Bridge> {
    let side = |of: u32, parts: &BTreeSet<BTreeSet<u32>>| {
        let part = parts.iter().find(|part| part.contains(&of)).expect("everything is in a part");
        u32::try_from(part.len()).expect("few")
    };
    let whole = parts(needs.numbers(), pairs).len();
    let mut found = Vec::new();
    for (needy, needed) in pairs {
        let others: Pairs = pairs.iter().copied().filter(|pair| *pair != (*needy, *needed)).collect();
        let parts = parts(needs.numbers(), &others);
        if parts.len() > whole {
            let (needy_side, needed_side) = (side(*needy, &parts), side(*needed, &parts));
            found.push(Bridge { needy: *needy, needed: *needed, needy_side, needed_side });
        }
    }
    found
}

fn articulation_points(needs: &PlainNeeds, pairs: &Pairs) -> Vec<ArticulationPoint> {
    let whole = parts(needs.numbers(), pairs);
    let without = |entity: u32| {
        let part = whole.iter().find(|part| part.contains(&entity)).expect("everything is in a part");
        let others: Pairs = pairs.iter().copied().filter(|(x, y)| *x != entity && *y != entity).collect();
        let parts = parts(part.iter().copied().filter(|of| *of != entity), &others);
        let largest = parts.iter().map(BTreeSet::len).max().unwrap_or_default();
        let number = |count: usize| u32::try_from(count).expect("few");
        ArticulationPoint { entity, parts: number(parts.len()), cut_off: number(part.len() - 1 - largest) }
    };
    needs.numbers().map(without).filter(|point| point.parts > 1).collect()
}

proptest! {
    #[test]
    fn cuts_are_what_taking_away_and_counting_finds(needs in plain_needs()) {
        let cuts = needs.laid_out().cuts();
        let hard = needs.hard_pairs();
        prop_assert_eq!(cuts.bridges, bridges(&needs, &hard));
        prop_assert_eq!(cuts.articulation_points, articulation_points(&needs, &hard));
    }

    /// Few needs, so that most of them are bridges.
    #[test]
    fn cuts_of_sparse_graphs_are_too(mut needs in plain_needs()) {
        needs.needs.truncate(10);
        needs.groups.truncate(2);
        let cuts = needs.laid_out().cuts();
        let hard = needs.hard_pairs();
        prop_assert_eq!(cuts.bridges, bridges(&needs, &hard));
        prop_assert_eq!(cuts.articulation_points, articulation_points(&needs, &hard));
    }
}

#[test]
fn long_ones_overflow_no_stack() {
    let cuts = chain().cuts();
    assert_eq!((cuts.bridges.len(), cuts.articulation_points.len()), (LONG as usize - 1, LONG as usize - 2));
    assert_eq!(cuts.bridges.iter().map(Bridge::cut_off).max(), Some(LONG / 2));
    let cuts = cycle().cuts();
    assert_eq!((cuts.bridges.len(), cuts.articulation_points.len()), (0, 0));
    let cuts = star().cuts();
    let point = ArticulationPoint { entity: 0, parts: LONG - 1, cut_off: LONG - 2 };
    assert_eq!((cuts.bridges.len(), cuts.articulation_points), (LONG as usize - 1, vec![point]));
}
