//! Availability arithmetic in graphs of the shape of services, against a plain search over the same needs.
//!
//! 100,000 entities with 500,000 needs, and ten times that; all promise something. `plain` is the baseline:
//! a breadth-first search over offsets and targets that only counts.

mod services;

use std::sync::LazyLock;

use catalog_core::needs::{AvailabilityLimits, Needs, Promises};
use divan::Bencher;
use services::{Numbers, PlainSearch, S1M, S100K, Services, Size};

fn main() {
    print_shares();
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn print_shares() {
    for world in [&*SMALL, &*LARGE] {
        let bounds = world.needs.availability(&world.all, &world.promises, AvailabilityLimits::default());
        let exact = bounds.iter().filter(|of| of.lower.method.is_exact()).count();
        let upper = bounds.iter().filter(|of| of.upper.method.is_exact()).count();
        let needed = bounds.iter().filter_map(|of| of.needed).max().unwrap_or(0);
        println!(
            "{} entities: {exact} exact at the lower end, {upper} at the upper one; one of these needs {needed} others",
            bounds.len()
        );
    }
}

struct World {
    needs: Needs,
    plain: PlainSearch,
    promises: Promises,
    all: Vec<u32>,
    /// Any entities.
    random: Vec<u32>,
}

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let plain = PlainSearch::of(&services);
        let mut numbers = Numbers(0x0dd_ba11);
        let random = (0..100).map(|_| numbers.below(size.entities)).collect();
        let mut promises = Promises::new(size.entities as usize);
        for entity in 0..size.entities {
            promises.set(entity, f64::from(1 + numbers.below(100)) / 100_000.0);
        }
        let needs = Needs::new(&services.list());
        Self { needs, plain, promises, all: (0..size.entities).collect(), random }
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// The baseline: once through everything.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn plain(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.plain.whole());
}

/// A hundred entities, one after the other, each in an answer of its own.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn one_hundred_times(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let one = |entity: &u32| {
        world.needs.availability(&[*entity], &world.promises, AvailabilityLimits::default())[0]
            .lower
            .unavailability
    };
    bencher.bench(|| world.random.iter().map(one).sum::<f64>());
}

/// Everything in one answer.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn all(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    bencher.bench(|| world.needs.availability(&world.all, &world.promises, AvailabilityLimits::default()));
}
