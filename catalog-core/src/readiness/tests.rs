//! Whether policies say what they should.

use std::{fmt::Write as _, sync::Arc};

use expect_test::{Expect, expect};

use super::*;
use crate::{
    expression::Condition,
    gaps::{GapQuestion, GapSettings},
    graph::CatalogGraph,
    model::{EntityRef, Timestamp},
    sketch,
};

/// 2026-01-11, at noon.
const NOW: Timestamp = Timestamp(20_464 * 86_400 + 43_200);

fn condition(text: &str) -> Arc<Condition> {
    Arc::new(Condition::parse(text, &READINESS_FACTS).expect("the expression can be read"))
}

fn check_of(id: &str, demand: Demand) -> Check {
    Check {
        id: id.into(),
        title: "".into(),
        why: "".into(),
        remedy: "".into(),
        scope: Scope::default(),
        demand,
        place: "".into(),
    }
}

fn built_in(code: &str) -> Check {
    let built_in = BuiltIn::find(code).expect("the demand is there");
    check_of(code, Demand::BuiltIn(built_in, Box::default()))
}

fn expression(text: &str) -> Check {
    check_of("expression", Demand::Condition(condition(text)))
}

fn level(name: &str, checks: Vec<Check>) -> Level {
    Level { name: name.into(), checks }
}

fn policy(levels: Vec<Level>) -> Policy {
    Policy { name: "test".into(), required: levels.len() - 1, levels, ..Policy::default() }
}

fn question<'g>(graph: &'g CatalogGraph, settings: &'g GapSettings) -> GapQuestion<'g> {
    GapQuestion { graph, now: NOW, settings }
}

fn shown(answer: &EntityReadiness<'_, '_>) -> String {
    let mut text = answer.outcome(answer.policy.required).name().to_owned();
    if let Some(why) = &answer.undecided {
        write!(text, ": {why}").expect("a string takes everything");
    }
    for level in &answer.levels {
        write!(text, "\n  {} {}", level.level.name, level.state.name()).expect("a string takes everything");
        for check in &level.checks {
            let (id, verdict, reason) = (&check.check.id, check.verdict.name(), &check.reason);
            let places: Vec<String> = check
                .origins
                .iter()
                .map(|origin| format!(" @{}:{}", origin.path, origin.position.line))
                .collect();
            write!(text, "\n    {id} {verdict}: {reason}{}", places.join(""))
                .expect("a string takes everything");
        }
    }
    text
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check_policy(text: &str, policy: &Policy, entity: &str, expected: Expect) {
    let graph = sketch::graph(text);
    let settings = GapSettings::default();
    let entity =
        graph.entity(&EntityRef::parse_lenient(entity).expect("a ref")).expect("it is in the sketch");
    expected.assert_eq(&shown(&assess_one(question(&graph, &settings), policy, entity)));
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(text: &str, demand: Check, entity: &str, expected: Expect) {
    let graph = sketch::graph(text);
    let settings = GapSettings::default();
    let policy = policy(vec![level("only", vec![demand])]);
    let entity =
        graph.entity(&EntityRef::parse_lenient(entity).expect("a ref")).expect("it is in the sketch");
    let answer = assess_one(question(&graph, &settings), &policy, entity);
    let found = answer.levels.first().map(|level| &level.checks[0]);
    expected.assert_eq(&found.map_or_else(
        || answer.undecided.as_deref().unwrap_or("not about it").to_owned(),
        |found| format!("{}: {}", found.verdict.name(), found.reason),
    ));
}

#[test]
fn an_entity_stops_at_the_first_level_with_a_failed_check() {
    let policy = policy(vec![
        level("bronze", vec![built_in("owner")]),
        level("silver", vec![built_in("criticality"), built_in("runbook"), expression("1 / 0 == 1")]),
        level("gold", vec![built_in("objective")]),
    ]);
    let text = "group:shop\ncomponent:web tier 1 slo 99.9 owner group:shop";
    check_policy(
        text,
        &policy,
        "component:web",
        expect![[r#"
            failed
              bronze reached
                owner passed: `group:shop` owns it @catalog-info.yaml:2
              silver failed
                criticality passed: it is of tier 1 @catalog-info.yaml:2
                runbook failed: it links to no runbook @catalog-info.yaml:2
                expression could-not-decide: `1 / 0 == 1`: it divides by zero @catalog-info.yaml:2"#]],
    );
    let graph = sketch::graph(text);
    let settings = GapSettings::default();
    let web = graph.entity(&EntityRef::parse_lenient("component:web").expect("a ref")).expect("there");
    let answer = assess_one(question(&graph, &settings), &policy, web);
    assert_eq!(answer.reached(), Some(0));
    assert_eq!(answer.outcome(0), Outcome::Passed);
    assert_eq!(answer.outcome(1), Outcome::Failed);
    let missing: Vec<&str> = answer.missing().iter().map(|check| &*check.check.id).collect();
    assert_eq!(missing, ["runbook", "expression"], "what failed, then what is not known");
}

#[test]
fn what_could_not_be_decided_passes_no_level() {
    let policy = policy(vec![level("only", vec![built_in("owner"), expression("labels['x'] == 'y'")])]);
    check_policy(
        "group:shop\ncomponent:web owner group:shop",
        &policy,
        "component:web",
        expect![[r#"
            could-not-decide
              only could-not-decide
                owner passed: `group:shop` owns it @catalog-info.yaml:2
                expression could-not-decide: `labels['x'] == 'y'`: there is no key `x` @catalog-info.yaml:2"#]],
    );
}

#[test]
fn an_owner_is_a_group_that_is_declared() {
    let owner = || built_in("owner");
    check("group:a\ncomponent:x owner group:a", owner(), "component:x", expect!["passed: `group:a` owns it"]);
    check("component:x", owner(), "component:x", expect!["failed: nobody owns it"]);
    check(
        "user:u\ncomponent:x owner user:u",
        owner(),
        "component:x",
        expect!["failed: its owner `user:u` is no group"],
    );
    check(
        "component:x owner group:gone",
        owner(),
        "component:x",
        expect!["failed: nothing that was read declares its owner `group:gone`"],
    );
    check(
        "component:x owner group:gone\nrepository other/one unreadable\ncomponent:y",
        owner(),
        "component:x",
        expect![
            "could-not-decide: nothing that was read declares its owner `group:gone`, and of the repositories 1 could not be read"
        ],
    );
}

#[test]
fn on_call_is_its_own_or_that_of_its_owner_or_of_a_parent() {
    let on_call = || built_in("on-call");
    check(
        "component:x annotation pagerduty.com/service-id=P1",
        on_call(),
        "component:x",
        expect!["passed: on call is P1, its own, by `pagerduty.com/service-id`"],
    );
    check(
        "group:top annotation opsgenie.com/team=night\ngroup:a parent group:top\ncomponent:x owner group:a",
        on_call(),
        "component:x",
        expect!["passed: on call is night, of `group:top`, by `opsgenie.com/team`"],
    );
    check(
        "group:a parent group:b\ngroup:b parent group:a\ncomponent:x owner group:a",
        on_call(),
        "component:x",
        expect!["failed: nobody is on call: neither it nor its owner `group:a` names anybody"],
    );
    check(
        "component:x",
        on_call(),
        "component:x",
        expect!["failed: nobody is on call: it names nobody, and nobody owns it"],
    );
}

#[test]
fn criticality_and_objective_are_stated() {
    check("component:x tier 0", built_in("criticality"), "component:x", expect!["passed: it is of tier 0"]);
    check("component:x", built_in("criticality"), "component:x", expect!["failed: it states no tier"]);
    check(
        "component:x slo 99.9",
        built_in("objective"),
        "component:x",
        expect!["passed: its objective on availability is 99.9"],
    );
    check("component:x", built_in("objective"), "component:x", expect!["failed: it states no objective"]);
    let latency = Measures { indicator: Some("latency".into()), ..Measures::default() };
    let latency = || {
        let objective = BuiltIn::find("objective").expect("it is there");
        check_of("latency", Demand::BuiltIn(objective, Box::new(latency.clone())))
    };
    check(
        "component:x slo 99.9",
        latency(),
        "component:x",
        expect!["failed: it states no objective on latency"],
    );
}

#[test]
fn data_and_the_access_to_it_are_declared() {
    let declared = || built_in("data-access-declared");
    let bank = "
        resource:ledger type database data pii
        resource:news type database data public
        resource:plain type Database
        component:good !> resource:ledger for settlement
        component:good -> resource:ledger
        component:bad -> resource:ledger resource:news
        component:free -> resource:news
    ";
    check(bank, declared(), "resource:ledger", expect!["passed: it comes at no data itself"]);
    check(
        bank,
        declared(),
        "resource:plain",
        expect!["failed: it is a Database, and does not say what classes of data it holds"],
    );
    check(
        bank,
        declared(),
        "component:good",
        expect!["passed: it says what it needs the one holder of data for that it comes at"],
    );
    check(
        bank,
        declared(),
        "component:bad",
        expect!["failed: it does not say what it needs `resource:ledger` (pii) for"],
    );
    check(bank, declared(), "component:free", expect!["passed: it comes at no data itself"]);
}

#[test]
fn a_security_review_has_a_day_and_an_end() {
    let review = || built_in("security-review");
    let noted = |what: &str| format!("component:x annotation {what}");
    check(
        "component:x",
        review(),
        "component:x",
        expect!["failed: neither an annotation nor a label `security/reviewed-on` tells when"],
    );
    check(
        &noted("security/reviewed-on=2026-01-01"),
        review(),
        "component:x",
        expect!["passed: reviewed on 2026-01-01, which counts for 365 days"],
    );
    check(
        &noted("security/reviewed-on=2024-01-01"),
        review(),
        "component:x",
        expect!["failed: its review of 2024-01-01 is 741 days old, expected at most 365"],
    );
    check(
        &noted("security/reviewed-on=2026-02-30"),
        review(),
        "component:x",
        expect!["failed: `security/reviewed-on` is `2026-02-30`, expected a date as in `2026-05-31`"],
    );
    check(
        &noted("security/reviewed-on=2027-01-01"),
        review(),
        "component:x",
        expect!["failed: `security/reviewed-on` is 2027-01-01, which is still to come"],
    );
    check(
        "component:x label security/reviewed-on=2026-01-10",
        review(),
        "component:x",
        expect!["passed: reviewed on 2026-01-10, which counts for 365 days"],
    );
    let both = |expires: &str| {
        noted(&format!("security/reviewed-on=2024-01-01 annotation security/review-expires-on={expires}"))
    };
    check(
        &both("2026-01-11"),
        review(),
        "component:x",
        expect!["passed: reviewed on 2024-01-01, which counts until 2026-01-11"],
    );
    check(&both("2026-01-10"), review(), "component:x", expect!["failed: its review ended on 2026-01-10"]);
    check(
        &both("soon"),
        review(),
        "component:x",
        expect!["failed: `security/review-expires-on` is `soon`, expected a date as in `2026-05-31`"],
    );
}

#[test]
fn no_gap_is_open() {
    check("component:x", built_in("no-gaps"), "component:x", expect!["failed: open: `unowned`"]);
    check(
        "group:a members user:u\nuser:u\ncomponent:x owner group:a",
        built_in("no-gaps"),
        "component:x",
        expect!["passed: no such gap is open"],
    );
    let empty = Measures { codes: vec!["owner-empty"], ..Measures::default() };
    let gaps = BuiltIn::find("no-gaps").expect("it is there");
    let only_empty = check_of("x", Demand::BuiltIn(gaps, Box::new(empty)));
    check("component:x", only_empty, "component:x", expect!["passed: no such gap is open"]);
}

#[test]
fn a_runbook_is_linked() {
    check("component:x", built_in("runbook"), "component:x", expect!["failed: it links to no runbook"]);
}

#[test]
fn conditions_see_the_neighbours() {
    let text = "
        group:shop annotation pagerduty.com/service-id=P1
        component:web tier 1 slo 99.9 owner group:shop -> resource:db ~> component:ads
        component:job -> component:web
        resource:db tier 2 type database data pii owner group:shop
    ";
    let holds = |expression_text: &str| {
        let graph = sketch::graph(text);
        let settings = GapSettings::default();
        let policy = policy(vec![level("only", vec![expression(expression_text)])]);
        let web = graph.entity(&EntityRef::parse_lenient("component:web").expect("a ref")).expect("there");
        let answer = assess_one(question(&graph, &settings), &policy, web);
        let outcome = answer.outcome(0);
        assert_eq!(outcome, Outcome::Passed, "{}", shown(&answer));
    };
    holds("dependencies.map(d, d.ref) == ['component:default/ads', 'resource:default/db']");
    holds("hardDependencies.all(d, d.tier > tier && d.owner != '' && d.declared)");
    holds("dependencies.exists(d, !d.declared && d.strength == 'soft')");
    holds("dependents.map(d, d.name) == ['job'] && size(dependents) == 1");
    holds("dependencies.exists(d, 'pii' in d.data && d.type == 'database')");
    holds("slo.availability >= 99.9 && !has(slo.latency)");
    holds("onCall == ['P1'] && ownerDeclared && contacts == [] && links == []");
    holds("gaps == [] && now == 1768132800 && description == ''");
    holds("committedDaysAgo > 0");
}

#[test]
fn a_scope_leaves_out_what_the_policy_and_the_check_are_not_about() {
    let mut policy = policy(vec![level("only", vec![built_in("owner"), built_in("runbook")])]);
    policy.scope =
        Scope { kinds: vec!["Component".into()], types: vec!["service".into()], ..Scope::default() };
    policy.levels[0].checks[1].scope = Scope { tiers: vec![0, 1], ..Scope::default() };
    policy.levels[0].checks[0].scope =
        Scope { condition: Some(condition("name != 'b'")), ..Scope::default() };
    let text =
        "component:a type Service tier 1\ncomponent:b type service\nresource:c type service\ncomponent:d";
    check_policy(
        text,
        &policy,
        "component:a",
        expect![[r#"
        failed
          only failed
            owner failed: nobody owns it @catalog-info.yaml:1
            runbook failed: it links to no runbook @catalog-info.yaml:1"#]],
    );
    check_policy(
        text,
        &policy,
        "component:b",
        expect![[r#"
        passed
          only reached
            owner not-applicable: the check is not about it
            runbook not-applicable: the check is not about it"#]],
    );
    check_policy(text, &policy, "resource:c", expect!["not-applicable"]);
    check_policy(text, &policy, "component:d", expect!["not-applicable"]);
    policy.scope.condition = Some(condition("labels.x == 'y'"));
    check_policy(
        text,
        &policy,
        "component:a",
        expect![
            "could-not-decide: it is not known whether the policy is about it: `labels.x == 'y'`: there is no key `x`"
        ],
    );
}

#[test]
fn an_exemption_holds_to_its_last_day_and_is_named_after_it() {
    let mut policy = policy(vec![level("only", vec![built_in("owner")])]);
    let exemption = |until_day: i64, until: &str| Exemption {
        entity: EntityRef::parse_lenient("component:x").expect("a ref"),
        check: "Owner".into(),
        until_day,
        until: until.into(),
        owner: "group:platform".into(),
        reason: "it moves to another team".into(),
    };
    policy.exemptions = vec![exemption(20_464, "2026-01-11")];
    check_policy(
        "component:x",
        &policy,
        "component:x",
        expect![[r#"
        passed
          only reached
            owner exempted: exempted until 2026-01-11 by group:platform: it moves to another team"#]],
    );
    policy.exemptions = vec![exemption(20_463, "2026-01-10")];
    check_policy(
        "component:x",
        &policy,
        "component:x",
        expect![[r#"
        failed
          only failed
            owner failed: nobody owns it; its exemption ended on 2026-01-10 @catalog-info.yaml:1"#]],
    );
}

#[test]
fn what_is_known_of_an_earlier_commit_or_not_at_all_decides_nothing() {
    check(
        "component:x tier 1 stale",
        built_in("criticality"),
        "component:x",
        expect!["could-not-decide: as last read it passes; its file is not valid now"],
    );
    check(
        "component:x stale",
        built_in("criticality"),
        "component:x",
        expect!["could-not-decide: as last read it fails, it states no tier; its file is not valid now"],
    );
    check(
        "component:a -> component:x",
        built_in("criticality"),
        "component:x",
        expect!["nothing that was read declares it"],
    );
}

#[test]
fn an_expression_without_an_end_could_not_decide_and_the_others_go_on() {
    let crowd: String = (0..400).fold("component:hub".to_owned(), |text, number| {
        text + &format!("\ncomponent:n{number} -> component:hub")
    });
    let policy = policy(vec![level(
        "only",
        vec![
            expression("dependents.all(a, dependents.all(b, dependents.all(c, a.ref != '')))"),
            built_in("owner"),
        ],
    )]);
    check_policy(
        &crowd,
        &policy,
        "component:hub",
        expect![[r#"
            failed
              only failed
                expression could-not-decide: `dependents.all(a, dependents.all(b, dependents.all(c, a.ref != '')))`: it takes more steps than the limit `expression_steps_max` of 100000 @catalog-info.yaml:1
                owner failed: nobody owns it @catalog-info.yaml:1"#]],
    );
}

#[test]
fn neighbours_are_counted_before_they_are_shown() {
    let mut text = "component:hub".to_owned();
    for number in 0..=NEIGHBOURS_MAX {
        write!(text, "\ncomponent:n{number} -> component:hub").expect("a string takes everything");
    }
    let hub = expression("dependents.all(a, a.owner != '')");
    check(
        &text,
        hub,
        "component:hub",
        expect![
            "could-not-decide: `dependents.all(a, a.owner != '')`: `dependents` is not known: it has 10001 dependents, over the limit `readiness_neighbours_max` of 10000"
        ],
    );
}

#[test]
fn all_entities_have_the_same_verdicts_as_each_alone() {
    let mut text = "group:a\n".to_owned();
    for number in 0..9_000 {
        let owner = if number % 3 == 0 { " owner group:a" } else { "" };
        let tier = if number % 2 == 0 { " tier 1" } else { "" };
        writeln!(text, "component:n{number}{owner}{tier}").expect("a string takes everything");
    }
    let graph = sketch::graph(&text);
    let settings = GapSettings::default();
    let policy = policy(vec![
        level("bronze", vec![built_in("owner"), expression("kind == 'component'")]),
        level("silver", vec![built_in("criticality")]),
    ]);
    let policy = Policy { scope: Scope { kinds: vec!["component".into()], ..Scope::default() }, ..policy };
    let entities: Vec<_> = graph.entities().collect();
    let question = question(&graph, &settings);
    let all = assess(question, &policy, &entities, Detail::Everything);
    assert_eq!(all.not_applicable, entities.len() - 9_000);
    assert_eq!(all.count(Outcome::Passed, 1), 1_500);
    assert_eq!(all.count(Outcome::Passed, 0), 3_000);
    assert_eq!(all.count(Outcome::Failed, 1), 7_500);
    for answer in all.entities.iter().step_by(977) {
        assert_eq!(shown(answer), shown(&assess_one(question, &policy, answer.entity)));
    }
    let names: Vec<u32> = all.entities.iter().map(|answer| answer.entity.index()).collect();
    assert!(names.is_sorted(), "answers are in the order of the entities");
    let problems = assess(question, &policy, &entities, Detail::Problems);
    assert!(
        problems
            .entities
            .iter()
            .flat_map(|one| &one.levels)
            .flat_map(|level| &level.checks)
            .all(|check| check.verdict != Verdict::Passed || check.reason.is_empty())
    );
}
