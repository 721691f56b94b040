//! Filters, orders, pages, searches and facets against the oracle.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use catalog_core::{graph::CatalogGraph, sketch};
use serde_json::{Value, json};

use super::{
    super::{BackstageLimits, GiveUp, key::Key, request, shown::is_shown},
    documents, list,
    oracle::{self, Rows},
    parameters, query, query_by_body, ref_of, refs, shop,
};

fn all_keys(rows: &[Rows]) -> Vec<String> {
    let mut keys: Vec<String> = rows.iter().flat_map(|rows| rows.keys().cloned()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The entities with what would be written down of them, in the order of their refs.
fn written(graph: &CatalogGraph) -> Vec<(String, Rows)> {
    documents(graph).iter().map(|entity| (ref_of(entity), oracle::rows(entity))).collect()
}

/// What entities there are whose rows pass.
fn expected(written: &[(String, Rows)], passes: impl Fn(&Rows) -> bool) -> Vec<String> {
    written.iter().filter(|(_, rows)| passes(rows)).map(|(entity, _)| entity.clone()).collect()
}

/// Fields, each with whether its order is descending.
type Order<'o> = &'o [(&'o str, bool)];

#[test]
fn a_key_has_the_values_that_backstage_would_write_down() {
    let graph = shop();
    let documents = documents(&graph);
    let rows: Vec<Rows> = documents.iter().map(oracle::rows).collect();
    let keys = all_keys(&rows);
    assert!(keys.len() > 60, "{keys:?}");
    let shown: Vec<_> = graph.entities().filter(|entity| is_shown(*entity)).collect();
    assert_eq!(shown.len(), rows.len());
    for key in keys.iter().map(|key| key.to_uppercase()) {
        let understood = Key::new(&key);
        for (entity, rows) in shown.iter().zip(&rows) {
            let mut found: Vec<Option<String>> = Vec::new();
            understood.each(*entity, &mut |value| found.push(value.map(str::to_lowercase)));
            found.sort();
            found.dedup();
            let lower = |value: &Option<String>| value.as_ref().map(|value| value.to_lowercase());
            let mut expected: Vec<_> =
                rows.get(&key.to_lowercase()).into_iter().flatten().map(lower).collect();
            expected.sort();
            assert_eq!(found, expected, "{key} of {}", entity.name());
        }
    }
}

#[test]
fn a_condition_holds_where_a_row_says_so() {
    let graph = shop();
    let written = written(&graph);
    let rows: Vec<Rows> = documents(&graph).iter().map(oracle::rows).collect();
    for key in all_keys(&rows) {
        let (found, _) = list(&graph, &[("filter", &key)]);
        assert_eq!(refs(&found), expected(&written, |rows| rows.contains_key(&key)), "{key}");
        let absent = query_by_body(&graph, &json!({"query": {"$not": {&key: {"$exists": true}}}}));
        assert_eq!(refs(&absent["items"]), expected(&written, |rows| !rows.contains_key(&key)), "{key}");
        let values: Vec<String> =
            rows.iter().filter_map(|rows| rows.get(&key)).flatten().flatten().cloned().collect();
        for value in values.iter().filter(|value| !value.contains(',')) {
            let (found, _) = list(&graph, &[("filter", &format!("{key} = {}", value.to_uppercase()))]);
            assert_eq!(
                refs(&found),
                expected(&written, |rows| oracle::has(rows, &key, value)),
                "{key}={value}"
            );
        }
    }
}

#[test]
fn conditions_are_joined_as_backstage_joins_them() {
    let graph = shop();
    let written = written(&graph);
    let check = |filters: &[&str], passes: &dyn Fn(&Rows) -> bool| {
        let pairs: Vec<_> = filters.iter().map(|filter| ("filter", *filter)).collect();
        let (found, _) = list(&graph, &pairs);
        assert_eq!(refs(&found), expected(&written, passes), "{filters:?}");
        assert_eq!(refs(&query(&graph, &pairs)["items"]), refs(&found), "{filters:?}");
    };
    let is = oracle::has;
    check(&["kind=component,spec.type=service"], &|rows| {
        is(rows, "kind", "component") && is(rows, "spec.type", "service")
    });
    check(&["kind=api", "kind=system"], &|rows| is(rows, "kind", "api") || is(rows, "kind", "system"));
    check(&["kind=api,kind=system"], &|rows| is(rows, "kind", "api") || is(rows, "kind", "system"));
    // A value that is asked for beside presence is what counts.
    check(&["spec.type,spec.type=service"], &|rows| is(rows, "spec.type", "service"));
    check(&[" kind = group , metadata.name = shop "], &|rows| {
        is(rows, "kind", "group") && is(rows, "metadata.name", "shop")
    });
    check(&["", ",,"], &|_| true);
    check(&["metadata.etag"], &|_| false);
    check(&["relations"], &|_| false);
    check(&["spec.type="], &|_| false);
    check(&["relations.dependsOn=resource:default/db,kind=component"], &|rows| {
        is(rows, "relations.dependson", "resource:default/db") && is(rows, "kind", "component")
    });
}

#[test]
fn predicates_mean_what_backstage_means() {
    let graph = shop();
    let written = written(&graph);
    let check = |asked: Value, passes: &dyn Fn(&Rows) -> bool| {
        let found = query_by_body(&graph, &json!({ "query": asked }));
        assert_eq!(refs(&found["items"]), expected(&written, passes), "{asked}");
        assert_eq!(found["totalItems"], refs(&found["items"]).len(), "{asked}");
    };
    let is = oracle::has;
    check(json!({}), &|_| true);
    check(json!({"$all": []}), &|_| true);
    check(json!({"$any": []}), &|_| false);
    check(json!({"kind": {"$in": []}}), &|_| false);
    check(json!({"spec.tier": 1}), &|rows| is(rows, "spec.tier", "1"));
    check(json!({"spec.tier": 1.0}), &|rows| is(rows, "spec.tier", "1"));
    check(json!({"metadata.tags.js": true}), &|rows| is(rows, "metadata.tags.js", "true"));
    check(json!({"kind": "Group", "metadata.name": {"$hasPrefix": "SH"}}), &|rows| {
        is(rows, "kind", "group")
            && oracle::least(rows, "metadata.name").is_some_and(|name| name.starts_with("sh"))
    });
    check(json!({"metadata.tags": {"$contains": "WEB"}}), &|rows| is(rows, "metadata.tags", "web"));
    check(json!({"relations": {"$contains": {"type": "ownedBy"}}}), &|rows| {
        rows.contains_key("relations.ownedby")
    });
    let targets = json!({"$in": ["group:default/SHOP", "group:default/ops"]});
    check(json!({"relations": {"$contains": {"type": "ownedby", "targetRef": targets}}}), &|rows| {
        is(rows, "relations.ownedby", "group:default/shop")
            || is(rows, "relations.ownedby", "group:default/ops")
    });
    check(
        json!({"$any": [{"kind": "api"}, {"$all": [{"kind": "group"}, {"$not": {"spec.parent": "group:default/all"}}]}]}),
        &|rows| {
            is(rows, "kind", "api")
                || is(rows, "kind", "group") && !is(rows, "spec.parent", "group:default/all")
        },
    );
}

/// The refs of all entities that pass a filter on the kind, in an order.
fn in_order(written: &[(String, Rows)], kind: Option<&str>, order: Order<'_>) -> Vec<String> {
    let mut rows = written.to_vec();
    rows.retain(|(_, rows)| kind.is_none_or(|kind| oracle::has(rows, "kind", kind)));
    rows.sort_by(|(a_ref, a), (b_ref, b)| {
        for (field, descending) in order {
            let ordering = match (oracle::least(a, field), oracle::least(b, field)) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => return Ordering::Greater,
                (Some(_), None) => return Ordering::Less,
                (Some(a), Some(b)) if *descending => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        a_ref.cmp(b_ref)
    });
    rows.into_iter().map(|(entity, _)| entity).collect()
}

/// Every order, filter and size of page that the tests of pages go through.
fn each_list(check: &mut dyn FnMut(Option<&str>, Order<'_>, usize)) {
    let orders: [Order<'_>; 6] = [
        &[],
        &[("metadata.name", false)],
        &[("metadata.name", true)],
        &[("spec.type", true)],
        &[("metadata.tags", false), ("spec.lifecycle", true)],
        &[("nothing", false)],
    ];
    for order in orders {
        for kind in [None, Some("component"), Some("nothing")] {
            for limit in [1, 2, 5, 100] {
                check(kind, order, limit);
            }
        }
    }
}

#[test]
fn pages_are_the_ordered_list_cut_into_pieces() {
    let graph = shop();
    let written = written(&graph);
    each_list(&mut |kind, order, limit| {
        let expected = in_order(&written, kind, order);
        let case = format!("{kind:?} {order:?} {limit}");
        let order: Vec<String> = order
            .iter()
            .map(|(field, down)| format!("{field},{}", if *down { "desc" } else { "asc" }))
            .collect();
        let filter = kind.map(|kind| format!("kind={kind}"));
        let limit_text = limit.to_string();
        let mut pairs = vec![("limit", &*limit_text)];
        pairs.extend(order.iter().map(|order| ("orderField", &**order)));
        pairs.extend(filter.iter().map(|filter| ("filter", &**filter)));
        let mut page = query(&graph, &pairs);
        let mut pages = vec![refs(&page["items"])];
        assert!(page["pageInfo"]["prevCursor"].is_null(), "{case}");
        while let Some(cursor) = page["pageInfo"]["nextCursor"].as_str() {
            page = query(&graph, &[("cursor", cursor), ("limit", &limit_text)]);
            assert_eq!(page["totalItems"], expected.len(), "{case}");
            pages.push(refs(&page["items"]));
        }
        assert_eq!(pages.concat(), expected, "{case}");
        let mut before = vec![pages.last().cloned().unwrap_or_default()];
        while let Some(cursor) = page["pageInfo"]["prevCursor"].as_str() {
            page = query_by_body(&graph, &json!({"cursor": cursor, "limit": limit}));
            before.push(refs(&page["items"]));
        }
        before.reverse();
        assert_eq!(before, pages, "{case}");
    });
}

#[test]
fn lists_are_cut_into_the_same_pieces() {
    let graph = shop();
    let written = written(&graph);
    each_list(&mut |kind, order, limit| {
        let expected = in_order(&written, kind, order);
        let case = format!("{kind:?} {order:?} {limit}");
        let order: Vec<String> = order
            .iter()
            .map(|(field, down)| format!("{}:{field}", if *down { "desc" } else { "asc" }))
            .collect();
        let filter = kind.map(|kind| format!("kind={kind}"));
        let limit_text = limit.to_string();
        let mut pairs: Vec<_> = order.iter().map(|order| ("order", &**order)).collect();
        pairs.extend(filter.iter().map(|filter| ("filter", &**filter)));
        assert_eq!(refs(&list(&graph, &pairs).0), expected, "{case}");
        pairs.push(("limit", &limit_text));
        let (mut items, mut after) = list(&graph, &pairs);
        let mut all = refs(&items);
        pairs.pop();
        while let Some(text) = after {
            let mut pairs = pairs.clone();
            pairs.push(("after", &text));
            (items, after) = list(&graph, &pairs);
            all.extend(refs(&items));
        }
        assert_eq!(all, expected, "{case}");
        pairs.extend([("offset", "3"), ("limit", &limit_text)]);
        let cut: Vec<String> = expected.iter().skip(3).take(limit).cloned().collect();
        assert_eq!(refs(&list(&graph, &pairs).0), cut, "{case}");
    });
}

#[test]
fn pages_go_on_at_the_right_place_when_the_catalog_has_changed() {
    let before = Arc::new(sketch::graph("component:b\ncomponent:d\ncomponent:f\ncomponent:h"));
    let after = Arc::new(sketch::graph("component:a\ncomponent:c\ncomponent:e\ncomponent:f\ncomponent:h"));
    for order in [
        &[("orderField", "metadata.name,asc"), ("filter", "kind=component")][..],
        &[("filter", "kind=component")],
    ] {
        let first = query(&before, &[order, &[("limit", "2")]].concat());
        assert_eq!(refs(&first["items"]), ["component:default/b", "component:default/d"]);
        let cursor = first["pageInfo"]["nextCursor"].as_str().expect("there are more");
        let second = query(&after, &[("cursor", cursor), ("limit", "2")]);
        assert_eq!(refs(&second["items"]), ["component:default/e", "component:default/f"]);
        let cursor = second["pageInfo"]["prevCursor"].as_str().expect("there are some before");
        let back = query(&after, &[("cursor", cursor), ("limit", "2")]);
        assert_eq!(refs(&back["items"]), ["component:default/a", "component:default/c"]);
    }
}

#[test]
fn a_text_is_found_in_the_fields_that_are_searched() {
    let graph = shop();
    let written = written(&graph);
    let found = |pairs: &[(&str, &str)]| refs(&query(&graph, pairs)["items"]);
    let contains = |key: &'static str, term: &str| {
        let term = term.to_owned();
        expected(&written, move |rows| {
            rows.get(key).into_iter().flatten().flatten().any(|value| value.to_lowercase().contains(&term))
        })
    };
    let fields = ("fullTextFilterFields", "metadata.description,nothing");
    assert_eq!(found(&[("fullTextFilterTerm", " über "), fields]), contains("metadata.description", "über"));
    assert_eq!(
        found(&[("fullTextFilterTerm", "THE"), ("orderField", "metadata.title,asc")]),
        ["component:default/old", "component:default/web"]
    );
    assert_eq!(found(&[("fullTextFilterTerm", "ann")]), ["user:default/ann"]);
    // Backstage lets these stand for any text.
    assert!(
        found(&[("fullTextFilterTerm", "%")]).is_empty() && found(&[("fullTextFilterTerm", "_")]).is_empty()
    );
    assert_eq!(found(&[("fullTextFilterTerm", "  ")]).len(), documents(&graph).len());
}

#[test]
fn facets_count_each_value_once_an_entity() {
    let graph = shop();
    let documents = documents(&graph);
    let rows: Vec<Rows> = documents.iter().map(oracle::rows).collect();
    let give_up = GiveUp::default();
    for key in all_keys(&rows) {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let is_component = |rows: &&Rows| oracle::has(rows, "kind", "component");
        for value in rows.iter().filter(is_component).filter_map(|rows| rows.get(&key)).flatten().flatten() {
            *counts.entry(value).or_default() += 1;
        }
        let expected: Vec<Value> =
            counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect();
        let asked = parameters(&[("facet", &key), ("filter", "kind=component")]);
        let facets = request::facets(&asked, &BackstageLimits::default()).expect("the question is good");
        let answer = facets.answer(&graph, &give_up).expect("somebody waits");
        assert_eq!(answer, json!({"facets": {&key: expected}}));
    }
}
