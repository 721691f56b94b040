//! Every word of a sketch, and what a mistake says.

use std::panic::catch_unwind;

use super::*;
use crate::model::{Declaration, Field, Position, RelationEnd, RelationKind, Strength};

fn declaration(sketch: &str) -> Declaration {
    let mut repositories = repositories(sketch);
    let document = repositories.remove(0).manifests.remove(0).documents.remove(0);
    document.declaration.expect("every document of a sketch declares")
}

fn check_wrong(sketch: &str, expected: &str) {
    let panic = catch_unwind(|| repositories(sketch)).expect_err("the sketch is wrong");
    let message = panic.downcast_ref::<String>().expect("a panic with a text");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn values_are_read_where_they_stand() {
    let web = declaration(
        "
        component:Shop/Web tier 1 type service lifecycle production  # the rest is a comment
        component:Shop/Web title \"The web # 1\" description d tag a,b slo 99.9 data pii
        component:shop/web label zone=a annotation chat=#shop email a@example.com
        ",
    );
    assert_eq!(web.entity, entity_ref("component:shop/web"));
    assert_eq!((&*web.spelling.kind, &*web.spelling.name), ("Component", "Web"));
    assert_eq!(web.position, Position::new(2, 9));
    assert_eq!(web.tier.map(|tier| (tier.value.number(), tier.position)), Some((1, Position::new(2, 33))));
    assert_eq!(web.title.map(|title| title.value), Some("The web # 1".into()));
    assert_eq!(web.tags.len(), 2);
    assert_eq!(&*web.objectives[0].value.target, "99.9");
    assert_eq!(&*web.annotations[0].1.value, "#shop");
    assert_eq!(web.profile.and_then(|profile| profile.email), Some("a@example.com".into()));
}

#[test]
fn every_arrow_and_verb_is_its_field() {
    let cases = [
        ("->", Field::DependsOn, RelationKind::DependsOn, RelationEnd::From),
        ("<-", Field::DependencyOf, RelationKind::DependsOn, RelationEnd::To),
        ("~>", Field::Needs, RelationKind::DependsOn, RelationEnd::From),
        ("!>", Field::Needs, RelationKind::DependsOn, RelationEnd::From),
        ("any>", Field::Needs, RelationKind::DependsOn, RelationEnd::From),
        ("consumes", Field::ConsumesApis, RelationKind::ConsumesApi, RelationEnd::From),
        ("provides", Field::ProvidesApis, RelationKind::ProvidesApi, RelationEnd::From),
        ("in", Field::DeployedTo, RelationKind::DeployedTo, RelationEnd::From),
        ("owner", Field::Owner, RelationKind::OwnedBy, RelationEnd::From),
        ("system", Field::System, RelationKind::PartOf, RelationEnd::From),
        ("partof", Field::SubcomponentOf, RelationKind::PartOf, RelationEnd::From),
        ("domain", Field::Domain, RelationKind::PartOf, RelationEnd::From),
        ("members", Field::Members, RelationKind::MemberOf, RelationEnd::To),
        ("memberof", Field::MemberOf, RelationKind::MemberOf, RelationEnd::From),
        ("parent", Field::Parent, RelationKind::ChildOf, RelationEnd::From),
        ("children", Field::Children, RelationKind::ChildOf, RelationEnd::To),
    ];
    for (word, field, kind, subject) in cases {
        let relations = declaration(&format!("x:a {word} x:b x:c")).relations;
        let read: Vec<_> = relations.iter().map(|of| (of.field, of.kind, of.subject)).collect();
        assert_eq!(read, [(field, kind, subject); 2], "{word}");
    }
}

#[test]
fn each_list_of_alternatives_is_a_group() {
    let relations = declaration("x:a any> x:b x:c any> x:d x:e\nx:a any> x:f -> x:g").relations;
    let groups: Vec<_> = relations.iter().map(|of| of.terms.as_ref()?.any_of).collect();
    assert_eq!(groups, [Some(0), Some(0), Some(1), Some(1), Some(2), None]);
}

#[test]
fn limits_of_calls_stand_behind_their_arrow() {
    let relations = declaration("x:a ~> timeout 300 retries 2 x:b x:c -> endpoint /d x:d -> x:e").relations;
    let terms = |of: usize| relations[of].terms.as_deref();
    for of in [0, 1] {
        let limits = terms(of).map(|terms| (terms.timeout_ms, terms.retries, terms.strength));
        assert_eq!(limits, Some((Some(300), Some(2), Some(Strength::Soft))));
    }
    assert_eq!(terms(2).and_then(|terms| terms.endpoint.as_deref()), Some("/d"));
    assert_eq!(terms(3), None);
}

#[test]
fn repositories_and_manifests_can_be_left_and_taken_up_again() {
    let drawn = repositories(
        "
        component:first
        repository a/a
        manifest z.yaml
        component:z
        manifest b.yaml stale
        component:b
        codeowners
          *  @acme/all
        component:b title B
        repository example/catalog
        component:second
        ",
    );
    let shown: Vec<String> = drawn
        .iter()
        .map(|of| {
            let paths: Vec<&str> = of.manifests.iter().map(|manifest| &*manifest.path).collect();
            format!("{} {}", of.head.id, paths.join(" "))
        })
        .collect();
    assert_eq!(shown, ["example/catalog catalog-info.yaml", "a/a CODEOWNERS b.yaml z.yaml"]);
    assert_eq!(drawn[0].manifests[0].documents.len(), 2);
    assert!(drawn[1].manifests[1].stale.is_some());
    assert_eq!(drawn[1].manifests[1].documents.len(), 1);
}

#[test]
fn a_history_is_of_the_repository_that_is_drawn() {
    let drawn = repositories(
        "
        repository a/a
        history since 30 shallow
          . ann@example.com 2 5
          src bob@example.com 3 90 \"Bob B\"
          src ann@example.com 1 0
        component:a code src/**
        repository a/b
        component:b
        ",
    );
    let history = drawn[0].history.as_ref().expect("it is drawn");
    let authors: Vec<_> = history.authors.iter().map(|of| (&*of.name, of.commits)).collect();
    assert_eq!(authors, [("ann", 3), ("Bob B", 3)]);
    let areas: Vec<_> = history.areas.iter().map(|of| (&*of.path, of.commits, of.weight)).collect();
    assert_eq!(areas, [("", 2, 1_944_446), ("src", 4, 2_500_000)]);
    assert_eq!(history.extent.name(), "shallow");
    assert!(drawn[1].history.is_none());
}

#[test]
fn a_mistake_is_told_with_its_line() {
    check_wrong("component:a\nrepositry a/b", "line 2 of the sketch, `repositry a/b`");
    check_wrong("component:a -> b", "expected an entity after `->`");
    check_wrong("component:a tier 5", "a tier is a number from 0 to 4");
    check_wrong("component:a -> timeout soon component:b", "a timeout is a number of milliseconds");
    check_wrong("component:a -> retries -1 component:b", "retries are a number");
    check_wrong("component:a colour red", "`colour` is no word of a sketch");
    check_wrong("history since soon", "expected a number");
    check_wrong("history\n  . ann", "line 2 of the sketch");
    check_wrong("component:a title", "instead of `title`");
    check_wrong("component:a title \"A", "a quotation mark is not closed");
    check_wrong("component:a label b", "expected `key=value`");
    check_wrong("codeowners\n  * nobody", "line 2 of the sketch");
}
