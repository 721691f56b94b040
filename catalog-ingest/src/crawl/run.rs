//! A crawl while it runs: who visits what, on which thread.

use std::{
    path::{Path, PathBuf},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use catalog_core::model::{
    CatalogChange, CommitId, Diagnostic, DiagnosticCode, RepositoryDeclarations, RepositoryHead,
    RepositoryId, Visit,
};
use tracing::{Span, field::Empty};

use super::{
    CrawlOptions, Known,
    in_order::InOrder,
    isolation::{Hands, Isolation},
    logins::Logins,
    message::{FetchRefusal, Setup, frame},
    pace::Pace,
    turns::{Turns, Verdict},
    visit::{FolderVisit, Outcome, Reading},
    workers::Workers,
};
use crate::{
    assemble::ManifestReader,
    plan::PlannedRepository,
    progress::{CrawlEvent, CrawlReport, VisitOutcome},
    repository::{FetchTrouble, RemoteUrl, RepositoryAddress, head_of},
};

/// How many repositories a thread takes on at once at most.
const TAKEN_AT_ONCE_MAX: usize = 64;
/// How many parcels of visits wait to be handed on.
const PARCELS_WAITING: usize = 16;

/// One crawl.
pub(super) struct Crawl<'a> {
    known: &'a (dyn Known + Sync),
    options: &'a CrawlOptions,
    events: &'a (dyn Fn(CrawlEvent<'_>) + Sync),
    reading: Reading<'a>,
    hands: Hands,
    logins: Logins<'a>,
    /// Held for reading while what is known is asked for, for writing while visits are handed on: what is
    /// handed on may go to where the knowledge comes from.
    knowledge: RwLock<()>,
    /// The span of what wants the crawl.
    around: Span,
}

/// Visits on their way to the thread that hands them on, with their places in the plan.
type Parcel = Vec<(usize, Outcome)>;

impl<'a> Crawl<'a> {
    pub(super) fn new(
        reader: &'a dyn ManifestReader,
        known: &'a (dyn Known + Sync),
        options: &'a CrawlOptions,
        events: &'a (dyn Fn(CrawlEvent<'_>) + Sync),
    ) -> Self {
        Self {
            known,
            options,
            events,
            reading: Reading::new(&options.limits, options.now, reader),
            hands: hands(options),
            logins: Logins::new(&options.logins),
            knowledge: RwLock::new(()),
            around: Span::current(),
        }
    }

    pub(super) fn run<E>(
        &self,
        plan: &[PlannedRepository],
        pace: &impl Pace,
        sink: &mut dyn FnMut(CatalogChange) -> Result<(), E>,
    ) -> Result<CrawlReport, E> {
        (self.events)(CrawlEvent::Started { repositories: plan.len() });
        let is_here = |index: &usize| matches!(plan[*index].address, RepositoryAddress::Folder(_));
        let (here, elsewhere): (Vec<usize>, Vec<usize>) = (0..plan.len()).partition(is_here);
        let fetches = elsewhere.iter().filter_map(|index| match &plan[*index].address {
            RepositoryAddress::Remote(url) => Some((*index, url.host_and_port())),
            RepositoryAddress::Folder(_) => None,
        });
        let fetch_limits = &self.options.limits.fetch;
        let seed = u64::from_ne_bytes(self.options.now.0.to_ne_bytes());
        let turns = Turns::new(fetches, fetch_limits, pace, seed);
        let readers = rayon::current_num_threads().min(here.len());
        let fetchers = fetch_limits.concurrent_max.max(1).min(elsewhere.len());
        let (taken, is_stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            let (sender, parcels) = sync_channel(PARCELS_WAITING);
            for _ in 0..readers {
                let (sender, here, taken, is_stopped) = (sender.clone(), &here, &taken, &is_stopped);
                scope.spawn(move || {
                    while !is_stopped.load(Ordering::Relaxed)
                        && self.read_some(plan, here, taken, readers, &sender)
                    {}
                });
            }
            for _ in 0..fetchers {
                let (sender, turns) = (sender.clone(), &turns);
                scope.spawn(move || self.fetch_in_turn(plan, turns, &sender));
            }
            drop(sender);
            let mut report = CrawlReport::default();
            let mut order = InOrder::default();
            let mut hand_on = |order: &mut InOrder, is_end| {
                while let Some(change) = order.take(is_end) {
                    let _nobody_asks = self.knowledge.write().unwrap_or_else(PoisonError::into_inner);
                    sink(change)?;
                }
                Ok(())
            };
            // A `for` over the receiver ends it, and with it those who send, also after an error.
            for parcel in parcels {
                for (index, outcome) in parcel {
                    report.count(&summary_of(&outcome));
                    order.put(index, outcome);
                }
                if let Err(error) = hand_on(&mut order, false) {
                    is_stopped.store(true, Ordering::Relaxed);
                    turns.stop();
                    return Err(error);
                }
            }
            hand_on(&mut order, true)?;
            Ok(report)
        })
    }

    /// Visits the next few repositories of this machine; whether there may be more.
    fn read_some(
        &self,
        plan: &[PlannedRepository],
        here: &[usize],
        taken: &AtomicUsize,
        readers: usize,
        sender: &SyncSender<Parcel>,
    ) -> bool {
        // Fewer and fewer, so that all threads end at the same time.
        let some = |taken: usize| ((here.len() - taken) / (4 * readers)).clamp(1, TAKEN_AT_ONCE_MAX);
        let begin = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
            (taken < here.len()).then(|| (taken + some(taken)).min(here.len()))
        });
        let Ok(begin) = begin else { return false };
        let end = (begin + some(begin)).min(here.len());
        let parcel = here[begin..end]
            .iter()
            .map(|index| {
                let planned = &plan[*index];
                let RepositoryAddress::Folder(folder) = &planned.address else {
                    unreachable!("only folders are read here");
                };
                let _span = self.span_of(planned).entered();
                (*index, self.done(planned, self.visit(planned, folder)))
            })
            .collect();
        sender.send(parcel).is_ok()
    }

    /// Visits repositories of other machines, one after the other, as long as there are turns.
    fn fetch_in_turn<P: Pace>(
        &self,
        plan: &[PlannedRepository],
        turns: &Turns<'_, P>,
        sender: &SyncSender<Parcel>,
    ) {
        while let Some(mut turn) = turns.next() {
            let planned = &plan[turn.index];
            let RepositoryAddress::Remote(url) = &planned.address else {
                unreachable!("only what is on other machines is fetched");
            };
            let index = turn.index;
            let _span = self.span_of(planned).entered();
            let outcome = match turn.given_up.take() {
                Some(reason) => {
                    let message = format!("`{url}` was not fetched: {reason}");
                    self.unreadable(planned, message)
                }
                None => match self.fetch(planned, url) {
                    Ok(folder) => {
                        turns.done(&turn);
                        self.visit(planned, &folder)
                    }
                    Err(refusal) => match turns.failed(turn, refusal) {
                        Verdict::Again => continue,
                        Verdict::Final(FetchRefusal { is_empty: true, .. }) => self.empty(planned),
                        Verdict::Final(refusal) => self.unreadable(planned, refusal.message),
                    },
                },
            };
            if sender.send(vec![(index, self.done(planned, outcome))]).is_err() {
                return;
            }
        }
    }

    /// Brings a repository of another machine into the cache, with a login once it is asked for.
    fn fetch(&self, planned: &PlannedRepository, url: &RemoteUrl) -> Result<PathBuf, FetchRefusal> {
        let progress = |progress| (self.events)(CrawlEvent::Fetching { id: &planned.id, progress });
        let options = self.options;
        let fetch = |url: &RemoteUrl| {
            let authorities = options.authorities.as_deref();
            self.hands.fetch(url, &options.cache, &options.limits.fetch, authorities, &progress)
        };
        let known = if url.credentials().is_none() { self.logins.known(url) } else { None };
        let is_login_sent = known.is_some() || url.credentials().is_some();
        let refusal = match fetch(&known.map_or_else(|| url.clone(), |login| url.clone().with_login(login))) {
            Err(refusal) if refusal.trouble == FetchTrouble::LoginWanted && !is_login_sent => refusal,
            outcome => return outcome,
        };
        match self.logins.find(url) {
            Some(login) => fetch(&url.clone().with_login(login)),
            None => Err(refusal),
        }
    }

    /// Reads a folder, unless its HEAD tells that nothing is new there.
    fn visit(&self, planned: &PlannedRepository, folder: &Path) -> Outcome {
        let head = self.known.head(&planned.id);
        let current =
            head.as_ref().filter(|head| self.is_well_known(head, planned)).and_then(|head| head.commit);
        if current.is_some() && current == head_of(folder) {
            return Outcome::unchanged(&planned.id, self.options.now);
        }
        self.with_folder(planned, folder, head.as_ref(), current, |folder| {
            self.hands.read(&self.reading, folder)
        })
    }

    /// What a repository without commits amounts to.
    fn empty(&self, planned: &PlannedRepository) -> Outcome {
        let head = self.known.head(&planned.id);
        self.with_folder(planned, Path::new(""), head.as_ref(), None, |folder| self.reading.empty(folder))
    }

    fn with_folder(
        &self,
        planned: &PlannedRepository,
        folder: &Path,
        head: Option<&RepositoryHead>,
        current: Option<CommitId>,
        work: impl FnOnce(&FolderVisit<'_>) -> Outcome,
    ) -> Outcome {
        let had_commit =
            head.is_some_and(|head| head.commit.is_some() && planned.address.is_shown_as(&head.address));
        work(&FolderVisit {
            id: &planned.id,
            address: &planned.address.to_string(),
            folder,
            current,
            had_commit,
            previous: &|| head.and_then(|_| self.known_declarations(&planned.id)),
        })
    }

    fn known_declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations> {
        let _nobody_changes_it = self.knowledge.read().unwrap_or_else(PoisonError::into_inner);
        self.known.declarations(id)
    }

    /// Whether what is known was read well, in the same way and from the same place.
    fn is_well_known(&self, head: &RepositoryHead, planned: &PlannedRepository) -> bool {
        head.reader == self.reading.fingerprint
            && head.status.is_read()
            && planned.address.is_shown_as(&head.address)
    }

    fn unreadable(&self, planned: &PlannedRepository, message: String) -> Outcome {
        let diagnostic = Diagnostic::new(DiagnosticCode::RepositoryUnreadable, message);
        Outcome::unreadable(&planned.id, &planned.address.to_string(), self.options.now, diagnostic)
    }

    fn done(&self, planned: &PlannedRepository, outcome: Outcome) -> Outcome {
        let summary = summary_of(&outcome);
        let span = Span::current();
        match &summary {
            VisitOutcome::Read { manifests, .. } => {
                span.record("catalog.visit.outcome", "read").record("catalog.visit.manifests", manifests);
            }
            VisitOutcome::Unchanged => {
                span.record("catalog.visit.outcome", "unchanged");
            }
            VisitOutcome::Unreadable { .. } => {
                span.record("catalog.visit.outcome", "unreadable").record("otel.status_code", "ERROR");
            }
        }
        (self.events)(CrawlEvent::Done { id: &planned.id, outcome: summary });
        outcome
    }

    /// The span of one visit, for traces; nothing of it goes to the log.
    fn span_of(&self, planned: &PlannedRepository) -> Span {
        tracing::error_span!(
            parent: &self.around,
            "visit of a repository",
            otel.status_code = Empty,
            catalog.repository = planned.id.as_str(),
            catalog.visit.outcome = Empty,
            catalog.visit.manifests = Empty,
        )
    }
}

/// Where a crawl with these options fetches and reads.
pub(super) fn hands(options: &CrawlOptions) -> Hands {
    let Isolation::Children { program, arguments } = &options.isolation else { return Hands::Here };
    let CrawlOptions { limits, cache, now, isolation: _, logins: _, authorities } = options;
    let setup = Setup {
        limits: limits.clone(),
        cache: cache.as_path().into(),
        now: now.0,
        authorities: authorities.as_deref().map(Into::into),
    };
    let setup = frame(&setup).expect("limits and paths have a form and are short");
    Hands::Workers(Workers::new(program.clone(), arguments.clone(), setup, &limits.visit))
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
