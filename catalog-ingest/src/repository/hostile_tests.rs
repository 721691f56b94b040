//! Trees, commits and references that somebody made to confuse whoever reads them.

use std::{fmt::Write as _, fs, path::Path};

use catalog_core::model::CommitId;
use expect_test::expect;
use git2::{ObjectType, Oid, Repository};

use super::{
    tests::{blob, commit_raw_tree, limits, refusal, sample, walked},
    *,
};

fn write_object(folder: &Path, kind: ObjectType, bytes: &[u8]) -> Oid {
    let written = Repository::open(folder).and_then(|repository| repository.odb()?.write(kind, bytes));
    written.expect("the object is written")
}

/// Makes a commit with this text before its message the newest one, and opens the repository.
fn open_commit(headers: &[u8], message: &[u8]) -> (tempfile::TempDir, Result<Snapshot, RepositoryError>) {
    let (folder, _) = sample();
    let tree = commit_raw_tree(folder.path(), &[("100644", b"a", blob(folder.path(), b"x"))]);
    let mut text = format!("tree {tree}\n").into_bytes();
    text.extend([headers, b"\n", message].concat());
    let id = write_object(folder.path(), ObjectType::Commit, &text);
    fs::write(folder.path().join("refs/heads/main"), format!("{id}\n")).expect("the branch is moved");
    let opened = Snapshot::open(folder.path());
    (folder, opened)
}

#[test]
fn names_that_climb_are_named_and_left_out_and_the_rest_is_read() {
    let (folder, _) = sample();
    let x = blob(folder.path(), b"x");
    commit_raw_tree(
        folder.path(),
        &[
            ("100644", b".", x),
            ("100644", b"a/../../b", x),
            ("100644", b"/etc/passwd", x),
            ("100644", b"", x),
            ("100644", b"z", x),
            ("100644", b"b", x),
            ("100644", b"=1+1", x),
            ("100644", b"-rf", x),
            ("100644", "\u{202e}gpj".as_bytes(), x),
        ],
    );
    expect![[r#"
        z File
        b File
        =1+1 File
        -rf File
        RTLgpj File
        tree-entry-refused "": the entry `.` stands for a folder above or for itself; expected the name of a file
        tree-entry-refused "": the entry `a/../../b` holds a `/`; expected the name of a file
        tree-entry-refused "": the entry `/etc/passwd` holds a `/`; expected the name of a file
        tree-entry-refused "": the entry `` is empty; expected the name of a file
    "#]]
    .assert_eq(&walked(folder.path(), &limits()).replace('\u{202e}', "RTL"));
}

#[test]
fn a_link_in_place_of_a_folder_leads_nowhere() {
    let (folder, _) = sample();
    let link = blob(folder.path(), b"/");
    commit_raw_tree(folder.path(), &[("120000", b"root", link)]);
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    assert_eq!(walked(folder.path(), &limits()), "root Link\n");
    assert_eq!((snapshot.find("root/etc"), snapshot.find("root/etc/passwd")), (None, None));
}

#[test]
fn names_in_two_unicode_forms_are_two_paths() {
    let (folder, _) = sample();
    let x = blob(folder.path(), b"x");
    let names = ["caf\u{e9}", "cafe\u{301}"];
    commit_raw_tree(folder.path(), &names.map(|name| ("100644", name.as_bytes(), x)));
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    assert!(names.iter().all(|name| snapshot.find(name).is_some()));
    assert_eq!(snapshot.paths(&limits()).map(|paths| paths.len()).ok(), Some(2));
}

#[test]
fn a_folder_of_a_hundred_thousand_files_is_walked_once() {
    let (folder, _) = sample();
    let x = blob(folder.path(), b"x");
    let names: Vec<_> = (0..100_000).map(|number| format!("f{number:06}")).collect();
    let entries: Vec<_> = names.iter().map(|name| ("100644", name.as_bytes(), x)).collect();
    commit_raw_tree(folder.path(), &entries);
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    assert_eq!(snapshot.paths(&limits()).map(|paths| paths.len()).ok(), Some(100_000));
}

#[test]
fn odd_commits_are_read_as_long_as_they_name_a_tree() {
    let committer = b"committer A <a@b> 1 +0000\n";
    let signature = [b"gpgsig x".as_slice(), &b"\n y".repeat(300_000), b"\n"].concat();
    let mut parents = Vec::new();
    for number in 0..20_000_u32 {
        let id = Oid::hash_object(ObjectType::Commit, &number.to_le_bytes()).expect("an id");
        parents.extend(format!("parent {id}\n").into_bytes());
    }
    let cases: [(&[u8], &[u8]); 7] = [
        (
            b"author A <a@b> 100000000000000000000 +0000\ncommitter A <a@b> 100000000000000000000 +0000\n",
            b"m",
        ),
        (b"author A <a@b> -1 +9999\ncommitter A <a@b> -1 +9999\n", b"m"),
        (committer, b"no author"),
        (
            b"author \x1b]0;x\x07 <a@b> 1 +0000\ncommitter \x1b[31m <a@b> 1 +0000\nencoding x-nonsense\n",
            b"\xff",
        ),
        (committer, &vec![b'm'; 20 << 20]),
        (&[committer.as_slice(), &signature].concat(), b"m"),
        (&[&parents, committer.as_slice()].concat(), b"m"),
    ];
    for (number, (headers, message)) in cases.into_iter().enumerate() {
        let (folder, opened) = open_commit(headers, message);
        let commit =
            opened.map(|snapshot| snapshot.commit()).unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(commit, head_of(folder.path()), "{number}");
        assert_eq!(walked(folder.path(), &limits()), "a File\n", "{number}");
    }
}

#[test]
fn a_chain_of_tags_has_an_end() {
    let (folder, id) = sample();
    let mut target = (id.to_string(), "commit");
    for _ in 0..150 {
        let text = format!("object {}\ntype {}\ntag t\ntagger A <a@b> 1 +0000\n\nm\n", target.0, target.1);
        target = (write_object(folder.path(), ObjectType::Tag, text.as_bytes()).to_string(), "tag");
    }
    fs::write(folder.path().join("refs/heads/main"), &target.0).expect("the branch is moved");
    expect!["repository-unreadable: the repository is damaged: HEAD names a chain of more than 100 tags; `git fsck` tells more"].assert_eq(&refusal(folder.path()));
}

#[test]
fn the_default_branch_is_found_among_twenty_thousand_and_garbage() {
    let (folder, id) = sample();
    fs::remove_file(folder.path().join("refs/heads/main")).expect("the branch is packed");
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for number in 0..20_000 {
        let _ = writeln!(packed, "{} refs/heads/$(touch x);{number}", CommitId([9; 20]));
    }
    let mut packed = packed.into_bytes();
    packed.extend(b"garbage\n^nothing\n\xff\xfe\n\n refs/heads/main\nzz refs/heads/main\n");
    packed.extend(format!("{} refs/heads/mainly\n", CommitId([8; 20])).into_bytes());
    packed.extend(format!("{id} refs/heads/main\n^{}\n", CommitId([7; 20])).into_bytes());
    fs::write(folder.path().join("packed-refs"), packed).expect("references");
    assert_eq!(head_of(folder.path()), Some(id));
    assert_eq!(Snapshot::open(folder.path()).ok().and_then(|snapshot| snapshot.commit()), Some(id));
}

#[test]
fn what_replaces_objects_for_git_replaces_nothing_here() {
    let (folder, id) = sample();
    let content = blob(folder.path(), b"1");
    let other = blob(folder.path(), b"swapped");
    let replace = folder.path().join("refs/replace");
    fs::create_dir_all(&replace).expect("a folder");
    fs::write(replace.join(content.to_string()), format!("{other}\n")).expect("a replacement");
    fs::create_dir_all(folder.path().join("info")).expect("a folder");
    fs::write(folder.path().join("info/grafts"), format!("{id}\n")).expect("a graft");
    let snapshot = Snapshot::open(folder.path()).expect("the repository opens");
    let entry = snapshot.find("a.txt").expect("the file is there");
    assert!(matches!(snapshot.read(b"a.txt", entry, 9), Ok(FileContent::Whole(_, bytes)) if bytes == b"1"));
}
