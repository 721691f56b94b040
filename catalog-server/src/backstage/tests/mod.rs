//! The room against a slow and obvious oracle: entities as JSON, taken apart as Backstage takes them apart.

mod documents;
mod lists;
mod oracle;
mod refusals;

use std::sync::Arc;

use catalog_core::{graph::CatalogGraph, sketch};
use serde_json::Value;

use super::{
    BackstageError, BackstageLimits, EntityList, EntityQuery, GiveUp, OrderCache, Sink,
    document::entity_json,
    request::{self, Parameters},
    shown::is_shown,
};

/// Everything that an entity can show, with case, lists and texts that are too long to be found.
fn shop() -> Arc<CatalogGraph> {
    let long = "x".repeat(201);
    Arc::new(sketch::graph(&format!(
        "
        repository github.com/acme/shop
        codeowners
          * @acme/ops
        manifest services/wéb/catalog-info.yaml
        component:web title \"The Web\" description \"Sells ÜBER things.\" tag js,web type Service lifecycle production
        component:web owner group:shop system system:store partof component:site tier 1 slo 99.9
        component:web label zone=A annotation example.com/Chat=#Shop annotation example.com/long={long}
        component:web -> component:api resource:db
        component:web consumes api:orders provides api:web
        component:api type service owner group:shop
        component:api -> resource:db
        component:site type website
        api:orders type openapi lifecycle Experimental
        api:web owner group:nowhere
        resource:db data pii,payment type database owner group:ops annotation backstage.io/view-url=javascript:alert(1)
        resource:db in resource:eu resource:us
        resource:eu type region
        system:store domain domain:sales owner group:shop
        domain:sales title \"sales\"
        repository acme/people
        group:shop members user:ann user:bob parent group:all email shop@example.com slug acme/shop
        group:ops parent group:all slug acme/ops
        group:all
        user:ann memberof group:shop login ann-a
        repository acme/old unreadable
        component:old type service title \"The old\" lifecycle deprecated
        "
    )))
}

/// The entities that are shown, as JSON, in the order of their refs.
fn documents(graph: &CatalogGraph) -> Vec<Value> {
    let shown = graph.entities().filter(|entity| is_shown(*entity));
    shown.map(|entity| json_of(&entity_json(entity, None))).collect()
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("what is written is JSON")
}

fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    Parameters(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// An answer, collected.
#[derive(Default)]
struct Collected {
    body: Vec<u8>,
    after: Option<String>,
}

impl Sink for Collected {
    fn next_after(&mut self, after: String) {
        self.after = Some(after);
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BackstageError> {
        self.body.extend_from_slice(bytes);
        Ok(())
    }
}

fn answer(graph: &Arc<CatalogGraph>, query: &EntityQuery, list: EntityList) -> (Value, Option<String>) {
    let mut collected = Collected::default();
    query
        .answer(graph, &OrderCache::default(), list, &GiveUp::default(), &mut collected)
        .expect("somebody waits");
    (json_of(&collected.body), collected.after)
}

/// `GET /entities/by-query`.
fn query(graph: &Arc<CatalogGraph>, pairs: &[(&str, &str)]) -> Value {
    let query = request::entity_query(&parameters(pairs), &BackstageLimits::default());
    answer(graph, &query.expect("the question is good"), EntityList::WithCursors).0
}

/// `POST /entities/by-query`.
fn query_by_body(graph: &Arc<CatalogGraph>, body: &Value) -> Value {
    let query = request::entity_query_of_body(body.to_string().as_bytes(), &BackstageLimits::default());
    answer(graph, &query.expect("the question is good"), EntityList::WithCursors).0
}

/// `GET /entities`.
fn list(graph: &Arc<CatalogGraph>, pairs: &[(&str, &str)]) -> (Value, Option<String>) {
    let query = request::entity_list(&parameters(pairs), &BackstageLimits::default());
    answer(graph, &query.expect("the question is good"), EntityList::Plain)
}

fn ref_of(entity: &Value) -> String {
    let part = |value: &Value| value.as_str().expect("a text").to_lowercase();
    let metadata = &entity["metadata"];
    format!("{}:{}/{}", part(&entity["kind"]), part(&metadata["namespace"]), part(&metadata["name"]))
}

fn refs(items: &Value) -> Vec<String> {
    items.as_array().expect("a list").iter().map(ref_of).collect()
}
