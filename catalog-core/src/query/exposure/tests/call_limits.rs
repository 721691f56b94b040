//! Limits of calls that do not fit each other.

use expect_test::{Expect, expect};

use super::{lines, names};
use crate::{
    query::{Call, RetryLink, StatedLimit, call_limits},
    sketch,
};

fn call(of: &Call<'_>) -> String {
    let endpoint = of.endpoint.map_or(String::new(), |endpoint| format!(" {endpoint}"));
    format!("{}>{}{endpoint}", names([of.from]), names([of.to]))
}

fn limit<T: std::fmt::Display>(name: &str, of: Option<&StatedLimit<T>>) -> String {
    let Some(of) = of else { return String::new() };
    let others = of.contradicted_by.iter().map(|(value, origin)| format!(", {value} in {origin}"));
    format!(" {name} {} of {}{}", of.value, of.origin, others.collect::<String>())
}

fn links(of: &[RetryLink<'_>]) -> String {
    let links =
        of.iter().map(|link| format!(" {}>{}×{}", names([link.from]), names([link.to]), link.attempts));
    links.collect()
}

fn check(sketch: &str, expected: &Expect) {
    let graph = sketch::graph(sketch);
    let answer = call_limits(&graph);
    let timeouts = answer.timeouts.iter().map(|of| {
        let (call, callee_call) = (call(&of.call), call(&of.callee_call));
        format!("{call} waits {} ms, {callee_call} may take {} ms", of.timeout_ms, of.allowed_ms)
    });
    let chains = answer.chains.iter().map(|of| format!("×{}:{}", of.amplification, links(&of.links)));
    let circles = answer
        .circles
        .iter()
        .map(|of| format!("×{} each round:{}", of.amplification_each_round, links(&of.links)));
    let contradicted = answer.contradicted.iter().map(|of| {
        let (timeout, retries) = (of.timeout_ms.as_ref(), of.retries.as_ref());
        format!("{}:{}{}", call(of), limit("timeout", timeout), limit("retries", retries))
    });
    expected.assert_eq(&lines(timeouts.chain(chains).chain(circles).chain(contradicted)));
}

#[test]
fn a_caller_that_gives_up_before_what_it_calls_does_is_told() {
    check(
        "
        component:web -> timeout 1000 component:api
        component:api -> timeout 400 retries 2 component:db
        component:api -> timeout 300 retries 2 component:cache
        component:job -> timeout 1200 component:api
        component:cron -> component:api
        ",
        &expect![[r#"
            web>api waits 1000 ms, api>db may take 1200 ms
        "#]],
    );
}

#[test]
fn what_provides_an_api_answers_for_it() {
    check(
        "
        component:web consumes timeout 500 retries 1 endpoint /orders api:orders
        component:web consumes timeout 5000 endpoint /export api:orders
        component:one provides api:orders ~> timeout 900 component:db
        component:two provides api:orders -> retries 2 component:db
        ",
        &expect![[r#"
            web>orders /orders waits 500 ms, one>db may take 900 ms
            ×6: web>orders×2 orders>two×1 two>db×3
        "#]],
    );
}

#[test]
fn the_worst_chain_is_told_and_not_its_parts() {
    check(
        "
        component:a -> retries 1 component:b
        component:b -> retries 2 component:c component:e
        component:c -> component:d
        component:d -> retries 3 component:f
        component:x -> retries 2 component:f
        component:lone -> retries 9 component:other
        ",
        &expect![[r#"
            ×24: a>b×2 b>c×3 c>d×1 d>f×4
            ×6: a>b×2 b>e×3
        "#]],
    );
}

#[test]
fn a_circle_with_retries_has_no_bound_and_one_without_is_passed_through() {
    check(
        "
        component:a -> retries 1 component:b
        component:b -> component:c
        component:c -> component:a component:d
        component:d -> retries 1 component:e
        component:k -> retries 1 component:l
        component:l -> component:m
        component:m -> component:l component:n
        component:n -> retries 2 component:o
        ",
        &expect![[r#"
            ×6: k>l×2 l>m×1 m>n×1 n>o×3
            ×2 each round: a>b×2 b>c×1 c>a×1
        "#]],
    );
}

#[test]
fn of_contradictory_limits_the_strongest_is_taken_and_said() {
    check(
        "
        repository a/a
        manifest service.datadog.yaml format datadog
        component:web -> timeout 100 retries 1 component:api
        manifest second/catalog-info.yaml
        component:web -> timeout 300 component:api
        repository b/b
        manifest catalog-info.yaml
        component:web -> timeout 200 retries 1 component:api
        component:api -> timeout 250 component:db
        ",
        &expect![[r#"
            web>api: timeout 300 of a/a:second/catalog-info.yaml:6, 100 in a/a:service.datadog.yaml:4 retries 1 of a/a:service.datadog.yaml:4
        "#]],
    );
}

#[test]
fn numbers_that_are_too_large_stay_the_largest() {
    let most = u32::MAX;
    let all = u64::MAX;
    let chain: String =
        (0..5).map(|link| format!("component:c{link} -> retries {most} component:c{}\n", link + 1)).collect();
    let graph_text = format!(
        "{chain}component:web -> timeout 1 component:slow\ncomponent:slow -> timeout {all} retries 1 component:db\n"
    );
    check(
        &graph_text,
        &expect![[r#"
            web>slow waits 1 ms, slow>db may take 18446744073709551615 ms
            ×18446744073709551615: c0>c1×4294967296 c1>c2×4294967296 c2>c3×4294967296 c3>c4×4294967296 c4>c5×4294967296
        "#]],
    );
}
