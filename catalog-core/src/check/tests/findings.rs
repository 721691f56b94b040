//! Each rule: what opens, what closes, and what was there before.

use expect_test::expect;

use super::*;

#[test]
fn what_is_removed_and_still_named_is_told_once() {
    check_found(
        "component:web -> component:api owner group:shop
         component:api
         component:pay consumes api:orders-v1
         api:orders-v1
         api:orders-v2",
        "component:web -> component:api owner group:shop
         component:pay consumes api:orders-v1
         api:orders-v2",
        expect![[r#"
            + warn api-version-removed: `api:orders-v1` is removed, and `component:pay` still names it (catalog-info.yaml:4)
            + warn entity-removed-in-use: `component:api` is removed, and `component:web` still names it (catalog-info.yaml:2)
            warn"#]],
    );
}

#[test]
fn what_is_removed_with_all_that_names_it_is_no_finding() {
    check_found("component:web -> component:api\ncomponent:api", "component:web", expect!["pass"]);
}

#[test]
fn a_reference_to_nothing_is_told_where_it_stands() {
    check_found(
        "component:web -> component:was\ncomponent:ledger",
        "component:web -> component:was component:leger\ncomponent:ledger\ncomponent:leger-db <- component:x",
        expect![[r#"
            + warn dangling-reference: `component:leger-db` names `component:x` (dependencyOf), which nothing declares (catalog-info.yaml:3)
            + warn dangling-reference: `component:web` names `component:leger` (dependsOn), which nothing declares (catalog-info.yaml:1)
            + inform gap-opened: unowned: `component:leger-db` declares no owner, and its repository has no ownership file (catalog-info.yaml:3)
            warn"#]],
    );
    check_found(
        "component:web -> component:api",
        "component:web -> component:api\ncomponent:api",
        expect![[r#"
            + inform gap-opened: unowned: `component:api` declares no owner, and its repository has no ownership file (catalog-info.yaml:2)
            - inform dangling-reference: `component:web` names `component:api` (dependsOn), which nothing declares (catalog-info.yaml:1)
            pass"#]],
    );
}

#[test]
fn an_api_that_loses_its_last_provider_is_told() {
    check_found(
        "component:a provides api:x\ncomponent:b consumes api:x\napi:x",
        "component:a\ncomponent:b consumes api:x\napi:x",
        expect![[r#"
            + warn api-unprovided: nobody provides `api:x` any more, which `component:b` still consumes (catalog-info.yaml:1)
            warn"#]],
    );
}

#[test]
fn a_circle_that_closes_is_told_with_its_links() {
    check_found(
        "component:a -> component:b\ncomponent:b -> component:c\ncomponent:c",
        "component:a -> component:b\ncomponent:b -> component:c\ncomponent:c -> component:a",
        expect![[r#"
            + warn cycle-opened: `component:a` → `component:b` → `component:c` → `component:a` hard-need each other in a circle (catalog-info.yaml:1)
            warn"#]],
    );
    check_found(
        "component:a -> component:b\ncomponent:b -> component:c\ncomponent:c",
        "component:a -> component:b\ncomponent:b -> component:c\ncomponent:c ~> component:a",
        expect![[r#"
            + inform soft-cycle-opened: `component:a` → `component:b` → `component:c` → `component:a` need each other in a circle (catalog-info.yaml:1)
            pass"#]],
    );
    // It was a circle before, and becomes a hard one.
    check_found(
        "component:a -> component:b\ncomponent:b ~> component:a",
        "component:a -> component:b\ncomponent:b !> component:a",
        expect![[r#"
            + warn cycle-opened: `component:a` → `component:b` → `component:a` hard-need each other in a circle (catalog-info.yaml:1)
            warn"#]],
    );
    // What was there is not opened.
    check_found(
        "component:a -> component:b\ncomponent:b -> component:a",
        "component:a tier 4 -> component:b\ncomponent:b -> component:a",
        expect!["pass"],
    );
}

#[test]
fn a_tier_inversion_that_opens_is_told_wherever_it_is() {
    check_found(
        "component:web tier 1 -> component:api\ncomponent:api tier 1",
        "component:web tier 1 -> component:api\ncomponent:api tier 3",
        expect![[r#"
            + inform tier-inversion: `component:web` of tier 1 cannot work without `component:api` of tier 3 (catalog-info.yaml:1)
            - inform gap-opened: no-escalation: critical `component:api` has nobody to call: it has no contact, and nobody owns it (catalog-info.yaml:2)
            pass"#]],
    );
    check_found(
        "component:web tier 1 consumes api:x\napi:x\ncomponent:p tier 1 provides api:x",
        "component:web tier 1 consumes api:x\napi:x\ncomponent:p tier 2 provides api:x",
        expect![[r#"
            + inform tier-inversion: `component:web` of tier 1 cannot work without `component:p` of tier 2 by `api:x` (catalog-info.yaml:1)
            - inform gap-opened: no-escalation: critical `component:p` has nobody to call: it has no contact, and nobody owns it (catalog-info.yaml:3)
            pass"#]],
    );
}

#[test]
fn whoever_loses_a_spare_is_told() {
    check_found(
        "component:pay any> resource:a resource:b\nresource:a\nresource:b",
        "component:pay -> resource:a\nresource:a\nresource:b",
        expect![[r#"
            + inform single-point-opened: `component:pay` goes down with `resource:a` (catalog-info.yaml:1)
            pass"#]],
    );
}

#[test]
fn what_critical_ones_go_down_with_is_told_through_all_between() {
    check_found(
        "component:web tier 1 -> component:mid\ncomponent:mid\nresource:db",
        "component:web tier 1 -> component:mid\ncomponent:mid -> resource:db\nresource:db",
        expect![[r#"
            + inform single-point-opened: `component:web` and `component:mid` (1 of them critical) go down with `resource:db` (catalog-info.yaml:2)
            pass"#]],
    );
}

#[test]
fn alternatives_that_come_to_rest_on_one_entity_are_told() {
    check_found(
        "component:web tier 1 any> component:a component:b
         component:a
         component:b -> resource:z
         resource:z",
        "component:web tier 1 any> component:a component:b
         component:a -> resource:z
         component:b -> resource:z
         resource:z",
        expect![[r#"
            + inform single-point-opened: `component:web` and `component:a` (1 of them critical) go down with `resource:z` (catalog-info.yaml:2)
            pass"#]],
    );
}

#[test]
fn a_need_more_that_takes_nothing_critical_down_is_no_finding() {
    check_found(
        "component:web owner group:g\nresource:db owner group:g",
        "component:web owner group:g -> resource:db\nresource:db owner group:g",
        expect!["pass"],
    );
}

#[test]
fn a_promise_that_needs_do_not_allow_any_more_is_told() {
    check_found(
        "component:web slo 99.9 -> component:mid\ncomponent:mid\nresource:db slo 99",
        "component:web slo 99.9 -> component:mid\ncomponent:mid -> resource:db\nresource:db slo 99",
        expect![[r#"
            + inform promise-broken: `component:web` promises 99.9, and what it hard-needs allows at most 99 (catalog-info.yaml:1)
            pass"#]],
    );
}

#[test]
fn gaps_open_and_close() {
    check_found(
        "component:a owner group:x\ncomponent:b\ngroup:x members user:u\nuser:u",
        "component:a\ncomponent:b owner group:x\ngroup:x members user:u\nuser:u",
        expect![[r#"
            + inform gap-opened: unowned: `component:a` declares no owner, and its repository has no ownership file (catalog-info.yaml:1)
            - inform gap-opened: unowned: `component:b` declares no owner, and its repository has no ownership file (catalog-info.yaml:2)
            pass"#]],
    );
}

#[test]
fn a_group_that_is_reached_no_more_opens_gaps_of_what_those_below_it_own() {
    check_found(
        "group:top email top@example.com members user:u
         group:low parent group:top members user:u
         user:u
         system:s owner group:low
         component:a tier 0 system system:s owner group:low",
        "group:top members user:u
         group:low parent group:top members user:u
         user:u
         system:s owner group:low
         component:a tier 0 system system:s owner group:low",
        expect![[r#"
            + inform gap-opened: no-escalation: critical `component:a` has nobody to call: it has no contact, and neither `group:low` nor anybody above has a contact (catalog-info.yaml:5)
            pass"#]],
    );
}

#[test]
fn an_ownership_file_opens_gaps_of_what_it_covers() {
    check_found(
        "
        codeowners
          /*  @acme/shop
        component:web
        group:shop members user:u
        user:u",
        "
        codeowners
          /other/  @acme/shop
        component:web
        group:shop members user:u
        user:u",
        expect![[r#"
            + inform gap-opened: unowned: `component:web` declares no owner, and no rule of `CODEOWNERS` covers `catalog-info.yaml` (catalog-info.yaml:4)
            pass"#]],
    );
}

#[test]
fn a_manifest_that_breaks_is_told_with_what_is_kept() {
    check_found(
        "manifest a.yaml\ncomponent:a\ncomponent:b -> component:a",
        "manifest a.yaml stale\ncomponent:a\ncomponent:b -> component:a",
        expect![[r#"
            + warn manifest-broken: `a.yaml` cannot be read: it is not valid; `component:a` and `component:b` are taken as they were last read (a.yaml:0)
            warn"#]],
    );
    check_found(
        "manifest a.yaml stale\ncomponent:a",
        "manifest a.yaml\ncomponent:a",
        expect![[r#"
            - inform manifest-broken: `a.yaml` cannot be read: it is not valid; `component:a` is taken as it was last read (a.yaml:0)
            pass"#]],
    );
}

#[test]
fn a_fingerprint_knows_no_lines_and_no_words() {
    let of = |head: &str| {
        let case = Case::new("component:a\ncomponent:b -> component:a", head, "M catalog-info.yaml");
        let check = case.check();
        let is_removal = |of: &&CheckFinding| of.rule.code() == "entity-removed-in-use";
        let finding = check.findings.iter().find(is_removal).expect("a removal in use is found");
        (finding.fingerprint(), finding.message.clone())
    };
    let (one, words) = of("component:b -> component:a");
    let (other, other_words) = of("\n\ncomponent:b -> component:a\ncomponent:c -> component:a");
    assert_eq!(one, other);
    assert_ne!(words, other_words);
    assert!(one.len() == 16 && one.bytes().all(|byte| byte.is_ascii_hexdigit()), "{one}");
    expect!["bff736b6f64a7cd3"].assert_eq(&one);
}

#[test]
fn what_others_found_is_settled_by_the_policy() {
    let mut case = Case::new("component:a\napi:x", "component:a\napi:x", "M api.yaml");
    let rule = check_rule("operation-removed").expect("the table has it");
    let gone = CheckFinding {
        rule: FindingRule::Known(rule),
        effect: Effect::Inform,
        subject: CheckSubject::Entity(sketch::entity_ref("api:x")),
        related: Vec::new(),
        concerns: Vec::new(),
        detail: "GET /orders".into(),
        message: "`GET /orders` is removed".to_owned(),
        suggestion: None,
        place: None,
        owners: Vec::new(),
    };
    case.policy.effects.insert(rule.code, Effect::Block);
    let check = check(ChangeQuestion {
        base: &case.base,
        head: &case.head,
        repository: &case.repository,
        paths: &case.paths,
        policy: &case.policy,
        gaps: &case.gaps,
        build_roots: &BTreeMap::new(),
        redefined: &[],
        found: &[gone],
        approved_by: &[],
        now: sketch::READ_AT,
    });
    assert_eq!((check.findings[0].effect.name(), check.verdict), ("block", Verdict::Block));
}
