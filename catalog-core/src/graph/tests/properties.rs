//! What holds for every graph: small ones with cycles, parallel needs, needs of oneself, alternatives
//! and duplicates, compared with an evaluator that repeats itself until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::{RelationKind, Strength};

const ENTITIES_MAX: usize = 30;
const VERBS: [&str; 9] = ["->", "->", "~>", "!>", "any>", "<-", "consumes", "provides", "in"];

/// A line of a sketch: the repository that says it, its entity, its verb, and the others.
#[derive(Clone, Debug)]
struct Statement {
    repository: usize,
    subject: usize,
    verb: &'static str,
    others: Vec<usize>,
}

/// Statements that may declare one entity in several repositories.
fn statements() -> impl Strategy<Value = Vec<Statement>> {
    let statement =
        (0..3_usize, 0..ENTITIES_MAX, 0..VERBS.len(), prop::collection::vec(0..ENTITIES_MAX, 1..4));
    (1..=ENTITIES_MAX, prop::collection::vec(statement, 0..50)).prop_map(|(entity_count, drawn)| {
        let statement = |(repository, subject, verb, others): (usize, usize, usize, Vec<usize>)| Statement {
            repository,
            subject: subject % entity_count,
            verb: VERBS[verb],
            others: others.into_iter().map(|other| other % entity_count).collect(),
        };
        drawn.into_iter().map(statement).collect()
    })
}

/// Statements of which each entity's are in one repository.
fn statements_without_duplicates() -> impl Strategy<Value = Vec<Statement>> {
    statements().prop_map(|mut statements| {
        statements.iter_mut().for_each(|statement| statement.repository = statement.subject % 3);
        statements
    })
}

fn name(entity: usize) -> String {
    format!("component:n{entity}")
}

fn draw(statements: &[Statement]) -> String {
    let line = |statement: &Statement| {
        let others: Vec<String> = statement.others.iter().map(|other| name(*other)).collect();
        let (subject, others) = (name(statement.subject), others.join(" "));
        format!("repository r/{}\n{subject} {} {others}\n", statement.repository, statement.verb)
    };
    statements.iter().map(line).collect()
}

/// Who needs whom and how much, read off the statements one pair at a time.
fn needs_of(statements: &[Statement]) -> BTreeMap<(usize, usize), Strength> {
    let said = |subject: usize, verb: &str, other: usize| {
        statements.iter().any(|statement| {
            statement.verb == verb && statement.subject == subject && statement.others.contains(&other)
        })
    };
    let others_of = |subject: usize, verb: &str| -> BTreeSet<usize> {
        let same = statements.iter().filter(|of| of.verb == verb && of.subject == subject);
        same.flat_map(|of| of.others.iter().copied()).filter(|other| *other != subject).collect()
    };
    let has_alternative = |x: usize, y: usize| {
        statements.iter().any(|of| {
            let members: BTreeSet<usize> = of.others.iter().copied().filter(|other| *other != x).collect();
            of.verb == "any>" && of.subject == x && members.contains(&y) && members.len() > 1
        })
    };
    let all: BTreeSet<usize> =
        statements.iter().flat_map(|of| of.others.iter().copied().chain([of.subject])).collect();
    let mut needs = BTreeMap::new();
    for (x, y) in all.iter().flat_map(|x| all.iter().map(|y| (*x, *y))) {
        if x == y {
            continue;
        }
        let stated = if has_alternative(x, y) || said(x, "~>", y) && !said(x, "!>", y) {
            Strength::Soft
        } else {
            Strength::Hard
        };
        let by_name = ["->", "~>", "!>", "any>", "consumes"].iter().any(|verb| said(x, verb, y));
        let is_only_place = others_of(x, "in").len() == 1;
        let is_only_provider = all.iter().filter(|z| **z != x && said(**z, "provides", x)).count() == 1;
        let alone = |is_alone: bool, strength: Strength| if is_alone { strength } else { Strength::Soft };
        let strongest = [
            (by_name || said(y, "<-", x)).then_some(stated),
            said(x, "in", y).then(|| alone(is_only_place, stated)),
            said(y, "provides", x).then(|| alone(is_only_provider, Strength::Hard)),
        ];
        if let Some(strength) = strongest.into_iter().flatten().max() {
            needs.insert((x, y), strength);
        }
    }
    needs
}

/// Distances from some roots towards those that need them, and what hard needs alone lead to:
/// each need is applied again and again until nothing changes.
fn naive_reach(
    needs: &BTreeMap<(usize, usize), Strength>,
    roots: &BTreeSet<usize>,
) -> BTreeMap<usize, (u32, bool)> {
    let mut met: BTreeMap<usize, (u32, bool)> = roots.iter().map(|root| (*root, (0, true))).collect();
    loop {
        let before = met.clone();
        for ((x, y), strength) in needs {
            if let Some((distance, is_hard)) = met.get(y).copied() {
                let x = met.entry(*x).or_insert((u32::MAX, false));
                x.0 = x.0.min(distance + 1);
                x.1 |= is_hard && *strength == Strength::Hard;
            }
        }
        if met == before {
            met.retain(|entity, _| !roots.contains(entity));
            return met;
        }
    }
}

/// The entities that the graph knows, by the number in their name.
fn numbered(graph: &CatalogGraph) -> BTreeMap<usize, u32> {
    let known = |entity: usize| Some((entity, graph.entity(&entity_ref(&name(entity)))?.index()));
    (0..ENTITIES_MAX).filter_map(known).collect()
}

fn reach_of(graph: &CatalogGraph, roots: &[u32], direction: Direction) -> Reach {
    graph.needs().reach(roots, direction, ReachLimits::default())
}

fn at_most_one_group_each(statements: Vec<Statement>) -> Vec<Statement> {
    let mut met = BTreeSet::new();
    statements.into_iter().filter(|of| of.verb != "any>" || met.insert(of.subject)).collect()
}

proptest! {
    #[test]
    fn needs_are_what_the_statements_say(statements in statements_without_duplicates()) {
        let graph = sketch::graph(&draw(&statements));
        let index = numbered(&graph);
        let number_of: BTreeMap<u32, usize> = index.iter().map(|(number, index)| (*index, *number)).collect();
        for direction in [Direction::Dependencies, Direction::Dependents] {
            let mut needs = BTreeMap::new();
            for (number, index) in &index {
                for (other, strength) in graph.needs().next_to(*index, direction) {
                    let other = number_of[&other];
                    let pair =
                        if direction == Direction::Dependencies { (*number, other) } else { (other, *number) };
                    prop_assert!(needs.insert(pair, strength).is_none(), "a need is there once");
                }
            }
            prop_assert_eq!(needs.len(), graph.needs().len());
            prop_assert_eq!(needs, needs_of(&statements));
        }
    }

    #[test]
    fn reach_is_what_repeating_until_stable_finds(
        statements in statements_without_duplicates(),
        wanted in prop::collection::btree_set(0..ENTITIES_MAX, 0..4),
        depth_max in 0..6_u32,
    ) {
        let graph = sketch::graph(&draw(&statements));
        let index = numbered(&graph);
        let roots: BTreeSet<usize> = wanted.into_iter().filter(|root| index.contains_key(root)).collect();
        let root_indexes: Vec<u32> = roots.iter().rev().map(|root| index[root]).collect();
        let expected: BTreeMap<u32, (u32, bool)> = naive_reach(&needs_of(&statements), &roots)
            .into_iter()
            .map(|(number, found)| (index[&number], found))
            .collect();

        let reach = reach_of(&graph, &root_indexes, Direction::Dependents);
        let found: BTreeMap<u32, (u32, bool)> =
            reach.reached.iter().map(|of| (of.entity, (of.distance, of.is_hard))).collect();
        prop_assert_eq!(found.len(), reach.reached.len(), "each is met once");
        prop_assert_eq!(&found, &expected);
        prop_assert!(!reach.cut_by_depth);
        prop_assert!(reach.reached.is_sorted_by_key(|of| (of.distance, of.entity)));

        let mut met = Vec::new();
        graph.needs().for_each_reached(&root_indexes, Direction::Dependents, |entity, distance| met.push((distance, entity)));
        prop_assert!(met.is_sorted_by_key(|(_, entity)| *entity));
        met.sort_unstable();
        let sorted: Vec<(u32, u32)> = reach.reached.iter().map(|of| (of.distance, of.entity)).collect();
        prop_assert_eq!(met, sorted);

        let limits = ReachLimits { depth_max: Some(depth_max) };
        let near = graph.needs().reach(&root_indexes, Direction::Dependents, limits);
        let extent = graph.needs().extent(&root_indexes, Direction::Dependents, limits);
        let places: Vec<(u32, u32)> = near.reached.iter().map(|of| (of.entity, of.distance)).collect();
        prop_assert_eq!(extent.reached, places);
        prop_assert_eq!(extent.cut_by_depth, near.cut_by_depth);
        let (within, beyond): (Vec<Reached>, Vec<Reached>) =
            reach.reached.iter().partition(|of| of.distance <= depth_max);
        prop_assert_eq!(near.reached, within);
        prop_assert_eq!(near.cut_by_depth, !beyond.is_empty());
    }

    #[test]
    fn ways_back_are_shortest_and_reach_is_closed(
        statements in statements(),
        wanted in prop::collection::btree_set(0..ENTITIES_MAX, 1..4),
    ) {
        let graph = sketch::graph(&draw(&statements));
        let index = numbered(&graph);
        let roots: Vec<u32> = wanted.iter().filter_map(|root| index.get(root).copied()).collect();
        for direction in [Direction::Dependencies, Direction::Dependents] {
            let reach = reach_of(&graph, &roots, direction);
            let distances: BTreeMap<u32, u32> = roots
                .iter()
                .map(|root| (*root, 0))
                .chain(reach.reached.iter().map(|of| (of.entity, of.distance)))
                .collect();
            for of in &reach.reached {
                prop_assert!(graph.needs().next_to(of.via, direction).any(|(next, _)| next == of.entity));
                prop_assert_eq!(distances[&of.via] + 1, of.distance, "each step leads one nearer to a root");
            }
            let everything: Vec<u32> = distances.keys().copied().collect();
            prop_assert!(reach_of(&graph, &everything, direction).reached.is_empty());
        }
    }

    #[test]
    fn dependents_and_dependencies_agree(statements in statements()) {
        let graph = sketch::graph(&draw(&statements));
        let all = |direction: Direction| -> BTreeSet<(u32, u32, u32, bool)> {
            let mut pairs = BTreeSet::new();
            for entity in graph.entities() {
                for of in reach_of(&graph, &[entity.index()], direction).reached {
                    let (needy, needed) = match direction {
                        Direction::Dependents => (of.entity, entity.index()),
                        Direction::Dependencies => (entity.index(), of.entity),
                    };
                    pairs.insert((needy, needed, of.distance, of.is_hard));
                }
            }
            pairs
        };
        let pairs = all(Direction::Dependents);
        prop_assert_eq!(&pairs, &all(Direction::Dependencies));

        let reaches: BTreeSet<(u32, u32)> = pairs.iter().map(|pair| (pair.0, pair.1)).collect();
        let mut in_cycles = BTreeSet::new();
        for cycle in graph.cycles() {
            for (one, other) in cycle.iter().flat_map(|one| cycle.iter().map(move |other| (one, other))) {
                prop_assert!(one == other || reaches.contains(&(one.index(), other.index())));
                in_cycles.insert((one.index(), other.index()));
            }
        }
        for (needy, needed) in &reaches {
            let is_mutual = reaches.contains(&(*needed, *needy));
            prop_assert_eq!(is_mutual, in_cycles.contains(&(*needy, *needed)));
        }
    }

    #[test]
    fn relations_are_the_same_from_both_ends(statements in statements()) {
        type Key = (u32, RelationKind, u32);
        let key = |relation: Relation<'_>| -> Key {
            (relation.from().index(), relation.kind(), relation.to().index())
        };
        let graph = sketch::graph(&draw(&statements));
        let all: Vec<Key> = graph.relations().map(key).collect();
        prop_assert!(all.is_sorted_by(|a, b| a < b), "sorted and without repetitions");
        let outgoing: Vec<Key> = graph.entities().flat_map(|entity| entity.outgoing().map(key)).collect();
        prop_assert_eq!(&outgoing, &all);
        let incoming: Vec<Key> = graph.entities().flat_map(|entity| entity.incoming().map(key)).collect();
        prop_assert!(incoming.is_sorted_by_key(|(from, kind, to)| (*to, *kind, *from)));
        prop_assert_eq!(incoming.iter().copied().collect::<BTreeSet<Key>>(), all.into_iter().collect());
    }

    #[test]
    fn the_order_of_repositories_does_not_matter(
        (statements, order) in (statements(), Just(vec![0_usize, 1, 2]).prop_shuffle()),
    ) {
        let repositories = sketch::repositories(&draw(&statements));
        let graph = sketch::graph_of(repositories.clone());
        let order = order.into_iter().filter_map(|number| repositories.get(number).cloned());
        let other = sketch::graph_of(order);
        prop_assert_eq!(canonical(&graph), canonical(&other));
        prop_assert_eq!(graph.diagnostics(), other.diagnostics());
    }

    #[test]
    fn the_order_of_statements_does_not_matter(
        (statements, shuffled) in statements_without_duplicates()
            .prop_map(at_most_one_group_each)
            .prop_flat_map(|statements| (Just(statements.clone()), Just(statements).prop_shuffle())),
    ) {
        let sorted = |statements: &[Statement]| {
            let text = canonical(&sketch::graph(&draw(statements)));
            // Diagnostics of one file come in the order of its lines, and may quote the number of one.
            let without_lines = |line: &str| -> String {
                let parts = line.split(".yaml:").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
                parts.collect()
            };
            let diagnostics = text.lines().filter(|line| line.starts_with("r/"));
            diagnostics.map(without_lines).collect::<BTreeSet<_>>()
        };
        let without = |statements: &[Statement]| {
            let text = canonical(&sketch::graph(&draw(statements)));
            text.lines().filter(|line| !line.starts_with("r/")).map(|line| format!("{line}\n")).collect::<String>()
        };
        prop_assert_eq!(without(&statements), without(&shuffled));
        prop_assert_eq!(sorted(&statements), sorted(&shuffled));
    }
}
