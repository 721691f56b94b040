//! Many failures at once are each of them alone.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs};
use crate::{
    model::Strength,
    needs::{
        Failure, Health, HealthCounts, Impact, ManyFailures, NeedList, Needs, ScenarioImpact, WatchedImpact,
    },
};

/// Needs with failures, more than fit into one pass, and entities that are weighed and watched.
fn with_failures() -> impl Strategy<Value = (PlainNeeds, Vec<Failure>, Vec<u32>, Vec<u32>)> {
    plain_needs().prop_flat_map(|needs| {
        let count = u32::try_from(needs.entity_count).expect("few");
        let some = || prop::collection::vec(0..count, 0..4);
        let failure = (some(), prop::collection::vec(0..count, 0..2))
            .prop_map(|(down, degraded)| Failure { down, degraded });
        let few = prop::collection::vec(failure.clone(), 0..10);
        let many = prop::collection::vec(failure, 1_020..1_030);
        (Just(needs), prop_oneof![9 => few, 1 => many], some(), some())
    })
}

fn counts(impact: &Impact, counts_for: impl Fn(u32) -> bool) -> HealthCounts {
    let of = |health: Health| {
        let affected = impact.affected.iter().filter(|of| of.health == health && counts_for(of.entity));
        u32::try_from(affected.count()).expect("few")
    };
    HealthCounts { down: of(Health::Down), degraded: of(Health::Degraded), at_risk: of(Health::AtRisk) }
}

/// Asks for all scenarios together, and for each alone.
fn check(needs: &Needs, failures: &[Failure], weighed: &[u32], watched: &[u32]) {
    let together = needs.impact_many(&ManyFailures { failures, weighed, watched });
    let mut scenarios = Vec::new();
    let mut of_watched = Vec::new();
    for (scenario, failure) in (0..).zip(failures) {
        let impact = needs.impact(failure);
        scenarios.push(ScenarioImpact {
            all: counts(&impact, |_| true),
            weighed: counts(&impact, |entity| weighed.contains(&entity)),
        });
        let watched = impact.affected.iter().filter(|of| watched.contains(&of.entity));
        of_watched.extend(watched.map(|of| WatchedImpact { scenario, entity: of.entity, health: of.health }));
    }
    of_watched.sort_unstable();
    assert_eq!(together.scenarios, scenarios);
    assert_eq!(together.watched, of_watched);
}

proptest! {
    #[test]
    fn many_failures_are_each_of_them_alone((needs, failures, weighed, watched) in with_failures()) {
        check(&needs.laid_out(), &failures, &weighed, &watched);
    }
}

fn down(entity: u32) -> Failure {
    Failure { down: vec![entity], degraded: Vec::new() }
}

/// Hard needs of the given pairs.
fn hard(count: u32, pairs: impl Iterator<Item = (u32, u32)>) -> Needs {
    let mut list = NeedList::new(count as usize);
    pairs.for_each(|(needy, needed)| list.push(needy, needed, Strength::Hard));
    Needs::new(&list)
}

const LARGE: u32 = 200_000;

#[test]
fn a_chain_is_settled_by_one_sweep() {
    let needs = hard(LARGE, (1..LARGE).map(|entity| (entity, entity - 1)));
    check(&needs, &[down(0), down(LARGE / 2), down(LARGE - 1)], &[1, LARGE - 1], &[LARGE - 2]);
}

#[test]
fn a_star_falls_with_its_middle_alone() {
    let needs = hard(LARGE, (1..LARGE).map(|entity| (entity, 0)));
    check(&needs, &[down(0), down(1)], &[2], &[0, 2]);
}

#[test]
fn a_circle_falls_whole() {
    let needs = hard(LARGE, (0..LARGE).map(|entity| (entity, (entity + 1) % LARGE)));
    check(&needs, &[down(0), down(LARGE / 2)], &[], &[LARGE / 3]);
}

#[test]
fn a_chain_in_both_directions_is_not_swept_for_each_of_its_links() {
    let pairs = (1..LARGE).flat_map(|entity| [(entity, entity - 1), (entity - 1, entity)]);
    check(&hard(LARGE, pairs), &[down(0), down(LARGE / 2), down(LARGE - 1)], &[1], &[LARGE / 3]);
}

#[test]
fn nothing_that_fails_is_no_scenario_or_an_empty_one() {
    let needs = hard(3, [(1, 0)].into_iter());
    check(&needs, &[], &[0], &[1]);
    check(&needs, &[Failure::default(), down(2)], &[0, 2], &[0, 1, 2]);
}
