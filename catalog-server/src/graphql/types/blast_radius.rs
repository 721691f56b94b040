//! What a change can break, or rests on.

use std::{
    cmp::Reverse,
    sync::{Arc, OnceLock},
};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity, NeedFilter},
    model::Strength,
    needs::Direction,
    query::{self, NeedWays},
};

use super::{
    entity::EntityObject,
    need_path::{NeedPath, NeedPaths},
    not_found::EntityNotFoundObject,
    plain::AffectedSeen,
    relation::StrengthValue,
    unknowns::UnknownsObject,
};
use crate::graphql::{
    ErrorCode,
    page::{Page, PageArguments, check_text, error, page, plain_page},
};

/// Which way a question follows the needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Direction", remote = "Direction")]
pub(crate) enum DirectionValue {
    /// Towards those that need the entities: what breaks.
    Dependents,
    /// Towards those that the entities need: what they rest on.
    Dependencies,
}

/// Why an answer does not show everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum TruncatedReason {
    /// Some of the names asked about are not in the catalog: see `unknown`.
    UnknownRef,
    /// More lies behind the `maxDepth` asked for.
    MaxDepth,
}

/// A blast radius, computed whole; its rows by number.
pub(crate) struct BlastRadiusObject {
    graph: Arc<CatalogGraph>,
    direction: Direction,
    roots: Vec<u32>,
    affected: Vec<AffectedRow>,
    owners: Vec<(u32, usize)>,
    systems: Vec<(u32, usize)>,
    not_shown: usize,
    depth_max: Option<u32>,
    along: NeedFilter,
    ways: OnceLock<NeedWays>,
    unknowns: UnknownsObject,
    unowned: usize,
    critical: usize,
    cut_by_depth: bool,
    unknown: Vec<EntityNotFoundObject>,
}

/// An affected entity by its number.
#[derive(Clone, Copy)]
pub(super) struct AffectedRow {
    pub(super) entity: u32,
    pub(super) distance: u32,
}

impl BlastRadiusObject {
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        answer: &query::BlastRadius<'_>,
        unknown: Vec<EntityNotFoundObject>,
    ) -> Self {
        let row = |row: &query::AffectedEntity<'_>| AffectedRow {
            entity: row.entity.index(),
            distance: row.distance,
        };
        let (depth_max, along) = answer.followed();
        Self {
            graph: Arc::clone(graph),
            direction: answer.direction,
            roots: answer.roots.iter().map(|root| root.index()).collect(),
            affected: answer.affected.iter().map(row).collect(),
            owners: answer.owners.iter().map(|share| (share.entity.index(), share.affected)).collect(),
            systems: answer.systems.iter().map(|share| (share.entity.index(), share.affected)).collect(),
            not_shown: answer.not_shown,
            depth_max,
            along: along.clone(),
            ways: OnceLock::new(),
            unknowns: UnknownsObject::new(graph, &answer.unknowns),
            unowned: answer.unowned,
            critical: answer.critical,
            cut_by_depth: answer.cut_by_depth,
            unknown,
        }
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(number))
    }

    /// The number of the next entity on one shortest way from a row to the roots, and the strength of the
    /// strongest way; found for all rows once somebody asks.
    pub(super) fn way_to(&self, row: AffectedRow) -> (u32, Strength) {
        let ways = self.ways.get_or_init(|| {
            NeedWays::find(&self.graph, &self.roots, self.direction, self.depth_max, &self.along)
        });
        ways.to(row.entity, row.distance)
    }

    pub(super) fn entity_at(&self, number: u32) -> Entity<'_> {
        self.graph.entity_at(number)
    }

    fn ref_of(&self, number: u32) -> String {
        self.graph.entity_at(number).name().to_string()
    }
}

/// Everything that transitively needs a set of entities, or that they transitively need: an upper
/// bound of what a change can break. It is always computed whole; only its lists come in pages.
#[Object(name = "BlastRadius")]
impl BlastRadiusObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// Which way was looked.
    async fn direction(&self) -> DirectionValue {
        self.direction.into()
    }

    /// The entities that were asked about, by ref.
    async fn roots(&self) -> Vec<EntityObject> {
        self.roots.iter().map(|root| self.object(*root)).collect()
    }

    /// The names asked about that are not in the catalog, with those that may be meant.
    async fn unknown(&self) -> &[EntityNotFoundObject] {
        &self.unknown
    }

    /// How many entities are affected, without the ones asked about.
    async fn total(&self) -> usize {
        self.affected.len()
    }

    /// Whether more may be affected than this answer counts.
    async fn truncated(&self) -> bool {
        self.cut_by_depth || !self.unknown.is_empty()
    }

    /// Why more may be affected; null where everything is counted.
    async fn truncated_reason(&self) -> Option<TruncatedReason> {
        if self.unknown.is_empty() {
            self.cut_by_depth.then_some(TruncatedReason::MaxDepth)
        } else {
            Some(TruncatedReason::UnknownRef)
        }
    }

    /// How many more are affected that `show` does not ask for.
    async fn not_shown(&self) -> usize {
        self.not_shown
    }

    /// What is not known about these entities, and so may be missing from the answer.
    async fn not_known(&self) -> &UnknownsObject {
        &self.unknowns
    }

    /// How many affected entities have no owner.
    async fn unowned(&self) -> usize {
        self.unowned
    }

    /// How many affected entities are critical: of tier 0 or 1.
    async fn critical(&self) -> usize {
        self.critical
    }

    /// The affected entities, nearest first, then by ref.
    async fn affected(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<AffectedEntity>> {
        plain_page(
            ctx,
            self.graph.revision(),
            &self.affected,
            &PageArguments::forward(first, after),
            |row| (row.distance, self.ref_of(row.entity)),
            |row| {
                let (via, strength) = self.way_to(*row);
                AffectedEntity {
                    reference: self.ref_of(row.entity),
                    entity: self.object(row.entity),
                    distance: row.distance,
                    via: self.object(via),
                    strength: strength.into(),
                }
            },
            |row| AffectedSeen { answer: self, row: *row },
        )
    }

    /// The owners of the affected entities, the one with most of them first, then by ref.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerShareObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.owners,
            &PageArguments::forward(first, after),
            |(owner, affected)| (Reverse(*affected), self.ref_of(*owner)),
            |(owner, affected)| OwnerShareObject { owner: self.object(*owner), affected: *affected },
        )
    }

    /// The systems of the affected entities, the one with most of them first, then by ref.
    async fn systems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<SystemShareObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.systems,
            &PageArguments::forward(first, after),
            |(system, affected)| (Reverse(*affected), self.ref_of(*system)),
            |(system, affected)| SystemShareObject { system: self.object(*system), affected: *affected },
        )
    }

    /// One shortest chain of needs between an entity and the nearest of those asked about, as proof;
    /// null where there is none, or no entity of this name.
    async fn path_to(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "The ref of the entity, as in `component:default/web`.")]
        reference: String,
    ) -> Result<Option<NeedPath>> {
        check_text(ctx, "ref", &reference)?;
        let Some(target) = crate::graphql::query::entity_named(&self.graph, &reference) else {
            return Ok(None);
        };
        let roots: Vec<Entity<'_>> = self.roots.iter().map(|root| self.graph.entity_at(*root)).collect();
        let paths = query::need_paths(&self.graph, &roots, target, self.direction, &self.along, 1);
        let steps = paths.and_then(|mut paths| paths.paths.pop());
        Ok(steps.map(|steps| NeedPath::new(&self.graph, &steps)))
    }

    /// All shortest chains of needs between an entity and the nearest of those asked about, as proof, as far
    /// as asked for; null where there is none, or no entity of this name.
    async fn paths_to(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "The ref of the entity, as in `component:default/web`.")]
        reference: String,
        #[graphql(desc = "How many chains to write out, 1 to 100; 10 where it is left out.")] first: Option<
            i32,
        >,
    ) -> Result<Option<NeedPaths>> {
        check_text(ctx, "ref", &reference)?;
        let first = first.unwrap_or(10);
        let paths_max =
            usize::try_from(first).ok().filter(|first| (1..=100).contains(first)).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`first` is {first}, expected 1 to 100"))
            })?;
        let Some(target) = crate::graphql::query::entity_named(&self.graph, &reference) else {
            return Ok(None);
        };
        let roots: Vec<Entity<'_>> = self.roots.iter().map(|root| self.graph.entity_at(*root)).collect();
        let paths = query::need_paths(&self.graph, &roots, target, self.direction, &self.along, paths_max);
        Ok(paths.map(|paths| NeedPaths::new(&self.graph, &paths)))
    }
}

/// One entity in a blast radius.
#[derive(Clone, SimpleObject)]
pub(crate) struct AffectedEntity {
    /// Its ref, `kind:namespace/name`.
    #[graphql(name = "ref")]
    reference: String,
    /// The entity.
    entity: EntityObject,
    /// How many needs lie between it and the nearest entity asked about; at least 1.
    distance: u32,
    /// The next entity on one shortest way to those asked about.
    via: EntityObject,
    /// `HARD` where some way of hard needs alone leads there.
    strength: StrengthValue,
}

/// An owner with a part of a blast radius.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerShare")]
pub(crate) struct OwnerShareObject {
    /// The owner.
    owner: EntityObject,
    /// How many of the affected entities it answers for.
    affected: usize,
}

/// A system with a part of a blast radius.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SystemShare")]
pub(crate) struct SystemShareObject {
    /// The system.
    system: EntityObject,
    /// How many of the affected entities are a part of it.
    affected: usize,
}

impl OwnerShareObject {
    pub(super) fn new(owner: EntityObject, affected: usize) -> Self {
        Self { owner, affected }
    }
}
