//! Bad input of every sort: it is told with its place and a way out, everything else is read, and what
//! was known before stays, marked stale.

mod availability;
mod files;
mod hostile_git;
mod manifests;
mod ownership_files;
mod payloads;
mod questions;
mod repositories;
mod stores;

use expect_test::Expect;

use crate::support::{Commit, Run, World, rows, text};

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  lifecycle: production
  owner: group:shop
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: shop
spec:
  type: team
  children: []
  members: []
";

/// A manifest of one component.
fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n\
         spec:\n  type: service\n  lifecycle: production\n  owner: group:shop\n"
    )
}

/// A healthy repository, `acme/shop`, and beside it `acme/broken`, healthy as well so far; both are known.
fn known_world() -> World {
    let world = World::new();
    world.commit("acme/shop.git", [("catalog-info.yaml", SHOP)]);
    world.commit(
        "acme/broken.git",
        [("catalog-info.yaml", &*component("known")), ("CODEOWNERS", "* @acme/shop\n"), ("src/main.rs", "")],
    );
    world.run("crawl acme").ends_with(0);
    world
}

/// What is known after a crawl of both: the exit code, what was said, and every component.
fn shown(world: &World, crawl: &Run, code: i32) -> String {
    let mut shown = format!("exit code {code}\n\n{}", crawl.stderr);
    let list = world.json("list --kind component");
    for row in rows(&list, "entities") {
        let stale = if row["stale"] == true { ", stale" } else { "" };
        shown += &format!("{} from {}{stale}\n", text(row, "ref"), text(row, "repository"));
    }
    shown
}

/// Breaks a known repository with a commit, and shows what a crawl makes of it. The manifests are read
/// whatever is wrong with them, so that the crawl itself succeeds.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(commit: Commit, expected: Expect) {
    let world = known_world();
    commit.write(&world.path("acme/broken.git"));
    let crawl = world.run("crawl acme --notes").ends_with(0);
    expected.assert_eq(&shown(&world, &crawl, 0));
    check_the_rest(&world);
    // Whoever asks later is told the same.
    let told = rows(&world.json("diagnostics --repository acme/broken"), "diagnostics").len();
    assert_eq!(told == 0, crawl.stderr.is_empty(), "{crawl}");
}

/// The healthy repository is there, and answers.
#[track_caller]
fn check_the_rest(world: &World) {
    let shop = world.json("show component:shop");
    assert_eq!(shop["stale"], false);
    assert_eq!(text(&shop, "owner"), "group:default/shop");
}

fn manifest(text: &str) -> Commit {
    Commit::default().files([("catalog-info.yaml", text)])
}
