//! Words of a command line, over real folders.

use std::{fs, path::Path};

use catalog_core::model::{RepositoryId, Timestamp};
use expect_test::{Expect, expect};

use super::*;
use crate::repository::{CommitWords, commit_files};

fn repository(folder: &Path, bare: bool) {
    let words = CommitWords { name: "Ada", email: "a@b.c", at: Timestamp(1), message: "m" };
    commit_files(folder, bare, [("a", &b"1"[..])], words).expect("the commit is written");
}

/// Two bare repositories, a working one with another inside it, a plain directory and a broken one.
fn world() -> tempfile::TempDir {
    let world = tempfile::tempdir().expect("a temporary folder");
    let path = |path: &str| world.path().join(path);
    repository(&path("out/acme/shop.git"), true);
    repository(&path("out/acme/web.git"), true);
    repository(&path("checkouts/app"), false);
    repository(&path("checkouts/app/inner"), false);
    let mut config = fs::read_to_string(path("out/acme/web.git/config")).expect("a config");
    config += "[remote \"origin\"]\n\turl = git@github.com:acme/website.git\n";
    fs::write(path("out/acme/web.git/config"), config).expect("a config");
    fs::create_dir_all(path("plain/files")).expect("a folder");
    fs::create_dir_all(path("out/broken/.git")).expect("a folder");
    world
}

fn shown(plan: &Plan, world: &Path) -> String {
    let world = world.canonicalize().expect("the folder is there");
    let mut text = String::new();
    for planned in &plan.repositories {
        text += &format!("{} at {}\n", planned.id, planned.address);
    }
    for diagnostic in &plan.diagnostics {
        text += &format!("{}: {}\n", diagnostic.code.name(), diagnostic.message);
    }
    text.replace(&*world.to_string_lossy(), "/w")
        .replace(&*world.file_name().expect("a name").to_string_lossy(), "w")
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(words: &[&str], expected: Expect) {
    let world = world();
    let mut planner = Planner::new(&world.path().canonicalize().expect("the folder is there"));
    for word in words {
        planner.word(word);
    }
    expected.assert_eq(&shown(&planner.finish(), world.path()));
}

#[test]
fn a_folder_of_many_gives_each_and_looks_into_none() {
    check(
        &["out", "./checkouts"],
        expect![[r#"
        acme/shop at /w/out/acme/shop.git
        github.com/acme/website at /w/out/acme/web.git
        out/broken at /w/out/broken
        checkouts/app at /w/checkouts/app
    "#]],
    );
}

#[test]
fn repositories_directories_urls_and_missing_paths_are_planned_as_they_are() {
    check(
        &[
            "out/acme/shop.git",
            "checkouts/app/../app",
            "plain",
            "gone/far",
            "https://h.example/acme/api.git",
            "checkouts/app",
        ],
        expect![[r#"
            acme/shop at /w/out/acme/shop.git
            checkouts/app at /w/checkouts/app
            w/plain at /w/plain
            gone/far at /w/gone/far
            h.example/acme/api at https://h.example/acme/api.git
        "#]],
    );
}

#[test]
fn two_addresses_with_one_id_are_named() {
    check(
        &["out", "ssh://git@github.com/acme/website", "-x", "git://h/x"],
        expect![[r#"
        acme/shop at /w/out/acme/shop.git
        github.com/acme/website at /w/out/acme/web.git
        out/broken at /w/out/broken
        duplicate-repository: `ssh://git@github.com/acme/website` has the id `github.com/acme/website` of `/w/out/acme/web.git`, which was named first; it is not visited
        repository-unreadable: the address `-x` is refused: it starts with a dash; write `./` before the name of a folder
        repository-unreadable: the address `git://h/x` is refused: its transport is not allowed; expected `https://` or `ssh://`
    "#]],
    );
}

#[test]
fn a_list_gives_addresses_and_ids() {
    let world = world();
    let folder = world.path().canonicalize().expect("the folder is there");
    let mut planner = Planner::new(Path::new("/elsewhere"));
    planner.list("# ours\nout/acme/shop.git  acme.example/shop\nplain\nout/acme/web.git a//b\n", &folder);
    planner.word_with_id("/gone", &RepositoryId::new("x/y").expect("the id is good"));
    expect![[r#"
        acme.example/shop at /w/out/acme/shop.git
        w/plain at /w/plain
        x/y at /gone
        repository-unreadable: line 4 of the list has a second column that is no id; expected `owner/name` without blanks
    "#]].assert_eq(&shown(&planner.finish(), world.path()));
}

#[test]
fn what_lay_in_a_folder_that_is_searched_is_missed() {
    let world = world();
    let folder = world.path().canonicalize().expect("the folder is there");
    let known = |path: &str| folder.join(path).to_string_lossy().into_owned();
    let id = |text: &str| RepositoryId::new(text).expect("the id is good");
    let mut planner = Planner::new(&folder);
    planner.word("out");
    planner.word("checkouts/app");
    planner.miss(&id("acme/gone"), &known("out/acme/gone.git"));
    // Elsewhere, or never in a folder of many, or there under another id, or on another machine.
    planner.miss(&id("other/gone"), &known("outer/gone.git"));
    planner.miss(&id("app/gone"), &known("checkouts/app/gone"));
    planner.miss(&id("by/hand"), &known("out/acme/shop.git"));
    planner.miss(&id("h.example/acme/api"), "https://h.example/acme/api.git");
    planner.miss(&id("acme/shop"), &known("out/acme/gone.git"));
    expect![[r#"
        acme/shop at /w/out/acme/shop.git
        github.com/acme/website at /w/out/acme/web.git
        out/broken at /w/out/broken
        checkouts/app at /w/checkouts/app
        acme/gone at /w/out/acme/gone.git
    "#]]
    .assert_eq(&shown(&planner.finish(), world.path()));
}
