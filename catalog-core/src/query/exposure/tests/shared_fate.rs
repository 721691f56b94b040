//! Redundancy and isolation that are none.

use expect_test::{Expect, expect};

use super::{lines, names};
use crate::{
    query::{CommonThing, shared_fate},
    sketch,
};

fn common(things: &[CommonThing<'_>]) -> String {
    let things = things.iter().map(|thing| {
        let ways = thing
            .ways
            .iter()
            .map(|way| format!(" [{}: {}]", names([way.of]), names(way.way.iter().copied())));
        format!(" {}{}", names([thing.entity]), ways.collect::<String>())
    });
    things.collect()
}

fn check(sketch: &str, expected: &Expect) {
    let graph = sketch::graph(sketch);
    let answer = shared_fate(&graph);
    let domains = answer.domains.iter().map(|of| {
        let domains = names(of.domains.iter().copied());
        format!("{} {domains}: {} in all,{}", of.domain_type, of.common_total, common(&of.common))
    });
    let alternatives = answer.alternatives.iter().map(|of| {
        format!(
            "{}, {} for {} ({} critical): {} in all,{}",
            names(of.members.iter().copied()),
            of.strength.name(),
            names(of.needed_by.iter().copied()),
            of.critical,
            of.common_total,
            common(&of.common),
        )
    });
    expected.assert_eq(&lines(domains.chain(alternatives)));
}

#[test]
fn two_regions_on_one_cloud_fall_together() {
    check(
        "
        component:a tier 0 in resource:north resource:south
        component:b in resource:north resource:south
        resource:north type region -> resource:cloud
        resource:south type region -> resource:link
        resource:link -> resource:cloud
        resource:cloud type cloud -> resource:power
        resource:unused type region -> resource:cloud
        ",
        &expect![[r#"
            region north south: 1 in all, cloud [north: north cloud] [south: south link cloud]
            north south, hard for a b (1 critical): 1 in all, cloud [north: north cloud] [south: south link cloud]
        "#]],
    );
}

#[test]
fn what_runs_in_one_cell_alone_must_not_rest_on_what_runs_in_another() {
    check(
        "
        component:left-api in resource:left -> component:both resource:users
        component:right-api in resource:right -> component:both component:queue
        component:queue in resource:right
        component:both in resource:left resource:right -> resource:settings
        resource:users in resource:right
        resource:settings type database
        resource:left type cell
        resource:right type Cell
        ",
        &expect![[r#"
            cell left right: 3 in all, right [left: left-api users right] [right: right] settings [left: left-api both settings] [right: right-api both settings] users [left: left-api users] [right: users]
        "#]],
    );
}

#[test]
fn alternatives_that_need_one_thing_softly_or_one_of_several_are_apart() {
    check(
        "
        component:a any> resource:x resource:y
        resource:x ~> resource:z
        resource:y -> resource:z
        component:b any> resource:p resource:q
        resource:p any> resource:r resource:s
        resource:q -> resource:r
        ",
        &expect![[""]],
    );
}

#[test]
fn an_alternative_of_what_it_needs_itself_is_none() {
    check(
        "
        component:a tier 1 any> resource:x resource:y
        resource:x -> resource:y
        resource:y -> resource:x
        component:one provides api:orders -> resource:db
        component:two provides api:orders -> resource:db
        component:three any> component:one component:two
        ",
        &expect![[r#"
            x y, hard for a (1 critical): 2 in all, x [x: x] [y: y x] y [x: x y] [y: y]
            one two, hard for orders three (0 critical): 1 in all, db [one: one db] [two: two db]
        "#]],
    );
}
