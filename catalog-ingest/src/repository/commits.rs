//! The commits of a repository: found by the names that people give them, and by where two lines meet.

use std::{
    cell::RefCell,
    collections::{BinaryHeap, HashMap, HashSet},
    path::Path,
    rc::Rc,
};

use catalog_core::model::{CommitId, ContentId, Timestamp};
use git2::ObjectType;

use super::{
    RepositoryError,
    commit::{Commit, CommitText},
    folder::{FolderKind, GitFolder},
    history::shallow_commits,
    objects::Objects,
};

/// The commits of a repository of this machine.
pub(crate) struct Commits {
    pub(super) git: GitFolder,
    pub(super) objects: Objects,
    /// The commits at which a shallow copy ends.
    shallow: HashSet<CommitId>,
    known: RefCell<HashMap<CommitId, Rc<Descent>>>,
}

/// Where a commit stands among the others.
pub(super) struct Descent {
    /// By its committer's clock, in seconds.
    committed_at: i64,
    /// None where the copy is cut off behind it.
    pub(super) parents: Vec<CommitId>,
}

/// Where the lines of two commits meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The best common ancestors, the latest first. More than one after criss-cross merges, none for unrelated
    /// histories.
    pub(crate) commits: Vec<CommitId>,
    /// Whether a line was followed to where a shallow copy ends, so that they may meet further back.
    pub(crate) is_cut: bool,
}

/// How one commit stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOrder {
    /// They are one.
    Same,
    /// The first is an ancestor of the second.
    Before,
    /// The second is an ancestor of the first.
    After,
    /// Neither.
    Apart,
}

impl Commits {
    /// The commits of the repository whose top folder this is; `None` for a folder without git.
    ///
    /// # Errors
    ///
    /// Nothing is there, or it is of a form that cannot be read.
    pub(crate) fn open(folder: &Path) -> Result<Option<Self>, RepositoryError> {
        let FolderKind::Git(git) = FolderKind::of(folder)? else { return Ok(None) };
        git.check_form()?;
        let objects = Objects::new(&git);
        let shallow = shallow_commits(&objects);
        Ok(Some(Self { git, objects, shallow, known: RefCell::default() }))
    }

    /// Whether the copy does not go back to the first commit.
    pub(crate) fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// Whether a shallow copy ends at a commit.
    pub(super) fn is_end(&self, commit: CommitId) -> bool {
        self.shallow.contains(&commit)
    }

    /// When a commit was made, by its committer's clock; `None` where it is not there or says nothing.
    pub(crate) fn committed_at(&self, id: CommitId) -> Option<Timestamp> {
        Commit::read(&self.objects, id).ok()?.committed_at
    }

    /// The tree of a commit.
    pub(super) fn tree(&self, id: CommitId) -> Result<ContentId, RepositoryError> {
        Commit::read(&self.objects, id).map(|commit| commit.tree)
    }

    /// Where a commit stands; each is read once.
    pub(super) fn descent(&self, id: CommitId) -> Result<Rc<Descent>, RepositoryError> {
        if let Some(known) = self.known.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let text = self.objects.structure(ContentId(id.0), ObjectType::Commit)?;
        let text = CommitText(&text);
        let is_end = self.shallow.contains(&id);
        let parents = if is_end { Vec::new() } else { text.parents().collect() };
        let committed_at = text.committed_at().map_or(0, Timestamp::seconds);
        let descent = Rc::new(Descent { committed_at, parents });
        self.known.borrow_mut().insert(id, Rc::clone(&descent));
        Ok(descent)
    }

    /// Where the lines of two commits meet, as `git merge-base --all` tells it.
    ///
    /// Both lines are gone back by time until everything that waits is known to be behind a common commit:
    /// costs the commits since the lines parted, and more only where clocks went wrong.
    ///
    /// # Errors
    ///
    /// A commit on the way cannot be read.
    pub(crate) fn meeting(&self, left: CommitId, right: CommitId) -> Result<Meeting, RepositoryError> {
        const LEFT: u8 = 1;
        const RIGHT: u8 = 2;
        const BEHIND: u8 = 4;
        if left == right {
            return Ok(Meeting { commits: vec![left], is_cut: false });
        }
        let mut marks: HashMap<CommitId, u8> = HashMap::from([(left, LEFT), (right, RIGHT)]);
        let mut waiting = BinaryHeap::new();
        for id in [left, right] {
            waiting.push((self.descent(id)?.committed_at, id));
        }
        let mut is_cut = false;
        let mut met: Vec<(i64, CommitId)> = Vec::new();
        while waiting.iter().any(|(_, id)| marks[id] & BEHIND == 0) {
            let Some((at, id)) = waiting.pop() else { break };
            let mut mark = marks[&id];
            if mark == LEFT | RIGHT {
                if !met.contains(&(at, id)) {
                    met.push((at, id));
                }
                mark |= BEHIND;
            } else if mark & BEHIND == 0 {
                is_cut |= self.shallow.contains(&id);
            }
            for parent in &self.descent(id)?.parents {
                let known = marks.entry(*parent).or_default();
                if *known & mark != mark {
                    *known |= mark;
                    waiting.push((self.descent(*parent)?.committed_at, *parent));
                }
            }
        }
        met.retain(|(_, id)| marks[id] & BEHIND == 0);
        met.sort_unstable_by(|left, right| right.cmp(left));
        Ok(Meeting { commits: met.into_iter().map(|(_, id)| id).collect(), is_cut })
    }

    /// How one commit stands to another; `None` where that cannot be told, as where one is not there.
    pub(crate) fn order(&self, first: CommitId, second: CommitId) -> Option<CommitOrder> {
        if first == second {
            return Some(CommitOrder::Same);
        }
        let meeting = self.meeting(first, second).ok()?;
        match meeting.commits.as_slice() {
            [only] if *only == first => Some(CommitOrder::Before),
            [only] if *only == second => Some(CommitOrder::After),
            _ if meeting.is_cut => None,
            _ => Some(CommitOrder::Apart),
        }
    }
}
