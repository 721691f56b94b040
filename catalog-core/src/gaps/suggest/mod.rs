//! Who could own what nobody owns: suggestions from recent commits, never assigned.
//!
//! The work on what an entity is made of is weighed by age
//! ([`weight`](crate::model::RepositoryHistory::weight)). Who did it becomes a declared person, and that
//! person's groups: without those that lie above another one, and where some own something already only
//! those. A person in several groups counts for each in part, the less the more members it has, so that a
//! team comes before everybody.
//!
//! The confidence in a group is the part of all work that is its people's, times the part of all work of
//! whose people any group is known: `high` from 50 percent, `medium` from 20, else `low`; never more than
//! `low` for fewer than three commits.
//!
//! `place` says what to write where, so that a suggestion can be taken.

mod place;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding, KnownBy, People},
    model::{EntityRef, HistoryExtent, RepositoryId, Timestamp},
};

use super::{GapReport, OwnershipGap};

pub use place::{OwnerPlace, OwnerPlaceKind};

/// How many commits of its people make a suggestion better than a low one.
const COMMITS_MIN: u32 = 3;
/// How many groups are suggested, how many people are named of each, and how many of no group.
const CANDIDATES_MAX: usize = 3;
const PEOPLE_MAX: usize = 5;
/// How much of all work makes a further group worth a mention.
const SHARE_PERCENT_MIN: u8 = 5;
/// Of how many entities of one owner the commits are looked at, and the places are told.
const ENTITIES_MAX: usize = 100;
const PLACES_MAX: usize = 10;

/// Who could own something, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerSuggestion {
    /// Groups, best first; none where the people who work on it are in no group that is known.
    pub candidates: Vec<OwnerCandidate>,
    /// The people of no known group, those of the most work first.
    pub others: Vec<SuggestedPerson>,
    /// The repositories and paths whose commits this rests on, sorted.
    pub areas: Vec<(RepositoryId, Box<str>)>,
    /// How many commits that is.
    pub commits: u32,
    /// Since when commits were looked at, where in all of the repositories they were.
    pub since: Timestamp,
    /// Why not further back; of several repositories the worst.
    pub extent: HistoryExtent,
    /// Where the first candidate could be written down, and how.
    pub places: Vec<OwnerPlace>,
}

/// A group that could own something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerCandidate {
    /// The group.
    pub owner: EntityRef,
    /// How sure that is.
    pub confidence: Confidence,
    /// The same as a number from 0 to 100.
    pub confidence_percent: u8,
    /// How much of all work its people did, from 0 to 100.
    pub share_percent: u8,
    /// How many commits that is.
    pub commits: u32,
    /// When they made the last of them.
    pub last: Timestamp,
    /// Those people, those of the most work first.
    pub people: Vec<SuggestedPerson>,
}

/// How sure a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Somebody to ask first.
    Low,
    /// Likely.
    Medium,
    /// More than half of all recent work is theirs.
    High,
}

impl Confidence {
    /// The confidence in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    fn of(percent: u8, commits: u32) -> Self {
        match percent {
            _ if commits < COMMITS_MIN => Self::Low,
            50.. => Self::High,
            20.. => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// Somebody who worked on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedPerson {
    /// The name in the commits.
    pub name: Box<str>,
    /// The address in the commits.
    pub email: Box<str>,
    /// Who that is, where a manifest declares them.
    pub person: Option<EntityRef>,
    /// By what they are known.
    pub known_by: Option<KnownBy>,
    /// How many commits are theirs.
    pub commits: u32,
    /// How much of all work that is, from 0 to 100.
    pub share_percent: u8,
    /// When they made the last of them.
    pub last: Timestamp,
}

/// Suggests owners for a graph; the people in it are looked at once.
#[derive(Debug)]
pub struct OwnerSuggester<'g> {
    graph: &'g CatalogGraph,
    people: People<'g>,
}

impl GapReport {
    /// Adds a suggestion to every gap that one is known for. O(entities + what the gaps are about).
    pub fn suggest_owners(&mut self, graph: &CatalogGraph) {
        let suggester = OwnerSuggester::new(graph);
        for gap in &mut self.gaps {
            gap.suggestion = suggester.for_gap(gap).map(Box::new);
        }
    }
}

impl<'g> OwnerSuggester<'g> {
    /// O(entities).
    pub fn new(graph: &'g CatalogGraph) -> Self {
        Self { graph, people: People::of(graph) }
    }

    /// Who could own what a gap is about. `None` where that is not what is missing, or no commits say it.
    pub fn for_gap(&self, gap: &OwnershipGap) -> Option<OwnerSuggestion> {
        let subject = self.graph.entity(&gap.subject)?;
        match gap.code {
            "unowned"
            | "owner-unknown"
            | "owner-is-person"
            | "repository-uncatalogued"
            | "shared-unowned" => self.for_entities(&[subject], None),
            "path-unowned" => {
                let mut suggestion = self.for_entities(&[subject], None)?;
                // A rule that gives something to nobody decides about it whatever stands before.
                if let Some(first) = suggestion.candidates.first()
                    && let Some(owner) = self.graph.entity(&first.owner)
                    && !gap.origins.is_empty()
                {
                    let repository = subject.repository()?;
                    suggestion.places = OwnerPlace::of_rules(repository, &gap.origins, owner);
                }
                Some(suggestion)
            }
            "owner-empty" | "owner-departed" => {
                let owned: Vec<Entity<'_>> = subject.owned().take(ENTITIES_MAX).collect();
                self.for_entities(&owned, Some(subject))
            }
            _ => None,
        }
    }

    /// Who could own an entity. `None` where no commits say it.
    pub fn for_entity(&self, entity: Entity<'g>) -> Option<OwnerSuggestion> {
        self.for_entities(&[entity], None)
    }

    fn for_entities(&self, entities: &[Entity<'g>], except: Option<Entity<'g>>) -> Option<OwnerSuggestion> {
        let work = Work::on(entities)?;
        let mut mapped = 0;
        let mut groups: FxHashMap<u32, GroupWork<'g>> = FxHashMap::default();
        let mut others = Vec::new();
        for done in &work.by_person {
            let who = self.people.who(done.name, done.email);
            let person = SuggestedPerson {
                name: done.name.into(),
                email: done.email.into(),
                person: who.map(|(person, _)| person.name().clone()),
                known_by: who.map(|(_, by)| by),
                commits: done.commits,
                share_percent: percent(done.weight, work.weight),
                last: done.last,
            };
            let teams = who.map(|(person, _)| teams_of(person, except)).unwrap_or_default();
            if teams.is_empty() {
                others.push(person);
                continue;
            }
            mapped += done.weight;
            for (team, part) in split(done.weight, &teams) {
                let of = groups.entry(team.index()).or_insert_with(|| GroupWork::none(team));
                of.weight += part;
                of.commits += done.commits;
                of.last = of.last.max(done.last);
                of.people.push(person.clone());
            }
        }
        let mut groups: Vec<GroupWork<'g>> = groups.into_values().collect();
        groups.sort_by_key(|of| (std::cmp::Reverse(of.weight), of.group.index()));
        groups.truncate(CANDIDATES_MAX);
        // Whoever only passed through is no alternative to the first one.
        let first = groups.first().map(|of| of.group);
        groups.retain(|of| Some(of.group) == first || percent(of.weight, work.weight) >= SHARE_PERCENT_MIN);
        let places = groups.first().map(|of| {
            entities.iter().take(PLACES_MAX).filter_map(|entity| OwnerPlace::of(*entity, of.group)).collect()
        });
        let candidates = groups.into_iter().map(|of| {
            let share_percent = percent(of.weight, work.weight);
            let confidence = u32::from(share_percent) * u32::from(percent(mapped, work.weight)) / 100;
            let confidence_percent = u8::try_from(confidence).unwrap_or(100);
            let mut people = of.people;
            people.truncate(PEOPLE_MAX);
            OwnerCandidate {
                owner: of.group.name().clone(),
                confidence: Confidence::of(confidence_percent, of.commits),
                confidence_percent,
                share_percent,
                commits: of.commits,
                last: of.last,
                people,
            }
        });
        let candidates = candidates.collect();
        others.truncate(PEOPLE_MAX);
        Some(OwnerSuggestion {
            candidates,
            others,
            areas: work.areas,
            commits: work.commits,
            since: work.since,
            extent: work.extent,
            places: places.unwrap_or_default(),
        })
    }
}

/// The work on some entities.
struct Work<'g> {
    /// By person, those of the most work first.
    by_person: Vec<PersonWork<'g>>,
    areas: Vec<(RepositoryId, Box<str>)>,
    weight: u64,
    commits: u32,
    since: Timestamp,
    extent: HistoryExtent,
}

struct PersonWork<'g> {
    name: &'g str,
    email: &'g str,
    commits: u32,
    weight: u64,
    last: Timestamp,
}

struct GroupWork<'g> {
    group: Entity<'g>,
    weight: u64,
    commits: u32,
    last: Timestamp,
    people: Vec<SuggestedPerson>,
}

impl<'g> GroupWork<'g> {
    fn none(group: Entity<'g>) -> Self {
        Self { group, weight: 0, commits: 0, last: Timestamp(i64::MIN), people: Vec::new() }
    }
}

impl<'g> Work<'g> {
    /// Adds up the areas of entities, each once; `None` where nobody worked on them.
    fn on(entities: &[Entity<'g>]) -> Option<Self> {
        let mut work = Self {
            by_person: Vec::new(),
            areas: Vec::new(),
            weight: 0,
            commits: 0,
            since: Timestamp(i64::MIN),
            extent: HistoryExtent::Whole,
        };
        let mut places: FxHashMap<&'g str, usize> = FxHashMap::default();
        for entity in entities {
            let (Some(repository), Some(found)) = (entity.repository(), entity.areas()) else { continue };
            for area in found.areas.iter().filter(|area| area.weight > 0) {
                let place = (repository.id().clone(), area.path.clone());
                if work.areas.contains(&place) {
                    continue;
                }
                work.areas.push(place);
                work.weight = work.weight.saturating_add(area.weight);
                work.commits = work.commits.saturating_add(area.commits);
                work.since = work.since.max(found.history.since);
                work.extent = work.extent.max(found.history.extent);
                for done in &area.authors {
                    let Some(author) = found.history.authors.get(done.author as usize) else { continue };
                    let at = *places.entry(&author.email).or_insert(work.by_person.len());
                    if at == work.by_person.len() {
                        let (name, email) = (&*author.name, &*author.email);
                        work.by_person.push(PersonWork {
                            name,
                            email,
                            commits: 0,
                            weight: 0,
                            last: done.last,
                        });
                    }
                    let known = &mut work.by_person[at];
                    known.commits = known.commits.saturating_add(done.commits);
                    known.weight = known.weight.saturating_add(done.weight);
                    known.last = known.last.max(done.last);
                }
            }
        }
        work.areas.sort();
        work.by_person.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.email.cmp(b.email)));
        (work.weight > 0).then_some(work)
    }
}

/// The declared groups that somebody works for: their direct ones, without those above another one, and
/// those that own nothing only where none does; of a group that commits under its own address that group.
fn teams_of<'g>(person: Entity<'g>, except: Option<Entity<'g>>) -> Vec<Entity<'g>> {
    let groups = if person.name().kind() == "group" { vec![person] } else { person.groups() };
    let is_wanted =
        |group: &Entity<'g>| group.standing() == EntityStanding::Declared && Some(*group) != except;
    let groups: Vec<Entity<'g>> = groups.into_iter().filter(is_wanted).collect();
    let is_lowest = |group: &&Entity<'g>| !groups.iter().any(|other| group.is_group_above(*other));
    let lowest: Vec<Entity<'g>> = groups.iter().filter(is_lowest).copied().collect();
    // Groups in a circle are all above each other.
    let lowest = if lowest.is_empty() { groups } else { lowest };
    let owning: Vec<Entity<'g>> = lowest.iter().filter(|group| group.owned().len() > 0).copied().collect();
    if owning.is_empty() { lowest } else { owning }
}

/// Shares a weight out among groups, to each the less the more direct members it has.
fn split<'g>(weight: u64, teams: &[Entity<'g>]) -> Vec<(Entity<'g>, u64)> {
    const WHOLE: u128 = 1 << 32;
    let parts: Vec<u128> = teams.iter().map(|team| WHOLE / (team.members().count().max(1) as u128)).collect();
    let all: u128 = parts.iter().sum();
    let part = |part: u128| u64::try_from(u128::from(weight) * part / all.max(1)).unwrap_or(weight);
    teams.iter().copied().zip(parts.into_iter().map(part)).collect()
}

fn percent(part: u64, whole: u64) -> u8 {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    u8::try_from(percent.min(100)).unwrap_or(100)
}
