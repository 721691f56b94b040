//! Repositories as they are met, good and hostile, read from the disk.

use std::{fs, path::Path};

use catalog_core::model::{CommitId, DiagnosticCode, Timestamp};
use expect_test::{Expect, expect};
use git2::{ObjectType, Oid, Repository};

use super::*;
use crate::{crawl::harness::git, limits::CrawlLimits, limits::TreeLimits};

const FILES: [(&str, &[u8]); 3] = [("a.txt", b"1"), ("b/c.txt", b"22"), ("vendor/d.txt", b"333")];

pub(super) fn limits() -> TreeLimits {
    CrawlLimits::default().tree
}

fn commit(folder: &Path, bare: bool, files: &[(&str, &[u8])]) -> CommitId {
    let words =
        CommitWords { name: "Ada", email: "ada@example.com", at: Timestamp(1_700_000_000), message: "m" };
    commit_files(folder, bare, files.iter().copied(), words).expect("the commit is written")
}

/// A bare repository with one commit in a temporary folder.
pub(super) fn sample() -> (tempfile::TempDir, CommitId) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let id = commit(folder.path(), true, &FILES);
    (folder, id)
}

/// Writes a tree, with any names and modes, and makes it the tree of `main`.
pub(super) fn commit_raw_tree(folder: &Path, entries: &[(&str, &[u8], Oid)]) -> Oid {
    let repository = Repository::open(folder).expect("the repository opens");
    let tree = write_tree(&repository, entries);
    let text = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n");
    let commit =
        repository.odb().and_then(|odb| odb.write(ObjectType::Commit, text.as_bytes())).expect("a commit");
    fs::write(folder.join("refs/heads/main"), format!("{commit}\n")).expect("the branch is moved");
    tree
}

fn write_tree(repository: &Repository, entries: &[(&str, &[u8], Oid)]) -> Oid {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend(*name);
        bytes.push(0);
        bytes.extend(id.as_bytes());
    }
    repository.odb().and_then(|odb| odb.write(ObjectType::Tree, &bytes)).expect("a tree")
}

pub(super) fn blob(folder: &Path, bytes: &[u8]) -> Oid {
    Repository::open(folder).and_then(|repository| repository.blob(bytes)).expect("a blob")
}

fn object_file(folder: &Path, id: &str) -> std::path::PathBuf {
    folder.join("objects").join(&id[..2]).join(&id[2..])
}

pub(super) fn walked(folder: &Path, limits: &TreeLimits) -> String {
    let snapshot = Snapshot::open(folder).expect("the repository opens");
    let mut text = String::new();
    let outcome = snapshot.walk(limits, false, &mut |path, entry| {
        text += &format!("{} {:?}\n", String::from_utf8_lossy(path), entry.kind);
    });
    match outcome {
        Err(error) => text += &format!("! {error}\n"),
        Ok(outcome) => {
            for diagnostic in outcome.diagnostics {
                let path = diagnostic.path.unwrap_or_default();
                text += &format!("{} {path:?}: {}\n", diagnostic.code.name(), diagnostic.message);
            }
        }
    }
    text
}

pub(super) fn refusal(folder: &Path) -> String {
    match Snapshot::open(folder) {
        Ok(_) => "no refusal".to_owned(),
        Err(error) => {
            let shown = folder.to_string_lossy().into_owned();
            format!("{}: {error}", error.code().name()).replace(&shown, "FOLDER")
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check_refusal(change: impl FnOnce(&Path), expected: Expect) {
    let (folder, _) = sample();
    change(folder.path());
    assert_eq!(head_of(folder.path()).filter(|_| refusal(folder.path()).contains("HEAD")), None);
    expected.assert_eq(&refusal(folder.path()));
}

#[test]
fn bare_and_working_repositories_are_read_at_their_commit() {
    for bare in [true, false] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let id = commit(folder.path(), bare, &FILES);
        fs::write(folder.path().join("uncommitted.txt"), "x").expect("a file");
        let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
        assert_eq!(head_of(folder.path()), Some(id));
        assert_eq!((snapshot.commit(), snapshot.committed_at()), (Some(id), Some(Timestamp(1_700_000_000))));
        let paths = snapshot.paths(&limits()).expect("the tree is read");
        assert_eq!(paths, [&b"a.txt"[..], b"b/c.txt", b"vendor/d.txt"].map(Box::from));
        assert_eq!(walked(folder.path(), &limits()), "a.txt File\nb/c.txt File\n");
        let entry = snapshot.find("b/c.txt").expect("the file is there");
        let content = |max| snapshot.read(b"b/c.txt", entry, max).expect("the file is read");
        assert_eq!(content(1), FileContent::TooLarge(2));
        assert!(matches!(content(2), FileContent::Whole(_, bytes) if bytes == b"22"));
        assert_eq!(snapshot.find("b").map(|entry| entry.kind), Some(EntryKind::Folder));
        assert_eq!(
            (snapshot.find("b/x"), snapshot.find("a.txt/x"), snapshot.find("../x")),
            (None, None, None)
        );
    }
}

#[test]
fn plain_directories_are_read_like_trees() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in FILES {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", folder.path().join("b/root")).expect("a link");
    let (repository, _) = sample();
    let plain = Snapshot::open(folder.path()).expect("the directory opens");
    let git = Snapshot::open(repository.path()).expect("the repository opens");
    assert_eq!(walked(folder.path(), &limits()), "a.txt File\nb/c.txt File\nb/root Link\n");
    assert_eq!(plain.paths(&limits()).ok(), git.paths(&limits()).ok());
    assert_eq!((plain.commit(), head_of(folder.path())), (None, None));
    assert_eq!(plain.find("b/root/etc"), None, "links are not followed on the way either");
    let entry = plain.find("a.txt").expect("the file is there");
    let id = git.find("a.txt").and_then(|entry| entry.content).expect("git knows the content");
    assert_eq!(plain.read(b"a.txt", entry, 9).ok(), Some(FileContent::Whole(id, b"1".to_vec())));
    assert_eq!(plain.read(b"a.txt", entry, 0).ok(), Some(FileContent::TooLarge(1)));
}

#[test]
fn packed_repositories_and_linked_working_trees_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let main = folder.path().join("main");
    let id = commit(&main, false, &FILES);
    let linked = folder.path().join("linked");
    if !git(&main, &["worktree", "add", "--detach", "../linked"]) || !git(&main, &["gc", "--quiet"]) {
        return say_skipped();
    }
    assert_eq!(head_of(&main), Some(id), "the branch is in packed-refs");
    for path in [&main, &linked] {
        let snapshot = Snapshot::open(path).expect("the repository opens");
        assert_eq!(snapshot.commit(), Some(id));
        assert_eq!(snapshot.paths(&limits()).map(|paths| paths.len()).ok(), Some(3));
        let entry = snapshot.find("b/c.txt").expect("the file is there");
        assert_eq!(snapshot.read(b"b/c.txt", entry, 1).ok(), Some(FileContent::TooLarge(2)));
        assert!(matches!(snapshot.read(b"b/c.txt", entry, 2), Ok(FileContent::Whole(..))));
    }
}

#[test]
fn objects_of_alternates_are_found_as_git_finds_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (origin, clone) = (folder.path().join("origin.git"), folder.path().join("clone.git"));
    let id = commit(&origin, true, &FILES);
    if !git(folder.path(), &["clone", "--quiet", "--bare", "--shared", "origin.git", "clone.git"]) {
        return say_skipped();
    }
    assert_eq!(head_of(&clone), Some(id));
    assert_eq!(walked(&clone, &limits()), "a.txt File\nb/c.txt File\n");
    fs::write(clone.join("objects/info/alternates"), "/nowhere\n").expect("alternates");
    assert!(refusal(&clone).contains("is missing"), "{}", refusal(&clone));
}

#[test]
fn packs_of_random_bytes_do_not_hide_loose_objects() {
    let (folder, id) = sample();
    let noise: Vec<u8> = (0..5_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for name in ["pack-1.pack", "pack-1.idx"] {
        fs::write(folder.path().join("objects/pack").join(name), &noise).expect("a pack");
    }
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    assert_eq!(snapshot.commit(), Some(id));
    assert_eq!(snapshot.paths(&limits()).map(|paths| paths.len()).ok(), Some(3));
}

#[test]
fn nothing_of_the_configuration_or_the_hooks_of_a_repository_runs() {
    let (folder, id) = sample();
    let touched = folder.path().join("touched");
    let run = format!("touch {}", touched.display());
    let config =
        format!("[core]\nfsmonitor = {run}\nsshCommand = {run}\n[include]\npath = {}\n", touched.display());
    fs::write(folder.path().join("config"), config).expect("a config");
    fs::create_dir_all(folder.path().join("hooks")).expect("a folder");
    fs::write(folder.path().join("hooks/post-checkout"), format!("#!/bin/sh\n{run}\n")).expect("a hook");
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    assert_eq!((snapshot.commit(), touched.exists()), (Some(id), false));
}

#[expect(clippy::print_stderr, reason = "a test that could not run says so")]
fn say_skipped() {
    eprintln!("skipped: the git program is not there");
}

#[test]
fn a_branch_that_points_at_tags_is_peeled() {
    let (folder, id) = sample();
    let repository = Repository::open(folder.path()).expect("the repository opens");
    let odb = repository.odb().expect("its objects");
    let mut target = (id.to_string(), "commit");
    for _ in 0..3 {
        let text = format!("object {}\ntype {}\ntag t\ntagger A <a@b> 1 +0000\n\nm\n", target.0, target.1);
        target = (odb.write(ObjectType::Tag, text.as_bytes()).expect("a tag").to_string(), "tag");
    }
    fs::write(folder.path().join("refs/heads/main"), &target.0).expect("the branch is moved");
    assert_eq!(Snapshot::open(folder.path()).ok().and_then(|snapshot| snapshot.commit()), Some(id));
}

#[test]
fn what_head_names_is_told_when_it_is_no_commit() {
    let head = |text: &'static str| move |folder: &Path| fs::write(folder.join("HEAD"), text).expect("HEAD");
    check_refusal(
        head("ref: refs/heads/gone\n"),
        expect![[
            "branch-missing: HEAD names the branch `refs/heads/gone`, which does not exist: point HEAD at an existing branch"
        ]],
    );
    check_refusal(
        head("garbage\n"),
        expect![[
            "repository-unreadable: the repository is damaged: `HEAD` holds neither a commit nor the name of a branch; `git fsck` tells more"
        ]],
    );
    check_refusal(
        head(""),
        expect![[
            "repository-unreadable: the repository is damaged: `HEAD` holds neither a commit nor the name of a branch; `git fsck` tells more"
        ]],
    );
    check_refusal(
        head("ref: refs/../../../etc/passwd\n"),
        expect![[
            "repository-unreadable: the repository is damaged: HEAD names something that is no branch; `git fsck` tells more"
        ]],
    );
    check_refusal(
        head("1111111111111111111111111111111111111111\n"),
        expect![[
            "repository-unreadable: the repository is damaged: object 111111111111 is missing; `git fsck` tells more"
        ]],
    );
    check_refusal(
        |folder| fs::write(folder.join("refs/heads/main"), "ref: refs/heads/main\n").expect("a loop"),
        expect![[
            "repository-unreadable: the repository is damaged: HEAD is a chain of more than 5 symbolic references; `git fsck` tells more"
        ]],
    );
    check_refusal(
        |folder| fs::remove_file(folder.join("refs/heads/main")).expect("main goes"),
        expect![["repository-empty: the repository has no commits: push a commit to its default branch"]],
    );
    check_refusal(
        |folder| {
            let id = blob(folder, b"no commit").to_string();
            fs::write(folder.join("refs/heads/main"), id).expect("main is a blob");
        },
        expect![
            "repository-unreadable: the repository is damaged: object 1baf45c5aaa9 is a blob, expected a commit; `git fsck` tells more"
        ],
    );
}

#[test]
fn forms_that_would_be_misread_are_refused_by_name() {
    let config =
        |text: &'static str| move |folder: &Path| fs::write(folder.join("config"), text).expect("config");
    check_refusal(
        config("[core]\nrepositoryformatversion = 99\n"),
        expect![[
            "repository-unreadable: the repository uses repository format version 99, which cannot be read: expected version 0 or 1"
        ]],
    );
    check_refusal(
        config("[extensions]\nobjectFormat = sha256\n"),
        expect![[
            "repository-unreadable: the repository uses SHA-256 object ids, which cannot be read: expected SHA-1; mirror it without `--object-format`"
        ]],
    );
    check_refusal(
        config("[extensions]\nrefStorage = reftable\n"),
        expect![[
            "repository-unreadable: the repository uses the reftable format for its branches, which cannot be read: run `git refs migrate --ref-format=files`"
        ]],
    );
    check_refusal(config("[include]\npath = /etc/passwd\n[[[\n"), expect![["no refusal"]]);
}

#[test]
fn a_folder_that_is_no_repository_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("broken/.git")).expect("a folder");
    fs::write(folder.path().join("file"), "").expect("a file");
    let refusals = ["gone", "file", "broken"].map(|name| {
        let path = folder.path().join(name);
        refusal(&path)
    });
    expect![[r#"
        repository-unreadable: `FOLDER` does not exist: check the path
        repository-unreadable: `FOLDER` is a file, expected a git repository or a directory
        repository-unreadable: `FOLDER` is a directory whose `.git` has no HEAD, expected a git repository or a directory"#]].assert_eq(&refusals.join("\n"));
}

#[test]
fn objects_that_are_cut_off_or_changed_are_refused_and_nothing_hangs() {
    let text = "content that is long enough to be cut off somewhere in the middle of it";
    let refused = |change: fn(&Path)| {
        let (folder, _) = sample();
        let id = commit(folder.path(), true, &[("x", text.as_bytes())]);
        assert_eq!(head_of(folder.path()), Some(id));
        let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
        let entry = snapshot.find("x").expect("the file is there");
        let name = blob(folder.path(), text.as_bytes()).to_string();
        let file = object_file(folder.path(), &name);
        let mut permissions = fs::metadata(&file).expect("the object").permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "a file of a test in its own folder")]
        permissions.set_readonly(false);
        fs::set_permissions(&file, permissions).expect("the object can be changed");
        change(&file);
        match snapshot.read(b"x", entry, 1_000) {
            Ok(content) => format!("{content:?}"),
            Err(error) => error.to_string(),
        }
    };
    let outcomes = [
        refused(|file| {
            let bytes = fs::read(file).expect("the object");
            fs::write(file, &bytes[..bytes.len() / 2]).expect("it is cut off");
        }),
        refused(|file| fs::write(file, "").expect("it is emptied")),
        refused(|file| fs::write(file, "no zlib at all").expect("it is replaced")),
        refused(|file| fs::write(file, deflated(b"blob 1000000000000000000\0x")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"blob -1\0x")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"blob 1\0xyz")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"blob 5\0xyz")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"blob 3\0xyz")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"thing 3\0xyz")).expect("a lie")),
        refused(|file| fs::write(file, deflated(b"tree 0\0")).expect("a lie")),
    ];
    expect![[r#"
        the repository is damaged: object d0e069812c05 is cut off; `git fsck` tells more
        the repository is damaged: object d0e069812c05 is an empty file; `git fsck` tells more
        the repository is damaged: object d0e069812c05 is not compressed as git does it; `git fsck` tells more
        TooLarge(1000000000000000000)
        the repository is damaged: object d0e069812c05 declares no size; `git fsck` tells more
        the repository is damaged: object d0e069812c05 has another length than it declares; `git fsck` tells more
        the repository is damaged: object d0e069812c05 has another length than it declares; `git fsck` tells more
        the repository is damaged: object d0e069812c05 holds other content than its id names; `git fsck` tells more
        the repository is damaged: object d0e069812c05 is of an unknown type; `git fsck` tells more
        the repository is damaged: object d0e069812c05 is a tree, expected a blob; `git fsck` tells more"#]].assert_eq(&outcomes.join("\n"));
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn a_blob_is_not_inflated_beyond_its_header_when_it_is_too_large() {
    let (folder, _) = sample();
    let zeros = vec![0; 20 << 20];
    commit(folder.path(), true, &[("x", &zeros)]);
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    let entry = snapshot.find("x").expect("the file is there");
    assert_eq!(snapshot.read(b"x", entry, 1 << 20).ok(), Some(FileContent::TooLarge(20 << 20)));
}

#[test]
fn hostile_entries_are_named_and_left_out() {
    let (folder, _) = sample();
    let x = blob(folder.path(), b"x");
    let missing = Oid::hash_object(ObjectType::Tree, b"missing").expect("an id");
    commit_raw_tree(
        folder.path(),
        &[
            ("100644", b"..", x),
            ("40000", b".git", missing),
            ("100644", b"git~1", x),
            ("100644", b"a\x1b[31m", x),
            ("100664", b"old-mode", x),
            ("777777", b"mode", x),
            ("40000", b"blob-as-folder", x),
            ("040000", b"gone", missing),
            ("120000", b"link", x),
            ("160000", b"sub", missing),
            ("100644", b"caf\xe9", x),
        ],
    );
    expect![[r#"
        old-mode File
        link Link
        sub Submodule
        caf� File
        tree-entry-refused "": the entry `..` stands for a folder above or for itself; expected the name of a file
        tree-entry-refused "": the entry `.git` stands for `.git` on some file systems; expected the name of a file
        tree-entry-refused "": the entry `git~1` stands for `.git` on some file systems; expected the name of a file
        tree-entry-refused "": the entry `a\u{1b}[31m` holds a control character; expected the name of a file
        tree-entry-refused "": the entry `mode` has the mode 777777, which git never writes; expected the name of a file
        repository-unreadable "blob-as-folder": the repository is damaged: object c1b0730e0133 is a blob, expected a tree; `git fsck` tells more
        repository-unreadable "gone": the repository is damaged: object d172c8934631 is missing; `git fsck` tells more
    "#]].assert_eq(&walked(folder.path(), &limits()));
}

#[test]
fn deep_trees_and_git_bombs_end_at_their_limits() {
    let (folder, _) = sample();
    let repository = Repository::open(folder.path()).expect("the repository opens");
    let mut tree = write_tree(&repository, &[("100644", b"x", blob(folder.path(), b"x"))]);
    for _ in 0..2_000 {
        tree = write_tree(&repository, &[("40000", b"d", tree)]);
    }
    commit_raw_tree(folder.path(), &[("100644", b"a", blob(folder.path(), b"x")), ("40000", b"d", tree)]);
    let deep = walked(folder.path(), &limits());
    assert!(deep.starts_with("a File\ntree-limit \"d/d/"), "{deep}");
    assert!(deep.contains("`tree.depth_max` of 128"), "{deep}");

    let mut bomb = write_tree(&repository, &[("100644", b"x", blob(folder.path(), b"x"))]);
    for _ in 0..12 {
        let names: Vec<_> = (b'a'..=b'j').map(|name| [name]).collect();
        let entries: Vec<_> = names.iter().map(|name| ("40000", &name[..], bomb)).collect();
        bomb = write_tree(&repository, &entries);
    }
    commit_raw_tree(folder.path(), &[("40000", b"bomb", bomb)]);
    let few = TreeLimits { entries_max: 5_000, ..limits() };
    let bombed = walked(folder.path(), &few);
    assert!(bombed.ends_with("! the tree has more than 5,000 entries, over the limit `tree.entries_max` of 5,000; raise the limit to read it\n"));
}

#[test]
fn long_paths_are_named_and_left_out() {
    let (folder, _) = sample();
    let short = TreeLimits { path_bytes_max: 6, ..limits() };
    expect![[r#"
        a.txt File
        tree-limit "b": the entry `c.txt` has a path of 7 bytes, over the limit `tree.path_bytes_max` of 6
    "#]]
    .assert_eq(&walked(folder.path(), &short));
}

#[test]
fn the_same_files_words_and_time_give_the_same_commit() {
    let ((_first, left), (_second, right)) = (sample(), sample());
    assert_eq!(left, right);
    assert_eq!(RepositoryError::Empty.code(), DiagnosticCode::RepositoryEmpty);
}
