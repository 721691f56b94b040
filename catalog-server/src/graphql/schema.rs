//! The schema, put together.

use std::sync::Arc;

use async_graphql::Schema;
use catalog_core::{gaps::GapSettings, readiness::PolicySet};

use super::{
    GraphqlLimits, budget::BudgetExtension, mutation::Mutation, query::Query, subscription::Subscription,
    types::node::Node,
};

/// The schema with its limits.
pub(super) type CatalogSchema = Schema<Query, Mutation, Subscription>;

/// Puts the schema together. Gaps are found by these measures, and readiness by these policies.
pub(super) fn build_schema(
    limits: &GraphqlLimits,
    gaps: Arc<GapSettings>,
    policies: Arc<PolicySet>,
) -> CatalogSchema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Node>()
        .data(limits.clone())
        .data(gaps)
        .data(policies)
        .extension(BudgetExtension)
        .finish()
}

/// The schema in GraphQL's definition language, as `schema/catalog.graphql` holds it.
pub fn schema_sdl() -> String {
    build_schema(&GraphqlLimits::default(), Arc::default(), Arc::default()).sdl()
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
