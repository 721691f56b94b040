//! `dataReach`: who can come at data of a class.

use async_graphql::{Context, Object, Result};
use catalog_core::query;

use super::graph_of;
use crate::graphql::{page::check_text, types::data_reach::DataReachObject};

#[derive(Default)]
pub(super) struct DataReachQuery;

#[Object]
impl DataReachQuery {
    /// Everything that can come at data of a class, with the ways, the owners, and whether it is said
    /// what for; null where nothing in the catalog holds such data.
    async fn data_reach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The class of data, as in `pii`, without regard to case.")] class: String,
    ) -> Result<Option<DataReachObject>> {
        check_text(ctx, "class", &class)?;
        let graph = graph_of(ctx)?;
        Ok(query::data_reach(graph, &class).map(|answer| DataReachObject::new(graph, &answer)))
    }

    /// The classes of data that something in the catalog holds, by name; `dataReach` tells of each who can come
    /// at it.
    async fn data_classes(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let graph = graph_of(ctx)?;
        Ok(query::data_classes(graph).into_iter().map(str::to_owned).collect())
    }
}
