//! Who answers, in catalogs that are not tidy.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::{
    graph::{CatalogGraph, Entity},
    sketch::{self, entity_ref, repository_id},
};

fn shown(escalation: &Escalation<'_>) -> String {
    let mut text = String::new();
    for (position, step) in escalation.steps.iter().enumerate() {
        let contacts: Vec<String> =
            step.contacts.iter().map(|of| format!("{} {}", of.kind.name(), of.value)).collect();
        write!(text, "{} ({}): {}", step.entity.name().short(), step.reason, contacts.join(", "))
            .expect("a text");
        if let Some(obstacle) = step.obstacle {
            let next = escalation.fallback_of(position).map(|next| next.entity.name().short());
            write!(text, " - {}, next {}", obstacle.sentence(), next.as_deref().unwrap_or("nobody"))
                .expect("a text");
        }
        for member in &step.members {
            write!(text, " or {} {}", member.entity.name().short(), member.contact.value).expect("a text");
        }
        text.push('\n');
    }
    if escalation.steps_left_out > 0 {
        writeln!(text, "and {} more", escalation.steps_left_out).expect("a text");
    }
    text
}

fn asked<'g>(graph: &'g CatalogGraph, name: &str) -> Entity<'g> {
    graph.entity(&entity_ref(name)).expect("the sketch declares it")
}

fn check(drawn: &str, expected: &Expect) {
    let graph = sketch::graph(drawn);
    expected.assert_eq(&shown(&ownership(asked(&graph, "component:web")).escalation));
}

#[test]
fn an_escalation_goes_from_the_entity_over_its_owner_to_its_domain() {
    check(
        "
        component:web owner group:shop system system:store annotation pagerduty.com/service-id=PWEB
        group:shop parent group:retail email shop@example.com members user:ann
        group:retail annotation slack.com/channel=#retail members user:ann
        system:store owner group:store domain domain:sales
        group:store email store@example.com members user:ann
        domain:sales owner group:retail
        user:ann
        ",
        &expect![[r#"
            component:web (its own on-call): on-call PWEB
            group:shop (owner): email shop@example.com
            group:retail (parent of group:shop): chat #retail
            group:store (owner of its system system:store): email store@example.com
        "#]],
    );
}

#[test]
fn a_step_that_reaches_nobody_says_so_and_who_is_next() {
    check(
        "
        component:web owner group:silent system system:store
        group:silent parent group:empty group:undeclared members user:ann user:bob user:cy user:dee
        group:empty email empty@example.com parent group:top
        group:top email top@example.com members user:ann
        user:ann email ann@example.com
        user:bob
        user:cy email cy@example.com
        user:dee email dee@example.com
        system:store owner group:last
        group:last members user:bob
        ",
        &expect![[r#"
            group:silent (owner):  - no contact is known, next group:empty or user:ann ann@example.com or user:cy cy@example.com or user:dee dee@example.com
            group:empty (parent of group:silent): email empty@example.com
            group:undeclared (parent of group:silent):  - no manifest declares it, next group:top
            group:top (parent of group:empty): email top@example.com
            group:last (owner of its system system:store):  - no contact is known, next nobody
        "#]],
    );
}

#[test]
fn circles_of_groups_and_a_group_that_is_its_own_parent_end() {
    check(
        "
        component:web owner group:a
        group:a parent group:b members user:u
        group:b parent group:a group:b email b@example.com
        user:u
        ",
        &expect![[r#"
            group:a (owner):  - no contact is known, next group:b
            group:b (parent of group:a): email b@example.com
        "#]],
    );
    check(
        "component:web owner group:a\ngroup:a parent group:a",
        &expect![[r#"
        group:a (owner):  - it has no member, next nobody
    "#]],
    );
}

#[test]
fn all_parents_of_a_group_are_asked_level_by_level() {
    check(
        "
        component:web owner group:a
        group:a parent group:c group:b members user:u
        group:b parent group:top
        group:c email c@example.com
        group:top email top@example.com
        user:u
        ",
        &expect![[r#"
            group:a (owner):  - no contact is known, next group:c
            group:b (parent of group:a):  - no contact is known, next group:c
            group:c (parent of group:a): email c@example.com
            group:top (parent of group:b): email top@example.com
        "#]],
    );
}

#[test]
fn who_is_in_a_thousand_groups_is_not_called_a_thousand_times() {
    let mut drawn = String::from("component:web owner user:ann\nuser:ann email ann@example.com\n");
    for number in 0..1_000 {
        writeln!(drawn, "group:g{number:04} members user:ann email g{number}@example.com").expect("a text");
    }
    let graph = sketch::graph(&drawn);
    let escalation = ownership(asked(&graph, "component:web")).escalation;
    assert_eq!((escalation.steps.len(), escalation.steps_left_out), (50, 951));
    assert_eq!(escalation.steps[1].reason, "group of user:ann");
}

#[test]
fn an_owner_by_address_alone_is_reached_by_it() {
    check(
        "
        codeowners
          * ops@example.com
        component:web
        ",
        &expect![[r#"
            user:ops@example.com (owner): email ops@example.com
        "#]],
    );
    check(
        "component:web owner group:ops@example.com",
        &expect![[r#"
        group:ops@example.com (owner): email ops@example.com
    "#]],
    );
    check(
        "component:web owner group:not@address",
        &expect![[r#"
        group:not@address (owner):  - no manifest declares it, next nobody
    "#]],
    );
}

#[test]
fn annotations_that_contradict_each_other_are_both_there_and_said() {
    let check = |drawn: &str, expected: &str| {
        let graph = sketch::graph(drawn);
        let answer = ownership(asked(&graph, "component:web"));
        let named = answer.contradictions.iter().map(|of| {
            let origin = of.contact.origin.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {} at {origin}", of.entity.name().short(), of.contact.value)
        });
        assert_eq!(named.collect::<Vec<_>>().join(", "), expected);
    };
    check(
        "component:web annotation pagerduty.com/service-id=PA annotation opsgenie.com/team=shop",
        "component:web PA at example/catalog:catalog-info.yaml:1, component:web shop at example/catalog:catalog-info.yaml:1",
    );
    check(
        "component:web annotation pagerduty.com/service-id=PA\nmanifest service.datadog.yaml format datadog\ncomponent:web annotation pagerduty.com/service-id=PB",
        "component:web PA at example/catalog:catalog-info.yaml:1, component:web PB at example/catalog:service.datadog.yaml:3",
    );
    check(
        "component:web annotation pagerduty.com/service-id=PA\nmanifest service.datadog.yaml format datadog\ncomponent:web annotation pagerduty.com/service-id=PA",
        "",
    );
    check("component:web annotation pagerduty.com/service-id=PA annotation slack.com/channel=#a", "");
}

#[test]
fn a_path_is_answered_for_by_its_rule_and_then_by_the_nearest_entity() {
    let graph = sketch::graph(
        "
        repository acme/shop
        codeowners
          /src/ @acme/cart
          /docs/
        component:web owner group:shop
        group:cart parent group:shop members user:u email cart@example.com
        group:shop members user:u
        user:u email u@example.com
        ",
    );
    let repository = graph.repository(&repository_id("acme/shop")).expect("the sketch has it");
    let of = |path: &str| shown(&path_escalation(&graph, &path_ownership(&graph, repository, path, None)));
    expect![[r#"
        group:cart (owner of the path): email cart@example.com
        group:shop (parent of group:cart):  - no contact is known, next nobody or user:u u@example.com
    "#]]
    .assert_eq(&of("src/a.rs"));
    expect![[r#"
        group:shop (owner):  - no contact is known, next nobody or user:u u@example.com
    "#]]
    .assert_eq(&of("docs/a.md"));
}

#[test]
fn what_depends_on_it_comes_with_the_critical_first() {
    let graph = sketch::graph(
        "
        resource:db owner group:data
        component:a tier 3 owner group:one -> resource:db
        component:b owner group:one -> resource:db
        component:c tier 1 owner group:two -> component:a
        component:d tier 0 -> component:c
        component:e tier 2 owner group:one ~> component:d
        component:f owner group:one -> resource:db
        ",
    );
    let brief = ownership(asked(&graph, "resource:db")).dependents;
    let first: Vec<String> = brief.first.iter().map(|entity| entity.name().short()).collect();
    assert_eq!(first, ["component:d", "component:c", "component:e", "component:a", "component:b"]);
    assert_eq!((brief.total, brief.critical, brief.team_count, brief.unowned), (6, 2, 2, 1));
    let teams: Vec<(String, usize)> =
        brief.teams.iter().map(|share| (share.entity.name().short(), share.affected)).collect();
    assert_eq!(teams, [("group:one".to_owned(), 4), ("group:two".to_owned(), 1)]);
}

#[test]
fn guides_are_those_of_the_entity_before_those_of_its_owner() {
    let graph = sketch::graph(
        "
        component:web owner group:shop annotation catalog/dashboard=https://d annotation catalog/runbook=https://r
        group:shop annotation catalog/documentation=https://docs
        ",
    );
    let answer = ownership(asked(&graph, "component:web"));
    let shown: Vec<String> =
        answer.guides.iter().map(|of| format!("{} {}", of.contact.kind.name(), of.contact.value)).collect();
    assert_eq!(shown, ["runbook https://r", "dashboard https://d", "documentation https://docs"]);
}

#[test]
fn what_is_kept_from_an_earlier_commit_has_no_commit_time_of_the_later_one() {
    let graph = sketch::graph(
        "component:web stale owner group:shop\nrepository a/lost unreadable\ncomponent:b owner group:shop",
    );
    let freshness = |name: &str| {
        let claim = ownership(asked(&graph, name)).claims.into_iter().next().expect("it has an owner");
        Freshness::of(&graph, &claim.origin)
    };
    assert_eq!(freshness("component:web").committed_at, None);
    let lost = freshness("component:b");
    assert_eq!(
        (lost.committed_at, lost.stale.map(|of| of.since)),
        (Some(sketch::READ_AT), Some(sketch::FAILED_AT))
    );
}
