//! Pages of lists, also of lists that change meanwhile.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use expect_test::expect;

use super::*;

#[test]
fn page_sizes_have_bounds_and_cursors_are_checked() {
    check_error("{ entities(first: 101) { totalCount } }", "LIMIT_EXCEEDED graphql.page_rows_max");
    check_error("{ entities(first: 0) { totalCount } }", "ARGUMENT_INVALID");
    check_error("{ entities(first: -1) { totalCount } }", "ARGUMENT_INVALID");
    check_error("{ entities(first: 1, last: 1) { totalCount } }", "ARGUMENT_INVALID");
    check_error(r#"{ entities(after: "x") { totalCount } }"#, "CURSOR_INVALID");
    check_error(r#"{ search(text: "a", after: "WzEsImEiXQ") { totalCount } }"#, "CURSOR_INVALID");
    // Of another list, cut off, of another form, of no text, and very long ones.
    let forged =
        ["[1,[\"a\",\"b\",\"c\"]]", "[1", "{}", "[-1,\"component:default/api\"]", "[1,null]", "\0\0"];
    let long = ["A".repeat(1_000_000), "A".repeat(10_000), "=".repeat(1_000), "\u{1f980}".repeat(1_000)];
    let forged = forged.map(|text| URL_SAFE_NO_PAD.encode(text));
    for cursor in forged.iter().chain(&long) {
        for list in ["entities", "repositories", "ownershipGaps", "diagnostics"] {
            let query = format!("query ($after: String) {{ {list}(after: $after) {{ totalCount }} }}");
            let body = json!({"query": query, "variables": {"after": cursor}});
            let (_, answer) = ask_with(GraphqlLimits::default(), sketch::graph(SHOP), &body);
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(code, "CURSOR_INVALID", "{list} after {cursor:.60}: {answer}");
            assert!(answer.to_string().len() < 1_000, "it is not sent back");
        }
    }
    let refs = vec!["a"; 101];
    check_error(&format!("{{ blastRadius(refs: {refs:?}) {{ total }} }}"), "LIMIT_EXCEEDED graphql.refs_max");
    let text = "x".repeat(5_000);
    check_error(
        &format!("{{ search(text: \"{text}\") {{ totalCount }} }}"),
        "LIMIT_EXCEEDED graphql.text_bytes_max",
    );
}

/// All rows of a list, three a page, read from one catalog after the other.
fn read_pages(list: &str, row: &str, graphs: impl Fn(usize) -> CatalogGraph) -> Vec<String> {
    let mut rows = Vec::new();
    let mut after = Value::Null;
    for number in 0..100 {
        let query = format!(
            "query ($after: String) {{ page: {} {{ pageInfo {{ hasNextPage endCursor }} changedSinceCursor
               edges {{ cursor node {{ {row} }} }} }} }}",
            list.replace("PAGE", "first: 3, after: $after")
        );
        let body = json!({"query": query, "variables": {"after": after}});
        let (_, answer) = ask_with(GraphqlLimits::default(), graphs(number), &body);
        let page = &answer["data"]["page"];
        assert!(page.is_object(), "{answer:#}");
        for edge in page["edges"].as_array().expect("edges are a list") {
            rows.push(edge["node"].to_string());
        }
        if page["pageInfo"]["hasNextPage"] != json!(true) {
            return rows;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    panic!("paging does not end");
}

#[test]
fn pages_together_are_the_list() {
    for (list, row) in [
        ("entities(PAGE)", "ref"),
        ("search(text: \"a\", PAGE)", "score entity { ref }"),
        ("ownershipGaps(PAGE)", "code subject"),
        ("diagnostics(PAGE)", "code line message"),
        ("repositories(PAGE)", "name"),
    ] {
        let paged = read_pages(list, row, |_| sketch::graph(SHOP));
        let query = format!("{{ page: {} {{ nodes {{ {row} }} }} }}", list.replace("PAGE", "first: 100"));
        let whole = ask(SHOP, &query);
        let whole: Vec<String> =
            whole["data"]["page"]["nodes"].as_array().expect("nodes").iter().map(Value::to_string).collect();
        assert_eq!(paged, whole, "{list}");
        let mut distinct = paged.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), paged.len(), "{list}");
    }
}

#[test]
fn backward_pages_end_where_forward_ones_begin() {
    check(
        "{ last: entities(last: 2) { nodes { ref } pageInfo { hasPreviousPage hasNextPage } } }",
        expect![[r#"
            last:
              nodes: [{ref:system:default/store},{ref:user:default/ann}]
              pageInfo: {hasNextPage:false, hasPreviousPage:true}
        "#]],
    );
}

#[test]
fn paging_goes_on_at_the_right_place_in_a_changed_catalog() {
    // Before the second page, rows come and go on both sides of the cursor.
    let before = "component:a\ncomponent:b\ncomponent:c\ncomponent:d\ncomponent:e\n";
    let after = "component:a0\ncomponent:a1\ncomponent:b\ncomponent:d\ncomponent:d0\ncomponent:e\n";
    let rows = read_pages("entities(filter: {kinds: [\"component\"]}, PAGE)", "name", |number| {
        sketch::graph(if number == 0 { before } else { after })
    });
    let names: Vec<&str> = rows.iter().map(|row| row.trim_matches(['{', '}'])).collect();
    let expected = ["a", "b", "c", "d", "d0", "e"].map(|name| format!("\"name\":\"{name}\""));
    assert_eq!(names, expected);
}

#[test]
fn a_cursor_of_another_revision_is_told() {
    let limits = GraphqlLimits::default;
    let query = "query ($after: String) { entities(first: 1, after: $after) { changedSinceCursor pageInfo { endCursor } } }";
    let (_, first) = ask_with(limits(), graph_at(1, SHOP), &json!({"query": query}));
    let cursor = &first["data"]["entities"]["pageInfo"]["endCursor"];
    let body = json!({"query": query, "variables": {"after": cursor}});
    for (revision, changed) in [(1, false), (2, true)] {
        let (_, next) = ask_with(limits(), graph_at(revision, SHOP), &body);
        assert_eq!(next["data"]["entities"]["changedSinceCursor"], json!(changed), "{revision}");
    }
}
