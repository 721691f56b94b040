//! Tier inversion: an entity that cannot work without one that is held to be less critical.

use std::{cmp::Reverse, collections::BTreeMap};

use super::calls::providers;
use crate::{
    graph::{CatalogGraph, Entity, ExposureClass, NeedFilter},
    model::{Origin, RelationClass, RelationEnd, Severity, Strength, Tier},
    needs::Direction,
    query::path::needs_between,
};

/// Where the tiers of entities and their hard needs contradict each other.
#[derive(Clone, Debug)]
pub struct TierInversions<'g> {
    /// Each inversion: those of critical entities first, then by tier, by ref, and by what is needed.
    pub inversions: Vec<TierInversion<'g>>,
    /// Entities without a tier that one with a tier cannot work without: the one that most critical
    /// entities need first, then by ref. A failure domain needs no tier and is not among them.
    pub unknown: Vec<UnknownTier<'g>>,
}

/// An entity that cannot work without a less critical one.
#[derive(Clone, Debug)]
pub struct TierInversion<'g> {
    /// The entity that needs.
    pub entity: Entity<'g>,
    /// Its tier.
    pub tier: Tier,
    /// What it needs: one entity, or several that stand in for each other, all of them less critical.
    pub needed: Vec<Entity<'g>>,
    /// The API without a tier of its own that the needed ones provide, where the need is of that.
    pub through: Option<Entity<'g>>,
    /// An error where the entity is critical (tiers 0 and 1), else a warning.
    pub severity: Severity,
    /// The places that state the need.
    pub origins: Vec<Origin>,
}

/// An entity of which nobody says how critical it is, though something with a tier cannot work without it.
#[derive(Clone, Debug)]
pub struct UnknownTier<'g> {
    /// The entity without a tier.
    pub entity: Entity<'g>,
    /// Those with a tier that need it, by ref.
    pub needed_by: Vec<Entity<'g>>,
    /// How many of these are critical.
    pub critical: usize,
}

/// Compares the tier of each entity with those of what it hard-needs: of a group of alternatives with the
/// best of them, of an API without a tier with those that provide it. O(entities + needs).
pub fn tier_inversions(graph: &CatalogGraph) -> TierInversions<'_> {
    tier_inversions_among(graph, graph.entities())
}

/// The same of some entities alone, each given once. O(their needs).
pub fn tier_inversions_among<'g>(
    graph: &'g CatalogGraph,
    entities: impl IntoIterator<Item = Entity<'g>>,
) -> TierInversions<'g> {
    let mut inversions = Vec::new();
    let mut unknown: BTreeMap<u32, Vec<Entity<'_>>> = BTreeMap::new();
    for entity in entities {
        let Some(tier) = entity.tier() else { continue };
        for options in hard_needs(entity) {
            match judge(entity, tier, &options) {
                Judgement::Fine => {}
                Judgement::Inverted { needed, through } => inversions.push(TierInversion {
                    entity,
                    tier,
                    needed,
                    through,
                    severity: if tier.is_critical() { Severity::Error } else { Severity::Warning },
                    origins: origins(entity, &options),
                }),
                Judgement::Unknown(entities) => {
                    for needed in entities {
                        unknown.entry(needed.index()).or_default().push(entity);
                    }
                }
            }
        }
    }
    let first_needed = |of: &TierInversion<'_>| of.needed.first().map(|needed| needed.index());
    inversions.sort_by_key(|of| (Reverse(of.severity), of.tier, of.entity.index(), first_needed(of)));
    let mut unknown: Vec<UnknownTier<'_>> = unknown
        .into_iter()
        .map(|(entity, mut needed_by)| {
            needed_by.dedup();
            let critical = needed_by.iter().filter(|needy| needy.is_critical()).count();
            UnknownTier { entity: graph.entity_at(entity), needed_by, critical }
        })
        .collect();
    unknown.sort_by_key(|of| (Reverse(of.critical), of.entity.index()));
    TierInversions { inversions, unknown }
}

enum Judgement<'g> {
    Fine,
    Inverted { needed: Vec<Entity<'g>>, through: Option<Entity<'g>> },
    Unknown(Vec<Entity<'g>>),
}

/// What an entity cannot work without: each a list of entities that stand in for each other.
fn hard_needs(entity: Entity<'_>) -> Vec<Vec<Entity<'_>>> {
    let graph = entity.graph();
    let is_hard = |strength: Strength| strength == Strength::Hard;
    let plain = graph.needs().next_to(entity.index(), Direction::Dependencies);
    let plain = plain.filter(|(_, strength)| is_hard(*strength)).map(|(needed, _)| vec![needed]);
    let groups = graph.needs().alternatives_of(entity.index());
    let groups = groups.filter(|(strength, _)| is_hard(*strength)).map(|(_, members)| members);
    let entities = |numbers: Vec<u32>| numbers.into_iter().map(|number| graph.entity_at(number)).collect();
    plain.chain(groups).map(entities).collect()
}

fn judge<'g>(entity: Entity<'g>, tier: Tier, options: &[Entity<'g>]) -> Judgement<'g> {
    let bearers: Vec<Entity<'g>> = options.iter().flat_map(|option| bearers(*option)).collect();
    let is_as_critical =
        |bearer: &Entity<'_>| *bearer == entity || bearer.tier().is_some_and(|of| of <= tier);
    let is_place = |bearer: &Entity<'_>| ExposureClass::of(*bearer) == Some(ExposureClass::FailureDomain);
    if bearers.iter().any(|bearer| is_as_critical(bearer) || (bearer.tier().is_none() && is_place(bearer))) {
        return Judgement::Fine;
    }
    let unknown: Vec<Entity<'g>> = bearers.iter().copied().filter(|bearer| bearer.tier().is_none()).collect();
    if !unknown.is_empty() {
        return Judgement::Unknown(unknown);
    }
    let through = match options {
        [only] if bearers.first() != Some(only) => Some(*only),
        _ => None,
    };
    Judgement::Inverted { needed: bearers, through }
}

/// Those whose tier says how critical an entity is: the entity itself, or what provides it where it is an
/// API without a tier, since an API works as well as those.
fn bearers(entity: Entity<'_>) -> Vec<Entity<'_>> {
    if entity.name().kind() == "api" && entity.tier().is_none() {
        let providers = providers(entity);
        if !providers.is_empty() {
            return providers;
        }
    }
    vec![entity]
}

/// The places that say that an entity needs some others: the first of each relation.
fn origins(entity: Entity<'_>, options: &[Entity<'_>]) -> Vec<Origin> {
    let relations = options.iter().flat_map(|option| needs_between(entity, *option, &NeedFilter::default()));
    let stated = relations.filter(|relation| {
        relation.class() != RelationClass::Deployed
            && (relation.kind().needy_end() == Some(RelationEnd::To) || relation.strength() == Strength::Hard)
    });
    let mut origins: Vec<Origin> =
        stated.filter_map(|relation| Some(relation.sources().next()?.origin())).collect();
    origins.sort();
    origins.dedup();
    origins
}
