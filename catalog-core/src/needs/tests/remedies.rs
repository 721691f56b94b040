//! What would keep an entity up.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, with_chosen};
use crate::{
    model::Strength,
    needs::{Failure, Health, Needs, Remedy},
};

fn down(entities: &[u32]) -> Failure {
    Failure { down: entities.to_vec(), ..Failure::default() }
}

/// The same needs after some remedies: the needs are soft, the groups too.
fn mended(needs: &PlainNeeds, remedies: &[Remedy]) -> PlainNeeds {
    let mut mended = needs.clone();
    let is_lone_need = |needy: u32, others: &[u32], remedy: &Remedy| match remedy {
        Remedy::Need { needy: mended, needed } => {
            *mended == needy && others.iter().all(|other| other == needed || *other == needy)
        }
        Remedy::Alternatives { needy: mended, members } => {
            let mut others: Vec<u32> = others.iter().copied().filter(|other| *other != needy).collect();
            others.sort_unstable();
            others.dedup();
            *mended == needy && others == *members
        }
    };
    for (needy, needed, strength) in &mut mended.needs {
        if remedies.iter().any(|remedy| is_lone_need(*needy, &[*needed], remedy)) {
            *strength = Strength::Soft;
        }
    }
    for (needy, strength, members) in &mut mended.groups {
        if !members.is_empty() && remedies.iter().any(|remedy| is_lone_need(*needy, members, remedy)) {
            *strength = Strength::Soft;
        }
    }
    mended
}

fn is_down(needs: &Needs, failure: &Failure, entity: u32) -> bool {
    needs.impact(failure).health(entity) == Health::Down
}

/// Every pair of which one hard needs the other.
fn hard_pairs(needs: &PlainNeeds) -> Vec<Remedy> {
    let hard =
        needs.needs.iter().filter(|(needy, needed, strength)| needy != needed && *strength == Strength::Hard);
    let mut pairs: Vec<Remedy> =
        hard.map(|(needy, needed, _)| Remedy::Need { needy: *needy, needed: *needed }).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

proptest! {
    #[test]
    fn mending_all_that_an_entity_needs_keeps_it_up_and_all_but_one_does_not(
        (needs, failed) in with_chosen(),
    ) {
        let (laid_out, failure) = (needs.laid_out(), down(&failed));
        let impact = laid_out.impact(&failure);
        for affected in &impact.affected {
            let remedies = laid_out.remedies(&failure, &impact, affected.entity);
            let has_fallen = affected.health == Health::Down && !impact.has_failed(affected.entity);
            prop_assert_eq!(has_fallen, !remedies.is_empty());
            if has_fallen {
                prop_assert!(!is_down(&mended(&needs, &remedies).laid_out(), &failure, affected.entity));
            }
            for left_out in 0..remedies.len() {
                let mut fewer = remedies.clone();
                fewer.remove(left_out);
                prop_assert!(is_down(&mended(&needs, &fewer).laid_out(), &failure, affected.entity));
            }
        }
    }

    #[test]
    fn no_smaller_set_of_needs_keeps_an_entity_up((mut needs, failed) in with_chosen()) {
        needs.groups.clear();
        needs.needs.truncate(12);
        let (laid_out, failure) = (needs.laid_out(), down(&failed));
        let impact = laid_out.impact(&failure);
        let pairs = hard_pairs(&needs);
        for affected in &impact.affected {
            let Some(smallest) = laid_out.smallest_remedy(&failure, &impact, affected.entity) else {
                prop_assert!(affected.health != Health::Down || impact.has_failed(affected.entity));
                continue;
            };
            prop_assert!(!is_down(&mended(&needs, &smallest).laid_out(), &failure, affected.entity));
            for chosen in 0_u32..1 << pairs.len() {
                if (chosen.count_ones() as usize) < smallest.len() {
                    let bits = (0..pairs.len()).filter(|bit| chosen & (1 << bit) != 0);
                    let fewer: Vec<Remedy> = bits.map(|bit| pairs[bit].clone()).collect();
                    let still_down = is_down(&mended(&needs, &fewer).laid_out(), &failure, affected.entity);
                    prop_assert!(still_down, "{:?} is enough", fewer);
                }
            }
        }
    }
}

#[test]
fn two_ways_that_run_together_are_mended_where_they_do() {
    // 4 needs 2 and 3, both need 1, which needs 0.
    let hard = |needy, needed| (needy, needed, Strength::Hard);
    let needs = PlainNeeds {
        entity_count: 5,
        needs: vec![hard(4, 2), hard(4, 3), hard(2, 1), hard(3, 1), hard(1, 0)],
        groups: Vec::new(),
    };
    let (needs, failure) = (needs.laid_out(), down(&[0]));
    let impact = needs.impact(&failure);
    assert_eq!(needs.remedies(&failure, &impact, 4).len(), 2);
    let smallest = needs.smallest_remedy(&failure, &impact, 4);
    assert_eq!(smallest, Some(vec![Remedy::Need { needy: 1, needed: 0 }]));
}
