//! The schema, put together.

use async_graphql::Schema;

use super::{
    GraphqlLimits, extension::RequestExtension, mutation::Mutation, query::Query, subscription::Subscription,
    types::node::Node,
};

/// The schema with its limits.
pub(super) type CatalogSchema = Schema<Query, Mutation, Subscription>;

/// Puts the schema together.
pub(super) fn build_schema(limits: &GraphqlLimits) -> CatalogSchema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Node>()
        .data(limits.clone())
        .extension(RequestExtension)
        .finish()
}

/// The schema in GraphQL's definition language, as `schema/catalog.graphql` holds it.
pub fn schema_sdl() -> String {
    build_schema(&GraphqlLimits::default()).sdl()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_EXPECT=1 cargo test` rewrites the file; the difference is the review.
    #[test]
    fn the_schema_file_is_what_the_server_answers_to() {
        expect_test::expect_file!["../../../schema/catalog.graphql"].assert_eq(&schema_sdl());
    }
}
