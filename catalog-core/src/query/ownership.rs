//! Who answers for an entity, how they are reached, whom to ask next, and who notices when it fails.

use crate::{
    graph::{CatalogGraph, Entity, OwnershipClaim, People},
    model::{Origin, Stale, Tier, Timestamp},
    needs::Direction,
};

use super::{
    blast_radius::{EntityShare, shares},
    contacts::{Contact, contacts_of, contradicting},
    escalation::Escalation,
    last_change::{LastChange, last_change},
    path_ownership::PathOwnership,
};

/// How many dependents and teams are named.
const NAMED_MAX: usize = 5;

/// Who answers for an entity.
#[derive(Clone, Debug)]
pub struct OwnershipAnswer<'g> {
    /// The entity asked about.
    pub entity: Entity<'g>,
    /// The accountable team or person, as an entity; a placeholder where nothing declares it.
    pub owner: Option<Entity<'g>>,
    /// Every ground for an ownership, strongest first.
    pub claims: Vec<OwnershipClaim>,
    /// Whom to call, first to last, and who is next where a step leads nowhere.
    pub escalation: Escalation<'g>,
    /// What to look at until somebody answers: runbooks, dashboards and documentation, of the entity
    /// and of its owner.
    pub guides: Vec<Guide<'g>>,
    /// On-call contacts that contradict each other, each with whose they are.
    pub contradictions: Vec<Guide<'g>>,
    /// What depends on it.
    pub dependents: DependentsInBrief<'g>,
    /// What changed last in it, or else in its repository; `None` where no commits are known.
    pub last_change: Option<LastChange<'g>>,
}

/// A contact with the entity whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide<'g> {
    /// Whose it is.
    pub entity: Entity<'g>,
    /// The contact.
    pub contact: Contact,
}

/// What depends on an entity, in a few numbers and names.
#[derive(Clone, Debug, Default)]
pub struct DependentsInBrief<'g> {
    /// How many entities need it, at any distance and by needs of any strength.
    pub total: usize,
    /// How many of them are critical.
    pub critical: usize,
    /// The first of them: critical ones first, then by tier, distance and ref; at most five.
    pub first: Vec<Entity<'g>>,
    /// How many owners they have.
    pub team_count: usize,
    /// The owners with most of them; at most five.
    pub teams: Vec<EntityShare<'g>>,
    /// How many of them nobody owns.
    pub unowned: usize,
}

/// Who answers for an entity. O(its relations and those of its owners, and what depends on it).
pub fn ownership(entity: Entity<'_>) -> OwnershipAnswer<'_> {
    let claims = entity.ownership_claims();
    let (guides, contradictions) = guides_and_contradictions(entity);
    OwnershipAnswer {
        guides,
        contradictions,
        escalation: Escalation::of(entity, &claims),
        dependents: DependentsInBrief::of(entity),
        last_change: last_change(entity, &People::of(entity.graph())),
        entity,
        owner: entity.owner(),
        claims,
    }
}

/// Whom to call about an entity, first to last. O(its relations and those of its owners).
pub fn whom_to_call(entity: Entity<'_>) -> Escalation<'_> {
    Escalation::of(entity, &entity.ownership_claims())
}

/// What to look at until somebody answers, and on-call contacts that contradict each other: of an entity and of
/// its owner. O(their annotations and links).
pub fn guides_and_contradictions(entity: Entity<'_>) -> (Vec<Guide<'_>>, Vec<Guide<'_>>) {
    let owner = entity.owner();
    let own = contacts_of(entity);
    let owners: Vec<Contact> = owner.map(contacts_of).unwrap_or_default();
    let whose = || {
        let of_owner = owner.into_iter().map(|owner| (owner, &owners));
        std::iter::once((entity, &own)).chain(of_owner)
    };
    let guide = |entity, contact: &Contact| Guide { entity, contact: contact.clone() };
    let guides = whose().flat_map(|(entity, contacts)| {
        let looked_at = contacts.iter().filter(|contact| !contact.kind.reaches_somebody());
        looked_at.map(move |contact| guide(entity, contact))
    });
    let contradictions = whose().flat_map(|(entity, contacts)| {
        contradicting(contacts).into_iter().map(move |contact| guide(entity, contact)).collect::<Vec<_>>()
    });
    (guides.collect(), contradictions.collect())
}

/// Whom to call about a path: the owners that the rules name, whoever is above them, and then whoever
/// answers for the entity nearest above the path.
pub fn path_escalation<'g>(graph: &'g CatalogGraph, answer: &PathOwnership<'g>) -> Escalation<'g> {
    let owners = answer.claims.iter().filter_map(|claim| graph.entity(&claim.owner));
    Escalation::of_claims(owners, &answer.claims, answer.nearest_entity)
}

impl<'g> DependentsInBrief<'g> {
    /// Counts what depends on an entity. O(needs met + entities/64).
    pub fn of(entity: Entity<'g>) -> Self {
        let graph = entity.graph();
        let (mut total, mut critical) = (0, 0);
        let mut owners: Vec<u32> = Vec::new();
        // By tier, distance and ref.
        let mut first: Vec<(u8, u32, u32)> = Vec::with_capacity(NAMED_MAX + 1);
        graph.needs().for_each_reached(&[entity.index()], Direction::Dependents, |number, distance| {
            let dependent = graph.entity_at(number);
            let tier = dependent.tier();
            total += 1;
            critical += usize::from(tier.is_some_and(Tier::is_critical));
            owners.extend(dependent.owner().map(Entity::index));
            let rank = (tier.map_or(u8::MAX, Tier::number), distance, number);
            if first.len() < NAMED_MAX || first.last().is_some_and(|last| rank < *last) {
                first.insert(first.partition_point(|other| *other < rank), rank);
                first.truncate(NAMED_MAX);
            }
        });
        let unowned = total - owners.len();
        let mut teams = shares(graph, owners);
        let team_count = teams.len();
        teams.truncate(NAMED_MAX);
        let first = first.into_iter().map(|(_, _, number)| graph.entity_at(number)).collect();
        Self { total, critical, first, team_count, teams, unowned }
    }
}

/// How fresh it is what a place says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// When the commit was made that the repository was last read at.
    pub committed_at: Option<Timestamp>,
    /// When the repository was last read with success, changed or not.
    pub observed_at: Option<Timestamp>,
    /// Since when and why the repository cannot be read, where that is so.
    pub stale: Option<Stale>,
}

impl Freshness {
    /// How fresh it is what a place of a graph says. O(log repositories).
    pub fn of(graph: &CatalogGraph, origin: &Origin) -> Self {
        let Some(repository) = graph.repository(&origin.repository) else { return Self::default() };
        let head = repository.head();
        // What is kept from an earlier commit is older than the commit that was read last.
        let is_of_head = origin.commit == head.commit;
        Self {
            committed_at: head.committed_at.filter(|_| is_of_head),
            observed_at: head.observed_at,
            stale: repository.staleness(),
        }
    }
}
