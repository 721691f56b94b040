//! Golden changes: each folder of `tests/fixtures/changes` has a change of the example organisation and what
//! `catalog check` says to it in every face. `UPDATE_EXPECT=1` writes the answers anew.

mod needed;
mod steps;

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::ExpectFile;

use crate::support::{Commit, Run, World, schema, shown, workspace};

use steps::{Change, Step};

/// A face of the check, by the name that `--also` knows it by, and the file that holds what it is to be.
const FACES: [(&str, &str); 7] = [
    ("json", "expected.json"),
    ("markdown", "expected.md"),
    ("summary", "expected.summary.md"),
    ("github", "expected.github.txt"),
    ("gitlab", "expected.gitlab.json"),
    ("sarif", "expected.sarif"),
    ("junit", "expected.junit.xml"),
];

#[test]
fn every_golden_change_is_answered_in_every_face() {
    let world = crawled();
    let changes = changes();
    assert!(changes.len() >= 20, "{} golden changes", changes.len());
    for folder in changes {
        hold(&world, &folder);
    }
}

/// The folders of the golden changes, in the order of their numbers.
fn changes() -> Vec<PathBuf> {
    let folder = workspace().join("tests/fixtures/changes");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let folders = entries.map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The example organisation, each repository with one commit, crawled.
fn crawled() -> World {
    let world = World::new();
    let organization = workspace().join("tests/fixtures/organizations/aldersound");
    for entry in fs::read_dir(organization).expect("the example is there") {
        let repository = entry.expect("an entry").path();
        if repository.is_dir() {
            let mut commit = Commit::default();
            for file in files_below(&repository) {
                let path = file.strip_prefix(&repository).expect("it lies below").to_string_lossy();
                commit = commit.bytes(&path, &fs::read(&file).expect("the file is read"));
            }
            let name = repository.file_name().expect("a folder has a name").to_string_lossy();
            commit.write(&world.path(&format!("aldersound/{name}")));
        }
    }
    world.run("crawl aldersound").ends_with(0);
    world
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Makes the change that a folder describes, asks, and holds the answers against what the folder expects.
fn hold(world: &World, folder: &Path) {
    let steps = steps::read(folder);
    let place = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
    let mut change = Change::new(world, folder, &place);
    for step in steps {
        match step {
            Step::Check(words) => {
                let run = check(&change, &words);
                compare(&change, &words, &run);
            }
            step => change.make(&step),
        }
    }
}

fn check(change: &Change<'_>, words: &str) -> Run {
    let faces = FACES.iter().flat_map(|(name, file)| {
        let out = change.path(file);
        ["--also".to_owned(), format!("{name}={}", out.display())]
    });
    let words = std::iter::once("check").chain(words.split_whitespace()).map(str::to_owned);
    let mut command = change.world.command(words.chain(faces));
    command.current_dir(change.repository()).env("CATALOG_STORE", change.store());
    if let Some(policy) = change.policy() {
        command.env("CATALOG_CONFIG", policy);
    }
    change.world.finish(&mut command)
}

fn compare(change: &Change<'_>, words: &str, run: &Run) {
    let code = run.code().expect("the program ended by itself");
    let terminal = format!("$ catalog check {words}\n{}{}exit code {code}\n", run.stdout, run.stderr);
    expected(change, "expected.txt").assert_eq(&masked(&terminal));
    let root = change.world.text("");
    let read = |file: &str| fs::read(change.path(file)).ok();
    if let Some(json) = read("expected.json") {
        let document = serde_json::from_slice(&json).expect("it is JSON");
        assert_eq!(schema::breaches("check", &document), [""; 0]);
    }
    let markdown = read("expected.md");
    for (_, file) in FACES {
        let written = read(file);
        // What is the same as the comment, or only lists what the others count, would be read by nobody.
        let is_told = match file {
            "expected.summary.md" => written != markdown,
            "expected.json" | "expected.sarif" | "expected.md" => !change.is_huge(),
            _ => true,
        };
        let written = written.filter(|_| is_told).map(|bytes| String::from_utf8(bytes).expect("text"));
        match written {
            Some(text) => {
                expected(change, file).assert_eq(&masked(&shown(&text, root.trim_end_matches('/'))));
            }
            None => assert!(!change.folder.join(file).exists(), "{file} of {} is never written", change.name),
        }
    }
    needed::hold_all(&read);
}

/// The file of a folder that holds what is expected.
fn expected(change: &Change<'_>, file: &str) -> ExpectFile {
    ExpectFile { path: change.folder.join(file), position: file!() }
}

/// The answer without what differs from day to day or with every edit of the example: commits and times.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_commit = [12, 40].contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit());
        shown.push_str(if is_commit { "COMMIT" } else { word });
        shown.push_str(&part[word.len()..]);
    }
    let is_time = |line: &str| line.contains("\"observedAt\": \"");
    let lines = shown.split_inclusive('\n').map(|line| {
        if !is_time(line) {
            return line.to_owned();
        }
        let (field, _) = line.split_once(": ").expect("it is there");
        let comma = if line.trim_end().ends_with(',') { "," } else { "" };
        format!("{field}: \"TIME\"{comma}\n")
    });
    lines.collect()
}
