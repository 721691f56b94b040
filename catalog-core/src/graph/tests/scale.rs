//! Depth: what would overflow the stack if anything here called itself.

use super::*;
use crate::model::{
    ContentId, Declaration, DeclaredRelation, Document, Field, FoundBy, Manifest, ManifestFormat, Position,
    RelationClass, RelationKind, RepositoryDeclarations, RepositoryHead, RepositoryStatus, Revision,
    Spelling,
};

const LENGTH: u32 = 200_000;

/// `LENGTH` entities of which each needs the next; in a cycle the last needs the first.
fn long(is_cycle: bool) -> CatalogGraph {
    let name = |number: u32| {
        EntityRef::new("component", "default", &format!("n{number:06}")).expect("the name is valid")
    };
    let document = |number: u32| {
        let position = Position::new(number + 1, 1);
        let spelling =
            Spelling { kind: "Component".into(), namespace: None, name: name(number).name().into() };
        let mut declaration = Declaration::new(name(number), spelling, position);
        if is_cycle || number + 1 < LENGTH {
            declaration.relations.push(DeclaredRelation {
                field: Field::DependsOn,
                kind: RelationKind::DependsOn,
                subject: RelationEnd::From,
                other: name((number + 1) % LENGTH),
                position,
                class: RelationClass::Declared,
                terms: None,
            });
        }
        Document {
            index: number,
            position,
            strict: true,
            problems: Vec::new(),
            declaration: Some(declaration),
            stale: None,
        }
    };
    let manifest = Manifest {
        path: "catalog-info.yaml".into(),
        format: ManifestFormat::Backstage,
        found_by: FoundBy::Name,
        content: ContentId([0; 20]),
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: (0..LENGTH).map(document).collect(),
        path_rules: None,
        stale: None,
        diagnostics: Vec::new(),
    };
    let head = RepositoryHead {
        id: sketch::repository_id("example/long"),
        address: "https://git.example.com/example/long".into(),
        commit: None,
        committed_at: None,
        observed_at: None,
        status: RepositoryStatus::Read,
        reader: 0,
    };
    let mut builder = GraphBuilder::new();
    builder.add(RepositoryDeclarations {
        head,
        manifests: vec![manifest],
        diagnostics: Vec::new(),
        tombstones: Vec::new(),
        history: None,
    });
    builder.build(Revision(1))
}

fn check_long(is_cycle: bool) {
    let graph = long(is_cycle);
    let (first, last) =
        (entity(&graph, "component:n000000").index(), entity(&graph, "component:n199999").index());
    let all = ReachLimits::default();
    let reach = graph.needs().reach(&[last], Direction::Dependents, all);
    assert_eq!(reach.reached.len(), LENGTH as usize - 1);
    let furthest = reach.reached.last().expect("something was reached");
    assert_eq!((furthest.entity, furthest.distance), (first, LENGTH - 1));
    assert!(reach.reached.iter().all(|of| of.is_hard));
    let back = graph.needs().reach(&[first], Direction::Dependencies, all);
    assert_eq!(back.reached.len(), LENGTH as usize - 1);
    let sizes: Vec<usize> = graph.cycles().iter().map(Vec::len).collect();
    assert_eq!(sizes, if is_cycle { vec![LENGTH as usize] } else { Vec::new() });
}

#[test]
fn a_long_chain_is_followed_to_its_end() {
    check_long(false);
}

#[test]
fn a_long_cycle_is_gone_round_once() {
    check_long(true);
}
