//! What commits say, of repositories made for it: good ones, cut ones and hostile ones.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use catalog_core::model::{CommitId, RepositoryHistory, Timestamp};
use expect_test::{Expect, expect};
use git2::{ObjectType, Oid, Repository};
use tempfile::TempDir;

use super::{commit::Commit, *};
use crate::{
    crawl::harness::git,
    limits::{CrawlLimits, HistoryLimits},
};

const DAY: i64 = 86_400;
/// 2026-01-01T00:00:00Z.
const HEAD_AT: i64 = 1_767_225_600;

fn limits() -> HistoryLimits {
    CrawlLimits::default().history
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Commits some files, each with a content of its own, so many days before the head.
fn commit(folder: &Path, who: &str, days: i64, files: &[&str]) -> CommitId {
    let contents: Vec<(&str, String)> =
        files.iter().map(|path| (*path, format!("{who} {days} {path}"))).collect();
    let email = format!("{}@example.com", who.to_lowercase());
    let message = format!("{who} changes {}\n\nand says why", files.join(" "));
    let words =
        CommitWords { name: who, email: &email, at: Timestamp(HEAD_AT - days * DAY), message: &message };
    let contents = contents.iter().map(|(path, content)| (*path, content.as_bytes()));
    commit_files(folder, true, contents, words).expect("the commit is made")
}

/// Makes a commit of this text the newest one; `TREE` and `HEAD` stand for the ids of those.
fn commit_text(folder: &Path, headers: &[u8]) {
    let snapshot = Snapshot::open(folder).expect("there is a commit");
    let (objects, head) = snapshot.git().expect("it is of git");
    let tree = CommitId(Commit::read(objects, head).expect("the commit is read").tree.0);
    let mut text = headers.to_vec();
    for (name, id) in [(&b"TREE"[..], tree), (b"HEAD", head)] {
        text = split(&text, name).join(id.to_string().as_bytes());
    }
    let repository = Repository::open(folder).expect("the repository is opened");
    let id = repository.odb().and_then(|odb| odb.write(ObjectType::Commit, &text));
    let id = id.expect("the commit is written");
    fs::write(folder.join("refs/heads/main"), format!("{id}\n")).expect("the branch is moved");
}

fn split<'a>(text: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(by.len()).position(|bytes| bytes == by) {
        parts.push(&rest[..at]);
        rest = &rest[at + by.len()..];
    }
    parts.push(rest);
    parts
}

fn reading(folder: &Path, areas: &[&str], limits: &HistoryLimits) -> HistoryReading {
    let snapshot = Snapshot::open(folder).expect("the repository opens");
    let areas: BTreeSet<Box<str>> = areas.iter().map(|path| (*path).into()).collect();
    snapshot.history(areas, BTreeSet::new(), limits).expect("there are commits")
}

fn shown(HistoryReading { history, diagnostics }: &HistoryReading) -> String {
    let days = |at: Timestamp| (HEAD_AT - at.seconds()) as f64 / DAY as f64;
    let RepositoryHistory { last, commits, since, extent, authors, areas, manifests } = history;
    let mut text = format!(
        "{commits} commits, {} since {} days; last `{}` by {}\n",
        extent.name(),
        days(*since),
        last.subject,
        last.name
    );
    for author in authors {
        writeln!(text, "{} <{}> {} {}", author.name, author.email, author.commits, days(author.last))
            .expect("a string takes it");
    }
    for area in areas {
        let by = |at: u32| &*authors[at as usize].name;
        let last = area.last.as_ref().map_or("-", |last| &*last.subject);
        write!(text, "`{}` {} of {}; `{last}`:", area.path, area.commits, area.weight)
            .expect("a string takes it");
        for author in &area.authors {
            write!(text, " {} {} {}", by(author.author), author.commits, author.weight)
                .expect("a string takes it");
        }
        text.push('\n');
    }
    for (path, at) in manifests {
        writeln!(text, "`{path}` changed {}", days(*at)).expect("a string takes it");
    }
    for diagnostic in diagnostics {
        writeln!(text, "{}: {}", diagnostic.code.name(), diagnostic.message).expect("a string takes it");
    }
    text
}

fn check(folder: &Path, areas: &[&str], limits: &HistoryLimits, expected: &Expect) {
    let first = reading(folder, areas, limits);
    expected.assert_eq(&shown(&first));
    assert_eq!(reading(folder, areas, limits).history, first.history, "one commit gives one history");
}

/// Five commits of three people in two areas and outside of them.
fn sample() -> TempDir {
    let folder = folder();
    let at = folder.path();
    commit(at, "Ann", 200, &["README.md", "a/x", "a/deep/y", "b/x"]);
    commit(at, "Ann", 90, &["a/deep/y"]);
    commit(at, "Bob", 45, &["a/x", "b/x"]);
    commit(at, "Zoe", 10, &["b/sub/z"]);
    commit(at, "Bob", 0, &["README.md"]);
    folder
}

#[test]
fn people_are_weighed_by_area_and_age() {
    let folder = sample();
    check(
        folder.path(),
        &["a", "b", "nowhere/deep"],
        &limits(),
        &expect![[r#"
        5 commits, whole since 200 days; last `Bob changes README.md` by Bob
        Ann <ann@example.com> 2 90
        Bob <bob@example.com> 2 0
        Zoe <zoe@example.com> 1 10
        `` 2 of 1074074; `Bob changes README.md`: Bob 1 1000000 Ann 1 74074
        `a` 3 of 949074; `Bob changes a/x b/x`: Ann 2 574074 Bob 1 375000
        `b` 3 of 1393519; `Zoe changes b/sub/z`: Zoe 1 944445 Bob 1 375000 Ann 1 74074
        `nowhere/deep` 0 of 0; `-`:
    "#]],
    );
    // Without areas below the root everything is of the root, and no tree is read.
    let nothing = HistoryLimits { tree_bytes_max: 0, ..limits() };
    check(
        folder.path(),
        &[],
        &nothing,
        &expect![[r#"
        5 commits, whole since 200 days; last `Bob changes README.md` by Bob
        Ann <ann@example.com> 2 90
        Bob <bob@example.com> 2 0
        Zoe <zoe@example.com> 1 10
        `` 5 of 3416668; `Bob changes README.md`: Bob 2 1750000 Zoe 1 944445 Ann 2 722223
    "#]],
    );
}

#[test]
fn the_latest_change_of_a_manifest_is_that_of_the_file_and_not_of_its_folder() {
    let folder = sample();
    let at = folder.path();
    let changed = |areas: &[&str], limits: &HistoryLimits| {
        let snapshot = Snapshot::open(at).expect("the repository opens");
        let areas = areas.iter().map(|path| (*path).into()).collect();
        let manifests = ["README.md", "a/deep/y", "a/x", "b/sub", "b/sub/z", "never.yaml"].map(Into::into);
        let history = snapshot.history(areas, manifests.into(), limits).expect("there are commits").history;
        let days = |at: Timestamp| (HEAD_AT - at.seconds()) / DAY;
        let of_areas = history.areas.iter().map(|area| (area.commits, area.weight)).collect::<Vec<_>>();
        let manifests = history.manifests.iter().map(|(path, at)| format!("{path} {}", days(*at)));
        (manifests.collect::<Vec<_>>().join(", "), of_areas)
    };
    let (manifests, of_areas) = changed(&["a"], &limits());
    assert_eq!(manifests, "README.md 0, a/deep/y 90, a/x 45, b/sub/z 10");
    let without: Vec<(u32, u64)> =
        reading(at, &["a"], &limits()).history.areas.iter().map(|area| (area.commits, area.weight)).collect();
    assert_eq!(of_areas, without, "watching files counts nobody's work elsewhere");
    let few = HistoryLimits { commits_max: 3, ..limits() };
    assert_eq!(changed(&[], &few).0, "README.md 0, a/x 45, b/sub/z 10", "as far as commits were looked at");
}

#[test]
fn each_limit_holds_and_is_told() {
    let folder = sample();
    let at = folder.path();
    check(
        at,
        &["a"],
        &HistoryLimits { commits_max: 2, ..limits() },
        &expect![[r#"
        2 commits, cut since 10 days; last `Bob changes README.md` by Bob
        Bob <bob@example.com> 1 0
        Zoe <zoe@example.com> 1 10
        `` 2 of 1944445; `Bob changes README.md`: Bob 1 1000000 Zoe 1 944445
        `a` 0 of 0; `-`:
    "#]],
    );
    check(
        at,
        &["a"],
        &HistoryLimits { days_max: 60, authors_max: 1, ..limits() },
        &expect![[r#"
        3 commits, cut since 45 days; last `Bob changes README.md` by Bob
        Bob <bob@example.com> 2 0
        Zoe <zoe@example.com> 1 10
        `` 3 of 2319445; `Bob changes README.md`: Bob 2 1375000
        `a` 1 of 375000; `Bob changes a/x b/x`: Bob 1 375000
    "#]],
    );
    check(
        at,
        &["a/deep", "b", "a"],
        &HistoryLimits { areas_max: 2, ..limits() },
        &expect![[r#"
        5 commits, whole since 200 days; last `Bob changes README.md` by Bob
        Ann <ann@example.com> 2 90
        Bob <bob@example.com> 2 0
        Zoe <zoe@example.com> 1 10
        `` 2 of 1074074; `Bob changes README.md`: Bob 1 1000000 Ann 1 74074
        `a` 3 of 949074; `Bob changes a/x b/x`: Ann 2 574074 Bob 1 375000
        `b` 3 of 1393519; `Zoe changes b/sub/z`: Zoe 1 944445 Bob 1 375000 Ann 1 74074
        history-limit: the repository has 3 parts that documents speak of, over the limit `history.areas_max` of 2; who works on the others is counted for the parts above them
    "#]],
    );
    check(
        at,
        &["a"],
        &HistoryLimits { tree_bytes_max: 300, ..limits() },
        &expect![[r#"
        3 commits, cut since 45 days; last `Bob changes README.md` by Bob
        Bob <bob@example.com> 1 0
        Zoe <zoe@example.com> 1 10
        `` 2 of 1944445; `Bob changes README.md`: Bob 1 1000000 Zoe 1 944445
        `a` 0 of 0; `-`:
        history-limit: comparing the commits takes more than the limit `history.tree_bytes_max` of 300
    "#]],
    );
    let none = HistoryLimits { commits_max: 0, ..limits() };
    let snapshot = Snapshot::open(at).expect("the repository opens");
    assert!(snapshot.history(BTreeSet::new(), BTreeSet::new(), &none).is_none());
}

#[test]
fn files_that_go_and_folders_that_become_files_touch_their_areas() {
    let folder = folder();
    let at = folder.path();
    commit(at, "Ann", 9, &["a/x", "a-b/x", "a.txt", "b/x", "file"]);
    let id = |path: &str| {
        let repository = Repository::open(at).expect("the repository is opened");
        let head = repository.head().and_then(|head| head.peel_to_tree()).expect("there is a tree");
        head.get_path(Path::new(path)).expect("it is there").id()
    };
    let (a, file) = (id("a"), id("file"));
    let put = |who: &str, days: i64, entries: &[(&str, i32, Oid)]| {
        let repository = Repository::open(at).expect("the repository is opened");
        let mut tree = repository.treebuilder(None).expect("a tree");
        for (name, mode, id) in entries {
            tree.insert(name, *id, *mode).expect("an entry");
        }
        let tree = tree.write().expect("the tree is written");
        let seconds = HEAD_AT - days * DAY;
        let person = format!("{who} <{who}@example.com> {seconds} +0000");
        commit_text(
            at,
            format!("tree {tree}\nparent HEAD\nauthor {person}\ncommitter {person}\n\n{who}").as_bytes(),
        );
    };
    // The folder `b` goes; then `a` becomes a file; then `file` becomes a folder.
    put(
        "gone",
        3,
        &[("a", 0o040_000, a), ("a-b", 0o040_000, a), ("a.txt", 0o100_644, file), ("file", 0o100_644, file)],
    );
    put(
        "afile",
        2,
        &[
            ("a", 0o100_644, file),
            ("a-b", 0o040_000, a),
            ("a.txt", 0o100_644, file),
            ("file", 0o100_644, file),
        ],
    );
    put(
        "afolder",
        1,
        &[("a", 0o100_644, file), ("a-b", 0o040_000, a), ("a.txt", 0o100_644, file), ("file", 0o040_000, a)],
    );
    put(
        "mode",
        0,
        &[("a", 0o100_644, file), ("a-b", 0o040_000, a), ("a.txt", 0o100_755, file), ("file", 0o040_000, a)],
    );
    check(
        at,
        &["a", "a-b", "b", "file"],
        &limits(),
        &expect![[r#"
        5 commits, whole since 9 days; last `mode` by mode
        afile <afile@example.com> 1 2
        afolder <afolder@example.com> 1 1
        Ann <ann@example.com> 1 9
        gone <gone@example.com> 1 3
        mode <mode@example.com> 1 0
        `` 3 of 1517778; `mode`: mode 1 1000000 gone 1 327778 Ann 1 190000
        `a` 2 of 1178889; `afile`: afile 1 988889 Ann 1 190000
        `a-b` 2 of 517778; `gone`: gone 1 327778 Ann 1 190000
        `b` 2 of 517778; `gone`: gone 1 327778 Ann 1 190000
        `file` 2 of 1184445; `afolder`: afolder 1 994445 Ann 1 190000
    "#]],
    );
}

#[test]
fn merges_are_no_work_and_programs_are_no_people() {
    let folder = folder();
    let at = folder.path();
    let base = commit(at, "Ann", 30, &["a/x"]);
    let side = commit(at, "Bob", 20, &["a/y"]);
    fs::write(at.join("refs/heads/main"), format!("{base}\n")).expect("the branch is moved");
    commit(at, "Zoe", 10, &["b/z"]);
    let mer = format!("Mer <mer@example.com> {HEAD_AT} +0000");
    let text = format!("tree TREE\nparent HEAD\nparent {side}\nauthor {mer}\ncommitter {mer}\n\nMerge");
    commit_text(at, text.as_bytes());
    commit(at, "renovate[bot]", 0, &["a/x"]);
    check(
        at,
        &["a", "b"],
        &limits(),
        &expect![[r#"
        5 commits, whole since 30 days; last `renovate[bot] changes a/x` by renovate[bot]
        Ann <ann@example.com> 1 30
        Bob <bob@example.com> 1 20
        Zoe <zoe@example.com> 1 10
        `` 0 of 0; `-`:
        `a` 2 of 1722223; `renovate[bot] changes a/x`: Bob 1 888889 Ann 1 833334
        `b` 1 of 944445; `Zoe changes b/z`: Zoe 1 944445
    "#]],
    );
}

#[test]
fn a_shallow_copy_is_told_as_one() {
    let folder = sample();
    let copies = self::folder();
    let url = format!("file://{}", folder.path().display());
    assert!(git(copies.path(), &["clone", "-q", "--bare", "--depth", "2", &url, "copy"]));
    check(
        &copies.path().join("copy"),
        &["a", "b"],
        &limits(),
        &expect![[r#"
        2 commits, shallow since 10 days; last `Bob changes README.md` by Bob
        Bob <bob@example.com> 1 0
        Zoe <zoe@example.com> 1 10
        `` 1 of 1000000; `Bob changes README.md`: Bob 1 1000000
        `a` 0 of 0; `-`:
        `b` 0 of 0; `-`:
    "#]],
    );
}

#[test]
fn a_parent_that_is_missing_is_a_remark() {
    let folder = sample();
    let at = folder.path();
    let repository = Repository::open(at).expect("the repository is opened");
    let head = repository.head().and_then(|head| head.peel_to_commit()).expect("there is a commit");
    let lost = head.parent(0).and_then(|parent| parent.parent(0)).expect("there are more").id().to_string();
    fs::remove_file(at.join("objects").join(&lost[..2]).join(&lost[2..])).expect("it is a loose object");
    let shown = shown(&reading(at, &["a", "b"], &limits())).replace(&lost[..12], "LOST");
    expect![[r#"
        2 commits, unreadable since 10 days; last `Bob changes README.md` by Bob
        Bob <bob@example.com> 1 0
        Zoe <zoe@example.com> 1 10
        `` 1 of 1000000; `Bob changes README.md`: Bob 1 1000000
        `a` 0 of 0; `-`:
        `b` 0 of 0; `-`:
        history-unreadable: an earlier commit cannot be read: the repository is damaged: object LOST is missing; `git fsck` tells more
    "#]].assert_eq(&shown);
}

#[test]
fn a_tree_that_is_missing_is_a_remark() {
    let folder = sample();
    let at = folder.path();
    let repository = Repository::open(at).expect("the repository is opened");
    let head = repository.head().and_then(|head| head.peel_to_commit()).expect("there is a commit");
    let lost = head.parent(0).and_then(|parent| parent.tree()).expect("there is a tree").id().to_string();
    fs::remove_file(at.join("objects").join(&lost[..2]).join(&lost[2..])).expect("it is a loose object");
    let shown = shown(&reading(at, &["a", "b"], &limits())).replace(&lost[..12], "LOST");
    expect![[r#"
        5 commits, unreadable since 200 days; last `Bob changes README.md` by Bob
        Ann <ann@example.com> 2 90
        Bob <bob@example.com> 2 0
        Zoe <zoe@example.com> 1 10
        `` 1 of 74074; `Ann changes README.md a/x a/deep/y b/x`: Ann 1 74074
        `a` 3 of 949074; `Bob changes a/x b/x`: Ann 2 574074 Bob 1 375000
        `b` 2 of 449074; `Bob changes a/x b/x`: Bob 1 375000 Ann 1 74074
        history-unreadable: an earlier commit cannot be read: the repository is damaged: object LOST is missing; `git fsck` tells more
    "#]].assert_eq(&shown);
}

#[test]
fn odd_authors_and_clocks_are_bounded() {
    let folder = folder();
    let at = folder.path();
    commit(at, "Ann", 400, &["a/x"]);
    let mut long = b"tree TREE\nparent HEAD\nauthor ".to_vec();
    long.extend(vec![b'x'; 1 << 18]);
    long.extend(
        format!(" <long@example.com> {} +0000\ncommitter C <c@d> {HEAD_AT} +0000\n\n", HEAD_AT - DAY)
            .as_bytes(),
    );
    long.extend(vec![b's'; 1 << 18]);
    for headers in [
        // Before 1970, after the year 9999, and no number at all.
        &b"tree TREE\nparent HEAD\nauthor A <old@x> -99999999999 +0000\ncommitter C <c@d> 1767225600 +0000\n\nOld"[..],
        b"tree TREE\nparent HEAD\nauthor A <new@x> 9223372036854775807 +0000\ncommitter C <c@d> 1767225600 +0000\n\nNew",
        b"tree TREE\nparent HEAD\nauthor A <none@x> soon +0000\ncommitter C <c@d> 1767225600 +0000\n\nNone",
        b"tree TREE\nparent HEAD\nauthor \x1b[2J\xff\x07 <E\x00V@x\xfe> 1767225600 +0000\ncommitter C <c@d> 1767225600 +0000\n\n\x1b]0;x\x07 \xff",
        b"tree TREE\nparent HEAD\nauthor nobody\ncommitter nobody\n\nNobody",
        b"tree TREE\nparent HEAD",
        &long,
    ] {
        commit_text(at, headers);
    }
    let shown = shown(&reading(at, &["a"], &limits()))
        .replace(&"x".repeat(200), "X*200")
        .replace(&"s".repeat(200), "S*200");
    expect![[r#"
        7 commits, cut since 0 days; last `S*200` by X*200
        [2J� <e v@x�> 1 0
        X*200 <long@example.com> 1 1
        A <new@x> 1 0
        A <none@x> 1 0
        A <old@x> 1 20454
        `` 0 of 0; `-`:
        `a` 0 of 0; `-`:
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_head_of_the_far_future_hides_nothing_but_what_is_far_before_it() {
    let folder = folder();
    let at = folder.path();
    commit(at, "Ann", 1, &["a/x"]);
    commit_text(at, b"tree TREE\nparent HEAD\nauthor A <a@b> 99999999999999 +0000\ncommitter A <a@b> 99999999999999 +0000\n\nLater");
    let history = reading(at, &["a"], &limits()).history;
    assert_eq!((history.commits, history.last.at), (1, Timestamp(253_402_300_799)));
    assert_eq!(history.extent.name(), "cut");
}

#[test]
fn a_commit_of_very_many_paths_and_parents_is_bounded() {
    const PATHS: usize = 50_000;
    let folder = folder();
    let at = folder.path();
    let first = commit(at, "Ann", 1, &["a/x"]);
    let paths: Vec<String> = (0..PATHS).map(|number| format!("wide/{}/{number}", number % 100)).collect();
    let repository = Repository::open(at).expect("the repository is opened");
    let blob = repository.blob(b"x").expect("a blob");
    let mut update = git2::build::TreeUpdateBuilder::new();
    for path in &paths {
        update.upsert(path.as_str(), blob, git2::FileMode::Blob);
    }
    let base = repository.head().and_then(|head| head.peel_to_tree()).expect("there is a tree");
    let tree = update.create_updated(&repository, &base).expect("the tree is written");
    let bob = format!("Bob <bob@example.com> {HEAD_AT} +0000");
    commit_text(at, format!("tree {tree}\nparent HEAD\nauthor {bob}\ncommitter {bob}\n\nMany").as_bytes());
    check(
        at,
        &["a", "wide"],
        &limits(),
        &expect![[r#"
        2 commits, whole since 1 days; last `Many` by Bob
        Ann <ann@example.com> 1 1
        Bob <bob@example.com> 1 0
        `` 0 of 0; `-`:
        `a` 1 of 994445; `Ann changes a/x`: Ann 1 994445
        `wide` 1 of 1000000; `Many`: Bob 1 1000000
    "#]],
    );

    let parents = format!("parent {first}\n").repeat(1_000);
    commit_text(
        at,
        format!("tree {tree}\nparent HEAD\n{parents}author {bob}\ncommitter {bob}\n\nOctopus").as_bytes(),
    );
    check(
        at,
        &["a"],
        &limits(),
        &expect![[r#"
        3 commits, cut since 1 days; last `Octopus` by Bob
        Ann <ann@example.com> 1 1
        Bob <bob@example.com> 1 0
        `` 1 of 1000000; `Many`: Bob 1 1000000
        `a` 1 of 994445; `Ann changes a/x`: Ann 1 994445
    "#]],
    );
}
