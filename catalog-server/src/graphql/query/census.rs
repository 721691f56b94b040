//! `ownershipCensus`: who owns what, counted over the whole catalog.

use async_graphql::{Context, Object, Result};
use catalog_core::{
    census::{gap_census, ownership_census},
    gaps::ownership_gaps,
};

use super::{gap_question, graph_of};
use crate::graphql::types::census::OwnershipCensusObject;

#[derive(Default)]
pub(super) struct CensusQuery;

#[Object]
impl CensusQuery {
    /// Who owns what, in numbers: by standing, team, system and kind of gap, and what rests on one person. The
    /// numbers of `catalog report ownership` and `catalog report gaps`.
    async fn ownership_census(&self, ctx: &Context<'_>) -> Result<OwnershipCensusObject> {
        let graph = graph_of(ctx)?;
        let gaps = ownership_gaps(gap_question(ctx)?);
        Ok(OwnershipCensusObject::new(graph, &ownership_census(graph, &gaps), &gap_census(graph, &gaps)))
    }
}
