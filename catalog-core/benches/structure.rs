//! What the whole graph looks like, against one plain search over all of it.
//!
//! 100,000 entities with 500,000 needs, and ten times that. `plain` is the baseline: a breadth-first search
//! over offsets and targets from every entity that no earlier one has met.

mod services;

use std::sync::LazyLock;

use catalog_core::needs::{Direction, Needs};
use divan::Bencher;
use services::{PlainSearch, S1M, S100K, Services, Size};

fn main() {
    print_sizes();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_sizes() {
    for world in [&*SMALL, &*LARGE] {
        let cycles = world.needs.cycle_witnesses();
        let cuts = world.needs.cuts();
        let chains = world.needs.longest_chains(1);
        println!(
            "{} entities: {} cycles, the largest of {} entities; {} bridges, {} articulation points; \
             the longest chain has {} needs; {} entry points",
            world.needs.entity_count(),
            cycles.len(),
            cycles.iter().map(|cycle| cycle.members.len()).max().unwrap_or_default(),
            cuts.bridges.len(),
            cuts.articulation_points.len(),
            chains.chains.first().map_or(0, |chain| chain.length),
            world.entry_points.len(),
        );
    }
}

struct World {
    needs: Needs,
    plain: PlainSearch,
    entry_points: Vec<u32>,
    foundations: Vec<u32>,
}

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let plain = PlainSearch::of(&services);
        let needs = Needs::new(&services.list());
        let entry_points = needs.first_in(Direction::Dependencies);
        let foundations = needs.first_in(Direction::Dependents);
        Self { needs, plain, entry_points, foundations }
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// The baseline.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn plain(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.plain.whole());
}

/// Sets of entities that need each other.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn components(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.cycles());
}

/// The same, with the smallest cycle of each.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn components_with_witnesses(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.cycle_witnesses());
}

/// From the entities that nobody needs, along what they need.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn dominators_of_dependencies(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.dominators(&world.entry_points, Direction::Dependencies));
}

/// From the entities that need nothing, along what needs them.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn dominators_of_dependents(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.dominators(&world.foundations, Direction::Dependents));
}

/// Bridges and articulation points.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn bridges(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.cuts());
}

/// The hundred longest chains of hard needs.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn chains(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.longest_chains(100));
}
