//! A critical entity with nobody to call.

use super::*;

fn check_reached(drawn: &str, is_reached: bool) {
    let drawn = format!("codeowners\n  * @acme/all\n{drawn}");
    let graph = sketch::graph(&drawn);
    let has = gaps_of(&graph).gaps.iter().any(|gap| gap.code == "no-escalation");
    assert_eq!(!has, is_reached, "{drawn}");
    assert_each_entity_has_its_own(&graph, &GapSettings::default());
}

#[test]
fn nobody_at_any_step_is_an_error_of_what_is_critical() {
    check_rule(
        "no-escalation",
        "
        group:all
        group:shop parent group:all members user:ann
        component:web tier 1 owner group:shop system system:store
        system:store owner group:shop
        component:low tier 2 owner group:shop
        component:alone tier 0
        component:lost tier 0 owner group:nowhere
        resource:eu tier 0 type region owner group:shop
        ",
        &expect![[r#"
            error[no-escalation] critical `component:alone` has nobody to call: it has no contact, and nobody owns it
              at example/catalog:catalog-info.yaml:7
            error[no-escalation] critical `component:lost` has nobody to call: it has no contact, and no manifest declares its owner `group:nowhere`
              at example/catalog:catalog-info.yaml:8 about group:nowhere
            error[no-escalation] critical `component:web` has nobody to call: it has no contact, and neither `group:shop` nor anybody above has a contact
              at example/catalog:catalog-info.yaml:4 about group:shop
        "#]],
    );
}

#[test]
fn one_contact_anywhere_on_the_way_is_enough() {
    let web = "component:web tier 1 owner group:shop system system:store\n";
    check_reached(&format!("{web}group:shop"), false);
    check_reached(&format!("{web}group:shop email shop@example.com"), true);
    check_reached(&format!("{web}group:shop annotation slack.com/channel=#shop"), true);
    check_reached(&format!("{web}group:shop parent group:up\ngroup:up parent group:top email a@b.c"), true);
    check_reached(&format!("{web}group:shop parent group:up\ngroup:top email a@b.c children group:up"), true);
    check_reached(&format!("{web}group:shop parent group:up group:top\ngroup:top email a@b.c"), true);
    check_reached(&format!("{web}system:store owner group:store\ngroup:store email a@b.c"), true);
    check_reached(
        &format!(
            "{web}system:store domain domain:d\ndomain:d owner group:d\ngroup:d annotation opsgenie.com/team=d"
        ),
        true,
    );
    check_reached("component:web tier 1 annotation pagerduty.com/service-id=P1", true);
    check_reached("component:web tier 1 annotation pagerduty.com/integration-key=k", true);
    check_reached(
        "component:web tier 1 owner user:ann\nuser:ann memberof group:g\ngroup:g email a@b.c",
        true,
    );
    check_reached("component:web tier 1 owner group:ops@example.com", true);
}

#[test]
fn pages_members_and_those_below_are_nobody_to_call() {
    check_reached("component:web tier 1 annotation catalog/runbook=https://example.com", false);
    check_reached(
        "component:web tier 1 owner group:a\ngroup:a members user:ann\nuser:ann email a@b.c",
        false,
    );
    check_reached("component:web tier 1 owner group:a\ngroup:a children group:b\ngroup:b email a@b.c", false);
}

#[test]
fn circles_of_groups_and_a_group_above_itself_end() {
    check_reached("component:web tier 1 owner group:a\ngroup:a parent group:a", false);
    check_reached(
        "component:web tier 1 owner group:a\ngroup:a parent group:b\ngroup:b parent group:a",
        false,
    );
    check_reached(
        "component:web tier 1 owner group:a\ngroup:a parent group:b\ngroup:b parent group:a email a@b.c",
        true,
    );
    check_reached("component:web tier 1 partof component:web owner group:a\ngroup:a members group:a", false);
}
