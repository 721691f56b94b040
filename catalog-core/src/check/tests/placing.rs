//! Which entities paths and facts belong to.

use expect_test::{Expect, expect};

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(base: &str, head: &str, changed: &str, expected: Expect) {
    let case = Case::new(base, head, changed);
    expected.assert_eq(&placed(&case.check()));
}

const SHOP: &str = "
    manifest catalog-info.yaml
    system:shop
    manifest services/web/catalog-info.yaml
    component:web -> component:api
    manifest services/api/catalog-info.yaml
    component:api
    manifest services/api/.backstage/more.yaml
    resource:cache
    manifest teams.yaml
    group:shop
";

#[test]
fn the_nearest_manifest_owns_a_path() {
    check(
        SHOP,
        SHOP,
        "M services/web/src/main.rs
         M services/api/Cargo.toml
         M README.md
         M services/webby/x",
        expect![[r#"
            component:api: nearest-manifest [1]
            component:web: nearest-manifest [0]
            resource:cache: nearest-manifest [1]
            system:shop: nearest-manifest [2 3]"#]],
    );
}

#[test]
fn a_path_below_no_manifest_is_listed() {
    check(
        "manifest services/web/catalog-info.yaml
         component:web",
        "manifest services/web/catalog-info.yaml
         component:web",
        "M services/web/a b\"c
         M docs/x
         S vendored",
        expect![[r#"
            component:web: nearest-manifest [0]
            resource:repository/example/catalog: repository [1 2]
            nobody's: [1 2]"#]],
    );
}

#[test]
fn what_names_its_code_is_not_placed_by_its_manifest() {
    let locations = "
        manifest entities/all.yaml
        component:web code /web/**
        component:proto code **/*.proto
        component:app annotation backstage.io/source-location=dir:../app
        component:there annotation backstage.io/source-location=dir:/there/src/
        component:plain
    ";
    check(
        locations,
        locations,
        "M web/a.rs
         M app/deep/a.proto
         M there/src/x
         M there/x
         M entities/notes",
        expect![[r#"
            component:app: source-location [1]
            component:plain: nearest-manifest [4]
            component:proto: code-location [1]
            component:there: source-location [2]
            component:web: code-location [0]
            resource:repository/example/catalog: repository [3]
            nobody's: [3]"#]],
    );
}

#[test]
fn an_entity_of_another_repository_may_lie_in_this_one() {
    let both = "
        repository github.com/acme/shop
        manifest catalog-info.yaml
        component:shop
        repository github.com/acme/catalog
        component:web annotation backstage.io/source-location=url:https://github.com/acme/shop/tree/main/web/
        component:pay annotation github.com/project-slug=acme/shop
        component:other annotation github.com/project-slug=acme/workshop
        component:far annotation backstage.io/source-location=url:https://github.com/acme/workshop/tree/main/web/
    ";
    let mut case = Case::new(both, both, "M web/a.rs\nM x");
    case.repository = sketch::repository_id("github.com/acme/shop");
    expect![[r#"
        component:pay: source-location [1]
        component:shop: nearest-manifest [1]
        component:web: source-location [0]"#]]
    .assert_eq(&placed(&case.check()));
    case.repository = sketch::repository_id("github.com/acme/catalog");
    case.paths = paths("M web/a.rs");
    expect![[r#"
        resource:repository/github.com/acme/catalog: repository [0]
        nobody's: [0]"#]]
    .assert_eq(&placed(&case.check()));
}

#[test]
fn a_manifest_changes_what_it_says_something_else_of() {
    check(
        "component:a\ncomponent:b title Bee\ncomponent:c",
        "component:a tier 1\ncomponent:b title Bees\ncomponent:c",
        "M catalog-info.yaml",
        expect![[r#"
            component:a: facts-changed, manifest-changed [0]
            component:b: manifest-changed [0]"#]],
    );
    // A line more above changes nothing.
    check("component:a title A", "\n\ncomponent:a title A", "M catalog-info.yaml", expect![""]);
}

#[test]
fn a_manifest_that_moves_says_the_same() {
    check(
        "manifest a.yaml\ncomponent:a title A",
        "manifest b/c.yaml\ncomponent:a title A",
        "R a.yaml b/c.yaml",
        expect![""],
    );
}

#[test]
fn entities_come_and_go_and_need_something_else() {
    check(
        "component:old\ncomponent:web -> component:api\ncomponent:api\ncomponent:db",
        "component:new\ncomponent:web -> component:api\ncomponent:api\ncomponent:db <- component:api",
        "M catalog-info.yaml",
        expect![[r#"
            component:api: needs-changed
            component:db: facts-changed
            component:new: added, manifest-changed [0]
            component:old: removed, manifest-changed [0]"#]],
    );
}

#[test]
fn a_path_is_bytes() {
    let mut case = Case::new(SHOP, SHOP, "");
    case.paths = vec![
        ChangedPath::new(&b"services/web/\xff\xfe"[..], PathStatus::Added),
        ChangedPath::new(&b"\xff/a\nb"[..], PathStatus::Deleted),
        ChangedPath::new(&b""[..], PathStatus::Modified),
    ];
    expect![[r#"
        component:web: nearest-manifest [0]
        system:shop: nearest-manifest [1 2]"#]]
    .assert_eq(&placed(&case.check()));
}

#[test]
fn a_repository_that_was_never_read_decides_nothing() {
    let mut case = Case::new(SHOP, SHOP, "M a");
    case.repository = sketch::repository_id("example/nowhere");
    let check = case.check();
    assert!(check.unknowns.is_undecided() && check.changed.is_empty());
    assert_eq!(check.unplaced, [0]);
}

#[test]
fn no_paths_and_no_facts_are_quiet() {
    let case = Case::new(SHOP, SHOP, "");
    assert!(case.check().is_quiet() && case.check_of(&case.base, &case.base).is_quiet());
    let case = Case::new(SHOP, SHOP, "M services/web/x");
    assert!(case.check().is_quiet(), "nothing needs it");
    let case = Case::new(SHOP, SHOP, "M services/api/x");
    assert!(!case.check().is_quiet(), "something needs it");
}

#[test]
fn what_a_file_keeps_on_its_shelf_is_found_as_what_was_built() {
    use crate::graph::{GraphFile, GraphOrigin};
    let both = "
        repository github.com/acme/shop
        manifest catalog-info.yaml
        component:shop
        repository github.com/acme/catalog
        component:cased annotation backstage.io/source-location=url:https://github.com/Acme/Shop/tree/main/web/
        component:web annotation backstage.io/source-location=url:https://github.com/acme/shop/tree/main/web/
        component:pay annotation github.com/project-slug=acme/shop
        component:other annotation github.com/project-slug=acme/workshop
    ";
    let mut case = Case::new(both, both, "M web/a.rs\nM x");
    case.repository = sketch::repository_id("github.com/acme/shop");
    let of_built = placed(&case.check());
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("graph");
    GraphFile::write(&place, &case.base, &GraphOrigin::default()).expect("it is written");
    let copied = GraphFile::open(&place).and_then(|file| file.read()).expect("it is sound");
    assert_eq!(placed(&case.check_of(&copied, &copied)), of_built);
    // An address in other letters than the repository's own, or small ones, is not looked for.
    expect![[r#"
        component:pay: source-location [1]
        component:shop: nearest-manifest [1]
        component:web: source-location [0]"#]]
    .assert_eq(&of_built);
}

#[test]
fn ten_thousand_paths_and_a_path_of_ten_thousand_folders_are_placed() {
    let mut entities = String::new();
    for number in 0..200 {
        entities += &format!("manifest s{number}/catalog-info.yaml\ncomponent:c{number}\n");
    }
    let mut case = Case::new(&entities, &entities, "");
    let path = |number: usize| {
        ChangedPath::new(format!("s{}/f{number}", number % 200).as_bytes(), PathStatus::Modified)
    };
    case.paths = (0..10_000).map(path).collect();
    case.paths.push(ChangedPath::new("s7/".repeat(10_000).as_bytes(), PathStatus::Added));
    let check = case.check();
    assert_eq!((check.changed.len(), check.unplaced.len()), (200, 0));
    assert_eq!(check.changed.iter().flat_map(|of| &of.reasons[0].paths).count(), 10_001);
}

#[test]
fn a_file_belongs_to_the_manifest_of_its_build() {
    let shop = "
        manifest catalog-info.yaml
        system:shop
        manifest services/web/deploy/catalog-info.yaml
        component:web
    ";
    let mut case = Case::new(shop, shop, "M services/web/src/main.rs\nM services/api/main.rs");
    case.build_roots.insert("services/web".into(), "services/web/deploy".into());
    expect![[r#"
        component:web: build-root [0]
        system:shop: nearest-manifest [1]"#]]
    .assert_eq(&placed(&case.check()));
}

#[test]
fn an_api_that_is_defined_otherwise_is_changed() {
    let mut case = Case::new("api:x\ncomponent:a -> api:x", "api:x\ncomponent:a -> api:x", "");
    case.redefined.push(sketch::entity_ref("api:x"));
    expect!["api:x: definition-changed"].assert_eq(&placed(&case.check()));
}
