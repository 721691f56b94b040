//! What is promised against what is allowed, on small sketches.

use expect_test::{Expect, expect};

use super::{AVAILABILITY_RULES, AvailabilityQuery, availability, availability_arithmetic};
use crate::{
    graph::CatalogGraph,
    model::{Availability, Severity},
    needs::AvailabilityLimits,
    query::find_entity,
    sketch,
};

/// Every entity that promises anything, with its ends and what is said about it.
fn shown(graph: &CatalogGraph) -> String {
    let answer = availability(graph, &AvailabilityQuery::default());
    let mut shown = String::new();
    for row in &answer.entities {
        let promise = row.promise.as_ref().map_or("nothing".to_owned(), |of| of.availability.to_string());
        shown += &format!(
            "{} promises {promise}, allowed {} to {} of {:?}, unknown {:?}\n",
            row.entity.name().short(),
            row.lower.availability,
            row.upper.availability,
            row.needed,
            row.unknown
        );
        for finding in &row.findings {
            let lines = finding.origins.iter().map(|origin| origin.position.line.to_string());
            shown += &format!(
                "  {}[{}] {} at {}\n",
                finding.rule.severity.name(),
                finding.rule.code,
                finding.message,
                lines.collect::<Vec<String>>().join(", ")
            );
        }
    }
    shown
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(sketch: &str, expected: Expect) {
    expected.assert_eq(&shown(&sketch::graph(sketch)));
}

#[test]
fn a_promise_above_what_direct_promises_allow_cannot_be_kept() {
    check(
        "component:web slo 99.95 -> component:cart component:search
         component:cart slo 99.9
         component:search slo 99.99",
        expect![[r#"
            component:web promises 99.95, allowed 99.89 to 99.89 of Some(2), unknown Some(0)
              error[promise-over-bound] promises 99.95, and what it hard-needs allows at most 99.89 at 1
              note[need-without-extra-nine] 2 of 2 direct promises that it rests on are below 99.995, one nine more than its own 99.95 at 2, 3
            component:cart promises 99.9, allowed 100 to 100 of Some(0), unknown Some(0)
            component:search promises 99.99, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn what_lies_behind_a_promise_counts_for_the_lower_end_only() {
    check(
        "component:web slo 99.5 -> component:cart
         component:cart slo 99.9 -> resource:db
         resource:db slo 99",
        expect![[r#"
            component:cart promises 99.9, allowed 99 to 99 of Some(1), unknown Some(0)
              error[promise-over-bound] promises 99.9, and what it hard-needs allows at most 99 at 2
              note[need-without-extra-nine] 1 of 1 direct promise that it rests on is below 99.99, one nine more than its own 99.9 at 3
            component:web promises 99.5, allowed 98.901 to 99.9 of Some(2), unknown Some(0)
              warning[promise-over-closure] promises 99.5, and what it hard-needs allows 98.901 if each entity behind it counts at 1
              note[need-without-extra-nine] 1 of 1 direct promise that it rests on is below 99.95, one nine more than its own 99.5 at 2
            resource:db promises 99, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn apis_without_a_promise_are_looked_through_and_counted() {
    check(
        "component:web slo 99.9 consumes api:orders
         component:orders provides api:orders slo 99.95",
        expect![[r#"
            component:web promises 99.9, allowed 99.95 to 99.95 of Some(2), unknown Some(1)
              note[need-without-extra-nine] 1 of 1 direct promise that it rests on is below 99.99, one nine more than its own 99.9 at 2
            component:orders promises 99.95, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn expectations_are_held_against_promises() {
    check(
        "component:web slo 90 -> component:cart expects 99.99 -> component:search expects 99 -> resource:db expects 99
         component:cart slo 99.9
         component:search slo 99.9
         resource:db type database",
        expect![[r#"
            component:web promises 90, allowed 99.8001 to 99.8001 of Some(3), unknown Some(1)
              warning[expectation-over-promise] expects 99.99 of `component:default/cart`, which promises 99.9 at 1, 2
              note[expectation-without-promise] expects 99 of `resource:default/db`, which promises nothing at 1
            component:cart promises 99.9, allowed 100 to 100 of Some(0), unknown Some(0)
            component:search promises 99.9, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn a_vendor_alone_eats_a_budget_unless_another_stands_in() {
    check(
        "component:web slo 99.9 -> resource:mail
         component:shop slo 99.9 any> resource:mail resource:post
         resource:mail type saas slo 99.92
         resource:post type saas slo 99.92",
        expect![[r#"
            component:web promises 99.9, allowed 99.92 to 99.92 of Some(1), unknown Some(0)
              warning[external-eats-budget] `resource:default/mail` promises 99.92 and alone may take 80 % of the error budget of 43.2 minutes in 30 days at 3
              note[need-without-extra-nine] 1 of 1 direct promise that it rests on is below 99.99, one nine more than its own 99.9 at 3
            component:shop promises 99.9, allowed 99.999936 to 99.999936 of Some(2), unknown Some(0)
            resource:mail promises 99.92, allowed 100 to 100 of Some(0), unknown Some(0)
            resource:post promises 99.92, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn all_and_nothing_and_no_number_are_said() {
    check(
        "component:web slo 100 -> resource:db
         resource:db slo 99.99
         component:old slo 99,95
         component:other slo 0
         component:doubtful slo 0.9995 -> resource:db",
        expect![[r#"
            component:web promises 100, allowed 99.99 to 99.99 of Some(1), unknown Some(0)
              error[promise-over-bound] promises 100, and what it hard-needs allows at most 99.99 at 1
              warning[promise-of-all] promises 100, which leaves no error budget at 1
            component:old promises nothing, allowed 100 to 100 of Some(0), unknown Some(0)
              warning[promise-unreadable] its availability is `99,95`, expected a percentage over 0 and up to 100 at 3
            component:other promises nothing, allowed 100 to 100 of Some(0), unknown Some(0)
              warning[promise-unreadable] its availability is `0`, expected a percentage over 0 and up to 100 at 4
            component:doubtful promises 0.9995, allowed 99.99 to 99.99 of Some(1), unknown Some(0)
            resource:db promises 99.99, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn of_two_strengths_for_one_need_the_harder_counts() {
    check(
        "component:web slo 99.9 ~> resource:db
         manifest service.datadog.yaml format datadog
         component:web !> resource:db
         manifest db.yaml
         resource:db slo 99",
        expect![[r#"
            component:web promises 99.9, allowed 99 to 99 of Some(1), unknown Some(0)
              error[promise-over-bound] promises 99.9, and what it hard-needs allows at most 99 at 1
              note[need-without-extra-nine] 1 of 1 direct promise that it rests on is below 99.99, one nine more than its own 99.9 at 5
            resource:db promises 99, allowed 100 to 100 of Some(0), unknown Some(0)
        "#]],
    );
}

#[test]
fn a_promise_that_cannot_be_read_is_said_where_it_is_asked_for() {
    let graph = sketch::graph("component:old slo 99,95");
    let old = find_entity(&graph, "component:old").expect("the sketch has it");
    let query = AvailabilityQuery { entities: Some(vec![old]), limits: AvailabilityLimits::default() };
    let answer = availability(&graph, &query);
    assert_eq!(answer.entities[0].findings[0].rule.code, "promise-unreadable");
    assert_eq!(answer.entities[0].severity(), Some(Severity::Warning));
}

#[test]
fn rules_have_their_own_codes_worst_first() {
    let severities: Vec<Severity> = AVAILABILITY_RULES.iter().map(|rule| rule.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b));
    let mut codes: Vec<&str> = AVAILABILITY_RULES.iter().map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), AVAILABILITY_RULES.len());
}

/// The minutes of a year of 365 days in which something of this unavailability fails.
fn minutes_of_a_year(unavailability: f64) -> f64 {
    unavailability * 525_600.0
}

/// Treynor, Dahlin, Rau, Beyer: "The Calculus of Service Availability", section "Sample Calculation": a
/// service of 99.99 percent has a budget of 53 minutes a year; five independent critical dependencies of
/// 99.999 percent take 26 of them, and 27 are left for its own outages: 17 minutes for each of 1.6.
#[test]
fn the_sample_calculation_of_the_calculus_of_service_availability() {
    let graph = sketch::graph(
        "component:service slo 99.99 -> resource:a resource:b resource:c resource:d resource:e
         resource:a slo 99.999
         resource:b slo 99.999
         resource:c slo 99.999
         resource:d slo 99.999
         resource:e slo 99.999",
    );
    let answer = availability(&graph, &AvailabilityQuery::default());
    let row = answer.entities.iter().find(|row| row.entity.name().name() == "service").expect("it is there");
    let budget = row.promise.as_ref().expect("it promises").availability.unavailability();
    let taken = row.lower.availability.unavailability();
    assert_eq!(row.lower, row.upper);
    assert_eq!(minutes_of_a_year(budget).round(), 53.0);
    assert_eq!(minutes_of_a_year(taken).round(), 26.0);
    let left = (minutes_of_a_year(budget).round() - minutes_of_a_year(taken).round()).round();
    assert_eq!(left, 27.0);
    // One full outage, and three of one shard in five.
    assert_eq!((left / (1.0 + 3.0 * 0.2)).round(), 17.0);
    assert!(row.findings.is_empty(), "each dependency has its extra nine");
}

/// The same, section "Clarifying the Rule of the Extra 9 for Nested Dependencies": each unique dependency
/// counts once, however deep it lies and however often it is named. A service with an error budget of
/// 0.01 percent leaves half of it to N of them, so that each gets 1/Nth of that half: with 5 to 10, each can
/// fail a tenth or a twentieth as much as the service, which is one extra nine.
#[test]
fn nested_dependencies_of_the_calculus_of_service_availability_count_once() {
    for (unique, share) in [(5_u32, 10.0), (10, 20.0)] {
        let budget = Availability::parse("99.99").expect("an availability").unavailability();
        let each = budget / 2.0 / f64::from(unique);
        assert!((budget / each - share).abs() < 1e-9);
        let percent = Availability::of_unavailability(each).expect("a share");
        // Every dependency needs every one that lies deeper, so that the last is named N times.
        let mut sketch = "component:service slo 99.99 ->".to_owned();
        (0..unique).for_each(|of| sketch += &format!(" component:d{of}"));
        for of in 0..unique {
            sketch += &format!("\ncomponent:d{of} slo {percent}");
            if of + 1 < unique {
                sketch += " ->";
                (of + 1..unique).for_each(|deeper| sketch += &format!(" component:d{deeper}"));
            }
        }
        let graph = sketch::graph(&sketch);
        let answer = availability(&graph, &AvailabilityQuery::default());
        let row = answer.entities.iter().find(|row| row.entity.name().name() == "service");
        let row = row.expect("it is there");
        let taken = row.lower.availability.unavailability();
        assert!((taken / (budget / 2.0) - 1.0).abs() < 1e-4, "{taken}");
        assert_eq!(row.needed, Some(unique));
        assert!(row.findings.is_empty(), "{:?}", row.findings);
    }
    // A tenth of the budget is the rule of thumb: 99.999 percent beside 99.99.
    let service = Availability::parse("99.99").expect("an availability");
    assert_eq!(service.with_extra_nine().to_string(), "99.999");
}

#[test]
fn the_arithmetic_names_each_factor_with_its_place() {
    let graph = sketch::graph(
        "component:web slo 99.9 -> component:cart
         component:web any> resource:stripe resource:adyen
         component:cart slo 99.95 -> resource:db
         component:cart ~> resource:cache
         resource:stripe type saas slo 99.9
         resource:adyen type saas slo 99.5 -> resource:db resource:lines
         resource:lines slo 99
         resource:db type database",
    );
    let web = find_entity(&graph, "component:web").expect("the sketch has it");
    let all = availability_arithmetic(&graph, &[web], AvailabilityLimits::default());
    let arithmetic = all.first().expect("one for each entity");
    let mut shown = String::new();
    for factor in &arithmetic.required {
        let promise = factor
            .promise
            .as_ref()
            .map(|promise| (promise.stated, promise.origin.as_ref().map(|origin| origin.position.line)));
        shown += &format!(
            "{} {promise:?} direct {} upper {}\n",
            factor.entity.name().short(),
            factor.is_direct,
            factor.counts_for_upper
        );
    }
    for group in &arithmetic.groups {
        shown += &format!("any for {}: {}\n", group.needy.name().short(), group.any.availability);
        for member in &group.members {
            shown += &format!("  {} {}\n", member.entity.name().short(), member.availability);
        }
    }
    expect![[r#"
        component:cart Some(("99.95", Some(3))) direct true upper true
        resource:db None direct false upper false
        any for component:web: 99.998505
          resource:adyen 98.505
          resource:stripe 99.9
    "#]]
    .assert_eq(&shown);
}
