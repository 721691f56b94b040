//! Ownership counted in sketches.

use expect_test::{Expect, expect};

use super::*;
use crate::{
    gaps::{GapQuestion, GapReport, GapSettings, ownership_gaps},
    graph::{CatalogGraph, Entity},
    model::{ContentId, FoundBy, Manifest, ManifestFormat},
    sketch,
};

fn gaps_of(graph: &CatalogGraph) -> GapReport {
    ownership_gaps(GapQuestion { graph, now: sketch::READ_AT, settings: &GapSettings::default() })
}

fn counts(of: SeverityCounts) -> String {
    format!("{}/{}/{}", of.errors, of.warnings, of.notes)
}

fn reach(of: ContactReach<'_>) -> String {
    let through = of.through.map(|through| format!(" through {}", through.name().short()));
    of.level.name().to_owned() + &through.unwrap_or_default()
}

fn name(entity: Entity<'_>) -> String {
    entity.name().short()
}

fn shown(graph: &CatalogGraph) -> String {
    let census = ownership_census(graph, &gaps_of(graph));
    let standings = |of: StandingCounts| {
        let counts = OwnershipStanding::ALL.map(|standing| of.of(standing).to_string());
        counts.join("/")
    };
    let mut text = format!(
        "{}, critical {}, {} without a whole\n",
        standings(census.standings),
        standings(census.critical),
        census.without_whole
    );
    for row in &census.entities {
        let ground = row.claim.as_ref().map_or("no ground", |claim| claim.ground.name());
        text += &format!(
            "{} {} {ground} {} needed by {} gaps {}\n",
            name(row.entity),
            row.standing.name(),
            reach(row.reach),
            row.dependents,
            counts(row.gaps)
        );
    }
    for team in &census.teams {
        text += &format!(
            "team {} {} {} gaps {} {}\n",
            name(team.team),
            team.entities,
            team.critical,
            counts(team.gaps),
            reach(team.reach)
        );
    }
    for whole in &census.wholes {
        text += &format!(
            "whole {} {} critical {} gaps {}\n",
            name(whole.whole),
            standings(whole.standings),
            whole.critical,
            counts(whole.gaps)
        );
    }
    for sole in &census.sole_persons {
        text += &format!("only {} behind {}: {}\n", name(sole.person), name(sole.owner), sole.entities);
    }
    let unowned: Vec<String> = census.unowned_by_dependents().iter().map(|row| name(row.entity)).collect();
    text + &format!("unowned {}\n", unowned.join(" "))
}

fn check(drawn: &str, expected: &Expect) {
    expected.assert_eq(&shown(&sketch::graph(drawn)));
}

#[test]
fn ownership_is_counted_by_entity_team_and_whole() {
    check(
        "
        group:all annotation pagerduty.com/service-id=P1
        group:shop members user:ann user:bob parent group:all
        group:pay members user:ann email pay@example.com
        user:ann
        user:bob
        domain:sales owner group:all
        system:store domain domain:sales owner group:shop
        component:web tier 1 owner group:shop system system:store -> component:api component:lost
        component:api owner group:pay -> component:lost
        component:lost system system:store
        component:alone
        component:far owner group:gone
        ",
        &expect![[r#"
            4/1/2/0, critical 1/0/0/0, 3 without a whole
            component:alone unowned no ground nobody needed by 0 gaps 0/1/0
            component:api owned declared contact through group:pay needed by 1 gaps 0/0/0
            component:far owner-undeclared declared nobody needed by 0 gaps 0/1/0
            component:lost unowned no ground on-call through group:all needed by 2 gaps 0/1/0
            component:web owned declared on-call through group:all needed by 0 gaps 1/0/0
            domain:sales owned declared on-call through group:all needed by 0 gaps 0/0/0
            system:store owned declared on-call through group:all needed by 0 gaps 0/0/0
            team group:shop 2 1 gaps 1/0/0 on-call through group:all
            team group:all 1 0 gaps 0/0/0 on-call through group:all
            team group:gone 1 0 gaps 0/1/0 nobody
            team group:pay 1 0 gaps 0/0/0 contact through group:pay
            whole domain:sales 2/0/1/0 critical 1 gaps 1/1/0
            whole system:store 1/0/1/0 critical 1 gaps 1/1/0
            only user:ann behind group:pay: 1
            unowned component:lost component:alone
        "#]],
    );
}

#[test]
fn what_could_not_be_read_is_unknown_and_not_unowned() {
    let mut repositories =
        sketch::repositories("repository shop/web\ncomponent:a\ncomponent:b owner group:x");
    repositories[0].manifests.push(Manifest {
        path: "OWNERS".into(),
        format: ManifestFormat::Owners,
        found_by: FoundBy::Name,
        content: ContentId([0; 20]),
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: Vec::new(),
        path_rules: None,
        stale: None,
        diagnostics: Vec::new(),
    });
    let graph = sketch::graph_of(repositories);
    let census = ownership_census(&graph, &gaps_of(&graph));
    assert_eq!(census.standings, StandingCounts { owner_undeclared: 1, unknown: 1, ..Default::default() });
    assert!(census.unowned_by_dependents().is_empty());
    let a = graph.entity(&sketch::entity_ref("component:a")).expect("it is drawn");
    assert_eq!(Answerable::of(a), Answerable::Unknown);
}

#[test]
fn circles_of_groups_and_of_wholes_end() {
    check(
        "
        group:a parent group:b
        group:b parent group:a
        group:own parent group:own annotation pagerduty.com/service-id=P1
        component:x owner group:a partof component:y
        component:y owner group:own partof component:x
        ",
        &expect![[r#"
            2/0/0/0, critical 0/0/0/0, 2 without a whole
            component:x owned declared on-call through group:own needed by 0 gaps 0/0/0
            component:y owned declared on-call through group:own needed by 0 gaps 0/0/0
            team group:a 1 0 gaps 0/1/0 nobody
            team group:own 1 0 gaps 0/1/0 on-call through group:own
            unowned 
        "#]],
    );
}

#[test]
fn gaps_are_counted_by_code_and_by_who_sees_to_them() {
    let graph = sketch::graph(
        "
        group:shop members user:ann
        user:ann
        component:web tier 1 owner group:shop -> component:lost
        component:lost tier 0
        component:alone
        component:far owner group:gone
        group:none
        component:near owner group:none
        ",
    );
    let census = gap_census(&graph, &gaps_of(&graph));
    let mut text = format!("{}\n", counts(census.counts));
    for code in census.codes.iter().filter(|code| code.subjects > 0) {
        text += &format!("{} {} about {}\n", code.rule.code, counts(code.counts), code.subjects);
    }
    for team in &census.teams {
        let who = team.team.entity().map_or_else(|| format!("{:?}", team.team), name);
        text += &format!("{who} {}\n", counts(team.counts));
    }
    expect![[r#"
        4/3/0
        no-escalation 2/0/0 about 2
        unowned 1/1/0 about 2
        depends-on-unowned 1/0/0 about 1
        owner-empty 0/1/0 about 1
        owner-unknown 0/1/0 about 1
        group:shop 2/0/0
        group:gone 0/1/0
        group:none 0/1/0
        Nobody 2/1/0
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_trend_adds_up() {
    let before = sketch::graph("component:a\ncomponent:b\ncomponent:c owner group:gone");
    let after = sketch::graph("component:b\ncomponent:c\ncomponent:d\ncomponent:e");
    let trend = gap_trend(&gaps_of(&before), &gaps_of(&after));
    for code in &trend.codes {
        assert_eq!(code.before + code.opened - code.closed, code.after, "{}", code.rule.code);
    }
    let shown: Vec<String> = trend
        .codes
        .iter()
        .map(|code| format!("{} {} +{} -{}", code.rule.code, code.before, code.opened, code.closed))
        .collect();
    assert_eq!(shown, ["owner-unknown 1 +0 -1", "unowned 2 +3 -1"]);
    assert_eq!(trend.totals(), (3, 2));
}
