//! A working tree of 10,000 files, looked at before a push, against a walk that only lists its folders.
//!
//! `plain_walk` is the floor; `git2_status` is what git itself does to find out what would be pushed;
//! `lint_everything` is all of it: listing, ignoring, reading the manifests, and all rules against all paths.

use std::{fmt::Write, fs, path::Path, sync::LazyLock};

use catalog_core::model::RepositoryId;
use catalog_ingest::{
    limits::CrawlLimits,
    lint::{LintOptions, lint},
};
use git2::{IndexAddOption, Repository, StatusOptions};

const FOLDERS: usize = 500;
const FILES_IN_FOLDER: usize = 20;
const RULES: usize = 200;

static WORLD: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    let repository = Repository::init(root).expect("a repository");
    for number in 0..FOLDERS {
        let path = root.join(format!("area-{}/part-{number}/src", number % 25));
        fs::create_dir_all(&path).expect("a folder");
        for file in 0..FILES_IN_FOLDER {
            fs::write(path.join(format!("file-{file}.rs")), "fn main() {}\n").expect("a file");
        }
        if number % 10 == 0 {
            fs::write(path.join("catalog-info.yaml"), manifest(number)).expect("a file");
        }
    }
    fs::write(root.join(".gitignore"), "target/\n*.log\n*.tmp\n/dist\n.idea/\n!keep.log\n").expect("a file");
    let mut rules = String::from("* @acme/all\n");
    for number in 0..RULES {
        writeln!(rules, "/area-{}/part-{number}/ @acme/team-{number}", number % 25).expect("a text");
    }
    fs::write(root.join("CODEOWNERS"), rules).expect("a file");
    let mut index = repository.index().expect("an index");
    index.add_all(["*"], IndexAddOption::DEFAULT, None).expect("the files are added");
    index.write().expect("the index is written");
    // What was not committed yet is looked at, too.
    fs::write(root.join("area-0/part-0/new.rs"), "").expect("a file");
    folder
});

fn manifest(number: usize) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: part-{number}\nspec:\n  \
         type: service\n  lifecycle: production\n  owner: team-{number}\n  dependsOn: [component:part-0]\n"
    )
}

fn main() {
    divan::main();
}

fn listed(folder: &Path) -> usize {
    let mut files = 0;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if !entry.file_type().expect("a type").is_dir() {
                files += 1;
            } else if entry.file_name() != ".git" {
                open.push(entry.path());
            }
        }
    }
    files
}

#[divan::bench(sample_count = 50)]
fn plain_walk() -> usize {
    let files = listed(WORLD.path());
    assert!(files > FOLDERS * FILES_IN_FOLDER);
    files
}

#[divan::bench(sample_count = 20)]
fn git2_status() -> usize {
    let repository = Repository::open(WORLD.path()).expect("it opens");
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true);
    let statuses = repository.statuses(Some(&mut options)).expect("a status");
    statuses.len()
}

#[divan::bench(sample_count = 50)]
fn lint_everything() -> usize {
    let id = RepositoryId::new("acme/shop").expect("the id is good");
    let options = LintOptions { limits: &CrawlLimits::default(), strict: true };
    let found = lint(WORLD.path(), &id, options, None).expect("the tree can be read");
    assert_eq!(found.manifests.len(), FOLDERS / 10 + 1);
    found.diagnostics.len()
}
