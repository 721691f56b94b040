//! What fails where something fails.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs, strength, with_chosen};
use crate::needs::{Affected, Cause, Direction, Failure, Health, Impact};

/// The state of every entity.
fn states(count: usize, impact: &Impact) -> Vec<Health> {
    let mut states = vec![Health::Unaffected; count];
    for affected in &impact.affected {
        assert_eq!(states[affected.entity as usize], Health::Unaffected, "each is there once");
        states[affected.entity as usize] = affected.health;
    }
    states
}

fn down(entities: &[u32]) -> Failure {
    Failure { down: entities.to_vec(), ..Failure::default() }
}

/// Whether a cause can be one: what it names is near and bad enough.
fn is_cause(needs: &PlainNeeds, states: &[Health], failure: &Failure, of: &Affected) -> bool {
    let state = |entity: u32| states[entity as usize];
    match of.cause {
        Cause::Failed => failure.down.contains(&of.entity) || failure.degraded.contains(&of.entity),
        Cause::Need(needed) => {
            let mut needed_next = needs.laid_out().next_to(of.entity, Direction::Dependencies);
            needed_next.any(|(next, _)| next == needed) && state(needed) >= Health::Degraded
        }
        Cause::Alternatives(member) => {
            let mut groups = needs.real_groups().into_iter().filter(|group| group.0 == of.entity);
            groups.any(|group| group.2.contains(&member)) && state(member) >= Health::Degraded
        }
    }
}

proptest! {
    #[test]
    fn impact_is_what_repeating_until_stable_finds(
        (needs, failed) in with_chosen(),
        split in 0..4_usize,
        kept in prop::option::of(0..14_u32),
    ) {
        let kept: Vec<u32> = kept.filter(|kept| (*kept as usize) < needs.entity_count).into_iter().collect();
        let (down, degraded) = failed.split_at(split.min(failed.len()));
        let failure = Failure { down: down.to_vec(), degraded: degraded.to_vec() };
        let impact = needs.laid_out().impact_keeping(&failure, &kept);
        let states = states(needs.entity_count, &impact);
        prop_assert_eq!(&states, &needs.impact_keeping(&failure, &kept));
        prop_assert!(impact.affected.is_sorted_by_key(|of| (std::cmp::Reverse(of.health), of.entity)));
        for of in &impact.affected {
            prop_assert!(is_cause(&needs, &states, &failure, of), "{:?}", of);
        }
    }

    #[test]
    fn a_bigger_failure_never_makes_anything_better((needs, failed) in with_chosen(), more in 0..14_u32) {
        let laid_out = needs.laid_out();
        let mut bigger = failed.clone();
        bigger.push(more % u32::try_from(needs.entity_count).expect("few"));
        let small = states(needs.entity_count, &laid_out.impact(&down(&failed)));
        let big = states(needs.entity_count, &laid_out.impact(&down(&bigger)));
        prop_assert!(small.iter().zip(&big).all(|(small, big)| small <= big));
    }

    #[test]
    fn one_more_alternative_never_brings_anything_down(
        (needs, failed) in with_chosen(),
        group in 0..8_usize,
        more in 0..14_u32,
    ) {
        let mut better = needs.clone();
        if let Some((needy, _, members)) = better.groups.get_mut(group) {
            // An empty group says nothing, so that its first member would be a new need.
            if members.iter().any(|member| member != needy) {
                members.push(more % u32::try_from(needs.entity_count).expect("few"));
            }
        }
        let before = states(needs.entity_count, &needs.laid_out().impact(&down(&failed)));
        let after = states(needs.entity_count, &better.laid_out().impact(&down(&failed)));
        for (before, after) in before.iter().zip(&after) {
            // One spare more may be one spare lost: a lone need cannot be at risk, a group can.
            prop_assert!(after <= before || *after == Health::AtRisk);
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter((needs, failed) in with_chosen()) {
        let mut turned = needs.clone();
        turned.needs.reverse();
        turned.groups.reverse();
        turned.groups.iter_mut().for_each(|(.., members)| members.reverse());
        let count = needs.entity_count;
        let failed_turned: Vec<u32> = failed.iter().rev().copied().collect();
        prop_assert_eq!(
            states(count, &needs.laid_out().impact(&down(&failed))),
            states(count, &turned.laid_out().impact(&down(&failed_turned)))
        );
    }

    #[test]
    fn hardening_a_need_never_helps(needs in plain_needs(), failed in 0..14_u32, hard in strength()) {
        let count = u32::try_from(needs.entity_count).expect("few");
        let mut harder = needs.clone();
        harder.needs.iter_mut().for_each(|need| need.2 = need.2.max(hard));
        let failure = down(&[failed % count]);
        let before = states(needs.entity_count, &needs.laid_out().impact(&failure));
        let after = states(needs.entity_count, &harder.laid_out().impact(&failure));
        prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after));
    }
}
