//! Changes of repositories as they are met, good and odd.

use std::{fs, io::Write as _, path::Path, process::Command};

use catalog_core::model::{ChangedPath, PathStatus, StaleReason};

use super::*;
use crate::limits::TreeLimits;

/// A repository of a test, made by git itself where that is installed.
struct World {
    folder: tempfile::TempDir,
    limits: CrawlLimits,
    id: RepositoryId,
}

impl World {
    /// `None` where there is no git; the test then says so and does nothing.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let id = RepositoryId::new("shop/web").expect("an id");
        let world = Self { folder, limits: CrawlLimits::default(), id };
        if Command::new("git").arg("--version").output().is_err() {
            let _unheard = writeln!(std::io::stderr(), "skipped: there is no git on this machine");
            return None;
        }
        world.git("init -q -b main");
        Some(world)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, words: &str) -> String {
        git_in(self.path(), words)
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is made");
        fs::write(file, text).expect("the file is written");
        self
    }

    fn commit(&self) -> String {
        self.git("add -A");
        self.git("commit -q --allow-empty -m m");
        self.git("rev-parse HEAD").trim().to_owned()
    }

    fn request<'a>(&'a self, base: &'a str, head: &'a str) -> ChangeRequest<'a> {
        ChangeRequest {
            folder: self.path(),
            repository: &self.id,
            base: Some(base),
            head: ChangeHead::Revision(head),
            files: None,
            known: None,
            known_commit: None,
            limits: &self.limits,
            now: Timestamp(1_700_000_000),
        }
    }

    fn change(&self, base: &str, head: &str) -> RepositoryChange {
        read(&self.request(base, head))
    }

    fn refusal(&self, base: &str, head: &str) -> String {
        refused(&self.request(base, head))
    }
}

fn git_in(folder: &Path, words: &str) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(words.split(' '))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@b"),
            ("GIT_AUTHOR_DATE", "1700000000 +0000"),
        ])
        .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@b")])
        .env("GIT_COMMITTER_DATE", "1700000000 +0000")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(request: &ChangeRequest<'_>) -> RepositoryChange {
    match read_change(request) {
        Ok(change) => change,
        Err(error) => panic!("the change is read: {error}"),
    }
}

fn refused(request: &ChangeRequest<'_>) -> String {
    read_change(request).err().map_or_else(|| "no refusal".to_owned(), |error| error.to_string())
}

fn paths(change: &RepositoryChange) -> Vec<String> {
    change.paths.iter().map(shown).collect()
}

fn shown(path: &ChangedPath) -> String {
    match &path.status {
        PathStatus::Renamed { from } => format!("renamed {} {}", String::from_utf8_lossy(from), path.shown()),
        status => format!("{} {}", status.name(), path.shown()),
    }
}

fn names(said: &RepositoryDeclarations) -> Vec<String> {
    let documents = said.manifests.iter().flat_map(|manifest| &manifest.documents);
    documents.filter_map(|document| Some(document.declaration.as_ref()?.entity.to_string())).collect()
}

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}

#[test]
fn a_change_is_what_the_head_has_beyond_where_the_lines_meet() {
    let Some(world) = World::new() else { return };
    world.write("a.txt", "1").write("catalog-info.yaml", &component("web")).commit();
    world.git("checkout -q -b topic");
    world.write("b/c.txt", "2").write("b/catalog-info.yaml", &component("api")).commit();
    world.git("checkout -q main");
    world.write("a.txt", "other").write("catalog-info.yaml", "").commit();
    let change = world.change("main", "topic");
    assert_eq!(paths(&change), ["added b/c.txt", "added b/catalog-info.yaml"]);
    assert_eq!(names(&change.before), ["component:default/web"]);
    assert_eq!(names(&change.after), ["component:default/api", "component:default/web"]);
    assert!(!change.is_base_known && change.notes.is_empty());
}

#[test]
fn what_the_catalog_knows_of_the_base_is_taken_as_it_is() {
    let Some(world) = World::new() else { return };
    world.write("catalog-info.yaml", &component("web")).commit();
    world.write("x", "").commit();
    let known = world.change("HEAD", "HEAD").after;
    world.write("y", "").commit();
    let check = |base: &str, is_known: bool, order: CommitOrder| {
        let request = world.request(base, "HEAD");
        let change = read(&ChangeRequest { known: Some(&known), ..request });
        assert_eq!((change.is_base_known, change.known_order), (is_known, Some(order)), "{base}");
        assert_eq!(names(&change.after), ["component:default/web"]);
    };
    check("HEAD~1", true, CommitOrder::Same);
    check("HEAD~2", false, CommitOrder::After);
    check("HEAD", false, CommitOrder::Before);
}

#[test]
fn every_way_in_which_a_path_changes_is_told() {
    let Some(world) = World::new() else { return };
    world.write("same", "s").write("changed", "1").write("gone", "g").write("old/name.txt", "moved");
    world.write("mode", "m").write("file-then-folder", "f").commit();
    world.write("changed", "2");
    world.git("rm -q gone file-then-folder");
    world.git("mv old/name.txt name.txt");
    world.git("update-index --chmod=+x mode");
    world.write("file-then-folder/inner", "i");
    world.git("add changed file-then-folder");
    let pinned = "1".repeat(40);
    world.git(&format!("update-index --add --cacheinfo 160000,{pinned},sub"));
    world.git("commit -q -m m");
    world.git(&format!("update-index --cacheinfo 160000,{},sub", "2".repeat(40)));
    world.git("commit -q -m m");
    assert_eq!(
        paths(&world.change("HEAD~2", "HEAD")),
        [
            "modified changed",
            "deleted file-then-folder",
            "added file-then-folder/inner",
            "deleted gone",
            "modified mode",
            "renamed old/name.txt name.txt",
            "submodule sub",
        ]
    );
    assert_eq!(paths(&world.change("HEAD~1", "HEAD")), ["submodule sub"]);
    assert_eq!(paths(&world.change("HEAD", "HEAD")), [""; 0]);
}

#[cfg(unix)]
#[test]
fn odd_names_are_told_as_they_are() {
    use std::os::unix::ffi::OsStrExt;
    let Some(world) = World::new() else { return };
    world.commit();
    let odd: [&[u8]; 4] = [b"a \"b\" c", b"line\nbreak", b"not\xffutf8", b"\xc3\xbcber"];
    for name in odd {
        fs::write(world.path().join(std::ffi::OsStr::from_bytes(name)), "x").expect("the file is written");
    }
    world.commit();
    let change = world.change("HEAD~1", "HEAD");
    assert_eq!(change.paths.iter().map(ChangedPath::bytes).collect::<Vec<_>>(), odd);
}

#[test]
fn revisions_are_found_by_their_names() {
    let Some(world) = World::new() else { return };
    let first = world.write("a", "1").commit();
    world.git("tag -a -m t v1");
    world.git("tag light");
    let second = world.write("a", "2").commit();
    world.git("update-ref refs/remotes/origin/main HEAD~1");
    world.git("symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main");
    world.git("checkout -q -b side HEAD~1");
    let side = world.write("b", "1").commit();
    world.git("merge -q --no-ff -m m main");
    world.git("pack-refs --all");
    let check = |revision: &str, commit: &str| {
        let change = world.change(revision, revision);
        assert_eq!(change.head.commit.map(|id| id.to_string()).as_deref(), Some(commit), "{revision}");
    };
    for revision in
        ["v1", "light", "refs/tags/v1", "tags/v1", "v1^{commit}", "v1^{}", "v1^0", "origin", "origin/main"]
    {
        check(revision, &first);
    }
    for revision in ["main", "refs/heads/main", "HEAD^2", "@^2", &second, &second[..9]] {
        check(revision, &second);
    }
    check("HEAD^", &side);
    check("HEAD~2", &first);
    check("HEAD^2~1", &first);
}

#[test]
fn a_revision_that_names_no_commit_is_refused() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    let tree = world.git("rev-parse HEAD^{tree}").trim().to_owned();
    for (revision, said) in [
        ("nothing", "the base is not found: the revision `nothing` is not known in this repository"),
        ("HEAD~1", "the base is not found: the revision `HEAD~1` goes back beyond the first commit"),
        ("main..x", "the base is not found: the revision `main..x` is a range, expected"),
        ("HEAD@{1}", "the base is not found: the revision `HEAD@{1}` asks for what this machine remembers"),
        (":/m", "the base is not found: the revision `:/m` names a file or a message"),
        ("HEAD^{tree}", "asks for something else than a commit"),
        ("HEAD~99999999999999999999999", "has an odd end"),
        ("", "has no name"),
        ("--help", "is not known"),
        ("../../etc/passwd", "is a range"),
        (&tree, "names no commit"),
        (&"0".repeat(40), "is not known"),
    ] {
        let found = world.refusal(revision, "HEAD");
        assert!(found.contains(said), "{revision}: {found}");
    }
    assert!(world.refusal("HEAD", "nothing").starts_with("the head is not found"));
}

#[test]
fn unrelated_histories_are_no_change() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.git("checkout -q --orphan other");
    world.write("b", "1").commit();
    assert_eq!(
        world.refusal("main", "other"),
        "`main` and `other` share no commit, so that nothing tells what the change is"
    );
}

#[test]
fn a_merge_commit_is_held_against_either_parent() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.git("checkout -q -b topic");
    world.write("b", "1").commit();
    world.git("checkout -q main");
    world.write("c", "1").commit();
    world.git("merge -q --no-ff -m m topic");
    assert_eq!(paths(&world.change("HEAD^1", "HEAD")), ["added b"]);
    assert_eq!(paths(&world.change("HEAD^2", "HEAD")), ["added c"]);
    assert_eq!(paths(&world.change("HEAD^1", "HEAD^2")), ["added b"]);
}

#[test]
fn lines_that_cross_meet_more_than_once() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.git("checkout -q -b topic");
    world.write("b", "1").commit();
    world.git("checkout -q main");
    world.write("c", "1").commit();
    let (left, right) = (world.git("rev-parse main"), world.git("rev-parse topic"));
    world.git(&format!("merge -q --no-ff -m m {}", right.trim()));
    world.git("checkout -q topic");
    world.git(&format!("merge -q --no-ff -m m {}", left.trim()));
    world.write("d", "1").commit();
    let change = world.change("main", "topic");
    assert_eq!(change.notes, [ChangeNote::SeveralMeetings(2)]);
    assert!(paths(&change).contains(&"added d".to_owned()));
}

#[test]
fn a_manifest_that_breaks_keeps_what_it_said_and_one_that_is_deleted_does_not() {
    let Some(world) = World::new() else { return };
    world
        .write("catalog-info.yaml", &component("web"))
        .write("b/catalog-info.yaml", &component("api"))
        .commit();
    world.write("catalog-info.yaml", "kind: [").commit();
    world.git("rm -q b/catalog-info.yaml");
    world.commit();
    let change = world.change("HEAD~2", "HEAD");
    assert_eq!(names(&change.after), ["component:default/web"]);
    let stale = change.after.manifests[0].stale.as_ref().map(|stale| stale.reason);
    assert_eq!(stale, Some(StaleReason::Invalid));
    assert_eq!(change.after.tombstones.len(), 1);
    // The other way round the manifest is repaired.
    world.write("catalog-info.yaml", &component("shop")).commit();
    let change = world.change("HEAD~1", "HEAD");
    assert_eq!(
        (names(&change.before), names(&change.after)),
        (vec![], vec!["component:default/shop".to_owned()])
    );
    assert!(change.after.manifests[0].stale.is_none());
}

#[test]
fn a_shallow_copy_tells_what_it_can() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.git("checkout -q -b topic");
    world.write("b", "1").commit();
    world.git("checkout -q main");
    world.write("c", "2").commit();
    let url = format!("file://{}", world.path().display());
    let copy = tempfile::tempdir().expect("a temporary folder");
    let clone = |arguments: &str, name: &str| {
        git_in(copy.path(), &format!("clone -q {arguments} {url} {name}"));
        copy.path().join(name)
    };
    let deep = clone("--depth 2 --no-single-branch", "deep");
    let change = read(&ChangeRequest { folder: &deep, ..world.request("origin/main", "origin/topic") });
    assert_eq!((paths(&change), change.notes.len()), (vec!["added b".to_owned()], 0));
    let flat = clone("--depth 1 --no-single-branch", "flat");
    let request = ChangeRequest { folder: &flat, ..world.request("origin/main", "origin/topic") };
    let change = read(&request);
    assert_eq!(change.notes, [ChangeNote::CutOff]);
    assert_eq!(paths(&change), ["added b", "deleted c"]);
    let single = clone("--depth 1", "single");
    let request = ChangeRequest { folder: &single, ..request };
    assert_eq!(
        refused(&ChangeRequest { base: Some("HEAD~1"), head: ChangeHead::Revision("HEAD"), ..request }),
        "the base is not found: the revision `HEAD~1` goes back further than this shallow copy"
    );
    let missing = world.git("rev-parse topic").trim().to_owned();
    let error = read_change(&ChangeRequest { base: Some(&missing), ..request }).err();
    assert!(matches!(
        error,
        Some(ChangeError::Revision {
            side: "base",
            source: crate::repository::RevisionError::Unknown { is_shallow: true, .. }
        })
    ));
}

#[test]
fn the_working_tree_is_a_side_too() {
    let Some(world) = World::new() else { return };
    world.write("same", "s").write("changed", "1").write("gone", "g").write(".gitignore", "*.log").commit();
    world.write("changed", "2").write("new", "n").write("x.log", "ignored");
    world.write("catalog-info.yaml", &component("web"));
    fs::remove_file(world.path().join("gone")).expect("the file is removed");
    let request = ChangeRequest { base: None, head: ChangeHead::WorkingTree, ..world.request("", "") };
    let change = read(&request);
    assert_eq!(paths(&change), ["added catalog-info.yaml", "modified changed", "deleted gone", "added new"]);
    assert_eq!(names(&change.after), ["component:default/web"]);
    assert_eq!(change.head.commit, None);
}

#[test]
fn a_linked_working_tree_has_a_head_of_its_own() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.git("worktree add -q -b topic linked");
    let linked = world.path().join("linked");
    fs::write(linked.join("b"), "1").expect("the file is written");
    let request = ChangeRequest { folder: &linked, ..world.request("main", "HEAD") };
    assert_eq!(paths(&read(&request)), [""; 0]);
    let working = ChangeRequest { head: ChangeHead::WorkingTree, ..request };
    assert_eq!(paths(&read(&working)), ["added b"]);
    git_in(&linked, "add b");
    git_in(&linked, "commit -q -m m");
    assert_eq!(paths(&read(&request)), ["added b"]);
}

#[test]
fn more_than_the_limits_is_refused_by_their_names() {
    let Some(mut world) = World::new() else { return };
    world.commit();
    world.write("a/b/c/d", "1").write("e", "1").commit();
    for (limit, name) in [
        (TreeLimits { depth_max: 2, ..world.limits.tree.clone() }, "`tree.depth_max` of 2"),
        (TreeLimits { path_bytes_max: 6, ..world.limits.tree.clone() }, "`tree.path_bytes_max` of 6"),
        (TreeLimits { entries_max: 1, ..world.limits.tree.clone() }, "`tree.entries_max` of 1"),
    ] {
        world.limits.tree = limit;
        let found = world.refusal("HEAD~1", "HEAD");
        assert!(found.contains(name), "{found}");
    }
}

#[test]
fn a_list_of_files_is_taken_as_it_is() {
    let Some(world) = World::new() else { return };
    world.write("same", "s").write("gone", "g").commit();
    world.write("new", "n");
    fs::remove_file(world.path().join("gone")).expect("the file is removed");
    let request = ChangeRequest { base: None, head: ChangeHead::WorkingTree, ..world.request("", "") };
    let list = b"same\0gone\0new\0nowhere\0not\xffutf8\0";
    let change = read(&ChangeRequest { files: Some(list), ..request });
    assert_eq!(
        paths(&change),
        ["deleted gone", "added new", "modified not\u{fffd}utf8", "modified nowhere", "modified same"]
    );
}

#[test]
fn a_plain_folder_is_held_against_what_was_read_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let limits = CrawlLimits::default();
    let id = RepositoryId::new("shop/web").expect("an id");
    fs::write(folder.path().join("catalog-info.yaml"), component("web")).expect("a file");
    let request = ChangeRequest {
        folder: folder.path(),
        repository: &id,
        base: None,
        head: ChangeHead::WorkingTree,
        files: Some(b"catalog-info.yaml"),
        known: None,
        known_commit: None,
        limits: &limits,
        now: Timestamp(0),
    };
    assert!(refused(&request).ends_with("is no git repository, and the catalog has not read it before"));
    let snapshot = Snapshot::open(folder.path()).expect("the folder opens");
    let known = assemble(&Visited::first(&snapshot, &id, "", &limits)).map(|of| of.declarations);
    let known = known.expect("the folder is read");
    fs::write(folder.path().join("catalog-info.yaml"), component("shop")).expect("a file");
    let change = read(&ChangeRequest { known: Some(&known), ..request });
    assert_eq!(names(&change.after), ["component:default/shop"]);
    assert!(refused(&ChangeRequest { files: None, ..request }).contains("no git repository"));
    assert!(refused(&ChangeRequest { base: Some("main"), ..request }).contains("no git repository"));
}

#[test]
fn a_file_that_git_lost_is_no_ground_for_an_answer() {
    let Some(world) = World::new() else { return };
    world.write("a", "1").commit();
    world.write("catalog-info.yaml", &component("web")).commit();
    let blob = world.git("rev-parse HEAD:catalog-info.yaml").trim().to_owned();
    let object = world.path().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(object).expect("the object is removed");
    let found = world.refusal("HEAD~1", "HEAD");
    assert!(found.starts_with("the head could not be read whole: `catalog-info.yaml`"), "{found}");
}

#[test]
fn many_changed_files_are_told_in_the_order_of_their_paths() {
    let Some(world) = World::new() else { return };
    world.commit();
    for number in 0..10_000 {
        world.write(&format!("{}/{}/{number}.txt", number % 7, number % 11), "x");
    }
    world.commit();
    let change = world.change("HEAD~1", "HEAD");
    assert_eq!(change.paths.len(), 10_000);
    assert!(change.paths.is_sorted());
}
