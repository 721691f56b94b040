//! Where the graph of needs is fragile, asked of the example organisation.

use std::{collections::BTreeSet, sync::LazyLock};

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{
    Run, World,
    facts::{Facts, quoted},
    rows, schema, text,
};

static EXAMPLE: LazyLock<World> = LazyLock::new(|| {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    world
});

fn ask(question: &str) -> Run {
    EXAMPLE.run(&format!("{question} --store demo/catalog.redb")).ends_with(0)
}

fn json(question: &str) -> Value {
    EXAMPLE.json(&format!("{question} --store demo/catalog.redb"))
}

/// The refs of a row of the page, in their order.
fn stated(what: &str) -> Vec<String> {
    let facts = Facts::of("aldersound");
    let rows = &facts.section("Structure of the hard needs").rows;
    let row = rows.iter().find(|row| row[0].contains(what)).expect("the page states it");
    quoted(&row[1]).into_iter().map(crate::support::facts::canonical).collect()
}

/// A shop in which carts and prices need each other, behind one interface and in one region.
const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: website, lifecycle: production, owner: shop, tier: 1, dependsOn: [component:api]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: api}
spec: {type: service, lifecycle: production, owner: shop, tier: 0, dependsOn: [component:cart]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: shop, dependsOn: [component:price, resource:cart-db]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: price}
spec: {type: service, lifecycle: production, owner: tariffs, dependsOn: [component:cart]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: cart-db}
spec: {type: database, owner: shop, deployedTo: [resource:north]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: north}
spec: {type: region, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tariffs}
spec: {type: team, children: []}
";

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check(question: &str, expected: Expect) {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let world = World::new();
        world.commit("acme/shop", [("catalog-info.yaml", SHOP)]);
        world.run("crawl acme/shop").ends_with(0);
        world
    });
    expected.assert_eq(&WORLD.run(question).ends_with(0).stdout);
}

#[test]
fn the_overview_has_the_worst_of_everything() {
    check(
        "structure",
        expect![[r#"
        1 cycle of needs, with 2 entities

          ENTITIES  HARD  CRITICAL  OWNERS                     SMALLEST CIRCLE
          2         2     0         group:shop, group:tariffs  component:cart → component:price

        4 single points of failure on the ways from 1 failure domain or external party to 6 entities

          ENTITY            TIER  OWNER       HANGING  HANGING CRITICAL  DOWN  DOWN CRITICAL  WITHOUT A SPARE
          resource:north    –     group:shop  5        2                 5     2              resource:cart-db
          resource:cart-db  –     group:shop  4        2                 4     2              component:cart
          component:cart    –     group:shop  3        2                 3     2              component:api, component:price

        hanging: how many others fail only through it, so that doubling it, or softening what it needs, protects them all; down: how many others are down where it is

        4 hard needs are the only connection between two parts

          NEED                               CUTS OFF  ON ITS SIDE  BEYOND IT  STATED AT
          component:api → component:cart     2         2            4          acme/shop:catalog-info.yaml:9
          component:cart → resource:cart-db  2         4            2          acme/shop:catalog-info.yaml:14
          component:web → component:api      1         1            5          acme/shop:catalog-info.yaml:4

        3 entities are the only connection between two parts or more

          ENTITY            TIER  OWNER       CUTS OFF  PARTS
          component:cart    –     group:shop  3         3
          component:api     0     group:shop  1         2
          resource:cart-db  –     group:shop  1         2

        the longest chain of hard needs has 4 needs

          NEEDS  OWNERS  FROM           BY WAY OF
          4      1       component:web  component:api → component:cart → resource:cart-db → resource:north
    "#]],
    );
}

#[test]
fn a_cycle_is_shown_with_the_lines_that_make_it() {
    check(
        "structure cycles",
        expect![[r#"
        1 cycle of needs, with 2 entities

          ENTITIES  HARD  CRITICAL  OWNERS                     SMALLEST CIRCLE
          2         2     0         group:shop, group:tariffs  component:cart → component:price

        a smallest circle of these 2 entities

          component:cart
          → component:price   dependsOn (hard) at acme/shop:catalog-info.yaml:14 @ ef91f5da3222
          → component:cart   dependsOn (hard) at acme/shop:catalog-info.yaml:19 @ ef91f5da3222
    "#]],
    );
}

#[test]
fn a_chain_is_shown_with_the_lines_that_make_it() {
    check(
        "structure chains",
        expect![[r#"
        the longest chain of hard needs has 4 needs

          NEEDS  OWNERS  FROM           BY WAY OF
          4      1       component:web  component:api → component:cart → resource:cart-db → resource:north

        a chain of 4 needs

          component:web
          → component:api   dependsOn (hard) at acme/shop:catalog-info.yaml:4 @ ef91f5da3222
          → component:cart   dependsOn (hard) at acme/shop:catalog-info.yaml:9 @ ef91f5da3222
          → resource:cart-db   dependsOn (hard) at acme/shop:catalog-info.yaml:14 @ ef91f5da3222
          → resource:north   deployedTo (hard) at acme/shop:catalog-info.yaml:24 @ ef91f5da3222
    "#]],
    );
}

#[test]
fn a_region_is_the_only_way_of_failure_to_what_hangs_on_it() {
    let only_through = stated("only through");
    let also = stated("down with it");
    let answer = json("structure single-points --top 0");
    assert_eq!((&answer["from"], &answer["rootCount"]), (&"failure-domains".into(), &7.into()));
    let points = rows(&answer, "points");
    let region = points.iter().find(|point| text(point, "ref") == "resource:default/region-north");
    let region = region.expect("it is a single point");
    assert_eq!(region["hanging"], only_through.len());
    assert_eq!(region["down"], only_through.len() + also.len());
    let reach = json("blast-radius resource:region-north");
    let hard: BTreeSet<&str> = rows(&reach, "affected")
        .iter()
        .filter(|row| text(row, "strength") == "hard")
        .map(|row| text(row, "ref"))
        .collect();
    assert_eq!(hard, only_through.iter().chain(&also).map(String::as_str).collect());
}

#[test]
fn every_single_point_takes_down_what_hangs_on_it() {
    for from in ["failure-domains", "foundations"] {
        let answer = json(&format!("structure single-points --top 0 --from {from}"));
        assert!(!rows(&answer, "points").is_empty());
        for point in rows(&answer, "points") {
            let (hanging, down) = (point["hanging"].as_u64(), point["down"].as_u64());
            assert!(hanging <= down, "{point:#}");
            let hard = json(&format!("blast-radius {}", text(point, "ref")));
            let hard = rows(&hard, "affected").iter().filter(|row| text(row, "strength") == "hard").count();
            // Alternatives that all rest on one thing fall with it, though no single need of them is hard.
            assert!(down >= u64::try_from(hard).ok(), "{point:#}");
        }
    }
}

#[test]
fn what_is_named_is_where_the_ways_begin() {
    let answer = json("structure single-points --root identity-service --from foundations --top 2");
    assert_eq!((&answer["rootsNamed"], &answer["rootCount"]), (&true.into(), &1.into()));
    assert_eq!(rows(&answer, "points").len(), 2);
    assert_eq!(answer["points"][0]["ref"], "component:default/identity-service");
    let missing = EXAMPLE.run("structure single-points --root nothing --store demo/catalog.redb");
    missing.ends_with(2).says(&["nothing"]);
}

#[test]
fn the_longest_chain_is_the_one_that_was_worked_out() {
    let expected = stated("longest chain");
    let answer = json("structure chains --top 1");
    assert_eq!(answer["longest"], 8);
    let steps = rows(&answer["chains"][0], "steps");
    let mut chain: Vec<&str> = steps.iter().map(|step| text(step, "from")).collect();
    chain.extend(steps.last().map(|step| text(step, "to")));
    assert_eq!(chain, expected);
    assert!(steps.iter().all(|step| !rows(step, "because").is_empty()));
}

#[test]
fn every_answer_keeps_its_promise() {
    for (question, report) in [
        ("structure", "structure"),
        ("structure cycles", "structure-cycles"),
        ("structure single-points", "structure-single-points"),
        ("structure bridges", "structure-bridges"),
        ("structure chains", "structure-chains"),
    ] {
        let document = json(question);
        assert_eq!(schema::breaches(report, &document), Vec::<String>::new(), "{question}");
        for format in ["ndjson", "csv", "markdown"] {
            assert!(!ask(&format!("{question} --format {format}")).stdout.is_empty(), "{question} {format}");
        }
    }
}

#[test]
fn a_catalog_without_needs_has_nothing_fragile() {
    let world = World::new();
    world.commit("lone", [("CODEOWNERS", "* @acme/lone\n")]);
    world.run("crawl lone").ends_with(0);
    let page = world.run("structure").ends_with(0).stdout;
    expect![[r#"
        no entities need each other in a circle

        no single point of failure on the ways from 0 foundations to 0 entities

        no hard need and no entity is the only connection between two parts

        nothing hard-needs anything
    "#]]
    .assert_eq(&page);
}

#[test]
fn wrong_usage_is_said() {
    let world = World::new();
    world.run("structure --top some").ends_with(64);
    world.run("structure nothing").ends_with(64);
    world.run("structure cycles").ends_with(2).says(&["catalog.redb"]);
}
