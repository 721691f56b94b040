//! Every gap of a large catalog, against merely looking at what the rules look at.
//!
//! 100,000 entities with 500,000 needs, owned by 2,000 of 5,000 groups; one in fifty has no owner, one in ten
//! repositories an ownership file that says otherwise. The million is left out unless asked for with
//! `--ignored`: of both sizes the gaps and the look, since a large graph lies further from the processor. With
//! `rules` among the arguments, the time of each rule is printed instead.

mod services;

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock, time::Instant};

use catalog_core::{
    gaps::{GapQuestion, GapSettings, RULES, gaps_about, ownership_gaps},
    graph::{CatalogGraph, Entity},
    model::{
        ManifestFormat, OwnerName, PathDialect, PathRule, PathRules, Position, RelationKind,
        RepositoryDeclarations,
    },
    query::ownership,
    sketch,
};
use divan::{Bencher, black_box};
use services::{S1M, S100K, Services, Size, build, repositories};

const GROUPS: u32 = 5_000;
const UNOWNED_EVERY: usize = 50;
const RULES_EVERY: usize = 10;

static GRAPH: LazyLock<CatalogGraph> = LazyLock::new(|| draw(S100K));
static LARGE: LazyLock<CatalogGraph> = LazyLock::new(|| draw(S1M));

fn draw(size: Size) -> CatalogGraph {
    let services = Services::draw(size);
    let groups = sketch::repositories(&groups(services.team_count()));
    let repositories = repositories(&services).enumerate().map(|(number, of)| with_holes(number, of));
    build(groups.into_iter().chain(repositories))
}

/// The teams, and departments above them, ten in each; two of three teams have an address.
fn groups(teams: u32) -> String {
    let mut text = String::from("repository git.example.com/acme/organisation\n");
    for team in 0..teams {
        let email = if team % 3 == 0 { String::new() } else { format!("email team-{team}@example.com") };
        let department = team % GROUPS.saturating_sub(teams).max(1);
        writeln!(
            text,
            "group:team-{team:06} members user:person-{team} parent group:department-{department} {email}"
        )
        .expect("a text");
        writeln!(text, "user:person-{team}").expect("a text");
    }
    for department in 0..GROUPS.saturating_sub(teams) {
        writeln!(text, "group:department-{department} parent group:department-{}", department / 10)
            .expect("a text");
    }
    text
}

fn with_holes(number: usize, mut repository: RepositoryDeclarations) -> RepositoryDeclarations {
    for (index, document) in repository.manifests.iter_mut().flat_map(|of| &mut of.documents).enumerate() {
        if let Some(declaration) =
            document.declaration.as_mut().filter(|_| (number + index).is_multiple_of(UNOWNED_EVERY))
        {
            declaration.relations.retain(|relation| relation.kind != RelationKind::OwnedBy);
        }
    }
    if number.is_multiple_of(RULES_EVERY) {
        let owner = OwnerName::new("@acme/team-000001").expect("it is an owner");
        let rule = PathRule::new("*", vec![owner], Position::START);
        let mut file = repository.manifests[0].clone();
        file.path = "CODEOWNERS".into();
        file.format = ManifestFormat::Codeowners;
        file.documents.clear();
        file.path_rules = Some(PathRules::new(PathDialect::Github, vec![rule]));
        repository.manifests.insert(0, file);
    }
    repository
}

fn question<'g>(graph: &'g CatalogGraph, settings: &'g GapSettings) -> GapQuestion<'g> {
    GapQuestion { graph, now: sketch::READ_AT, settings }
}

fn count(graph: &CatalogGraph) -> usize {
    ownership_gaps(question(graph, &GapSettings::default())).gaps.len()
}

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn main() {
    if std::env::args().any(|argument| argument == "rules") {
        println!("{} entities", GRAPH.entities().len());
        for rule in RULES {
            let others = RULES.iter().filter(|other| other.code != rule.code).map(|other| (other.code, None));
            let severities: BTreeMap<_, _> = others.collect();
            let settings = GapSettings { severities, ..GapSettings::default() };
            let started = Instant::now();
            let found = ownership_gaps(question(&GRAPH, &settings)).gaps.len();
            println!("{:>8.1} ms  {found:>7}  {}", started.elapsed().as_secs_f64() * 1e3, rule.code);
        }
        return;
    }
    divan::main();
}

/// The floor: what the rules look at, read once.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn look_at_every_entity_and_need() -> usize {
    look(&GRAPH)
}

#[divan::bench(ignore, sample_count = 10, sample_size = 1)]
fn look_at_every_entity_and_need_of_a_million() -> usize {
    look(&LARGE)
}

fn look(graph: &CatalogGraph) -> usize {
    let is_owned = |entity: &Entity<'_>| black_box(entity.owner().is_some() && !entity.is_critical());
    graph.entities().filter(is_owned).count() + graph.relations().filter(|of| of.to().is_critical()).count()
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn all_gaps() -> usize {
    count(&GRAPH)
}

#[divan::bench(ignore, sample_count = 3, sample_size = 1)]
fn all_gaps_of_a_million() -> usize {
    count(&LARGE)
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn who_answers_for_the_entity_that_most_depends_on(bencher: Bencher<'_, '_>) {
    let dependents = |entity: &Entity<'_>| entity.incoming().count();
    let hub = GRAPH.entities().max_by_key(dependents).expect("there are entities");
    let settings = GapSettings::default();
    bencher.bench_local(|| {
        let answer = ownership(hub);
        let (gaps, _) = gaps_about(question(&GRAPH, &settings), hub);
        answer.dependents.total + gaps.len()
    });
}
