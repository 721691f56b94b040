//! How available an entity can be, against all states of everything that may fail.

use proptest::prelude::*;

use super::oracle::{PlainNeeds, plain_needs};
use crate::{
    model::Strength::{Hard, Soft},
    needs::{
        AvailabilityBounds, AvailabilityLimits, BoundMethod, Failure, Health, NeedList, Needs, Promises,
        Reading,
    },
};

/// What each entity promises, by number.
type Stated = Vec<Option<f64>>;

fn promises(stated: &[Option<f64>]) -> Promises {
    let mut promises = Promises::new(stated.len());
    for (entity, fails) in (0..).zip(stated) {
        fails.iter().for_each(|fails| promises.set(entity, *fails));
    }
    promises
}

fn limits(factoring_entities_max: u32) -> AvailabilityLimits {
    AvailabilityLimits { factoring_entities_max, ..AvailabilityLimits::default() }
}

fn bound(
    needs: &Needs,
    entity: u32,
    stated: &[Option<f64>],
    limits: AvailabilityLimits,
) -> AvailabilityBounds {
    needs.availability(&[entity], &promises(stated), limits)[0]
}

/// How often an entity is down that does not fail by itself: every state of the others, one by one.
fn enumerated(needs: &PlainNeeds, entity: u32, stated: &[Option<f64>]) -> f64 {
    let failing: Vec<(u32, f64)> = (0..)
        .zip(stated)
        .filter_map(|(other, fails)| (other != entity).then_some((other, (*fails)?)))
        .filter(|(_, fails)| *fails > 0.0)
        .collect();
    let mut fails = 0.0;
    for state in 0..1_u32 << failing.len() {
        let mut weight = 1.0;
        let mut down = Vec::new();
        for (bit, (other, fails)) in failing.iter().enumerate() {
            if state & (1 << bit) == 0 {
                weight *= 1.0 - fails;
            } else {
                weight *= fails;
                down.push(*other);
            }
        }
        let health = needs.impact_keeping(&Failure { down, degraded: Vec::new() }, &[]);
        if health[entity as usize] == Health::Down {
            fails += weight;
        }
    }
    fails
}

/// The same needs where nothing lies behind a promise, except behind that of one entity.
fn without_what_lies_behind(needs: &PlainNeeds, entity: u32, stated: &[Option<f64>]) -> PlainNeeds {
    let counts = |needy: u32| needy == entity || stated[needy as usize].is_none();
    let mut needs = needs.clone();
    needs.needs.retain(|(needy, ..)| counts(*needy));
    needs.groups.retain(|(needy, ..)| counts(*needy));
    needs
}

fn stated() -> impl Strategy<Value = Stated> {
    let fails = prop_oneof![
        3 => (1..50_u32).prop_map(|fails| Some(f64::from(fails) / 100.0)),
        1 => Just(None),
        1 => Just(Some(0.0)),
    ];
    prop::collection::vec(fails, 14)
}

/// Needs of few entities, with what they promise, and one of them.
fn with_promises() -> impl Strategy<Value = (PlainNeeds, Stated, u32)> {
    (plain_needs(), stated(), 0..14_u32)
        .prop_filter("few states", |(needs, ..)| needs.entity_count <= 9)
        .prop_map(|(needs, mut stated, entity)| {
            stated.truncate(needs.entity_count);
            let entity = entity % u32::try_from(needs.entity_count).expect("few");
            (needs, stated, entity)
        })
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

proptest! {
    #[test]
    fn both_ends_are_what_all_states_come_to((needs, stated, entity) in with_promises()) {
        let bounds = bound(&needs.laid_out(), entity, &stated, limits(20));
        prop_assert!(bounds.lower.method.is_exact() && bounds.upper.method.is_exact());
        let lower = enumerated(&needs, entity, &stated);
        prop_assert!(is_near(bounds.lower.unavailability, lower), "{:?}, expected {}", bounds, lower);
        let direct = without_what_lies_behind(&needs, entity, &stated);
        let upper = enumerated(&direct, entity, &stated);
        prop_assert!(is_near(bounds.upper.unavailability, upper), "{:?}, expected {}", bounds, upper);
        prop_assert!(bounds.upper.unavailability <= bounds.lower.unavailability);
    }

    #[test]
    fn what_is_not_factored_is_bounded_from_both_sides(
        (needs, stated, entity) in with_promises(),
        factored in 0..3_u32,
        visits_max in prop_oneof![Just(0), Just(30), Just(1_000_000)],
    ) {
        let limits = AvailabilityLimits { factoring_entities_max: factored, visits_max };
        let bounds = bound(&needs.laid_out(), entity, &stated, limits);
        let lower = enumerated(&needs, entity, &stated);
        let upper = enumerated(&without_what_lies_behind(&needs, entity, &stated), entity, &stated);
        prop_assert!(bounds.lower.unavailability >= lower - 1e-12, "{:?}, exact {}", bounds, lower);
        prop_assert!(bounds.upper.unavailability <= upper + 1e-12, "{:?}, exact {}", bounds, upper);
        if bounds.lower.method.is_exact() {
            prop_assert!(is_near(bounds.lower.unavailability, lower));
        }
    }

    #[test]
    fn asked_together_entities_are_as_available_as_asked_alone((needs, stated, _) in with_promises()) {
        let laid_out = needs.laid_out();
        let count = u32::try_from(needs.entity_count).expect("few");
        let entities: Vec<u32> = (0..count).cycle().take(100).collect();
        let together = laid_out.availability(&entities, &promises(&stated), limits(20));
        for of in together {
            let alone = bound(&laid_out, of.entity, &stated, limits(20));
            prop_assert!(is_near(alone.lower.unavailability, of.lower.unavailability), "{:?} {:?}", alone, of);
            prop_assert!(is_near(alone.upper.unavailability, of.upper.unavailability), "{:?} {:?}", alone, of);
            prop_assert_eq!((alone.needed, alone.unknown), (of.needed, of.unknown));
        }
    }

    #[test]
    fn no_entity_suffers_where_another_fails_less(
        (needs, stated, entity) in with_promises(),
        better in 0..14_usize,
        factored in prop_oneof![Just(0_u32), Just(20)],
    ) {
        let mut improved = stated.clone();
        let better = better % stated.len();
        improved[better] = improved[better].map(|fails| fails / 2.0);
        let needs = needs.laid_out();
        let before = bound(&needs, entity, &stated, limits(factored));
        let after = bound(&needs, entity, &improved, limits(factored));
        prop_assert!(after.lower.unavailability <= before.lower.unavailability + 1e-12);
        prop_assert!(after.upper.unavailability <= before.upper.unavailability + 1e-12);
    }

    #[test]
    fn one_more_alternative_never_lowers_the_bound(
        (needs, stated, entity) in with_promises(),
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
        let before = bound(&needs.laid_out(), entity, &stated, limits(20));
        let after = bound(&better.laid_out(), entity, &stated, limits(20));
        prop_assert!(after.lower.unavailability <= before.lower.unavailability + 1e-12);
        prop_assert!(after.upper.unavailability <= before.upper.unavailability + 1e-12);
    }

    #[test]
    fn the_order_of_the_input_does_not_matter((needs, stated, entity) in with_promises()) {
        let mut turned = needs.clone();
        turned.needs.reverse();
        turned.groups.reverse();
        turned.groups.iter_mut().for_each(|(.., members)| members.reverse());
        let one = bound(&needs.laid_out(), entity, &stated, limits(20));
        let other = bound(&turned.laid_out(), entity, &stated, limits(20));
        prop_assert!(is_near(one.lower.unavailability, other.lower.unavailability));
        prop_assert!(is_near(one.upper.unavailability, other.upper.unavailability));
        prop_assert_eq!((one.needed, one.unknown), (other.needed, other.unknown));
    }

    #[test]
    fn the_factors_come_to_the_bound_where_groups_share_nothing((needs, stated, entity) in with_promises()) {
        let laid_out = needs.laid_out();
        let given = promises(&stated);
        let terms = laid_out.availability_terms(entity, &given, Reading::Whole, limits(20));
        let works = terms.required.iter().map(|of| 1.0 - given.of(*of).unwrap_or(0.0)).product::<f64>();
        let works = works * terms.alternatives.iter().map(|of| 1.0 - of.fails.unavailability).product::<f64>();
        let bounds = bound(&laid_out, entity, &stated, limits(20));
        // Groups that share something fail together rather than apart.
        prop_assert!(works <= 1.0 - bounds.lower.unavailability + 1e-12);
        if bounds.lower.method == BoundMethod::Product {
            prop_assert!(is_near(works, 1.0 - bounds.lower.unavailability), "{:?} {:?}", terms, bounds);
        }
    }
}

/// Entities 0, 1, … with the needs that are stated; all promise 99 percent.
fn check(needs: &[(u32, &[u32])], groups: &[(u32, &[u32])], expected: f64, method: BoundMethod) {
    let mut list = NeedList::new(10);
    for (needy, needed) in needs {
        needed.iter().for_each(|needed| list.push(*needy, *needed, Hard));
    }
    groups.iter().for_each(|(needy, members)| list.push_group(*needy, Hard, members));
    let found = bound(&Needs::new(&list), 0, &[Some(0.01); 10], limits(12)).lower;
    assert!(is_near(1.0 - found.unavailability, expected), "{found:?}, expected {}", 1.0 - expected);
    assert_eq!(found.method, method);
}

#[test]
fn what_many_ways_lead_to_counts_once() {
    check(&[(0, &[1, 2, 3]), (1, &[4]), (2, &[4]), (3, &[4])], &[], 0.99_f64.powi(4), BoundMethod::Product);
}

#[test]
fn a_circle_works_when_all_in_it_do() {
    check(&[(0, &[1]), (1, &[2]), (2, &[3]), (3, &[1])], &[], 0.99_f64.powi(3), BoundMethod::Product);
}

#[test]
fn one_in_a_circle_does_not_count_its_own_doing() {
    check(&[(0, &[1]), (1, &[2]), (2, &[0])], &[], 0.99_f64.powi(2), BoundMethod::Product);
}

#[test]
fn alternatives_that_share_nothing_fail_only_together() {
    check(&[(1, &[3])], &[(0, &[1, 2])], 1.0 - (1.0 - 0.99 * 0.99) * 0.01, BoundMethod::Product);
}

#[test]
fn what_alternatives_share_is_factored() {
    let expected = 0.99 * (1.0 - 0.01 * 0.01);
    check(&[(1, &[3]), (2, &[3])], &[(0, &[1, 2])], expected, BoundMethod::Factoring);
}

#[test]
fn the_same_places_of_several_entities_are_one_group() {
    let expected = 0.99 * (1.0 - 0.01 * 0.01);
    check(&[(0, &[1])], &[(0, &[2, 3]), (1, &[2, 3]), (1, &[2, 3, 4])], expected, BoundMethod::Product);
}

#[test]
fn an_alternative_that_is_required_anyway_satisfies_its_group() {
    check(&[(0, &[1])], &[(0, &[1, 2])], 0.99, BoundMethod::Product);
}

#[test]
fn alternatives_in_a_circle_do_not_fail_by_themselves() {
    // 1 or 2; 1 needs 3 or 4, and 3 needs 1 or 5.
    let groups: [(u32, &[u32]); 3] = [(0, &[1, 2]), (1, &[3, 4]), (3, &[1, 5])];
    // 3 works with 1, so that 1 is failed only where 3 and 4 fail by their own doing.
    let one = 0.99 * (1.0 - 0.01 * 0.01);
    check(&[], &groups, 1.0 - (1.0 - one) * 0.01, BoundMethod::Factoring);
}

#[test]
fn soft_needs_do_not_count() {
    let mut list = NeedList::new(4);
    list.push(0, 1, Soft);
    list.push_group(0, Soft, &[2, 3]);
    let bounds = bound(&Needs::new(&list), 0, &[Some(0.5); 4], limits(12));
    assert_eq!((bounds.lower.unavailability, bounds.needed), (0.0, Some(0)));
}

#[test]
fn entities_without_a_promise_are_counted_and_looked_through() {
    let mut list = NeedList::new(4);
    [(0, 1), (1, 2), (2, 3)].iter().for_each(|(needy, needed)| list.push(*needy, *needed, Hard));
    let bounds = bound(&Needs::new(&list), 0, &[None, None, Some(0.1), Some(0.2)], limits(12));
    assert!(is_near(bounds.upper.unavailability, 0.1));
    assert!(is_near(bounds.lower.unavailability, 1.0 - 0.9 * 0.8));
    assert_eq!((bounds.needed, bounds.unknown), (Some(3), Some(1)));
}

#[test]
fn small_unavailabilities_keep_their_digits() {
    let mut list = NeedList::new(3);
    list.push_group(0, Hard, &[1, 2]);
    let found = bound(&Needs::new(&list), 0, &[None, Some(1e-12), Some(1e-12)], limits(12)).lower;
    assert!((found.unavailability / 1e-24 - 1.0).abs() < 1e-12, "{found:?}");
}

#[test]
fn what_is_over_the_limit_of_factoring_is_bounded_and_says_so() {
    // Six pairs of alternatives in a ring, each sharing a member's need with the next pair.
    let mut list = NeedList::new(30);
    for pair in 0..6 {
        list.push_group(0, Hard, &[1 + pair, 11 + pair]);
        list.push(1 + pair, 21 + pair, Hard);
        list.push(11 + pair, 21 + (pair + 1) % 6, Hard);
    }
    let needs = Needs::new(&list);
    // The alternatives themselves promise nothing, so that direct promises are those that they share.
    let stated: Stated = (0..30).map(|entity| (entity > 20).then_some(0.05)).collect();
    let exact = bound(&needs, 0, &stated, limits(6)).lower;
    assert_eq!(exact.method, BoundMethod::Factoring);
    for factored in 0..6 {
        let bounds = bound(&needs, 0, &stated, limits(factored));
        assert_eq!(
            (bounds.lower.method, bounds.upper.method),
            (BoundMethod::Association, BoundMethod::Association)
        );
        assert!(bounds.lower.unavailability >= exact.unavailability - 1e-12);
        assert!(bounds.upper.unavailability <= exact.unavailability + 1e-12);
    }
}

/// Checks every entity of a large graph, each of which promises five nines, whatever its shape.
fn check_large(count: u32, needs: impl Iterator<Item = (u32, u32)>) -> Vec<AvailabilityBounds> {
    let mut list = NeedList::new(count as usize);
    needs.for_each(|(needy, needed)| list.push(needy, needed, Hard));
    let needs = Needs::new(&list);
    let mut promises = Promises::new(count as usize);
    (0..count).for_each(|entity| promises.set(entity, 1e-5));
    let limits = AvailabilityLimits { visits_max: 2_000_000, ..AvailabilityLimits::default() };
    let entities: Vec<u32> = (0..count).collect();
    let bounds = needs.availability(&entities, &promises, limits);
    assert!(bounds.iter().all(|of| of.upper.unavailability <= of.lower.unavailability));
    bounds
}

const MANY: u32 = 200_000;

#[test]
fn a_long_chain_is_exact_from_end_to_end() {
    let bounds = check_large(MANY, (1..MANY).map(|needy| (needy, needy - 1)));
    assert!(bounds.iter().all(|of| of.lower.method == BoundMethod::Product));
    let expected = 1.0 - (1.0 - 1e-5_f64).powi(i32::try_from(MANY - 1).expect("few"));
    assert!((bounds[MANY as usize - 1].lower.unavailability - expected).abs() < 1e-9);
    assert_eq!(bounds[MANY as usize - 1].needed, Some(MANY - 1));
}

#[test]
fn a_large_star_is_exact_in_both_directions() {
    let around = check_large(MANY, (1..MANY).map(|needy| (needy, 0)));
    assert!(around.iter().skip(1).all(|of| is_near(of.lower.unavailability, 1e-5)));
    let hub = check_large(MANY, (1..MANY).map(|needed| (0, needed)));
    assert_eq!((hub[0].needed, hub[0].lower.method), (Some(MANY - 1), BoundMethod::Product));
}

#[test]
fn a_large_circle_ends_and_is_bounded_where_the_visits_are_spent() {
    let bounds = check_large(MANY, (0..MANY).map(|needy| (needy, (needy + 1) % MANY)));
    assert!(bounds[0].lower.method.is_exact());
    let last = bounds[MANY as usize - 1];
    assert_eq!((last.lower.method, last.needed), (BoundMethod::Association, None));
    assert!((last.lower.unavailability - bounds[0].lower.unavailability).abs() < 1e-4);
}

#[test]
fn a_long_ladder_ends_and_is_bounded() {
    let bounds = check_large(MANY, (2..MANY).flat_map(|needy| [(needy, needy - 1), (needy, needy - 2)]));
    assert_eq!(bounds[MANY as usize - 1].lower.method, BoundMethod::Association);
    assert!(bounds[MANY as usize - 1].upper.unavailability >= 1e-5 - 1e-12);
}
