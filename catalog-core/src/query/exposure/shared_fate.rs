//! Shared fate: redundancy and isolation that are none, because what should be apart rests on one thing.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    model::{RelationClass, RelationKind, Severity, Strength},
    needs::{Shared, SharedQuestion},
};

/// How many common things one finding names; the rest is counted.
const COMMON_MAX: usize = 10;

/// What should be apart, and is not.
#[derive(Clone, Debug)]
pub struct SharedFate<'g> {
    /// Failure domains of one type that rest on something together, by the type.
    pub domains: Vec<IsolationBreach<'g>>,
    /// Alternatives that all rest on something: what most critical entities count on first, then what most
    /// entities do, then by ref.
    pub alternatives: Vec<SpuriousRedundancy<'g>>,
}

/// Failure domains of one type that are held to be isolated from each other, and are not.
#[derive(Clone, Debug)]
pub struct IsolationBreach<'g> {
    /// The type, in lower case, as in `region`.
    pub domain_type: String,
    /// All domains of the type that something is deployed to, by ref.
    pub domains: Vec<Entity<'g>>,
    /// What two or more of them rest on, by themselves or through what is deployed to one of them alone:
    /// what most of them rest on first, then by ref.
    pub common: Vec<CommonThing<'g>>,
    /// How many such things there are, also those that `common` leaves out.
    pub common_total: usize,
}

/// Alternatives of which one that works is enough, and that all fall with one thing.
#[derive(Clone, Debug)]
pub struct SpuriousRedundancy<'g> {
    /// The alternatives, by ref: members of an `anyOf`, places of deployment, or providers of an API.
    pub members: Vec<Entity<'g>>,
    /// The entities that count on them, by ref.
    pub needed_by: Vec<Entity<'g>>,
    /// How many of these are critical.
    pub critical: usize,
    /// Hard where one of these cannot work without any of the members.
    pub strength: Strength,
    /// What all members rest on by hard needs, by ref; where their ways first meet.
    pub common: Vec<CommonThing<'g>>,
    /// How many such things there are, also those that `common` leaves out.
    pub common_total: usize,
}

impl IsolationBreach<'_> {
    /// A warning: domains may share something on purpose.
    pub fn severity(&self) -> Severity {
        Severity::Warning
    }
}

impl SpuriousRedundancy<'_> {
    /// An error where a critical entity cannot work without any of the members, else a warning.
    pub fn severity(&self) -> Severity {
        if self.critical > 0 && self.strength == Strength::Hard { Severity::Error } else { Severity::Warning }
    }
}

impl SharedFate<'_> {
    /// The worst of all findings; `None` where there is none.
    pub fn severity_max(&self) -> Option<Severity> {
        let domains = self.domains.iter().map(IsolationBreach::severity);
        domains.chain(self.alternatives.iter().map(SpuriousRedundancy::severity)).max()
    }
}

/// Something that several entities rest on.
#[derive(Clone, Debug)]
pub struct CommonThing<'g> {
    /// What they rest on.
    pub entity: Entity<'g>,
    /// The proof: a way for each of those that rest on it.
    pub ways: Vec<WayToCommonThing<'g>>,
}

/// A way of hard needs that leads to what is common.
#[derive(Clone, Debug)]
pub struct WayToCommonThing<'g> {
    /// The domain or the alternative that rests on it.
    pub of: Entity<'g>,
    /// The entities on one shortest way of hard needs: from `of`, or from what is deployed to it alone, to
    /// the common thing, both ends included.
    pub way: Vec<Entity<'g>>,
}

/// Looks for what failure domains, and alternatives, rest on together by hard needs. Each list of
/// alternatives is looked at once, however many entities count on it.
/// O(needs behind each domain and each member of a list).
pub fn shared_fate(graph: &CatalogGraph) -> SharedFate<'_> {
    SharedFate { domains: breaches(graph), alternatives: spurious(graph) }
}

fn breaches(graph: &CatalogGraph) -> Vec<IsolationBreach<'_>> {
    let mut by_type: BTreeMap<String, Vec<(Entity<'_>, Vec<u32>)>> = BTreeMap::new();
    for entity in graph.entities() {
        if ExposureClass::of(entity) == Some(ExposureClass::FailureDomain) {
            let hosted = hosted(entity);
            if !hosted.is_empty() {
                let domain_type = entity.entity_type().unwrap_or_default().to_ascii_lowercase();
                by_type.entry(domain_type).or_default().push((entity, hosted));
            }
        }
    }
    let mut search = graph.needs().shared_ground();
    let mut breaches = Vec::new();
    for (domain_type, domains) in by_type {
        // What is deployed to several of them is there to outlive each; what it rests on may not be.
        let mut once = BTreeSet::new();
        let mut spread = BTreeSet::new();
        for hosted in domains.iter().flat_map(|(_, hosted)| hosted) {
            if !once.insert(*hosted) {
                spread.insert(*hosted);
            }
        }
        let sets: Vec<Vec<u32>> = domains
            .iter()
            .map(|(domain, hosted)| {
                let own = hosted.iter().copied().filter(|hosted| !spread.contains(hosted));
                std::iter::once(domain.index()).chain(own).collect()
            })
            .collect();
        let spread: Vec<u32> = spread.into_iter().collect();
        let domains: Vec<Entity<'_>> = domains.into_iter().map(|(domain, _)| domain).collect();
        let question = SharedQuestion { sets: &sets, sets_min: 2, spread: &spread, first_max: COMMON_MAX };
        let shared = search.of(&question);
        if shared.first_total > 0 {
            let (common, common_total) = common(graph, &domains, shared);
            breaches.push(IsolationBreach { domain_type, domains, common, common_total });
        }
    }
    breaches
}

/// What is deployed to a domain, by number.
fn hosted(domain: Entity<'_>) -> Vec<u32> {
    let mut hosted: Vec<u32> = domain
        .incoming()
        .filter(|relation| relation.kind() == RelationKind::DeployedTo)
        .filter(|relation| relation.class() != RelationClass::Deployed && relation.from() != domain)
        .map(|relation| relation.from().index())
        .collect();
    hosted.sort_unstable();
    hosted.dedup();
    hosted
}

fn spurious(graph: &CatalogGraph) -> Vec<SpuriousRedundancy<'_>> {
    let mut lists: BTreeMap<Vec<u32>, Vec<(u32, Strength)>> = BTreeMap::new();
    for entity in graph.entities() {
        for (strength, members) in graph.needs().alternatives_of(entity.index()) {
            lists.entry(members).or_default().push((entity.index(), strength));
        }
    }
    let mut search = graph.needs().shared_ground();
    let mut spurious = Vec::new();
    for (members, needy) in lists {
        let sets: Vec<Vec<u32>> = members.iter().map(|member| vec![*member]).collect();
        let question =
            SharedQuestion { sets: &sets, sets_min: sets.len(), spread: &[], first_max: COMMON_MAX };
        let shared = search.of(&question);
        if shared.first_total == 0 {
            continue;
        }
        let members: Vec<Entity<'_>> = members.iter().map(|member| graph.entity_at(*member)).collect();
        let mut needed_by: Vec<Entity<'_>> = needy.iter().map(|(needy, _)| graph.entity_at(*needy)).collect();
        needed_by.dedup();
        let (common, common_total) = common(graph, &members, shared);
        spurious.push(SpuriousRedundancy {
            members,
            critical: needed_by.iter().filter(|needy| needy.is_critical()).count(),
            strength: needy.iter().map(|(_, strength)| *strength).max().unwrap_or(Strength::Soft),
            needed_by,
            common,
            common_total,
        });
    }
    // The lists are in the order of the members' refs already.
    spurious.sort_by_key(|of| (Reverse(of.critical), Reverse(of.needed_by.len())));
    spurious
}

/// The common things with their ways, of which each set is that of an entity.
fn common<'g>(graph: &'g CatalogGraph, of: &[Entity<'g>], shared: Shared) -> (Vec<CommonThing<'g>>, usize) {
    let entities = |way: Vec<u32>| way.into_iter().map(|number| graph.entity_at(number)).collect();
    let common = shared.first.into_iter().map(|first| CommonThing {
        entity: graph.entity_at(first.entity),
        ways: first
            .ways
            .into_iter()
            .map(|(set, way)| WayToCommonThing { of: of[set as usize], way: entities(way) })
            .collect(),
    });
    (common.collect(), shared.first_total)
}
