//! What the commits before a snapshot say: who works where, and what changed last.
//!
//! Commits are gone through from the latest one back, along all parents, within the limits `history.*`;
//! nothing of the files themselves is read. What is odd in a commit is passed over, never an error.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet},
    fs::File,
    io::Read,
};

use catalog_core::model::{
    AreaAuthor, CommitId, ContentId, Diagnostic, DiagnosticCode, HistoryArea, HistoryAuthor, HistoryExtent,
    LastCommit, RepositoryHistory, Timestamp, grouped,
};
use git2::ObjectType;

use super::{
    RepositoryError, Snapshot,
    author::Author,
    commit::CommitText,
    objects::{Content, Objects},
    touched_areas::{AreaTree, NotCompared, TreeComparer},
};
use crate::limits::HistoryLimits;

/// The largest commit that is looked at. Git's own have some hundred bytes.
const COMMIT_BYTES_MAX: u64 = 1 << 20;
/// How many parents of one commit are followed.
const PARENTS_MAX: usize = 64;
/// How much of the list of commits at which a shallow copy ends is read.
const SHALLOW_BYTES_MAX: u64 = 16 << 20;
/// No work was done before 1970 or after the year 9999, whatever a clock said.
const TIME_MAX: i64 = 253_402_300_799;

/// The history of a repository, and what is to be said about it.
pub(crate) struct HistoryReading {
    pub(crate) history: RepositoryHistory,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Snapshot {
    /// What the commits up to this one say about the areas below some paths. `None` for a folder without
    /// commits, and where none are to be looked at.
    pub(crate) fn history(
        &self,
        paths: BTreeSet<Box<str>>,
        limits: &HistoryLimits,
    ) -> Option<HistoryReading> {
        let (objects, head) = self.git().filter(|_| limits.commits_max > 0)?;
        let mut diagnostics = Vec::new();
        let paths = areas_within(paths, limits, &mut diagnostics);
        let head = PastCommit::read(objects, head, None).ok()?;
        let walk = Walk::new(objects, limits, head, paths, diagnostics);
        Some(walk.go())
    }
}

/// The paths that are told apart, sorted, that of the root first. Of too many the least deep ones stay.
fn areas_within(
    mut paths: BTreeSet<Box<str>>,
    limits: &HistoryLimits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Box<str>> {
    paths.remove("");
    let found = paths.len();
    let mut paths: Vec<Box<str>> = paths.into_iter().collect();
    if found > limits.areas_max {
        paths.sort_by_key(|path| path.bytes().filter(|byte| *byte == b'/').count());
        paths.truncate(limits.areas_max);
        paths.sort();
        let message = format!(
            "the repository has {} parts that documents speak of, over the limit `history.areas_max` of {}; who works on the others is counted for the parts above them",
            grouped(found),
            grouped(limits.areas_max)
        );
        diagnostics.push(Diagnostic::new(DiagnosticCode::HistoryLimit, message));
    }
    paths.insert(0, "".into());
    paths
}

/// A commit that was read. Ordered by its time, then by its id, so that the order is the same everywhere.
#[derive(PartialEq, Eq)]
struct PastCommit {
    committed_at: i64,
    id: CommitId,
    tree: ContentId,
    parents: Vec<CommitId>,
    has_more_parents: bool,
    author: Option<Author>,
    subject: String,
}

impl PastCommit {
    /// Reads a commit; one whose time cannot be read is as old as the one after it.
    fn read(objects: &Objects, id: CommitId, after: Option<i64>) -> Result<Self, RepositoryError> {
        let object = ContentId(id.0);
        let text = match objects.read(object, ObjectType::Commit, COMMIT_BYTES_MAX)? {
            Content::Whole(text) => text,
            Content::TooLarge(bytes) => {
                return Err(RepositoryError::object(
                    object,
                    format!("is a commit of {} bytes", grouped(bytes)),
                ));
            }
        };
        let text = CommitText(&text);
        let tree =
            text.tree().ok_or_else(|| RepositoryError::object(object, "is a commit without a tree"))?;
        let author = text.author();
        let committed_at = text.committed_at().map(Timestamp::seconds).or(after);
        let committed_at = committed_at.or_else(|| author.as_ref()?.at.map(Timestamp::seconds));
        let mut parents: Vec<CommitId> = text.parents().take(PARENTS_MAX + 1).collect();
        let has_more_parents = parents.len() > PARENTS_MAX;
        parents.truncate(PARENTS_MAX);
        Ok(Self {
            committed_at: committed_at.unwrap_or(0).clamp(0, TIME_MAX),
            id,
            tree,
            parents,
            has_more_parents,
            author,
            subject: text.subject(),
        })
    }

    /// When the work was done: by its author's clock, but never after it was committed.
    fn worked_at(&self) -> i64 {
        let at = self.author.as_ref().and_then(|author| author.at);
        at.map_or(self.committed_at, |at| at.seconds().clamp(0, self.committed_at))
    }

    fn as_last(&self) -> LastCommit {
        let (name, email) =
            self.author.as_ref().map_or(("", ""), |author| (author.name.as_str(), author.email.as_str()));
        LastCommit {
            id: self.id,
            name: name.into(),
            email: email.into(),
            at: Timestamp(self.worked_at()),
            subject: self.subject.as_str().into(),
        }
    }
}

impl PartialOrd for PastCommit {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PastCommit {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.committed_at, self.id).cmp(&(other.committed_at, other.id))
    }
}

/// What is counted of somebody.
#[derive(Clone, Copy, Default)]
struct Work {
    commits: u32,
    weight: u64,
    last: i64,
}

impl Work {
    fn add(&mut self, weight: u64, at: i64) {
        self.commits += 1;
        self.weight = self.weight.saturating_add(weight);
        self.last = self.last.max(at);
    }
}

#[derive(Default)]
struct Area {
    total: Work,
    last: Option<LastCommit>,
    by_author: BTreeMap<usize, Work>,
}

struct Walk<'a> {
    objects: &'a Objects,
    limits: &'a HistoryLimits,
    head_at: i64,
    last: LastCommit,
    shallow: HashSet<CommitId>,
    waiting: BinaryHeap<PastCommit>,
    /// The trees of all commits that were read, followed or not.
    trees: HashMap<CommitId, ContentId>,
    comparer: TreeComparer<'a>,
    paths: Vec<Box<str>>,
    areas: Vec<Area>,
    authors: Vec<(HistoryAuthor, Work)>,
    by_email: HashMap<Box<str>, usize>,
    commits: u32,
    since: i64,
    extent: HistoryExtent,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    fn new(
        objects: &'a Objects,
        limits: &'a HistoryLimits,
        head: PastCommit,
        paths: Vec<Box<str>>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let areas = AreaTree::new(&paths);
        Self {
            objects,
            limits,
            head_at: head.committed_at,
            last: head.as_last(),
            shallow: shallow_commits(objects),
            trees: HashMap::from([(head.id, head.tree)]),
            comparer: TreeComparer::new(objects, areas, limits.tree_bytes_max),
            areas: paths.iter().map(|_| Area::default()).collect(),
            paths,
            authors: Vec::new(),
            by_email: HashMap::new(),
            commits: 0,
            since: head.committed_at,
            extent: HistoryExtent::Whole,
            diagnostics,
            waiting: BinaryHeap::from([head]),
        }
    }

    fn go(mut self) -> HistoryReading {
        while let Some(commit) = self.waiting.pop() {
            if self.commits as usize >= self.limits.commits_max {
                self.ends(HistoryExtent::Cut);
                break;
            }
            self.commits += 1;
            self.since = self.since.min(commit.committed_at);
            let is_whole = self.follow(&commit);
            // A merge brings together the work of other commits. Where the parent is not there, nobody
            // knows what a commit changed.
            let before = match commit.parents.as_slice() {
                [] => Some(None),
                [parent] => self.trees.get(parent).map(|tree| Some(*tree)),
                _ => None,
            };
            let touched = match before.filter(|_| is_whole) {
                Some(before) => self.comparer.touched(before, Some(commit.tree)),
                None => Ok(BTreeSet::new()),
            };
            let touched = match touched {
                Ok(touched) => touched,
                Err(NotCompared::TooMuch(message)) => {
                    self.ends(HistoryExtent::Cut);
                    self.diagnostics.push(Diagnostic::new(DiagnosticCode::HistoryLimit, message));
                    break;
                }
                Err(NotCompared::Unreadable(error)) => {
                    self.unreadable(&error);
                    BTreeSet::new()
                }
            };
            self.count(&commit, &touched);
        }
        self.finish()
    }

    /// Puts the parents of a commit among those that are looked at; whether it is known what its parents
    /// are.
    fn follow(&mut self, commit: &PastCommit) -> bool {
        if self.shallow.contains(&commit.id) {
            self.ends(HistoryExtent::Shallow);
            return false;
        }
        if commit.has_more_parents {
            self.ends(HistoryExtent::Cut);
        }
        let oldest = self.head_at.saturating_sub(i64::from(self.limits.days_max).saturating_mul(86_400));
        for id in &commit.parents {
            if self.trees.contains_key(id) {
                continue;
            }
            match PastCommit::read(self.objects, *id, Some(commit.committed_at)) {
                Ok(parent) => {
                    self.trees.insert(*id, parent.tree);
                    if parent.committed_at < oldest {
                        self.ends(HistoryExtent::Cut);
                    } else {
                        self.waiting.push(parent);
                    }
                }
                Err(error) => self.unreadable(&error),
            }
        }
        true
    }

    fn count(&mut self, commit: &PastCommit, touched: &BTreeSet<usize>) {
        for area in touched {
            self.areas[*area].last.get_or_insert_with(|| commit.as_last());
        }
        let Some(author) = commit.author.as_ref().filter(|author| !author.is_program()) else { return };
        if commit.parents.len() > 1 {
            return;
        }
        let at = commit.worked_at();
        let weight = RepositoryHistory::weight(self.head_at.saturating_sub(at), touched.len());
        let email: Box<str> = author.email.to_lowercase().into();
        let number = *self.by_email.entry(email).or_insert_with_key(|email| {
            let name = author.name.as_str().into();
            let known = HistoryAuthor { name, email: email.clone(), commits: 0, last: Timestamp(0) };
            self.authors.push((known, Work::default()));
            self.authors.len() - 1
        });
        self.authors[number].1.add(0, at);
        for area in touched {
            let area = &mut self.areas[*area];
            area.total.add(weight, at);
            area.by_author.entry(number).or_default().add(weight, at);
        }
    }

    fn ends(&mut self, extent: HistoryExtent) {
        self.extent = self.extent.max(extent);
    }

    /// Says once that something is not there or not sound.
    fn unreadable(&mut self, error: &RepositoryError) {
        if self.extent != HistoryExtent::Unreadable {
            let message = format!("an earlier commit cannot be read: {error}");
            let diagnostic = Diagnostic::new(DiagnosticCode::HistoryUnreadable, message);
            self.diagnostics.push(diagnostic.suggest("run `git fsck`, and fetch what is missing"));
        }
        self.ends(HistoryExtent::Unreadable);
    }

    fn finish(self) -> HistoryReading {
        let mut order: Vec<usize> = (0..self.authors.len()).collect();
        order.sort_by(|a, b| {
            let ((left, work), (right, other)) = (&self.authors[*a], &self.authors[*b]);
            other.commits.cmp(&work.commits).then_with(|| left.email.cmp(&right.email))
        });
        let mut rank = vec![0_u32; order.len()];
        for (place, number) in (0..).zip(&order) {
            rank[*number] = place;
        }
        let authors = order.iter().map(|number| {
            let (author, work) = self.authors[*number].clone();
            HistoryAuthor { commits: work.commits, last: Timestamp(work.last), ..author }
        });
        let areas = self.paths.into_iter().zip(self.areas).map(|(path, area)| {
            let mut authors: Vec<AreaAuthor> = area
                .by_author
                .into_iter()
                .map(|(number, work)| AreaAuthor {
                    author: rank[number],
                    commits: work.commits,
                    weight: work.weight,
                    last: Timestamp(work.last),
                })
                .collect();
            authors.sort_by_key(|author| (std::cmp::Reverse(author.weight), author.author));
            authors.truncate(self.limits.authors_max);
            let Area { total, last, .. } = Area { by_author: BTreeMap::new(), ..area };
            HistoryArea { path, commits: total.commits, weight: total.weight, last, authors }
        });
        let history = RepositoryHistory {
            last: self.last,
            commits: self.commits,
            since: Timestamp(self.since),
            extent: self.extent,
            authors: authors.collect(),
            areas: areas.collect(),
        };
        HistoryReading { history, diagnostics: self.diagnostics }
    }
}

/// The commits at which a shallow copy ends; none where it is not shallow.
pub(super) fn shallow_commits(objects: &Objects) -> HashSet<CommitId> {
    let mut text = Vec::new();
    let read = File::open(objects.shallow_file())
        .and_then(|file| file.take(SHALLOW_BYTES_MAX).read_to_end(&mut text));
    if read.is_err() {
        return HashSet::new();
    }
    let lines = text.split(|byte| *byte == b'\n');
    lines.filter_map(|line| CommitId::parse(std::str::from_utf8(line).ok()?.trim_end())).collect()
}
