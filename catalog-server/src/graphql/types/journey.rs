//! A journey: a way through several entities, and who answers for the whole of it.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{Availability, Strength},
    query::{
        Accountability, AccountabilityGround, DeclaredJourney, Journey, JourneyLink, JourneySource,
        JourneyStop,
    },
};

use super::{
    blast_radius::OwnerShareObject, entity::EntityObject, origin::OriginObject, ownership::ContactObject,
    relation::StrengthValue,
};
use crate::graphql::page::{Page, PageArguments, page};

/// How one gets from one hop of a journey to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "JourneyLink")]
pub(crate) enum JourneyLinkValue {
    /// The one needs the next.
    Needs,
    /// The next needs the one, as who hears of an event needs its channel.
    NeededBy,
    /// The one needs the next through others, which are not hops.
    Through,
    /// No need leads from the one to the next, or that was not looked for.
    NoWay,
    /// One of them is not in the catalog.
    Unknown,
}

/// Why somebody answers for the whole of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AccountabilityGround")]
pub(crate) enum AccountabilityGroundValue {
    /// Every hop has this owner.
    EveryHop,
    /// What declares the journey names it, or is owned by it.
    Journey,
    /// It owns the smallest system or domain with an owner that holds every hop.
    Whole,
    /// There is no single accountable owner: each part may have one, the whole has none.
    Nobody,
}

/// What declares a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "JourneySource")]
pub(crate) enum JourneySourceValue {
    /// `spec.journey` of an entity.
    Manifest,
    /// `[[journey]]` of the settings.
    Settings,
}

/// Who answers for the whole of a journey.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Accountability")]
pub(crate) struct AccountabilityObject {
    /// The one owner; null where there is no single one.
    owner: Option<EntityObject>,
    /// On what ground.
    ground: AccountabilityGroundValue,
    /// The system or domain that holds every hop, where that is the ground.
    whole: Option<EntityObject>,
    /// The ground in words.
    reason: String,
}

impl AccountabilityObject {
    fn new(graph: &Arc<CatalogGraph>, accountability: &Accountability<'_>) -> Self {
        let (ground, whole) = match accountability.ground {
            AccountabilityGround::EveryHop => (AccountabilityGroundValue::EveryHop, None),
            AccountabilityGround::Journey => (AccountabilityGroundValue::Journey, None),
            AccountabilityGround::Whole(whole) => (AccountabilityGroundValue::Whole, Some(whole)),
            AccountabilityGround::Nobody => (AccountabilityGroundValue::Nobody, None),
        };
        Self {
            owner: accountability.owner.map(|owner| EntityObject::new(graph, owner)),
            ground,
            whole: whole.map(|whole| EntityObject::new(graph, whole)),
            reason: accountability.ground.reason(),
        }
    }
}

/// A journey, computed whole.
pub(crate) struct JourneyObject {
    graph: Arc<CatalogGraph>,
    name: Option<String>,
    hops: Vec<(usize, JourneyHopObject)>,
    teams: Vec<(u32, usize)>,
    facts: JourneyFacts,
    accountable: AccountabilityObject,
}

struct JourneyFacts {
    ways: Option<u64>,
    unowned: usize,
    unknown: usize,
    handovers: usize,
    availability_percent: Option<f64>,
    availability_missing: Vec<String>,
    truncated: bool,
}

/// One hop of a journey.
#[derive(Clone, SimpleObject)]
#[graphql(name = "JourneyHop")]
pub(crate) struct JourneyHopObject {
    /// Its ref, `kind:namespace/name`. It need not be in the catalog.
    #[graphql(name = "ref")]
    reference: String,
    /// The entity; null where nothing in the catalog goes by that name.
    entity: Option<EntityObject>,
    /// Who answers for it.
    owner: Option<EntityObject>,
    /// How to reach somebody about it: by its own contacts, then by those of its owner.
    contacts: Vec<ContactObject>,
    /// How many needs lie before it; on a way, its place from 0.
    distance: u32,
    /// The ref of the hop before it; null for the first.
    via: Option<String>,
    /// How one gets here from the hop before; null for the first.
    link: Option<JourneyLinkValue>,
    /// How much the one directly needs the other; of what lies behind an entity, `HARD` where some way of
    /// hard needs alone leads here.
    strength: Option<StrengthValue>,
    /// The refs of the entities between, of a `THROUGH`.
    through: Vec<String>,
    /// Whether it was named, and not found on the way between others.
    named: bool,
    /// Whether another owner answers for it than for the hop before; both have one.
    handover: bool,
}

impl JourneyObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: &Journey<'_>) -> Self {
        let object = |stop: &JourneyStop<'_>| stop.entity.map(|entity| EntityObject::new(graph, entity));
        let hops = answer.hops.iter().map(|hop| JourneyHopObject {
            reference: hop.stop.name.to_string(),
            entity: object(&hop.stop),
            owner: hop.stop.owner().map(|owner| EntityObject::new(graph, owner)),
            contacts: hop.stop.contacts().into_iter().map(Into::into).collect(),
            distance: hop.distance,
            via: hop.via.map(|via| answer.hops[via].stop.name.to_string()),
            link: hop.link.as_ref().map(link_of),
            strength: hop.link.as_ref().and_then(JourneyLink::strength).map(<Strength as Into<_>>::into),
            through: match &hop.link {
                Some(JourneyLink::Through(between)) => {
                    between.iter().map(|entity| entity.name().to_string()).collect()
                }
                _ => Vec::new(),
            },
            named: hop.is_named,
            handover: hop.is_handover,
        });
        Self {
            graph: Arc::clone(graph),
            name: answer.declared.as_ref().map(DeclaredJourney::name),
            hops: hops.enumerate().collect(),
            teams: answer.teams.iter().map(|share| (share.entity.index(), share.affected)).collect(),
            facts: JourneyFacts {
                ways: answer.ways,
                unowned: answer.unowned,
                unknown: answer.unknown,
                handovers: answer.handovers,
                availability_percent: answer.availability.availability.map(Availability::percent),
                availability_missing: answer.availability.missing.iter().map(ToString::to_string).collect(),
                truncated: answer.truncated,
            },
            accountable: AccountabilityObject::new(graph, &answer.accountability),
        }
    }
}

fn link_of(link: &JourneyLink<'_>) -> JourneyLinkValue {
    match link {
        JourneyLink::Needs(_) => JourneyLinkValue::Needs,
        JourneyLink::NeededBy(_) => JourneyLinkValue::NeededBy,
        JourneyLink::Through(_) => JourneyLinkValue::Through,
        JourneyLink::NoWay => JourneyLinkValue::NoWay,
        JourneyLink::Unknown => JourneyLinkValue::Unknown,
    }
}

/// A way through several entities, hop by hop, and who answers for the whole of it. It is always computed
/// whole; only its lists come in pages.
#[Object(name = "Journey")]
impl JourneyObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// What it is called; null where it was only asked for.
    async fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How many shortest ways there are, of which this is one, as a decimal number: 0 where some hop is not
    /// reached along needs; null where the hops were given.
    async fn ways(&self) -> Option<String> {
        self.facts.ways.map(|ways| ways.to_string())
    }

    /// How many hops have no owner, though somebody should.
    async fn unowned(&self) -> usize {
        self.facts.unowned
    }

    /// How many hops nothing declares: who owns them is not known.
    async fn unknown(&self) -> usize {
        self.facts.unknown
    }

    /// How many times the way leads from one owner to another.
    async fn handovers(&self) -> usize {
        self.facts.handovers
    }

    /// The product of the promises that the whole cannot do without, in percent; null where a hop that
    /// counts promises nothing.
    async fn availability_percent(&self) -> Option<f64> {
        self.facts.availability_percent
    }

    /// The refs of the hops that count and promise no availability.
    async fn availability_missing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
    ) -> Result<Vec<String>> {
        let limits = ctx.data::<crate::graphql::GraphqlLimits>()?;
        let shown = first.map_or(Ok(limits.page_rows_default), |first| {
            crate::graphql::page::row_count("first", first, limits)
        })?;
        Ok(self.facts.availability_missing.iter().take(shown).cloned().collect())
    }

    /// Who answers for the whole.
    async fn accountable(&self) -> AccountabilityObject {
        self.accountable.clone()
    }

    /// Whether more lies behind what was looked at: the depth that was asked for, or 10,000 hops.
    async fn truncated(&self) -> bool {
        self.facts.truncated
    }

    /// The hops, in the order of the way, or by distance.
    async fn hops(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<JourneyHopObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.hops,
            &PageArguments::forward(first, after),
            |(place, _)| *place,
            |(_, hop)| hop.clone(),
        )
    }

    /// The owners of the hops, the one with most of them first, then by ref.
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerShareObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.teams,
            &PageArguments::forward(first, after),
            |(team, hops)| (Reverse(*hops), self.graph.entity_at(*team).name().to_string()),
            |(team, hops)| {
                let team = EntityObject::new(&self.graph, self.graph.entity_at(*team));
                OwnerShareObject::new(team, *hops)
            },
        )
    }
}

/// A journey that is declared.
#[derive(Clone, SimpleObject)]
#[graphql(name = "DeclaredJourney")]
pub(crate) struct DeclaredJourneyObject {
    /// What it is called: the ref of the entity that tells it, or its name in the settings.
    name: String,
    /// A ref that no other journey has.
    #[graphql(name = "ref")]
    reference: String,
    /// What declares it.
    declared_by: JourneySourceValue,
    /// Where its first hop is stated; null for the settings.
    origin: Option<OriginObject>,
    /// How many hops it has.
    hop_count: usize,
    /// How many teams and people own hops of it.
    team_count: usize,
    /// Who answers for the whole.
    accountable: AccountabilityObject,
}

impl DeclaredJourneyObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, journey: &DeclaredJourney<'_>) -> Self {
        Self {
            name: journey.name(),
            reference: journey.reference().to_string(),
            declared_by: match journey.source {
                JourneySource::Entity(_) => JourneySourceValue::Manifest,
                JourneySource::Plan { .. } => JourneySourceValue::Settings,
            },
            origin: journey.origins.first().cloned().map(Into::into),
            hop_count: journey.stops.len(),
            team_count: journey.owner_count(),
            accountable: AccountabilityObject::new(graph, &Accountability::of_declared(journey)),
        }
    }
}
