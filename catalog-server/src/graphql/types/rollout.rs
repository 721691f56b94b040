//! A change in waves.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    needs::Precision,
    query::{AtStake, EntryReason, Rollout, RolloutEntry, RolloutOrder, RolloutWave, WaveReason},
};

use super::{
    blast_radius::OwnerShareObject, entity::EntityObject, not_found::EntityNotFoundObject,
    ownership::ContactObject, unknowns::UnknownsObject,
};
use crate::graphql::page::{Page, PageArguments, page};

/// Which end of a need changes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "RolloutOrder", remote = "RolloutOrder")]
pub(crate) enum RolloutOrderValue {
    /// An entity changes when all that need it have: for a change that may break them.
    DependentsFirst,
    /// An entity changes when all that it needs has: for an addition that they are to use.
    DependenciesFirst,
}

/// Why a wave is one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "RolloutWaveReason")]
pub(crate) enum WaveReasonValue {
    /// It is the first.
    First,
    /// More is at stake than in the wave before.
    MoreAtStake,
    /// What has to change before it did so in the waves before.
    NextStep,
    /// The wave before is the same step in another failure domain.
    NextPlace,
    /// The wave before holds as many as a wave may.
    Full,
    /// With the wave before, all of several would change of which one that works is enough.
    Alternatives,
    /// Entities that need each other in a circle change together.
    Circle,
}

/// Why an entity changes no earlier than it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "RolloutEntryReason")]
pub(crate) enum EntryReasonValue {
    /// Nothing has to change before it, and nothing has less at stake.
    First,
    /// It waits for another one.
    After,
    /// It waits for what has less at stake.
    AtStake,
    /// It is an API, and changes with what provides it.
    WithProvider,
}

impl WaveReasonValue {
    fn of(reason: WaveReason<'_>) -> Self {
        match reason {
            WaveReason::First => Self::First,
            WaveReason::MoreAtStake(_) => Self::MoreAtStake,
            WaveReason::NextStep => Self::NextStep,
            WaveReason::NextPlace { .. } => Self::NextPlace,
            WaveReason::Full { .. } => Self::Full,
            WaveReason::Alternatives { .. } => Self::Alternatives,
            WaveReason::Circle { .. } => Self::Circle,
        }
    }
}

impl EntryReasonValue {
    fn of(reason: EntryReason<'_>) -> Self {
        match reason {
            EntryReason::First => Self::First,
            EntryReason::After(_) => Self::After,
            EntryReason::AtStake(_) => Self::AtStake,
            EntryReason::WithProvider(_) => Self::WithProvider,
        }
    }
}

/// A rollout, computed whole; its rows by number.
pub(crate) struct RolloutObject {
    graph: Arc<CatalogGraph>,
    roots: Vec<u32>,
    order: RolloutOrder,
    total: usize,
    critical: usize,
    unowned: usize,
    precision: Precision,
    waves: Vec<RolloutWaveObject>,
    /// Each with its first wave.
    owners: Vec<(usize, u32, RolloutOwnerObject)>,
    unknowns: UnknownsObject,
    unknown: Vec<EntityNotFoundObject>,
}

impl RolloutObject {
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        answer: &Rollout<'_>,
        unknown: Vec<EntityNotFoundObject>,
    ) -> Self {
        let owners = answer.owners.iter().map(|of| {
            let object = RolloutOwnerObject {
                owner: EntityObject::new(graph, of.owner),
                entities: of.changing,
                first_wave: of.first_wave,
                contact: of.contact().cloned().map(ContactObject::from),
            };
            (of.first_wave, of.owner.index(), object)
        });
        let waves = (1..).zip(&answer.waves);
        Self {
            graph: Arc::clone(graph),
            roots: answer.roots.iter().map(|root| root.index()).collect(),
            order: answer.order,
            total: answer.changing,
            critical: answer.critical,
            unowned: answer.unowned,
            precision: answer.precision,
            waves: waves.map(|(number, wave)| RolloutWaveObject::new(graph, answer, wave, number)).collect(),
            owners: owners.collect(),
            unknowns: UnknownsObject::new(graph, &answer.unknowns),
            unknown,
        }
    }
}

/// A change in waves. One wave begins when the one before has shown that it works.
#[Object(name = "Rollout")]
impl RolloutObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// The entities that were asked about, by ref.
    async fn roots(&self) -> Vec<EntityObject> {
        let object = |root: &u32| EntityObject::new(&self.graph, self.graph.entity_at(*root));
        self.roots.iter().map(object).collect()
    }

    /// The names asked about that are not in the catalog, with those that may be meant. What they affect is
    /// missing from the waves.
    async fn unknown(&self) -> &[EntityNotFoundObject] {
        &self.unknown
    }

    /// Which end of a need changes first.
    async fn order(&self) -> RolloutOrderValue {
        self.order.into()
    }

    /// How many different entities change. One that runs in several failure domains is in several waves.
    async fn total(&self) -> usize {
        self.total
    }

    /// How many of these are critical: of tier 0 or 1.
    async fn critical(&self) -> usize {
        self.critical
    }

    /// How many of these have no owner.
    async fn unowned(&self) -> usize {
        self.unowned
    }

    /// Whether dependents are counted exactly; where counting would take too long they are estimates.
    async fn exact(&self) -> bool {
        self.precision == Precision::Exact
    }

    /// What is not known about the entities that change.
    async fn not_known(&self) -> &UnknownsObject {
        &self.unknowns
    }

    /// The waves, the first one first.
    async fn waves(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RolloutWaveObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.waves,
            &PageArguments::forward(first, after),
            |wave| wave.0.number,
            Clone::clone,
        )
    }

    /// Whom to inform, by the first wave with something of theirs, then by ref.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RolloutOwnerObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.owners,
            &PageArguments::forward(first, after),
            |(first_wave, owner, _)| (*first_wave, self.graph.entity_at(*owner).name().to_string()),
            |(.., owner)| owner.clone(),
        )
    }
}

/// Somebody to inform of a change before it comes.
#[derive(Clone, SimpleObject)]
#[graphql(name = "RolloutOwner")]
pub(crate) struct RolloutOwnerObject {
    /// The owner.
    owner: EntityObject,
    /// How many entities of theirs change.
    entities: usize,
    /// The first wave with one of these, from 1.
    first_wave: usize,
    /// How to inform them without waking anybody where that is possible; null where no way is known.
    contact: Option<ContactObject>,
}

/// One wave; cheap to clone.
#[derive(Clone)]
pub(crate) struct RolloutWaveObject(Arc<WaveFacts>);

struct WaveFacts {
    graph: Arc<CatalogGraph>,
    number: usize,
    place: Option<u32>,
    at_stake: u32,
    reasons: Vec<WaveReasonValue>,
    why: String,
    critical: usize,
    unowned: usize,
    owners: Vec<(u32, usize)>,
    /// Each with its position.
    entries: Vec<(usize, RolloutEntryObject)>,
}

impl RolloutWaveObject {
    fn new(graph: &Arc<CatalogGraph>, answer: &Rollout<'_>, wave: &RolloutWave<'_>, number: usize) -> Self {
        let entries = wave.entries.iter().map(|entry| RolloutEntryObject::new(graph, answer.order, entry));
        Self(Arc::new(WaveFacts {
            graph: Arc::clone(graph),
            number,
            place: wave.place.map(Entity::index),
            at_stake: wave.at_stake.entity.index(),
            reasons: wave.reasons.iter().map(|reason| WaveReasonValue::of(*reason)).collect(),
            why: wave.why(answer.order),
            critical: wave.critical,
            unowned: wave.unowned,
            owners: wave.owners.iter().map(|share| (share.entity.index(), share.affected)).collect(),
            entries: entries.enumerate().collect(),
        }))
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.0.graph, self.0.graph.entity_at(number))
    }
}

/// What may change at one time.
#[Object(name = "RolloutWave")]
impl RolloutWaveObject {
    /// Its number, from 1.
    async fn number(&self) -> usize {
        self.0.number
    }

    /// The one failure domain that it is in; null where none is known of what changes.
    async fn place(&self) -> Option<EntityObject> {
        self.0.place.map(|place| self.object(place))
    }

    /// The most critical of its entities and all that transitively need them.
    async fn at_stake(&self) -> EntityObject {
        self.object(self.0.at_stake)
    }

    /// Why it is a wave of its own and no earlier one.
    async fn reasons(&self) -> &[WaveReasonValue] {
        &self.0.reasons
    }

    /// The same in words.
    async fn why(&self) -> &str {
        &self.0.why
    }

    /// How many of its entities are critical: of tier 0 or 1.
    async fn critical(&self) -> usize {
        self.0.critical
    }

    /// How many of its entities have no owner.
    async fn unowned(&self) -> usize {
        self.0.unowned
    }

    /// What changes: the fewest dependents first, then by ref; APIs that go along last.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RolloutEntryObject>> {
        page(
            ctx,
            self.0.graph.revision(),
            &self.0.entries,
            &PageArguments::forward(first, after),
            |(position, _)| *position,
            |(_, entry)| entry.clone(),
        )
    }

    /// Whose its entities are, the one with most of them first, then by ref.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerShareObject>> {
        page(
            ctx,
            self.0.graph.revision(),
            &self.0.owners,
            &PageArguments::forward(first, after),
            |(owner, affected)| (Reverse(*affected), self.0.graph.entity_at(*owner).name().to_string()),
            |(owner, affected)| OwnerShareObject::new(self.object(*owner), *affected),
        )
    }
}

/// One entity in one wave.
#[derive(Clone, SimpleObject)]
#[graphql(name = "RolloutEntry")]
pub(crate) struct RolloutEntryObject {
    /// Its ref, `kind:namespace/name`.
    #[graphql(name = "ref")]
    reference: String,
    /// The entity.
    entity: EntityObject,
    /// The failure domain that it changes in; null where it is in none, or an API that goes along.
    place: Option<EntityObject>,
    /// How many needs lie between it and the nearest entity asked about; 0 for one of these.
    distance: u32,
    /// How many entities transitively need it.
    dependents: u32,
    /// How many of these are critical: of tier 0 or 1.
    critical_dependents: u32,
    /// The most critical of it and those.
    at_stake: EntityObject,
    /// Why it changes no earlier.
    reason: EntryReasonValue,
    /// The entity that the reason is about; null for `FIRST`.
    reason_entity: Option<EntityObject>,
    /// The failure domain that it changed in before this one.
    place_before: Option<EntityObject>,
    /// Another entity that it is in a circle with, and changes together with.
    circle_with: Option<EntityObject>,
    /// All of that in words.
    why: String,
}

impl RolloutEntryObject {
    fn new(graph: &Arc<CatalogGraph>, order: RolloutOrder, entry: &RolloutEntry<'_>) -> Self {
        let object = |entity| EntityObject::new(graph, entity);
        let AtStake { entity: at_stake, .. } = entry.at_stake;
        Self {
            reference: entry.entity.name().to_string(),
            entity: object(entry.entity),
            place: entry.place.map(object),
            distance: entry.distance,
            dependents: entry.dependents,
            critical_dependents: entry.critical_dependents,
            at_stake: object(at_stake),
            reason: EntryReasonValue::of(entry.reason),
            reason_entity: entry.reason.entity().map(object),
            place_before: entry.place_before.map(object),
            circle_with: entry.circle_with.map(object),
            why: entry.why(order),
        }
    }
}
