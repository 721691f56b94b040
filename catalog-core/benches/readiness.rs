//! A policy of twenty checks over 100,000 entities with 500,000 needs: eight built-in demands and twelve
//! expressions, six of which look at neighbours, all in one level so that nothing stops early.
//!
//! `list_facts` is the baseline: the facts of every entity are looked at once, without any expression.

mod services;

use std::sync::{Arc, LazyLock};

use catalog_core::{
    expression::Condition,
    gaps::{GapQuestion, GapSettings},
    graph::{CatalogGraph, Entity},
    model::Timestamp,
    readiness::{BUILT_INS, Check, Demand, Detail, Level, Outcome, Policy, READINESS_FACTS, Scope, assess},
    sketch,
};
use divan::Bencher;
use services::{S100K, Services, build, repositories};

#[expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]
fn main() {
    let (graph, settings) = (&*GRAPH, GapSettings::default());
    let policy = policy(&EXPRESSIONS, true);
    let entities: Vec<Entity<'_>> = graph.entities().collect();
    let answer = assess(question(graph, &settings), &policy, &entities, Detail::Problems);
    println!(
        "{} checks over {} entities: {} failed, {} could not be decided",
        policy.checks().count(),
        entities.len(),
        answer.count(Outcome::Failed, 0),
        answer.count(Outcome::Undecided, 0),
    );
    divan::main();
}

static GRAPH: LazyLock<CatalogGraph> = LazyLock::new(|| build(repositories(&Services::draw(S100K))));

const EXPRESSIONS: [&str; 12] = [
    "kind == 'component' && type == 'service'",
    "tier <= 3 || lifecycle != 'production'",
    "name.startsWith('service-')",
    "name.matches('^service-[0-9]+$')",
    "owner != '' && repository != ''",
    "!('deprecated' in tags) && !has(labels.retired)",
    "size(hardDependencies) < 50",
    "hardDependencies.all(d, d.tier <= tier || d.tier == 9)",
    "dependencies.all(d, d.declared && d.owner != '')",
    "!critical || dependencies.all(d, d.strength == 'soft' || d.tier <= 2)",
    "size(dependents) < 20 || critical",
    "dependents.exists(d, d.owner == owner) || dependents == []",
];

fn question<'g>(graph: &'g CatalogGraph, settings: &'g GapSettings) -> GapQuestion<'g> {
    GapQuestion { graph, now: Timestamp(sketch::READ_AT.seconds() + 86_400), settings }
}

fn check(id: &str, demand: Demand) -> Check {
    Check {
        id: id.into(),
        title: Box::default(),
        why: Box::default(),
        remedy: Box::default(),
        scope: Scope::default(),
        demand,
        place: Box::default(),
    }
}

fn policy(expressions: &[&str], with_built_ins: bool) -> Policy {
    let built_ins = BUILT_INS.iter().filter(|_| with_built_ins);
    let built_ins = built_ins.map(|it| check(it.code, Demand::BuiltIn(it, Box::default())));
    let conditions = expressions.iter().map(|text| {
        let condition = Condition::parse(text, &READINESS_FACTS).expect("the expression can be read");
        check(text, Demand::Condition(Arc::new(condition)))
    });
    let level = Level { name: "only".into(), checks: built_ins.chain(conditions).collect() };
    Policy { name: "bench".into(), levels: vec![level], ..Policy::default() }
}

fn assess_everything(bencher: Bencher<'_, '_>, policy: &Policy, detail: Detail) {
    let settings = GapSettings::default();
    let entities: Vec<Entity<'_>> = GRAPH.entities().collect();
    bencher.bench(|| assess(question(&GRAPH, &settings), policy, &entities, detail).entities.len());
}

/// The baseline.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn list_facts(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let facts = GRAPH.entities().map(|entity| {
            let owner = entity.owner().map_or(0, |owner| owner.name().as_str().len());
            entity.name().as_str().len() + owner + entity.tags().len() + usize::from(entity.is_critical())
        });
        facts.sum::<usize>()
    });
}

/// All twenty.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn twenty_checks(bencher: Bencher<'_, '_>) {
    assess_everything(bencher, &policy(&EXPRESSIONS, true), Detail::Problems);
}

/// All twenty, with reasons and places of what passed.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn twenty_checks_with_everything(bencher: Bencher<'_, '_>) {
    assess_everything(bencher, &policy(&EXPRESSIONS, true), Detail::Everything);
}

/// The eight built-in demands.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn built_ins_alone(bencher: Bencher<'_, '_>) {
    assess_everything(bencher, &policy(&[], true), Detail::Problems);
}

/// The six expressions over one entity alone.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn entity_expressions_alone(bencher: Bencher<'_, '_>) {
    assess_everything(bencher, &policy(&EXPRESSIONS[..6], false), Detail::Problems);
}

/// The six expressions over neighbours.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn neighbour_expressions_alone(bencher: Bencher<'_, '_>) {
    assess_everything(bencher, &policy(&EXPRESSIONS[6..], false), Detail::Problems);
}
