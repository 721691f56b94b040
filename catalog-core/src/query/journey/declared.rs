//! Journeys that somebody declares: in `spec.journey` of an entity, or in the configuration.

use crate::{
    graph::{CatalogGraph, Entity, RelationSource},
    model::{EntityRef, Origin, RelationEnd, RelationKind},
    query::{EntityNotFound, find_entity},
};

use super::{
    Journey, JourneyStop,
    course::{Course, given_course, shortest_course},
    hop::completed,
};

/// A journey as the configuration declares it, for those who cannot change manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JourneyPlan {
    /// What it is called, as in `taking a loan`.
    pub name: Box<str>,
    /// Which way it takes.
    pub course: JourneyCourse,
    /// Who answers for the whole of it.
    pub owner: Option<EntityRef>,
}

impl JourneyPlan {
    /// Every entity that it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &EntityRef> {
        let course: Vec<&EntityRef> = match &self.course {
            JourneyCourse::Hops(hops) => hops.iter().collect(),
            JourneyCourse::Shortest { from, to } => vec![from, to],
        };
        course.into_iter().chain(&self.owner)
    }
}

/// Which way a journey of the configuration takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JourneyCourse {
    /// Through these entities, in this order.
    Hops(Vec<EntityRef>),
    /// Along the shortest way of needs.
    Shortest {
        /// From the one that needs.
        from: EntityRef,
        /// To the one that is needed.
        to: EntityRef,
    },
}

/// A journey that somebody declares.
#[derive(Clone, Debug)]
pub struct DeclaredJourney<'g> {
    /// What declares it.
    pub source: JourneySource<'g>,
    /// What it leads through, in this order. Of a shortest way that there is not, its two ends.
    pub stops: Vec<JourneyStop<'g>>,
    /// Where its hops are stated, by hop; empty for one of the configuration.
    pub origins: Vec<Origin>,
}

/// What declares a journey.
#[derive(Clone, Debug)]
pub enum JourneySource<'g> {
    /// The manifest of this entity.
    Entity(Entity<'g>),
    /// The configuration.
    Plan {
        /// What it says.
        plan: &'g JourneyPlan,
        /// Who it says answers for the whole.
        owner: Option<JourneyStop<'g>>,
    },
}

/// Why a word names no journey.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JourneyNotFound {
    /// No plan has the name, and it names no entity either.
    #[error("no journey is called `{text}`, and {source}")]
    Unknown {
        /// The word.
        text: Box<str>,
        /// Why it names no entity.
        source: EntityNotFound,
    },
    /// It names an entity that tells no journey.
    #[error("`{}` declares no `spec.journey`", entity.short())]
    NoJourney {
        /// The entity.
        entity: EntityRef,
    },
}

impl<'g> DeclaredJourney<'g> {
    /// What the journey is called: the name of the plan, or the entity's.
    pub fn name(&self) -> String {
        match &self.source {
            JourneySource::Entity(entity) => entity.name().short(),
            JourneySource::Plan { plan, .. } => plan.name.to_string(),
        }
    }

    /// A ref that no other journey has: the entity's, or `journey:default/NAME` for a plan.
    pub fn reference(&self) -> EntityRef {
        match &self.source {
            JourneySource::Entity(entity) => entity.name().clone(),
            JourneySource::Plan { plan, .. } => plan.reference(),
        }
    }

    /// How many teams and people own hops of it.
    pub fn owner_count(&self) -> usize {
        let mut owners: Vec<u32> =
            self.stops.iter().filter_map(JourneyStop::owner).map(Entity::index).collect();
        owners.sort_unstable();
        owners.dedup();
        owners.len()
    }

    /// The journey's own owner: the entity's, or whom the plan names. A name that nothing in the catalog
    /// declares answers for nothing where a plan gives it, since no gap would tell of it.
    pub fn owner(&self) -> Option<Entity<'g>> {
        match &self.source {
            JourneySource::Entity(entity) => entity.owner(),
            JourneySource::Plan { owner, .. } => {
                owner.as_ref().filter(|owner| owner.is_declared()).and_then(|owner| owner.entity)
            }
        }
    }

    /// The owner that the plan names, where nothing declares it.
    pub fn unknown_owner(&self) -> Option<&EntityRef> {
        match &self.source {
            JourneySource::Plan { owner: Some(owner), .. } if !owner.is_declared() => Some(&owner.name),
            _ => None,
        }
    }
}

impl JourneyPlan {
    /// The name as a ref, by which gaps tell of it.
    pub fn reference(&self) -> EntityRef {
        let unnamed = || EntityRef::new("journey", EntityRef::DEFAULT_NAMESPACE, "unnamed");
        Self::reference_of(&self.name).or_else(|| unnamed().ok()).expect("`unnamed` is a name")
    }

    /// A name as a ref, as in `journey:default/taking-a-loan`; `None` where there is nothing that could be one.
    pub fn reference_of(name: &str) -> Option<EntityRef> {
        let words: Vec<&str> = name.split_whitespace().collect();
        EntityRef::new("journey", EntityRef::DEFAULT_NAMESPACE, &words.join("-")).ok()
    }
}

/// Every journey that is declared: those of entities by ref, then those of the configuration in its order.
/// O(entities + relations), plus a search for each shortest way.
pub fn declared_journeys<'g>(
    graph: &'g CatalogGraph,
    plans: &'g [JourneyPlan],
) -> impl Iterator<Item = DeclaredJourney<'g>> {
    let of_entities = graph.entities().filter_map(journey_told_by);
    of_entities.chain(plans.iter().map(move |plan| journey_of_plan(graph, plan)))
}

/// The journey that a word means: a plan by its name without regard to case, or by its ref; else an entity
/// that tells one.
pub fn find_journey<'g>(
    graph: &'g CatalogGraph,
    plans: &'g [JourneyPlan],
    text: &str,
) -> Result<DeclaredJourney<'g>, JourneyNotFound> {
    // `Taking a loan`, `taking-a-loan` and `journey:default/taking-a-loan` are one name.
    let wanted = [EntityRef::parse_full(text.trim()).ok(), JourneyPlan::reference_of(text)];
    let is_meant = |plan: &&JourneyPlan| wanted.contains(&Some(plan.reference()));
    if let Some(plan) = plans.iter().find(is_meant) {
        return Ok(journey_of_plan(graph, plan));
    }
    let entity = find_entity(graph, text)
        .map_err(|source| JourneyNotFound::Unknown { text: text.trim().into(), source })?;
    journey_told_by(entity).ok_or_else(|| JourneyNotFound::NoJourney { entity: entity.name().clone() })
}

/// A declared journey hop by hop.
pub fn declared_journey<'g>(graph: &'g CatalogGraph, declared: DeclaredJourney<'g>) -> Journey<'g> {
    let Course { hops, ways, truncated } = match &declared.source {
        JourneySource::Plan { plan, .. } if matches!(plan.course, JourneyCourse::Shortest { .. }) => {
            match ends_of(&declared) {
                Some(ends) => shortest_course(graph, &ends),
                None => given_course(graph, declared.stops.clone()),
            }
        }
        _ => given_course(graph, declared.stops.clone()),
    };
    let is_shortest = matches!(
        declared.source,
        JourneySource::Plan { plan: JourneyPlan { course: JourneyCourse::Shortest { .. }, .. }, .. }
    );
    let mut journey = completed(graph, hops, Some(declared), true);
    journey.ways = is_shortest.then_some(ways);
    journey.truncated = truncated;
    journey
}

fn ends_of<'g>(declared: &DeclaredJourney<'g>) -> Option<[Entity<'g>; 2]> {
    Some([declared.stops.first()?.entity?, declared.stops.last()?.entity?])
}

/// The journey that an entity tells: as the first of its declarations with one has it, in the order of the
/// file. O(its relations).
pub fn journey_told_by(entity: Entity<'_>) -> Option<DeclaredJourney<'_>> {
    let mut stated: Vec<(RelationSource<'_>, Entity<'_>)> = Vec::new();
    for relation in entity.outgoing().filter(|relation| relation.kind() == RelationKind::PassesThrough) {
        let own = relation.sources().filter(|source| source.subject == RelationEnd::From);
        stated.extend(own.map(|source| (source, relation.to())));
    }
    let rank =
        |source: &RelationSource<'_>| (source.declaration.format().authority(), source.declaration.index());
    let first = stated.iter().map(|(source, _)| rank(source)).min()?;
    stated.retain(|(source, _)| rank(source) == first);
    stated.sort_by_key(|(source, hop)| (source.position(), hop.index()));
    Some(DeclaredJourney {
        source: JourneySource::Entity(entity),
        origins: stated.iter().map(|(source, _)| source.origin()).collect(),
        stops: stated.into_iter().map(|(_, hop)| JourneyStop::of(hop)).collect(),
    })
}

pub(crate) fn journey_of_plan<'g>(graph: &'g CatalogGraph, plan: &'g JourneyPlan) -> DeclaredJourney<'g> {
    let stop = |name: &EntityRef| JourneyStop::named(graph, name);
    let stops = match &plan.course {
        JourneyCourse::Hops(hops) => hops.iter().map(stop).collect(),
        JourneyCourse::Shortest { from, to } => {
            let (from, to) = (stop(from), stop(to));
            match (from.entity, to.entity) {
                (Some(start), Some(end)) => {
                    shortest_course(graph, &[start, end]).hops.into_iter().map(|hop| hop.stop).collect()
                }
                _ => vec![from, to],
            }
        }
    };
    let owner = plan.owner.as_ref().map(stop);
    DeclaredJourney { source: JourneySource::Plan { plan, owner }, stops, origins: Vec::new() }
}
