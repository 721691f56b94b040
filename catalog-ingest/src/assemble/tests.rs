//! What repositories say after one crawl and after several, over real git repositories.

use expect_test::{Expect, expect};

use super::reader_fingerprint;
use crate::{crawl::harness::World, limits::CrawlLimits, port_mapping::PortMapping};

pub(super) const SHOP: &str = "acme/shop.git";
pub(super) const FILE: &str = "catalog-info.yaml";

/// Crawls after each of the commits and compares what is known at the end.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
pub(super) fn check(commits: &[&[(&str, &str)]], expected: Expect) {
    let mut world = World::new();
    for files in commits {
        world.commit(files);
        world.crawl(&[SHOP]);
    }
    expected.assert_eq(&world.shown());
}

/// Crawls a first commit, replaces the whole tree by other means, and crawls again.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
pub(super) fn check_replaced(
    first: &[(&str, &str)],
    replace: impl FnOnce(&git2::Repository),
    expected: Expect,
) {
    let mut world = World::new();
    world.commit(first);
    world.crawl(&[SHOP]);
    let repository = git2::Repository::open(world.path(SHOP)).expect("the repository opens");
    replace(&repository);
    world.crawl(&[SHOP]);
    expected.assert_eq(&world.shown());
}

/// Commits a tree of one level with entries of any mode.
pub(super) fn commit_entries(repository: &git2::Repository, entries: &[(&str, &str, i32)]) {
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

/// Commits a tree to the repository that holds these files and no others.
pub(super) fn commit_only(world: &World, files: &[(&str, &str)]) {
    let repository = git2::Repository::init_bare(world.path(SHOP)).expect("a repository");
    let mut index = git2::Index::new().expect("an index");
    for (path, text) in files {
        let time = git2::IndexTime::new(0, 0);
        let entry = git2::IndexEntry {
            ctime: time,
            mtime: time,
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: repository.blob(text.as_bytes()).expect("a file"),
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        };
        index.add(&entry).expect("an entry");
    }
    let tree = index.write_tree_to(&repository).expect("a tree");
    let tree = repository.find_tree(tree).expect("the tree");
    let author =
        git2::Signature::new("Ada", "ada@example.com", &git2::Time::new(9_000_000, 0)).expect("a name");
    let parent = repository.head().and_then(|head| head.peel_to_commit()).ok();
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &author, &author, "a commit", &tree, &parents).expect("a commit");
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
              codeowners-place docs/x/CODEOWNERS: no host reads `docs/x/CODEOWNERS`, so its rules count for nothing; expected the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`
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
fn a_pattern_over_the_limit_is_said_with_its_name() {
    let pattern = format!("{}*.yaml", "a/**/".repeat(200));
    let mut world = World::new();
    world.commit(&[(FILE, &*format!("location ./{pattern}")), ("a/b.yaml", "entity b")]);
    world.crawl(&[SHOP]);
    let said = world.shown();
    assert!(said.contains("512 bytes of `tree.pattern_bytes_max`"), "{said}");
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
fn another_mapping_of_words_reads_everything_anew() {
    let fingerprint = |port: &PortMapping| {
        reader_fingerprint(&CrawlLimits { port: port.clone(), ..CrawlLimits::default() })
    };
    let mut other = PortMapping::default();
    other.set_target("uses", "service");
    assert_eq!(fingerprint(&PortMapping::default()), fingerprint(&PortMapping::default()));
    assert_ne!(fingerprint(&PortMapping::default()), fingerprint(&other));
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
              gone a of catalog-info.yaml at 200
              caf�.catalog-info.yaml by name
                b []
                path-not-utf8: the path is not UTF-8 and is shown as `caf�.catalog-info.yaml`
              catalog-info.yaml by name
                first []
        "#]],
    );
}
