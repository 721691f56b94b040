//! `removals`: what was declared until recently and is not any more.

use async_graphql::{Context, Object, Result};
use catalog_core::{graph::Removal, model::EntityRef};

use super::graph_of;
use crate::graphql::{
    ErrorCode,
    page::{Page, PageArguments, check_text, error, page},
    types::removal::RemovalObject,
};

#[derive(Default)]
pub(super) struct RemovalsQuery;

#[Object]
impl RemovalsQuery {
    /// What repositories declared until recently and declare no more, by ref, then by repository. An entity that
    /// another repository declares now is among them as well. Known for 30 days.
    async fn removals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "ref",
            desc = "Only removals of this entity, as in `component:default/web`; all where it is left out."
        )]
        reference: Option<String>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RemovalObject>> {
        let graph = graph_of(ctx)?;
        let mut rows: Vec<&Removal> = match &reference {
            None => graph.all_removals().iter().collect(),
            Some(text) => {
                check_text(ctx, "ref", text)?;
                let name = EntityRef::parse_lenient(text)
                    .map_err(|fault| error(ErrorCode::ArgumentInvalid, format!("`ref`: {fault}")))?;
                graph.removals(&name)
            }
        };
        let key = |of: &&Removal| (of.tombstone.entity.to_string(), of.repository.to_string());
        rows.sort_by_cached_key(key);
        page(ctx, graph.revision(), &rows, &PageArguments::forward(first, after), key, |row| (*row).into())
    }
}
