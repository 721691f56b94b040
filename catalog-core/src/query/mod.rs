//! The questions that one asks of a graph. Every face of the product asks these and no other.
//!
//! A person's word becomes an entity in [`find_entity`], or an [`EntityNotFound`] with the nearest names.
//! [`EntityFilter`] lists, [`search()`] finds, [`blast_radius()`] follows needs, [`need_paths`] proves one of its
//! rows, [`impact()`] lets something fail, [`ownership()`] and [`path_ownership()`] say who answers, [`summary()`] counts. Where
//! the graph as a whole is fragile say [`need_cycles`], [`single_points()`], [`bridges()`] and
//! [`longest_chains()`].
//! [`availability()`] holds promises against what needs allow.
//! What the organisation is exposed to: [`concentration()`], [`tier_inversions()`], [`shared_fate()`] and
//! [`call_limits()`].
//! [`difference()`] compares two graphs, [`data_reach()`] tells who can come at data.
//! [`rank()`] says what most others rest on.
//!
//! Answers borrow from the graph, are ordered, and know nothing of how they are shown.

mod availability;
mod blast_radius;
mod data_reach;
mod difference;
mod entity_lookup;
mod exposure;
mod failure;
mod filter;
mod impact;
mod ownable;
mod ownership;
mod path;
mod path_ownership;
mod rank;
mod search;
mod structure;
mod summary;
#[cfg(test)]
mod tests;
mod unknowns;

pub use availability::{
    AVAILABILITY_RULES, AllowedAvailability, AlternativeFactor, AvailabilityAnswer, AvailabilityArithmetic,
    AvailabilityFinding, AvailabilityPromise, AvailabilityQuery, AvailabilityRule, EntityAvailability,
    ExternalShare, GroupFactor, RequiredFactor, availability, availability_arithmetic, promise_of,
};
pub use blast_radius::{AffectedEntity, BlastRadius, BlastRadiusQuery, EntityShare, blast_radius};
pub use data_reach::{DataAccessor, DataReach, PurposeStanding, data_classes, data_reach};
pub use difference::{
    ChangedField, CycleDifference, EntityChange, EntityPair, Fall, FieldChange, GraphDifference,
    HealthChange, PartyChange, ReachChange, ReachDifference, RelationAspect, RelationChange, difference,
};
pub use entity_lookup::{
    EntityNotFound, OWNER_KINDS, WHOLE_KINDS, find_entity, find_entity_of_kinds, nearest_names, ref_of_kinds,
};
pub use exposure::{
    Call, CallLimits, CommonThing, Concentration, Exposure, IsolationBreach, RestsOn, RetryChain,
    RetryCircle, RetryLink, SharedFate, SpuriousRedundancy, StatedLimit, TierInversion, TierInversions,
    TimeoutInversion, UnknownTier, WayToCommonThing, call_limits, concentration, shared_fate,
    tier_inversions,
};
pub use failure::{Failing, FailureMeaning, failing};
pub use filter::EntityFilter;
pub use impact::{
    ImpactAnswer, ImpactCounts, ImpactQuery, ImpactedEntity, KeptUp, OwnerToCall, RemedyView, SpareLost,
    impact,
};
pub use ownable::must_be_owned;
pub use ownership::{Contact, ContactKind, EscalationStep, OwnershipAnswer, contacts_of, ownership};
pub use path::{NeedPaths, NeedStep, need_path, need_paths, need_step};
pub use path_ownership::{
    PathOwnership, RepositoryNotFound, find_repository, first_rule, owners_of_rules, path_in_repository,
    path_ownership,
};
pub use rank::{Rank, RankBy, RankQuery, RankedEntity, rank};
pub use search::{MatchedField, SearchHit, search};
pub use structure::{BridgeNeed, Bridges, JoiningEntity, bridges};
pub use structure::{LongestChains, NeedChain, longest_chains};
pub use structure::{NeedCycle, need_cycles};
pub use structure::{
    SinglePoint, SinglePoints, SinglePointsFrom, SinglePointsQuery, TakenDown, single_points, taken_down_by,
    without_spare_of,
};
pub use structure::{StructureOverview, structure_overview};
pub use summary::{CatalogSummary, summary};
pub use unknowns::Unknowns;
