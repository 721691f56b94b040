//! Reach and impact in graphs of the shape of services, against a plain search over the same needs.
//!
//! 100,000 entities with 500,000 needs, and ten times that. `plain` is the baseline of both: a breadth-first
//! search over offsets and targets that only counts.

mod services;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use catalog_core::{
    graph::{CatalogGraph, GraphChange},
    model::Revision,
    needs::{Direction, Failure, Needs, ReachLimits},
    query::{BlastRadiusQuery, EntityFilter, blast_radius},
};
use divan::Bencher;
use petgraph::{
    graph::{DiGraph, NodeIndex},
    visit::Bfs,
};
use services::{Numbers, PlainSearch, S1M, S100K, Services, Size, build, repositories};

fn main() {
    print_sizes();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_sizes() {
    for world in [&*SMALL, &*LARGE] {
        let (needs, bytes) = (world.needs.len(), world.needs.bytes());
        println!(
            "{} entities, {needs} needs in {bytes} bytes, {:.1} a need; the hub has {} dependents",
            world.needs.entity_count(),
            bytes as f64 / needs as f64,
            world.plain.reach(&[world.hub]),
        );
        let set = |root: &u32| {
            let limits = ReachLimits::default();
            world.needs.reach_sizes(&[*root], Direction::Dependents, limits).iter().sum()
        };
        let rows = |root: &u32| {
            world.needs.reach(&[*root], Direction::Dependents, ReachLimits::default()).reached.len()
        };
        tell_random("a set with distances", world, set);
        tell_random("sorted rows", world, rows);
    }
}

/// How long the reach of any entity takes, and what it meets.
#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn tell_random(what: &str, world: &World, reach: impl Fn(&u32) -> usize + Copy) {
    // One round after the other, so that what an entity needs is out of the caches when it is asked again;
    // of three times of each the middle one.
    let rounds: Vec<Vec<(Duration, usize)>> =
        std::iter::repeat_with(|| time_random(world, reach)).take(3).collect();
    let middle_of = |entity: usize| {
        let mut times = [rounds[0][entity], rounds[1][entity], rounds[2][entity]];
        times.sort_unstable();
        times[1]
    };
    let mut times: Vec<(Duration, usize)> = (0..world.random.len()).map(middle_of).collect();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let ((p50, p50_met), (p99, p99_met)) = (at(50), at(99));
    println!(
        "any entity, {what}: {p50:?} for {p50_met} at the median, {p99:?} for {p99_met} at the 99th percentile"
    );
}

/// How long the reach of each of some entities takes, and how many it meets.
fn time_random(world: &World, reach: impl Fn(&u32) -> usize) -> Vec<(Duration, usize)> {
    let time = |root: &u32| {
        let begin = Instant::now();
        let met = divan::black_box(reach(root));
        (begin.elapsed(), met)
    };
    world.random.iter().map(time).collect()
}

struct World {
    services: Services,
    needs: Needs,
    plain: PlainSearch,
    /// The entity that most others transitively need.
    hub: u32,
    /// One of a hundred entities.
    failing: Vec<u32>,
    /// Any entities.
    random: Vec<u32>,
}

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let mut plain = PlainSearch::of(&services);
        let hub = services.hub(&mut plain);
        let mut numbers = Numbers(0x0dd_ba11);
        let failing = (0..size.entities / 100).map(|_| numbers.below(size.entities)).collect();
        let random = (0..1_000).map(|_| numbers.below(size.entities)).collect();
        Self { needs: Needs::new(&services.list()), services, plain, hub, failing, random }
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// From one hub.
mod hub {
    use super::*;

    /// The baseline.
    #[divan::bench(args = SIZES)]
    fn plain(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        bencher.bench(|| world.plain.reach(&[divan::black_box(world.hub)]));
    }

    /// How many at each distance.
    #[divan::bench(args = SIZES)]
    fn distances(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        bencher
            .bench(|| world.needs.reach_sizes(&[world.hub], Direction::Dependents, ReachLimits::default()));
    }

    /// The whole answer: distances, ways back, strength, in the order of distance and name.
    #[divan::bench(args = SIZES)]
    fn rows(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        bencher.bench(|| world.needs.reach(&[world.hub], Direction::Dependents, ReachLimits::default()));
    }

    /// Petgraph's own graph and search, with the needs added as they were drawn.
    #[divan::bench(args = SIZES)]
    fn petgraph_bfs(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        let services = &world.services;
        let mut graph = DiGraph::<(), ()>::with_capacity(entities as usize, world.needs.len());
        for _ in 0..entities {
            graph.add_node(());
        }
        let needs = services.needs.iter().map(|(needy, needed, _)| (*needy, *needed));
        let groups = services.groups.iter();
        let members = groups.flat_map(|(needy, members)| members.iter().map(|member| (*needy, *member)));
        for (needy, needed) in needs.chain(members) {
            graph.add_edge(NodeIndex::from(needed), NodeIndex::from(needy), ());
        }
        bench_petgraph(bencher, &graph, world.hub);
    }

    /// The same with the needs added by the needed end, so that those of one lie together.
    #[divan::bench(args = SIZES)]
    fn petgraph_sorted(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        let mut graph = DiGraph::<(), ()>::with_capacity(entities as usize, world.needs.len());
        for _ in 0..entities {
            graph.add_node(());
        }
        for entity in 0..entities {
            for (next, _) in world.needs.next_to(entity, Direction::Dependents) {
                graph.add_edge(NodeIndex::from(entity), NodeIndex::from(next), ());
            }
        }
        bench_petgraph(bencher, &graph, world.hub);
    }

    fn bench_petgraph(bencher: Bencher<'_, '_>, graph: &DiGraph<(), ()>, hub: u32) {
        bencher.bench(|| {
            let mut search = Bfs::new(graph, NodeIndex::from(hub));
            let mut count = 0_usize;
            while search.next(graph).is_some() {
                count += 1;
            }
            count
        });
    }

    /// The answer that a person sees, of a whole catalog: entities, owners and systems rolled up, what is
    /// not known.
    #[divan::bench(args = SIZES, sample_count = 20)]
    fn query(bencher: Bencher<'_, '_>, entities: u32) {
        let graph = graph(entities);
        let query = query_of(graph, world(entities).hub);
        bencher.bench(|| blast_radius(graph, &query));
    }

    /// The same, of which only critical entities are shown.
    #[divan::bench(args = SIZES, sample_count = 20)]
    fn query_critical(bencher: Bencher<'_, '_>, entities: u32) {
        let graph = graph(entities);
        let show = Some(EntityFilter { critical: true, ..EntityFilter::default() });
        let query = BlastRadiusQuery { show, ..query_of(graph, world(entities).hub) };
        bencher.bench(|| blast_radius(graph, &query));
    }

    /// The first large answer of a graph, as after every change.
    #[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
    fn query_first(bencher: Bencher<'_, '_>, entities: u32) {
        let graph = graph(entities);
        let change = || graph.with_change(GraphChange::default(), Revision(2), |_| None);
        bencher.with_inputs(|| change().expect("nothing changes")).bench_values(|graph| {
            blast_radius(&graph, &query_of(&graph, world(entities).hub)).affected.len()
        });
    }
}

static SMALL_GRAPH: LazyLock<CatalogGraph> = LazyLock::new(|| build(repositories(&SMALL.services)));
static LARGE_GRAPH: LazyLock<CatalogGraph> = LazyLock::new(|| build(repositories(&LARGE.services)));

fn graph(entities: u32) -> &'static CatalogGraph {
    if entities == S1M.entities { &LARGE_GRAPH } else { &SMALL_GRAPH }
}

fn query_of(graph: &CatalogGraph, entity: u32) -> BlastRadiusQuery<'_> {
    let root = graph.entity(&services::name(entity)).expect("it is declared");
    BlastRadiusQuery::new(vec![root], Direction::Dependents)
}

/// From one of a hundred entities at once.
mod one_percent {
    use super::*;

    /// The baseline.
    #[divan::bench(args = SIZES)]
    fn plain(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        bencher.bench(|| world.plain.reach(divan::black_box(&world.failing)));
    }

    /// What fails, and how badly.
    #[divan::bench(args = SIZES)]
    fn impact(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        let failure = Failure { down: world.failing.clone(), ..Failure::default() };
        bencher.bench(|| world.needs.impact(divan::black_box(&failure)));
    }
}

/// From any entity: a thousand of them, one after the other.
mod anything {
    use super::*;

    #[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
    fn plain(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        bencher.bench(|| world.random.iter().map(|root| world.plain.reach(&[*root])).sum::<usize>());
    }

    #[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
    fn rows(bencher: Bencher<'_, '_>, entities: u32) {
        let world = world(entities);
        let reach = |root: &u32| {
            world.needs.reach(&[*root], Direction::Dependents, ReachLimits::default()).reached.len()
        };
        bencher.bench(|| world.random.iter().map(reach).sum::<usize>());
    }
}

/// From a list of needs to arrays that are laid out.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn lay_out(bencher: Bencher<'_, '_>, entities: u32) {
    let size = if entities == S1M.entities { S1M } else { S100K };
    let list = Services::draw(size).list();
    bencher.bench(|| Needs::new(&list));
}
