//! Manifests that turn bad, crawl after crawl: the rows W01 to W11 of the reliability programme and more.

use expect_test::expect;

use super::tests::{FILE, SHOP, check, check_replaced, commit_entries, commit_only};
use crate::crawl::harness::World;

#[test]
fn w01_a_manifest_that_does_not_parse_keeps_its_last_good_version() {
    check(
        &[&[(FILE, "entity a\nowner x")], &[(FILE, "broken")], &[("other", "1")]],
        expect![[r#"
        acme/shop
          catalog-info.yaml by name stale invalid since 200 of an earlier commit
            a [x]
            manifest-stale: the file cannot be read any more; what that commit said is kept
    "#]],
    );
}

#[test]
fn a_kept_version_stays_stale_since_it_first_was() {
    check(
        &[&[(FILE, "entity a\nowner x")], &[(FILE, "broken")], &[(FILE, "broken\nbroken")]],
        expect![[r#"
            acme/shop
              catalog-info.yaml by name stale invalid since 200 of an earlier commit
                a [x]
                manifest-stale: the file cannot be read any more; what that commit said is kept
        "#]],
    );
}

#[test]
fn a_manifest_that_is_good_again_is_fresh() {
    check(
        &[&[(FILE, "entity a\nowner x")], &[(FILE, "broken")], &[(FILE, "entity a")]],
        expect![[r#"
        acme/shop
          catalog-info.yaml by name
            a []
    "#]],
    );
}

#[test]
fn w02_a_document_whose_name_is_lost_keeps_its_last_good_version() {
    check(
        &[&[(FILE, "entity a\nowner x")], &[(FILE, "nameless")], &[(FILE, "nameless\nentity b")]],
        expect![[r#"
            acme/shop
              catalog-info.yaml by name
                ?
                b []
                a [x] stale invalid since 200 of an earlier commit
                manifest-stale: a part of the file cannot be read any more; what was read earlier of `component:default/a` is kept
        "#]],
    );
}

#[test]
fn fields_that_cannot_be_read_keep_their_last_good_values() {
    check(
        &[
            &[(FILE, "entity a\ntitle T\nowner x")],
            &[(FILE, "entity a\ntitle U\nunread owner")],
            &[(FILE, "entity a\nunread title\nunread owner")],
        ],
        expect![[r#"
            acme/shop
              catalog-info.yaml by name
                a "U" [x] stale invalid since 200 of an earlier commit
                manifest-stale: a part of the file cannot be read any more; what was read earlier of `component:default/a` is kept
        "#]],
    );
}

#[test]
fn first_sight_of_something_broken_invents_nothing() {
    check(
        &[&[(FILE, "broken"), ("x/catalog-info.yaml", "entity a\nunread owner")]],
        expect![[r#"
        acme/shop
          catalog-info.yaml by name
          x/catalog-info.yaml by name
            a []
    "#]],
    );
}

#[test]
fn w03_and_w04_what_is_removed_or_emptied_goes() {
    check_replaced(
        &[(FILE, "entity a"), ("x.catalog-info.yaml", "entity b"), ("y.catalog-info.yaml", "entity c")],
        |repository| {
            commit_entries(
                repository,
                &[("x.catalog-info.yaml", "", 0o100_644), (FILE, "entity a", 0o100_644)],
            );
        },
        expect![[r#"
            acme/shop
              gone b of x.catalog-info.yaml at 200
              gone c of y.catalog-info.yaml at 200
              catalog-info.yaml by name
                a []
              x.catalog-info.yaml by name
        "#]],
    );
}

#[test]
fn w05_a_manifest_over_its_limit_keeps_its_last_good_version() {
    let mut world = World::new();
    world.limits.manifest.bytes_max = 20;
    world.commit(&[(FILE, "entity a"), ("at.catalog-info.yaml", "entity b\ntitle 12345")]);
    world.crawl(&[SHOP]);
    world.commit(&[(FILE, "entity a\ntitle 123456"), ("new.catalog-info.yaml", "entity c\ntitle 123456")]);
    world.crawl(&[SHOP]);
    expect![[r#"
        acme/shop
          at.catalog-info.yaml by name
            b "12345" []
          catalog-info.yaml by name stale refused since 200 of an earlier commit
            a []
            manifest-too-large: `catalog-info.yaml` is 21 bytes, over the limit `manifest.bytes_max` of 20
            manifest-stale: the file cannot be read any more; what that commit said is kept
          new.catalog-info.yaml by name
            manifest-too-large: `new.catalog-info.yaml` is 21 bytes, over the limit `manifest.bytes_max` of 20
    "#]]
    .assert_eq(&world.shown());
}

#[test]
fn w06_a_broken_part_keeps_what_only_it_declared() {
    check(
        &[
            &[(FILE, "entity a\nowner x\nentity b\nowner x")],
            &[(FILE, "entity a\nowner y\nbroken")],
            &[(FILE, "entity a\nowner z\nbroken")],
        ],
        expect![[r#"
            acme/shop
              catalog-info.yaml by name
                a [z]
                b [x] stale invalid since 200 of an earlier commit
                manifest-stale: a part of the file cannot be read any more; what was read earlier of `component:default/b` is kept
        "#]],
    );
}

#[test]
fn w07_a_renamed_entity_replaces_the_old_one() {
    check(
        &[&[(FILE, "entity a")], &[(FILE, "entity b")]],
        expect![[r#"
            acme/shop
              gone a of catalog-info.yaml at 200
              catalog-info.yaml by name
                b []
        "#]],
    );
}

#[test]
fn w08_links_and_submodules_are_never_followed() {
    check_replaced(
        &[(FILE, "entity a"), ("good.yaml", "entity good")],
        |repository| {
            commit_entries(
                repository,
                &[
                    (FILE, "good.yaml", 0o120_000),
                    ("CODEOWNERS", "/etc/passwd", 0o120_000),
                    ("good.yaml", "entity good", 0o100_644),
                    ("sub.catalog-info.yaml", "", 0o160_000),
                ],
            );
        },
        expect![[r#"
            acme/shop
              CODEOWNERS by name
                manifest-is-link: `CODEOWNERS` is a symbolic link, which is never followed; expected a regular file
              catalog-info.yaml by name stale refused since 200 of an earlier commit
                a []
                manifest-is-link: `catalog-info.yaml` is a symbolic link, which is never followed; expected a regular file
                manifest-stale: the file cannot be read any more; what that commit said is kept
              sub.catalog-info.yaml by name
                manifest-is-link: `sub.catalog-info.yaml` is a submodule, which is never followed; expected a regular file
        "#]],
    );
}

#[test]
fn w09_and_w10_head_is_followed_wherever_it_goes() {
    check_replaced(
        &[(FILE, "entity a")],
        |repository| {
            repository.set_head("refs/heads/trunk").expect("HEAD is moved");
            commit_entries(repository, &[(FILE, "entity trunk", 0o100_644)]);
        },
        expect![[r#"
            acme/shop
              gone a of catalog-info.yaml at 200
              catalog-info.yaml by name
                trunk []
        "#]],
    );
}

#[test]
fn w11_a_repository_that_lost_its_branches_keeps_everything() {
    check_replaced(
        &[(FILE, "entity a")],
        |repository| {
            repository
                .find_reference("refs/heads/main")
                .and_then(|mut main| main.delete())
                .expect("main goes");
        },
        expect![[r#"
            acme/shop unreadable
              repository-empty -: the repository has no commits any more; what it said before is kept: push its commits again
              catalog-info.yaml by name
                a []
        "#]],
    );
}

#[test]
fn a_missing_blob_leaves_the_other_files() {
    check_replaced(
        &[(FILE, "entity a"), ("b.catalog-info.yaml", "entity b")],
        |repository| {
            commit_entries(
                repository,
                &[(FILE, "entity lost", 0o100_644), ("b.catalog-info.yaml", "entity c", 0o100_644)],
            );
            let lost =
                git2::Oid::hash_object(git2::ObjectType::Blob, b"entity lost").expect("an id").to_string();
            std::fs::remove_file(repository.path().join("objects").join(&lost[..2]).join(&lost[2..]))
                .expect("it goes");
        },
        expect![[r#"
            acme/shop
              gone b of b.catalog-info.yaml at 200
              b.catalog-info.yaml by name
                c []
              catalog-info.yaml by name stale unreachable since 200 of an earlier commit
                a []
                repository-unreadable: `catalog-info.yaml` could not be read: the repository is damaged: object ea0b2a104ada is missing; `git fsck` tells more
                manifest-stale: the file cannot be read any more; what that commit said is kept
        "#]],
    );
}

#[test]
fn a_folder_that_cannot_be_read_removes_nothing() {
    check_replaced(
        &[("x/catalog-info.yaml", "entity a"), (FILE, "entity b")],
        |repository| {
            let head = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
            let tree_with = |base: Option<&git2::Tree<'_>>, name: &str, id, mode| {
                let mut tree = repository.treebuilder(base).expect("a tree");
                tree.insert(name, id, mode).expect("an entry");
                tree.write().expect("the tree is written")
            };
            let blob = repository.blob(b"entity c").expect("a file");
            let folder = tree_with(None, FILE, blob, 0o100_644);
            let tree = tree_with(Some(&head), "x", folder, 0o040_000);
            let tree = repository.find_tree(tree).expect("a tree");
            let lost = folder.to_string();
            let author =
                git2::Signature::new("Ada", "a@b.c", &git2::Time::new(9_000_000, 0)).expect("a name");
            let parent = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit");
            repository.commit(Some("HEAD"), &author, &author, "m", &tree, &[&parent]).expect("a commit");
            std::fs::remove_file(repository.path().join("objects").join(&lost[..2]).join(&lost[2..]))
                .expect("it goes");
        },
        expect![[r#"
            acme/shop
              history-unreadable -: an earlier commit cannot be read: the repository is damaged: object 6a6eb859a541 is missing; `git fsck` tells more
              repository-unreadable x: the repository is damaged: object 6a6eb859a541 is missing; `git fsck` tells more
              catalog-info.yaml by name
                b []
              x/catalog-info.yaml by name stale unreachable since 200 of an earlier commit
                a []
                manifest-stale: the file cannot be read any more; what that commit said is kept
        "#]],
    );
}

#[test]
fn what_was_out_of_reach_is_fresh_when_it_is_back() {
    let mut world = World::new();
    world.commit(&[(FILE, "entity a"), ("x/catalog-info.yaml", "entity b")]);
    world.crawl(&[SHOP]);
    let blob = git2::Oid::hash_object(git2::ObjectType::Blob, b"entity b").expect("an id").to_string();
    let file = world.path(SHOP).join("objects").join(&blob[..2]).join(&blob[2..]);
    let bytes = std::fs::read(&file).expect("the object");
    std::fs::remove_file(&file).expect("it goes");
    world.limits.tree.depth_max -= 1;
    world.crawl(&[SHOP]);
    let stale = world.shown();
    assert!(stale.contains("stale unreachable since 200"), "{stale}");
    std::fs::write(&file, bytes).expect("it comes back");
    world.commit(&[("README.md", "1")]);
    world.crawl(&[SHOP]);
    let fresh = world.shown();
    assert!(!fresh.contains("stale") && fresh.contains("b []"), "{fresh}");
}

#[test]
fn an_entity_that_moves_or_comes_back_leaves_no_tombstone() {
    let mut world = World::new();
    for files in [[(FILE, "entity a")], [("x/catalog-info.yaml", "entity a")]] {
        commit_only(&world, &files);
        world.crawl(&[SHOP]);
    }
    assert!(!world.shown().contains("gone"), "{}", world.shown());
    commit_only(&world, &[("README.md", "1")]);
    world.crawl(&[SHOP]);
    assert!(world.shown().contains("gone a of x/catalog-info.yaml at 300"), "{}", world.shown());
    commit_only(&world, &[(FILE, "entity a")]);
    world.crawl(&[SHOP]);
    assert!(!world.shown().contains("gone"), "{}", world.shown());
}

#[test]
fn a_tombstone_goes_after_thirty_days() {
    let mut world = World::new();
    commit_only(&world, &[(FILE, "entity a")]);
    world.crawl(&[SHOP]);
    commit_only(&world, &[("README.md", "1")]);
    world.crawl(&[SHOP]);
    assert!(world.shown().contains("gone a of catalog-info.yaml at 200"), "{}", world.shown());
    world.pass_days(31);
    commit_only(&world, &[("README.md", "2")]);
    world.crawl(&[SHOP]);
    assert!(!world.shown().contains("gone"), "{}", world.shown());
}
