//! A small world for tests: repositories in a temporary folder, a reader of a toy format that counts
//! what it reads, and a memory that follows changes as the store does.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use catalog_core::model::{
    Declaration, DeclaredRelation, Document, EntityRef, Field, Located, Manifest, ManifestFormat,
    ManifestInput, PathDialect, PathRules, Position, RelationClass, RelationEnd, RelationKind,
    RepositoryDeclarations, RepositoryHead, RepositoryId, RepositoryStatus, Spelling, Stale, Timestamp,
    Visit,
};

use super::{Crawl, CrawlOptions, Isolation, Known, LoginSources, pace::fake::FakePace};
use crate::{
    assemble::ManifestReader,
    limits::CrawlLimits,
    manifest::{LocationTarget, ManifestFile, ManifestReading, ReadOptions, Siblings},
    plan::Planner,
    progress::{CrawlEvent, CrawlReport},
    repository::{CommitWords, commit_files},
};

/// Reads one fact a line: `entity NAME` begins a document, `owner NAME`, `title TEXT`, `unread owner`,
/// `location TARGET`, `nameless`, `include PATH` and `broken` say the rest; `panic` is a defect.
#[derive(Default)]
pub(crate) struct LineReader {
    paths: Mutex<Vec<String>>,
}

impl LineReader {
    /// The paths that were read since the last call, sorted.
    pub(crate) fn take_paths(&self) -> Vec<String> {
        let mut paths = std::mem::take(&mut *self.paths.lock().unwrap_or_else(PoisonError::into_inner));
        paths.sort();
        paths
    }
}

impl ManifestReader for LineReader {
    fn read(
        &self,
        format: ManifestFormat,
        file: &ManifestFile<'_>,
        siblings: &dyn Siblings,
        _options: ReadOptions<'_>,
    ) -> ManifestReading {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).push(file.path.to_owned());
        let mut reading = ManifestReading::default();
        if format == ManifestFormat::Codeowners {
            reading.path_rules = Some(PathRules::new(PathDialect::Github, Vec::new()));
            return reading;
        }
        let Ok(text) = std::str::from_utf8(file.bytes) else {
            reading.broken = true;
            return reading;
        };
        for (index, line) in text.lines().enumerate() {
            let position = Position::new(u32::try_from(index + 1).expect("tests are short"), 1);
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "entity" => push_document(&mut reading, Some(declaration("component", rest, position))),
                "nameless" => push_document(&mut reading, None),
                "location" => {
                    push_document(&mut reading, Some(declaration("location", "here", position)));
                    reading.location_targets.push(LocationTarget {
                        document: 0,
                        position,
                        location_type: None,
                        target: rest.into(),
                        required: true,
                    });
                }
                "include" => reading.inputs.push(ManifestInput {
                    path: rest.into(),
                    content: siblings.read(rest).map(|(content, _)| content),
                }),
                "broken" => reading.broken = true,
                "panic" => panic!("the reader met a panic"),
                _ => add_to_last(&mut reading, word, rest, position),
            }
        }
        reading
    }
}

fn push_document(reading: &mut ManifestReading, declaration: Option<Declaration>) {
    let problems = if declaration.is_none() { vec!["has no name".into()] } else { Vec::new() };
    reading.documents.push(Document {
        index: u32::try_from(reading.documents.len()).expect("tests are short"),
        position: Position::START,
        strict: declaration.is_some(),
        problems,
        declaration,
        stale: None,
    });
}

fn declaration(kind: &str, name: &str, position: Position) -> Declaration {
    let entity = EntityRef::new(kind, "default", name).expect("the toy name is good");
    Declaration::new(entity, Spelling { kind: kind.into(), namespace: None, name: name.into() }, position)
}

fn add_to_last(reading: &mut ManifestReading, word: &str, rest: &str, position: Position) {
    let Some(declaration) = reading.documents.last_mut().and_then(|it| it.declaration.as_mut()) else {
        return;
    };
    match (word, rest) {
        ("title", _) => declaration.title = Some(Located::new(rest.into(), position)),
        ("unread", "owner") => declaration.unread.push(Field::Owner),
        ("unread", "title") => declaration.unread.push(Field::Title),
        ("owner", _) => declaration.relations.push(DeclaredRelation {
            field: Field::Owner,
            kind: RelationKind::OwnedBy,
            subject: RelationEnd::From,
            other: EntityRef::new("group", "default", rest).expect("the toy owner is good"),
            position,
            class: RelationClass::Declared,
            terms: None,
        }),
        _ => {}
    }
}

/// Follows changes as the store does.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) repositories: BTreeMap<RepositoryId, RepositoryDeclarations>,
}

impl Known for Memory {
    fn head(&self, id: &RepositoryId) -> Option<RepositoryHead> {
        self.repositories.get(id).map(|declarations| declarations.head.clone())
    }

    fn declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations> {
        self.repositories.get(id).cloned()
    }
}

impl Memory {
    pub(crate) fn apply(&mut self, visit: Visit) {
        match visit {
            Visit::Read(declarations) => {
                self.repositories.insert(declarations.head.id.clone(), *declarations);
            }
            Visit::Unchanged { id, observed_at } => {
                let known = self.repositories.get_mut(&id).expect("only what is known can be unchanged");
                known.head.observed_at = Some(observed_at);
                known.head.status = RepositoryStatus::Read;
            }
            Visit::Unreadable { id, address, observed_at, diagnostic } => {
                let status =
                    RepositoryStatus::Unreadable { since: observed_at, reason: diagnostic.message.clone() };
                let known = self.repositories.entry(id.clone()).or_insert_with(|| RepositoryDeclarations {
                    head: RepositoryHead {
                        id,
                        address,
                        commit: None,
                        committed_at: None,
                        observed_at: None,
                        status: RepositoryStatus::Read,
                        reader: 0,
                    },
                    manifests: Vec::new(),
                    diagnostics: Vec::new(),
                    tombstones: Vec::new(),
                    history: None,
                });
                known.head.status = status;
                known.diagnostics = vec![diagnostic];
            }
        }
    }
}

/// A temporary folder with repositories, and all that is known of them.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) memory: Memory,
    pub(crate) reader: LineReader,
    pub(crate) limits: CrawlLimits,
    pub(crate) isolation: Isolation,
    pub(crate) logins: LoginSources,
    /// The pauses of the last crawl.
    pub(crate) pauses: Vec<Duration>,
    /// What is called whenever a repository was visited.
    pub(crate) on_done: Option<Box<dyn Fn() + Sync>>,
    crawls: i64,
    commits: i64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            memory: Memory::default(),
            reader: LineReader::default(),
            limits: CrawlLimits::default(),
            isolation: Isolation::InProcess,
            logins: LoginSources::default(),
            pauses: Vec::new(),
            on_done: None,
            crawls: 0,
            commits: 0,
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder is there").join(path)
    }

    /// Commits files to the bare repository `acme/shop.git`.
    pub(crate) fn commit(&mut self, files: &[(&str, &str)]) {
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        self.commit_to("acme/shop.git", true, &files);
    }

    pub(crate) fn commit_to(&mut self, folder: &str, bare: bool, files: &[(&str, &[u8])]) {
        self.commits += 1;
        let words = CommitWords {
            name: "Ada",
            email: "ada@example.com",
            at: Timestamp(1_000_000 + self.commits),
            message: "a commit",
        };
        commit_files(&self.path(folder), bare, files.iter().copied(), words).expect("the commit is written");
    }

    /// Writes a file that is in no commit.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("files lie in folders")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Lets the next crawl be that many days later.
    pub(crate) fn pass_days(&mut self, days: i64) {
        self.crawls += days * 24 * 36;
    }

    /// Crawls words; every crawl is a hundred seconds after the one before.
    pub(crate) fn crawl(&mut self, words: &[&str]) -> CrawlReport {
        self.crawls += 1;
        let base = self.path("");
        let mut planner = Planner::new(&base);
        for word in words {
            planner.word(word);
        }
        let options = CrawlOptions {
            limits: self.limits.clone(),
            isolation: self.isolation.clone(),
            logins: self.logins.clone(),
            ..CrawlOptions::new(self.path("cache"), Timestamp(self.crawls * 100))
        };
        let mut changes = Vec::new();
        let plan = planner.finish();
        assert_eq!(plan.diagnostics, Vec::new(), "everything could be planned");
        let on_done = &self.on_done;
        let events = |event: CrawlEvent<'_>| {
            if let (CrawlEvent::Done { .. }, Some(on_done)) = (event, on_done) {
                on_done();
            }
        };
        let crawl = Crawl::new(&self.reader, &self.memory, &options, &events);
        let pace = FakePace::default();
        let report = crawl.run(&plan.repositories, &pace, &mut |change| {
            changes.push(change);
            Ok::<(), std::convert::Infallible>(())
        });
        self.pauses = pace.waits();
        for visit in changes.into_iter().flat_map(|change| change.visits) {
            self.memory.apply(visit);
        }
        report.expect("this sink takes everything")
    }

    /// Everything that is known, in a form that is easy to compare.
    pub(crate) fn shown(&self) -> String {
        let mut text = String::new();
        for (id, repository) in &self.memory.repositories {
            let status = if repository.head.status.is_read() { "" } else { " unreadable" };
            let _ = writeln!(text, "{id}{status}");
            for diagnostic in &repository.diagnostics {
                let path = diagnostic.path.as_deref().unwrap_or("-");
                let _ = writeln!(
                    text,
                    "  {} {path}: {}",
                    diagnostic.code.name(),
                    self.masked(&diagnostic.message)
                );
            }
            for tombstone in &repository.tombstones {
                let (entity, path) = (tombstone.entity.name(), &tombstone.path);
                let _ = writeln!(text, "  gone {entity} of {path} at {}", tombstone.removed_at.seconds());
            }
            for manifest in &repository.manifests {
                self.show_manifest(&mut text, repository, manifest);
            }
        }
        text
    }

    fn show_manifest(&self, text: &mut String, repository: &RepositoryDeclarations, manifest: &Manifest) {
        let found_by = format!("{:?}", manifest.found_by).to_lowercase();
        let rules = if manifest.path_rules.is_some() { " rules" } else { "" };
        let stale = shown_stale(manifest.stale.as_ref(), repository);
        let _ = writeln!(text, "  {} by {found_by}{rules}{stale}", manifest.path);
        for document in &manifest.documents {
            let stale = shown_stale(document.stale.as_ref(), repository);
            let Some(declaration) = &document.declaration else {
                let _ = writeln!(text, "    ?{stale}");
                continue;
            };
            let owners: Vec<_> = declaration.owners().map(|owner| owner.other.name()).collect();
            let title =
                declaration.title.as_ref().map(|title| format!(" \"{}\"", title.value)).unwrap_or_default();
            let _ = writeln!(text, "    {}{title} [{}]{stale}", declaration.entity.name(), owners.join(" "));
        }
        for diagnostic in &manifest.diagnostics {
            let _ = writeln!(text, "    {}: {}", diagnostic.code.name(), self.masked(&diagnostic.message));
        }
    }

    /// A message without the temporary folder and without commits.
    fn masked(&self, message: &str) -> String {
        let mut text = message.replace(&self.path("").to_string_lossy().into_owned(), "/world/");
        while let Some(at) = text
            .find("commit ")
            .filter(|at| text[at + 7..].chars().take(12).filter(char::is_ascii_hexdigit).count() == 12)
        {
            text.replace_range(at..at + 19, "that commit");
        }
        text
    }
}

fn shown_stale(stale: Option<&Stale>, repository: &RepositoryDeclarations) -> String {
    stale.map_or_else(String::new, |stale| {
        let commit = match stale.commit {
            None => "no commit",
            Some(commit) if repository.head.commit == Some(commit) => "this commit",
            Some(_) => "an earlier commit",
        };
        format!(" stale {} since {} of {commit}", stale.reason.name(), stale.since.seconds())
    })
}

/// Whether the git program is there, for the tests that need repositories only it can make.
pub(crate) fn git(folder: &Path, words: &[&str]) -> bool {
    std::process::Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .is_ok_and(|output| output.status.success())
}
