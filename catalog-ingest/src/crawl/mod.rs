//! Many repositories become one [`CatalogChange`] after another.
//!
//! Visits run on all cores; what they bring is handed on in the order of the plan, in changes of
//! bounded size, so that the outcome is the same every time and memory stays bounded.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use catalog_core::model::{
    CatalogChange, CommitId, Diagnostic, DiagnosticCode, RepositoryDeclarations, RepositoryHead,
    RepositoryId, RepositoryStatus, Timestamp, Visit,
};
use rayon::prelude::*;

use crate::{
    assemble::{BuiltInReader, ManifestReader, Visited, assemble, reader_fingerprint},
    limits::CrawlLimits,
    manifest::port::PortMapping,
    plan::PlannedRepository,
    progress::{CrawlEvent, CrawlReport, VisitOutcome},
    repository::{RepositoryAddress, RepositoryError, Snapshot, fetch, head_of},
};

/// How many repositories are visited before what they brought is handed on.
const BATCH_REPOSITORIES: usize = 256;
/// How many manifests one change holds before it is handed on.
const CHANGE_MANIFESTS: usize = 4_096;
/// How many visits one change holds before it is handed on.
const CHANGE_VISITS: usize = 65_536;
/// How many visits run at once where some of them wait for other machines.
const FETCHES_AT_ONCE: usize = 8;

/// What is known from earlier crawls.
pub trait Known {
    /// The repository itself; asked for with every visit, so it has to be cheap.
    fn head(&self, id: &RepositoryId) -> Option<RepositoryHead>;
    /// All that the repository says; asked for only where something is new.
    fn declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations>;
}

/// How a crawl is done.
#[derive(Clone, Debug)]
pub struct CrawlOptions {
    /// The bounds on what is read.
    pub limits: CrawlLimits,
    /// Where copies of repositories of other machines are kept.
    pub cache: PathBuf,
    /// The time of the crawl: every visit of it has this time.
    pub now: Timestamp,
    /// What blueprints, relations and properties mean in Port's files.
    pub port: PortMapping,
}

/// Visits every repository of a plan and hands on what they say, in the order of the plan.
///
/// A repository that cannot be read, and a defect of ours in reading one, is one diagnostic and not
/// the end. `events` is called from many threads at once.
///
/// # Errors
///
/// Only those of `sink`, which end the crawl.
pub fn crawl<E>(
    plan: &[PlannedRepository],
    known: &(dyn Known + Sync),
    options: &CrawlOptions,
    events: &(dyn Fn(CrawlEvent<'_>) + Sync),
    sink: &mut dyn FnMut(CatalogChange) -> Result<(), E>,
) -> Result<CrawlReport, E> {
    crawl_with(&BuiltInReader { port: &options.port }, plan, known, options, events, sink)
}

/// The same with a reader of one's own.
pub(crate) fn crawl_with<E>(
    reader: &dyn ManifestReader,
    plan: &[PlannedRepository],
    known: &(dyn Known + Sync),
    options: &CrawlOptions,
    events: &(dyn Fn(CrawlEvent<'_>) + Sync),
    sink: &mut dyn FnMut(CatalogChange) -> Result<(), E>,
) -> Result<CrawlReport, E> {
    events(CrawlEvent::Started { repositories: plan.len() });
    let fingerprint = reader_fingerprint(&options.limits, reader);
    let crawl = Crawl { known, options, events, reader, fingerprint };
    let waits = plan.iter().any(|planned| matches!(planned.address, RepositoryAddress::Remote(_)));
    let pool = if waits { fetching_pool() } else { None };
    let mut report = CrawlReport::default();
    let mut change = CatalogChange::default();
    let mut manifests = 0;
    for batch in plan.chunks(BATCH_REPOSITORIES) {
        let visit_all = || batch.par_iter().map(|planned| crawl.visit(planned)).collect::<Vec<_>>();
        let visits = match &pool {
            Some(pool) => pool.install(visit_all),
            None => visit_all(),
        };
        for (visit, outcome) in visits {
            report.count(&outcome);
            if let Visit::Read(declarations) = &visit {
                manifests += declarations.manifests.len();
            }
            change.visits.push(visit);
            if manifests >= CHANGE_MANIFESTS || change.visits.len() >= CHANGE_VISITS {
                manifests = 0;
                sink(std::mem::take(&mut change))?;
            }
        }
    }
    if !change.visits.is_empty() {
        sink(change)?;
    }
    Ok(report)
}

/// Threads that mostly wait; `None` where the system gives no more threads, and the usual ones do.
fn fetching_pool() -> Option<rayon::ThreadPool> {
    let threads = rayon::current_num_threads().max(FETCHES_AT_ONCE);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()
}

struct Crawl<'a> {
    known: &'a (dyn Known + Sync),
    options: &'a CrawlOptions,
    events: &'a (dyn Fn(CrawlEvent<'_>) + Sync),
    reader: &'a dyn ManifestReader,
    fingerprint: u64,
}

/// A visit, and how many of its manifests were taken apart.
struct Outcome {
    visit: Visit,
    manifests_read: usize,
}

impl Crawl<'_> {
    fn visit(&self, planned: &PlannedRepository) -> (Visit, VisitOutcome) {
        let visited = catch_unwind(AssertUnwindSafe(|| self.try_visit(planned)));
        let outcome = visited.unwrap_or_else(|panic| {
            let reason = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            let message = format!("a defect of this program ended the visit: {reason}; please report it");
            self.unreadable(planned, DiagnosticCode::RepositoryUnreadable, message)
        });
        let summary = summary_of(&outcome);
        (self.events)(CrawlEvent::Done { id: &planned.id, outcome: summary.clone() });
        (outcome.visit, summary)
    }

    fn try_visit(&self, planned: &PlannedRepository) -> Outcome {
        let head = self.known.head(&planned.id);
        let read = self.folder_of(planned).and_then(|folder| {
            if let Some(head) = &head
                && head.commit.is_some()
                && self.is_current(head, planned, head_of(&folder))
            {
                return Ok(self.unchanged(planned));
            }
            let snapshot = Snapshot::open(&folder)?;
            self.read(planned, head.as_ref(), &snapshot)
        });
        match read {
            Ok(outcome) => outcome,
            Err(RepositoryError::Empty) => self.empty(planned, head.as_ref()),
            Err(error) => self.unreadable(planned, error.code(), error.to_string()),
        }
    }

    /// The folder on this machine, after a fetch where it is needed.
    fn folder_of(&self, planned: &PlannedRepository) -> Result<PathBuf, RepositoryError> {
        match &planned.address {
            RepositoryAddress::Folder(folder) => Ok(folder.clone()),
            RepositoryAddress::Remote(url) => {
                let progress = |progress| (self.events)(CrawlEvent::Fetching { id: &planned.id, progress });
                fetch(url, Path::new(&self.options.cache), &self.options.limits.fetch, &progress)
            }
        }
    }

    /// Whether what is known was read well, in the same way, from the same place and commit.
    fn is_current(&self, head: &RepositoryHead, planned: &PlannedRepository, now: Option<CommitId>) -> bool {
        head.commit == now
            && head.reader == self.fingerprint
            && head.status.is_read()
            && planned.address.is_shown_as(&head.address)
    }

    fn read(
        &self,
        planned: &PlannedRepository,
        head: Option<&RepositoryHead>,
        snapshot: &Snapshot,
    ) -> Result<Outcome, RepositoryError> {
        if let Some(head) = head
            && head.commit.is_some()
            && self.is_current(head, planned, snapshot.commit())
        {
            return Ok(self.unchanged(planned));
        }
        if let Some(head) = head
            && head.commit.is_some()
            && snapshot.commit().is_none()
            && planned.address.is_shown_as(&head.address)
        {
            // A volume that is not mounted looks like this, too: no ground to forget anything.
            let message = "a git repository was here and now is none; what it said before is kept: check the path, \
                           or crawl the folder under another id with `--id`";
            return Ok(self.unreadable(planned, DiagnosticCode::RepositoryUnreadable, message.to_owned()));
        }
        let previous = head.and_then(|_| self.known.declarations(&planned.id));
        let assembled = assemble(&Visited {
            snapshot,
            id: &planned.id,
            address: &planned.address.to_string(),
            previous: previous.as_ref(),
            limits: &self.options.limits,
            now: self.options.now,
            reader: self.reader,
        })?;
        let declarations = assembled.declarations;
        // A plain directory has no commit that could tell, so its content does.
        if declarations.head.commit.is_none()
            && previous.as_ref().is_some_and(|previous| says_the_same(previous, &declarations))
        {
            return Ok(self.unchanged(planned));
        }
        Ok(Outcome { visit: Visit::Read(Box::new(declarations)), manifests_read: assembled.manifests_read })
    }

    /// A repository without commits: news only if it never had any, else something has been lost.
    fn empty(&self, planned: &PlannedRepository, head: Option<&RepositoryHead>) -> Outcome {
        let previous = head.and_then(|_| self.known.declarations(&planned.id));
        let had_content = previous
            .as_ref()
            .is_some_and(|previous| previous.head.commit.is_some() || !previous.manifests.is_empty());
        if had_content {
            let message =
                "the repository has no commits any more; what it said before is kept: push its commits again"
                    .to_owned();
            return self.unreadable(planned, DiagnosticCode::RepositoryEmpty, message);
        }
        let declarations = RepositoryDeclarations {
            head: RepositoryHead {
                id: planned.id.clone(),
                address: planned.address.to_string().into(),
                commit: None,
                committed_at: None,
                observed_at: Some(self.options.now),
                status: RepositoryStatus::Read,
                reader: self.fingerprint,
            },
            manifests: Vec::new(),
            diagnostics: vec![Diagnostic::new(
                DiagnosticCode::RepositoryEmpty,
                RepositoryError::Empty.to_string(),
            )],
        };
        if previous.is_some_and(|previous| says_the_same(&previous, &declarations)) {
            return self.unchanged(planned);
        }
        Outcome { visit: Visit::Read(Box::new(declarations)), manifests_read: 0 }
    }

    fn unchanged(&self, planned: &PlannedRepository) -> Outcome {
        let visit = Visit::Unchanged { id: planned.id.clone(), observed_at: self.options.now };
        Outcome { visit, manifests_read: 0 }
    }

    fn unreadable(&self, planned: &PlannedRepository, code: DiagnosticCode, message: String) -> Outcome {
        let visit = Visit::Unreadable {
            id: planned.id.clone(),
            address: planned.address.to_string().into(),
            observed_at: self.options.now,
            diagnostic: Diagnostic::new(code, message),
        };
        Outcome { visit, manifests_read: 0 }
    }
}

/// Whether two visits tell the same, apart from when they were made.
fn says_the_same(before: &RepositoryDeclarations, after: &RepositoryDeclarations) -> bool {
    before.manifests == after.manifests
        && before.diagnostics == after.diagnostics
        && RepositoryHead { observed_at: after.head.observed_at, ..before.head.clone() } == after.head
}

fn summary_of(outcome: &Outcome) -> VisitOutcome {
    match &outcome.visit {
        Visit::Unchanged { .. } => VisitOutcome::Unchanged,
        Visit::Unreadable { diagnostic, .. } => {
            VisitOutcome::Unreadable { message: diagnostic.message.clone() }
        }
        Visit::Read(declarations) => VisitOutcome::Read {
            manifests: declarations.manifests.len(),
            manifests_read: outcome.manifests_read,
            documents: declarations.manifests.iter().map(|manifest| manifest.documents.len()).sum(),
            diagnostics: declarations.diagnostics.len()
                + declarations.manifests.iter().map(|manifest| manifest.diagnostics.len()).sum::<usize>(),
        },
    }
}

#[cfg(test)]
pub(crate) mod harness;
#[cfg(test)]
mod tests;
