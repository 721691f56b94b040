//! The structure of small sketches.

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::{
    graph::Entity,
    query::{
        NeedStep, SinglePointsFrom, SinglePointsQuery, bridges, find_entity, longest_chains, need_cycles,
        single_points, taken_down_by, without_spare_of,
    },
    sketch,
};

const SHOP: &str = "
    component:web tier 1 owner group:shop -> component:api
    component:app tier 1 owner group:mobile -> component:api component:push
    component:push ~> component:app
    component:api tier 0 owner group:shop -> component:cart resource:session-db
    component:cart -> component:price resource:cart-db
    component:price -> component:cart component:tax
    component:tax -> resource:tax-office
    resource:tax-office type partner
    component:cart any> resource:stripe resource:adyen
    resource:stripe type saas -> resource:cloud
    resource:adyen type saas -> resource:cloud
    resource:cloud type cloud
    component:cart in resource:north resource:south
    resource:north type region -> resource:cloud
    resource:south type region -> resource:cloud
    resource:cart-db in resource:north
    resource:session-db in resource:north
";

fn link(step: &NeedStep<'_>) -> String {
    assert!(!step.relations.is_empty(), "each link has its proof");
    format!("{}>{}", step.from.name().short(), step.to.name().short())
}

fn links(steps: &[NeedStep<'_>]) -> String {
    steps.iter().map(link).collect::<Vec<String>>().join(" ")
}

fn names(entities: &[Entity<'_>]) -> String {
    entities.iter().map(|entity| entity.name().short()).collect::<Vec<String>>().join(" ")
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_cycles(sketch: &str, expected: Expect) {
    let graph = sketch::graph(sketch);
    let mut text = String::new();
    for cycle in need_cycles(&graph) {
        let smallest = if cycle.is_smallest { "" } else { "?" };
        writeln!(
            text,
            "{}: {}{smallest}; hard {}, critical {}, owners {}",
            names(&cycle.members),
            links(&cycle.witness()),
            cycle.hard_members,
            cycle.critical(),
            names(&cycle.owners())
        )
        .expect("a text can be written to");
    }
    expected.assert_eq(&text);
}

#[test]
fn the_largest_cycle_comes_first_and_shows_its_smallest() {
    check_cycles(
        SHOP,
        expect![[r#"
        component:app component:push: component:app>component:push component:push>component:app; hard 0, critical 1, owners group:mobile
        component:cart component:price: component:cart>component:price component:price>component:cart; hard 2, critical 0, owners 
    "#]],
    );
    check_cycles(
        "
        component:a -> component:b
        component:b -> component:c
        component:c -> component:a component:b
        component:x -> component:y
        component:y -> component:x
        ",
        expect![[r#"
            component:a component:b component:c: component:b>component:c component:c>component:b; hard 3, critical 0, owners 
            component:x component:y: component:x>component:y component:y>component:x; hard 2, critical 0, owners 
        "#]],
    );
}

#[test]
fn a_need_of_oneself_is_no_cycle() {
    check_cycles("component:a -> component:a\n", expect![[""]]);
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_points(sketch: &str, from: SinglePointsFrom, roots: &[&str], expected: Expect) {
    let graph = sketch::graph(sketch);
    let roots: Vec<Entity<'_>> =
        roots.iter().map(|root| find_entity(&graph, root).expect("the sketch has it")).collect();
    let roots = (!roots.is_empty()).then_some(roots);
    let answer = single_points(&graph, &SinglePointsQuery { from, roots });
    let mut text = format!("from {}: {}\n", answer.from.name(), names(&answer.roots));
    for point in &answer.points {
        let taken = taken_down_by(point.entity);
        writeln!(
            text,
            "{} alone leads to {} ({} critical): {}; down {} ({}), degraded {}; without a spare {}",
            point.entity.name().short(),
            point.dominated,
            point.dominated_critical,
            names(&answer.dominated_by(point)),
            taken.entities,
            taken.critical,
            taken.degraded,
            names(&without_spare_of(point.entity)),
        )
        .expect("a text can be written to");
    }
    expected.assert_eq(&text);
}

#[test]
fn what_failure_from_outside_reaches_only_through_one_hangs_on_it() {
    check_points(
        SHOP,
        SinglePointsFrom::FailureDomains,
        &[],
        expect![[r#"
        from failure-domains: resource:adyen resource:cloud resource:north resource:south resource:stripe resource:tax-office
        component:api alone leads to 2 (2 critical): component:app component:web; down 2 (2), degraded 1; without a spare component:app component:web
        resource:north alone leads to 2 (0 critical): resource:cart-db resource:session-db; down 7 (3), degraded 1; without a spare resource:cart-db resource:session-db
        resource:tax-office alone leads to 1 (0 critical): component:tax; down 6 (3), degraded 1; without a spare component:tax
    "#]],
    );
}

#[test]
fn from_the_foundations_a_shared_cloud_is_one_way() {
    check_points(
        SHOP,
        SinglePointsFrom::Foundations,
        &[],
        expect![[r#"
        from foundations: component:push resource:cloud resource:tax-office
        component:api alone leads to 1 (1 critical): component:web; down 2 (2), degraded 1; without a spare component:app component:web
        resource:cloud alone leads to 6 (0 critical): resource:adyen resource:cart-db resource:north resource:session-db resource:south resource:stripe; down 11 (3), degraded 1; without a spare resource:adyen resource:north resource:south resource:stripe
        resource:north alone leads to 2 (0 critical): resource:cart-db resource:session-db; down 7 (3), degraded 1; without a spare resource:cart-db resource:session-db
        resource:tax-office alone leads to 1 (0 critical): component:tax; down 6 (3), degraded 1; without a spare component:tax
    "#]],
    );
}

#[test]
fn what_is_used_only_through_one_hangs_on_it() {
    check_points(
        SHOP,
        SinglePointsFrom::EntryPoints,
        &["web"],
        expect![[r#"
            from entry-points: component:web
            component:api alone leads to 8 (0 critical): component:cart component:price component:tax resource:cart-db resource:cloud resource:north resource:session-db resource:tax-office; down 2 (2), degraded 1; without a spare component:app component:web
            component:cart alone leads to 4 (0 critical): component:price component:tax resource:cart-db resource:tax-office; down 4 (3), degraded 1; without a spare component:api component:price
            component:price alone leads to 2 (0 critical): component:tax resource:tax-office; down 4 (3), degraded 1; without a spare component:cart
            component:tax alone leads to 1 (0 critical): resource:tax-office; down 5 (3), degraded 1; without a spare component:price
            resource:north alone leads to 1 (0 critical): resource:cloud; down 7 (3), degraded 1; without a spare resource:cart-db resource:session-db
        "#]],
    );
}

#[test]
fn without_failure_domains_failure_comes_from_the_foundations() {
    check_points(
        "
        component:a -> component:b
        component:b -> resource:db
        group:nobody
        ",
        SinglePointsFrom::FailureDomains,
        &[],
        expect![[r#"
            from foundations: resource:db
            resource:db alone leads to 2 (0 critical): component:a component:b; down 2 (0), degraded 0; without a spare component:b
            component:b alone leads to 1 (0 critical): component:a; down 1 (0), degraded 0; without a spare component:a
        "#]],
    );
}

#[test]
fn no_roots_are_not_all_roots() {
    let graph = sketch::graph(SHOP);
    let query = SinglePointsQuery { roots: Some(Vec::new()), ..SinglePointsQuery::default() };
    let answer = single_points(&graph, &query);
    assert_eq!((answer.reached, answer.points.len(), answer.roots.len()), (0, 0, 0));
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_bridges(sketch: &str, expected: Expect) {
    let graph = sketch::graph(sketch);
    let answer = bridges(&graph);
    let mut text = String::new();
    for bridge in &answer.bridges {
        writeln!(text, "{} {}|{}", link(&bridge.step()), bridge.from_side, bridge.to_side)
            .expect("a text can be written to");
    }
    for joint in &answer.joints {
        let name = joint.entity.name().short();
        writeln!(text, "{name} joins {} parts, cuts off {}", joint.parts, joint.cut_off)
            .expect("a text can be written to");
    }
    expected.assert_eq(&text);
}

#[test]
fn a_bridge_is_the_only_need_between_two_parts() {
    check_bridges(
        "
        component:a -> component:b component:c
        component:b -> component:c
        component:c -> component:d
        component:d -> component:e
        component:e -> component:d
        component:f ~> component:e
        ",
        expect![[r#"
            component:c>component:d 3|2
            component:c joins 2 parts, cuts off 2
            component:d joins 2 parts, cuts off 1
        "#]],
    );
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_chains(sketch: &str, count_max: usize, expected: Expect) {
    let graph = sketch::graph(sketch);
    let answer = longest_chains(&graph, count_max);
    let mut text = format!("levels {:?}\n", answer.levels);
    for chain in &answer.chains {
        writeln!(text, "{} by {} owners: {}", chain.length, chain.owner_count(), links(&chain.steps()))
            .expect("a text can be written to");
    }
    expected.assert_eq(&text);
}

#[test]
fn a_chain_goes_through_a_circle_as_one_step() {
    check_chains(
        SHOP,
        2,
        expect![[r#"
        levels [6, 5, 2, 2, 1, 2]
        5 by 2 owners: component:app>component:api component:api>component:cart component:cart>resource:cart-db resource:cart-db>resource:north resource:north>resource:cloud
        1 by 0 owners: resource:adyen>resource:cloud
    "#]],
    );
}

#[test]
fn nothing_has_no_structure() {
    check_cycles("", expect![[""]]);
    check_points(
        "",
        SinglePointsFrom::FailureDomains,
        &[],
        expect![[r#"
        from foundations: 
    "#]],
    );
    check_bridges("", expect![[""]]);
    check_chains(
        "",
        5,
        expect![[r#"
        levels []
    "#]],
    );
}
