//! What means nothing, and what is over a limit.

use expect_test::{Expect, expect};
use serde_json::json;

use super::{
    super::{BackstageError, BackstageLimits, GiveUp, OrderCache, request},
    Collected, parameters, shop,
};

fn small() -> BackstageLimits {
    BackstageLimits {
        refs_max: 2,
        conditions_max: 3,
        predicate_depth_max: 2,
        fields_max: 3,
        orders_max: 1,
        text_bytes_max: 4,
        cursor_bytes_max: 400,
        page_rows_max: 2,
        ..BackstageLimits::default()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as expect-test is used")]
fn check<T>(asked: Result<T, BackstageError>, expected: Expect) {
    let error = asked.err().expect("it is refused");
    assert_eq!((error.status(), error.name()), (400, "InputError"), "{error}");
    expected.assert_eq(&error.to_string());
}

fn query(pairs: &[(&str, &str)]) -> Result<(), BackstageError> {
    request::entity_query(&parameters(pairs), &small()).map(drop)
}

fn list(pairs: &[(&str, &str)]) -> Result<(), BackstageError> {
    request::entity_list(&parameters(pairs), &small()).map(drop)
}

fn body(body: &serde_json::Value) -> Result<(), BackstageError> {
    request::entity_query_of_body(body.to_string().as_bytes(), &small()).map(drop)
}

#[test]
fn parameters_that_mean_nothing_are_refused() {
    check(query(&[("filter", "=a")]), expect![""]);
    check(query(&[("limit", "-1")]), expect![""]);
    check(query(&[("offset", "many")]), expect![""]);
    check(query(&[("orderField", "kind,up")]), expect![""]);
    check(query(&[("totalItems", "roughly")]), expect![""]);
    check(query(&[("cursor", "nonsense")]), expect![""]);
    check(query(&[("fields", "spec.dependsOn[0]")]), expect![""]);
    check(list(&[("order", "kind")]), expect![""]);
    check(list(&[("limit", "0")]), expect![""]);
    check(list(&[("after", "e30=")]), expect![""]);
    check(request::facets(&parameters(&[("facet", "")]), &small()), expect![""]);
}

#[test]
fn bodies_that_mean_nothing_are_refused() {
    check(body(&json!([])), expect![""]);
    check(body(&json!({"query": "api"})), expect![""]);
    check(body(&json!({"query": {"$all": [], "kind": "api"}})), expect![""]);
    check(body(&json!({"query": {"$all": {}}})), expect![""]);
    check(body(&json!({"query": {"$like": "a"}})), expect![""]);
    check(body(&json!({"query": {"kind": null}})), expect![""]);
    check(body(&json!({"query": {"kind": {"$in": "a"}}})), expect![""]);
    check(body(&json!({"query": {"spec": {"$contains": {"type": "a"}}}})), expect![""]);
    check(body(&json!({"query": {"relations": {"$contains": {"targetRef": "a"}}}})), expect![""]);
    check(body(&json!({"orderBy": [{"field": "kind", "order": "up"}]})), expect![""]);
    check(request::batch_of(&parameters(&[]), b"{}", &small()), expect![""]);
    check(request::facets_of_body(b"", &small()), expect![""]);
    check(request::locations_of_body(br#"{"limit": 0}"#, &small()), expect![""]);
}

#[test]
fn what_is_over_a_limit_names_it() {
    check(query(&[("filter", "a,b,c,d")]), expect![""]);
    check(query(&[("fields", "a,b,c,d")]), expect![""]);
    check(query(&[("orderField", "a"), ("orderField", "b")]), expect![""]);
    check(query(&[("fullTextFilterTerm", "abcde")]), expect![""]);
    check(query(&[("cursor", &"x".repeat(401))]), expect![""]);
    check(body(&json!({"query": {"$not": {"$not": {"$not": {"kind": "a"}}}}})), expect![""]);
    check(body(&json!({"query": {"kind": {"$in": [1, 2, 3, 4]}}})), expect![""]);
    let refs = json!({"entityRefs": ["a", "b", "c"]}).to_string();
    check(request::batch_of(&parameters(&[]), refs.as_bytes(), &small()), expect![""]);
}

#[test]
fn a_page_is_never_longer_than_a_page_may_be() {
    let query = request::entity_query(&parameters(&[("limit", "1000000")]), &small()).expect("it is good");
    let (page, _) = super::answer(&shop(), &query, super::EntityList::WithCursors);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    assert!(page["pageInfo"]["nextCursor"].is_string());
}

#[test]
fn an_answer_that_nobody_waits_for_is_given_up() {
    let query = request::entity_query(&parameters(&[]), &small()).expect("it is good");
    let give_up = GiveUp::default();
    give_up.now();
    let mut collected = Collected::default();
    let answered = query.answer(
        &shop(),
        &OrderCache::default(),
        super::EntityList::WithCursors,
        &give_up,
        &mut collected,
    );
    assert!(matches!(answered, Err(BackstageError::Unavailable(_))));
    assert!(collected.body.is_empty());
}
