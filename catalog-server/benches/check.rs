//! A whole `catalog check`, from the start of the process to its end, beside `git diff --name-only` of the same
//! range: a repository of 100,000 files, a catalog of 100,000 entities, a change of 50 files. It is asked to
//! take less than 150 ms more.
//!
//! The repository and the store are made once, in a temporary folder; `git` has to be there. `-- --binary FILE`
//! measures another build of the program than that of the bench.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]

#[path = "../../catalog-core/benches/services/mod.rs"]
mod services;

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use catalog_core::{
    model::{CatalogChange, Strength, Visit},
    sketch,
    store::Store,
};
use services::{ENTITIES_PER_REPOSITORY, S100K, Services, name, repositories};

/// Which of the drawn repositories is the one that is changed.
const NUMBER: u32 = 2_500;
const FOLDERS: u32 = 50;
const FILES_PER_FOLDER: u32 = 100;
const RUNS: usize = 15;
/// What the check may take beyond git.
const ASKED: Duration = Duration::from_millis(150);

fn main() {
    let world = World::make();
    world.crawl();
    println!("a median of {RUNS} runs, milliseconds");
    let git = world.git_words(&["diff", "--name-only", "main~1", "main"]);
    let check = world.check_words(&["--base", "main~1", "--head", "main"]);
    compare("two commits", &git, &check);
    let json = world.check_words(&["--base", "main~1", "--head", "main", "--format", "json"]);
    compare("two commits, as JSON", &git, &json);
    let git = world.git_words(&["diff", "--name-only", "main~1"]);
    let check = world.check_words(&["--base", "main~1", "--working-tree"]);
    compare("the files of the folder", &git, &check);
    let roots: Vec<String> = (0..3).map(|number| name(first_entity() + number).to_string()).collect();
    let mut rollout = world.words(&program(), &["rollout"]);
    rollout.1.extend(roots);
    println!("{:<28} {:>8.1}", "rollout of three entities", milliseconds(median(&[&rollout])[0]));
}

/// The program that is measured.
fn program() -> String {
    let named = std::env::args().skip_while(|argument| argument != "--binary").nth(1);
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_catalog").to_owned())
}

/// Runs both in turn, and tells what the second takes beyond the first.
fn compare(what: &str, git: &Words, check: &Words) {
    let [git, check] = median(&[git, check])[..] else { unreachable!("two are asked") };
    let beyond = check.saturating_sub(git);
    let verdict = if beyond < ASKED { "as asked" } else { "MORE THAN ASKED" };
    println!(
        "{what:<28} git {:>6.1}, check {:>6.1}, beyond {:>6.1} of {}: {verdict}",
        milliseconds(git),
        milliseconds(check),
        milliseconds(beyond),
        ASKED.as_millis()
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The median time of each command; they take turns, so that whatever else the machine does meets all of them.
fn median(commands: &[&Words]) -> Vec<Duration> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); commands.len()];
    for run in 0..=RUNS {
        for (words, times) in commands.iter().zip(&mut times) {
            let start = Instant::now();
            let status = words.command().stdout(Stdio::null()).status().expect("the program starts");
            let time = start.elapsed();
            assert!(status.success(), "{:?}", words.1);
            // The first fills the page cache.
            if run > 0 {
                times.push(time);
            }
        }
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    times.into_iter().map(middle).collect()
}

/// A program, its arguments, and the folder that it runs in.
struct Words(PathBuf, Vec<String>, PathBuf, PathBuf);

impl Words {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.args(&self.1).current_dir(&self.2).env("CATALOG_STORE", &self.3).env("NO_COLOR", "1");
        command
    }
}

struct World {
    _folder: tempfile::TempDir,
    repository: PathBuf,
    store: PathBuf,
}

fn first_entity() -> u32 {
    NUMBER * ENTITIES_PER_REPOSITORY
}

fn id() -> String {
    format!("git.example.com/acme/repository-{NUMBER:06}")
}

impl World {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = folder.path().join("repository");
        let store = folder.path().join("catalog.redb");
        let services = Services::draw(S100K);
        let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
        let change = CatalogChange { visits: visits.collect() };
        Store::at(&store).apply(&change, sketch::READ_AT).expect("the store is written");
        write_repository(&repository, &services);
        Self { _folder: folder, repository, store }
    }

    fn words(&self, program: &str, arguments: &[&str]) -> Words {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Words(program.into(), arguments, self.repository.clone(), self.store.clone())
    }

    fn git_words(&self, arguments: &[&str]) -> Words {
        self.words("git", arguments)
    }

    fn check_words(&self, arguments: &[&str]) -> Words {
        let id = id();
        let arguments = [&["check", "--repository", &id, "--fail-on", "never"], arguments].concat();
        self.words(&program(), &arguments)
    }

    /// Reads the repository as it is before the change, which writes the graph file beside the store, too.
    fn crawl(&self) {
        git(&self.repository, &["branch", "--quiet", "--move", "main", "after"]);
        git(&self.repository, &["checkout", "--quiet", "-b", "main", "after~1"]);
        let words = self.words(&program(), &["crawl", "--id", &id(), "."]);
        assert!(words.command().status().expect("the program starts").success(), "the crawl failed");
        git(&self.repository, &["merge", "--quiet", "--ff-only", "after"]);
        let tracked = git(&self.repository, &["ls-files"]);
        let changed = git(&self.repository, &["diff", "--name-only", "main~1", "main"]);
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        println!("{} files, of which {} are changed", lines(&tracked), lines(&changed));
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().expect("git starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Writes a repository with a folder for each entity, and the change on top of it, as git's fast-import reads it.
fn write_repository(folder: &Path, services: &Services) {
    std::fs::create_dir_all(folder).expect("a folder");
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    let mut import = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut to = std::io::BufWriter::new(import.stdin.take().expect("it is a pipe"));
    let mut put = |text: &str| to.write_all(text.as_bytes()).expect("git reads");
    let commit = |time: u32| {
        format!("commit refs/heads/main\ncommitter Ada Berg <ada.berg@example.com> {time} +0000\ndata 2\nx\n")
    };
    put(&commit(1_793_523_600));
    for place in 0..ENTITIES_PER_REPOSITORY {
        put(&file(&format!("services/{place:02}/catalog-info.yaml"), &manifest(services, place, "")));
        for number in 0..FOLDERS * FILES_PER_FOLDER - 1 {
            let (folder, file_number) = (number / FILES_PER_FOLDER, number % FILES_PER_FOLDER);
            let path = format!("services/{place:02}/src/part-{folder:02}/file-{file_number:03}.rs");
            put(&file(&path, &format!("//! {place} {number}\n")));
        }
    }
    put(&commit(1_793_610_000));
    for place in 0..3 {
        let added = format!("    - {}\n", name(place * 7_919));
        put(&file(&format!("services/{place:02}/catalog-info.yaml"), &manifest(services, place, &added)));
    }
    for number in 0..47 {
        let (place, folder) = (number % 10, number);
        let path = format!("services/{place:02}/src/part-{folder:02}/file-007.rs");
        put(&file(&path, "//! Changed.\n"));
    }
    put("done\n");
    drop(to);
    assert!(import.wait().expect("git ends").success(), "git read nothing");
}

fn file(path: &str, text: &str) -> String {
    format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}

/// What the entity at a place says, with more needs.
fn manifest(services: &Services, place: u32, more: &str) -> String {
    let entity = first_entity() + place;
    let mut text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-{:06}\n  tier: {}\n  dependsOn:\n",
        name(entity).name(),
        services.owner_of[entity as usize],
        services.tier_of[entity as usize],
    );
    for (_, needed, strength) in services.needs.iter().filter(|(needy, ..)| *needy == entity) {
        if *strength == Strength::Hard {
            let _infallible = writeln!(text, "    - {}", name(*needed));
        }
    }
    text + more
}
