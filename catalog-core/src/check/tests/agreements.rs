//! Who is to be told, and who must agree.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;

fn agreements(check: &ChangeCheck<'_, '_>) -> String {
    let mut shown = String::new();
    for of in &check.agree {
        let parties: Vec<String> = of
            .parties
            .iter()
            .map(|party| {
                let contact = party.contacts.first().map(|contact| format!(" <{}>", contact.value));
                format!("{}{}", party.written, contact.unwrap_or_default())
            })
            .collect();
        let grounds: Vec<String> = of
            .grounds
            .iter()
            .map(|ground| match ground {
                AgreementGround::Finding { code, .. } => code.clone(),
                AgreementGround::PathRule { origin, pattern, paths, .. } => {
                    format!("{}:{} {pattern} {paths:?}", origin.path, origin.position.line)
                }
            })
            .collect();
        let standing = match (of.is_required, of.is_given) {
            (_, true) => "given",
            (true, false) => "missing",
            (false, false) => "asked for",
        };
        writeln!(shown, "{} of {}: {} ({standing})", of.approvals, parties.join(" | "), grounds.join("; "))
            .expect("a string takes everything");
    }
    shown
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(base: &str, head: &str, changed: &str, approved_by: &[&str], expected: Expect) {
    let mut case = Case::new(base, head, changed);
    case.approved_by = approved_by.iter().map(|name| sketch::entity_ref(name)).collect();
    expected.assert_eq(&agreements(&case.check()));
}

const OWNED: &str = "
    codeowners
      *      @acme/all
      /web/  @acme/web ann@example.com
      /web/free
    component:web
    group:web slug acme/web email web@example.com members user:ann
    user:ann email ann@example.com memberof group:web
    user:bob memberof group:web
";

#[test]
fn the_rules_that_decide_name_who_agrees() {
    check(
        OWNED,
        OWNED,
        "M web/a\nM web/b\nM web/free\nM c\nR web/a d",
        &[],
        expect![[r#"
        1 of @acme/all: CODEOWNERS:3 * [3, 4] (missing)
        1 of @acme/web <web@example.com> | ann@example.com <ann@example.com>: CODEOWNERS:4 /web/ [0, 1, 4] (missing)
    "#]],
    );
    check(
        OWNED,
        OWNED,
        "M web/a",
        &["user:bob"],
        expect![[r#"
        1 of @acme/web <web@example.com> | ann@example.com <ann@example.com>: CODEOWNERS:4 /web/ [0] (given)
    "#]],
    );
    check(
        OWNED,
        OWNED,
        "M web/a",
        &["user:nobody"],
        expect![[r#"
        1 of @acme/web <web@example.com> | ann@example.com <ann@example.com>: CODEOWNERS:4 /web/ [0] (missing)
    "#]],
    );
}

#[test]
fn a_change_does_not_choose_its_own_reviewers() {
    check(
        OWNED,
        "component:web",
        "D CODEOWNERS\nM web/a",
        &[],
        expect![[r#"
        1 of @acme/all: CODEOWNERS:3 * [0] (missing)
        1 of @acme/web | ann@example.com: CODEOWNERS:4 /web/ [1] (missing)
    "#]],
    );
}

#[test]
fn what_an_ownership_file_asks_for_is_the_hosts_to_hold() {
    let case = Case::new(OWNED, OWNED, "M web/a");
    assert_eq!(case.check().verdict, Verdict::Pass);
}

#[test]
fn owners_of_what_changes_and_of_what_needs_it_are_told() {
    let shop = "
        group:shop email shop@example.com
        manifest web/catalog-info.yaml
        component:web owner group:shop tier 1 -> component:api
        component:cart owner group:shop -> component:web
        manifest api/catalog-info.yaml
        component:api owner group:pay
        component:free -> component:api
    ";
    let case = Case::new(shop, shop, "M api/x");
    let mut shown = String::new();
    for told in &case.check().inform {
        let reasons: Vec<String> = told
            .reasons
            .iter()
            .map(|reason| format!("{} at {}", reason.entity.short(), reason.distance))
            .collect();
        let contacts: Vec<&str> = told.contacts.iter().map(|contact| &*contact.value).collect();
        writeln!(
            shown,
            "{} {}+{} ({} critical): {} <{}>",
            told.owner.name().short(),
            told.changed,
            told.affected,
            told.critical,
            reasons.join(", "),
            contacts.join(" ")
        )
        .expect("a string takes everything");
    }
    expect![[r#"
        group:shop 0+2 (1 critical): component:web at 1, component:cart at 2 <shop@example.com>
        group:pay 1+0 (0 critical): component:api at 0 <>
    "#]]
    .assert_eq(&shown);
}
