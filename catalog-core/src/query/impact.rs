//! The failure question: what is down, degraded or without a spare where something fails.

use crate::{
    graph::{CatalogGraph, Entity},
    model::Strength,
    needs::{Cause, Direction, Failure, Health, HealthCounts, Impact, Remedy},
    query::{
        contacts::{Contact, contacts_of},
        failure::Failing,
        unknowns::Unknowns,
    },
};

/// A question about failure. Everything in it is of one graph, in any order.
#[derive(Clone, Debug, Default)]
pub struct ImpactQuery<'g> {
    /// What fails.
    pub failing: Vec<Failing<'g>>,
    /// What works in part only.
    pub degraded: Vec<Entity<'g>>,
    /// What has failed already, before anything of this question does.
    pub already_down: Vec<Failing<'g>>,
    /// An entity of which to say what, in the fewest places, would have kept it up.
    pub keep: Option<Entity<'g>>,
    /// For how many fallen entities, the most important first, to say what would have kept them up.
    pub remedies_max: usize,
}

impl ImpactQuery<'_> {
    /// For how many fallen entities remedies are found where nothing else is asked for.
    pub const REMEDIES_MAX: usize = 1_000;
}

/// What comes of a failure.
#[derive(Clone, Debug)]
pub struct ImpactAnswer<'g> {
    /// What fails, in the order of refs.
    pub failing: Vec<Failing<'g>>,
    /// What did not work already, in the order of refs.
    pub already_down: Vec<Entity<'g>>,
    /// How many entities were in each state before, and how many are after.
    pub before: ImpactCounts,
    /// The same after.
    pub after: ImpactCounts,
    /// Everything that is worse than before: the worst first, critical ones before others, then by ref. What
    /// fails by itself is not in it.
    pub affected: Vec<ImpactedEntity<'g>>,
    /// Groups of alternatives of which fewer work than before, those with the fewest left first, then by ref.
    pub spares_lost: Vec<SpareLost<'g>>,
    /// Whom to call, in this order: who answers for what failed, then who has most at stake.
    pub owners: Vec<OwnerToCall<'g>>,
    /// Entities that go on working with nobody to act for them, in the order of refs.
    pub unattended: Vec<Entity<'g>>,
    /// How many entities that failed or are worse than before have no owner.
    pub unowned: usize,
    /// What would have kept the entity up that was asked about.
    pub keep: Option<KeptUp<'g>>,
    /// What is not known about what is affected.
    pub unknowns: Unknowns<'g>,
    /// All that is not well after, by number, with its causes: what a picture is drawn from.
    pub impact: Impact,
}

/// How many entities are in which state, all of them and the critical ones (tiers 0 and 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImpactCounts {
    /// All.
    pub all: HealthCounts,
    /// The critical ones.
    pub critical: HealthCounts,
}

impl ImpactCounts {
    fn of(graph: &CatalogGraph, impact: &Impact) -> Self {
        let mut counts = Self::default();
        for affected in &impact.affected {
            counts.add(graph.entity_at(affected.entity), affected.health);
        }
        counts
    }

    fn add(&mut self, entity: Entity<'_>, health: Health) {
        self.all.add(health);
        if entity.is_critical() {
            self.critical.add(health);
        }
    }
}

/// One entity that is worse than before.
#[derive(Clone, Debug)]
pub struct ImpactedEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// Its state before.
    pub before: Health,
    /// Its state now.
    pub health: Health,
    /// What it needs that brought it there, one cause of possibly several.
    pub because_of: Entity<'g>,
    /// Whether that is one of several that stand in for each other.
    pub by_alternatives: bool,
    /// What would have kept it up: all of these needs together, softened or given a spare. Empty where it is
    /// not down, or beyond the number of entities that were asked for.
    pub remedies: Vec<RemedyView<'g>>,
}

/// One thing that has to be mended for an entity to stay up.
#[derive(Clone, Debug)]
pub struct RemedyView<'g> {
    /// The entity whose need it is.
    pub needy: Entity<'g>,
    /// What is needed: one entity, or several of which none works.
    pub needed: Vec<Entity<'g>>,
}

/// What it takes to keep an entity up, anywhere between it and what fails.
#[derive(Clone, Debug)]
pub struct KeptUp<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// Its state now.
    pub health: Health,
    /// The smallest set of needs of which mending all keeps it up; `None` where it is not known, see
    /// [`Needs::smallest_remedy`](crate::needs::Needs::smallest_remedy).
    pub smallest_remedy: Option<Vec<RemedyView<'g>>>,
}

/// A group of alternatives of which fewer work than before.
#[derive(Clone, Debug)]
pub struct SpareLost<'g> {
    /// The entity that needs one of them.
    pub entity: Entity<'g>,
    /// What it means for the entity where none works.
    pub strength: Strength,
    /// All of them, in the order of refs.
    pub members: Vec<Entity<'g>>,
    /// Those that worked before and do not, or not fully, now.
    pub lost: Vec<Entity<'g>>,
    /// How many still work.
    pub working: usize,
}

/// Somebody to call.
#[derive(Clone, Debug)]
pub struct OwnerToCall<'g> {
    /// The owner.
    pub owner: Entity<'g>,
    /// How many entities that failed are its own.
    pub failed: usize,
    /// How many of its entities are worse than before, by their states now.
    pub affected: ImpactCounts,
    /// How it is reached, on-call first; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

/// Computes what comes of a failure, exactly, by the rules of [`Needs::impact`](crate::needs::Needs::impact).
///
/// O(entities + needs met), and for each remedy asked for the needs of its entity.
pub fn impact<'g>(graph: &'g CatalogGraph, query: &ImpactQuery<'g>) -> ImpactAnswer<'g> {
    let needs = graph.needs();
    let numbers = |entities: &[Entity<'g>]| entities.iter().map(|entity| entity.index()).collect::<Vec<_>>();
    let mut failing = query.failing.clone();
    failing.sort_by_key(|failing| failing.entity.index());
    failing.dedup_by_key(|failing| failing.entity.index());
    let already_down = down_of(&query.already_down);
    let given = Failure { down: numbers(&already_down), ..Failure::default() };
    let mut failure = given.clone();
    failure.down.extend(numbers(&down_of(&failing)));
    failure.degraded = numbers(&query.degraded);
    let (impact_before, impact_after) = (needs.impact(&given), needs.impact(&failure));

    let mut affected: Vec<ImpactedEntity<'g>> = impact_after
        .affected
        .iter()
        .filter_map(|of| {
            let (because_of, by_alternatives) = match of.cause {
                Cause::Failed => return None,
                Cause::Need(needed) => (needed, false),
                Cause::Alternatives(member) => (member, true),
            };
            let before = impact_before.health(of.entity);
            (before < of.health).then(|| ImpactedEntity {
                entity: graph.entity_at(of.entity),
                before,
                health: of.health,
                because_of: graph.entity_at(because_of),
                by_alternatives,
                remedies: Vec::new(),
            })
        })
        .collect();
    affected.sort_by_key(|of| (std::cmp::Reverse(of.health), !of.entity.is_critical(), of.entity.index()));
    let fallen = affected.iter_mut().take_while(|of| of.health == Health::Down);
    for of in fallen.take(query.remedies_max) {
        let remedies = needs.remedies(&failure, &impact_after, of.entity.index());
        of.remedies = remedies.iter().map(|remedy| RemedyView::new(graph, remedy)).collect();
    }

    let failed = down_of(&failing);
    let (owners, unowned) = owners_to_call(&failed, &affected);
    let mut unattended: Vec<Entity<'g>> =
        failing.iter().flat_map(|failing| failing.unattended.iter().copied()).collect();
    unattended.sort_unstable_by_key(|entity| entity.index());
    unattended.dedup();
    let keep = query.keep.map(|entity| KeptUp {
        entity,
        health: impact_after.health(entity.index()),
        smallest_remedy: needs
            .smallest_remedy(&failure, &impact_after, entity.index())
            .map(|remedies| remedies.iter().map(|remedy| RemedyView::new(graph, remedy)).collect()),
    });
    ImpactAnswer {
        already_down,
        before: ImpactCounts::of(graph, &impact_before),
        after: ImpactCounts::of(graph, &impact_after),
        spares_lost: spares_lost(graph, &impact_before, &impact_after),
        unknowns: Unknowns::of(graph, failed.into_iter().chain(affected.iter().map(|of| of.entity))),
        keep,
        owners,
        unowned,
        unattended,
        affected,
        failing,
        impact: impact_after,
    }
}

/// Everything that does not work where some things fail, in the order of refs, each once.
fn down_of<'g>(failing: &[Failing<'g>]) -> Vec<Entity<'g>> {
    let mut down: Vec<Entity<'g>> = failing.iter().flat_map(|failing| failing.down.iter().copied()).collect();
    down.sort_unstable_by_key(|entity| entity.index());
    down.dedup();
    down
}

impl<'g> RemedyView<'g> {
    fn new(graph: &'g CatalogGraph, remedy: &Remedy) -> Self {
        let (needy, needed) = match remedy {
            Remedy::Need { needy, needed } => (*needy, std::slice::from_ref(needed)),
            Remedy::Alternatives { needy, members } => (*needy, &members[..]),
        };
        let needed = needed.iter().map(|entity| graph.entity_at(*entity)).collect();
        Self { needy: graph.entity_at(needy), needed }
    }
}

/// The groups of which a member does not fully work that did before. Each is found at its members' dependents.
fn spares_lost<'g>(graph: &'g CatalogGraph, before: &Impact, after: &Impact) -> Vec<SpareLost<'g>> {
    let needs = graph.needs();
    let worked = |entity: u32| before.health(entity) < Health::Degraded;
    let works = |entity: u32| after.health(entity) < Health::Degraded;
    let lost: Vec<u32> = after
        .affected
        .iter()
        .map(|of| of.entity)
        .filter(|entity| worked(*entity) && !works(*entity))
        .collect();
    let mut needy: Vec<u32> = lost
        .iter()
        .flat_map(|entity| needs.next_to(*entity, Direction::Dependents))
        .map(|(dependent, _)| dependent)
        .collect();
    needy.sort_unstable();
    needy.dedup();
    let mut found: Vec<SpareLost<'g>> = Vec::new();
    for entity in needy {
        for (strength, members) in needs.alternatives_of(entity) {
            let lost: Vec<Entity<'g>> = members
                .iter()
                .filter(|member| worked(**member) && !works(**member))
                .map(|member| graph.entity_at(*member))
                .collect();
            if !lost.is_empty() {
                found.push(SpareLost {
                    entity: graph.entity_at(entity),
                    strength,
                    working: members.iter().filter(|member| works(**member)).count(),
                    members: members.into_iter().map(|member| graph.entity_at(member)).collect(),
                    lost,
                });
            }
        }
    }
    found.sort_by_key(|spare| (spare.working, !spare.entity.is_critical(), spare.entity.index()));
    found
}

fn owners_to_call<'g>(
    failed: &[Entity<'g>],
    affected: &[ImpactedEntity<'g>],
) -> (Vec<OwnerToCall<'g>>, usize) {
    let mut of_owner: rustc_hash::FxHashMap<u32, OwnerToCall<'g>> = rustc_hash::FxHashMap::default();
    let mut unowned = 0;
    let states = failed.iter().map(|entity| (*entity, None));
    for (entity, health) in states.chain(affected.iter().map(|of| (of.entity, Some(of.health)))) {
        let Some(owner) = entity.owner() else {
            unowned += 1;
            continue;
        };
        let call = of_owner.entry(owner.index()).or_insert_with(|| OwnerToCall {
            owner,
            failed: 0,
            affected: ImpactCounts::default(),
            contacts: contacts_of(owner),
        });
        match health {
            None => call.failed += 1,
            Some(health) => call.affected.add(entity, health),
        }
    }
    let mut owners: Vec<OwnerToCall<'g>> = of_owner.into_values().collect();
    owners.sort_by_key(|call| {
        let ImpactCounts { all, critical } = call.affected;
        let at_stake = (critical.down, all.down, critical.degraded, all.degraded, all.at_risk);
        (std::cmp::Reverse((call.failed > 0, at_stake)), call.owner.index())
    });
    (owners, unowned)
}
