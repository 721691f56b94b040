//! What an organisation is exposed to: the impact of every external party, each alone.
//!
//! A thousand parties of the last layer, among 100,000 entities with 500,000 needs and among ten times that;
//! `plain` is the baseline: one search over the whole graph.

mod services;

use std::sync::LazyLock;

use catalog_core::needs::{Failure, ManyFailures, Needs};
use divan::Bencher;
use services::{Numbers, PlainSearch, S1M, S100K, Services, Size};

fn main() {
    print_sizes();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_sizes() {
    for world in [&*SMALL, &*LARGE] {
        let impacts = world.impact_many(PARTIES);
        let mut affected: Vec<u32> = impacts.scenarios.iter().map(|scenario| scenario.all.total()).collect();
        affected.sort_unstable();
        let total: u64 = affected.iter().map(|affected| u64::from(*affected)).sum();
        println!(
            "{} entities: {total} affected by {PARTIES} parties, by the median one {}, by the worst {}",
            world.needs.entity_count(),
            affected[affected.len() / 2],
            affected[affected.len() - 1],
        );
    }
}

struct World {
    needs: Needs,
    plain: PlainSearch,
    /// One failure for each party.
    failures: Vec<Failure>,
    critical: Vec<u32>,
}

const PARTIES: usize = 1_000;

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let last_layer: Vec<u32> = services.last_layer().collect();
        let mut numbers = Numbers(0x0dd_ba11);
        let count = u32::try_from(last_layer.len()).expect("a part of the entities");
        let failures = (0..PARTIES)
            .map(|_| Failure { down: vec![last_layer[numbers.below(count) as usize]], degraded: Vec::new() })
            .collect();
        let critical = (0..size.entities).filter(|entity| services.tier_of[*entity as usize] <= 1).collect();
        let plain = PlainSearch::of(&services);
        Self { needs: Needs::new(&services.list()), plain, failures, critical }
    }

    fn impact_many(&self, parties: usize) -> catalog_core::needs::ManyImpacts {
        let failures = &self.failures[..parties];
        self.needs.impact_many(&ManyFailures { failures, weighed: &self.critical, watched: &[] })
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// The baseline.
#[divan::bench(args = SIZES)]
fn plain(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.plain.whole());
}

/// Concentration: a thousand parties, each alone, with the critical entities counted apart.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn thousand_parties(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.impact_many(PARTIES));
}

/// The same of half as many.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn five_hundred_parties(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.impact_many(PARTIES / 2));
}

/// One after the other, a hundred of them.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn hundred_parties_one_by_one(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| {
        world.failures[..100].iter().map(|failure| world.needs.impact(failure).affected.len()).sum::<usize>()
    });
}
