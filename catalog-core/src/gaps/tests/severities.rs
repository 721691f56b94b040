//! How much a gap matters: by its rule, by the settings, and by what it is about.

use super::*;

fn check_severities(drawn: &str, severities: &[(&'static str, Option<Severity>)], expected: &str) {
    let graph = sketch::graph(drawn);
    let settings = GapSettings { severities: severities.iter().copied().collect(), ..GapSettings::default() };
    let report = ownership_gaps(GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings });
    let line = |gap: &OwnershipGap| format!("{} {} {}", gap.severity.name(), gap.code, gap.subject.short());
    let shown: Vec<String> = report.gaps.iter().map(line).collect();
    assert_eq!(shown.join(", "), expected);
    assert_each_entity_has_its_own(&graph, &settings);
}

const OWNED: &str = "
    group:a email a@b.c
    group:b email a@b.c
    component:web tier 1 owner group:a
    component:low tier 2 owner group:b
    template:t owner user:u
    user:u
";

#[test]
fn what_is_critical_is_one_step_worse_and_nothing_is_worse_than_an_error() {
    check_severities(
        OWNED,
        &[],
        "error owner-empty group:a, warning owner-empty group:b, note owner-is-person template:t",
    );
}

#[test]
fn the_settings_give_a_rule_another_severity_or_none() {
    let milder = [("owner-empty", Some(Severity::Note)), ("owner-is-person", None)];
    check_severities(OWNED, &milder, "warning owner-empty group:a, note owner-empty group:b");
    let other = [("owner-empty", None), ("owner-is-person", Some(Severity::Error))];
    check_severities(OWNED, &other, "error owner-is-person template:t");
}
