//! Suggestions for sketches, with their evidence.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{
    gaps::{GapQuestion, GapSettings, ownership_gaps},
    sketch,
};

fn shown(suggestion: &OwnerSuggestion) -> String {
    let days = |at: Timestamp| (sketch::READ_AT.0 - at.0) / 86_400;
    let person = |person: &SuggestedPerson| {
        let who = person.person.as_ref().map_or_else(|| person.email.to_string(), EntityRef::short);
        format!("{who} {} commits {}% {} days", person.commits, person.share_percent, days(person.last))
    };
    let mut text = String::new();
    for of in &suggestion.candidates {
        let people: Vec<String> = of.people.iter().map(person).collect();
        let (name, sure) = (of.owner.short(), of.confidence.name());
        let line = format!(
            "  {name} {sure} {}% of {}%: {}",
            of.confidence_percent,
            of.share_percent,
            people.join(", ")
        );
        writeln!(text, "{line}").expect("a string takes it");
    }
    for other in &suggestion.others {
        writeln!(text, "  nobody's {}", person(other)).expect("a string takes it");
    }
    let areas: Vec<String> = suggestion.areas.iter().map(|(id, path)| format!("{id}:{path}")).collect();
    let (extent, since) = (suggestion.extent.name(), days(suggestion.since));
    writeln!(text, "  {} commits of {}, {extent} for {since} days", suggestion.commits, areas.join(" "))
        .expect("a string takes it");
    for place in &suggestion.places {
        let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
        let (kind, id, path) = (place.kind.name(), &place.repository, &place.path);
        writeln!(text, "  {kind} `{}` in {id}:{path}{line}", place.text).expect("a string takes it");
    }
    text
}

fn check(drawn: &str, expected: &Expect) {
    let graph = sketch::graph(drawn);
    let settings = GapSettings::default();
    let mut report = ownership_gaps(GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings });
    assert!(report.gaps.iter().all(|gap| gap.suggestion.is_none()), "only on request");
    report.suggest_owners(&graph);
    let mut text = String::new();
    for gap in &report.gaps {
        writeln!(text, "{} {}", gap.code, gap.subject.short()).expect("a string takes it");
        text += &gap.suggestion.as_deref().map_or_else(|| "  none\n".to_owned(), shown);
    }
    expected.assert_eq(&text);
}

const PEOPLE: &str = "
        repository acme/people
        group:shop slug acme/shop members user:ann user:bob
        group:harbour slug harbour members user:zoe parent group:all
        group:all email all@example.com members user:zoe user:ann
        group:chess members user:ann user:bob
        user:ann email ann@example.com
        user:bob login bob-b
        user:zoe title \"Zoe Zed\"
        user:mia email mia@example.com
        component:shops owner group:shop
        component:harbours owner group:harbour
        component:alls owner group:all
";

fn check_with_people(drawn: &str, expected: &Expect) {
    check(&format!("{PEOPLE}{drawn}"), expected);
}

#[test]
fn teams_are_suggested_by_the_work_of_their_people() {
    check_with_people(
        "
        repository acme/port
        history
          tides ann@example.com                      6  1
          tides 7+bob-b@users.noreply.github.com     2  90
          tides zoe@private.example                  3  5  \"zoe zed\"
          tides stranger@example.com                 2  10
          tides mia@example.com                      1  0
          other stranger@example.com                 2  10
        manifest tides/catalog-info.yaml
        component:tides
        manifest other/catalog-info.yaml
        component:other owner group:nobody
        ",
        &expect![[r#"
            owner-unknown component:other
              nobody's stranger@example.com 2 commits 100% 10 days
              2 commits of acme/port:other, whole for 365 days
            unowned component:tides
              group:shop medium 23% of 31%: user:ann 6 commits 46% 1 days, user:bob 2 commits 7% 90 days
              group:all low 17% of 23%: user:ann 6 commits 46% 1 days
              group:harbour low 16% of 22%: user:zoe 3 commits 22% 5 days
              nobody's stranger@example.com 2 commits 14% 10 days
              nobody's user:mia 1 commits 7% 0 days
              14 commits of acme/port:tides, whole for 365 days
              add-to-spec `owner: group:default/shop` in acme/port:tides/catalog-info.yaml:24
            path-unowned resource:repository/acme/port
              group:shop low 18% of 27%: user:ann 6 commits 40% 1 days, user:bob 2 commits 6% 90 days
              group:all low 13% of 20%: user:ann 6 commits 40% 1 days
              group:harbour low 12% of 19%: user:zoe 3 commits 19% 5 days
              nobody's stranger@example.com 4 commits 25% 10 days
              nobody's user:mia 1 commits 6% 0 days
              16 commits of acme/port:other acme/port:tides, whole for 365 days
              new-ownership-file `* @acme/shop` in acme/port:.github/CODEOWNERS
        "#]],
    );
}

#[test]
fn few_commits_are_never_more_than_a_low_confidence() {
    check_with_people(
        "
        repository acme/port
        history since 20 cut
          . zoe@private.example 2 1 \"Zoe Zed\"
        component:tides
        ",
        &expect![[r#"
            unowned component:tides
              group:harbour low 100% of 100%: user:zoe 2 commits 100% 1 days
              2 commits of acme/port:, cut for 20 days
              add-to-spec `owner: group:default/harbour` in acme/port:catalog-info.yaml:18
        "#]],
    );
}

#[test]
fn what_an_owner_leaves_behind_goes_to_others() {
    check_with_people(
        "
        group:gone members user:old parent group:all
        user:old email old@example.com
        group:void
        repository acme/left
        history
          a old@example.com 9 300
          a ann@example.com 4 20
          b zoe@private.example 4 20 \"Zoe Zed\"
        manifest a/catalog-info.yaml
        component:a1 owner group:gone
        component:a2 owner group:gone
        manifest b/catalog-info.yaml
        component:b owner group:void
        ",
        &expect![[r#"
            owner-departed group:gone
              group:all medium 30% of 39%: user:ann 4 commits 79% 20 days
              group:shop medium 30% of 39%: user:ann 4 commits 79% 20 days
              nobody's user:old 9 commits 20% 300 days
              13 commits of acme/left:a, whole for 365 days
              replace-owner `owner: group:default/all` in acme/left:a/catalog-info.yaml:24
              replace-owner `owner: group:default/all` in acme/left:a/catalog-info.yaml:25
            owner-empty group:void
              group:harbour high 100% of 100%: user:zoe 4 commits 100% 20 days
              4 commits of acme/left:b, whole for 365 days
              replace-owner `owner: group:default/harbour` in acme/left:b/catalog-info.yaml:27
            path-unowned resource:repository/acme/left
              group:harbour medium 44% of 44%: user:zoe 4 commits 44% 20 days
              group:all medium 22% of 22%: user:ann 4 commits 44% 20 days
              group:shop medium 22% of 22%: user:ann 4 commits 44% 20 days
              17 commits of acme/left:a acme/left:b, whole for 365 days
              new-ownership-file `* @acme/harbour` in acme/left:.github/CODEOWNERS
        "#]],
    );
}

#[test]
fn where_there_is_no_manifest_a_rule_in_the_dialect_of_the_host_is_suggested() {
    check_with_people(
        "
        repository github.com/acme/bare
        history
          . zoe@private.example 4 20 \"Zoe Zed\"
        repository gitlab.example.com/acme/deep/bare
        history
          . zoe@private.example 4 20 \"Zoe Zed\"
        repository acme/ruled
        history
          \"my job\" all@example.com 4 20
        codeowners docs/CODEOWNERS
          /x/ @acme/shop
        manifest \"my job/service.datadog.yaml\" format datadog
        component:job
        ",
        &expect![[r#"
            repository-uncatalogued resource:repository/github.com/acme/bare
              group:harbour high 100% of 100%: user:zoe 4 commits 100% 20 days
              4 commits of github.com/acme/bare:, whole for 365 days
              new-ownership-file `* @acme/harbour` in github.com/acme/bare:.github/CODEOWNERS
            repository-uncatalogued resource:repository/gitlab.example.com/acme/deep/bare
              group:harbour high 100% of 100%: user:zoe 4 commits 100% 20 days
              4 commits of gitlab.example.com/acme/deep/bare:, whole for 365 days
              new-ownership-file `* @acme/deep/harbour` in gitlab.example.com/acme/deep/bare:.gitlab/CODEOWNERS
            unowned component:job
              group:all high 100% of 100%: group:all 4 commits 100% 20 days
              4 commits of acme/ruled:my job, whole for 365 days
              add-rule `/my\ job/ all@example.com` in acme/ruled:docs/CODEOWNERS
            path-unowned resource:repository/acme/ruled
              group:all high 100% of 100%: group:all 4 commits 100% 20 days
              4 commits of acme/ruled:my job, whole for 365 days
              add-first-rule `* all@example.com` in acme/ruled:docs/CODEOWNERS
        "#]],
    );
}

#[test]
fn what_no_commits_say_is_not_suggested() {
    check_with_people(
        "
        repository acme/none
        component:unknown
        repository acme/old
        history
          . ann@example.com 0 0
        component:old
        ",
        &expect![[r#"
            unowned component:old
              none
            unowned component:unknown
              none
        "#]],
    );
}
