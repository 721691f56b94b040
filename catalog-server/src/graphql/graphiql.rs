//! A page to try queries on.

use async_graphql::http::GraphiQLSource;

/// The page of GraphiQL, an editor for queries, for the GraphQL address `endpoint`.
///
/// The page is small: it fetches its script and its style from a public content network when a browser
/// opens it, so it needs a network although the catalog itself does not.
pub fn graphiql_page(endpoint: &str) -> String {
    GraphiQLSource::build().endpoint(endpoint).title("catalog").finish()
}
