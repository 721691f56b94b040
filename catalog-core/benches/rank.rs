//! How much lies behind every entity at once, against the plain method and against one search for each.
//!
//! `plain` is the baseline: condensation, then blocks of 256 sources as bit sets, in the order of the
//! condensation, swept over what a block reaches only, on one core. One petgraph search for each entity takes
//! some minutes at a million, and is left out unless asked for with `--ignored every_large`. With `live` among the
//! arguments, the times of counting under changes are printed first.

mod services;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use catalog_core::needs::{Direction, LiveCounts, Needs, Precision, ReachCountLimits, Weights};
use divan::Bencher;
use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
    visit::Bfs,
};
use services::{Numbers, S1M, S100K, Services, Shape, Size};

fn main() {
    if std::env::args().any(|argument| argument == "live") {
        [&*SMALL, &*LARGE].into_iter().for_each(print_live);
    }
    print_shapes();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_shapes() {
    for world in [&*SMALL, &*LARGE] {
        let limits = ReachCountLimits { exact_words_max: u64::MAX };
        let start = Instant::now();
        let counts = world.needs.reach_counts(Direction::Dependents, &world.weights, limits);
        println!(
            "{} entities, {} needs; counted in {:?}",
            world.needs.entity_count(),
            world.needs.len(),
            start.elapsed()
        );
        println!("{}", Shape::of(&world.needs, &counts));
    }
}

struct World {
    services: Services,
    needs: Needs,
    weights: Weights,
}

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let mut weights = Weights::new(size.entities as usize);
        for entity in 0..size.entities {
            weights.set_owner(entity, services.owner_of[entity as usize]);
            if services.tier_of[entity as usize] < 2 {
                weights.set_critical(entity);
            }
        }
        Self { needs: Needs::new(&services.list()), services, weights }
    }

    /// Petgraph's own graph of what needs each entity.
    fn petgraph(&self) -> DiGraph<(), ()> {
        let count = self.services.size.entities;
        let mut graph = DiGraph::with_capacity(count as usize, self.needs.len());
        for _ in 0..count {
            graph.add_node(());
        }
        for entity in 0..count {
            for (next, _) in self.needs.next_to(entity, Direction::Dependents) {
                graph.add_edge(NodeIndex::from(entity), NodeIndex::from(next), ());
            }
        }
        graph
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// The plain method, that only counts entities.
mod plain {
    use super::*;

    const WORDS: usize = 4;

    /// The whole of it, the condensation too.
    #[divan::bench(args = SIZES, sample_count = 1, sample_size = 1)]
    fn sparse(bencher: Bencher<'_, '_>, entities: u32) {
        let graph = world(entities).petgraph();
        bencher.bench(|| Sparse::of(&graph).count());
    }

    struct Sparse {
        sizes: Vec<u32>,
        starts: Vec<u32>,
        targets: Vec<u32>,
    }

    impl Sparse {
        /// Components in topological order; petgraph gives them in the reverse one.
        fn of(graph: &DiGraph<(), ()>) -> Self {
            let mut components = kosaraju_scc(graph);
            components.reverse();
            let mut component_of = vec![0_u32; graph.node_count()];
            for (number, members) in (0..).zip(&components) {
                members.iter().for_each(|member| component_of[member.index()] = number);
            }
            let mut sparse = Self { sizes: Vec::new(), starts: vec![0], targets: Vec::new() };
            for (number, members) in (0..).zip(&components) {
                sparse.sizes.push(u32::try_from(members.len()).expect("few"));
                let next = members.iter().flat_map(|member| graph.neighbors(*member));
                let next = next.map(|next| component_of[next.index()]);
                sparse.targets.extend(next.filter(|next| *next != number));
                sparse.starts.push(u32::try_from(sparse.targets.len()).expect("few"));
            }
            sparse
        }

        fn count(&self) -> u64 {
            let count = self.sizes.len();
            let mut rows = vec![[0_u64; WORDS]; count];
            let mut open = vec![0_u64; count.div_ceil(64)];
            let mut counts = vec![0_u32; count];
            for first in (0..count).step_by(WORDS * 64) {
                for source in first..(first + WORDS * 64).min(count) {
                    rows[source][(source - first) / 64] |= 1 << ((source - first) % 64);
                    open[source / 64] |= 1 << (source % 64);
                }
                let mut position = first / 64;
                while let Some(word) = open.get_mut(position) {
                    if *word == 0 {
                        position += 1;
                        continue;
                    }
                    let component = position * 64 + word.trailing_zeros() as usize;
                    *word &= *word - 1;
                    let row = std::mem::take(&mut rows[component]);
                    for (start, mut word) in (first..).step_by(64).zip(row) {
                        while word != 0 {
                            counts[start + word.trailing_zeros() as usize] += self.sizes[component];
                            word &= word - 1;
                        }
                    }
                    let bounds = self.starts[component] as usize..self.starts[component + 1] as usize;
                    for target in &self.targets[bounds] {
                        let target = *target as usize;
                        rows[target].iter_mut().zip(row).for_each(|(to, word)| *to |= word);
                        open[target / 64] |= 1 << (target % 64);
                    }
                }
            }
            counts.into_iter().map(u64::from).sum()
        }
    }
}

/// Entities, critical ones and teams, exactly.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn exact(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| {
        let counts =
            world.needs.reach_counts(Direction::Dependents, &world.weights, ReachCountLimits::default());
        assert_eq!(counts.precision, Precision::Exact);
        counts
    });
}

/// The same, estimated.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn estimated(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let limits = ReachCountLimits { exact_words_max: 0 };
    bencher.bench(|| world.needs.reach_counts(Direction::Dependents, &world.weights, limits));
}

/// One petgraph search for each entity, whole; entities are only counted.
fn petgraph_bfs(bencher: Bencher<'_, '_>, world: &World) {
    let graph = world.petgraph();
    bencher.bench(|| {
        let mut count = 0_u64;
        for entity in graph.node_indices() {
            let mut search = Bfs::new(&graph, entity);
            while search.next(&graph).is_some() {
                count += 1;
            }
        }
        count
    });
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn petgraph_every_small(bencher: Bencher<'_, '_>) {
    petgraph_bfs(bencher, &SMALL);
}

#[divan::bench(sample_count = 1, sample_size = 1, ignore)]
fn petgraph_every_large(bencher: Bencher<'_, '_>) {
    petgraph_bfs(bencher, &LARGE);
}

/// Counts under a thousand needs that come and go.
#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_live(world: &World) {
    const CHANGES: usize = 1_000;
    let (size, needs) = (world.services.size, &world.services.needs);
    let mut live = LiveCounts::new(&world.needs, Direction::Dependents, world.weights.clone());
    let mut numbers = Numbers(0x11fe);
    let mut below = |end: usize| numbers.below(u32::try_from(end).expect("few")) as usize;
    let mut times: Vec<Duration> = Vec::with_capacity(2 * CHANGES);
    for _ in 0..CHANGES {
        // Somebody needs what somebody else needs already, and a need goes.
        let (needy, needed) = (needs[below(needs.len())].0, needs[below(needs.len())].1);
        let start = Instant::now();
        live.insert(needy, needed);
        times.push(start.elapsed());
        let (needy, needed, _) = needs[below(needs.len())];
        let start = Instant::now();
        live.remove(needy, needed);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!(
        "{} entities, {} changes: p50 {:?}, p99 {:?}, worst {:?}, {} recounts",
        size.entities,
        times.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1],
        live.recounts(),
    );
}
