//! From a store or a graph file on disk to the first answer, against merely reading the same file.
//!
//! 100,000 entities with 500,000 needs in 5,000 repositories, and ten times as much; the files lie in the
//! page cache. The first answer is a name, looked up, and what needs it.

mod services;

use std::{path::PathBuf, sync::LazyLock};

use catalog_core::{
    catalog::load_graph,
    graph::{CatalogGraph, Entity, GraphFile, GraphOrigin},
    model::{CatalogChange, IdentityTable, Visit},
    needs::{Direction, ReachLimits},
    sketch,
    store::Store,
};
use divan::Bencher;
use services::{S1M, S100K, Services, Size, name, repositories};

struct World {
    _folder: tempfile::TempDir,
    size: Size,
    store: PathBuf,
    graph: PathBuf,
}

impl World {
    fn make(size: Size) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, graph) = (folder.path().join("catalog.redb"), folder.path().join("catalog.graph"));
        let services = Services::draw(size);
        let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
        let change = CatalogChange { visits: visits.collect() };
        Store::at(&store).apply(&change, sketch::READ_AT).expect("the store is written");
        let loaded = load_graph(&Store::at(&store), &IdentityTable::default()).expect("the store is sound");
        GraphFile::write(&graph, &loaded, &GraphOrigin::default()).expect("the file is written");
        tell(size, loaded.relations().len(), &store, &graph);
        Self { _folder: folder, size, store, graph }
    }

    fn answer(&self, graph: &CatalogGraph) -> usize {
        let root = graph.entity(&name(self.size.entities / 20)).map(Entity::index);
        let root = root.expect("the entity is there");
        graph.needs().reach(&[root], Direction::Dependents, ReachLimits::default()).reached.len()
    }
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn tell(size: Size, relations: usize, store: &PathBuf, graph: &PathBuf) {
    let bytes = |path| std::fs::metadata(path).expect("the file is there").len();
    println!(
        "{} entities, {relations} relations: store {} bytes, graph file {} bytes",
        size.entities,
        bytes(store),
        bytes(graph)
    );
}

static WORLD_100K: LazyLock<World> = LazyLock::new(|| World::make(S100K));
static WORLD_1M: LazyLock<World> = LazyLock::new(|| World::make(S1M));

/// The worlds by their names in the table of results.
const WORLDS: [&str; 2] = ["100k", "1m"];

fn world(name: &str) -> &'static World {
    if name == "1m" { &WORLD_1M } else { &WORLD_100K }
}

fn main() {
    divan::main();
}

/// The floor: the bytes of the store.
#[divan::bench(sample_count = 5, sample_size = 1, args = WORLDS)]
fn read_the_store(bencher: Bencher<'_, '_>, size: &str) {
    let world = world(size);
    bencher.bench(|| std::fs::read(&world.store).expect("the store is there").len());
}

/// Open, check and decode every record, make the graph, follow the needs of one entity.
#[divan::bench(sample_count = 5, sample_size = 1, args = WORLDS)]
fn store_to_first_answer(bencher: Bencher<'_, '_>, size: &str) {
    let world = world(size);
    bencher.bench(|| {
        let store = Store::at(&world.store);
        world.answer(&load_graph(&store, &IdentityTable::default()).expect("the store is sound"))
    });
}

/// The floor: the bytes of the graph file.
#[divan::bench(sample_count = 20, sample_size = 1, args = WORLDS)]
fn read_the_graph_file(bencher: Bencher<'_, '_>, size: &str) {
    let world = world(size);
    bencher.bench(|| std::fs::read(&world.graph).expect("the file is there").len());
}

/// Open the graph file, check and take every part, follow the needs of one entity.
#[divan::bench(sample_count = 20, sample_size = 1, args = WORLDS)]
fn graph_file_to_first_answer(bencher: Bencher<'_, '_>, size: &str) {
    let world = world(size);
    bencher.bench(|| {
        let file = GraphFile::open(&world.graph).expect("the file is sound");
        let graph = file.read().expect("the file is sound");
        world.answer(&graph);
        // A command ends without taking its graph apart.
        graph
    });
}

/// Write the graph, durably.
#[divan::bench(sample_count = 5, sample_size = 1, args = WORLDS)]
fn write_the_graph_file(bencher: Bencher<'_, '_>, size: &str) {
    let world = world(size);
    let graph = GraphFile::open(&world.graph).and_then(|file| file.read()).expect("the file is sound");
    let path = world.graph.with_extension("other");
    bencher.bench(|| GraphFile::write(&path, &graph, &GraphOrigin::default()).expect("it is written"));
}
