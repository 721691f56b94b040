//! Which relations are needs, how strong they are, and what lies behind them.

use expect_test::expect;

use super::*;
use crate::model::{NeedTerms, RelationKind};

/// What each entity needs, one a line.
fn needs(graph: &CatalogGraph) -> String {
    let mut text = String::new();
    for entity in graph.entities() {
        let needs: Vec<String> = graph
            .needs()
            .next_to(entity.index(), Direction::Dependencies)
            .map(|(needed, strength)| {
                format!("{} {}", graph.entity_at(needed).name().short(), strength.name())
            })
            .collect();
        if !needs.is_empty() {
            text += &format!("{}: {}\n", entity.name().short(), needs.join(", "));
        }
    }
    for diagnostic in graph.diagnostics().iter().filter(|of| of.diagnostic.code.name() != "unknown-ref") {
        text += &format!("{}\n", diagnostic.diagnostic.message);
    }
    text
}

fn check_reach(drawn: &str, roots: &str, expected: &Expect) {
    check(drawn, |graph| reached(graph, roots, Direction::Dependents, None), expected);
}

#[test]
fn failure_travels_along_needs_and_not_along_ownership_or_structure() {
    check(
        "
        component:web -> resource:db consumes api:orders in resource:eu
        component:web owner group:shop system system:store partof component:site
        system:store domain domain:sales
        group:shop members user:ann parent group:all
        ",
        needs,
        &expect![[r#"
            component:web: api:orders hard, resource:db hard, resource:eu hard
        "#]],
    );
}

#[test]
fn an_api_needs_its_only_provider_and_any_of_several() {
    check(
        "
        component:a provides api:one api:two api:own
        component:b provides api:two
        api:own provides api:own
        ",
        needs,
        &expect![[r#"
            api:one: component:a hard
            api:own: component:a hard
            api:two: component:a soft, component:b soft
        "#]],
    );
}

#[test]
fn one_of_several_alternatives_is_not_needed_by_itself() {
    check(
        "
        component:pay any> resource:stripe resource:adyen
        component:pay any> resource:mail-a resource:mail-b
        component:lone any> resource:stripe
        component:twice any> resource:stripe resource:stripe
        component:itself any> resource:stripe component:itself
        component:overlap any> resource:a resource:b any> resource:a resource:c
        component:also any> resource:stripe resource:adyen -> resource:adyen
        ",
        needs,
        &expect![[r#"
            component:also: resource:adyen soft, resource:stripe soft
            component:itself: resource:stripe hard
            component:lone: resource:stripe hard
            component:overlap: resource:a soft, resource:b soft, resource:c soft
            component:pay: resource:adyen soft, resource:mail-a soft, resource:mail-b soft, resource:stripe soft
            component:twice: resource:stripe hard
        "#]],
    );
}

#[test]
fn one_of_several_places_is_not_needed_by_itself() {
    check(
        "
        component:one in resource:eu
        component:two in resource:eu resource:us
        component:tied in resource:eu resource:us -> resource:eu
        ",
        needs,
        &expect![[r#"
            component:one: resource:eu hard
            component:tied: resource:eu hard, resource:us soft
            component:two: resource:eu soft, resource:us soft
        "#]],
    );
}

#[test]
fn a_place_among_several_can_be_needed_for_another_reason() {
    let mut repositories = sketch::repositories("component:web in resource:eu resource:us -> resource:eu");
    let declaration = repositories[0].manifests[0].documents[0].declaration.as_mut();
    for relation in &mut declaration.expect("the sketch declares").relations {
        if relation.kind == RelationKind::DeployedTo {
            let terms = NeedTerms { any_of: Some(0), ..NeedTerms::default() };
            relation.terms = Some(Box::new(terms));
        }
    }
    let graph = sketch::graph_of(repositories);
    assert_eq!(needs(&graph), "component:web: resource:eu hard, resource:us soft\n");
}

#[test]
fn needs_refine_what_is_stated_elsewhere_and_add_what_is_not() {
    check(
        "
        component:web -> resource:db consumes api:orders
        component:web ~> resource:db api:orders resource:cache
        ",
        |graph| {
            let relations: Vec<String> =
                entity(graph, "component:web").outgoing().map(|relation| format!("{relation:?}")).collect();
            relations.join("\n") + "\n" + &needs(graph)
        },
        &expect![[r#"
            component:default/web dependsOn resource:default/cache
            component:default/web dependsOn resource:default/db
            component:default/web consumesApi api:default/orders
            component:web: api:orders soft, resource:cache soft, resource:db soft
        "#]],
    );
}

#[test]
fn of_two_stated_strengths_the_harder_stands_and_is_said() {
    check(
        "component:web ~> resource:db !> resource:db",
        needs,
        &expect![[r#"
            component:web: resource:db hard
            `component:web` needs `resource:db` softly here and hard in example/catalog:catalog-info.yaml:1; the need is taken as hard
        "#]],
    );
}

#[test]
fn a_need_of_oneself_is_none() {
    check(
        "component:web -> component:web resource:db",
        needs,
        &expect![[r#"
            component:web: resource:db hard
        "#]],
    );
}

#[test]
fn nearest_dependents_come_first_with_the_way_back() {
    check_reach(
        "
        component:web -> component:api
        component:app -> component:web
        component:api -> resource:db
        component:job ~> resource:db
        ",
        "resource:db",
        &expect![[r#"
            component:api 1 via resource:db hard
            component:job 1 via resource:db soft
            component:web 2 via component:api hard
            component:app 3 via component:web hard
        "#]],
    );
}

#[test]
fn dependencies_are_the_other_way() {
    check(
        "component:web -> component:api\ncomponent:api -> resource:db",
        |graph| reached(graph, "component:web", Direction::Dependencies, None),
        &expect![[r#"
            component:api 1 via component:web hard
            resource:db 2 via component:api hard
        "#]],
    );
}

#[test]
fn a_cycle_is_visited_once_and_does_not_hold_its_root() {
    check_reach(
        "
        component:a -> component:b
        component:b -> component:c
        component:c -> component:a
        ",
        "component:a",
        &expect![[r#"
            component:c 1 via component:a hard
            component:b 2 via component:c hard
        "#]],
    );
}

#[test]
fn a_diamond_is_met_once_and_hard_if_one_side_is() {
    check_reach(
        "
        component:top -> component:left component:right
        component:left ~> resource:db
        component:right -> resource:db
        ",
        "resource:db",
        &expect![[r#"
            component:left 1 via resource:db soft
            component:right 1 via resource:db hard
            component:top 2 via component:left hard
        "#]],
    );
}

#[test]
fn a_longer_way_of_hard_needs_counts() {
    check_reach(
        "
        component:web ~> resource:db
        component:web -> component:api
        component:api -> resource:db
        ",
        "resource:db",
        &expect![[r#"
            component:api 1 via resource:db hard
            component:web 1 via resource:db hard
        "#]],
    );
}

#[test]
fn a_depth_cuts_and_says_so() {
    let chain = "
        component:a -> component:b
        component:b -> component:c
        component:c -> component:d
        component:d -> component:c
    ";
    let at = |depth_max| {
        move |graph: &CatalogGraph| reached(graph, "component:d", Direction::Dependents, Some(depth_max))
    };
    check(
        chain,
        at(0),
        &expect![[r#"
        and more
    "#]],
    );
    check(
        chain,
        at(2),
        &expect![[r#"
            component:c 1 via component:d hard
            component:b 2 via component:c hard
            and more
        "#]],
    );
    let whole = expect![[r#"
        component:c 1 via component:d hard
        component:b 2 via component:c hard
        component:a 3 via component:b hard
    "#]];
    check(chain, at(3), &whole);
    check(chain, at(u32::MAX), &whole);
}

#[test]
fn several_roots_are_one_question() {
    let drawn = "
        component:web -> component:api resource:cache
        component:api -> resource:db
        component:job -> resource:cache
    ";
    let expected = expect![[r#"
        component:api 1 via resource:db hard
        component:job 1 via resource:cache hard
        component:web 1 via resource:cache hard
    "#]];
    check_reach(drawn, "resource:db resource:cache", &expected);
    check_reach(drawn, "resource:cache resource:db resource:cache", &expected);
}

#[test]
fn no_roots_reach_nothing() {
    check_reach("component:web -> component:api", "", &expect![""]);
    check_reach("component:web -> component:api", "component:web", &expect![""]);
}

#[test]
fn cycles_are_the_sets_that_need_each_other() {
    let cycles = |graph: &CatalogGraph| {
        graph.cycles().into_iter().map(|cycle| names(cycle) + "\n").collect::<String>()
    };
    check(
        "
        component:z -> component:y
        component:y ~> component:x
        component:x -> component:z component:a
        component:a -> component:b component:self
        component:b consumes api:a
        component:a provides api:a
        component:self -> component:self
        component:alone -> component:a
        group:one parent group:two
        group:two parent group:one
        ",
        cycles,
        &expect![[r#"
            api:a component:a component:b
            component:x component:y component:z
        "#]],
    );
    check("component:a -> component:b", cycles, &expect![""]);
}
