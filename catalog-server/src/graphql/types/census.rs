//! Who owns what, in numbers.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    census::{
        CodeCount, ContactReach, GapCensus, OwnershipCensus, ReachLevel, SeverityCounts, SolePerson,
        StandingCounts, TeamCount, WholeCount,
    },
    graph::{CatalogGraph, Entity},
    needs::Precision,
};

use super::entity::EntityObject;
use crate::graphql::page::{Page, page_in_order};

/// How many entities there are by whether they have an owner.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(name = "StandingCounts")]
pub(crate) struct StandingCountsObject {
    /// With an owner that is declared.
    owned: usize,
    /// With an owner that is named, and that nothing declares.
    owner_undeclared: usize,
    /// Without an owner.
    unowned: usize,
    /// Of which it is not known, since an ownership file cannot be read.
    unknown: usize,
}

/// How many gaps there are by how much they matter.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(name = "SeverityCounts")]
pub(crate) struct SeverityCountsObject {
    /// Errors.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Notes.
    notes: usize,
}

/// How well somebody is reached, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReachLevel", remote = "ReachLevel")]
pub(crate) enum ReachLevelValue {
    /// A service that wakes somebody.
    OnCall,
    /// A chat channel or an e-mail address.
    Contact,
    /// Nobody is known.
    Nobody,
}

/// Somebody who owns something, in numbers.
#[derive(Clone, SimpleObject)]
#[graphql(name = "TeamCount")]
pub(crate) struct TeamCountObject {
    /// The group or person; its `standing` is `PLACEHOLDER` where nothing declares it.
    team: EntityObject,
    /// How many of the entities that must be owned are theirs.
    entities: usize,
    /// How many of these are critical.
    critical: usize,
    /// Gaps that they have to see to.
    gaps: SeverityCountsObject,
    /// How well they are reached.
    reach: ReachLevelValue,
    /// Whose contact that is: their own, or that of a group above; null where nobody is reached.
    reached_through: Option<EntityObject>,
}

/// A system or domain with its parts, in numbers.
#[derive(Clone, SimpleObject)]
#[graphql(name = "WholeCount")]
pub(crate) struct WholeCountObject {
    /// The system or domain.
    whole: EntityObject,
    /// Its parts that must be owned, by whether they are.
    standings: StandingCountsObject,
    /// How many of these are critical.
    critical: usize,
    /// Gaps about it and its parts.
    gaps: SeverityCountsObject,
}

/// An owner behind whom there is one person only.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SolePerson")]
pub(crate) struct SolePersonObject {
    /// The owner: the person, or a group without anybody else.
    owner: EntityObject,
    /// The person.
    person: EntityObject,
    /// How many entities rest on that person in this way.
    entities: usize,
    /// How many of these are critical.
    critical: usize,
}

/// An entity without an owner.
#[derive(Clone, SimpleObject)]
#[graphql(name = "UnownedEntity")]
pub(crate) struct UnownedEntityObject {
    /// The entity.
    entity: EntityObject,
    /// How many entities transitively need it.
    dependents: usize,
}

/// Gaps of one kind, in numbers.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GapCodeCount")]
pub(crate) struct GapCodeCountObject {
    /// The code, as in `owner-unknown`; `gapRules` explains it.
    code: &'static str,
    /// How many there are.
    counts: SeverityCountsObject,
    /// How many entities they are about.
    subjects: usize,
}

/// Who owns what, in numbers; its rows whole, its lists in pages.
pub(crate) struct OwnershipCensusObject {
    revision: u64,
    standings: StandingCountsObject,
    critical: StandingCountsObject,
    gaps: SeverityCountsObject,
    codes: Vec<GapCodeCountObject>,
    teams: Vec<TeamCountObject>,
    teams_without_entities: usize,
    wholes: Vec<WholeCountObject>,
    without_whole: usize,
    sole_persons: Vec<SolePersonObject>,
    unowned: Vec<UnownedEntityObject>,
    exact: bool,
}

impl OwnershipCensusObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, census: &OwnershipCensus<'_>, gaps: &GapCensus<'_>) -> Self {
        let entity = |of: Entity<'_>| EntityObject::new(graph, of);
        let team = |of: &TeamCount<'_>| {
            let ContactReach { level, through } = of.reach;
            TeamCountObject {
                team: entity(of.team),
                entities: of.entities,
                critical: of.critical,
                gaps: of.gaps.into(),
                reach: level.into(),
                reached_through: through.map(entity),
            }
        };
        let whole = |of: &WholeCount<'_>| WholeCountObject {
            whole: entity(of.whole),
            standings: of.standings.into(),
            critical: of.critical,
            gaps: of.gaps.into(),
        };
        let sole = |of: &SolePerson<'_>| SolePersonObject {
            owner: entity(of.owner),
            person: entity(of.person),
            entities: of.entities,
            critical: of.critical,
        };
        let code = |of: &CodeCount| GapCodeCountObject {
            code: of.rule.code,
            counts: of.counts.into(),
            subjects: of.subjects,
        };
        let unowned = census.unowned_by_dependents().into_iter();
        Self {
            revision: graph.revision().0,
            standings: census.standings.into(),
            critical: census.critical.into(),
            gaps: gaps.counts.into(),
            codes: gaps.codes.iter().map(code).collect(),
            teams: census.teams.iter().map(team).collect(),
            teams_without_entities: census.teams_without_entities,
            wholes: census.wholes.iter().map(whole).collect(),
            without_whole: census.without_whole,
            sole_persons: census.sole_persons.iter().map(sole).collect(),
            unowned: unowned
                .map(|of| UnownedEntityObject { entity: entity(of.entity), dependents: of.dependents })
                .collect(),
            exact: matches!(census.precision, Precision::Exact),
        }
    }
}

/// Who owns what, in numbers. How much of the organisation they rest on is in `catalog { coverage }`.
#[Object(name = "OwnershipCensus")]
impl OwnershipCensusObject {
    /// The number of the state of the catalog that the numbers are from.
    async fn revision(&self) -> u64 {
        self.revision
    }

    /// The entities that must have an owner, by whether they have one.
    async fn standings(&self) -> StandingCountsObject {
        self.standings
    }

    /// The critical ones of them, by whether they have one.
    async fn critical(&self) -> StandingCountsObject {
        self.critical
    }

    /// All gaps in ownership, by how much they matter.
    async fn gaps(&self) -> SeverityCountsObject {
        self.gaps
    }

    /// The gaps by kind.
    async fn gap_codes(&self) -> &[GapCodeCountObject] {
        &self.codes
    }

    /// Everybody who owns something that must be owned, those with the most first, then by ref.
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<TeamCountObject>> {
        page_in_order(ctx, self.revision, &self.teams, first, after)
    }

    /// How many declared groups own nothing.
    async fn teams_without_entities(&self) -> usize {
        self.teams_without_entities
    }

    /// The systems and domains with parts, by ref.
    async fn wholes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<WholeCountObject>> {
        page_in_order(ctx, self.revision, &self.wholes, first, after)
    }

    /// How many entities that must be owned are a part of no system.
    async fn without_whole(&self) -> usize {
        self.without_whole
    }

    /// Owners behind whom there is one person only, those with the most critical entities first.
    async fn sole_persons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<SolePersonObject>> {
        page_in_order(ctx, self.revision, &self.sole_persons, first, after)
    }

    /// The entities that nobody owns, those that most others need first.
    async fn unowned(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<UnownedEntityObject>> {
        page_in_order(ctx, self.revision, &self.unowned, first, after)
    }

    /// Whether `dependents` are exact; in a very large catalog they are estimated.
    async fn exact(&self) -> bool {
        self.exact
    }
}

impl From<StandingCounts> for StandingCountsObject {
    fn from(of: StandingCounts) -> Self {
        Self {
            owned: of.owned,
            owner_undeclared: of.owner_undeclared,
            unowned: of.unowned,
            unknown: of.unknown,
        }
    }
}

impl From<SeverityCounts> for SeverityCountsObject {
    fn from(of: SeverityCounts) -> Self {
        Self { errors: of.errors, warnings: of.warnings, notes: of.notes }
    }
}
