//! Which way a journey takes: along waypoints, through given hops, or everything behind an entity.

use crate::{
    graph::{CatalogGraph, Entity, NeedFilter},
    model::Strength,
    needs::Direction,
    query::{BlastRadiusQuery, blast_radius, need_paths},
};

use super::{
    JOURNEY_HOPS_MAX, Journey, JourneyHop, JourneyLink, JourneyStop,
    hop::{completed, direct_need},
};

/// For how many pairs of hops without a direct need a longer way is looked for.
const LONGER_WAYS_MAX: usize = 64;

/// A question for everything behind an entity.
#[derive(Clone, Copy, Debug)]
pub struct JourneyBehindQuery<'g> {
    /// The entity, as an API.
    pub entity: Entity<'g>,
    /// How many needs to follow; `None` follows all.
    pub depth_max: Option<u32>,
}

/// Hops on a way, with how it was found.
pub(super) struct Course<'g> {
    pub(super) hops: Vec<JourneyHop<'g>>,
    pub(super) ways: u64,
    pub(super) truncated: bool,
}

/// The shortest way of needs along some waypoints, each of which needs the next, directly or through others.
/// Where no need leads from one to the next, the next is a hop all the same. Of several shortest ways it is
/// the first by the refs on it. O(waypoints · needs met).
pub fn journey<'g>(graph: &'g CatalogGraph, waypoints: &[Entity<'g>]) -> Journey<'g> {
    let course = shortest_course(graph, waypoints);
    let mut journey = completed(graph, course.hops, None, true);
    journey.ways = Some(course.ways);
    journey.truncated = course.truncated;
    journey
}

pub(super) fn shortest_course<'g>(graph: &'g CatalogGraph, waypoints: &[Entity<'g>]) -> Course<'g> {
    let mut hops: Vec<JourneyHop<'g>> = Vec::new();
    hops.extend(waypoints.first().map(|first| JourneyHop::first(JourneyStop::of(*first))));
    let (mut ways, mut truncated) = (1_u64, false);
    for pair in waypoints.windows(2).filter(|pair| pair[0] != pair[1]) {
        let (from, to) = (pair[0], pair[1]);
        let found = need_paths(graph, &[from], to, Direction::Dependencies, &NeedFilter::default(), 1);
        let (steps, count) = found
            .and_then(|mut found| Some((found.paths.pop()?, found.count)))
            .unwrap_or_else(|| (Vec::new(), 0));
        ways = ways.saturating_mul(count);
        let stops: Vec<(Entity<'g>, JourneyLink<'g>)> = if steps.is_empty() {
            vec![(to, without_way(from, to))]
        } else {
            let link = |from, to| direct_need(from, to).map_or(JourneyLink::NoWay, JourneyLink::Needs);
            steps.iter().map(|step| (step.to, link(step.from, step.to))).collect()
        };
        for (entity, link) in stops {
            if hops.len() == JOURNEY_HOPS_MAX {
                truncated = true;
                break;
            }
            hops.push(next_hop(hops.len(), JourneyStop::of(entity), link, entity == to));
        }
    }
    Course { hops, ways, truncated }
}

/// What leads from one entity to another that it does not need, directly or through others.
fn without_way<'g>(from: Entity<'g>, to: Entity<'g>) -> JourneyLink<'g> {
    direct_need(to, from).map_or(JourneyLink::NoWay, JourneyLink::NeededBy)
}

/// The given hops in their order, with what leads from each to the next.
pub(super) fn given_course<'g>(graph: &'g CatalogGraph, stops: Vec<JourneyStop<'g>>) -> Course<'g> {
    let mut hops: Vec<JourneyHop<'g>> = Vec::with_capacity(stops.len().min(JOURNEY_HOPS_MAX));
    let truncated = stops.len() > JOURNEY_HOPS_MAX;
    let mut looked_for = 0;
    for stop in stops.into_iter().take(JOURNEY_HOPS_MAX) {
        let Some(before) = hops.last() else {
            hops.push(JourneyHop::first(stop));
            continue;
        };
        let link = match (before.stop.entity, stop.entity) {
            (Some(from), Some(to)) => link_between(graph, from, to, &mut looked_for),
            _ => JourneyLink::Unknown,
        };
        hops.push(next_hop(hops.len(), stop, link, true));
    }
    Course { hops, ways: 0, truncated }
}

fn link_between<'g>(
    graph: &'g CatalogGraph,
    from: Entity<'g>,
    to: Entity<'g>,
    looked_for: &mut usize,
) -> JourneyLink<'g> {
    if let Some(strength) = direct_need(from, to) {
        return JourneyLink::Needs(strength);
    }
    if let Some(strength) = direct_need(to, from) {
        return JourneyLink::NeededBy(strength);
    }
    *looked_for += 1;
    if *looked_for > LONGER_WAYS_MAX {
        return JourneyLink::NoWay;
    }
    let found = need_paths(graph, &[from], to, Direction::Dependencies, &NeedFilter::default(), 1);
    match found.and_then(|mut found| found.paths.pop()) {
        Some(steps) if !steps.is_empty() => {
            JourneyLink::Through(steps.iter().skip(1).map(|step| step.from).collect())
        }
        _ => JourneyLink::NoWay,
    }
}

fn next_hop<'g>(
    place: usize,
    stop: JourneyStop<'g>,
    link: JourneyLink<'g>,
    is_named: bool,
) -> JourneyHop<'g> {
    JourneyHop {
        stop,
        distance: u32::try_from(place).unwrap_or(u32::MAX),
        via: place.checked_sub(1),
        link: Some(link),
        is_named,
        is_handover: false,
    }
}

/// Everything behind an entity, layer by layer: what it needs, as an API its providers, what those need, and
/// so on; the strength of a link is hard where some way of hard needs alone leads there. O(needs met).
pub fn journey_behind<'g>(graph: &'g CatalogGraph, query: JourneyBehindQuery<'g>) -> Journey<'g> {
    let JourneyBehindQuery { entity, depth_max } = query;
    let asked =
        BlastRadiusQuery { depth_max, ..BlastRadiusQuery::new(vec![entity], Direction::Dependencies) };
    let reached = blast_radius(graph, &asked);
    let room = JOURNEY_HOPS_MAX - 1;
    let mut hops = vec![JourneyHop::first(JourneyStop::of(entity))];
    let mut place_of = rustc_hash::FxHashMap::from_iter([(entity.index(), 0)]);
    for row in reached.affected.iter().take(room) {
        let way = reached.way_to(row);
        place_of.insert(row.entity.index(), hops.len());
        hops.push(JourneyHop {
            stop: JourneyStop::of(row.entity),
            distance: row.distance,
            via: place_of.get(&way.via.index()).copied(),
            link: Some(JourneyLink::Needs(way.strength)),
            is_named: false,
            is_handover: false,
        });
    }
    let mut journey = completed(graph, hops, None, false);
    journey.truncated = reached.cut_by_depth || reached.affected.len() > room;
    journey
}

/// Whether some hop is not reached along needs, though it is in the catalog.
impl Journey<'_> {
    /// How many hops no need leads to from the one before.
    pub fn without_way(&self) -> usize {
        self.hops.iter().filter(|hop| hop.link == Some(JourneyLink::NoWay)).count()
    }

    /// How many hops are only softly needed by the one before.
    pub fn soft(&self) -> usize {
        let strength = |hop: &&JourneyHop<'_>| hop.link.as_ref().and_then(JourneyLink::strength);
        self.hops.iter().filter(|hop| strength(hop) == Some(Strength::Soft)).count()
    }
}
