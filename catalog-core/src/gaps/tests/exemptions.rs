//! Gaps that are left open on purpose.

use crate::model::{CalendarDay, EntityRef, Timestamp};

use super::*;

fn exemption(entity: &str, codes: &[&str], until: &str) -> GapExemption {
    GapExemption {
        subject: ExemptionSubject { entity: EntityPattern::parse(entity), ..ExemptionSubject::default() },
        rules: codes.iter().filter_map(|code| GapRule::find(code)).collect(),
        owner: entity_ref("group:platform"),
        reason: "moves to a vendor".into(),
        until: CalendarDay::parse(until).expect("it is a day"),
    }
}

fn check_exempted(drawn: &str, exemptions: Vec<GapExemption>, now: Timestamp, expected: &Expect) {
    let graph = sketch::graph(drawn);
    let settings = GapSettings { exemptions, ..GapSettings::default() };
    let report = ownership_gaps(GapQuestion { graph: &graph, now, settings: &settings });
    let exempted = report.exempted.iter().map(|exempted| {
        let (gap, exemption) = (&exempted.gap, &exempted.exemption);
        format!("exempted {} {} until {}\n", gap.code, gap.subject.short(), exemption.until)
    });
    expected.assert_eq(&(shown(&report) + &exempted.collect::<String>()));
}

const LEGACY: &str = "
    group:platform members user:u email a@b.c
    user:u
    component:legacy-a
    component:legacy-b system system:old
    component:new
    system:old owner group:platform
    component:owned owner group:platform
";

#[test]
fn an_exempted_gap_is_counted_apart() {
    check_exempted(
        LEGACY,
        vec![exemption("component:legacy-*", &["unowned", "no-escalation"], "2026-01-01")],
        sketch::READ_AT,
        &expect![[r#"
            warning[unowned] `component:new` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:6
            exempted unowned component:legacy-a until 2026-01-01
            exempted unowned component:legacy-b until 2026-01-01
        "#]],
    );
}

#[test]
fn an_exemption_holds_until_its_day_has_passed() {
    let last = CalendarDay::parse("2026-01-01").expect("it is a day");
    assert_eq!(last.start(), sketch::READ_AT);
    let one = || vec![exemption("component:new", &["unowned"], "2026-01-01")];
    assert!(!one()[0].is_expired(Timestamp(last.next().start().seconds() - 1)));
    assert!(one()[0].is_expired(last.next().start()));
    check_exempted(
        LEGACY,
        one(),
        CalendarDay::parse("2026-02-01").expect("a day").start(),
        &expect![[r#"
        warning[exemption-expired] the exemption of `component:new` from `unowned` ended on 2026-01-01, 31 days before 2026-02-01; `group:platform` answers for it: moves to a vendor
          at example/catalog:catalog-info.yaml:6 about group:platform
        warning[unowned] `component:legacy-a` declares no owner, and its repository has no ownership file
          at example/catalog:catalog-info.yaml:4
        warning[unowned] `component:legacy-b` declares no owner, and its repository has no ownership file
          at example/catalog:catalog-info.yaml:5
        warning[unowned] `component:new` declares no owner, and its repository has no ownership file
          at example/catalog:catalog-info.yaml:6
    "#]],
    );
}

#[test]
fn kinds_and_parts_of_systems_are_exempted_together() {
    let by = |subject| GapExemption { subject, ..exemption("a:b", &["unowned"], "2027-01-01") };
    let kind = by(ExemptionSubject { kind: Some("component".into()), ..ExemptionSubject::default() });
    check_exempted(
        LEGACY,
        vec![kind],
        sketch::READ_AT,
        &expect![[r#"
        exempted unowned component:legacy-a until 2027-01-01
        exempted unowned component:legacy-b until 2027-01-01
        exempted unowned component:new until 2027-01-01
    "#]],
    );
    let system = Some(entity_ref("system:old"));
    let system = by(ExemptionSubject { system, ..ExemptionSubject::default() });
    check_exempted(
        LEGACY,
        vec![system],
        sketch::READ_AT,
        &expect![[r#"
        warning[unowned] `component:legacy-a` declares no owner, and its repository has no ownership file
          at example/catalog:catalog-info.yaml:4
        warning[unowned] `component:new` declares no owner, and its repository has no ownership file
          at example/catalog:catalog-info.yaml:6
        exempted unowned component:legacy-b until 2027-01-01
    "#]],
    );
}

#[test]
fn an_exemption_that_exempts_nothing_is_told() {
    check_exempted(
        LEGACY,
        vec![
            exemption("component:owned", &["unowned"], "2027-01-01"),
            exemption("component:legcy-a", &["unowned"], "2027-01-01"),
            exemption("resource:*", &["unowned"], "2027-01-01"),
            GapExemption {
                owner: EntityRef::parse_full("group:gone").expect("a name"),
                ..exemption("component:gone", &["unowned"], "2025-01-01")
            },
        ],
        sketch::READ_AT,
        &expect![[r#"
            warning[exemption-expired] the exemption of `component:gone` from `unowned` ended on 2025-01-01, 365 days before 2026-01-01; `group:gone` answers for it: moves to a vendor
            warning[unowned] `component:legacy-a` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:4
            warning[unowned] `component:legacy-b` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:5
            warning[unowned] `component:new` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:6
            note[exemption-unused] the exemption of `component:owned` from `unowned` exempts nothing: there is no such gap; `group:platform` answers for it
              at example/catalog:catalog-info.yaml:8 about group:platform
            note[exemption-unused] the exemption of `component:legcy-a` from `unowned` exempts nothing: the catalog has no such entity; `group:platform` answers for it
            note[exemption-unused] the exemption of `resource:*` from `unowned` exempts nothing: the catalog has no such entity; `group:platform` answers for it
        "#]],
    );
}
