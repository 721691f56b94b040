//! Reach in a graph of the shape of services, against a plain search over the same needs.
//!
//! 100,000 entities with 500,000 needs. Also what building the graph takes, and, printed once, the
//! resident memory that it holds.

mod services;

use std::sync::LazyLock;

use catalog_core::{
    graph::{CatalogGraph, Direction, Entity, GraphBuilder, Reach, ReachLimits},
    model::{RepositoryDeclarations, Revision},
};
use divan::Bencher;
use fixedbitset::FixedBitSet;
use services::{ENTITIES, draw_needs, name, repositories};

fn main() {
    print_memory();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_memory() {
    let world = &*WORLD;
    let bytes = world.resident_bytes;
    println!(
        "graph: {} entities with their repositories, {} needs, {bytes} resident bytes, {} an entity",
        world.graph.entities().len(),
        world.graph.needs().len(),
        bytes / u64::try_from(world.graph.entities().len()).expect("the graph is small"),
    );
    println!("hub: {} dependents", world.plain.reach(world.hub));
}

/// (a) The floor: a breadth-first search over offsets and targets that only counts.
#[divan::bench]
fn plain_search(bencher: Bencher<'_, '_>) {
    let world = &*WORLD;
    bencher.bench(|| world.plain.reach(divan::black_box(world.hub)));
}

/// (b) The whole answer, with distances, ways back, strength and order.
#[divan::bench]
fn needs_reach(bencher: Bencher<'_, '_>) {
    let world = &*WORLD;
    bencher.bench(|| reach(&world.graph, divan::black_box(world.hub)));
}

/// (c) From what repositories say to the graph.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn build_graph(bencher: Bencher<'_, '_>) {
    let repositories: Vec<RepositoryDeclarations> = repositories(&draw_needs()).collect();
    bencher.with_inputs(|| repositories.clone()).bench_values(build);
}

fn reach(graph: &CatalogGraph, hub: u32) -> Reach {
    graph.needs().reach(&[hub], Direction::Dependents, ReachLimits::default())
}

static WORLD: LazyLock<World> = LazyLock::new(World::draw);

struct World {
    graph: CatalogGraph,
    plain: PlainNeeds,
    /// An entity that about a third of all others need.
    hub: u32,
    /// What the process holds more with the graph than without it: an upper bound of the graph's
    /// size, since an allocator does not give back everything that building it took.
    resident_bytes: u64,
}

impl World {
    fn draw() -> Self {
        let needs = draw_needs();
        let before = resident_bytes();
        let graph = build(repositories(&needs));
        let resident_bytes = resident_bytes().saturating_sub(before);
        let plain = PlainNeeds::of(&graph);
        let wanted = ENTITIES as usize / 3;
        // The further down an entity stands, the more need it, down to the first ones.
        let hub = (0..ENTITIES / 10)
            .step_by(100)
            .filter_map(|number| graph.entity(&name(number)))
            .map(Entity::index)
            .min_by_key(|entity| plain.reach(*entity).abs_diff(wanted))
            .expect("the graph has entities");
        Self { graph, plain, hub, resident_bytes }
    }
}

/// The dependents of each entity as offsets and targets, and nothing else.
struct PlainNeeds {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl PlainNeeds {
    fn of(graph: &CatalogGraph) -> Self {
        let mut plain = Self { starts: vec![0], targets: Vec::with_capacity(graph.needs().len()) };
        for entity in graph.entities() {
            let dependents = graph.needs().next_to(entity.index(), Direction::Dependents);
            plain.targets.extend(dependents.map(|(dependent, _)| dependent));
            plain.starts.push(u32::try_from(plain.targets.len()).expect("the graph is small"));
        }
        plain
    }

    /// How many others transitively need an entity.
    fn reach(&self, root: u32) -> usize {
        let mut met = FixedBitSet::with_capacity(self.starts.len() - 1);
        let mut queue = vec![root];
        met.insert(root as usize);
        let mut next = 0;
        while let Some(entity) = queue.get(next).copied() {
            next += 1;
            let bounds = self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize;
            for target in &self.targets[bounds] {
                if !met.put(*target as usize) {
                    queue.push(*target);
                }
            }
        }
        queue.len() - 1
    }
}

fn build(repositories: impl IntoIterator<Item = RepositoryDeclarations>) -> CatalogGraph {
    let mut builder = GraphBuilder::new();
    repositories.into_iter().for_each(|repository| builder.add(repository));
    builder.build(Revision(1))
}

/// What the process holds in memory, by Linux's `/proc/self/statm` with pages of 4,096 bytes; 0 elsewhere.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4_096
}
