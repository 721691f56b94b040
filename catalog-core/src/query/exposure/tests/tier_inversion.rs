//! Critical entities that rest on less critical ones.

use expect_test::{Expect, expect};

use super::{lines, names};
use crate::{query::tier_inversions, sketch};

fn check(sketch: &str, expected: &Expect) {
    let graph = sketch::graph(sketch);
    let answer = tier_inversions(&graph);
    let inversions = answer.inversions.iter().map(|of| {
        let through = of.through.map_or(String::new(), |api| format!(" through {}", names([api])));
        let places = of.origins.iter().map(|origin| origin.position.line.to_string());
        let places: Vec<String> = places.collect();
        format!(
            "{}: {} (tier {}) needs {}{through}, line {}",
            of.severity.name(),
            names([of.entity]),
            of.tier.number(),
            names(of.needed.iter().copied()),
            places.join(","),
        )
    });
    let unknown = answer.unknown.iter().map(|of| {
        let needed_by = names(of.needed_by.iter().copied());
        format!("unknown: {} needed by {needed_by}, {} critical", names([of.entity]), of.critical)
    });
    expected.assert_eq(&lines(inversions.chain(unknown)));
}

#[test]
fn a_hard_need_of_a_higher_tier_is_an_inversion_and_a_soft_one_is_none() {
    check(
        "
        component:a tier 0 -> component:b component:c
        component:a ~> component:e
        component:b tier 0
        component:c tier 1 -> component:d
        component:d tier 3 -> component:e component:d
        component:e tier 4
        ",
        &expect![[r#"
            error: a (tier 0) needs c, line 2
            error: c (tier 1) needs d, line 5
            warning: d (tier 3) needs e, line 6
        "#]],
    );
}

#[test]
fn a_group_is_as_critical_as_the_best_of_it() {
    check(
        "
        component:a tier 1 any> component:same component:less
        component:b tier 1 any> component:less component:least
        component:c tier 1 any> component:less component:unsaid
        component:same tier 1
        component:less tier 2
        component:least tier 4
        component:unsaid
        ",
        &expect![[r#"
            error: b (tier 1) needs least less, line 3,3
            unknown: unsaid needed by c, 1 critical
        "#]],
    );
}

#[test]
fn an_api_without_a_tier_is_as_critical_as_what_provides_it() {
    check(
        "
        component:web tier 1 consumes api:old api:both api:own api:nobody api:said
        component:web provides api:own
        component:legacy tier 3 provides api:old api:both api:own api:said
        component:core tier 1 provides api:both
        api:said tier 1
        ",
        &expect![[r#"
            error: said (tier 1) needs legacy, line 4
            error: web (tier 1) needs legacy through old, line 2
            unknown: nobody needed by web, 1 critical
        "#]],
    );
}

#[test]
fn a_place_needs_no_tier_and_what_has_one_is_held_to_it() {
    check(
        "
        component:a tier 0 in resource:north
        component:b tier 2 in resource:south -> resource:db
        component:c -> component:b
        component:d tier 0 -> resource:db
        resource:north type region
        resource:south type region tier 4
        resource:db type database
        ",
        &expect![[r#"
            warning: b (tier 2) needs south, line 3
            unknown: db needed by b d, 1 critical
        "#]],
    );
}
