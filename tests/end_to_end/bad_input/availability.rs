//! Promises that are none, and needs that mean nothing or contradict each other: each is said with its place
//! and what to write, and the arithmetic goes on without it.

use expect_test::expect;

use super::{Commit, World, component, known_world, manifest};
use crate::support::{rows, text};

/// A component with a promise, which needs `component:shop`.
fn promising(availability: &str) -> Commit {
    let text = component("known");
    manifest(&format!("{text}  slo: {{ availability: {availability} }}\n  dependsOn: [component:shop]\n"))
}

fn crawled(commit: &Commit) -> (World, String) {
    let world = known_world();
    commit.write(&world.path("acme/broken.git"));
    let crawl = world.run("crawl acme --notes").ends_with(0);
    (world, crawl.stderr)
}

/// Says what a crawl says of a promise, what the entity then promises, and what is found of that.
fn said(availability: &str) -> String {
    let (world, told) = crawled(&promising(availability));
    let told =
        told.lines().filter(|line| line.contains("[") || line.contains("= help") || line.contains("-->"));
    let answer = world.json("slo known");
    let row = &rows(&answer, "entities")[0];
    let codes: Vec<&str> = rows(row, "findings").iter().map(|finding| text(finding, "code")).collect();
    let promise = &row["promise"]["availability"];
    format!("{}\npromises {promise} {codes:?}\n", told.collect::<Vec<&str>>().join("\n"))
}

#[test]
fn promises_that_are_none() {
    let all: String = ["100", "0", "101", "'99,95'", "99.95", "0.9995", "-3", "high"].map(said).join("\n");
    expect![[r#"
        warning[availability-doubtful]: `spec.slo.availability` is `100`, which nothing that needs anything can keep, and which leaves no error budget; expected less than 100
         --> acme/broken:catalog-info.yaml:9:24
          = help: promise what is measured, as in `99.95`
        promises 100.0 ["promise-of-all"]

        warning[value-unknown]: `spec.slo.availability` is `0`, which promises nothing; expected a percentage over 0 and up to 100
         --> acme/broken:catalog-info.yaml:9:24
        promises null []

        warning[value-unknown]: `spec.slo.availability` is `101`, expected a percentage over 0 and up to 100
         --> acme/broken:catalog-info.yaml:9:24
        promises null []

        warning[value-unknown]: `spec.slo.availability` is `99,95`, expected a percentage over 0 and up to 100
         --> acme/broken:catalog-info.yaml:9:24
          = help: write `99.95`
        promises null []


        promises 99.95 []

        warning[availability-doubtful]: `spec.slo.availability` is `0.9995`, which is 0.9995 percent; expected a percentage
         --> acme/broken:catalog-info.yaml:9:24
          = help: write `99.95` where a share of one is meant
        promises 0.9995 []

        warning[value-unknown]: `spec.slo.availability` is `-3`, expected a percentage over 0 and up to 100
         --> acme/broken:catalog-info.yaml:9:24
        promises null []

        warning[value-unknown]: `spec.slo.availability` is `high`, expected a percentage over 0 and up to 100
         --> acme/broken:catalog-info.yaml:9:24
        promises null []
    "#]].assert_eq(&all);
}

/// Says what a crawl says of needs, and what they come to where `component:shop` promises 99 percent.
fn needing(needs: &str) -> String {
    let world = known_world();
    let shop =
        super::SHOP.replace("  owner: group:shop\n", "  owner: group:shop\n  slo: { availability: 99 }\n");
    world.commit("acme/shop.git", [("catalog-info.yaml", &*shop)]);
    manifest(&format!("{}  slo: {{ availability: 90 }}\n  needs:\n{needs}", component("known")))
        .write(&world.path("acme/broken.git"));
    let told = world.run("crawl acme --notes").ends_with(0).stderr;
    let told: Vec<&str> = told.lines().filter(|line| line.contains('[') && line.contains("]: ")).collect();
    let row = world.json("slo known")["entities"][0].clone();
    format!(
        "{}\nlower {} upper {} of {}, unknown {}\n",
        told.join("\n"),
        row["lower"]["availability"],
        row["upper"]["availability"],
        row["needed"],
        row["unknown"]
    )
}

#[test]
fn needs_that_mean_nothing_or_contradict_each_other() {
    let cases = [
        ("oneself", "    - ref: component:known\n"),
        ("any of one", "    - anyOf: [component:shop]\n"),
        ("any of none", "    - anyOf: []\n"),
        ("any of oneself", "    - anyOf: [component:known]\n"),
        ("any of oneself and another", "    - anyOf: [component:known, component:shop]\n"),
        ("any of what is unknown", "    - anyOf: [component:nowhere, component:shop]\n"),
        (
            "two strengths in one manifest",
            "    - { ref: component:shop, strength: soft }\n    - { ref: component:shop, strength: hard }\n",
        ),
    ];
    let all: Vec<String> = cases.map(|(name, needs)| format!("{name}\n{}", needing(needs))).into();
    expect![[r#"
        oneself
        note[self-reference]: `spec.needs[0]` names the entity itself, which is declared on line 4
        lower 100.0 upper 100.0 of 0, unknown 0

        any of one
        warning[value-unknown]: `spec.needs[0].anyOf` has one member only, expected two or more that stand in for each other
        lower 99.0 upper 99.0 of 1, unknown 0

        any of none
        warning[value-unknown]: `spec.needs[0].anyOf` has no member, expected two or more that stand in for each other
        lower 100.0 upper 100.0 of 0, unknown 0

        any of oneself
        warning[value-unknown]: `spec.needs[0].anyOf` has one member only, expected two or more that stand in for each other
        note[self-reference]: `spec.needs[0]` names the entity itself, which is declared on line 4
        lower 100.0 upper 100.0 of 0, unknown 0

        any of oneself and another
        note[self-reference]: `spec.needs[0]` names the entity itself, which is declared on line 4
        lower 99.0 upper 99.0 of 1, unknown 0

        any of what is unknown

        lower 100.0 upper 100.0 of 2, unknown 1

        two strengths in one manifest
        warning[contradictory-need]: `spec.needs[1]` needs `component:shop` with strength `hard`, and an earlier item with `soft`; `hard` stands
        lower 99.0 upper 99.0 of 1, unknown 0
    "#]].assert_eq(&all.join("\n"));
}

#[test]
fn a_need_that_its_own_manifest_softens_does_not_count() {
    let world = known_world();
    let shop = format!(
        "{}  slo: {{ availability: 99 }}\n  needs:\n    - {{ ref: component:known, strength: soft }}\n",
        component("shop")
    );
    world.commit("acme/shop.git", [("catalog-info.yaml", &*shop)]);
    let other =
        format!("{}  slo: {{ availability: 95 }}\n  dependencyOf: [component:shop]\n", component("known"));
    manifest(&other).write(&world.path("acme/broken.git"));
    world.run("crawl acme").ends_with(0);
    let row = world.json("slo shop")["entities"][0].clone();
    expect!["100.0 0"].assert_eq(&format!("{} {}", row["lower"]["availability"], row["needed"]));
}
