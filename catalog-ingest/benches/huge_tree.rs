//! One repository of 100,000 paths with an `OWNERS` file in each of its 500 folders.
//!
//! `git2_walk` is one walk over its tree that only looks at the names; `first_crawl` knows nothing yet;
//! `crawl_after_one_change` knows all but the last commit, which changed one file.

use std::{collections::HashMap, path::Path, sync::LazyLock};

use catalog_core::model::{
    CatalogChange, RepositoryDeclarations, RepositoryHead, RepositoryId, Timestamp, Visit,
};
use catalog_ingest::{
    crawl::{CrawlOptions, Known, crawl},
    plan::{PlannedRepository, Planner},
    repository::{CommitWords, commit_files},
};

const FOLDERS: usize = 500;
const FILES_OF_FOLDER: usize = 199;

struct World {
    folder: tempfile::TempDir,
    plan: Vec<PlannedRepository>,
    /// What is known before the last commit.
    known: Memory,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("acme/monorepo.git");
    let mut files: Vec<(String, Vec<u8>)> = Vec::with_capacity(FOLDERS * (FILES_OF_FOLDER + 1));
    for number in 0..FOLDERS {
        let folder = format!("area-{}/part-{}/package-{number}", number % 10, number % 50);
        files.push((format!("{folder}/OWNERS"), format!("approvers:\n- user-{number}\n").into_bytes()));
        for file in 0..FILES_OF_FOLDER {
            files.push((format!("{folder}/source_{file}.rs"), b"fn main() {}\n".to_vec()));
        }
    }
    commit(&path, &files, 0);
    let mut planner = Planner::new(folder.path());
    planner.word("acme");
    let plan = planner.finish().repositories;
    let mut known = Memory::default();
    visit(&plan, &Memory::default(), &mut |change| {
        for visit in change.visits {
            if let Visit::Read(declarations) = visit {
                known.repositories.insert(declarations.head.id.clone(), *declarations);
            }
        }
    });
    commit(&path, &[("area-7/README.md".to_owned(), b"# changed\n".to_vec())], 1);
    World { folder, plan, known }
});

fn commit(path: &Path, files: &[(String, Vec<u8>)], second: i64) {
    let at = Timestamp(1_700_000_000 + second);
    let words = CommitWords { name: "Ada", email: "ada@example.com", at, message: "m" };
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_slice()));
    commit_files(path, true, files, words).expect("the commit is written");
}

#[derive(Default)]
struct Memory {
    repositories: HashMap<RepositoryId, RepositoryDeclarations>,
}

impl Known for Memory {
    fn head(&self, id: &RepositoryId) -> Option<RepositoryHead> {
        self.repositories.get(id).map(|declarations| declarations.head.clone())
    }

    fn declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations> {
        self.repositories.get(id).cloned()
    }
}

fn visit(plan: &[PlannedRepository], known: &Memory, sink: &mut dyn FnMut(CatalogChange)) -> usize {
    let options = CrawlOptions::new("unused".into(), Timestamp(1_800_000_000));
    let report = crawl(plan, known, &options, &|_| {}, &mut |change| {
        sink(change);
        Ok::<(), std::convert::Infallible>(())
    });
    report.expect("this sink takes everything").manifests
}

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn git2_walk() -> usize {
    let path = WORLD.folder.path().join("acme/monorepo.git");
    let repository = git2::Repository::open_bare(path).expect("the repository opens");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
    let mut owners = 0;
    tree.walk(git2::TreeWalkMode::PreOrder, |_, entry| {
        owners += usize::from(entry.name_bytes() == b"OWNERS");
        git2::TreeWalkResult::Ok
    })
    .expect("the tree is walked over");
    assert_eq!(owners, FOLDERS);
    owners
}

#[divan::bench(sample_count = 10)]
fn first_crawl() -> usize {
    let manifests = visit(&WORLD.plan, &Memory::default(), &mut |_| {});
    assert_eq!(manifests, FOLDERS);
    manifests
}

#[divan::bench(sample_count = 10)]
fn crawl_after_one_change() -> usize {
    visit(&WORLD.plan, &WORLD.known, &mut |_| {})
}
