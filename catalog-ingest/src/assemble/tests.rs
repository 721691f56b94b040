//! What repositories say after one crawl and after several, over real git repositories.

use expect_test::{Expect, expect};

use crate::crawl::harness::World;

const SHOP: &str = "acme/shop.git";
const FILE: &str = "catalog-info.yaml";

/// Crawls after each of the commits and compares what is known at the end.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(commits: &[&[(&str, &str)]], expected: Expect) {
    let mut world = World::new();
    for files in commits {
        world.commit(files);
        world.crawl(&[SHOP]);
    }
    expected.assert_eq(&world.shown());
}

/// Crawls a first commit, replaces the whole tree by other means, and crawls again.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check_replaced(first: &[(&str, &str)], replace: impl FnOnce(&git2::Repository), expected: Expect) {
    let mut world = World::new();
    world.commit(first);
    world.crawl(&[SHOP]);
    let repository = git2::Repository::open(world.path(SHOP)).expect("the repository opens");
    replace(&repository);
    world.crawl(&[SHOP]);
    expected.assert_eq(&world.shown());
}

/// Commits a tree of one level with entries of any mode.
fn commit_entries(repository: &git2::Repository, entries: &[(&str, &str, i32)]) {
    let mut builder = repository.treebuilder(None).expect("a tree");
    for (name, text, mode) in entries {
        let id = match mode {
            0o160_000 => git2::Oid::hash_object(git2::ObjectType::Commit, text.as_bytes()),
            _ => repository.blob(text.as_bytes()),
        };
        builder.insert(name, id.expect("an object"), *mode).expect("an entry");
    }
    let tree = repository.find_tree(builder.write().expect("a tree")).expect("the tree");
    let author =
        git2::Signature::new("Ada", "ada@example.com", &git2::Time::new(9_000_000, 0)).expect("a name");
    let parent = repository.head().and_then(|head| head.peel_to_commit()).ok();
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &author, &author, "entries", &tree, &parents).expect("a commit");
}

#[test]
fn manifests_are_found_by_name_at_any_depth_but_not_in_vendored_folders() {
    check(
        &[&[
            (FILE, "entity a\nowner x"),
            ("deep/er/api.catalog-info.yml", "entity b"),
            ("vendor/dep/catalog-info.yaml", "entity no"),
            ("web/node_modules/dep/catalog-info.yaml", "entity no"),
            ("third_party/catalog-info.yaml", "entity no"),
            ("README.md", "entity no"),
        ]],
        expect![[r#"
            acme/shop
              catalog-info.yaml by name
                a [x]
              deep/er/api.catalog-info.yml by name
                b []
        "#]],
    );
}

#[test]
fn the_first_codeowners_file_counts_and_the_others_are_named() {
    check(
        &[&[("CODEOWNERS", "* @a"), ("docs/CODEOWNERS", "* @b"), ("docs/x/CODEOWNERS", "* @c")]],
        expect![[r#"
            acme/shop
              codeowners-shadowed docs/CODEOWNERS: `docs/CODEOWNERS` is not read, because `CODEOWNERS` comes first
              CODEOWNERS by name rules
        "#]],
    );
}

#[test]
fn locations_lead_to_files_patterns_and_urls_of_the_same_repository() {
    check(
        &[&[
            (
                FILE,
                "location ./all.yaml\nlocation ./apis/**/*.yaml\nlocation ./gone.yaml\nlocation ../up.yaml",
            ),
            (
                "all.yaml",
                "entity a\nlocation ./all.yaml\nlocation catalog-info.yaml\nlocation https://h.example/acme/shop/blob/main/more.yaml",
            ),
            ("apis/v1/b.yaml", "entity b"),
            ("apis/vendor/no.yaml", "entity no"),
            (
                "more.yaml",
                "entity c\nlocation https://h.example/other/repo/blob/main/x.yaml\nlocation ./apis",
            ),
        ]],
        expect![[r#"
            acme/shop
              all.yaml by location
                a []
                here []
                here []
                here []
              apis/v1/b.yaml by location
                b []
              catalog-info.yaml by name
                here []
                here []
                here []
                here []
                location-missing: the target `./gone.yaml` is not in the repository
                location-elsewhere: the target `../up.yaml` leads out of its repository; it is noted, never fetched
              more.yaml by location
                c []
                here []
                here []
                location-elsewhere: the target `https://h.example/other/repo/blob/main/x.yaml` is in another repository; it is noted, never fetched
                location-missing: the target `./apis` is a folder, expected a file
        "#]],
    );
}

#[test]
fn a_new_file_that_an_old_pattern_matches_is_found() {
    check(
        &[&[(FILE, "location ./apis/*.yaml"), ("apis/a.yaml", "entity a")], &[("apis/b.yaml", "entity b")]],
        expect![[r#"
            acme/shop
              apis/a.yaml by location
                a []
              apis/b.yaml by location
                b []
              catalog-info.yaml by name
                here []
        "#]],
    );
}

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
              repository-empty -: the repository has no commits any more; what it said before is kept
              catalog-info.yaml by name
                a []
        "#]],
    );
}

#[test]
fn only_changed_files_are_read_again() {
    let mut world = World::new();
    world.commit(&[
        (FILE, "entity a\ninclude owners.txt"),
        ("b/catalog-info.yaml", "entity b"),
        ("owners.txt", "1"),
    ]);
    world.crawl(&[SHOP]);
    assert_eq!(world.reader.take_paths(), ["b/catalog-info.yaml", FILE]);
    world.crawl(&[SHOP]);
    assert_eq!(world.reader.take_paths(), [""; 0]);
    world.commit(&[("b/catalog-info.yaml", "entity c"), ("README.md", "x")]);
    let report = world.crawl(&[SHOP]);
    assert_eq!(world.reader.take_paths(), ["b/catalog-info.yaml"]);
    assert_eq!((report.manifests, report.manifests_read), (2, 1));
    world.commit(&[("owners.txt", "2")]);
    world.crawl(&[SHOP]);
    assert_eq!(world.reader.take_paths(), [FILE], "what a file includes decides too");
    world.limits.manifest.yaml_depth_max += 1;
    world.crawl(&[SHOP]);
    assert_eq!(world.reader.take_paths().len(), 2, "other limits read everything anew");
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
            let lost = head.get_name("x").expect("the folder").id().to_string();
            std::fs::remove_file(repository.path().join("objects").join(&lost[..2]).join(&lost[2..]))
                .expect("it goes");
            let tree = repository.treebuilder(Some(&head)).and_then(|mut tree| {
                tree.insert("new", repository.blob(b"1")?, 0o100_644)?;
                tree.write()
            });
            let tree = tree.and_then(|tree| repository.find_tree(tree)).expect("a tree");
            let author =
                git2::Signature::new("Ada", "a@b.c", &git2::Time::new(9_000_000, 0)).expect("a name");
            let parent = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit");
            repository.commit(Some("HEAD"), &author, &author, "m", &tree, &[&parent]).expect("a commit");
        },
        expect![[r#"
            acme/shop
              repository-unreadable x: the repository is damaged: object f5febdfa87d5 is missing; `git fsck` tells more
              catalog-info.yaml by name
                b []
              x/catalog-info.yaml by name stale unreachable since 200 of an earlier commit
                a []
                manifest-stale: the file cannot be read any more; what that commit said is kept
        "#]],
    );
}

#[test]
fn too_many_manifests_refuse_the_repository() {
    let mut world = World::new();
    world.limits.tree.manifests_max = 2;
    world.commit(&[
        (FILE, "entity a"),
        ("b/catalog-info.yaml", "entity b"),
        ("c/catalog-info.yaml", "entity c"),
    ]);
    let report = world.crawl(&[SHOP]);
    assert_eq!(report.repositories_failed, 1);
    expect![[r#"
        acme/shop unreadable
          manifests-limit -: the repository has more than 2 manifests, over the limit `tree.manifests_max` of 2; raise the limit to read it
    "#]].assert_eq(&world.shown());
}

#[test]
fn odd_paths_and_entries_that_stand_twice_are_remarked_on() {
    check_replaced(
        &[(FILE, "entity a")],
        |repository| {
            let odb = repository.odb().expect("its objects");
            let mut tree = Vec::new();
            let entries: [(&[u8], &str); 4] = [
                (b"..", "entity climbs"),
                (b"caf\xe9.catalog-info.yaml", "entity b"),
                (b"catalog-info.yaml", "entity first"),
                (b"catalog-info.yaml", "entity second"),
            ];
            for (name, text) in entries {
                tree.extend(b"100644 ");
                tree.extend(name);
                tree.push(0);
                tree.extend(repository.blob(text.as_bytes()).expect("a blob").as_bytes());
            }
            let tree = odb.write(git2::ObjectType::Tree, &tree).expect("a tree");
            let text = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n");
            let commit = odb.write(git2::ObjectType::Commit, text.as_bytes()).expect("a commit");
            std::fs::write(repository.path().join("refs/heads/main"), commit.to_string())
                .expect("it is moved");
        },
        expect![[r#"
            acme/shop
              tree-entry-refused : the entry `..` stands for a folder above or for itself; expected the name of a file
              tree-entry-refused catalog-info.yaml: `catalog-info.yaml` stands in the tree twice; only the first entry was read
              caf�.catalog-info.yaml by name
                b []
                path-not-utf8: the path is not UTF-8 and is shown as `caf�.catalog-info.yaml`
              catalog-info.yaml by name
                first []
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
