//! A crawl of a thousand small bare repositories, against a git2 loop that only reads the same blobs.
//!
//! `git2_loop` and `git2_heads` are the floors, on one thread; `first_crawl` knows nothing yet; `second_crawl`
//! finds nothing changed; `first_crawl_in_children` has processes of its own read.

use std::{collections::HashMap, path::Path, sync::LazyLock};

use catalog_core::model::{
    CatalogChange, RepositoryDeclarations, RepositoryHead, RepositoryId, Timestamp, Visit,
};
use catalog_ingest::{
    crawl::{CrawlOptions, Isolation, Known, crawl, read_for_crawl},
    plan::{PlannedRepository, Planner},
    progress::CrawlReport,
    repository::{CommitWords, commit_files},
};

const REPOSITORIES: usize = 1_000;

/// A folder of repositories, planned, with all that a first crawl learns of them.
struct World {
    folder: tempfile::TempDir,
    plan: Vec<PlannedRepository>,
    known: Memory,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for number in 0..REPOSITORIES {
        let path = folder.path().join(format!("team-{}/service-{number}.git", number % 20));
        let manifest = manifest(number);
        let files = [
            ("catalog-info.yaml", manifest.as_bytes()),
            ("README.md", b"# A service\n"),
            ("src/main.rs", b"fn main() {}\n"),
            (".github/CODEOWNERS", b"* @acme/everyone\n"),
        ];
        let words =
            CommitWords { name: "Ada", email: "ada@example.com", at: Timestamp(1_700_000_000), message: "m" };
        commit_files(&path, true, files, words).expect("the repository is written");
    }
    let plan = plan(folder.path());
    let mut known = Memory::default();
    visit_all(&plan, &Memory::default(), &mut |change| {
        for visit in change.visits {
            if let Visit::Read(declarations) = visit {
                known.repositories.insert(declarations.head.id.clone(), *declarations);
            }
        }
    });
    World { folder, plan, known }
});

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

fn manifest(number: usize) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: service-{number}\n  \
         description: The service with the number {number}\n  tags: [rust, bench]\nspec:\n  type: service\n  \
         lifecycle: production\n  owner: team-{}\n  dependsOn:\n    - component:service-{}\n    \
         - resource:database-{}\n",
        number % 20,
        (number + 1) % REPOSITORIES,
        number % 50
    )
}

fn plan(folder: &Path) -> Vec<PlannedRepository> {
    let mut planner = Planner::new(folder);
    planner.word(".");
    planner.finish().repositories
}

fn visit_all(plan: &[PlannedRepository], known: &Memory, sink: &mut dyn FnMut(CatalogChange)) -> CrawlReport {
    visit_all_in(Isolation::InProcess, plan, known, sink)
}

fn visit_all_in(
    isolation: Isolation,
    plan: &[PlannedRepository],
    known: &Memory,
    sink: &mut dyn FnMut(CatalogChange),
) -> CrawlReport {
    let options = CrawlOptions { isolation, ..CrawlOptions::new("unused".into(), Timestamp(1_800_000_000)) };
    let report = crawl(plan, known, &options, &|_| {}, &mut |change| {
        sink(change);
        Ok::<(), std::convert::Infallible>(())
    });
    report.expect("this sink takes everything")
}

/// What this program is called with where it reads for its own crawl.
const VISIT_CHILD: &str = "visit-child";

fn main() {
    if std::env::args().nth(1).is_some_and(|word| word == VISIT_CHILD) {
        read_for_crawl().expect("the crawl speaks to its processes");
        return;
    }
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn git2_loop() -> usize {
    let mut bytes = 0;
    for number in 0..REPOSITORIES {
        let path = WORLD.folder.path().join(format!("team-{}/service-{number}.git", number % 20));
        let repository = git2::Repository::open_bare(path).expect("the repository opens");
        let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
        for path in ["catalog-info.yaml", ".github/CODEOWNERS"] {
            let entry = tree.get_path(Path::new(path)).expect("the file is there");
            bytes += repository.find_blob(entry.id()).expect("a blob").size();
        }
    }
    bytes
}

/// The floor for a crawl that finds nothing changed.
#[divan::bench(sample_count = 20)]
fn git2_heads() -> usize {
    let head = |number: usize| {
        let path = WORLD.folder.path().join(format!("team-{}/service-{number}.git", number % 20));
        let repository = git2::Repository::open_bare(path).expect("the repository opens");
        repository.head().and_then(|head| head.peel_to_commit()).map(|commit| commit.id()).is_ok()
    };
    (0..REPOSITORIES).filter(|number| head(*number)).count()
}

#[divan::bench(sample_count = 20)]
fn planning() -> usize {
    plan(WORLD.folder.path()).len()
}

#[divan::bench(sample_count = 20)]
fn first_crawl() -> usize {
    let report = visit_all(&WORLD.plan, &Memory::default(), &mut |_| {});
    assert_eq!(report.repositories_read, REPOSITORIES);
    report.manifests
}

/// The same with reading in processes of their own, as the program does it.
#[divan::bench(sample_count = 20)]
fn first_crawl_in_children() -> usize {
    let program = std::env::current_exe().expect("a bench knows its own path");
    let isolation = Isolation::Children { program, arguments: vec![VISIT_CHILD.into()] };
    let report = visit_all_in(isolation, &WORLD.plan, &Memory::default(), &mut |_| {});
    assert_eq!(report.repositories_read, REPOSITORIES);
    report.manifests
}

#[divan::bench(sample_count = 20)]
fn second_crawl() -> usize {
    let report = visit_all(&WORLD.plan, &WORLD.known, &mut |_| {});
    assert_eq!(report.repositories_unchanged, REPOSITORIES);
    report.repositories_unchanged
}
