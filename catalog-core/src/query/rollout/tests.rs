//! Rollouts of small sketches. The rules on random ones are in `property_tests`.

use expect_test::{Expect, expect};

use super::*;
use crate::{query::find_entity, sketch};

pub(super) fn shown(answer: &Rollout<'_>) -> String {
    let mut text = String::new();
    for (number, wave) in (1..).zip(&answer.waves) {
        let place = wave.place.map_or(String::new(), |place| format!(" in {}", place.name().short()));
        text += &format!("{number}{place}: {}\n", wave.why(answer.order));
        for entry in &wave.entries {
            let (entity, dependents) = (entry.entity.name().short(), entry.dependents);
            text += &format!("    {entity} ({dependents}): {}\n", entry.why(answer.order));
        }
    }
    text
}

fn ask<'g>(graph: &'g CatalogGraph, roots: &[&str]) -> RolloutQuery<'g> {
    let roots = roots.iter().map(|name| find_entity(graph, name).expect("the sketch has it"));
    RolloutQuery::new(roots.collect())
}

fn check(drawn: &str, roots: &[&str], expected: &Expect) {
    let graph = sketch::graph(drawn);
    expected.assert_eq(&shown(&rollout(&graph, &ask(&graph, roots))));
}

#[test]
fn what_is_needed_changes_behind_what_needs_it() {
    check(
        "
            component:web tier 3 -> component:cart
            component:app tier 3 -> component:cart
            component:cart tier 3 -> resource:db
            resource:db tier 3
        ",
        &["resource:db"],
        &expect![[r#"
            1: nothing has to change before these, and the least is at stake: tier 3
                component:app (0): nothing has to change before it
                component:web (0): nothing has to change before it
            2: what needs these has changed before
                component:cart (2): after component:app, which needs it
            3: what needs these has changed before
                resource:db (3): after component:cart, which needs it
        "#]],
    );
}

#[test]
fn an_addition_goes_the_other_way_round() {
    let graph =
        sketch::graph("component:web tier 3 -> component:cart\n component:cart tier 3 -> resource:db");
    let order = RolloutOrder::DependenciesFirst;
    let question = RolloutQuery { order, ..ask(&graph, &["resource:db"]) };
    expect![[r#"
        1: nothing has to change before these, and the least is at stake: unknown tier
            resource:db (2): nothing has to change before it
        2: what these need has changed before
            component:cart (1): after resource:db, which it needs
        3: what these need has changed before
            component:web (0): after component:cart, which it needs
    "#]]
    .assert_eq(&shown(&rollout(&graph, &question)));
}

#[test]
fn the_least_at_stake_changes_first_and_an_unknown_tier_may_be_any() {
    check(
        "
            component:report tier 4 -> resource:db
            component:page tier 2 -> resource:db
            component:tool -> resource:db
            component:till tier 0 -> component:prices
            component:prices tier 4 -> resource:db
        ",
        &["resource:db"],
        &expect![[r#"
            1: nothing has to change before these, and the least is at stake: tier 4
                component:report (0): nothing has to change before it
            2: more is at stake than in the wave before: component:page of tier 2
                component:page (0): waits for what has less at stake: it is of tier 2
            3: more is at stake than in the wave before: component:tool of unknown tier
                component:tool (0): waits for what has less at stake: it is of unknown tier
            4: more is at stake than in the wave before: component:till of tier 0
                component:till (0): waits for what has less at stake: it is of tier 0
            5: what needs these has changed before
                component:prices (1): after component:till, which needs it
            6: what needs these has changed before
                resource:db (5): after component:prices, which needs it
        "#]],
    );
}

#[test]
fn regions_change_one_after_the_other_the_smaller_one_first() {
    check(
        "
            resource:north type region
            resource:south type region
            component:web tier 3 in resource:north resource:south -> resource:db
            component:job tier 3 in resource:south -> resource:db
            component:tool tier 3 -> resource:db
            resource:db tier 3 in resource:north resource:south
        ",
        &["resource:db"],
        &expect![[r#"
            1 in resource:north: nothing has to change before these, and the least is at stake: tier 3
                component:web (0): nothing has to change before it
            2 in resource:south: one failure domain at a time: resource:north has changed
                component:job (0): nothing has to change before it
                component:web (0): nothing has to change before it; after the same in resource:north
            3: the same step where no failure domain is known: resource:south has changed
                component:tool (0): nothing has to change before it
            4 in resource:north: what needs these has changed before
                resource:db (3): after component:job, which needs it
            5 in resource:south: one failure domain at a time: resource:north has changed
                resource:db (3): after component:job, which needs it; after the same in resource:north
        "#]],
    );
}

#[test]
fn regions_themselves_change_one_at_a_time() {
    check(
        "
            resource:north type region
            resource:south type region
            component:web in resource:north resource:south
        ",
        &["resource:north", "resource:south"],
        &expect![[r#"
            1 in resource:north: nothing has to change before these, and the least is at stake: unknown tier
                component:web (0): nothing has to change before it
            2 in resource:south: one failure domain at a time: resource:north has changed
                component:web (0): nothing has to change before it; after the same in resource:north
            3 in resource:north: what needs these has changed before
                resource:north (1): after component:web, which needs it
            4 in resource:south: one failure domain at a time: resource:north has changed
                resource:south (1): after component:web, which needs it
        "#]],
    );
}

#[test]
fn a_circle_changes_together_in_each_region_and_is_not_cut() {
    let graph = sketch::graph(
        "
            resource:north type zone
            resource:south type zone
            component:a in resource:north resource:south -> component:b
            component:b in resource:south -> component:c
            component:c -> component:a
            component:shop -> component:a
        ",
    );
    let question = RolloutQuery { wave_max: 1, ..ask(&graph, &["component:b"]) };
    expect![[r#"
        1: nothing has to change before these, and the least is at stake: unknown tier
            component:shop (0): nothing has to change before it
        2 in resource:north: what needs these has changed before; 2 of one circle of needs change together, though a wave was to hold fewer
            component:a (3): after component:shop, which needs it; in a circle with component:b
            component:c (3): after component:shop, which needs it; in a circle with component:a
        3 in resource:south: one failure domain at a time: resource:north has changed; 2 of one circle of needs change together, though a wave was to hold fewer
            component:a (3): after component:shop, which needs it; in a circle with component:b; after the same in resource:north
            component:b (3): after component:shop, which needs it; in a circle with component:a
    "#]].assert_eq(&shown(&rollout(&graph, &question)));
}

#[test]
fn an_api_goes_along_with_the_first_that_provides_it() {
    check(
        "
            component:web tier 3 consumes api:orders
            component:old tier 3 provides api:orders -> resource:db
            component:new tier 3 provides api:orders -> resource:db
            component:tool tier 3 -> component:new
        ",
        &["component:new", "component:old"],
        &expect![[r#"
            1: nothing has to change before these, and the least is at stake: tier 3
                component:tool (0): nothing has to change before it
                component:web (0): nothing has to change before it
            2: what needs these has changed before
                component:old (2): after component:web, which needs it
                api:orders (1): with component:old, which provides it
            3: not everything at once that stands in for each other: component:old has changed
                component:new (3): after component:tool, which needs it
        "#]],
    );
}

#[test]
fn a_wave_holds_no_more_than_is_asked_for() {
    let graph = sketch::graph(
        "
            component:a tier 4 -> resource:db
            component:b tier 4 -> resource:db
            component:c tier 4 -> resource:db
            resource:db tier 4
        ",
    );
    let question = RolloutQuery { wave_max: 2, ..ask(&graph, &["resource:db"]) };
    expect![[r#"
        1: nothing has to change before these, and the least is at stake: tier 4
            component:a (0): nothing has to change before it
            component:b (0): nothing has to change before it
        2: the wave before is full, with 2 at most
            component:c (0): nothing has to change before it
        3: what needs these has changed before
            resource:db (3): after component:a, which needs it
    "#]]
    .assert_eq(&shown(&rollout(&graph, &question)));
    let none = RolloutQuery { wave_max: 0, ..ask(&graph, &["component:a"]) };
    assert_eq!(rollout(&graph, &none).wave_max, 1);
}

#[test]
fn alternatives_do_not_all_change_at_once() {
    check(
        "
            component:till tier 1 any> resource:adyen resource:stripe
            component:shop tier 1 any> resource:dhl resource:ups
            resource:adyen tier 1
            resource:stripe tier 1
            resource:dhl tier 1
            component:other tier 1
        ",
        &["resource:adyen", "resource:stripe", "resource:dhl"],
        &expect![[r#"
            1: nothing has to change before these, and the least is at stake: tier 1
                component:shop (0): nothing has to change before it
                component:till (0): nothing has to change before it
            2: what needs these has changed before
                resource:adyen (1): after component:till, which needs it
                resource:dhl (1): after component:shop, which needs it
            3: not everything at once that stands in for each other: resource:adyen has changed
                resource:stripe (1): after component:till, which needs it
        "#]],
    );
}

#[test]
fn the_roots_alone_keep_the_order_of_what_lies_between_them() {
    let graph = sketch::graph(
        "
            component:web tier 3 -> component:cart
            component:cart tier 3 -> resource:db
            resource:db tier 3
        ",
    );
    let question = RolloutQuery { only_roots: true, ..ask(&graph, &["resource:db", "component:web"]) };
    expect![[r#"
        1: nothing has to change before these, and the least is at stake: tier 3
            component:web (0): nothing has to change before it
        2: what needs these has changed before
            resource:db (2): after component:web, which needs it
    "#]]
    .assert_eq(&shown(&rollout(&graph, &question)));
}

#[test]
fn a_system_stands_for_its_parts_and_a_repository_for_what_it_declares() {
    let drawn = "
        repository shop/till
        system:till
        component:cash system system:till tier 1 owner group:shop
        component:scan system system:till tier 1
        component:web tier 1 -> component:cash
    ";
    check(
        drawn,
        &["system:till"],
        &expect![[r#"
        1: nothing has to change before these, and the least is at stake: tier 1
            component:scan (0): nothing has to change before it
            component:web (0): nothing has to change before it
        2: what needs these has changed before
            component:cash (1): after component:web, which needs it
    "#]],
    );
    let graph = sketch::graph(drawn);
    let of_system = rollout(&graph, &ask(&graph, &["system:till"]));
    assert_eq!((of_system.changing, of_system.critical, of_system.unowned), (3, 3, 2));
    assert_eq!(of_system.owners.len(), 1);
    assert_eq!(of_system.roots[0].name().short(), "system:till");
    let of_repository = rollout(&graph, &ask(&graph, &["resource:repository/shop/till"]));
    assert_eq!(shown(&of_repository), shown(&of_system));
}

#[test]
fn what_nothing_needs_is_one_wave() {
    check(
        "component:web owner group:shop",
        &["component:web"],
        &expect![[r#"
        1: nothing has to change before these, and the least is at stake: unknown tier
            component:web (0): nothing has to change before it
    "#]],
    );
    let graph = sketch::graph("component:web");
    assert!(rollout(&graph, &RolloutQuery::new(Vec::new())).waves.is_empty());
}

#[test]
fn a_chain_and_a_circle_of_many_overflow_no_stack() {
    let count = 20_000;
    let chain: String =
        (0..count).map(|number| format!("component:c{number} -> component:c{}\n", number + 1)).collect();
    let graph = sketch::graph(&chain);
    let name = format!("component:c{count}");
    assert_eq!(rollout(&graph, &ask(&graph, &[&name])).waves.len(), count + 1);
    let graph = sketch::graph(&format!("{chain} component:c{count} -> component:c0"));
    let answer = rollout(&graph, &ask(&graph, &[&name]));
    assert_eq!((answer.waves.len(), answer.waves[0].entries.len()), (1, count + 1));
}
