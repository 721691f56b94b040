//! What comes of a failure.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::Strength,
    needs::{Health, HealthCounts},
    query::{self, ImpactCounts},
};

use super::{
    entity::EntityObject, not_found::EntityNotFoundObject, ownership::ContactObject, relation::StrengthValue,
    unknowns::UnknownsObject,
};
use crate::graphql::page::{Page, PageArguments, page};

/// How badly an entity is affected, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Health", remote = "Health")]
pub(crate) enum HealthValue {
    /// It works as before.
    Unaffected,
    /// It works, and has lost a spare.
    AtRisk,
    /// It works in part.
    Degraded,
    /// It does not work.
    Down,
}

/// What the failure of an entity means, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "FailureMeaning", remote = "query::FailureMeaning")]
pub(crate) enum FailureMeaningValue {
    /// It does not work.
    Itself,
    /// Everything that is a part of it does not work: a system or a domain.
    Parts,
    /// Everything that a repository declares does not work.
    Repository,
    /// It cannot act: a group or a person. What it owns goes on working, with nobody to call.
    CannotAct,
}

/// What comes of a failure, computed whole; its rows by number.
pub(crate) struct ImpactObject {
    graph: Arc<CatalogGraph>,
    failing: Vec<(u32, query::FailureMeaning, Vec<u32>)>,
    already_down: Vec<u32>,
    before: ImpactCounts,
    after: ImpactCounts,
    affected: Vec<ImpactedRow>,
    spares_lost: Vec<SpareRow>,
    owners: Vec<CallRow>,
    unowned: usize,
    unattended: Vec<u32>,
    keep: Option<KeptRow>,
    unknowns: UnknownsObject,
    unknown: Vec<EntityNotFoundObject>,
}

struct ImpactedRow {
    entity: u32,
    is_critical: bool,
    before: Health,
    health: Health,
    because_of: u32,
    by_alternatives: bool,
    remedies: Vec<RemedyRow>,
}

/// What it takes to keep an entity up.
struct KeptRow {
    entity: u32,
    health: Health,
    smallest_remedy: Option<Vec<RemedyRow>>,
}

/// What needs, and what it needs.
type RemedyRow = (u32, Vec<u32>);

struct SpareRow {
    entity: u32,
    is_critical: bool,
    strength: Strength,
    members: Vec<u32>,
    lost: Vec<u32>,
    working: usize,
}

/// Somebody to call, with the place in the order.
struct CallRow {
    place: usize,
    owner: u32,
    failed: usize,
    affected: ImpactCounts,
    contacts: Vec<query::Contact>,
}

fn numbers(entities: &[Entity<'_>]) -> Vec<u32> {
    entities.iter().map(|entity| entity.index()).collect()
}

fn remedy_rows(remedies: &[query::RemedyView<'_>]) -> Vec<RemedyRow> {
    remedies.iter().map(|of| (of.needy.index(), numbers(&of.needed))).collect()
}

impl ImpactObject {
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        answer: &query::ImpactAnswer<'_>,
        unknown: Vec<EntityNotFoundObject>,
    ) -> Self {
        let affected = answer.affected.iter().map(|of| ImpactedRow {
            entity: of.entity.index(),
            is_critical: of.entity.is_critical(),
            before: of.before,
            health: of.health,
            because_of: of.because_of.index(),
            by_alternatives: of.by_alternatives,
            remedies: remedy_rows(&of.remedies),
        });
        let spares_lost = answer.spares_lost.iter().map(|spare| SpareRow {
            entity: spare.entity.index(),
            is_critical: spare.entity.is_critical(),
            strength: spare.strength,
            members: numbers(&spare.members),
            lost: numbers(&spare.lost),
            working: spare.working,
        });
        let owners = answer.owners.iter().enumerate().map(|(place, call)| CallRow {
            place,
            owner: call.owner.index(),
            failed: call.failed,
            affected: call.affected,
            contacts: call.contacts.clone(),
        });
        let failing = answer.failing.iter();
        Self {
            graph: Arc::clone(graph),
            failing: failing.map(|of| (of.entity.index(), of.meaning, numbers(&of.down))).collect(),
            already_down: numbers(&answer.already_down),
            before: answer.before,
            after: answer.after,
            affected: affected.collect(),
            spares_lost: spares_lost.collect(),
            owners: owners.collect(),
            unowned: answer.unowned,
            unattended: numbers(&answer.unattended),
            keep: answer.keep.as_ref().map(|kept| KeptRow {
                entity: kept.entity.index(),
                health: kept.health,
                smallest_remedy: kept.smallest_remedy.as_deref().map(remedy_rows),
            }),
            unknowns: UnknownsObject::new(graph, &answer.unknowns),
            unknown,
        }
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(number))
    }

    fn objects(&self, numbers: &[u32]) -> Vec<EntityObject> {
        numbers.iter().map(|number| self.object(*number)).collect()
    }

    fn remedies(&self, rows: &[RemedyRow]) -> Vec<RemedyObject> {
        rows.iter()
            .map(|(needy, needed)| RemedyObject { needy: self.object(*needy), needed: self.objects(needed) })
            .collect()
    }

    fn ref_of(&self, number: u32) -> String {
        self.graph.entity_at(number).name().to_string()
    }
}

/// What is down, degraded or without a spare where something fails. It is always computed whole; only its
/// lists come in pages.
#[Object(name = "Impact")]
impl ImpactObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// What fails, by ref.
    async fn failing(&self) -> Vec<FailingObject> {
        let object = |(entity, meaning, down): &(u32, query::FailureMeaning, Vec<u32>)| FailingObject {
            entity: self.object(*entity),
            meaning: (*meaning).into(),
            down_count: down.len(),
        };
        self.failing.iter().map(object).collect()
    }

    /// What had failed already, by ref.
    async fn already_down(&self) -> Vec<EntityObject> {
        self.objects(&self.already_down)
    }

    /// The names asked about that are not in the catalog, with those that may be meant.
    async fn unknown(&self) -> &[EntityNotFoundObject] {
        &self.unknown
    }

    /// How many entities were in which state before.
    async fn before(&self) -> ImpactCountsObject {
        self.before.into()
    }

    /// How many entities are in which state after; what fails by itself is counted.
    async fn after(&self) -> ImpactCountsObject {
        self.after.into()
    }

    /// What would keep up the entity that `keep` names; null where it names none.
    async fn keep(&self) -> Option<KeptUpObject> {
        self.keep.as_ref().map(|kept| KeptUpObject {
            entity: self.object(kept.entity),
            health: kept.health.into(),
            smallest_remedy: kept.smallest_remedy.as_deref().map(|rows| self.remedies(rows)),
        })
    }

    /// How many entities that failed or are worse than before have no owner.
    async fn unowned(&self) -> usize {
        self.unowned
    }

    /// What is not known about these entities, and so may be missing from the answer.
    async fn not_known(&self) -> &UnknownsObject {
        &self.unknowns
    }

    /// Everything that is worse than before, without what fails by itself: the worst first, critical ones
    /// before others, then by ref.
    async fn affected(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ImpactedEntityObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.affected,
            &PageArguments::forward(first, after),
            |row| (Reverse(row.health as u8), !row.is_critical, self.ref_of(row.entity)),
            |row| ImpactedEntityObject {
                entity: self.object(row.entity),
                health: row.health.into(),
                before: row.before.into(),
                because_of: self.object(row.because_of),
                by_alternatives: row.by_alternatives,
                remedies: self.remedies(&row.remedies),
            },
        )
    }

    /// Alternatives of which fewer work than before, those with the fewest left first.
    async fn spares_lost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<SpareLostObject>> {
        let refs = |numbers: &[u32]| numbers.iter().map(|number| self.ref_of(*number)).collect::<Vec<_>>();
        page(
            ctx,
            self.graph.revision(),
            &self.spares_lost,
            &PageArguments::forward(first, after),
            |row| (row.working, !row.is_critical, self.ref_of(row.entity), refs(&row.members)),
            |row| SpareLostObject {
                entity: self.object(row.entity),
                strength: row.strength.into(),
                members: self.objects(&row.members),
                lost: self.objects(&row.lost),
                working: row.working,
            },
        )
    }

    /// Whom to call, in this order: who answers for what failed, then who has most at stake.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerToCallObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.owners,
            &PageArguments::forward(first, after),
            |row| row.place,
            |row| OwnerToCallObject {
                owner: self.object(row.owner),
                failed: row.failed,
                affected: row.affected.into(),
                contacts: row.contacts.iter().cloned().map(ContactObject::from).collect(),
            },
        )
    }

    /// Entities that go on working with nobody to act for them, by ref.
    async fn unattended(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.unattended,
            &PageArguments::forward(first, after),
            |number| self.ref_of(*number),
            |number| self.object(*number),
        )
    }
}

/// Something that fails.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Failing")]
pub(crate) struct FailingObject {
    /// What was named.
    entity: EntityObject,
    /// What its failure means.
    meaning: FailureMeaningValue,
    /// How many entities do not work then.
    down_count: usize,
}

/// How many entities are in which state.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(name = "ImpactCounts")]
pub(crate) struct ImpactCountsObject {
    /// All.
    all: HealthCountsObject,
    /// The critical ones: of tier 0 or 1.
    critical: HealthCountsObject,
}

/// How many entities are in each state that is not well.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(name = "HealthCounts")]
pub(crate) struct HealthCountsObject {
    /// How many do not work.
    down: u32,
    /// How many work in part.
    degraded: u32,
    /// How many work and have lost a spare.
    at_risk: u32,
}

impl From<ImpactCounts> for ImpactCountsObject {
    fn from(counts: ImpactCounts) -> Self {
        Self { all: counts.all.into(), critical: counts.critical.into() }
    }
}

impl From<HealthCounts> for HealthCountsObject {
    fn from(of: HealthCounts) -> Self {
        Self { down: of.down, degraded: of.degraded, at_risk: of.at_risk }
    }
}

/// One entity that is worse than before.
#[derive(Clone, SimpleObject)]
#[graphql(name = "ImpactedEntity")]
pub(crate) struct ImpactedEntityObject {
    /// The entity.
    entity: EntityObject,
    /// Its state now.
    health: HealthValue,
    /// Its state before.
    before: HealthValue,
    /// What it needs that brought it there: one cause of possibly several.
    because_of: EntityObject,
    /// Whether that is one of several that stand in for each other.
    by_alternatives: bool,
    /// What would have kept it up: all of these together. Empty where it is not down, or where too many
    /// entities are for this to be told of each.
    remedies: Vec<RemedyObject>,
}

/// What it takes to keep an entity up, anywhere between it and what fails.
#[derive(Clone, SimpleObject)]
#[graphql(name = "KeptUp")]
pub(crate) struct KeptUpObject {
    /// The entity.
    entity: EntityObject,
    /// Its state now.
    health: HealthValue,
    /// As few needs as possible of which mending all keeps it up; null where that is not known: it failed by
    /// itself, is not down, or alternatives take part.
    smallest_remedy: Option<Vec<RemedyObject>>,
}

/// A need that is to be softened or given a spare.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Remedy")]
pub(crate) struct RemedyObject {
    /// The entity whose need it is.
    needy: EntityObject,
    /// What it needs: one entity, or several of which none works.
    needed: Vec<EntityObject>,
}

/// Alternatives of which fewer work than before.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SpareLost")]
pub(crate) struct SpareLostObject {
    /// The entity that needs one of them.
    entity: EntityObject,
    /// What it means for the entity where none works.
    strength: StrengthValue,
    /// All of them, by ref.
    members: Vec<EntityObject>,
    /// Those that worked fully before and do not now, by ref.
    lost: Vec<EntityObject>,
    /// How many still work fully.
    working: usize,
}

/// Somebody to call.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerToCall")]
pub(crate) struct OwnerToCallObject {
    /// The owner.
    owner: EntityObject,
    /// How many entities that failed are its own.
    failed: usize,
    /// How many of its entities are worse than before, by their states now.
    affected: ImpactCountsObject,
    /// How it is reached, on-call first; empty where nothing is known.
    contacts: Vec<ContactObject>,
}
