//! Names become entities: lookups, placeholders, duplicates, repositories, staleness.

use expect_test::expect;

use super::*;
use crate::model::{RelationKind, StaleReason};

fn diagnostics(graph: &CatalogGraph) -> String {
    let line = |of: &CatalogDiagnostic| {
        let diagnostic = &of.diagnostic;
        format!(
            "{}:{}:{} {} {}\n",
            of.repository,
            diagnostic.path.as_deref().unwrap_or_default(),
            diagnostic.position.line,
            diagnostic.code.name(),
            diagnostic.message,
        )
    };
    graph.diagnostics().iter().map(line).collect()
}

#[test]
fn entities_are_found_by_name_without_regard_to_case() {
    let graph = sketch::graph("component:shop/Web title \"The web\" tier 1 tag a,b");
    let web = entity(&graph, "Component:Shop/WEB");
    assert_eq!(web.kind(), "Component");
    assert_eq!(web.spelled_name(), "Web");
    assert_eq!(web.title(), Some("The web"));
    assert!(web.is_critical());
    assert_eq!(web.tags(), [Box::from("a"), Box::from("b")]);
    assert_eq!(graph.entity_at(web.index()), web);
    assert!(graph.entity(&entity_ref("component:web")).is_none());
    assert!(graph.repository(&sketch::repository_id("example/catalog")).is_some());
    assert!(graph.repository(&sketch::repository_id("example/catalogue")).is_none());
}

#[test]
fn an_empty_catalog_has_nothing() {
    let graph = CatalogGraph::empty();
    assert_eq!(canonical(&graph), "");
    assert_eq!(graph.needs().entity_count(), 0);
    assert!(graph.needs().is_empty());
    assert!(graph.cycles().is_empty());
    assert!(graph.entity(&entity_ref("component:web")).is_none());
}

#[test]
fn a_ref_to_nothing_becomes_a_placeholder_and_is_said() {
    check(
        "
        component:web -> component:undeclared owner group:unknown
        group:shop members user:ann
        ",
        canonical,
        &expect![[r#"
            component:undeclared placeholder
            component:web declared of example/catalog owner group:unknown
              dependsOn component:undeclared hard
              ownedBy group:unknown
              needs component:undeclared hard
            group:shop declared of example/catalog
            group:unknown placeholder
            resource:repository/example/catalog repository of example/catalog
            user:ann placeholder
              memberOf group:shop
            example/catalog unknown-ref `dependsOn` names `component:undeclared`, which no manifest declares
            example/catalog unknown-ref `hasMember` names `user:ann`, which no manifest declares
        "#]],
    );
}

#[test]
fn a_relation_that_both_ends_state_is_one_with_both_places() {
    let graph = sketch::graph(
        "
        component:web -> resource:db
        resource:db <- component:web
        ",
    );
    let web = entity(&graph, "component:web");
    let relations: Vec<Relation<'_>> = web.outgoing().collect();
    assert_eq!(relations.len(), 1);
    let places: Vec<(u32, RelationEnd)> =
        relations[0].sources().map(|source| (source.position().line, source.subject)).collect();
    assert_eq!(places, [(2, RelationEnd::From), (3, RelationEnd::To)]);
    let db = entity(&graph, "resource:db");
    assert_eq!(names(db.related(RelationKind::DependsOn, RelationEnd::To)), "component:web");
    assert_eq!(names(db.related(RelationKind::DependsOn, RelationEnd::From)), "");
    assert_eq!(db.incoming().count(), 1);
}

const DUPLICATES: &str = "
    repository b/b
    component:web title B owner group:b -> resource:only-b
    repository a/a
    manifest z.yaml
    component:web title Z
    manifest a.yaml
    component:other
    component:web title A owner group:a
";

#[test]
fn of_two_declarations_the_first_by_repository_then_path_stands() {
    check(
        DUPLICATES,
        canonical,
        &expect![[r#"
            component:other declared of a/a
            component:web declared of a/a owner group:a
              ownedBy group:a
            group:a placeholder
            resource:repository/a/a repository of a/a
            resource:repository/b/b repository of b/b
            a/a duplicate-entity entity `component:web` is declared here and in a/a:a.yaml:9; the latter stands, being the first by repository and path
            b/b duplicate-entity entity `component:web` is declared here and in a/a:a.yaml:9; the latter stands, being the first by repository and path
        "#]],
    );
}

#[test]
fn declarations_that_do_not_stand_are_kept_in_order() {
    let graph = sketch::graph(DUPLICATES);
    let web = entity(&graph, "component:web");
    let places: Vec<String> =
        web.declarations().map(|declaration| declaration.origin().to_string()).collect();
    assert_eq!(places, ["a/a:a.yaml:9", "a/a:z.yaml:6", "b/b:catalog-info.yaml:3"]);
    let standing: Vec<bool> = web.declarations().map(DeclarationView::stands).collect();
    assert_eq!(standing, [true, false, false]);
    assert_eq!(entity(&graph, "component:other").declarations().count(), 1);
    assert_eq!(entity(&graph, "group:a").declarations().count(), 0);
    assert_eq!(graph.declarations().len(), 4);
    let lists: Vec<String> = graph.repositories().map(|repository| names(repository.entities())).collect();
    assert_eq!(lists, ["component:other component:web", ""]);
}

#[test]
fn what_a_file_says_now_stands_before_what_it_said() {
    let mut repositories = sketch::repositories("component:web title Old stale\ncomponent:api");
    let documents = &mut repositories[0].manifests[0].documents;
    let mut fresh = documents[0].clone();
    fresh.stale = None;
    fresh.index = 2;
    documents.push(fresh);
    documents.rotate_left(1);
    // As a manifest holds them: what it says now, then the `web` that once was its first document.
    let graph = sketch::graph_of(repositories);
    let web = entity(&graph, "component:web");
    let documents: Vec<u32> = web.declarations().map(DeclarationView::document).collect();
    assert_eq!(documents, [2, 0]);
    assert!(web.staleness().is_none());
}

#[test]
fn diagnostics_come_by_repository_path_and_line() {
    check(
        "
        repository b/b
        component:web -> component:y component:x
        repository a/a
        manifest z.yaml
        component:api -> component:x
        manifest a.yaml
        component:job -> component:x component:x
        ",
        diagnostics,
        &expect![[r#"
            a/a:a.yaml:8 unknown-ref `dependsOn` names `component:x`, which no manifest declares
            a/a:a.yaml:8 unknown-ref `dependsOn` names `component:x`, which no manifest declares
            a/a:z.yaml:6 unknown-ref `dependsOn` names `component:x`, which no manifest declares
            b/b:catalog-info.yaml:3 unknown-ref `dependsOn` names `component:y`, which no manifest declares
            b/b:catalog-info.yaml:3 unknown-ref `dependsOn` names `component:x`, which no manifest declares
        "#]],
    );
}

#[test]
fn a_repository_is_a_resource_that_things_can_point_at() {
    let graph = sketch::graph("component:web -> resource:repository/example/catalog");
    let repository = entity(&graph, "resource:repository/example/catalog");
    assert_eq!(repository.standing(), EntityStanding::Repository);
    assert_eq!(repository.entity_type(), Some("repository"));
    assert_eq!(repository.kind(), "Resource");
    let view = graph.repositories().next().expect("the sketch has a repository");
    assert_eq!(view.entity(), Some(repository));
    assert_eq!((view.manifests(), view.catalog_manifests()), (1, 1));
    assert!(graph.diagnostics().is_empty(), "a repository is no unknown name");
}

#[test]
fn a_manifest_may_declare_the_resource_of_a_repository() {
    let graph = sketch::graph("resource:repository/example/catalog type repository title Mine");
    let repository = entity(&graph, "resource:repository/example/catalog");
    assert_eq!(repository.standing(), EntityStanding::Declared);
    assert_eq!(repository.title(), Some("Mine"));
    let view = graph.repositories().next().expect("the sketch has a repository");
    assert_eq!(view.entity(), Some(repository));
    assert_eq!(repository.repository().map(|of| of.id().clone()), Some(view.id().clone()));
    assert!(view.entities().any(|entity| entity == repository));
}

#[test]
fn staleness_is_of_the_document_its_file_or_its_repository() {
    let graph = sketch::graph(
        "
        component:fresh
        component:document stale
        manifest file.yaml stale
        component:file
        repository acme/lost unreadable
        component:repository
        ",
    );
    let reason = |name: &str| entity(&graph, name).staleness().map(|stale| stale.reason);
    let commit = |name: &str| entity(&graph, name).declaration().and_then(|of| of.origin().commit);
    assert_eq!(reason("component:fresh"), None);
    assert_eq!(reason("component:document"), Some(StaleReason::Invalid));
    assert_eq!(reason("component:file"), Some(StaleReason::Invalid));
    assert_eq!(reason("component:repository"), Some(StaleReason::Unreachable));
    assert_eq!(reason("resource:repository/acme/lost"), Some(StaleReason::Unreachable));
    assert_eq!(reason("resource:repository/example/catalog"), None);
    assert_eq!(commit("component:fresh"), Some(sketch::COMMIT));
    assert_eq!(commit("component:document"), Some(sketch::EARLIER_COMMIT));
    assert_eq!(commit("component:repository"), Some(sketch::COMMIT));
}
