//! Differences of small sketches, and what holds for any two.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{
    model::Strength,
    needs::{Direction, Failure, Health},
    sketch,
};

const BEFORE: &str = "
    component:web tier 2 owner group:shop system system:store -> component:cart
    component:cart type service -> resource:db
    component:old -> component:cart
    component:pay any> resource:stripe resource:adyen
    resource:db type database data pii
    resource:stripe type saas
    resource:adyen type saas
";

const AFTER: &str = "
    component:web tier 1 owner group:web system system:shop -> component:cart
    component:cart type service ~> resource:db
    component:new -> component:web slo 99.9
    component:pay -> resource:stripe
    resource:db type database data pii,payment
    resource:stripe type saas
    resource:adyen type saas -> component:web
    component:cart -> component:new
";

fn shown(difference: &GraphDifference<'_, '_>) -> String {
    let mut lines = Vec::new();
    lines.extend(difference.added.iter().map(|entity| format!("+ {}", entity.name().short())));
    lines.extend(difference.removed.iter().map(|entity| format!("- {}", entity.name().short())));
    for change in &difference.changed {
        for field in &change.fields {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
            lines.push(format!(
                "~ {} {}: {} > {}",
                change.before.name().short(),
                field.field.name(),
                text(&field.before),
                text(&field.after)
            ));
        }
    }
    lines.extend(difference.relations_gained.iter().map(|relation| format!("+ {relation:?}")));
    lines.extend(difference.relations_lost.iter().map(|relation| format!("- {relation:?}")));
    for change in &difference.relations_changed {
        let aspects: Vec<&str> = change.aspects.iter().map(|aspect| aspect.name()).collect();
        lines.push(format!("~ {:?}: {}", change.before, aspects.join(" ")));
    }
    let names: Vec<String> = difference.needs_changed().map(|pair| pair.name().short()).collect();
    lines.push(format!("needs: {}", names.join(" ")));
    lines.join("\n")
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(before: &str, after: &str, expected: Expect) {
    let (before, after) = (sketch::graph(before), sketch::graph(after));
    expected.assert_eq(&shown(&difference(&before, &after)));
}

#[test]
fn what_comes_goes_and_changes_is_told_by_name() {
    check(
        BEFORE,
        AFTER,
        expect![[r#"
        + component:new
        + group:web
        + system:shop
        - component:old
        - group:shop
        - system:store
        ~ component:web tier: 2 > 1
        ~ component:web owner: group:default/shop > group:default/web
        ~ component:web system: system:default/store > system:default/shop
        ~ resource:db dataClasses: pii > pii, payment
        + component:default/cart dependsOn component:default/new
        + component:default/new dependsOn component:default/web
        + component:default/web ownedBy group:default/web
        + component:default/web partOf system:default/shop
        + resource:default/adyen dependsOn component:default/web
        - component:default/old dependsOn component:default/cart
        - component:default/pay dependsOn resource:default/adyen
        - component:default/web ownedBy group:default/shop
        - component:default/web partOf system:default/store
        ~ component:default/cart dependsOn resource:default/db: strength
        ~ component:default/pay dependsOn resource:default/stripe: alternatives
        needs: component:cart component:new component:old component:pay resource:adyen"#]],
    );
}

#[test]
fn a_graph_and_itself_do_not_differ_whatever_lines_move() {
    let (before, after) = (sketch::graph(BEFORE), sketch::graph(&format!("\n\n# moved\n{BEFORE}")));
    assert!(difference(&before, &after).is_empty());
}

#[test]
fn groups_that_are_cut_otherwise_are_another_need() {
    check(
        "component:a any> resource:x resource:y resource:z",
        "component:a any> resource:x resource:y\ncomponent:a any> resource:y resource:z",
        expect![[r#"
            ~ component:default/a dependsOn resource:default/x: alternatives
            ~ component:default/a dependsOn resource:default/y: alternatives
            ~ component:default/a dependsOn resource:default/z: alternatives
            needs: component:a"#]],
    );
    check(
        "component:a any> resource:x resource:y",
        "component:a -> resource:x resource:y",
        expect![[r#"
        ~ component:default/a dependsOn resource:default/x: alternatives
        ~ component:default/a dependsOn resource:default/y: alternatives
        needs: component:a"#]],
    );
    check(
        "api:a\ncomponent:p provides api:a",
        "api:a\ncomponent:q provides api:a",
        expect![[r#"
        + component:q
        - component:p
        + component:default/q providesApi api:default/a
        - component:default/p providesApi api:default/a
        needs: api:a"#]],
    );
}

#[test]
fn reach_is_compared_for_what_changed_and_for_what_is_behind_it() {
    let (before, after) = (
        sketch::graph("component:a -> component:b\ncomponent:b -> component:c\ncomponent:d -> component:e"),
        sketch::graph("component:a -> component:b\ncomponent:b -> component:d\ncomponent:d -> component:e"),
    );
    let difference = difference(&before, &after);
    let rows = |answer: &ReachDifference<'_, '_>| {
        let row = |change: &ReachChange<'_, '_>| {
            let gained: Vec<String> = change.gained.iter().map(|one| one.name().short()).collect();
            let lost: Vec<String> = change.lost.iter().map(|one| one.name().short()).collect();
            format!("{} +[{}] -[{}]", change.root.name().short(), gained.join(" "), lost.join(" "))
        };
        answer.changes.iter().map(row).collect::<Vec<_>>().join("\n")
    };
    let all = difference.reach(10);
    assert_eq!((all.compared, all.left_out), (2, 0));
    expect![[r#"
        component:b +[component:d component:e] -[component:c]
        component:a +[component:d component:e] -[component:c]"#]]
    .assert_eq(&rows(&all));
    let some = difference.reach(1);
    assert_eq!((some.compared, some.left_out, some.changes.len()), (1, 1, 1));
    let root = |graph: &'static str| sketch::entity_ref(graph);
    let pair =
        EntityPair { before: before.entity(&root("component:e")), after: after.entity(&root("component:e")) };
    expect!["component:e +[component:a component:b] -[]"]
        .assert_eq(&rows(&difference.reach_of([pair], Direction::Dependents)));
}

#[test]
fn a_spare_that_is_gone_is_seen_in_the_failure_of_a_party() {
    let (before, after) = (
        sketch::graph(
            "component:shop -> component:pay\ncomponent:pay any> resource:stripe resource:adyen\n\
             resource:stripe type saas\nresource:adyen type SaaS\nresource:eu type region",
        ),
        sketch::graph(
            "component:shop -> component:pay\ncomponent:pay -> resource:stripe\n\
             resource:stripe type saas\nresource:adyen type SaaS\nresource:eu type region",
        ),
    );
    let difference = difference(&before, &after);
    let rows: Vec<String> = difference
        .parties()
        .iter()
        .map(|change| format!("{}: {:?} > {:?}", change.party.name().short(), change.before, change.after))
        .collect();
    expect![[r#"
        resource:adyen: Fall { down: 0, degraded: 0, at_risk: 1 } > Fall { down: 0, degraded: 0, at_risk: 0 }
        resource:stripe: Fall { down: 0, degraded: 0, at_risk: 1 } > Fall { down: 2, degraded: 0, at_risk: 0 }"#]].assert_eq(&rows.join("\n"));
    let states: Vec<String> = difference
        .impact(&[sketch::entity_ref("resource:stripe"), sketch::entity_ref("resource:none")])
        .iter()
        .map(|change| format!("{}: {:?} > {:?}", change.entity.name().short(), change.before, change.after))
        .collect();
    expect![[r#"
        component:pay: Some(AtRisk) > Some(Down)
        component:shop: Some(Unaffected) > Some(Down)"#]]
    .assert_eq(&states.join("\n"));
}

#[test]
fn circles_are_closed_and_broken() {
    let check = |before: &str, after: &str, expected: (&str, &str)| {
        let (before, after) = (sketch::graph(before), sketch::graph(after));
        let cycles = difference(&before, &after).cycles();
        let names = |circles: &[Vec<Entity<'_>>]| {
            let circle = |circle: &Vec<Entity<'_>>| {
                circle.iter().map(|one| one.name().name().to_owned()).collect::<Vec<_>>().join("")
            };
            circles.iter().map(circle).collect::<Vec<_>>().join(" ")
        };
        assert_eq!((names(&cycles.closed).as_str(), names(&cycles.broken).as_str()), expected);
    };
    let two = "component:a -> component:b\ncomponent:b -> component:a\n";
    let three = "component:a -> component:b\ncomponent:b -> component:c\ncomponent:c -> component:a\n";
    check("component:a", two, ("ab", ""));
    check(two, "component:a -> component:b", ("", "ab"));
    check(two, &format!("{two}{three}"), ("abc", ""));
    check(&format!("{two}{three}"), two, ("", "abc"));
    check(two, two, ("", ""));
}

const VERBS: [&str; 10] = ["->", "->", "~>", "!>", "any>", "<-", "consumes", "provides", "in", "system"];

/// A line of a sketch, and whether it stands in the one and in the other.
fn lines() -> impl Strategy<Value = Vec<(String, bool, bool)>> {
    let line = (0..12_u32, 0..VERBS.len(), prop::collection::vec(0..12_u32, 1..4), 0..8_u8, 0..3_u8);
    prop::collection::vec(line, 0..30).prop_map(|drawn| {
        let line = |(subject, verb, others, shared, tier): (u32, usize, Vec<u32>, u8, u8)| {
            let name = |number: u32| match number {
                0..3 => format!("resource:n{number:02}"),
                3..5 => format!("api:n{number:02}"),
                _ => format!("component:n{number:02}"),
            };
            let others: Vec<String> = match VERBS[verb] {
                "system" => vec![format!("system:s{}", others[0] % 3)],
                _ => others.into_iter().map(name).collect(),
            };
            let more = match (subject, tier) {
                (0..3, 0) => " type saas",
                (_, 1) => " tier 1",
                _ => "",
            };
            let text = format!("{}{more} {} {}\n", name(subject), VERBS[verb], others.join(" "));
            (text, shared != 0, shared != 1)
        };
        drawn.into_iter().map(line).collect()
    })
}

fn two(lines: &[(String, bool, bool)]) -> (CatalogGraph, CatalogGraph) {
    let of = |is_in: &dyn Fn(&(String, bool, bool)) -> bool| {
        let text: String = lines.iter().filter(|line| is_in(line)).map(|line| line.0.as_str()).collect();
        sketch::graph(&text)
    };
    (of(&|line| line.1), of(&|line| line.2))
}

/// A relation without what a graph numbers.
fn relation(relation: Relation<'_>) -> (String, String, String) {
    let name = |entity: Entity<'_>| entity.name().to_string();
    (name(relation.from()), relation.kind().name().to_owned(), name(relation.to()))
}

/// Everything that an entity transitively needs, one step at a time.
fn needed_by(graph: &CatalogGraph, name: &str) -> BTreeSet<String> {
    let mut met = BTreeSet::new();
    let mut open: Vec<u32> = graph.entity(&sketch::entity_ref(name)).map(Entity::index).into_iter().collect();
    while let Some(entity) = open.pop() {
        for (next, _) in graph.needs().next_to(entity, Direction::Dependencies) {
            if met.insert(graph.entity_at(next).name().to_string()) {
                open.push(next);
            }
        }
    }
    met.remove(name);
    met
}

/// What one entity needs, by name: plainly, and one of several.
type NamedNeeds = (BTreeSet<(String, Strength)>, BTreeSet<Vec<String>>);

/// What every entity needs, by name.
fn needs(graph: &CatalogGraph) -> BTreeMap<String, NamedNeeds> {
    let name = |number: u32| graph.entity_at(number).name().to_string();
    let of = |entity: Entity<'_>| {
        let next = graph.needs().next_to(entity.index(), Direction::Dependencies);
        let groups = graph.needs().alternatives_of(entity.index());
        (
            next.map(|(number, strength)| (name(number), strength)).collect(),
            groups.map(|(_, members)| members.into_iter().map(name).collect()).collect(),
        )
    };
    graph.entities().map(|entity| (entity.name().to_string(), of(entity))).collect()
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(lines in lines()) {
        let (before, _) = two(&lines);
        let (again, _) = two(&lines);
        let difference = difference(&before, &again);
        prop_assert!(difference.is_empty());
        prop_assert!(difference.reach(100).changes.is_empty());
        prop_assert!(difference.parties().is_empty());
    }

    #[test]
    fn backwards_is_the_mirror_of_forwards(lines in lines()) {
        let (before, after) = two(&lines);
        let (forth, back) = (difference(&before, &after), difference(&after, &before));
        let names = |entities: &[Entity<'_>]| -> Vec<String> {
            entities.iter().map(|entity| entity.name().to_string()).collect()
        };
        prop_assert_eq!(names(&forth.added), names(&back.removed));
        prop_assert_eq!(names(&forth.removed), names(&back.added));
        let mirrored: Vec<_> = back.changed.iter().flat_map(|change| {
            let name = change.before.name().to_string();
            change.fields.iter().map(move |field| {
                (name.clone(), field.field, field.after.clone(), field.before.clone())
            })
        }).collect();
        let straight: Vec<_> = forth.changed.iter().flat_map(|change| {
            let name = change.before.name().to_string();
            change.fields.iter().map(move |field| {
                (name.clone(), field.field, field.before.clone(), field.after.clone())
            })
        }).collect();
        prop_assert_eq!(straight, mirrored);
        let relations = |relations: &[Relation<'_>]| -> Vec<_> {
            relations.iter().map(|one| relation(*one)).collect()
        };
        prop_assert_eq!(relations(&forth.relations_gained), relations(&back.relations_lost));
        prop_assert_eq!(relations(&forth.relations_lost), relations(&back.relations_gained));
        prop_assert_eq!(forth.relations_changed.len(), back.relations_changed.len());
        let needs = |difference: &GraphDifference<'_, '_>| -> Vec<String> {
            difference.needs_changed().map(|pair| pair.name().to_string()).collect()
        };
        prop_assert_eq!(needs(&forth), needs(&back));
        let counts = |cycles: &CycleDifference<'_, '_>| (cycles.closed.len(), cycles.broken.len());
        let (forth, back) = (counts(&forth.cycles()), counts(&back.cycles()));
        prop_assert_eq!(forth, (back.1, back.0));
    }

    #[test]
    fn what_was_with_what_is_different_is_what_is(lines in lines()) {
        let (before, after) = two(&lines);
        let difference = difference(&before, &after);
        let names = |graph: &CatalogGraph| -> BTreeSet<String> {
            graph.entities().map(|entity| entity.name().to_string()).collect()
        };
        let mut made = names(&before);
        for gone in &difference.removed {
            prop_assert!(made.remove(gone.name().as_str()));
        }
        for come in &difference.added {
            prop_assert!(made.insert(come.name().to_string()));
        }
        prop_assert_eq!(made, names(&after));
        let relations = |graph: &CatalogGraph| -> BTreeSet<_> { graph.relations().map(relation).collect() };
        let mut made = relations(&before);
        for gone in &difference.relations_lost {
            prop_assert!(made.remove(&relation(*gone)));
        }
        for come in &difference.relations_gained {
            prop_assert!(made.insert(relation(*come)));
        }
        prop_assert_eq!(made, relations(&after));
        let fields = |graph: &CatalogGraph| -> BTreeMap<String, [Option<String>; 2]> {
            let of = |one: Entity<'_>| {
                [one.entity_type().map(str::to_owned), one.tier().map(|tier| tier.number().to_string())]
            };
            graph.entities().map(|one| (one.name().to_string(), of(one))).collect()
        };
        let mut made = fields(&before);
        made.retain(|name, _| after.entity(&sketch::entity_ref(name)).is_some());
        for change in &difference.changed {
            for field in &change.fields {
                let place = match field.field {
                    ChangedField::Type => 0,
                    ChangedField::Tier => 1,
                    _ => continue,
                };
                made.get_mut(change.before.name().as_str()).expect("it is in both")[place] =
                    field.after.clone();
            }
        }
        let mut expected = fields(&after);
        expected.retain(|name, _| before.entity(&sketch::entity_ref(name)).is_some());
        prop_assert_eq!(made, expected);
    }

    #[test]
    fn who_needs_what_else_is_found_exactly(lines in lines()) {
        let (before, after) = two(&lines);
        let difference = difference(&before, &after);
        let (old, new) = (needs(&before), needs(&after));
        let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let nothing = (BTreeSet::new(), BTreeSet::new());
        let of = |name: &String, of: &BTreeMap<_, _>| of.get(name).cloned().unwrap_or(nothing.clone());
        let expected: BTreeSet<&str> = all
            .into_iter()
            .filter(|name| of(name, &old) != of(name, &new))
            .map(String::as_str)
            .collect();
        let found: BTreeSet<&str> = difference.needs_changed().map(|pair| pair.name().as_str()).collect();
        // A group's strength is no part of the plain picture, so more may be found.
        prop_assert!(expected.is_subset(&found), "{:?} in {:?}", expected, found);
    }

    #[test]
    fn reach_gained_and_lost_is_that_of_brute_force(lines in lines()) {
        let (before, after) = two(&lines);
        let difference = difference(&before, &after);
        let answer = difference.reach(1_000);
        prop_assert_eq!(answer.left_out, 0);
        let set = |entities: Vec<&str>| -> BTreeSet<String> {
            entities.into_iter().map(str::to_owned).collect()
        };
        let found: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = answer
            .changes
            .iter()
            .map(|change| {
                let gained = change.gained.iter().map(|one| one.name().as_str()).collect();
                let lost = change.lost.iter().map(|one| one.name().as_str()).collect();
                (change.root.name().to_string(), (set(gained), set(lost)))
            })
            .collect();
        let names: BTreeSet<String> =
            before.entities().chain(after.entities()).map(|one| one.name().to_string()).collect();
        let expected: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = names
            .into_iter()
            .map(|name| {
                let (old, new) = (needed_by(&before, &name), needed_by(&after, &name));
                let change = (new.difference(&old).cloned().collect(), old.difference(&new).cloned().collect());
                (name, change)
            })
            .filter(|(_, (gained, lost)): &(_, (BTreeSet<String>, BTreeSet<String>))| {
                !gained.is_empty() || !lost.is_empty()
            })
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn parties_that_take_more_with_them_are_those_of_a_full_count(lines in lines()) {
        let (before, after) = two(&lines);
        let difference = difference(&before, &after);
        let count = |graph: &CatalogGraph, name: &str| {
            let entity = graph.entity(&sketch::entity_ref(name));
            entity.map_or((0, 0, 0), |entity| {
                let impact = graph.needs().impact(&Failure { down: vec![entity.index()], degraded: vec![] });
                let of = |health: Health| impact.affected.iter().filter(|one| one.health == health).count();
                (of(Health::Down) - 1, of(Health::Degraded), of(Health::AtRisk))
            })
        };
        let is_party = |graph: &CatalogGraph, name: &str| {
            graph.entity(&sketch::entity_ref(name)).is_some_and(|one| one.entity_type() == Some("saas"))
        };
        let names: BTreeSet<String> =
            before.entities().chain(after.entities()).map(|one| one.name().to_string()).collect();
        let expected: Vec<String> = names
            .into_iter()
            .filter(|name| is_party(&before, name) || is_party(&after, name))
            .filter(|name| count(&before, name) != count(&after, name))
            .collect();
        let found: Vec<String> =
            difference.parties().iter().map(|change| change.party.name().to_string()).collect();
        prop_assert_eq!(found, expected);
    }
}
