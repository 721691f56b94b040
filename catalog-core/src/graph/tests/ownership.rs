//! Who owns what: by declaration, by path rule, and by which name.

use expect_test::expect;

use super::*;
use crate::model::{
    ContentId, FoundBy, Manifest, ManifestFormat, OwnerName, PathDialect, PathRule, PathRules, Position,
};

/// The owner and the claims of every entity that has one.
fn owners(graph: &CatalogGraph) -> String {
    let mut text = String::new();
    for entity in graph.entities() {
        let Some(owner) = entity.owner() else {
            assert!(entity.ownership_claims().is_empty(), "{entity:?} has a claim and no owner");
            continue;
        };
        let claims = entity.ownership_claims();
        assert_eq!(&claims[0].owner, owner.name(), "the first claim names the owner of {entity:?}");
        assert!(owner.owned().any(|owned| owned == entity), "{owner:?} owns {entity:?}");
        let claims: Vec<String> = claims
            .iter()
            .map(|claim| {
                let written = claim.written.as_ref().map(|name| format!(" as {name}")).unwrap_or_default();
                format!("{}{written} at {}", claim.ground.name(), claim.origin)
            })
            .collect();
        text += &format!("{}: {} {}\n", entity.name().short(), owner.name().short(), claims.join(", "));
    }
    text
}

#[test]
fn a_declared_owner_comes_before_the_one_of_the_path() {
    check(
        "
        codeowners
          *  @acme/platform @zoe
        component:web owner group:shop
        component:api
        group:shop
        user:zoe
        location:all
        template:new
        ",
        owners,
        &expect![[r#"
            component:api: group:platform path-rule as @acme/platform at example/catalog:CODEOWNERS:3, path-rule as @zoe at example/catalog:CODEOWNERS:3
            component:web: group:shop declared at example/catalog:catalog-info.yaml:4, path-rule as @acme/platform at example/catalog:CODEOWNERS:3, path-rule as @zoe at example/catalog:CODEOWNERS:3
            resource:repository/example/catalog: group:platform path-rule as @acme/platform at example/catalog:CODEOWNERS:3, path-rule as @zoe at example/catalog:CODEOWNERS:3
        "#]],
    );
}

/// The declared groups and people, each with its members and how many declarations it has.
fn members(graph: &CatalogGraph) -> String {
    let mut text = String::new();
    for entity in graph.entities().filter(|entity| matches!(entity.name().kind(), "group" | "user")) {
        let members: Vec<String> = entity.members().map(|member| member.name().short()).collect();
        let place = entity.declaration().map(|of| of.origin().to_string()).unwrap_or_default();
        let count = entity.declarations().count();
        text += &format!("{} [{}] {count} at {place}\n", entity.name().short(), members.join(" "));
    }
    for diagnostic in graph.diagnostics() {
        text += &format!("{}\n", diagnostic.diagnostic.message);
    }
    text
}

#[test]
fn a_host_adds_to_what_a_manifest_says_of_a_team_and_of_a_person() {
    check(
        "
        repository github.com/acme
        host teams
        group:shop members user:ann user:bob slug acme/shop
        host people
        user:ann login ann
        user:bob login bob
        repository github.com/acme/org
        group:shop
        user:ann
        ",
        members,
        &expect![[r#"
            group:shop [user:ann user:bob] 2 at github.com/acme/org:catalog-info.yaml:9
            user:ann [] 2 at github.com/acme/org:catalog-info.yaml:10
            user:bob [] 1 at github.com/acme:people:7
        "#]],
    );
}

#[test]
fn a_team_of_a_host_is_the_group_that_carries_its_name() {
    check(
        "
        repository github.com/acme
        host teams
        group:pay members user:ann-a parent group:all slug acme/pay
        group:all slug acme/all
        group:ops members user:ann-a slug acme/ops
        host people
        user:ann-a login ann-a
        repository github.com/acme/org
        group:team-payments slug @Acme/Pay
        group:team-operations slug ops
        user:ann login ann-a
        ",
        members,
        &expect![[r#"
            group:all [] 1 at github.com/acme:teams:5
            group:team-operations [user:ann] 2 at github.com/acme/org:catalog-info.yaml:11
            group:team-payments [user:ann] 2 at github.com/acme/org:catalog-info.yaml:10
            user:ann [] 2 at github.com/acme/org:catalog-info.yaml:12
        "#]],
    );
}

#[test]
fn teams_of_one_name_in_two_organisations_are_told_apart_by_their_slug() {
    check(
        "
        repository github.com/acme
        host teams
        group:web members user:ann slug acme/web
        host people
        user:ann login ann
        repository github.com/beta
        host teams
        group:web members user:bob slug beta/web
        host people
        user:ann login ann
        user:bob login bob
        ",
        members,
        &expect![[r#"
            group:web [user:ann] 2 at github.com/acme:teams:4
            user:ann [] 2 at github.com/acme:people:6
            user:bob [] 1 at github.com/beta:people:12
            entity `group:web` is declared here and in github.com/acme:teams:4; the latter stands, being the first by repository and path
        "#]],
    );
}

#[test]
fn the_last_rule_that_matches_decides_also_one_without_owners() {
    check(
        "
        codeowners
          *           @acme/all
          /a/         @acme/a
          /a/inner/
        manifest a/catalog-info.yaml
        component:a
        manifest a/inner/catalog-info.yaml
        component:inner
        manifest b/catalog-info.yaml
        component:b
        ",
        owners,
        &expect![[r#"
            component:a: group:a path-rule as @acme/a at example/catalog:CODEOWNERS:4
            component:b: group:all path-rule as @acme/all at example/catalog:CODEOWNERS:3
            resource:repository/example/catalog: group:all path-rule as @acme/all at example/catalog:CODEOWNERS:3
        "#]],
    );
}

#[test]
fn the_first_of_several_ownership_files_rules() {
    check(
        "
        codeowners docs/CODEOWNERS
          * @acme/docs
        codeowners .github/CODEOWNERS
          * @acme/github
        component:web
        ",
        owners,
        &expect![[r#"
            component:web: group:github path-rule as @acme/github at example/catalog:.github/CODEOWNERS:5
            resource:repository/example/catalog: group:github path-rule as @acme/github at example/catalog:.github/CODEOWNERS:5
        "#]],
    );
}

#[test]
fn a_declared_repository_is_owned_as_a_whole_wherever_its_manifest_lies() {
    check(
        "
        codeowners
          *              @acme/platform
          /opslevel.yml  @acme/tools
        manifest opslevel.yml
        resource:repository/example/catalog type repository tier 2
        repository acme/owned
        codeowners
          *              @acme/platform
          /opslevel.yml  @acme/tools
        manifest opslevel.yml
        resource:repository/acme/owned type repository owner group:shop
        manifest services/opslevel.yml
        resource:default/acme/owned
        ",
        owners,
        &expect![[r#"
            resource:default/acme/owned: group:platform path-rule as @acme/platform at acme/owned:CODEOWNERS:9
            resource:repository/acme/owned: group:shop declared at acme/owned:opslevel.yml:12, path-rule as @acme/platform at acme/owned:CODEOWNERS:9
            resource:repository/example/catalog: group:platform path-rule as @acme/platform at example/catalog:CODEOWNERS:3
        "#]],
    );
}

#[test]
fn of_several_declared_owners_the_first_by_place_answers() {
    check(
        "component:web owner group:z group:a",
        owners,
        &expect![[r#"
            component:web: group:z declared at example/catalog:catalog-info.yaml:1, declared at example/catalog:catalog-info.yaml:1
        "#]],
    );
}

#[test]
fn names_in_ownership_files_mean_who_carries_them() {
    let graph = sketch::graph(
        "
        group:checkout slug acme/shop email Shop@Example.com
        group:bare slug @Just-Team
        group:first slug acme/both
        group:second slug acme/both
        user:ann login Ann-A email ann@example.com
        component:web slug acme/web email web@example.com
        ",
    );
    let check = |written: &str, expected: &str| {
        let name = OwnerName::new(written).expect("the name has a shape");
        assert_eq!(graph.owner_by_name(&name), Some(entity_ref(expected)), "{written}");
    };
    check("@acme/Shop", "group:checkout");
    check("@other/shop", "group:shop");
    check("@acme/just-team", "group:bare");
    check("@acme/both", "group:first");
    check("@acme/nobody", "group:nobody");
    check("@ann-a", "user:ann");
    check("@Bob", "user:bob");
    check("ANN@example.com", "user:ann");
    check("shop@example.com", "group:checkout");
    check("else@example.com", "user:else@example.com");
    check("web@example.com", "user:web@example.com");
    check("@acme/web", "group:web");
}

#[test]
fn a_rule_of_a_stale_file_is_quoted_with_its_commit() {
    let graph = sketch::graph("codeowners CODEOWNERS stale\n  * @acme/shop\ncomponent:web");
    let claims = entity(&graph, "component:web").ownership_claims();
    assert_eq!(claims[0].origin.commit, Some(sketch::EARLIER_COMMIT));
    let rules = graph.repositories().next().and_then(RepositoryView::path_rules);
    assert!(rules.is_some_and(|rules| rules.staleness().is_some()));
}

#[test]
fn members_and_owned_are_in_order() {
    let graph = sketch::graph(
        "
        group:shop members user:zoe user:ann group:below
        user:bob memberof group:shop
        component:z owner group:shop
        component:a owner group:shop
        ",
    );
    let shop = entity(&graph, "group:shop");
    assert_eq!(names(shop.members()), "group:below user:ann user:bob user:zoe");
    assert_eq!(names(shop.owned()), "component:a component:z");
}

/// An OWNERS file of Prow; without approvers one that could not be read.
fn owners_file(path: &str, approvers: &[&str]) -> Manifest {
    let owners = approvers.iter().filter_map(|name| OwnerName::in_dialect(PathDialect::Prow, name)).collect();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rules = PathRules {
        folder: folder.into(),
        ..PathRules::new(PathDialect::Prow, vec![PathRule::new(".*", owners, Position::START)])
    };
    Manifest {
        path: path.into(),
        format: ManifestFormat::Owners,
        found_by: FoundBy::Name,
        content: ContentId([0; 20]),
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: Vec::new(),
        path_rules: (!approvers.is_empty()).then_some(rules),
        stale: None,
        diagnostics: Vec::new(),
    }
}

fn check_owners_files(sketch: &str, files: &[(&str, &[&str])], expected: &str) {
    let mut repositories = sketch::repositories(sketch);
    repositories[0].manifests.extend(files.iter().map(|(path, approvers)| owners_file(path, approvers)));
    let graph = sketch::graph_of(repositories);
    let web = entity(&graph, "component:web");
    let claims = web.ownership_claims();
    let claims: Vec<&str> =
        claims.iter().filter_map(|claim| Some(claim.written.as_ref()?.as_str())).collect();
    let owner = web.owner().map_or("nobody".into(), |owner| owner.name().short());
    let unread: Vec<&str> = web
        .repository()
        .into_iter()
        .flat_map(|of| of.unread_ownership_files("web/catalog-info.yaml"))
        .collect();
    assert_eq!(format!("{owner}: {}; unread {}", claims.join(" "), unread.join(" ")), expected);
}

#[test]
fn the_nearest_owners_file_comes_first_and_codeowners_before_all() {
    let web = "repository a/b\nmanifest web/catalog-info.yaml\ncomponent:web";
    check_owners_files(
        web,
        &[("OWNERS", &["root"]), ("web/OWNERS", &["near", "root"])],
        "user:near: near root root; unread ",
    );
    check_owners_files(
        web,
        &[("web/OWNERS", &[]), ("OWNERS", &["root"])],
        "user:root: root; unread web/OWNERS",
    );
    check_owners_files(web, &[("OWNERS", &[]), ("other/OWNERS", &[])], "nobody: ; unread OWNERS");
    check_owners_files(web, &[("other/OWNERS", &["other"])], "nobody: ; unread ");
    let both = "repository a/b\ncodeowners CODEOWNERS\n  * @acme/shop\nmanifest web/catalog-info.yaml\ncomponent:web";
    check_owners_files(both, &[("web/OWNERS", &["near"])], "group:shop: @acme/shop; unread ");
}
