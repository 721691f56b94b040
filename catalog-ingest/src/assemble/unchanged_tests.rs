//! Folders that have not changed since the last visit are not gone into, and nothing of them is lost.

use std::collections::BTreeMap;

use crate::{
    assemble::tests::{FILE, SHOP, commit_only},
    crawl::harness::World,
    limits::ScanMode,
};

/// A fixed sequence that looks random, so that the test says the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

const PATHS: [&str; 16] = [
    FILE,
    "a/catalog-info.yaml",
    "a/b/c/catalog-info.yaml",
    "a-b/catalog-info.yaml",
    "a/b/things.yaml",
    "things.yml",
    "z/y/things.yaml",
    "z/y/README.md",
    "lone/README.md",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".github/CODEOWNERS",
    "docs/catalog-info.yaml",
    "listed/one.yaml",
    "listed/two.yaml",
    "vendor/catalog-info.yaml",
];

const TEXTS: [&str; 6] = [
    "entity a\nowner x",
    "entity b",
    "apiVersion: backstage.io/v1alpha1\nentity c",
    "nothing at all",
    "location ./listed/*.yaml",
    "apiVersion: backstage.io/v1alpha1\nentity d\nowner y",
];

/// A first visit cannot know what has gone.
fn without_tombstones(shown: &str) -> String {
    shown.lines().filter(|line| !line.starts_with("  gone ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_visit_that_knows_the_former_one_finds_what_a_first_visit_finds() {
    for scan in [ScanMode::Name, ScanMode::Content] {
        let mut dice = Dice(1);
        let mut world = World::new();
        world.limits.scan = scan;
        let mut files: BTreeMap<&str, &str> = BTreeMap::from([(FILE, TEXTS[0])]);
        for round in 0..60 {
            for _ in 0..=dice.roll(3) {
                let path = PATHS[dice.roll(PATHS.len())];
                if dice.roll(4) == 0 && files.len() > 1 {
                    files.remove(path);
                } else {
                    files.insert(path, TEXTS[dice.roll(TEXTS.len())]);
                }
            }
            commit_only(&world, &files.iter().map(|(path, text)| (*path, *text)).collect::<Vec<_>>());
            let known = std::mem::take(&mut world.memory);
            world.crawl(&[SHOP]);
            let first = without_tombstones(&world.shown());
            world.memory = known;
            world.crawl(&[SHOP]);
            assert_eq!(without_tombstones(&world.shown()), first, "{scan:?}, round {round}, of {files:#?}");
        }
    }
}

#[test]
fn a_folder_that_has_not_changed_is_not_gone_into() {
    let mut world = World::new();
    world.commit(&[(FILE, "entity a"), ("deep/er/README.md", "text")]);
    world.crawl(&[SHOP]);
    let repository = git2::Repository::open(world.path(SHOP)).expect("the repository opens");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("the tree");
    let deep = tree.get_name("deep").expect("the folder").id().to_string();
    world.commit(&[(FILE, "entity b"), ("deep/er/README.md", "text")]);
    let object = world.path(SHOP).join("objects").join(&deep[..2]).join(&deep[2..]);
    std::fs::remove_file(object).expect("the tree of the folder is a loose object");
    world.crawl(&[SHOP]);
    assert_eq!(without_tombstones(&world.shown()), "acme/shop\n  catalog-info.yaml by name\n    b []\n");
}
