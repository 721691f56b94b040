//! One visit to one folder: what it says now, and how that stands to what is known.
//!
//! This is what runs in a process of its own where repositories may be hostile. Whatever happens, the
//! outcome is a [`Visit`].

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use catalog_core::model::{
    CommitId, Diagnostic, DiagnosticCode, RepositoryDeclarations, RepositoryHead, RepositoryId,
    RepositoryStatus, Timestamp, Visit,
};

use crate::{
    assemble::{ManifestReader, Visited, areas, assemble, reader_fingerprint, sort},
    limits::CrawlLimits,
    repository::{HistoryReading, RepositoryError, Snapshot},
};

/// A folder of this machine that is to be read.
pub(super) struct FolderVisit<'a> {
    pub(super) id: &'a RepositoryId,
    pub(super) address: &'a str,
    pub(super) folder: &'a Path,
    /// The commit at which nothing is new; `None` where everything is read in any case.
    pub(super) current: Option<CommitId>,
    /// Whether a commit was read from this address before.
    pub(super) had_commit: bool,
    /// What the repository said before; asked for only where something is new.
    pub(super) previous: &'a dyn Fn() -> Option<RepositoryDeclarations>,
}

/// How folders are read.
pub(super) struct Reading<'a> {
    pub(super) limits: &'a CrawlLimits,
    /// The fingerprint of the limits.
    pub(super) fingerprint: u64,
    pub(super) now: Timestamp,
    pub(super) reader: &'a dyn ManifestReader,
}

/// A visit, and how many of its manifests were taken apart.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) visit: Visit,
    pub(super) manifests_read: usize,
}

impl Outcome {
    pub(super) fn unchanged(id: &RepositoryId, now: Timestamp) -> Self {
        Self { visit: Visit::Unchanged { id: id.clone(), observed_at: now }, manifests_read: 0 }
    }

    pub(super) fn unreadable(
        id: &RepositoryId,
        address: &str,
        now: Timestamp,
        diagnostic: Diagnostic,
    ) -> Self {
        let visit =
            Visit::Unreadable { id: id.clone(), address: address.into(), observed_at: now, diagnostic };
        Self { visit, manifests_read: 0 }
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(limits: &'a CrawlLimits, now: Timestamp, reader: &'a dyn ManifestReader) -> Self {
        Self { limits, fingerprint: reader_fingerprint(limits), now, reader }
    }

    /// Reads a folder. A defect of ours is one diagnostic, too.
    pub(super) fn visit(&self, folder: &FolderVisit<'_>) -> Outcome {
        let visited = catch_unwind(AssertUnwindSafe(|| self.try_visit(folder)));
        visited.unwrap_or_else(|panic| {
            let message = defect_message("visit", &*panic);
            self.unreadable(folder, DiagnosticCode::RepositoryUnreadable, message)
        })
    }

    fn try_visit(&self, folder: &FolderVisit<'_>) -> Outcome {
        let read = Snapshot::open(folder.folder).and_then(|snapshot| self.read(folder, &snapshot));
        match read {
            Ok(outcome) => outcome,
            Err(RepositoryError::Empty) => self.empty(folder),
            Err(error) => self.unreadable(folder, error.code(), error.to_string()),
        }
    }

    fn read(&self, folder: &FolderVisit<'_>, snapshot: &Snapshot) -> Result<Outcome, RepositoryError> {
        if folder.current.is_some() && folder.current == snapshot.commit() {
            return Ok(Outcome::unchanged(folder.id, self.now));
        }
        if folder.had_commit && snapshot.commit().is_none() {
            // A volume that is not mounted looks like this, too: no ground to forget anything.
            let message = "a git repository was here and now is none; what it said before is kept: check the path, \
                           or crawl the folder under another id with `--id`";
            return Ok(self.unreadable(folder, DiagnosticCode::RepositoryUnreadable, message.to_owned()));
        }
        let previous = (folder.previous)();
        let assembled = assemble(&Visited {
            snapshot,
            id: folder.id,
            address: folder.address,
            previous: previous.as_ref(),
            limits: self.limits,
            fingerprint: self.fingerprint,
            now: self.now,
            reader: self.reader,
        })?;
        let mut declarations = assembled.declarations;
        self.read_history(snapshot, &mut declarations);
        // A plain directory has no commit that could tell, so its content does.
        if declarations.head.commit.is_none()
            && previous.as_ref().is_some_and(|previous| says_the_same(previous, &declarations))
        {
            return Ok(Outcome::unchanged(folder.id, self.now));
        }
        Ok(Outcome { visit: Visit::Read(Box::new(declarations)), manifests_read: assembled.manifests_read })
    }

    /// Adds what the commits up to this one say.
    fn read_history(&self, snapshot: &Snapshot, declarations: &mut RepositoryDeclarations) {
        let manifests = declarations.manifests.iter().map(|manifest| manifest.path.clone()).collect();
        let history = snapshot.history(areas(&declarations.manifests), manifests, &self.limits.history);
        let Some(HistoryReading { history, mut diagnostics }) = history else { return };
        declarations.history = Some(Box::new(history));
        declarations.diagnostics.append(&mut diagnostics);
        sort(&mut declarations.diagnostics);
    }

    /// A repository without commits: news only if it never had any, else something has been lost.
    pub(super) fn empty(&self, folder: &FolderVisit<'_>) -> Outcome {
        let previous = (folder.previous)();
        let had_content = previous
            .as_ref()
            .is_some_and(|previous| previous.head.commit.is_some() || !previous.manifests.is_empty());
        if had_content {
            let message =
                "the repository has no commits any more; what it said before is kept: push its commits again"
                    .to_owned();
            return self.unreadable(folder, DiagnosticCode::RepositoryEmpty, message);
        }
        let declarations = RepositoryDeclarations {
            head: RepositoryHead {
                id: folder.id.clone(),
                address: folder.address.into(),
                commit: None,
                committed_at: None,
                observed_at: Some(self.now),
                status: RepositoryStatus::Read,
                reader: self.fingerprint,
            },
            manifests: Vec::new(),
            diagnostics: vec![Diagnostic::new(
                DiagnosticCode::RepositoryEmpty,
                RepositoryError::Empty.to_string(),
            )],
            tombstones: Vec::new(),
            history: None,
        };
        if previous.is_some_and(|previous| says_the_same(&previous, &declarations)) {
            return Outcome::unchanged(folder.id, self.now);
        }
        Outcome { visit: Visit::Read(Box::new(declarations)), manifests_read: 0 }
    }

    pub(super) fn unreadable(
        &self,
        folder: &FolderVisit<'_>,
        code: DiagnosticCode,
        message: String,
    ) -> Outcome {
        Outcome::unreadable(folder.id, folder.address, self.now, Diagnostic::new(code, message))
    }
}

/// What is said of a defect of ours that ended some work.
pub(super) fn defect_message(work: &str, panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let reason = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    format!("a defect of this program ended the {work}: {reason}; please report it")
}

/// Whether two visits tell the same, apart from when they were made.
pub(crate) fn says_the_same(before: &RepositoryDeclarations, after: &RepositoryDeclarations) -> bool {
    before.manifests == after.manifests
        && before.diagnostics == after.diagnostics
        && before.tombstones == after.tombstones
        && before.history == after.history
        && RepositoryHead { observed_at: after.head.observed_at, ..before.head.clone() } == after.head
}
