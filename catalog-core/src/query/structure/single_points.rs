//! Single points of failure: the one entity through which every way of hard needs to others leads.
//!
//! That y takes x down says no more than that x hard-needs y in the end; a much needed entity takes many
//! down, and one knows it. Dominators say more: what fails *only* through y is safe from everything
//! behind y once y alone is doubled, or the needs of y are softened.

use std::cmp::Reverse;

use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    model::Strength,
    needs::{Direction, Dominator, Dominators, Failure, Health},
};

/// Where the ways begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SinglePointsFrom {
    /// At the failure domains and external parties, towards those that need them: of y hang all that
    /// failure from there reaches only through y. Where the catalog declares none of these, at the
    /// foundations.
    #[default]
    FailureDomains,
    /// At the foundations, which hard-need nothing, towards those that need them: of y hang all that
    /// failure from below reaches only through y.
    Foundations,
    /// At the entry points, which nobody hard-needs, towards what they need: of y hang all that is used
    /// only through y.
    EntryPoints,
}

impl SinglePointsFrom {
    /// All, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::FailureDomains, Self::Foundations, Self::EntryPoints];

    /// The name, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FailureDomains => "failure-domains",
            Self::Foundations => "foundations",
            Self::EntryPoints => "entry-points",
        }
    }

    /// Which way the ways lead.
    pub fn direction(self) -> Direction {
        match self {
            Self::FailureDomains | Self::Foundations => Direction::Dependents,
            Self::EntryPoints => Direction::Dependencies,
        }
    }
}

/// A question about single points of failure.
#[derive(Clone, Debug, Default)]
pub struct SinglePointsQuery<'g> {
    /// Where the ways begin.
    pub from: SinglePointsFrom,
    /// Only these instead, of one graph; `None` for all that `from` means.
    pub roots: Option<Vec<Entity<'g>>>,
}

/// The entities through which every way to others leads.
#[derive(Clone, Debug)]
pub struct SinglePoints<'g> {
    /// Where the ways begin; not what was asked for where the catalog has no failure domains.
    pub from: SinglePointsFrom,
    /// The entities at which they begin, by ref.
    pub roots: Vec<Entity<'g>>,
    /// Whether these are the ones that the question named.
    pub are_roots_named: bool,
    /// How many entities these lead to by hard needs, themselves included: of others nothing is said.
    pub reached: usize,
    /// All that others hang on, those with most critical ones first, then with most, then by ref. Entry
    /// points are not among them: nothing fails with what nobody needs.
    pub points: Vec<SinglePoint<'g>>,
    dominators: Dominators,
}

/// An entity through which every way to some others leads.
#[derive(Clone, Copy, Debug)]
pub struct SinglePoint<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How many others hang on it: all ways of hard needs from the roots to them lead through it.
    pub dominated: usize,
    /// How many of these are critical (tiers 0 and 1).
    pub dominated_critical: usize,
    dominator: Dominator,
}

/// What one entity takes down with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenDown {
    /// How many others are down where it is, by the rules of failure: exact, alternatives that all rest
    /// on it included.
    pub entities: usize,
    /// How many of these are critical (tiers 0 and 1).
    pub critical: usize,
    /// How many others then work only in part.
    pub degraded: usize,
}

/// What is down where one entity is. O(what it affects), plus O(entities/4).
pub fn taken_down_by(entity: Entity<'_>) -> TakenDown {
    let graph = entity.graph();
    let failure = Failure { down: vec![entity.index()], ..Failure::default() };
    let mut taken = TakenDown::default();
    for affected in graph.needs().impact(&failure).affected {
        match affected.health {
            Health::Down if affected.entity != entity.index() => {
                taken.entities += 1;
                taken.critical += usize::from(graph.entity_at(affected.entity).is_critical());
            }
            Health::Degraded => taken.degraded += 1,
            _ => {}
        }
    }
    taken
}

/// The entities that hard-need one directly, without anything that stands in for it, by ref: the needs
/// that lack a spare.
pub fn without_spare_of(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let graph = entity.graph();
    let dependents = graph.needs().next_to(entity.index(), Direction::Dependents);
    let hard = dependents.filter(|(_, strength)| *strength == Strength::Hard);
    hard.map(|(entity, _)| graph.entity_at(entity)).collect()
}

impl<'g> SinglePoints<'g> {
    /// The entities that hang on one of [`SinglePoints::points`], by ref.
    pub fn dominated_by(&self, point: &SinglePoint<'g>) -> Vec<Entity<'g>> {
        let graph = point.entity.graph();
        let dominated = self.dominators.dominated_by(&point.dominator);
        dominated.into_iter().map(|entity| graph.entity_at(entity)).collect()
    }
}

/// Finds the entities through which every way of hard needs from the roots to others leads.
///
/// Only hard needs that nothing stands in for are ways: a member of an `anyOf`, one of several providers
/// of an API and one of several places of deployment are none. O(needs · log entities).
pub fn single_points<'g>(graph: &'g CatalogGraph, query: &SinglePointsQuery<'g>) -> SinglePoints<'g> {
    let (from, roots) = roots_of(graph, query);
    let dominators = graph.needs().dominators(&roots, from.direction());
    let weight_of = |entity: u32| u64::from(graph.entity_at(entity).is_critical());
    let mut points: Vec<SinglePoint<'g>> = dominators
        .ranked(weight_of)
        .into_iter()
        .filter(|dominator| {
            from.direction() == Direction::Dependents || roots.binary_search(&dominator.entity).is_err()
        })
        .map(|dominator| SinglePoint {
            entity: graph.entity_at(dominator.entity),
            dominated: dominator.dominated as usize,
            dominated_critical: usize::try_from(dominator.weight).unwrap_or(usize::MAX),
            dominator,
        })
        .collect();
    points.sort_by_key(|point| Reverse((point.dominated_critical, point.dominated)));
    SinglePoints {
        from,
        roots: roots.into_iter().map(|root| graph.entity_at(root)).collect(),
        are_roots_named: query.roots.is_some(),
        reached: dominators.reached(),
        points,
        dominators,
    }
}

/// Where the ways begin, as numbers, ascending.
fn roots_of<'g>(graph: &'g CatalogGraph, query: &SinglePointsQuery<'g>) -> (SinglePointsFrom, Vec<u32>) {
    if let Some(named) = &query.roots {
        let mut roots: Vec<u32> = named.iter().map(|root| root.index()).collect();
        roots.sort_unstable();
        roots.dedup();
        return (query.from, roots);
    }
    if query.from == SinglePointsFrom::FailureDomains {
        let domains = graph.entities().filter(|entity| ExposureClass::of(*entity).is_some());
        let domains: Vec<u32> = domains.map(Entity::index).collect();
        if !domains.is_empty() {
            return (query.from, domains);
        }
    }
    let from = match query.from {
        SinglePointsFrom::FailureDomains => SinglePointsFrom::Foundations,
        other => other,
    };
    let needs = graph.needs();
    let mut first = needs.first_in(from.direction());
    // Groups, people and all else that needs nothing and is needed by nothing is neither end of a chain.
    first.retain(|entity| needs.next_to(*entity, from.direction()).len() > 0);
    (from, first)
}
