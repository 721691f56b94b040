//! Questions to sketched catalogs, and what is answered.

mod answers;
mod batches;
mod check;
mod exposure;
mod paging;
mod plain_rows;
mod random;
mod readiness;
mod requests;
mod structure;

use std::sync::Arc;

use catalog_core::{
    graph::{CatalogGraph, GraphBuilder},
    model::Revision,
    sketch,
};
use expect_test::Expect;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::*;

/// What an editor for queries asks first: the shape of the whole schema, types in types nine deep.
pub(crate) const INTROSPECTION: &str = "
    query IntrospectionQuery {
      __schema {
        description
        queryType { name kind }
        mutationType { name kind }
        subscriptionType { name kind }
        types { ...FullType }
        directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
      }
    }
    fragment FullType on __Type {
      kind name description specifiedByURL
      fields(includeDeprecated: true) {
        name description
        args(includeDeprecated: true) { ...InputValue }
        type { ...TypeRef }
        isDeprecated deprecationReason
      }
      inputFields(includeDeprecated: true) { ...InputValue }
      interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { ...TypeRef }
    }
    fragment InputValue on __InputValue {
      name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
    }
    fragment TypeRef on __Type {
      kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
        kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name }
        } } } } } } } }
    }";

const SHOP: &str = "
repository shop/web
codeowners
  *            @acme/all
  /services/   @acme/shop
component:web -> component:api
component:web owner group:shop system system:store tier 1 type service tag front title \"The web\"
component:api -> resource:db
component:api ~> resource:cache
component:api owner group:nobody
component:batch -> component:api
resource:db
resource:cache
group:shop members user:ann parent group:all email shop@example.com slug acme/shop
group:all
user:ann
system:store owner group:all
";

/// Who asks where it does not matter who asks.
fn anybody() -> Arc<crate::access::Caller> {
    Arc::new(crate::access::Caller::local())
}

fn service(limits: GraphqlLimits) -> GraphqlService {
    GraphqlService::new(limits)
}

fn ask_with(limits: GraphqlLimits, graph: CatalogGraph, body: &Value) -> (u16, Value) {
    let runtime = Runtime::new().expect("a runtime can be built");
    let body = body.to_string().into_bytes();
    let answer = runtime.block_on(service(limits).answer(body, Arc::new(graph), anybody()));
    (answer.status, serde_json::from_slice(&answer.body).expect("an answer is JSON"))
}

fn ask(sketch: &str, query: &str) -> Value {
    let (status, answer) =
        ask_with(GraphqlLimits::default(), sketch::graph(sketch), &json!({"query": query}));
    assert_eq!(status, 200, "{answer:#}");
    answer
}

/// Checks the data of an answer, written without the quotes and line ends of JSON.
#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check(query: &str, expected: Expect) {
    let answer = ask(SHOP, query);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let mut text = String::new();
    show(&answer["data"], 0, &mut text);
    expected.assert_eq(&text);
}

/// Writes a value without quotes, on one line where it fits.
fn show(value: &Value, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    let line = |value: &Value| value.to_string().replace(",\"", ", \"").replace('"', "");
    let fits = |value: &Value| !value.is_object() && !value.is_array() || line(value).len() + indent <= 80;
    let mut part = |name: &str, value: &Value| {
        if fits(value) {
            *text += &format!("{margin}{name} {}\n", line(value));
        } else {
            *text += &format!("{margin}{name}\n");
            show(value, indent + 2, text);
        }
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| part(&format!("{name}:"), value)),
        Value::Array(items) => items.iter().for_each(|item| part("-", item)),
        _ => part("", value),
    }
}

/// Checks the code of the only error of an answer, with the limit where one was met.
fn check_error(query: &str, expected: &str) {
    let (_, answer) = ask_with(GraphqlLimits::default(), sketch::graph(SHOP), &json!({"query": query}));
    let extensions = &answer["errors"][0]["extensions"];
    let code = extensions["code"].as_str().expect("every error has a code");
    let met = extensions["limit"].as_str().map_or(code.to_owned(), |limit| format!("{code} {limit}"));
    assert_eq!(met, expected, "{answer:#}");
}

pub(crate) fn graph_at(revision: u64, sketch: &str) -> CatalogGraph {
    let mut builder = GraphBuilder::new();
    sketch::repositories(sketch).into_iter().for_each(|repository| builder.add(repository));
    builder.build(Revision(revision))
}
