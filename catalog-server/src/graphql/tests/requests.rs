//! Requests as a whole: what is refused, what is given up, and of which state an answer is.

use catalog_core::catalog::CurrentGraph;

use super::*;

#[test]
fn what_an_editor_asks_about_the_schema_is_answered() {
    let answer = ask(SHOP, INTROSPECTION);
    let types = answer["data"]["__schema"]["types"].as_array().map(Vec::len);
    assert_eq!(answer.get("errors"), None);
    assert!(types.is_some_and(|types| types > 30), "{types:?}");
}

#[test]
fn every_field_and_argument_is_described() {
    let query =
        "{ __schema { types { name description fields { name description args { name description } } } } }";
    let answer = ask(SHOP, query);
    let mut bare = Vec::new();
    for of in answer["data"]["__schema"]["types"].as_array().expect("types are a list") {
        let type_name = of["name"].as_str().unwrap_or_default();
        // Pages, their edges and the built-in types are described by the library.
        if type_name.starts_with("__") || type_name.ends_with("Connection") || type_name.ends_with("Edge") {
            continue;
        }
        // The scalars are GraphQL's own.
        if of["description"].is_null() && type_name != "ID" {
            bare.push(type_name.to_owned());
        }
        for field in of["fields"].as_array().into_iter().flatten() {
            let field_name = field["name"].as_str().unwrap_or_default();
            let arguments = field["args"].as_array().into_iter().flatten();
            let undescribed = arguments.filter(|argument| argument["description"].is_null()).count();
            if field["description"].is_null() || undescribed > 0 {
                bare.push(format!("{type_name}.{field_name}"));
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn bodies_that_are_no_request_are_refused() {
    let runtime = Runtime::new().expect("a runtime can be built");
    let service = service(GraphqlLimits::default());
    let deep =
        format!("{{\"query\": \"{{a}}\", \"variables\": {}{}}}", "{\"a\":".repeat(300), "}".repeat(300));
    let cases: [(&[u8], &str); 14] = [
        (b"", "BODY_INVALID"),
        (b"[]", "BATCH_NOT_ALLOWED"),
        (b" [{\"query\": \"{ __typename }\"}]", "BATCH_NOT_ALLOWED"),
        (b"{}", "BODY_INVALID"),
        (b"null", "BODY_INVALID"),
        (b"{\"query\": 1}", "BODY_INVALID"),
        (b"{\"query\": \"{a}\", \"query\": \"{b}\"}", "BODY_INVALID"),
        (b"{\"query\": \"{a}\", \"variables\": []}", "BODY_INVALID"),
        (b"{\"query\": \"{a}\"", "BODY_INVALID"),
        (b"{\"query\": \"\\ud800\"}", "BODY_INVALID"),
        (b"{\"query\": \"\xff\"}", "BODY_INVALID"),
        (b"\xef\xbb\xbf{\"query\": \"{a}\"}", "BODY_INVALID"),
        (b"{\"query\": \"{ nobody }\"}", "QUERY_INVALID"),
        (deep.as_bytes(), "BODY_INVALID"),
    ];
    for (body, expected) in cases {
        let answer =
            runtime.block_on(service.answer(body.to_vec(), Arc::new(CatalogGraph::empty()), anybody()));
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 400, "{text}");
        assert!(text.contains(&format!("\"{expected}\"")), "{text}");
    }
}

#[test]
fn many_faults_make_a_short_answer() {
    let fields: String = (0..1_500).map(|number| format!("nobody{number} ")).collect();
    let body = json!({"query": format!("{{ {fields} }}")});
    let (status, answer) = ask_with(GraphqlLimits::default(), CatalogGraph::empty(), &body);
    assert_eq!(status, 400);
    assert!(answer["errors"].as_array().is_some_and(|errors| errors.len() <= 20));
    assert!(answer.to_string().len() < 16 * 1024);
}

#[test]
fn an_answer_that_grows_too_large_is_given_up() {
    let limits = GraphqlLimits { answer_bytes_max: 300, ..GraphqlLimits::default() };
    let body = json!({"query": "{ entities { nodes { ref description origin { path repository } } } }"});
    let (status, answer) = ask_with(limits, sketch::graph(SHOP), &body);
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (500, &json!("ANSWER_TOO_LARGE")));
}

#[test]
fn a_field_that_ends_in_an_error_is_null_or_else_what_it_is_in() {
    let check = |query: &str, expected: Value, paths: &[Value]| {
        let answer = ask(SHOP, query);
        assert_eq!(answer["data"], expected, "{query}");
        let errors = answer["errors"].as_array().into_iter().flatten();
        assert_eq!(
            errors.map(|error| &error["path"]).collect::<Vec<_>>(),
            paths.iter().collect::<Vec<_>>(),
            "{query}"
        );
    };
    let long = "x".repeat(5_000);
    check(
        &format!(
            "{{ before: catalog {{ revision }} entity(ref: \"{long}\") {{ ref }} after: catalog {{ revision }} }}"
        ),
        json!({"before": {"revision": 1}, "entity": null, "after": {"revision": 1}}),
        &[json!(["entity"])],
    );
    // The entity may be null, its relations may not.
    check(
        "{ catalog { revision } entity(ref: \"web\") { ref relations(first: 2000) { totalCount } } }",
        json!({"catalog": {"revision": 1}, "entity": null}),
        &[json!(["entity", "relations"])],
    );
    check(
        "{ entities(refs: [\"web\", \"api\"]) { nodes { ref relations(first: 2000) { totalCount } } } catalog { revision } }",
        json!(null),
        &[json!(["entities", "nodes", 0, "relations"]), json!(["entities", "nodes", 1, "relations"])],
    );
}

#[test]
fn an_object_of_which_nothing_is_selected_is_empty() {
    let check = |query: &str, expected: Value| {
        let answer = ask(SHOP, query);
        assert_eq!((&answer["data"], answer.get("errors")), (&expected, None), "{query}");
    };
    check("{ catalog @skip(if: true) { revision } }", json!({}));
    check("{ catalog { revision @skip(if: true) } }", json!({"catalog": {}}));
    check(
        "{ owners(refs: [\"web\", \"not-there\"]) { ... on EntityOwnership { entity { ref } } } }",
        json!({"owners": [{"entity": {"ref": "component:default/web"}}, {}]}),
    );
    // What there is not is null.
    check("{ entity(ref: \"web\") { ref @skip(if: true) } }", json!({"entity": {}}));
    check("{ entity(ref: \"not-there\") { ref @skip(if: true) } }", json!({"entity": null}));
    let answer = ask(SHOP, "{ repositories(first: 1) { nodes { id } } }");
    let id = answer["data"]["repositories"]["nodes"][0]["id"].as_str().expect("a repository").to_owned();
    check(&format!("{{ node(id: \"{id}\") {{ ... on Entity {{ ref }} }} }}"), json!({"node": {}}));
}

#[test]
fn what_is_asked_under_several_names_is_answered_under_each() {
    let affected = r#"blastRadius(refs: ["api"]) { affected { nodes { distance entity { ref } } } }"#;
    let too_long = format!(r#"entity(ref: "{}") {{ ref }}"#, "x".repeat(5_000));
    let owner = r#"entity(ref: $ref) { ref owner { ref } }"#;
    let twice = |key: &str, field: &str| format!("{key}1: {field} {key}2: {field}");
    let (affected, too_long, owner) = (twice("a", affected), twice("n", &too_long), twice("o", owner));
    let query =
        format!("query ($ref: String!) {{ {affected} {too_long} c: catalog {{ revision }} {owner} }}");
    let question = json!({"query": query, "variables": {"ref": "web"}});
    let limits = GraphqlLimits::default();
    let (_, answer) = ask_with(limits.clone(), sketch::graph(SHOP), &question);
    let data = answer["data"].as_object().unwrap_or_else(|| panic!("{answer:#}"));
    assert_eq!(
        data.keys().map(String::as_str).collect::<Vec<_>>(),
        ["a1", "a2", "c", "n1", "n2", "o1", "o2"]
    );
    for key in ["a", "n", "o"] {
        assert_eq!(data[&format!("{key}1")], data[&format!("{key}2")], "{answer:#}");
    }
    assert_eq!(data["a2"]["affected"]["nodes"].as_array().map(Vec::len), Some(2), "{answer:#}");
    let errors = answer["errors"].as_array().expect("a ref that is too long is an error");
    assert_eq!(
        errors.iter().map(|error| &error["path"]).collect::<Vec<_>>(),
        [&json!(["n1"]), &json!(["n2"])]
    );
    assert_eq!(errors[0]["message"], errors[1]["message"]);

    let limits = GraphqlLimits { answer_bytes_max: answer.to_string().len() / 2, ..limits };
    let (status, answer) = ask_with(limits, sketch::graph(SHOP), &question);
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (500, &json!("ANSWER_TOO_LARGE")));
}

#[test]
fn more_queries_than_may_run_are_turned_away() {
    let limits =
        GraphqlLimits { concurrent_max: 0, patience: std::time::Duration::ZERO, ..GraphqlLimits::default() };
    let (status, answer) =
        ask_with(limits, CatalogGraph::empty(), &json!({"query": "{ catalog { revision } }"}));
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (503, &json!("OVERLOADED")));
}

#[test]
fn an_answer_is_of_one_revision_while_graphs_are_exchanged() {
    // A catalog of revision n holds n components, so an answer that mixes two gives itself away.
    let graph_of = |revision: u64| {
        let sketch: String = (0..revision).map(|number| format!("component:c{number}\n")).collect();
        graph_at(revision, &sketch)
    };
    let current = Arc::new(CurrentGraph::new(graph_of(1)));
    let runtime = Runtime::new().expect("a runtime can be built");
    let service = service(GraphqlLimits::default());
    let query = "{ a: catalog { revision counts { entities } }
        b: entities(filter: {kinds: [\"component\"]}) { revision totalCount }
        c: blastRadius(refs: [\"c0\"]) { revision affected { revision } }
        d: catalog { revision } }";
    let body = json!({"query": query}).to_string().into_bytes();
    let writer = {
        let current = Arc::clone(&current);
        std::thread::spawn(move || (1..300).for_each(|n| current.replace(graph_of(1 + n % 40))))
    };
    let mut seen = std::collections::BTreeSet::new();
    while !writer.is_finished() || seen.is_empty() {
        let answer = runtime.block_on(service.answer(body.clone(), current.get(), anybody()));
        let answer: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        let data = &answer["data"];
        let revision = &data["a"]["revision"];
        for pointer in [
            "/a/counts/entities",
            "/b/revision",
            "/b/totalCount",
            "/c/revision",
            "/c/affected/revision",
            "/d/revision",
        ] {
            assert_eq!(data.pointer(pointer), Some(revision), "{pointer} of {answer:#}");
        }
        seen.insert(revision.to_string());
    }
    writer.join().expect("the writer does not panic");
}

/// One service, so that what it keeps of a query meets the next one.
#[test]
fn whatever_was_asked_before_a_query_has_to_fit_the_schema() {
    let runtime = Runtime::new().expect("a runtime can be built");
    let service = service(GraphqlLimits::default());
    let graph = Arc::new(sketch::graph(SHOP));
    let check = |query: &str, variables: Value, expected: &str| {
        let body = json!({ "query": query, "variables": variables }).to_string().into_bytes();
        let answer = runtime.block_on(service.answer(body, Arc::clone(&graph), anybody()));
        let answer = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.contains(expected), "{query} {variables}: {answer}");
    };
    let by_name = "query ($ref: String!) { entity(ref: $ref) { ref } }";
    for _ in 0..2 {
        check(by_name, json!({"ref": "web"}), "component:default/web");
        check(by_name, json!({"ref": "api"}), "component:default/api");
        check(by_name, json!({"ref": "nobody"}), "{\"entity\":null}");
        check(by_name, json!({"ref": 1}), "QUERY_INVALID");
        check(by_name, json!({"ref": null}), "QUERY_INVALID");
        check(by_name, json!({}), "QUERY_INVALID");
        check("query ($ref: String!) { entity(ref: $ref) { no } }", json!({"ref": "web"}), "QUERY_INVALID");
        check("{ entity(ref: 1) { ref } }", json!({}), "QUERY_INVALID");
        let skipping = "query ($no: Boolean!) { __typename entity(ref: \"web\") @skip(if: $no) { no } }";
        check(skipping, json!({"no": true}), "QUERY_INVALID");
        let direction = "query ($to: Direction) { blastRadius(refs: [\"api\"], direction: $to) { total } }";
        check(direction, json!({"to": "DEPENDENTS"}), "\"total\":2");
        check(direction, json!({"to": "UPWARDS"}), "QUERY_INVALID");
    }
}
