//! Thresholds, effects and approvals.

use expect_test::{Expect, expect};

use super::*;
use crate::model::Tier;

const SHOP: &str = "
    group:shop
    group:pay
    manifest web/catalog-info.yaml
    component:web owner group:shop tier 1 -> component:api
    manifest api/catalog-info.yaml
    component:api owner group:pay tier 3 -> resource:db
    manifest db/catalog-info.yaml
    resource:db owner group:pay
";

fn rule(name: &str, measure: Measure, over: u32, scope: PolicyScope, effect: Effect) -> PolicyRule {
    PolicyRule { name: name.into(), measure, over, scope, effect }
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(rules: Vec<PolicyRule>, changed: &str, expected: Expect) {
    let mut case = Case::new(SHOP, SHOP, changed);
    case.policy.rules = rules;
    expected.assert_eq(&found(&case.check()));
}

#[test]
fn each_measure_counts_what_changes_and_is_reached() {
    let everything =
        |measure: Measure| rule(measure.name(), measure, 0, PolicyScope::default(), Effect::Warn);
    check(
        Measure::ALL.map(everything).to_vec(),
        "M db/x",
        expect![[r#"
            + warn policy:budget: 50 percent of all declared entities changed or reached, over the limit `budget` of 0
            + warn policy:critical-entities: 1 critical entity changed or reached, over the limit `critical-entities` of 0
            + warn policy:depth: 2 needs between what changes and the farthest entity that is reached, over the limit `depth` of 0
            + warn policy:entities: 3 entities changed or reached, over the limit `entities` of 0
            + warn policy:teams: 2 owners of what is changed or reached, over the limit `teams` of 0
            warn"#]],
    );
}

#[test]
fn at_the_limit_is_not_over_it() {
    let at = rule("all", Measure::Entities, 3, PolicyScope::default(), Effect::Block);
    check(vec![at], "M db/x", expect!["pass"]);
}

#[test]
fn a_rule_looks_at_its_paths_kinds_and_tiers_alone() {
    let paths = PolicyScope { paths: vec!["/db/".into()], ..PolicyScope::default() };
    let kinds = PolicyScope { kinds: vec!["resource".into()], ..PolicyScope::default() };
    let tiers = PolicyScope { tiers: Tier::new(3).into_iter().collect(), ..PolicyScope::default() };
    let rules = || {
        vec![
            rule("path", Measure::Entities, 0, paths.clone(), Effect::Warn),
            rule("kind", Measure::Entities, 0, kinds.clone(), Effect::Warn),
            rule("tier", Measure::Entities, 0, tiers.clone(), Effect::Warn),
        ]
    };
    check(rules(), "M web/x", expect!["pass"]);
    check(
        rules(),
        "M web/x\nM db/y",
        expect![[r#"
            + warn policy:kind: 3 entities changed or reached, over the limit `kind` of 0
            + warn policy:path: 3 entities changed or reached, over the limit `path` of 0
            warn"#]],
    );
    check(
        rules(),
        "M api/x",
        expect![[r#"
            + warn policy:tier: 2 entities changed or reached, over the limit `tier` of 0
            warn"#]],
    );
}

#[test]
fn an_approval_is_asked_for_until_it_is_given() {
    let mut case = Case::new(SHOP, SHOP, "M db/x");
    let asked = Effect::RequireApprovalOf(sketch::entity_ref("group:shop"));
    case.policy.rules = vec![rule("critical", Measure::CriticalEntities, 0, PolicyScope::default(), asked)];
    expect![[r#"
        + require-approval-of policy:critical: 1 critical entity changed or reached, over the limit `critical` of 0
        needs-approval"#]].assert_eq(&found(&case.check()));
    case.approved_by = vec![sketch::entity_ref("group:pay")];
    assert_eq!(case.check().verdict, Verdict::NeedsApproval);
    case.approved_by.push(sketch::entity_ref("group:shop"));
    assert_eq!(case.check().verdict, Verdict::Pass);
}

#[test]
fn effects_of_known_rules_are_the_policys() {
    let mut case = Case::new(
        "component:a\ncomponent:b -> component:a",
        "component:b -> component:a",
        "M catalog-info.yaml",
    );
    assert_eq!(case.check().verdict, Verdict::Warn);
    case.policy.effects.insert("entity-removed-in-use", Effect::Block);
    assert_eq!(case.check().verdict, Verdict::Block);
    case.policy.effects.insert("entity-removed-in-use", Effect::Inform);
    assert_eq!(case.check().verdict, Verdict::Pass);
}
