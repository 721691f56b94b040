//! What holds for every change: nothing outside of what is reported changes an answer, and what is looked at near
//! a change alone is all that there is.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{
    gaps::{GapQuestion, gap_difference, ownership_gaps},
    graph::Entity,
    needs::{Failure, Health, ReachLimits},
    query::{AvailabilityQuery, availability, tier_inversions},
};

const VERBS: [&str; 12] =
    ["->", "->", "~>", "!>", "any>", "<-", "consumes", "provides", "in", "system", "owner", "owner"];

/// A line of a sketch, and whether it stands at the base and at the head.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    is_before: bool,
    is_after: bool,
}

fn name(number: u32) -> String {
    match number {
        0..3 => format!("resource:n{number:02}"),
        3..5 => format!("api:n{number:02}"),
        5..7 => format!("system:n{number:02}"),
        _ => format!("component:n{number:02}"),
    }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (0..16_u32, 0..VERBS.len(), prop::collection::vec(0..16_u32, 1..4), 0..8_u8, 0..8_u8);
    let group = (0..4_u32, 0..4_u32, 0..8_u8, 0..8_u8).prop_map(|(group, other, shared, more)| {
        let more = match more {
            0 => format!("parent group:g{other}"),
            1 => "email x@example.com".to_owned(),
            2 => format!("owner group:g{other}"),
            _ => "members user:u\nuser:u".to_owned(),
        };
        Line { text: format!("group:g{group} {more}\n"), is_before: shared != 0, is_after: shared != 1 }
    });
    let line = line.prop_map(|(subject, verb, others, shared, more)| {
        let others: Vec<String> = match VERBS[verb] {
            "system" => vec![name(5 + others[0] % 2)],
            "owner" => vec![format!("group:g{}", others[0] % 4)],
            _ => others.into_iter().map(name).collect(),
        };
        let more = match more {
            0 => " tier 0",
            1 => " tier 3",
            2 => " slo 99.9",
            3 => " slo 99",
            4 if subject < 3 => " type region",
            _ => "",
        };
        let text = format!("{}{more} {} {}\n", name(subject), VERBS[verb], others.join(" "));
        Line { text, is_before: shared != 0, is_after: shared != 1 }
    });
    prop::collection::vec(prop_oneof![4 => line, 1 => group], 0..40)
}

fn case(lines: &[Line]) -> Case {
    let of = |is_in: &dyn Fn(&Line) -> bool| -> String {
        lines.iter().filter(|line| is_in(line)).map(|line| line.text.as_str()).collect()
    };
    Case::new(&of(&|line| line.is_before), &of(&|line| line.is_after), "M catalog-info.yaml")
}

/// The names of all that a check says to be changed or reached.
fn reported(check: &ChangeCheck<'_, '_>) -> BTreeSet<String> {
    let changed = check.changed.iter().map(|changed| changed.name().to_string());
    changed.chain(check.reach.affected.iter().map(|affected| affected.entity.name().to_string())).collect()
}

/// What can be asked about one entity, but for who needs it: what it needs in the end, how it fares where any
/// single other entity fails, and what is promised.
fn answers(graph: &CatalogGraph) -> BTreeMap<String, String> {
    let mut answers: BTreeMap<String, String> = BTreeMap::new();
    for entity in graph.entities() {
        let reach = graph.needs().reach(&[entity.index()], Direction::Dependencies, ReachLimits::default());
        let mut needed: Vec<(String, u32, bool)> = reach
            .reached
            .iter()
            .map(|one| (graph.entity_at(one.entity).name().to_string(), one.distance, one.is_hard))
            .collect();
        needed.sort();
        let facts = (entity.owner().map(|owner| owner.name().to_string()), entity.tier(), entity.standing());
        answers.insert(entity.name().to_string(), format!("{facts:?} {needed:?}"));
    }
    for failing in graph.entities() {
        let failure = Failure { down: vec![failing.index()], ..Failure::default() };
        for affected in graph.needs().impact(&failure).affected {
            if affected.health != Health::Unaffected {
                let name = graph.entity_at(affected.entity).name().to_string();
                let answer = answers.get_mut(&name).expect("it is in the graph");
                answer.push_str(&format!("\n{} {:?}", failing.name(), affected.health));
            }
        }
    }
    for row in availability(graph, &AvailabilityQuery::default()).entities {
        let answer = answers.get_mut(row.entity.name().as_str()).expect("it is in the graph");
        answer.push_str(&format!("\n{:?} {:?}", row.lower, row.upper));
    }
    answers
}

type Known = BTreeSet<(String, String, Vec<String>)>;

/// The findings of a rule by what they are about.
fn of_rule(findings: &[CheckFinding], code: &str) -> Known {
    let of_code = findings.iter().filter(|finding| finding.rule.code() == code);
    of_code
        .map(|finding| {
            let related = finding.related.iter().map(ToString::to_string).collect();
            (finding.subject.to_string(), finding.detail.to_string(), related)
        })
        .collect()
}

fn inversions(graph: &CatalogGraph) -> Known {
    let all = tier_inversions(graph).inversions.into_iter();
    all.map(|of| {
        let mut needed: Vec<String> = of.needed.iter().map(|needed| needed.name().to_string()).collect();
        needed.sort();
        needed.dedup();
        (of.entity.name().to_string(), String::new(), needed)
    })
    .collect()
}

fn broken_promises(graph: &CatalogGraph) -> Known {
    let mut broken = Known::new();
    for row in availability(graph, &AvailabilityQuery::default()).entities {
        for of in row.findings.iter().filter(|of| of.rule.code.starts_with("promise-over-")) {
            broken.insert((row.entity.name().to_string(), of.rule.code.to_owned(), Vec::new()));
        }
    }
    broken
}

fn gaps_of(case: &Case, graph: &CatalogGraph) -> crate::gaps::GapReport {
    ownership_gaps(GapQuestion { graph, now: sketch::READ_AT, settings: &case.gaps })
}

fn only(of: &Known, others: &Known) -> Known {
    of.difference(others).cloned().collect()
}

/// Without the promises that are only perhaps too high, where they surely are on the other side.
fn not_still(of: &Known, others: &Known) -> Known {
    let surely =
        |name: &str| others.contains(&(name.to_owned(), "promise-over-bound".to_owned(), Vec::new()));
    of.iter().filter(|(name, detail, _)| detail != "promise-over-closure" || !surely(name)).cloned().collect()
}

/// Whether something is gone that others need, so that not all that closes is told.
fn leaves_a_gap(check: &ChangeCheck<'_, '_>) -> bool {
    const GONE: [&str; 3] = ["api-unprovided", "api-version-removed", "entity-removed-in-use"];
    check.findings.iter().any(|finding| GONE.contains(&finding.rule.code().as_str()))
}

proptest! {
    #[test]
    fn no_change_outside_the_reported_reach_changes_an_answer(lines in lines()) {
        let case = case(&lines);
        let check = case.check();
        let reported = reported(&check);
        let (before, after) = (answers(&case.base), answers(&case.head));
        for (name, answer) in &before {
            // What nothing names any more is in no answer.
            if !reported.contains(name) && let Some(now) = after.get(name) {
                prop_assert_eq!(answer, now, "of {}", name);
            }
        }
        for (name, _) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            let entity = case.head.entity(&sketch::entity_ref(name)).expect("it is in the graph");
            prop_assert!(reported.contains(name) || entity.is_placeholder(), "{} is new", name);
        }
    }

    #[test]
    fn what_is_found_near_a_change_is_all_that_it_opens_and_closes(lines in lines()) {
        let case = case(&lines);
        let check = case.check();
        let (before, after) = (inversions(&case.base), inversions(&case.head));
        prop_assert_eq!(of_rule(&check.findings, "tier-inversion"), only(&after, &before));
        let is_told = |code: &str, closed: &Known| {
            let told = of_rule(&check.closed, code);
            told == *closed || leaves_a_gap(&check) && told.is_subset(closed)
        };
        prop_assert!(is_told("tier-inversion", &only(&before, &after)));
        let (before, after) = (broken_promises(&case.base), broken_promises(&case.head));
        let (before, after) = (not_still(&before, &after), not_still(&after, &before));
        prop_assert_eq!(of_rule(&check.findings, "promise-broken"), only(&after, &before));
        prop_assert!(is_told("promise-broken", &only(&before, &after)));
        let gaps = gap_difference(gaps_of(&case, &case.base), gaps_of(&case, &case.head));
        let opened = gaps.opened.iter().map(|gap| (gap.subject.to_string(), gap.code.to_owned(), Vec::new()));
        prop_assert_eq!(of_rule(&check.findings, "gap-opened"), opened.collect::<Known>());
        let is_there = |name: &EntityRef| case.head.entity(name).is_some_and(|entity| !Entity::is_placeholder(entity));
        let closed = gaps.closed.iter().filter(|gap| is_there(&gap.subject));
        let closed = closed.map(|gap| (gap.subject.to_string(), gap.code.to_owned(), Vec::new()));
        prop_assert_eq!(of_rule(&check.closed, "gap-opened"), closed.collect::<Known>());
    }

    #[test]
    fn a_change_and_its_reverse_open_what_the_other_closes(lines in lines()) {
        let case = case(&lines);
        let (there, back) = (case.check(), case.check_of(&case.head, &case.base));
        for code in ["dangling-reference", "cycle-opened", "soft-cycle-opened", "tier-inversion", "promise-broken"] {
            // A reference to what is removed is told as that, and one that is declared again closes.
            let (opened, closed) = (of_rule(&there.findings, code), of_rule(&back.closed, code));
            if leaves_a_gap(&back) && code != "dangling-reference" {
                prop_assert!(closed.is_subset(&opened), "{:?} {:?}", opened, closed);
            } else if code == "dangling-reference" {
                prop_assert!(opened.is_subset(&closed), "{:?} {:?}", opened, closed);
            } else {
                prop_assert_eq!(opened, closed);
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_changes(lines in lines()) {
        let case = case(&lines);
        let again = case.base.clone();
        for check in [case.check_of(&case.base, &case.base), case.check_of(&case.base, &again)] {
            prop_assert!(check.is_quiet() || !check.reach.affected.is_empty());
            prop_assert!(check.findings.is_empty() && check.closed.is_empty());
            prop_assert_eq!(check.verdict, Verdict::Pass);
        }
    }
}
