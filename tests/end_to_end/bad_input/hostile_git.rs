//! Repositories that were made to harm whoever reads them. Each is one diagnostic, in bounded time and
//! memory, and everything else is read.

use std::{fs, path::Path, time::Instant};

use expect_test::{Expect, expect};
use git2::{ObjectType, Oid, Repository};

use super::{check_the_rest, component, known_world, shown};
use crate::support::{Pack, World, copies_of_base};

/// Writes an object of any content, loose, and gives its id.
fn object(folder: &Path, kind: ObjectType, bytes: &[u8]) -> Oid {
    let written = Repository::open(folder).and_then(|repository| repository.odb()?.write(kind, bytes));
    written.expect("the object is written")
}

/// A tree of files.
fn tree_of(files: &[(&str, &str, Oid)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in files {
        bytes.extend(format!("{mode} {name}\0").into_bytes());
        bytes.extend(id.as_bytes());
    }
    bytes
}

/// Makes a tree the newest one of the default branch.
fn commit_tree(folder: &Path, tree: Oid) {
    let text = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n");
    let id = object(folder, ObjectType::Commit, text.as_bytes());
    fs::write(folder.join("refs/heads/main"), format!("{id}\n")).expect("the branch is moved");
}

/// Commits a manifest whose content is an object that somebody else puts into a pack.
fn commit_manifest(folder: &Path, content: Oid) {
    let tree = tree_of(&[("100644", "catalog-info.yaml", content)]);
    commit_tree(folder, object(folder, ObjectType::Tree, &tree));
}

fn any_id(number: u8) -> Oid {
    Oid::from_bytes(&[number; 20]).expect("twenty bytes are an id")
}

/// Makes the known repository hostile, and shows what a crawl with these limits makes of it.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(limits: &str, harm: impl FnOnce(&Path), code: i32, expected: Expect) -> World {
    let world = known_world();
    harm(&world.path("acme/broken.git"));
    world.write("catalog.toml", limits);
    let started = Instant::now();
    let crawl = world.run("crawl acme").ends_with(code);
    assert!(started.elapsed().as_secs() < 60, "the crawl took {:?}", started.elapsed());
    expected.assert_eq(&shown(&world, &crawl, code));
    check_the_rest(&world);
    world
}

#[test]
fn two_objects_that_are_deltas_of_each_other() {
    let harm = |folder: &Path| {
        commit_manifest(folder, any_id(1));
        let mut pack = Pack::default();
        pack.delta_as(any_id(1), any_id(2), copies_of_base(10, 1));
        pack.delta_as(any_id(2), any_id(1), copies_of_base(10, 1));
        pack.write(folder);
    };
    check(
        "[limits.visit]\ntime_max = 2\n",
        harm,
        1,
        expect![[r#"
        exit code 1

        error[repository-unreadable]: the repository could not be read: reading it took longer than the limit `visit.time_max` of 2s
        --> acme/broken

        component:default/known from acme/broken, stale
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn a_tree_that_is_a_delta_of_itself_in_the_end_cannot_be_listed() {
    let world = known_world();
    let folder = world.path("acme/broken.git");
    let repository = Repository::open(&folder).expect("the repository opens");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree").id();
    let name = tree.to_string();
    fs::remove_file(folder.join("objects").join(&name[..2]).join(&name[2..])).expect("a loose object");
    let mut pack = Pack::default();
    pack.delta_as(tree, any_id(2), copies_of_base(10, 1));
    pack.delta_as(any_id(2), tree, copies_of_base(10, 1));
    pack.write(&folder);
    world.write("catalog.toml", "[limits.visit]\ntime_max = 2\n");
    world.run("owner --repository acme/broken --all-paths").ends_with(2).says(&[
        "the files of repository `acme/broken` could not be listed",
        "longer than the limit `visit.time_max` of 2s",
    ]);
}

#[test]
fn a_delta_that_grows_to_a_gigabyte_is_judged_by_its_head() {
    let harm = |folder: &Path| {
        let zeros = vec![0; 64 << 10];
        let mut pack = Pack::default();
        let base = pack.whole(ObjectType::Blob, zeros);
        pack.delta_as(any_id(1), base, copies_of_base(64 << 10, 16 << 10));
        pack.write(folder);
        commit_manifest(folder, any_id(1));
    };
    check(
        "[limits.visit]\nmemory_bytes_max = 67108864\n",
        harm,
        0,
        expect![[r#"
        exit code 0

        error[manifest-too-large]: `catalog-info.yaml` is 1,073,741,824 bytes, over the limit `manifest.bytes_max` of 1,048,576
        --> acme/broken:catalog-info.yaml
         = help: split the file, or raise the limit in `catalog.toml`

        warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
        --> acme/broken:catalog-info.yaml
         = help: mend the file and crawl again

        component:default/known from acme/broken, stale
        component:default/shop from acme/shop
    "#]],
    );
    // Also whoever allows such manifests loses no more than the process that reads it.
    let allowed = "[limits.manifest]\nbytes_max = 4000000000\n[limits.visit]\nmemory_bytes_max = 67108864\n";
    check(
        allowed,
        harm,
        0,
        expect![[r#"
            exit code 0

            error[repository-unreadable]: `catalog-info.yaml` could not be read: object 010101010101 takes more memory than there is; raise the limit `visit.memory_bytes_max` to read it
            --> acme/broken:catalog-info.yaml

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_repository_that_says_too_much() {
    let harm = |folder: &Path| {
        let text = object(folder, ObjectType::Blob, component("known").as_bytes());
        commit_manifest(folder, text);
    };
    let world = known_world();
    harm(&world.path("acme/broken.git"));
    world.write("catalog.toml", "[limits.visit]\nanswer_bytes_max = 100\n");
    // How much it is depends on the length of the path to the repository.
    world.run("crawl acme").ends_with(1).says(&[
        "error[repository-unreadable]: what its manifests say is ",
        " bytes, over the limit `visit.answer_bytes_max` of 100",
    ]);
    check_the_rest(&world);
}

#[test]
fn a_chain_of_five_thousand_deltas_is_read() {
    let harm = |folder: &Path| {
        let text = component("known").replace("known", "chained");
        let mut pack = Pack::default();
        pack.whole_as(id_of_link(0), ObjectType::Blob, text.clone().into_bytes());
        for number in 1..5_000 {
            pack.delta_as(id_of_link(number), id_of_link(number - 1), copies_of_base(text.len(), 1));
        }
        let id = Oid::hash_object(ObjectType::Blob, text.as_bytes()).expect("an id");
        pack.delta_as(id, id_of_link(4_999), copies_of_base(text.len(), 1));
        pack.write(folder);
        commit_manifest(folder, id);
    };
    check(
        "",
        harm,
        0,
        expect![[r#"
        exit code 0

        component:default/chained from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

fn id_of_link(number: u32) -> Oid {
    Oid::hash_object(ObjectType::Blob, &number.to_le_bytes()).expect("an id")
}

#[test]
fn a_tree_twenty_thousand_levels_deep() {
    let harm = |folder: &Path| {
        let mut pack = Pack::default();
        let mut tree = pack.whole(ObjectType::Tree, Vec::new());
        for _ in 0..20_000 {
            tree = pack.whole(ObjectType::Tree, tree_of(&[("40000", "d", tree)]));
        }
        pack.write(folder);
        let text = object(folder, ObjectType::Blob, component("beside").as_bytes());
        let root = tree_of(&[("100644", "catalog-info.yaml", text), ("40000", "d", tree)]);
        commit_tree(folder, object(folder, ObjectType::Tree, &root));
    };
    check(
        "",
        harm,
        0,
        expect![[r#"
        exit code 0

        error[tree-limit]: is nested more deeply than the limit `tree.depth_max` of 128; what is below was not read
        --> acme/broken:d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d

        component:default/beside from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn ten_thousand_million_paths_from_twelve_trees() {
    let harm = |folder: &Path| {
        let text = object(folder, ObjectType::Blob, component("bomb").as_bytes());
        let mut tree = object(folder, ObjectType::Tree, &tree_of(&[("100644", "catalog-info.yaml", text)]));
        for _ in 0..11 {
            let entries: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
                .iter()
                .map(|name| ("40000", *name, tree))
                .collect();
            tree = object(folder, ObjectType::Tree, &tree_of(&entries));
        }
        commit_tree(folder, tree);
    };
    check(
        "[limits.tree]\nentries_max = 50000\n",
        harm,
        1,
        expect![[r#"
        exit code 1

        error[tree-limit]: the tree has more than 50,000 entries, over the limit `tree.entries_max` of 50,000; raise the limit to read it
        --> acme/broken

        component:default/known from acme/broken, stale
        component:default/shop from acme/shop
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn configuration_and_hooks_that_would_run_or_read_something() {
    let harm = |folder: &Path| {
        let text = object(folder, ObjectType::Blob, component("harmless").as_bytes());
        commit_manifest(folder, text);
        // Whoever opens a pipe with a name waits for ever: that would show.
        let pipe = folder.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()), "the system makes pipes with names");
        let (pipe, run) = (pipe.display(), format!("touch {}", folder.join("touched").display()));
        let config = format!(
            "[core]\n\tfsmonitor = {run}\n\tsshCommand = {run}\n\thooksPath = hooks\n\tattributesFile = {pipe}\n\
             [include]\n\tpath = {pipe}\n[includeIf \"gitdir:/\"]\n\tpath = {pipe}\n\
             [filter \"x\"]\n\tsmudge = {run}\n\tprocess = {run}\n[credential]\n\thelper = !{run}\n\
             [uploadpack]\n\tpackObjectsHook = {run}\n[alias]\n\tlog = !{run}\n"
        );
        fs::write(folder.join("config"), config).expect("a config");
        for hook in ["post-checkout", "reference-transaction", "pre-auto-gc"] {
            let path = folder.join("hooks").join(hook);
            fs::create_dir_all(folder.join("hooks")).expect("a folder");
            fs::write(&path, format!("#!/bin/sh\n{run}\n")).expect("a hook");
            let mut permissions = fs::metadata(&path).expect("a hook").permissions();
            std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
            fs::set_permissions(&path, permissions).expect("it can be run");
        }
        fs::write(folder.join("info/attributes"), "* filter=x\n").unwrap_or_default();
    };
    let world = check(
        "[limits.visit]\ntime_max = 20\n",
        harm,
        0,
        expect![[r#"
        exit code 0

        component:default/harmless from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
    assert!(!world.path("acme/broken.git/touched").exists(), "nothing of it ran");
}

#[test]
fn alternates_that_lead_to_themselves_and_to_everything() {
    let harm = |folder: &Path| {
        let text = object(folder, ObjectType::Blob, component("shared").as_bytes());
        commit_manifest(folder, text);
        let own = folder.join("objects");
        fs::create_dir_all(own.join("info")).expect("a folder");
        fs::write(own.join("info/alternates"), format!("{}\n/\n../../../..\n", own.display()))
            .expect("alternates");
    };
    check(
        "",
        harm,
        0,
        expect![[r#"
        exit code 0

        component:default/shared from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn a_submodule_in_place_of_a_manifest_with_hostile_modules() {
    let harm = |folder: &Path| {
        let modules = "[submodule \"x\"]\n\tpath = catalog-info.yaml\n\turl = ext::sh -c touch% touched\n";
        let modules = object(folder, ObjectType::Blob, modules.as_bytes());
        let files = [("100644", ".gitmodules", modules), ("160000", "catalog-info.yaml", any_id(3))];
        commit_tree(folder, object(folder, ObjectType::Tree, &tree_of(&files)));
    };
    let world = check(
        "",
        harm,
        0,
        expect![[r#"
        exit code 0

        warning[manifest-is-link]: `catalog-info.yaml` is a submodule, which is never followed; expected a regular file
        --> acme/broken:catalog-info.yaml
         = help: put the file itself in the place of the link

        warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
        --> acme/broken:catalog-info.yaml
         = help: mend the file and crawl again

        component:default/known from acme/broken, stale
        component:default/shop from acme/shop
    "#]],
    );
    assert!(!world.path("touched").exists(), "nothing of it ran");
}

#[test]
fn a_few_broken_repositories_among_many_harm_only_themselves() {
    let world = World::new();
    for number in 0..60 {
        let manifest = component(&format!("part-{number}"));
        world.commit(&format!("many/part-{number}.git"), [("catalog-info.yaml", &*manifest)]);
    }
    let broken = |number: usize| world.path(&format!("many/part-{number}.git"));
    commit_manifest(&broken(7), any_id(1));
    let mut pack = Pack::default();
    pack.delta_as(any_id(1), any_id(2), copies_of_base(10, 1));
    pack.delta_as(any_id(2), any_id(1), copies_of_base(10, 1));
    pack.write(&broken(7));
    fs::write(broken(20).join("HEAD"), "ref: refs/heads/gone\n").expect("HEAD");
    fs::remove_dir_all(broken(33).join("objects")).expect("its objects go");
    fs::create_dir(broken(33).join("objects")).expect("a folder");
    fs::write(broken(46).join("config"), "[core]\n\trepositoryformatversion = 99\n").expect("a config");
    world.write("catalog.toml", "[limits.visit]\ntime_max = 4\n");
    let crawl = world.run("crawl many --format json").ends_with(1);
    let report = crawl.json();
    assert_eq!(
        (&report["repositoriesRead"], &report["repositoriesFailed"]),
        (&56.into(), &4.into()),
        "{crawl}"
    );
    crawl.says(&["`visit.time_max` of 4s", "branch-missing", "is missing", "repository format version 99"]);
    let known = world.json("list --kind component")["total"].clone();
    assert_eq!(known, 56, "all that could be read is known");
}
