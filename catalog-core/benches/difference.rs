//! Two graphs of which one repository of twenty entities differs, against merely comparing their names.
//!
//! 100,000 entities with 500,000 needs in 5,000 repositories.

mod services;

use std::sync::LazyLock;

use catalog_core::{
    gaps::{GapQuestion, GapSettings, gap_difference, ownership_gaps},
    graph::CatalogGraph,
    model::{RelationKind, RepositoryDeclarations, Timestamp},
    query::difference,
};
use divan::{Bencher, black_box};
use services::{S100K, Services, build, repositories};

/// Somewhere in the middle.
const CHANGED: usize = 2_500;

static BEFORE: LazyLock<CatalogGraph> = LazyLock::new(|| build(repositories(&Services::draw(S100K))));
static AFTER: LazyLock<CatalogGraph> = LazyLock::new(|| {
    let services = Services::draw(S100K);
    build(
        repositories(&services)
            .enumerate()
            .map(|(number, repository)| if number == CHANGED { changed(repository) } else { repository }),
    )
});

/// The repository with other tiers, and one need less of each entity.
fn changed(mut repository: RepositoryDeclarations) -> RepositoryDeclarations {
    for document in repository.manifests.iter_mut().flat_map(|manifest| &mut manifest.documents) {
        let Some(declaration) = &mut document.declaration else { continue };
        declaration.tier = None;
        let need = declaration.relations.iter().position(|one| one.kind == RelationKind::DependsOn);
        need.into_iter().for_each(|need| drop(declaration.relations.remove(need)));
    }
    repository
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn main() {
    let found = difference(&BEFORE, &AFTER);
    println!(
        "{} entities changed, {} relations lost, {} with other needs",
        found.changed.len(),
        found.relations_lost.len(),
        found.needs_changed().len()
    );
    divan::main();
}

/// The floor: the names of both, side by side.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn compare_the_names() -> usize {
    let names = BEFORE.entities().zip(AFTER.entities());
    names.filter(|(before, after)| black_box(before.name() == after.name())).count()
}

/// The same for everything that is compared of an entity and of its relations, read once.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn compare_every_field_and_relation() -> usize {
    let entities = BEFORE.entities().zip(AFTER.entities());
    let same = entities.filter(|(before, after)| {
        before.entity_type() == after.entity_type() && before.tier() == after.tier()
    });
    let relations = BEFORE.relations().zip(AFTER.relations());
    same.count() + relations.filter(|(before, after)| before.kind() == after.kind()).count()
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn whole_difference() -> usize {
    difference(&BEFORE, &AFTER).changed.len()
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn reach_of_twenty(bencher: Bencher<'_, '_>) {
    let difference = difference(&BEFORE, &AFTER);
    bencher.bench_local(|| difference.reach(20).changes.len());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn circles(bencher: Bencher<'_, '_>) {
    let difference = difference(&BEFORE, &AFTER);
    bencher.bench_local(|| difference.cycles().broken.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn gaps() -> usize {
    let settings = GapSettings::default();
    let gaps = |graph| ownership_gaps(GapQuestion { graph, now: Timestamp(0), settings: &settings });
    gap_difference(gaps(&BEFORE), gaps(&AFTER)).opened.len()
}
