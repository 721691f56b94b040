//! The questions that one asks of a graph. Every face of the product asks these and no other.
//!
//! A person's word becomes an entity in [`find_entity`], or an [`EntityNotFound`] with the nearest names.
//! [`EntityFilter`] lists, [`search()`] finds, [`blast_radius()`] follows needs, [`need_paths`] proves one of
//! its rows, [`impact()`] lets something fail, [`ownership()`] and [`path_ownership()`] say who answers,
//! [`summary()`] counts. Where the graph as a whole is fragile say [`need_cycles`], [`single_points()`],
//! [`bridges()`] and [`longest_chains()`]. [`availability()`] holds promises against what needs allow. What
//! the organisation is exposed to: [`concentration()`], [`tier_inversions()`], [`shared_fate()`] and
//! [`call_limits()`]. [`difference()`] compares two graphs, [`data_reach()`] tells who can come at data.
//! [`rank()`] says what most others rest on, [`last_change()`] what changed last, by whom and when.
//! [`responsible_for`] says who watches an entity, sets its objectives, decides on its breaking changes and
//! answers for its service level; [`journey()`] and its kin say who answers for a way through several.
//! [`rollout()`] puts a change into waves.
//!
//! Answers borrow from the graph, are ordered, and know nothing of how they are shown.

mod availability;
mod blast_radius;
mod contacts;
mod data_reach;
mod difference;
mod entity_lookup;
mod escalation;
mod exposure;
mod failure;
mod filter;
mod impact;
mod journey;
mod last_change;
mod ownable;
mod owner_subject;
mod ownership;
#[cfg(test)]
mod ownership_tests;
mod path;
mod path_ownership;
mod rank;
mod repository_address;
mod responsibility;
mod rollout;
mod search;
mod structure;
mod summary;
#[cfg(test)]
mod tests;
mod unknowns;
mod wholes;

pub use availability::{
    AVAILABILITY_RULES, AllowedAvailability, AlternativeFactor, AvailabilityAnswer, AvailabilityArithmetic,
    AvailabilityFinding, AvailabilityPromise, AvailabilityQuery, AvailabilityRule, EntityAvailability,
    ExternalShare, GroupFactor, RequiredFactor, availability, availability_among, availability_arithmetic,
    promise_of,
};
pub use blast_radius::{
    AffectedEntity, BlastRadius, BlastRadiusQuery, EntityShare, NeedWay, NeedWays, blast_radius,
};
pub use contacts::{Contact, ContactKind, contacts_of, contradicting};
pub use data_reach::{DataAccessor, DataReach, PurposeStanding, data_classes, data_reach};
pub use difference::{
    ChangedField, CycleDifference, EntityChange, EntityPair, Fall, FieldChange, GraphDifference,
    HealthChange, PartyChange, ReachChange, ReachDifference, RelationAspect, RelationChange, difference,
};
pub use entity_lookup::{
    EntityNotFound, OWNER_KINDS, WHOLE_KINDS, find_entity, find_entity_of_kinds, nearest_names, ref_of_kinds,
};
pub use escalation::{Escalation, EscalationMember, EscalationStep, StepObstacle};
pub(crate) use escalation::{above, is_peopled, is_reached_itself};
pub use exposure::{
    Call, CallLimits, CommonThing, Concentration, Exposure, IsolationBreach, RestsOn, RetryChain,
    RetryCircle, RetryLink, SharedFate, SpuriousRedundancy, StatedLimit, TierInversion, TierInversions,
    TimeoutInversion, UnknownTier, WayToCommonThing, call_limits, concentration, shared_fate,
    tier_inversions, tier_inversions_among,
};
pub use failure::{Failing, FailureMeaning, failing};
pub use filter::EntityFilter;
pub use impact::{
    ImpactAnswer, ImpactCounts, ImpactQuery, ImpactedEntity, KeptUp, OwnerToCall, RemedyView, SpareLost,
    impact,
};
pub(crate) use journey::journey_of_plan;
pub use journey::{
    Accountability, AccountabilityGround, DeclaredJourney, JOURNEY_HOPS_MAX, Journey, JourneyAvailability,
    JourneyBehindQuery, JourneyCourse, JourneyHop, JourneyLink, JourneyNotFound, JourneyPlan, JourneySource,
    JourneyStop, declared_journey, declared_journeys, find_journey, journey, journey_behind, journey_told_by,
};
pub use last_change::{LastChange, last_change};
pub(crate) use ownable::unread_ownership_file;
pub use ownable::{is_unowned, must_be_owned};
pub use owner_subject::{OwnerSubject, find_entity_close, subject_of_address};
pub use ownership::{
    DependentsInBrief, Freshness, Guide, OwnershipAnswer, guides_and_contradictions, ownership,
    path_escalation, whom_to_call,
};
pub use path::{NeedPaths, NeedStep, need_path, need_paths, need_step};
pub use path_ownership::{
    PathOwnership, RepositoryNotFound, find_repository, first_rule, owners_of_rules, path_in_repository,
    path_ownership,
};
pub use rank::{Rank, RankBy, RankQuery, RankedEntity, rank};
pub use repository_address::{find_by_address, is_address, path_behind_address};
pub use responsibility::{
    Responsibility, ResponsibilityAnswer, ResponsibilityGround, ResponsibleParty, responsibilities,
    responsible_for,
};
pub use rollout::{
    AtStake, EntryReason, ROLLOUT_WAVE_DEFAULT, Rollout, RolloutEntry, RolloutOrder, RolloutOwner,
    RolloutQuery, RolloutWave, WaveReason, rollout,
};
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
pub(crate) use wholes::wholes;
