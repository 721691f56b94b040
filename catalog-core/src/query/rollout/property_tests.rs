//! The rules of a rollout on random catalogs, each found anew in a slow and plain way.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{tests::shown, *};
use crate::{
    model::{RelationEnd, RelationKind},
    query::{BlastRadiusQuery, blast_radius},
    sketch,
};

const NAMES: [&str; 9] = [
    "component:a",
    "component:b",
    "component:c",
    "component:d",
    "api:e",
    "api:f",
    "resource:g",
    "resource:h",
    "component:i",
];
const DOMAINS: [&str; 3] = ["resource:north", "resource:south", "resource:cell"];

/// Lines of a sketch, in an order that says nothing.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let name = || prop::sample::select(&NAMES[..]);
    let arrow = prop::sample::select(&["->", "~>", "consumes", "provides"][..]);
    let need = (name(), arrow, name()).prop_map(|(from, arrow, to)| match (arrow, to.starts_with("api:")) {
        ("consumes" | "provides", false) => format!("{from} -> {to}"),
        _ => format!("{from} {arrow} {to}"),
    });
    let any = (name(), name(), name()).prop_map(|(of, a, b)| format!("{of} any> {a} {b}"));
    let tier = (name(), 0..5_u8).prop_map(|(of, tier)| format!("{of} tier {tier}"));
    let places = (name(), prop::sample::subsequence(&DOMAINS[..], 1..=3))
        .prop_map(|(of, places)| format!("{of} in {}", places.join(" ")));
    let provide = (name(), prop::sample::select(&["api:e", "api:f"][..]))
        .prop_map(|(of, api)| format!("{of} provides {api}"));
    let line = prop_oneof![6 => need, 2 => provide, 3 => any, 3 => tier, 3 => places];
    prop::collection::vec(line, 0..26).prop_map(|mut lines| {
        // A second tier of an entity would only be a diagnostic.
        let mut tiers = BTreeSet::new();
        lines.retain(|line| match line.split_once(" tier ") {
            Some((of, _)) => tiers.insert(of.to_owned()),
            None => true,
        });
        lines.extend(NAMES.map(str::to_owned));
        lines.extend(["resource:north type region".into(), "resource:south type region".into()]);
        lines.push("resource:cell type cell".into());
        lines
    })
}

/// Who transitively needs whom, by number.
fn needy_pairs(graph: &CatalogGraph) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for entity in graph.entities() {
        let query = BlastRadiusQuery::new(vec![entity], Direction::Dependents);
        let affected = blast_radius(graph, &query).affected;
        pairs.extend(affected.iter().map(|row| (row.entity.index(), entity.index())));
    }
    pairs
}

fn stake_of(graph: &CatalogGraph, pairs: &BTreeSet<(u32, u32)>, of: u32) -> u8 {
    let resting = graph.entities().filter(|other| pairs.contains(&(other.index(), of)));
    resting.chain([graph.entity_at(of)]).map(stake::rank).max().expect("itself")
}

/// The failure domains that a line deploys an entity to, or itself.
fn domains(entity: Entity<'_>) -> BTreeSet<String> {
    let itself = entity.name().short();
    if DOMAINS.contains(&itself.as_str()) {
        return BTreeSet::from([itself]);
    }
    let places = entity.related(RelationKind::DeployedTo, RelationEnd::From);
    places.map(|place| place.name().short()).collect()
}

fn check(lines: &[String], roots: &[&str], only_roots: bool, order: RolloutOrder, wave_max: u32) {
    let graph = sketch::graph(&lines.join("\n"));
    let named = |name: &str| graph.entity(&sketch::entity_ref(name)).expect("all are declared");
    let roots: Vec<Entity<'_>> = roots.iter().map(|root| named(root)).collect();
    let query = RolloutQuery { only_roots, order, wave_max, ..RolloutQuery::new(roots.clone()) };
    let answer = rollout(&graph, &query);
    let pairs = needy_pairs(&graph);
    let number = |name: &str| named(name).index();

    // The same change, whatever the order of the question and of the files.
    let backwards: Vec<Entity<'_>> = roots.iter().rev().copied().collect();
    let again = rollout(&graph, &RolloutQuery { roots: backwards, ..query.clone() });
    assert_eq!(shown(&again), shown(&answer));

    // All that is affected changes, and nothing else.
    let mut waves_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (position, wave) in answer.waves.iter().enumerate() {
        let mut once = BTreeSet::new();
        for entry in &wave.entries {
            assert!(once.insert(entry.entity.index()), "an entity is in a wave once");
            waves_of.entry(entry.entity.index()).or_default().push(position);
        }
        assert!(!wave.reasons.is_empty());
    }
    let affected = |of: &u32| {
        roots.iter().any(|root| root.index() == *of || !only_roots && pairs.contains(&(*of, root.index())))
    };
    let expected: BTreeSet<u32> = (0..).take(graph.entities().len()).filter(affected).collect();
    assert_eq!(waves_of.keys().copied().collect::<BTreeSet<_>>(), expected);
    assert_eq!(answer.changing, expected.len());

    let in_circle = |a: u32, b: u32| a == b || pairs.contains(&(a, b)) && pairs.contains(&(b, a));
    let provider_of = |api: u32| -> Vec<u32> {
        let entries = answer.waves.iter().flat_map(|wave| &wave.entries);
        let along = entries.filter(|entry| {
            entry.entity.index() == api && matches!(entry.reason, EntryReason::WithProvider(_))
        });
        along.filter_map(|entry| entry.reason.entity()).map(Entity::index).collect()
    };
    for (x, x_waves) in &waves_of {
        let entity = graph.entity_at(*x);
        // One failure domain after the other.
        let places: Vec<String> = answer
            .waves
            .iter()
            .flat_map(|wave| &wave.entries)
            .filter(|entry| entry.entity.index() == *x)
            .filter_map(|entry| entry.place.map(|place| place.name().short()))
            .collect();
        let goes_along = provider_of(*x);
        if goes_along.is_empty() {
            assert_eq!(places.iter().cloned().collect::<BTreeSet<_>>(), domains(entity));
            assert_eq!(places.len(), domains(entity).len());
        } else {
            let provided = entity.related(RelationKind::ProvidesApi, RelationEnd::To);
            assert!(provided.map(Entity::index).any(|provider| provider == goes_along[0]));
            assert!(places.is_empty() && x_waves.len() == 1);
        }
        for (y, y_waves) in &waves_of {
            if !pairs.contains(&(*x, *y)) || in_circle(*x, *y) {
                continue;
            }
            // x needs y. An API waits for nothing but what provides it, and the circle of that.
            let is_along = entity
                .related(RelationKind::ProvidesApi, RelationEnd::To)
                .any(|provider| in_circle(provider.index(), *y))
                && !goes_along.is_empty();
            let (before, after) = match order {
                RolloutOrder::DependentsFirst => (x_waves, y_waves),
                RolloutOrder::DependenciesFirst => (y_waves, x_waves),
            };
            let (before, after) = (before.iter().max(), after.iter().min());
            assert!(
                before < after
                    || is_along && order == RolloutOrder::DependentsFirst && before == after
                    || is_along && order == RolloutOrder::DependenciesFirst && before <= after,
                "{} needs {}\n{}",
                entity.name(),
                graph.entity_at(*y).name(),
                shown(&answer)
            );
        }
    }

    for wave in &answer.waves {
        // A wave is in one failure domain, and no larger than asked for but for one circle.
        let places = wave.entries.iter().filter_map(|entry| entry.place);
        assert!(places.map(Entity::index).all(|place| wave.place.map(Entity::index) == Some(place)));
        let stepping: Vec<u32> = wave
            .entries
            .iter()
            .filter(|entry| !matches!(entry.reason, EntryReason::WithProvider(_)))
            .map(|entry| entry.entity.index())
            .collect();
        let is_circle = stepping.iter().all(|of| in_circle(stepping[0], *of));
        assert!(stepping.len() <= wave_max as usize || is_circle);
        for entry in &wave.entries {
            let of = entry.entity.index();
            let dependents = pairs.iter().filter(|(_, needed)| *needed == of).count();
            assert_eq!(entry.dependents as usize, dependents);
            assert_eq!(entry.at_stake.rank(), stake_of(&graph, &pairs, of));
        }
    }
    // Of what stands in for each other something is left.
    let places_of = |of: u32| waves_of.get(&of).map_or(0, Vec::len);
    for needy in graph.entities() {
        for (_, members) in graph.needs().alternatives_of(needy.index()) {
            let is_asked = roots.iter().any(|root| root.index() == needy.index())
                || roots.iter().any(|root| pairs.contains(&(needy.index(), root.index())));
            let at_once = answer.waves.iter().any(|wave| {
                members.iter().all(|member| {
                    places_of(*member) == 1
                        && wave.entries.iter().any(|entry| {
                            entry.entity.index() == *member
                                && !matches!(entry.reason, EntryReason::WithProvider(_))
                        })
                })
            });
            assert!(!is_asked || !at_once || members.iter().all(|of| in_circle(members[0], *of)));
        }
    }
    // Circles change together in each place.
    for a in &expected {
        for b in expected.iter().filter(|b| in_circle(*a, **b)) {
            for place in DOMAINS.map(number) {
                let waves = |of: u32| -> Vec<usize> {
                    let is_there = |entry: &&RolloutEntry<'_>| {
                        entry.entity.index() == of && entry.place.map(Entity::index) == Some(place)
                    };
                    let waves = answer.waves.iter().enumerate();
                    waves
                        .filter(|(_, wave)| wave.entries.iter().any(|entry| is_there(&entry)))
                        .map(|(at, _)| at)
                        .collect()
                };
                let (of_a, of_b) = (waves(*a), waves(*b));
                assert!(of_a.is_empty() || of_b.is_empty() || of_a == of_b, "{}", shown(&answer));
            }
        }
    }
    // Where a wave begins with less at stake than the one before, it is because others had to change before it.
    for waves in answer.waves.windows(2) {
        let stakes = [0, 1].map(|at: usize| stake_of(&graph, &pairs, waves[at].entries[0].entity.index()));
        assert!(
            stakes[0] <= stakes[1] || matches!(waves[1].reasons[0], WaveReason::NextStep),
            "{}",
            shown(&answer)
        );
    }
    // The least at stake first, of those that have a step of their own.
    if order == RolloutOrder::DependentsFirst {
        let stakes = answer.waves.iter().map(|wave| stake_of(&graph, &pairs, wave.entries[0].entity.index()));
        assert!(stakes.is_sorted(), "{}", shown(&answer));
    }
}

proptest! {
    #[test]
    fn a_rollout_keeps_every_rule(
        lines in lines(),
        roots in prop::sample::subsequence(&NAMES[..], 1..8),
        only_roots: bool,
        dependents_first: bool,
        wave_max in 1..5_u32,
    ) {
        let order = if dependents_first { RolloutOrder::DependentsFirst } else { RolloutOrder::DependenciesFirst };
        check(&lines, &roots, only_roots, order, wave_max);
    }

    #[test]
    fn the_order_of_the_lines_says_nothing(
        (lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        root in prop::sample::select(&NAMES[..]),
    ) {
        let shown = |lines: &[String]| {
            let graph = sketch::graph(&lines.join("\n"));
            let root = graph.entity(&sketch::entity_ref(root)).expect("all are declared");
            shown(&rollout(&graph, &RolloutQuery::new(vec![root])))
        };
        prop_assert_eq!(shown(&lines), shown(&shuffled));
    }
}
