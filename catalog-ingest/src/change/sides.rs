//! The two states of a repository that a change lies between.

use catalog_core::model::{CommitId, Timestamp};

use super::{ChangeError, ChangeRequest};
use crate::repository::{CommitOrder, Commits, RepositoryError, RevisionError, Snapshot};

/// What a change makes of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeHead<'a> {
    /// What a revision holds.
    Revision(&'a str),
    /// The files as they lie in the folder: the tracked ones, and those that git does not ignore.
    WorkingTree,
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSide {
    /// The revision as it was asked for; `None` for the files of a folder.
    pub revision: Option<String>,
    /// The commit; `None` for the files of a folder.
    pub commit: Option<CommitId>,
    /// When that was made, by its committer's clock.
    pub committed_at: Option<Timestamp>,
}

/// Something about how a change was found that who reads its check should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeNote {
    /// The lines meet in this many commits, of which the latest was taken.
    SeveralMeetings(usize),
    /// The lines meet nowhere in a shallow copy: the base itself was taken, so that what was done on it since
    /// counts, too.
    CutOff,
}

/// The states of a repository that are compared.
pub(super) struct Sides {
    pub(super) base: ChangeSide,
    pub(super) head: ChangeSide,
    pub(super) notes: Vec<ChangeNote>,
    /// `None` for a folder without commits.
    pub(super) before: Option<Snapshot>,
    pub(super) after: Snapshot,
    pub(super) commits: Option<Commits>,
}

impl Sides {
    pub(super) fn find(request: &ChangeRequest<'_>) -> Result<Self, ChangeError> {
        let Some(commits) = Commits::open(request.folder)? else { return Self::of_folder(request) };
        let asked = request.base.unwrap_or("HEAD");
        let base = commits.find(asked).map_err(|source| not_found("base", source))?;
        let (head, after, to) = match request.head {
            ChangeHead::WorkingTree => {
                let to = commits.find("HEAD").map_err(|source| not_found("head", source))?;
                let after = Snapshot::open_working(request.folder, &request.limits.tree)?;
                (folder_side(), after, to)
            }
            ChangeHead::Revision(revision) => {
                let to = commits.find(revision).map_err(|source| not_found("head", source))?;
                let side = commit_side(&commits, revision, to);
                (side, Snapshot::open_at(request.folder, Some(to))?, to)
            }
        };
        let mut notes = Vec::new();
        let meeting = commits.meeting(base, to)?;
        let from = match meeting.commits.as_slice() {
            [] if meeting.is_cut => {
                notes.push(ChangeNote::CutOff);
                base
            }
            [] => {
                let head = head.revision.unwrap_or_else(|| "HEAD".to_owned());
                return Err(ChangeError::Unrelated { base: asked.to_owned(), head });
            }
            [only] => *only,
            [latest, ..] => {
                notes.push(ChangeNote::SeveralMeetings(meeting.commits.len()));
                *latest
            }
        };
        let before = Some(Snapshot::open_at(request.folder, Some(from))?);
        let base = commit_side(&commits, asked, from);
        Ok(Self { base, head, notes, before, after, commits: Some(commits) })
    }

    /// A folder without commits, of which only the files can be told.
    fn of_folder(request: &ChangeRequest<'_>) -> Result<Self, ChangeError> {
        if request.base.is_some() || request.head != ChangeHead::WorkingTree || request.files.is_none() {
            return Err(ChangeError::NotGit { folder: request.folder.to_owned() });
        }
        let after = Snapshot::open_working(request.folder, &request.limits.tree)?;
        let (base, head) = (folder_side(), folder_side());
        Ok(Self { base, head, notes: Vec::new(), before: None, after, commits: None })
    }

    /// Whether both sides are one commit.
    pub(super) fn is_same(&self) -> bool {
        self.base.commit.is_some() && self.base.commit == self.head.commit
    }

    /// How a commit stands to the base.
    pub(super) fn order_of(&self, commit: Option<CommitId>) -> Option<CommitOrder> {
        self.commits.as_ref()?.order(commit?, self.base.commit?)
    }
}

fn not_found(side: &'static str, source: RevisionError) -> ChangeError {
    match source {
        RevisionError::Repository(error @ RepositoryError::Empty) => error.into(),
        source => ChangeError::Revision { side, source },
    }
}

fn folder_side() -> ChangeSide {
    ChangeSide { revision: None, commit: None, committed_at: None }
}

fn commit_side(commits: &Commits, revision: &str, commit: CommitId) -> ChangeSide {
    let committed_at = commits.committed_at(commit);
    ChangeSide { revision: Some(revision.to_owned()), commit: Some(commit), committed_at }
}
