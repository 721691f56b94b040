//! Each rule with what it finds and what it leaves alone, in sketches.

mod exemptions;
mod no_escalation;
mod path_unowned;
mod severities;
mod shared_unowned;

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::*;
use crate::{
    graph::CatalogGraph,
    model::Severity,
    sketch::{self, entity_ref, repository_id},
};

fn shown(report: &GapReport) -> String {
    let line = |gap: &OwnershipGap| {
        let mut line = format!("{}[{}] {}\n ", gap.severity.name(), gap.code, gap.message);
        for origin in &gap.origins {
            line += &format!(" at {origin}");
        }
        for entity in &gap.related {
            line += &format!(" about {}", entity.short());
        }
        line.trim_end().to_string() + "\n"
    };
    report.gaps.iter().map(line).collect()
}

fn gaps_of(graph: &CatalogGraph) -> GapReport {
    ownership_gaps(GapQuestion { graph, now: sketch::READ_AT, settings: &GapSettings::default() })
}

fn check(drawn: &str, expected: &Expect) {
    let graph = sketch::graph(drawn);
    expected.assert_eq(&shown(&gaps_of(&graph)));
    assert_each_entity_has_its_own(&graph, &GapSettings::default());
}

/// Asked about each entity alone, the rules find what they find when asked about all.
fn assert_each_entity_has_its_own(graph: &CatalogGraph, settings: &GapSettings) {
    let question = GapQuestion { graph, now: sketch::READ_AT, settings };
    let all = ownership_gaps(question);
    assert_eq!(report(question, true), all, "on several threads");
    for entity in graph.entities() {
        let (gaps, _) = gaps_about(question, entity);
        let is_of = |gap: &&OwnershipGap, subject: &crate::model::EntityRef| gap.subject == *subject;
        for subject in [Some(entity), entity.owner()].into_iter().flatten() {
            let alone: Vec<&OwnershipGap> = gaps.iter().filter(|gap| is_of(gap, subject.name())).collect();
            let whole: Vec<&OwnershipGap> =
                all.gaps.iter().filter(|gap| is_of(gap, subject.name())).collect();
            assert_eq!(alone, whole, "{subject:?}");
        }
    }
}

/// The gaps of one rule.
fn check_rule(code: &str, drawn: &str, expected: &Expect) {
    let graph = sketch::graph(drawn);
    let mut report = gaps_of(&graph);
    report.gaps.retain(|gap| gap.code == code);
    expected.assert_eq(&shown(&report));
    assert_each_entity_has_its_own(&graph, &GapSettings::default());
}

fn check_filter(drawn: &str, filter: &GapFilter, expected: &[(&str, &str)]) {
    let graph = sketch::graph(drawn);
    let mut report = gaps_of(&graph);
    let coverage = report.coverage;
    filter.apply(&graph, &mut report);
    let kept: Vec<(&str, String)> = report.gaps.iter().map(|gap| (gap.code, gap.subject.short())).collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(code, subject)| (*code, subject.as_str())).collect();
    assert_eq!(kept, expected);
    assert_eq!(report.coverage, coverage, "a filter does not change what was covered");
}

#[test]
fn codes_are_distinct_ordered_and_documented() {
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let distinct: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes, distinct.into_iter().collect::<Vec<_>>());
    for rule in RULES {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gaps");
        assert!(file.join(rule.code.replace('-', "_") + ".rs").is_file(), "{} has no file", rule.code);
        for text in [rule.summary, rule.why, rule.remedy] {
            assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{}: {text}", rule.code);
        }
        assert_eq!(GapRule::find(rule.code).map(|found| found.code), Some(rule.code));
    }
    assert!(GapRule::find("no-such-rule").is_none());
}

#[test]
fn a_tidy_catalog_has_no_gaps() {
    check(
        "
        codeowners
          *  @acme/shop
        group:shop members user:ann slug acme/shop email shop@example.com
        user:ann
        component:web tier 0 owner group:shop -> component:api resource:db in resource:eu
        component:api owner group:shop
        resource:db owner group:shop
        resource:eu type region owner group:shop
        system:store owner group:shop
        ",
        &expect![""],
    );
    check("", &expect![""]);
}

#[test]
fn what_a_host_says_of_members_decides_whether_an_owner_is_empty() {
    check(
        "
        repository github.com/acme
        host teams
        group:full members user:ann slug acme/full
        group:none slug acme/none
        group:closed slug acme/closed unread members
        group:above slug acme/above
        group:below slug acme/below parent group:above unread members
        user:ann
        repository github.com/acme/shop
        component:a owner group:full
        component:b owner group:none
        component:c owner group:closed
        component:d owner group:above
        ",
        &expect![[r#"
            warning[owner-empty] `group:none` owns 1 entity and has no member
              at github.com/acme:teams:5 about component:b
        "#]],
    );
}

#[test]
fn what_a_host_says_is_no_repository_without_manifests() {
    let graph = sketch::graph(
        "
        repository github.com/acme
        host teams
        group:all slug acme/all
        repository github.com/acme/shop
        component:a owner group:all
        ",
    );
    assert_eq!(Coverage::of(&graph).repositories, 1);
    assert!(graph.entities().all(|entity| entity.name().short() != "resource:repository/github.com/acme"));
}

#[test]
fn what_nobody_owns_is_an_error_where_it_is_critical() {
    check(
        "
        component:web
        component:pay tier 1
        api:orders tier 2
        template:new-service
        widget:w
        resource:contract type vendor
        ",
        &expect![[r#"
            error[no-escalation] critical `component:pay` has nobody to call: it has no contact, and nobody owns it
              at example/catalog:catalog-info.yaml:3
            error[unowned] critical `component:pay` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:3
            warning[unowned] `api:orders` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:4
            warning[unowned] `component:web` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:2
            warning[unowned] `resource:contract` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:7
            warning[unowned] `template:new-service` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:5
            warning[unowned] `widget:w` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:6
        "#]],
    );
}

#[test]
fn people_places_and_names_alone_need_no_owner() {
    check(
        "
        group:shop
        user:ann
        location:all
        resource:eu type Region
        resource:eu-1 type zone
        resource:c1 type cell
        resource:fra type datacenter
        component:web owner user:ann -> component:undeclared
        ",
        &expect![[r#"
            note[owner-is-person] `component:web` is owned by one person, `user:ann`, instead of a group
              at example/catalog:catalog-info.yaml:9 about user:ann
        "#]],
    );
}

#[test]
fn an_ownership_file_can_own_leave_out_and_disown() {
    check(
        "
        codeowners
          /a/  @acme/shop
          /b/
        group:shop members user:ann
        manifest a/catalog-info.yaml
        component:a
        template:t
        manifest b/catalog-info.yaml
        component:b
        manifest c/catalog-info.yaml
        component:c
        ",
        &expect![[r#"
            warning[unowned] `component:b` declares no owner, and rule `/b/` of `CODEOWNERS` leaves `b/catalog-info.yaml` to nobody
              at example/catalog:b/catalog-info.yaml:10
            warning[unowned] `component:c` declares no owner, and no rule of `CODEOWNERS` covers `c/catalog-info.yaml`
              at example/catalog:c/catalog-info.yaml:12
            warning[unowned] `template:t` declares no owner, and `CODEOWNERS` does not speak about entities of its kind
              at example/catalog:a/catalog-info.yaml:8
            note[path-unowned] in repository `example/catalog` nobody answers for what no rule of `CODEOWNERS` gives to anybody; no entity lies above it
        "#]],
    );
}

#[test]
fn an_owner_that_nothing_declares_is_told_with_its_place() {
    check(
        "
        component:web owner group:shpo
        repository acme/api
        codeowners
          * @acme/platform
        component:api
        ",
        &expect![[r#"
            warning[owner-unknown] `component:api` is owned by `@acme/platform`, read as `group:platform`, which no manifest declares
              at acme/api:CODEOWNERS:5 about group:platform
            warning[owner-unknown] `component:web` is owned by `group:shpo`, which no manifest declares
              at example/catalog:catalog-info.yaml:2 about group:shpo
        "#]],
    );
}

#[test]
fn owners_that_nothing_declares_are_told_by_what_their_declaration_would_close() {
    let graph = sketch::graph(
        "
        group:known members user:ann
        user:ann
        component:a owner group:ops
        component:b owner group:shop
        component:c owner group:shop
        component:d owner group:known
        component:e owner group:data
        ",
    );
    let report = gaps_of(&graph);
    let owners: Vec<(String, usize)> =
        report.undeclared_owners().iter().map(|of| (of.owner.short(), of.gaps)).collect();
    let expected = [("group:shop", 2), ("group:data", 1), ("group:ops", 1)];
    assert_eq!(owners, expected.map(|(owner, gaps)| (owner.to_owned(), gaps)));
}

#[test]
fn a_person_who_owns_something_critical_is_a_warning() {
    check(
        "
        user:ann
        component:web tier 0 owner user:ann
        component:api owner user:bob
        ",
        &expect![[r#"
            error[no-escalation] critical `component:web` has nobody to call: it has no contact, and neither `user:ann` nor anybody above has a contact
              at example/catalog:catalog-info.yaml:3 about user:ann
            warning[owner-is-person] critical `component:web` is owned by one person, `user:ann`, instead of a group
              at example/catalog:catalog-info.yaml:3 about user:ann
            warning[owner-unknown] `component:api` is owned by `user:bob`, which no manifest declares
              at example/catalog:catalog-info.yaml:4 about user:bob
            note[owner-is-person] `component:api` is owned by one person, `user:bob`, instead of a group
              at example/catalog:catalog-info.yaml:4 about user:bob
        "#]],
    );
}

#[test]
fn a_group_is_empty_only_if_all_below_it_are() {
    check(
        "
        component:a owner group:empty
        component:b owner group:empty
        component:c owner group:above
        component:d owner group:direct
        component:e owner group:of-groups
        component:f owner group:above-unknown
        group:empty
        group:idle
        group:above
        group:middle parent group:above
        group:below parent group:middle
        user:ann memberof group:below
        group:direct members user:undeclared
        group:of-groups members group:below
        group:above-unknown children group:undeclared
        ",
        &expect![[r#"
            warning[owner-empty] `group:empty` owns 2 entities and has no member
              at example/catalog:catalog-info.yaml:8 about component:a about component:b
        "#]],
    );
}

#[test]
fn groups_in_a_cycle_are_empty_together_or_not_at_all() {
    check(
        "
        component:a owner group:one
        component:b owner group:three
        group:one parent group:two
        group:two parent group:one members group:one
        group:three parent group:four
        group:four parent group:three members user:ann
        group:self parent group:self
        component:c owner group:self
        ",
        &expect![[r#"
            warning[owner-empty] `group:one` owns 1 entity and has no member
              at example/catalog:catalog-info.yaml:4 about component:a
            warning[owner-empty] `group:self` owns 1 entity and has no member
              at example/catalog:catalog-info.yaml:8 about component:c
        "#]],
    );
}

const CONFLICTS: &str = "
    codeowners
      /known/    @acme/other @zoe
      /unknown/  @acme/nobody
      /same/     @acme/other @acme/shop
      /member/   @ann
      /child/    @acme/checkout
      /parent/   @acme/all
      /slug/     @acme/the-shop
      /nobody/
    manifest groups.yaml
    group:shop members user:ann parent group:all
    group:by-slug slug acme/the-shop members user:ann
    group:checkout parent group:shop members user:ann
    group:other members user:zoe
    group:all
    user:ann
    user:zoe
    manifest known/catalog-info.yaml
    component:known owner group:shop
    manifest unknown/catalog-info.yaml
    component:unknown owner group:shop
    manifest same/catalog-info.yaml
    component:same owner group:shop
    manifest member/catalog-info.yaml
    component:member owner group:shop
    manifest child/catalog-info.yaml
    component:child owner group:shop
    manifest parent/catalog-info.yaml
    component:parent owner group:shop
    manifest slug/catalog-info.yaml
    component:slug owner group:by-slug
    manifest nobody/catalog-info.yaml
    component:nobody owner group:shop
    manifest elsewhere/catalog-info.yaml
    component:elsewhere owner group:shop
";

#[test]
fn owners_conflict_unless_they_are_near_each_other() {
    check(
        CONFLICTS,
        &expect![[r#"
            warning[owner-conflict] `component:known` declares the owner `group:shop`, but `CODEOWNERS` names `@acme/other`, `@zoe` for `known/catalog-info.yaml`
              at example/catalog:known/catalog-info.yaml:20 at example/catalog:CODEOWNERS:3 about group:shop about group:other about user:zoe
            note[owner-conflict] `component:unknown` declares the owner `group:shop`, but `CODEOWNERS` names `@acme/nobody` for `unknown/catalog-info.yaml`, and no manifest declares them
              at example/catalog:unknown/catalog-info.yaml:22 at example/catalog:CODEOWNERS:4 about group:shop about group:nobody
            note[path-unowned] in repository `example/catalog` nobody answers for what no rule of `CODEOWNERS` gives to anybody; no entity lies above it
        "#]],
    );
}

#[test]
fn a_repository_that_nothing_is_known_of_is_told_unless_it_could_not_be_read() {
    check(
        "
        repository acme/bare
        repository acme/by-path
        codeowners
          * @acme/shop
        repository acme/lost unreadable
        repository acme/lost-by-path unreadable
        codeowners
          * @acme/shop
        repository acme/catalogued
        group:shop members user:ann
        ",
        &expect![[r#"
            warning[repository-uncatalogued] repository `acme/bare` declares no entity and has no ownership file
            note[path-unowned] in repository `acme/catalogued` nobody answers for its files, of which no ownership file speaks; no entity lies above it
        "#]],
    );
}

#[test]
fn a_critical_entity_that_cannot_work_without_an_unowned_one_is_an_error() {
    check(
        "
        group:shop members user:ann
        component:web tier 1 owner group:shop
        component:web -> resource:db component:owned ~> resource:cache
        component:web any> resource:stripe resource:adyen consumes api:orders
        component:web -> resource:undeclared component:deep in resource:eu
        component:low tier 2 owner group:shop -> resource:db
        component:owned owner group:shop
        component:deep owner group:shop -> resource:db
        resource:eu type region
        resource:db
        resource:cache
        resource:stripe
        resource:adyen
        api:orders tier 0 owner group:shop
        component:orders provides api:orders
        ",
        &expect![[r#"
            error[depends-on-unowned] critical `api:orders` cannot work without `component:orders`, which nobody owns
              at example/catalog:catalog-info.yaml:16 about component:orders
            error[depends-on-unowned] critical `component:web` cannot work without `resource:db`, which nobody owns
              at example/catalog:catalog-info.yaml:4 about resource:db
            error[no-escalation] critical `api:orders` has nobody to call: it has no contact, and neither `group:shop` nor anybody above has a contact
              at example/catalog:catalog-info.yaml:15 about group:shop
            error[no-escalation] critical `component:web` has nobody to call: it has no contact, and neither `group:shop` nor anybody above has a contact
              at example/catalog:catalog-info.yaml:3 about group:shop
            warning[unowned] `component:orders` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:16
            warning[unowned] `resource:adyen` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:14
            warning[unowned] `resource:cache` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:12
            warning[unowned] `resource:db` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:11
            warning[unowned] `resource:stripe` declares no owner, and its repository has no ownership file
              at example/catalog:catalog-info.yaml:13
        "#]],
    );
}

#[test]
fn stale_knowledge_is_said() {
    let drawn = "
        component:web stale
        codeowners docs/CODEOWNERS stale
          * @acme/other
        group:shop members user:ann
        group:other members user:bob
        component:api owner group:shop
        repository acme/lost unreadable
        component:lost
        repository acme/old
        manifest old.yaml stale
        component:old
    ";
    check(
        drawn,
        &expect![[r#"
            warning[owner-conflict] `component:api` declares the owner `group:shop`, but `docs/CODEOWNERS` names `@acme/other` for `catalog-info.yaml` (as last read: the file is not valid now)
              at example/catalog:catalog-info.yaml:7 at example/catalog:docs/CODEOWNERS:4 about group:shop about group:other
            warning[unowned] `component:lost` declares no owner, and its repository has no ownership file (as last read: the repository cannot be read now)
              at acme/lost:catalog-info.yaml:9
            warning[unowned] `component:old` declares no owner, and its repository has no ownership file (as last read: the file is not valid now)
              at acme/old:old.yaml:12
        "#]],
    );
    let report = gaps_of(&sketch::graph(drawn));
    assert!(report.gaps.iter().all(|gap| gap.stale));
    let conflict = &report.gaps[0];
    let commits: Vec<_> = conflict.origins.iter().map(|origin| origin.commit).collect();
    assert_eq!(commits, [Some(sketch::COMMIT), Some(sketch::EARLIER_COMMIT)]);
}

#[test]
fn coverage_tells_not_read_from_not_there() {
    let report = gaps_of(&sketch::graph(
        "
        repository a/read
        group:shop members user:ann
        component:web owner group:shop -> resource:undeclared
        component:api owner group:unknown
        component:job stale
        resource:eu type region
        repository a/bare
        repository a/lost unreadable
        repository a/kept unreadable
        component:kept
        ",
    ));
    let expected = Coverage {
        repositories: 4,
        readable: 2,
        unreadable: 2,
        with_manifests: 2,
        without_manifests: 1,
        unknown: 1,
        entities: 6,
        entities_ownable: 4,
        entities_owned: 2,
        entities_owned_by_known: 1,
        entities_unknown: 0,
        entities_stale: 2,
        placeholders: 3,
    };
    assert_eq!(report.coverage, expected);
}

const FILTERED: &str = "
    system:store owner group:empty domain domain:sales
    domain:sales owner group:empty
    component:web system system:store
    component:part partof component:web
    system:loop partof system:loop
    group:empty
    repository acme/api
    api:orders tier 0 annotation catalog/chat=#orders
";

#[test]
fn a_filter_without_wishes_keeps_everything() {
    check_filter(
        FILTERED,
        &GapFilter::default(),
        &[
            ("unowned", "api:orders"),
            ("owner-empty", "group:empty"),
            ("unowned", "component:part"),
            ("unowned", "component:web"),
            ("unowned", "system:loop"),
        ],
    );
}

#[test]
fn a_filter_keeps_what_meets_each_of_its_parts() {
    let all = GapFilter::default;
    let rules = GapRule::find("owner-empty").into_iter().collect();
    check_filter(FILTERED, &GapFilter { rules, ..all() }, &[("owner-empty", "group:empty")]);
    let owner = Some(entity_ref("group:empty"));
    check_filter(FILTERED, &GapFilter { owner, ..all() }, &[("owner-empty", "group:empty")]);
    let kind = Some("API".into());
    check_filter(FILTERED, &GapFilter { kind, ..all() }, &[("unowned", "api:orders")]);
    let repository = Some(repository_id("acme/api"));
    check_filter(FILTERED, &GapFilter { repository, ..all() }, &[("unowned", "api:orders")]);
    let severity_min = Some(Severity::Error);
    check_filter(FILTERED, &GapFilter { severity_min, ..all() }, &[("unowned", "api:orders")]);
    let parts = [("unowned", "component:part"), ("unowned", "component:web")];
    for whole in ["system:store", "domain:sales"] {
        let system = Some(entity_ref(whole));
        check_filter(FILTERED, &GapFilter { system, ..all() }, &parts);
    }
    let system = Some(entity_ref("system:loop"));
    check_filter(FILTERED, &GapFilter { system, ..all() }, &[("unowned", "system:loop")]);
    let system = Some(entity_ref("system:nowhere"));
    check_filter(FILTERED, &GapFilter { system, ..all() }, &[]);
}

/// A group of two that owns something, with the rest of a sketch.
fn check_departed(rest: &str, expected: &Expect) {
    let owned = "
        repository acme/people
        group:shop members user:ann user:bob
        user:ann email ann@example.com
        user:bob login bob-b
        repository acme/shop
        component:web owner group:shop
    ";
    expected.assert_eq(&departed(&format!("{}\n{rest}", owned.trim_end())));
}

/// The owners in a sketch who have departed.
fn departed(drawn: &str) -> String {
    let mut report = gaps_of(&sketch::graph(drawn));
    report.gaps.retain(|gap| gap.code == "owner-departed");
    shown(&report)
}

#[test]
fn an_owner_of_whom_nobody_commits_any_more_has_departed() {
    check_departed(
        "history\n  . ann@example.com 5 200\n  . 7+bob-b@users.noreply.github.com 1 190\n  . zoe@example.com 9 1",
        &expect![[r#"
            warning[owner-departed] `group:shop` owns 1 entity, and none of its 2 known members committed anything for 180 days: the last one was `user:bob`, 190 days ago in `acme/shop`
              at acme/people:catalog-info.yaml:3 about component:web about user:bob
        "#]],
    );
    // Activity counts wherever it is, and up to the limit.
    check_departed("history\n  . ann@example.com 5 179", &expect![[""]]);
    check_departed(
        "history\n  . ann@example.com 5 200\nrepository acme/other\nhistory\n  . x@example.com 1 3\n  . ann@example.com 1 10",
        &expect![""],
    );
    // Nobody of them was ever seen, and they could have been.
    check_departed(
        "history\n  . zoe@example.com 9 1\ncomponent:web tier 0",
        &expect![[r#"
            error[owner-departed] `group:shop` owns 1 critical entity, and none of its 2 known members committed anything for 180 days: none of the commits that were read are theirs
              at acme/people:catalog-info.yaml:3 about component:web
        "#]],
    );
    // A person who owns something.
    check(
        "history\n  . zoe@example.com 1 1\n  . ann@example.com 1 300\nuser:ann email ann@example.com\ncomponent:a owner user:ann",
        &expect![[r#"
            warning[owner-departed] `user:ann` owns 1 entity, and did not commit anything for 180 days: the last time was 300 days ago in `example/catalog`
              at example/catalog:catalog-info.yaml:4 about component:a
            note[owner-is-person] `component:a` is owned by one person, `user:ann`, instead of a group
              at example/catalog:catalog-info.yaml:5 about user:ann
        "#]],
    );
}

#[test]
fn where_nobody_can_know_who_is_active_nobody_has_departed() {
    // No history was read; it does not reach back far enough; there is none of one repository; the clock of
    // its last commit is a year ahead.
    for rest in [
        "",
        "history since 100 cut\n  . ann@example.com 5 100",
        "history\n  . ann@example.com 5 200\nrepository acme/plain\ncomponent:b owner group:shop",
        "history\n  . ann@example.com 5 -365",
        // Nobody of them was ever seen, where nobody works any more, or work has only begun.
        "history\n  . zoe@example.com 5 200",
        "history since 100\n  . zoe@example.com 5 1",
    ] {
        check_departed(rest, &expect![[""]]);
    }
    // The repository cannot be read now; who the members are is not known, or not of a group below.
    for drawn in [
        "repository a/b unreadable\nhistory\n  . ann@example.com 5 200\ncomponent:a owner group:shop\n
         repository a/c\ngroup:shop members user:ann\nuser:ann email ann@example.com",
        "history\n  . ann@example.com 5 200\ncomponent:a owner group:shop\n
         group:shop members user:ann unread members\nuser:ann email ann@example.com",
        "history\n  . ann@example.com 5 200\ncomponent:a owner group:shop\n
         group:shop members user:ann children group:undeclared\nuser:ann email ann@example.com",
    ] {
        assert_eq!(departed(drawn), "");
    }
    // Nobody could tell its members from others.
    check(
        "history\n  . zoe@example.com 1 1\ngroup:shop members user:ann\nuser:ann title Ann\ncomponent:a owner group:shop",
        &expect![[""]],
    );
}

#[test]
fn groups_in_a_cycle_depart_together() {
    check(
        "
        history
          . ann@example.com 1 400
        group:one parent group:two members user:ann
        group:two parent group:one members user:zoe
        user:ann email ann@example.com
        user:zoe email zoe@example.com
        component:a owner group:one
        ",
        &expect![[r#"
            warning[owner-departed] `group:one` owns 1 entity, and none of its 2 known members committed anything for 180 days: the last one was `user:ann`, 400 days ago in `example/catalog`
              at example/catalog:catalog-info.yaml:4 about component:a about user:ann
        "#]],
    );
}
