//! The fields of the schema's root, one file to a field.
//!
//! Each takes the one graph of its request, asks `catalog_core` and shows the answer; none holds a rule.

mod availability;
mod blast_radius;
mod catalog;
mod census;
mod check;
mod crawls;
mod data_reach;
mod diagnostics;
mod entities;
mod entities_named;
mod entity;
mod impact;
mod journey;
mod lookup;
mod node;
mod owner;
mod ownership_gaps;
mod rank;
mod readiness;
mod removals;
mod repositories;
mod reviews;
mod rollout;
mod search;
mod structure;

use async_graphql::MergedObject;

use super::request_data::{gap_question, graph_of};

pub(super) use entities_named::entities_named;
pub(super) use entity::entity_named;

/// The questions that one can ask of the catalog. All answers of one request are of the same state of
/// the catalog, also while it changes.
#[derive(Default, MergedObject)]
pub(super) struct Query(
    catalog::CatalogQuery,
    entity::EntityQuery,
    node::NodeQuery,
    lookup::LookupQuery,
    entities::EntitiesQuery,
    search::SearchQuery,
    owner::OwnerQuery,
    blast_radius::BlastRadiusQuery,
    impact::ImpactQuery,
    structure::StructureQuery,
    availability::AvailabilityQuery,
    data_reach::DataReachQuery,
    check::CheckQuery,
    rank::RankQuery,
    rollout::RolloutQuery,
    journey::JourneyQuery,
    readiness::ReadinessQuery,
    ownership_gaps::OwnershipGapsQuery,
    census::CensusQuery,
    reviews::ReviewsQuery,
    removals::RemovalsQuery,
    diagnostics::DiagnosticsQuery,
    repositories::RepositoriesQuery,
    crawls::CrawlsQuery,
);
