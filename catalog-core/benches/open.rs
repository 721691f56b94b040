//! From a store on disk to the first answer, against merely reading the same file.
//!
//! 100,000 entities with 500,000 needs in 5,000 repositories; the file lies in the page cache.

mod services;

use std::{path::PathBuf, sync::LazyLock};

use catalog_core::{
    catalog::load_graph,
    graph::Entity,
    model::{CatalogChange, IdentityTable, Visit},
    needs::{Direction, ReachLimits},
    sketch,
    store::Store,
};
use divan::Bencher;
use services::{S100K, Services, name, repositories};

struct World {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.redb");
    let services = Services::draw(S100K);
    let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
    let change = CatalogChange { visits: visits.collect() };
    Store::at(&path).apply(&change, sketch::READ_AT).expect("the store is written");
    World { _folder: folder, path }
});

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn main() {
    let path = &WORLD.path;
    let bytes = std::fs::metadata(path).expect("the store is there").len();
    println!("store: {bytes} bytes, {} an entity", bytes / u64::from(S100K.entities));
    divan::main();
}

/// The floor: the bytes of the file.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_the_file(bencher: Bencher<'_, '_>) {
    bencher.bench(|| std::fs::read(&WORLD.path).expect("the store is there").len());
}

/// Open, check and decode every record, make the graph, follow the needs of one entity.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn open_to_first_answer(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let graph =
            load_graph(&Store::at(&WORLD.path), &IdentityTable::default()).expect("the store is sound");
        let root = graph.entity(&name(S100K.entities / 20)).map(Entity::index).expect("the entity is there");
        graph.needs().reach(&[root], Direction::Dependents, ReachLimits::default()).reached.len()
    });
}
