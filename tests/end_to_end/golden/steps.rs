//! How a golden change is made: the lines of the block `steps` in its `change.md`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use git2::{
    Diff, FileMode, ObjectType, Oid, Repository, Signature, Time, Tree,
    build::{CheckoutBuilder, TreeUpdateBuilder},
};

use crate::support::World;

/// One line.
pub(super) enum Step {
    /// `in REPOSITORY`: one of the example, as it was crawled.
    In(String),
    /// `new REPOSITORY`: one that the example does not have.
    New(String),
    /// `commit FILE`: a patch of the folder, as git writes them.
    Commit(String),
    /// `branch NAME`: another branch from here on.
    Branch(String),
    /// `switch NAME`: a branch that is there.
    Switch(String),
    /// `merge NAME`: a branch into this one.
    Merge(String),
    /// `orphan NAME`: a branch without a past, with the same files.
    Orphan(String),
    /// `submodule PATH WORD`: pins a commit that the word stands for.
    Submodule(String, String),
    /// `files FOLDER COUNT`: so many new files.
    Files(String, usize),
    /// `paths FILE`: a new file at each path of a list, in which `\xNN` stands for a byte.
    Paths(String),
    /// `policy FILE`: settings of the folder.
    Policy(String),
    /// `crawl`: the catalog reads the repository as it is now.
    Crawl,
    /// `check WORDS…`: asks.
    Check(String),
}

/// The steps of a folder.
pub(super) fn read(folder: &Path) -> Vec<Step> {
    let page = fs::read_to_string(folder.join("change.md")).expect("a change is described");
    let (_, block) = page.split_once("```steps\n").expect("a change has steps");
    let (block, _) = block.split_once("```").expect("the block ends");
    block.lines().map(step).collect()
}

fn step(line: &str) -> Step {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.to_owned();
    let two = || {
        let (first, second) = rest.split_once(' ').expect("two words");
        (first.to_owned(), second.to_owned())
    };
    match verb {
        "in" => Step::In(rest),
        "new" => Step::New(rest),
        "commit" => Step::Commit(rest),
        "branch" => Step::Branch(rest),
        "switch" => Step::Switch(rest),
        "merge" => Step::Merge(rest),
        "orphan" => Step::Orphan(rest),
        "submodule" => Step::Submodule(two().0, two().1),
        "files" => Step::Files(two().0, two().1.parse().expect("a number")),
        "paths" => Step::Paths(rest),
        "policy" => Step::Policy(rest),
        "crawl" => Step::Crawl,
        "check" => Step::Check(rest),
        _ => panic!("`{line}` is no step"),
    }
}

/// A change that is being made, in a copy of one repository.
pub(super) struct Change<'w> {
    pub(super) world: &'w World,
    /// Where it is described.
    pub(super) folder: PathBuf,
    /// The name of that folder.
    pub(super) name: String,
    repository: Option<String>,
    policy: Option<PathBuf>,
    is_crawled: bool,
    is_huge: bool,
}

impl<'w> Change<'w> {
    pub(super) fn new(world: &'w World, folder: &Path, name: &str) -> Self {
        fs::create_dir_all(world.path(name)).expect("a folder");
        Self {
            world,
            folder: folder.to_owned(),
            name: name.to_owned(),
            repository: None,
            policy: None,
            is_crawled: false,
            is_huge: false,
        }
    }

    /// A path beside the copy.
    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.world.path(&self.name).join(relative)
    }

    /// The folder of the copy.
    pub(super) fn repository(&self) -> PathBuf {
        let name = self.repository.as_deref().expect("the first step names a repository");
        self.path("aldersound").join(name)
    }

    /// The store: that of all changes, or one that has read this one's repository again.
    pub(super) fn store(&self) -> PathBuf {
        if self.is_crawled { self.path("catalog.redb") } else { self.world.path("catalog.redb") }
    }

    pub(super) fn policy(&self) -> Option<&Path> {
        self.policy.as_deref()
    }

    /// Whether the change has more files than anybody would read in an expectation.
    pub(super) fn is_huge(&self) -> bool {
        self.is_huge
    }

    fn open(&self) -> Repository {
        Repository::open(self.repository()).expect("the copy is a repository")
    }

    pub(super) fn make(&mut self, step: &Step) {
        match step {
            Step::In(name) => {
                self.repository = Some(name.clone());
                copy(&self.world.path(&format!("aldersound/{name}")), &self.repository());
            }
            Step::New(name) => {
                self.repository = Some(name.clone());
                let mut options = git2::RepositoryInitOptions::new();
                options.mkpath(true).external_template(false).initial_head("main");
                Repository::init_opts(self.repository(), &options).expect("a repository");
            }
            Step::Commit(file) => {
                let patch = fs::read(self.folder.join(file)).expect("the patch is there");
                self.commit(|repository, tree| {
                    let diff = Diff::from_buffer(&patch).expect("a patch as git writes it");
                    let mut index = repository.apply_to_tree(tree, &diff, None).expect("the patch fits");
                    index.write_tree_to(repository).expect("a tree")
                });
            }
            Step::Branch(name) => {
                let repository = self.open();
                let head = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit");
                repository.branch(name, &head, false).expect("a branch");
                repository.set_head(&format!("refs/heads/{name}")).expect("the branch is there");
            }
            Step::Switch(name) => {
                self.open().set_head(&format!("refs/heads/{name}")).expect("the branch is there");
            }
            Step::Merge(name) => self.merge(name),
            Step::Orphan(name) => {
                let repository = self.open();
                let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
                let author = author();
                let branch = format!("refs/heads/{name}");
                repository
                    .commit(Some(&branch), &author, &author, "Begin anew", &tree, &[])
                    .expect("a commit");
                repository.set_head(&branch).expect("the branch is there");
            }
            Step::Submodule(path, word) => {
                let other = Oid::hash_object(ObjectType::Commit, word.as_bytes()).expect("an id");
                self.update(|_, update| {
                    update.upsert(path.as_str(), other, FileMode::Commit);
                });
            }
            Step::Files(folder, count) => {
                self.is_huge = true;
                self.update(|repository, update| {
                    let blob = repository.blob(b"1\n").expect("a blob");
                    for number in 0..*count {
                        update.upsert(format!("{folder}/{number}.txt"), blob, FileMode::Blob);
                    }
                });
            }
            Step::Paths(file) => {
                let list = fs::read_to_string(self.folder.join(file)).expect("the list is there");
                self.update(|repository, update| {
                    let blob = repository.blob(b"1\n").expect("a blob");
                    for path in list.lines() {
                        update.upsert(unescaped(path), blob, FileMode::Blob);
                    }
                });
            }
            Step::Policy(file) => self.policy = Some(self.folder.join(file)),
            Step::Crawl => {
                let mut options = CheckoutBuilder::new();
                self.open().checkout_head(Some(options.force())).expect("the files are written");
                let store = self.path("catalog.redb");
                fs::copy(self.store(), &store).expect("the store is copied");
                self.is_crawled = true;
                let words = ["crawl".into(), self.repository().into_os_string()];
                let mut command = self.world.command(words);
                self.world.finish(command.env("CATALOG_STORE", store)).ends_with(0);
            }
            Step::Check(_) => unreachable!("whoever asks does so outside"),
        }
    }

    /// Writes a commit with the tree that is made of the one before.
    fn commit(&self, change: impl FnOnce(&Repository, &Tree<'_>) -> Oid) {
        let repository = self.open();
        let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
        let before = match &parent {
            Some(parent) => parent.tree(),
            None => {
                let empty = repository.treebuilder(None).and_then(|empty| empty.write());
                repository.find_tree(empty.expect("an empty tree"))
            }
        };
        let tree = change(&repository, &before.expect("a tree"));
        let tree = repository.find_tree(tree).expect("the tree was just written");
        let (author, parents) = (author(), parent.iter().collect::<Vec<_>>());
        repository.commit(Some("HEAD"), &author, &author, "Change it", &tree, &parents).expect("a commit");
    }

    fn update(&self, change: impl FnOnce(&Repository, &mut TreeUpdateBuilder)) {
        self.commit(|repository, tree| {
            let mut update = TreeUpdateBuilder::new();
            change(repository, &mut update);
            update.create_updated(repository, tree).expect("a tree")
        });
    }

    fn merge(&self, name: &str) {
        let repository = self.open();
        let ours = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit");
        let theirs = repository.find_branch(name, git2::BranchType::Local).expect("the branch is there");
        let theirs = theirs.get().peel_to_commit().expect("a commit");
        let mut index = repository.merge_commits(&ours, &theirs, None).expect("they merge");
        let tree = index.write_tree_to(&repository).expect("nothing conflicts");
        let tree = repository.find_tree(tree).expect("the tree was just written");
        let author = author();
        repository
            .commit(Some("HEAD"), &author, &author, "Merge", &tree, &[&ours, &theirs])
            .expect("a commit");
    }
}

/// A path with the bytes that `\xNN` stands for.
fn unescaped(path: &str) -> Vec<u8> {
    let mut parts = path.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).expect("two digits");
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

/// 2026-11-02T09:00:00Z, a day after what was there.
fn author() -> Signature<'static> {
    Signature::new("Ada Berg", "ada.berg@example.com", &Time::new(1_793_610_000, 0)).expect("a signature")
}

fn copy(from: &Path, to: &Path) {
    for file in super::files_below(from) {
        let target = to.join(file.strip_prefix(from).expect("it lies below"));
        fs::create_dir_all(target.parent().expect("a file has a folder")).expect("a folder");
        fs::copy(file, target).expect("the file is copied");
    }
}
