//! Who owns what, counted over a whole graph.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    gaps::{Coverage, GapReport, must_be_owned},
    graph::{CatalogGraph, Entity, OwnershipClaim},
    needs::{Direction, Precision},
    query::wholes,
};

use super::{
    Answerable, ContactReach, OwnershipStanding, SeverityCounts, SolePerson, StandingCounts, TeamCount,
    WholeCount, reach::Reaches, sole_person::sole_person,
};

/// Who owns what.
#[derive(Clone, Debug)]
pub struct OwnershipCensus<'g> {
    /// How much of the organisation the numbers are taken from.
    pub coverage: Coverage,
    /// The entities that must have an owner, by whether they have one.
    pub standings: StandingCounts,
    /// Of the critical ones of them the same.
    pub critical: StandingCounts,
    /// Every entity that must have an owner, in the order of their refs.
    pub entities: Vec<CountedEntity<'g>>,
    /// Everybody who owns any of these, those with the most first, then by ref.
    pub teams: Vec<TeamCount<'g>>,
    /// Declared groups that own none of these.
    pub teams_without_entities: usize,
    /// The systems and domains with parts, in the order of their refs.
    pub wholes: Vec<WholeCount<'g>>,
    /// How many entities are a part of no system.
    pub without_whole: usize,
    /// Owners behind whom there is one person only, those with the most critical entities first.
    pub sole_persons: Vec<SolePerson<'g>>,
    /// Whether [`CountedEntity::dependents`] are exact.
    pub precision: Precision,
}

/// One entity that must have an owner.
#[derive(Clone, Debug)]
pub struct CountedEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// Whether it has one.
    pub standing: OwnershipStanding,
    /// The ground on which its owner is held to be it.
    pub claim: Option<OwnershipClaim>,
    /// Who is reached about it.
    pub reach: ContactReach<'g>,
    /// How many entities transitively need it.
    pub dependents: usize,
    /// Gaps about it.
    pub gaps: SeverityCounts,
}

impl<'g> OwnershipCensus<'g> {
    /// The entities that nobody owns, those that most others need first, then critical ones, then by ref.
    /// O(n log n) in these.
    pub fn unowned_by_dependents(&self) -> Vec<&CountedEntity<'g>> {
        let is_unowned = |row: &&CountedEntity<'g>| row.standing == OwnershipStanding::Unowned;
        let mut unowned: Vec<&CountedEntity<'g>> = self.entities.iter().filter(is_unowned).collect();
        unowned.sort_by_key(|row| Reverse((row.dependents, row.entity.is_critical())));
        unowned
    }
}

/// Counts a graph with its gaps.
///
/// O(entities + relations + owners of the path rules that decide), beside what
/// [`CatalogGraph::reach_counts`] takes where nobody asked for it before.
pub fn ownership_census<'g>(graph: &'g CatalogGraph, report: &GapReport) -> OwnershipCensus<'g> {
    let reaches = Reaches::of(graph);
    let dependents = graph.reach_counts(Direction::Dependents);
    let gaps = GapsOf::new(graph, report);
    let mut census = OwnershipCensus {
        coverage: report.coverage,
        standings: StandingCounts::default(),
        critical: StandingCounts::default(),
        entities: Vec::new(),
        teams: Vec::new(),
        teams_without_entities: 0,
        wholes: Vec::new(),
        without_whole: 0,
        sole_persons: Vec::new(),
        precision: dependents.precision,
    };
    let mut teams: BTreeMap<u32, TeamCount<'g>> = BTreeMap::new();
    let mut counted_wholes: BTreeMap<u32, WholeCount<'g>> = BTreeMap::new();
    for entity in graph.entities().filter(|entity| must_be_owned(*entity)) {
        let standing = OwnershipStanding::of(entity);
        let parts_of = wholes(entity);
        census.standings.add(standing);
        if entity.is_critical() {
            census.critical.add(standing);
        }
        if let Some(owner) = entity.owner() {
            let team = teams.entry(owner.index()).or_insert_with(|| TeamCount {
                team: owner,
                entities: 0,
                critical: 0,
                gaps: gaps.of_team(owner),
                reach: reaches.through_owner(owner),
            });
            team.entities += 1;
            team.critical += usize::from(entity.is_critical());
        }
        let is_whole = |entity: &Entity<'_>| matches!(entity.name().kind(), "system" | "domain");
        census.without_whole += usize::from(!is_whole(&entity) && !parts_of.iter().any(is_whole));
        for whole in parts_of.iter().copied().filter(is_whole) {
            let count = counted_wholes.entry(whole.index()).or_insert_with(|| WholeCount {
                whole,
                standings: StandingCounts::default(),
                critical: 0,
                gaps: SeverityCounts::default(),
            });
            count.standings.add(standing);
            count.critical += usize::from(entity.is_critical());
            count.gaps.add_all(gaps.about(entity));
        }
        census.entities.push(CountedEntity {
            entity,
            standing,
            claim: entity.ownership_claims().into_iter().next(),
            reach: reaches.about(entity, &parts_of),
            dependents: dependents.counts[entity.index() as usize].entities as usize,
            gaps: gaps.about(entity),
        });
    }
    let is_idle = |entity: &Entity<'_>| {
        entity.name().kind() == "group" && !entity.is_placeholder() && !teams.contains_key(&entity.index())
    };
    census.teams_without_entities = graph.entities().filter(is_idle).count();
    census.sole_persons = sole_persons(teams.values());
    census.teams = teams.into_values().collect();
    census.teams.sort_by_key(|team| Reverse((team.entities, team.critical)));
    census.wholes = counted_wholes.into_values().collect();
    census
}

fn sole_persons<'t, 'g: 't>(teams: impl Iterator<Item = &'t TeamCount<'g>>) -> Vec<SolePerson<'g>> {
    let sole = |team: &TeamCount<'g>| {
        let person = sole_person(team.team)?;
        Some(SolePerson { owner: team.team, person, entities: team.entities, critical: team.critical })
    };
    let mut sole: Vec<SolePerson<'g>> = teams.filter_map(sole).collect();
    sole.sort_by_key(|row| Reverse((row.critical, row.entities)));
    sole
}

/// The gaps about each entity, and those of each team, by number.
struct GapsOf {
    about: BTreeMap<u32, SeverityCounts>,
    of_team: BTreeMap<u32, SeverityCounts>,
}

impl GapsOf {
    fn new(graph: &CatalogGraph, report: &GapReport) -> Self {
        let (mut about, mut of_team) = (BTreeMap::new(), BTreeMap::new());
        for gap in &report.gaps {
            if let Some(subject) = graph.entity(&gap.subject) {
                about.entry(subject.index()).or_insert_with(SeverityCounts::default).add(gap.severity);
            }
            if let Some(team) = Answerable::for_gap(graph, gap).entity() {
                of_team.entry(team.index()).or_insert_with(SeverityCounts::default).add(gap.severity);
            }
        }
        Self { about, of_team }
    }

    fn about(&self, entity: Entity<'_>) -> SeverityCounts {
        self.about.get(&entity.index()).copied().unwrap_or_default()
    }

    fn of_team(&self, team: Entity<'_>) -> SeverityCounts {
        self.of_team.get(&team.index()).copied().unwrap_or_default()
    }
}
