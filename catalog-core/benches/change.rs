//! The change of one repository of twenty entities, against building the whole graph again.
//!
//! 100,000 entities with 500,000 needs, and ten times that. After either, the next question is answered: what
//! the entities of the changed repository need, and what needs them.

mod services;

use std::sync::LazyLock;

use catalog_core::{
    graph::{CatalogGraph, GraphChange},
    model::{RepositoryDeclarations, Revision},
    needs::Direction,
};
use divan::Bencher;
use services::{S1M, S100K, Services, Size, build, repositories};

fn main() {
    divan::main();
}

struct World {
    graph: CatalogGraph,
    /// A repository of the middle.
    repository: RepositoryDeclarations,
}

static SMALL: LazyLock<World> = LazyLock::new(|| World::draw(S100K));
static LARGE: LazyLock<World> = LazyLock::new(|| World::draw(S1M));

impl World {
    fn draw(size: Size) -> Self {
        let services = Services::draw(size);
        let middle = size.entities as usize / services::ENTITIES_PER_REPOSITORY as usize / 2;
        let repository = repositories(&services).nth(middle).expect("there is a middle");
        Self { graph: build(repositories(&services)), repository }
    }
}

fn world(entities: u32) -> &'static World {
    if entities == S1M.entities { &LARGE } else { &SMALL }
}

fn size(entities: u32) -> Size {
    if entities == S1M.entities { S1M } else { S100K }
}

const SIZES: [u32; 2] = [S100K.entities, S1M.entities];

/// The next answer: what the entities of a repository need, and what needs them.
fn ask(graph: &CatalogGraph, repository: &RepositoryDeclarations) -> usize {
    let repository = graph.repository(&repository.head.id).expect("it is there");
    let next = |direction: Direction| {
        let entities = repository.entities();
        entities.map(|entity| graph.needs().next_to(entity.index(), direction).len()).sum::<usize>()
    };
    next(Direction::Dependencies) + next(Direction::Dependents)
}

fn changed(graph: &CatalogGraph, repository: &RepositoryDeclarations) -> CatalogGraph {
    let change = GraphChange { now: vec![repository.clone()], ..GraphChange::default() };
    graph.with_change(change, Revision(2), |_| None).expect("the change is local")
}

/// Half of the needs of a repository go, and each entity needs one that it did not need.
fn with_other_needs(repository: &RepositoryDeclarations) -> RepositoryDeclarations {
    let mut repository = repository.clone();
    let documents = repository.manifests.iter_mut().flat_map(|manifest| &mut manifest.documents);
    for (number, declaration) in (0..).zip(documents.filter_map(|document| document.declaration.as_mut())) {
        let half = declaration.relations.len().div_ceil(2);
        declaration.relations.truncate(half);
        if let Some(mut other) = declaration.relations.first().cloned() {
            other.kind = catalog_core::model::RelationKind::DependsOn;
            other.field = catalog_core::model::Field::DependsOn;
            other.other = services::name(number * 7 + 3);
            declaration.relations.push(other);
        }
    }
    repository
}

/// The last entity of a repository goes, and one of a new name comes.
fn with_other_entities(repository: &RepositoryDeclarations) -> RepositoryDeclarations {
    let mut repository = with_other_needs(repository);
    let documents = repository.manifests.iter_mut().flat_map(|manifest| &mut manifest.documents);
    if let Some(declaration) = documents.filter_map(|document| document.declaration.as_mut()).last() {
        let name = format!("{}-next", declaration.entity.name());
        declaration.entity =
            catalog_core::model::EntityRef::new("component", "default", &name).expect("the name is valid");
        declaration.spelling.name = name.into();
    }
    repository
}

/// Everything is built again.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn built_again(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let services = Services::draw(size(entities));
    bencher
        .with_inputs(|| repositories(&services).collect::<Vec<_>>())
        .bench_values(|repositories| ask(&build(repositories), &world.repository));
}

/// The repository needs other things; the same entities are there.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn other_needs(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let repository = with_other_needs(&world.repository);
    bencher.bench_local(|| ask(&changed(&world.graph, &repository), &repository));
}

/// An entity comes and one goes, too, so that entities are numbered anew.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn other_entities(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let repository = with_other_entities(&world.repository);
    bencher.bench_local(|| ask(&changed(&world.graph, &repository), &repository));
}

/// The fiftieth change in a row, upon the forty-nine before it.
#[divan::bench(args = SIZES, sample_count = 20, sample_size = 1)]
fn upon_others(bencher: Bencher<'_, '_>, entities: u32) {
    let world = world(entities);
    let services = Services::draw(size(entities));
    let mut graph = world.graph.clone();
    for repository in repositories(&services).step_by(37).take(49) {
        graph = changed(&graph, &with_other_entities(&repository));
    }
    let repository = with_other_entities(&world.repository);
    bencher.bench_local(|| ask(&changed(&graph, &repository), &repository));
}
