//! The structure of the graph of needs, one file to a field; each part is worked out when it is asked for.

mod bridges;
mod call_limits;
mod concentration;
mod cycles;
mod exposure;
mod longest_chains;
mod shared_fate;
mod single_points;
mod tier_inversion;

use std::sync::Arc;

use async_graphql::MergedObject;
use catalog_core::graph::CatalogGraph;

/// Where the graph of needs is fragile, whatever changes or fails.
#[derive(MergedObject)]
#[graphql(name = "Structure")]
pub(crate) struct StructureObject(
    cycles::CyclesPart,
    single_points::SinglePointsPart,
    bridges::BridgesPart,
    longest_chains::LongestChainsPart,
    exposure::ExposurePart,
);

impl StructureObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>) -> Self {
        Self(
            cycles::CyclesPart(Arc::clone(graph)),
            single_points::SinglePointsPart(Arc::clone(graph)),
            bridges::BridgesPart(Arc::clone(graph)),
            longest_chains::LongestChainsPart(Arc::clone(graph)),
            exposure::ExposurePart(Arc::clone(graph)),
        )
    }
}
