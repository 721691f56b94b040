//! Many repositories become one [`CatalogChange`] after another.
//!
//! [`crawl`] has `run` visit them on all cores, those of other machines on threads of their own that mostly wait.
//! `turns` says whose turn it is among those; `isolation` has everything fetched and read in processes of
//! their own, each a `worker` here and a `child` there, which speak in a `message`; `visit` is what happens
//! to one folder, wherever that is. What they bring is handed on `in_order` of the plan, in changes of
//! bounded size, so that the outcome is the same every time and memory stays bounded.

mod child;
mod in_order;
mod isolation;
mod logins;
mod message;
mod pace;
mod run;
mod turns;
mod visit;
mod worker;
mod workers;

use std::path::{Path, PathBuf};

use catalog_core::model::{
    CatalogChange, CommitId, RepositoryDeclarations, RepositoryHead, RepositoryId, Timestamp,
};

use self::{pace::RealPace, run::Crawl};
use crate::{
    assemble::BuiltInReader,
    limits::CrawlLimits,
    plan::PlannedRepository,
    progress::{CrawlEvent, CrawlReport},
};

pub use child::read_for_crawl;
pub use isolation::Isolation;
pub use logins::LoginSources;
pub(crate) use visit::says_the_same;

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
    /// Where repositories are fetched and read.
    pub isolation: Isolation,
    /// Where logins for other machines come from.
    pub logins: LoginSources,
    /// A file of further certificates that https trusts, in PEM.
    pub authorities: Option<PathBuf>,
}

impl CrawlOptions {
    /// Reads in this process, with the usual limits and without logins.
    pub fn new(cache: PathBuf, now: Timestamp) -> Self {
        Self {
            limits: CrawlLimits::default(),
            cache,
            now,
            isolation: Isolation::InProcess,
            logins: LoginSources::default(),
            authorities: None,
        }
    }
}

/// Visits every repository of a plan and hands on what they say, in the order of the plan; only where
/// one of another machine is so slow that too much would wait for it, it comes later.
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
    let crawl = Crawl::new(&BuiltInReader, known, options, events);
    crawl.run(plan, &RealPace::start(), sink)
}

/// Why the files of a repository cannot be listed, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PathsError(String);

/// The paths of all regular files of a repository's folder at a commit (`None`: that of its HEAD), vendored
/// ones too, in the order of their bytes. It is read where a crawl with these options would read it.
///
/// # Errors
///
/// It cannot be read.
pub fn paths_of(
    folder: &Path,
    commit: Option<CommitId>,
    options: &CrawlOptions,
) -> Result<Vec<Box<[u8]>>, PathsError> {
    let paths = run::hands(options).paths(folder, commit, &options.limits).map_err(PathsError)?;
    Ok(paths.split_inclusive(|byte| *byte == 0).map(|path| Box::from(&path[..path.len() - 1])).collect())
}

#[cfg(test)]
mod fetching_tests;
#[cfg(test)]
pub(crate) mod harness;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod turns_tests;
#[cfg(test)]
mod workers_tests;
