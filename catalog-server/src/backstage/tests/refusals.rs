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
    check(query(&[("filter", "=a")]), expect!["`=a` is no condition; expected `key=value`, `key=` or `key`"]);
    check(query(&[("limit", "-1")]), expect!["`limit` is `-1`; expected a whole number from 0"]);
    check(query(&[("offset", "many")]), expect!["`offset` is `many`; expected a whole number from 0"]);
    check(
        query(&[("orderField", "kind,up")]),
        expect!["`orderField` is `kind,up`; expected `field,asc` or `field,desc`"],
    );
    check(
        query(&[("totalItems", "roughly")]),
        expect!["`totalItems` is `roughly`; expected `include` or `exclude`"],
    );
    check(query(&[("cursor", "nonsense")]), expect!["the cursor was not made by this server for this list"]);
    check(
        query(&[("fields", "spec.dependsOn[0]")]),
        expect!["`spec.dependsOn[0]` is no field: items of lists cannot be asked for one by one"],
    );
    check(list(&[("order", "kind")]), expect!["`order` is `kind`; expected `asc:field` or `desc:field`"]);
    check(list(&[("limit", "0")]), expect!["`limit` is 0; expected a whole number from 1"]);
    check(list(&[("after", "e30=")]), expect!["the cursor was not made by this server for this list"]);
    check(
        request::facets(&parameters(&[("facet", "")]), &small()),
        expect!["no facet is named; expected at least one, as in `kind`"],
    );
}

#[test]
fn bodies_that_mean_nothing_are_refused() {
    check(
        body(&json!([])),
        expect!["the body is not as expected: invalid type: sequence, expected a map at line 1 column 0"],
    );
    check(
        body(&json!({"query": "api"})),
        expect![[r#"a query is an object, as in `{"kind": "api"}`, and not a value alone"#]],
    );
    check(
        body(&json!({"query": {"$all": [], "kind": "api"}})),
        expect!["`$all` stands alone in its object; join it with others by `$all`"],
    );
    check(body(&json!({"query": {"$all": {}}})), expect!["`$all` wants a list of queries"]);
    check(
        body(&json!({"query": {"$like": "a"}})),
        expect!["`$like` is no operator here; expected `$all`, `$any`, `$not` or a key"],
    );
    check(
        body(&json!({"query": {"kind": null}})),
        expect!["`kind` is asked for null; expected a value, `$exists`, `$in`, `$hasPrefix` or `$contains`"],
    );
    check(
        body(&json!({"query": {"kind": {"$in": "a"}}})),
        expect![[
            r#"`kind` is asked for {"$in":"a"}; expected a value, `$exists`, `$in`, `$hasPrefix` or `$contains`"#
        ]],
    );
    check(
        body(&json!({"query": {"spec": {"$contains": {"type": "a"}}}})),
        expect![[
            r#"`spec` is asked for {"$contains":{"type":"a"}}; expected a value, `$exists`, `$in`, `$hasPrefix` or `$contains`"#
        ]],
    );
    check(
        body(&json!({"query": {"relations": {"$contains": {"targetRef": "a"}}}})),
        expect![
            "`$contains` of `relations` wants a `type` and, if anything else, a `targetRef`, a text or `$in` with some"
        ],
    );
    check(
        body(&json!({"orderBy": [{"field": "kind", "order": "up"}]})),
        expect!["the body is not as expected: unknown variant `up`, expected `asc` or `desc`"],
    );
    check(
        request::batch_of(&parameters(&[]), b"{}", &small()),
        expect!["the body is not as expected: missing field `entityRefs`"],
    );
    check(
        request::facets_of_body(b"", &small()),
        expect!["no facet is named; expected at least one, as in `kind`"],
    );
    check(
        request::locations_of_body(br#"{"limit": 0}"#, &small()),
        expect!["`limit` is 0; expected a whole number from 1"],
    );
}

#[test]
fn what_is_over_a_limit_names_it() {
    check(
        query(&[("filter", "a,b,c,d")]),
        expect!["conditions: 4, over the limit `backstage.conditions_max` of 3"],
    );
    check(query(&[("fields", "a,b,c,d")]), expect!["fields: 4, over the limit `backstage.fields_max` of 3"]);
    check(
        query(&[("orderField", "a"), ("orderField", "b")]),
        expect!["fields to order by: 2, over the limit `backstage.orders_max` of 1"],
    );
    check(
        query(&[("fullTextFilterTerm", "abcde")]),
        expect!["bytes in the text: 5, over the limit `backstage.text_bytes_max` of 4"],
    );
    check(
        query(&[("cursor", &"x".repeat(401))]),
        expect!["bytes in the cursor: 401, over the limit `backstage.cursor_bytes_max` of 400"],
    );
    check(
        body(&json!({"query": {"$not": {"$not": {"$not": {"kind": "a"}}}}})),
        expect!["operators within each other: 3, over the limit `backstage.predicate_depth_max` of 2"],
    );
    check(
        body(&json!({"query": {"kind": {"$in": [1, 2, 3, 4]}}})),
        expect!["values: 4, over the limit `backstage.fields_max` of 3"],
    );
    let refs = json!({"entityRefs": ["a", "b", "c"]}).to_string();
    check(
        request::batch_of(&parameters(&[]), refs.as_bytes(), &small()),
        expect!["refs: 3, over the limit `backstage.refs_max` of 2"],
    );
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
