//! Graphs that were changed, again and again, against graphs that were built anew.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{file::copied, *};
use crate::{
    model::{
        CommitId, DiagnosticCode, ManifestFormat, Position, RepositoryDeclarations, Strength, Timestamp,
        Tombstone,
    },
    needs::Failure,
};

/// What repositories say, by id.
pub(super) type Repositories = BTreeMap<RepositoryId, RepositoryDeclarations>;

pub(super) fn repositories(drawn: &str) -> Repositories {
    sketch::repositories(drawn).into_iter().map(|of| (of.head.id.clone(), of)).collect()
}

pub(super) fn built(repositories: &Repositories) -> CatalogGraph {
    sketch::graph_of(repositories.values().cloned())
}

/// The graph after a change, with how many other repositories were asked for.
pub(super) fn changed(
    graph: &CatalogGraph,
    former: &Repositories,
    latter: &Repositories,
) -> Result<(CatalogGraph, usize), Rebuild> {
    let is_other = |(id, of): &(&RepositoryId, &RepositoryDeclarations)| former.get(*id) != Some(*of);
    let change = GraphChange {
        now: latter.iter().filter(is_other).map(|(_, of)| of.clone()).collect(),
        removed: former.keys().filter(|id| !latter.contains_key(*id)).cloned().collect(),
        seen: Vec::new(),
    };
    let mut asked = 0;
    let load = |id: &RepositoryId| {
        asked += 1;
        former.get(id).cloned()
    };
    graph.with_change(change, Revision(1), load).map(|graph| (graph, asked))
}

/// Everything that a graph says, places and numbers too.
pub(super) fn everything(graph: &CatalogGraph) -> String {
    let mut text = canonical(graph);
    let mut say = |line: String| {
        text += &line;
        text.push('\n');
    };
    for (number, entity) in (0..).zip(graph.entities()) {
        assert_eq!(entity.index(), number);
        assert_eq!(graph.entity_at(number), entity);
        assert_eq!(graph.entity(entity.name()), Some(entity));
        say(format!("{number} {entity:?} {:?}", entity.standing()));
        say(format!(
            "{:?}",
            (entity.kind(), entity.spelled_name(), entity.entity_type(), entity.lifecycle())
        ));
        say(format!("{:?}", (entity.tier(), entity.title(), entity.description(), entity.labels())));
        say(format!("{:?}", (entity.annotations(), entity.tags(), entity.links(), entity.profile())));
        say(format!("{:?}", (entity.objectives(), entity.data_classes(), entity.code_locations())));
        say(format!("{:?}", (entity.members_unread(), entity.staleness(), entity.system())));
        say(format!("{:?}", (entity.repository(), entity.ownership_claims(), entity.owner())));
        say(format!("{:?}", (entity.owned().collect::<Vec<_>>(), entity.aliases().collect::<Vec<_>>())));
        let declarations: Vec<_> = entity.declarations().map(|of| (of.origin(), of.stands())).collect();
        say(format!("{:?} {declarations:?}", entity.declaration().map(DeclarationView::origin)));
        for relation in entity.outgoing().chain(entity.incoming()) {
            say(format!("{relation:?} {:?} {:?}", relation.class(), relation.strength()));
            let sources = relation.sources().map(|of| (of.subject, of.origin(), of.order()));
            let sources: Vec<_> = sources.collect();
            say(format!("{sources:?} {:?}", relation.terms().collect::<Vec<_>>()));
        }
        say(format!("{:?}", graph.removals(entity.name())));
        let mut groups: Vec<_> = graph.needs().alternatives_of(number).collect();
        groups.sort_unstable();
        say(format!("{groups:?}"));
        for direction in [Direction::Dependents, Direction::Dependencies] {
            let reach = graph.needs().reach(&[number], direction, ReachLimits::default()).reached;
            for of in &reach {
                let mut behind = graph.needs().next_to(of.via, direction);
                assert!(behind.any(|(next, _)| next == of.entity), "each step is a need");
            }
            let reach: Vec<_> = reach.iter().map(|of| (of.entity, of.distance, of.is_hard)).collect();
            say(format!("{:?} {reach:?}", graph.needs().next_to(number, direction).collect::<Vec<_>>()));
        }
        let impact = graph.needs().impact(&Failure { down: vec![number], degraded: Vec::new() }).affected;
        say(format!("{:?}", impact.iter().map(|of| (of.entity, of.health)).collect::<Vec<_>>()));
    }
    for repository in graph.repositories() {
        assert_eq!(graph.repository(repository.id()).map(RepositoryView::head), Some(repository.head()));
        say(format!("{:?} {:?}", repository.head(), repository.entity()));
        say(format!("{:?}", (repository.manifests(), repository.catalog_manifests(), repository.is_host())));
        let rules = repository.path_rules().map(|rules| rules.rules().collect::<Vec<_>>());
        say(format!("{:?} {rules:?}", repository.entities().collect::<Vec<_>>()));
        say(format!("{:?}", repository.unread_ownership_files("a").collect::<Vec<_>>()));
        say(format!("{:?}", repository.history()));
    }
    let mut former = None;
    for declaration in graph.declarations() {
        assert!(former < Some(declaration.index()), "declarations are in order");
        former = Some(declaration.index());
        say(format!("{:?} {:?}", declaration.origin(), declaration.named()));
        say(format!("{:?}", (declaration.entity(), declaration.counts(), declaration.left_out())));
        say(format!("{:?}", (declaration.kind(), declaration.spelled_name(), declaration.entity_type())));
        say(format!("{:?}", (declaration.is_strict(), declaration.problems(), declaration.owners())));
        say(format!("{:?}", (declaration.tier(), declaration.lifecycle(), declaration.staleness())));
    }
    for diagnostic in graph.diagnostics() {
        say(format!("{diagnostic:?}"));
    }
    for direction in [Direction::Dependents, Direction::Dependencies] {
        say(format!("{:?}", graph.reach_counts(direction).counts));
    }
    // Needs that are chosen are laid out from the relations, whatever was changed.
    for strength in [Strength::Hard, Strength::Soft] {
        let along = NeedFilter { strength: Some(strength), ..NeedFilter::default() };
        let needs = graph.needs_along(&along);
        let next = graph
            .entities()
            .map(|entity| needs.next_to(entity.index(), Direction::Dependencies).collect::<Vec<_>>());
        say(format!("{:?}", next.collect::<Vec<_>>()));
    }
    say(format!("{:?}", graph.all_removals()));
    say(format!("{:?} {:?}", graph.cycles(), graph.relations().collect::<Vec<_>>()));
    say(format!("{:?}", (graph.entities().len(), graph.relations().len(), graph.declarations().len())));
    say(format!("{:?}", (graph.repositories().len(), graph.diagnostics().len(), graph.needs().len())));
    assert_eq!(graph.diagnostics().len(), graph.diagnostics().iter().count());
    assert_eq!(graph.relations().len(), graph.relations().count());
    assert_eq!(graph.declarations().len(), graph.declarations().count());
    text
}

const NAMES: [&str; 18] = [
    "component:a",
    "component:b",
    "component:c",
    "component:d",
    "component:e",
    "component:f",
    "api:a",
    "api:b",
    "resource:a",
    "resource:eu",
    "resource:us",
    "system:s",
    "group:g",
    "group:h",
    "user:u",
    "component:z/a",
    "component:b_",
    "group:g_",
];

/// The formats that lines of a drawn repository are in beside the catalog's own.
const FORMATS: [&str; 6] = ["datadog", "compose", "kubernetes", "host", "opslevel", "backstage"];

/// A line about one entity: numbers of names and of a verb.
type Line = (usize, usize, Vec<usize>, usize);

/// One repository as it is drawn.
#[derive(Clone, Debug)]
struct Drawn {
    lines: Vec<Line>,
    is_unreadable: bool,
    rules: Option<usize>,
    removed: Option<usize>,
    remark: bool,
    /// The format of its first file, if that is not the catalog's own.
    format: Option<usize>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    drawn_with(20, 0)
}

/// Repositories with other names of entities, and some with references that are written loosely.
fn drawn_loosely() -> impl Strategy<Value = Drawn> {
    drawn_with(25, 30)
}

fn drawn_with(verbs: usize, loosely: u32) -> impl Strategy<Value = Drawn> {
    let line = (0..NAMES.len(), 0..verbs, prop::collection::vec(0..NAMES.len(), 1..4), 0..3_usize);
    let lines = prop::collection::vec(line, 0..9);
    let rules = prop::option::weighted(0.3, 0..4_usize);
    let removed = prop::option::weighted(0.2, 0..NAMES.len());
    let format = (0..100_u32, 0..FORMATS.len());
    let format = format.prop_map(move |(chance, format)| (chance < loosely).then_some(format));
    (lines, prop::bool::weighted(0.1), rules, removed, any::<bool>(), format).prop_map(
        |(lines, is_unreadable, rules, removed, remark, format)| Drawn {
            format,
            lines,
            is_unreadable,
            rules,
            removed,
            remark,
        },
    )
}

fn line((subject, verb, others, _): &Line) -> String {
    let names: Vec<&str> = others.iter().map(|other| NAMES[*other]).collect();
    let (subject, all, first) = (NAMES[*subject], names.join(" "), names[0]);
    match verb {
        0..=2 => format!("{subject} -> {all}"),
        3 => format!("{subject} <- {all}"),
        4 => format!("{subject} ~> {all}"),
        5 => format!("{subject} !> {all}"),
        6 => format!("{subject} any> {all}"),
        7 => format!("{subject} consumes {all}"),
        8 => format!("{subject} provides {all}"),
        9 => format!("{subject} in {all}"),
        10 | 11 => format!("{subject} owner group:{}", others[0] % 3),
        12 => format!("{subject} system system:s"),
        13 => format!("{subject} tier {} type t{} lifecycle l{}", others[0] % 5, others[0], others[0] % 2),
        14 => format!("{subject} title T{} slo 99.{} label zone={}", others[0], others[0], others[0]),
        15 => format!("{subject} stale"),
        16 => format!("{subject} partof {first} data pii tag x,y{}", others[0]),
        17 => format!("group:g members user:u user:v{}", others[0]),
        18 => format!("user:u memberof group:{}", others[0] % 3),
        20 => format!("{subject} alias component:x{}", others[0] % 4),
        21 => format!("group:g title \"a {}\" slug acme/t{}", others[0] % 3, others[0] % 2),
        22 => format!("user:u login u{}", others[0] % 2),
        23 => format!("{subject} annotation backstage.io/kubernetes-id=x{}", others[0] % 4),
        24 => format!("{subject} -> component:x{}", others[0] % 4),
        _ => subject.to_owned(),
    }
}

/// What a drawn repository says.
fn said(number: usize, drawn: &Drawn) -> RepositoryDeclarations {
    let status = if drawn.is_unreadable { " unreadable" } else { "" };
    let mut sketch = format!("repository R/{number}{status}\n");
    for file in 0..3 {
        let suffix = match (file, drawn.format) {
            (0, Some(format)) => format!(" format {}", FORMATS[format]),
            (2, _) => " stale".to_owned(),
            _ => String::new(),
        };
        if drawn.lines.iter().any(|line| line.3 == file) {
            sketch += &format!("manifest m{file}.yaml{suffix}\n");
        }
        for drawn in drawn.lines.iter().filter(|line| line.3 == file) {
            sketch += &format!("{}\n", line(drawn));
        }
    }
    if let Some(rules) = drawn.rules {
        let owners = ["@u", "@acme/g", "@nobody", "u@example.com"];
        sketch += &format!("codeowners\n  * {}\n  /m0.yaml {}\n", owners[rules], owners[(rules + 1) % 4]);
    }
    if drawn.lines.len() % 2 == 1 {
        sketch += &format!("history\n  . u@example.com {} {number}\n", drawn.lines.len());
    }
    let mut all = sketch::repositories(&sketch);
    let mut said = all.remove(0);
    if drawn.remark {
        said.diagnostics.push(Diagnostic::new(DiagnosticCode::UnknownRef, "something else"));
    }
    said.tombstones.extend(drawn.removed.map(|name| Tombstone {
        entity: entity_ref(NAMES[name]),
        path: "m0.yaml".into(),
        position: Position::new(1, 1),
        format: ManifestFormat::Backstage,
        last_commit: Some(CommitId([1; 20])),
        commit: None,
        removed_at: Timestamp(number as i64),
    }));
    said
}

/// What becomes of repositories at once: of each of some, what it says now, or that it goes.
fn step(drawn: impl Strategy<Value = Drawn>) -> impl Strategy<Value = Vec<(usize, Option<Drawn>)>> {
    prop::collection::vec((0..5_usize, prop::option::weighted(0.8, drawn)), 1..3)
}

fn apply(repositories: &Repositories, step: &[(usize, Option<Drawn>)]) -> Repositories {
    let mut latter = repositories.clone();
    for (number, now) in step {
        let id = sketch::repository_id(&format!("R/{number}"));
        match now {
            Some(drawn) => latter.insert(id, said(*number, drawn)),
            None => latter.remove(&id),
        };
    }
    latter
}

/// What is not the same in the two texts.
fn difference(one: &str, other: &str) -> String {
    let pairs = one.lines().zip(other.lines());
    pairs.filter(|(a, b)| a != b).take(4).map(|(a, b)| format!("changed: {a}\n  anew: {b}\n")).collect()
}

/// What is different between two graphs, by name.
fn differences(before: &CatalogGraph, after: &CatalogGraph) -> String {
    let told = crate::query::difference(before, after);
    let needs: Vec<String> = told.needs_changed().map(|pair| pair.name().to_string()).collect();
    let changed: Vec<String> =
        told.changed.iter().map(|change| format!("{:?} {:?}", change.before, change.fields)).collect();
    let relations: Vec<String> = told
        .relations_changed
        .iter()
        .map(|change| format!("{:?} {:?} {:?}", change.before, change.after, change.aspects))
        .collect();
    format!(
        "{:?} {:?} {changed:?} {:?} {:?} {relations:?} {needs:?}",
        told.added, told.removed, told.relations_gained, told.relations_lost
    )
}

/// Changes repositories again and again; tells how often the graph was not built anew.
fn check_steps(first: &[Drawn], steps: &[Vec<(usize, Option<Drawn>)>]) -> Result<usize, TestCaseError> {
    let said = first.iter().enumerate().map(|(number, drawn)| said(number, drawn));
    let mut repositories: Repositories = said.map(|of| (of.head.id.clone(), of)).collect();
    let mut graph = built(&repositories);
    let mut local = 0;
    for step in steps {
        let latter = apply(&repositories, step);
        let before = everything(&graph);
        let anew = built(&latter);
        graph = match changed(&graph, &repositories, &latter) {
            Ok((after, _)) => {
                local += 1;
                // What was read from a file is changed as well as what was built.
                let graph_is_copied = local % 2 == 0;
                let (one, other) = (everything(&after), everything(&anew));
                prop_assert!(one == other, "{}of {:#?}", difference(&one, &other), step);
                let copied = copied(&after);
                let (one, other) = (everything(&copied), one);
                prop_assert!(one == other, "in a file {}of {:#?}", difference(&one, &other), step);
                prop_assert_eq!(everything(&graph), before, "the graph before it stays");
                let (one, other) = (differences(&graph, &after), differences(&graph, &anew));
                prop_assert_eq!(one, other, "what is shared hides a difference");
                let (one, other) = (differences(&after, &graph), differences(&anew, &graph));
                prop_assert_eq!(one, other, "what is shared hides a difference");
                if graph_is_copied { copied } else { after }
            }
            Err(_) => copied(&anew),
        };
        repositories = latter;
    }
    Ok(local)
}

proptest! {
    #[test]
    fn a_changed_graph_is_the_one_that_is_built_anew(
        first in prop::collection::vec(drawn(), 0..5),
        steps in prop::collection::vec(step(drawn()), 1..5),
    ) {
        prop_assert_eq!(check_steps(&first, &steps)?, steps.len(), "nothing of it needs a graph built anew");
    }

    #[test]
    fn what_two_builders_took_in_makes_the_graph_of_one(
        said_by in prop::collection::vec(prop_oneof![drawn(), drawn_loosely()], 0..6),
        first in 0..6_usize,
    ) {
        let all: Repositories =
            said_by.iter().enumerate().map(|(number, drawn)| said(number, drawn)).map(|of| (of.head.id.clone(), of)).collect();
        let take_in = |repositories: &mut dyn Iterator<Item = &RepositoryDeclarations>| {
            let mut builder = GraphBuilder::new();
            repositories.for_each(|of| builder.add(of.clone()));
            builder
        };
        let mut builder = take_in(&mut all.values().take(first));
        builder.absorb(take_in(&mut all.values().skip(first)));
        let (absorbed, one) = (builder.build(Revision(1)), built(&all));
        let (absorbed, one) = (everything(&absorbed), everything(&one));
        prop_assert!(absorbed == one, "{}of {said_by:#?}", difference(&absorbed, &one));
    }

    #[test]
    fn names_that_are_united_stay_so_in_a_changed_graph(
        first in prop::collection::vec(drawn_loosely(), 1..5),
        steps in prop::collection::vec(prop_oneof![3 => step(drawn()).boxed(), 1 => step(drawn_loosely()).boxed()], 1..5),
    ) {
        check_steps(&first, &steps)?;
    }
}
