//! Reading repositories into the store: what is read, when, and who asked for it.
//!
//! [`run_job`] is a crawl from its plan to the store, for the commands and for the server alike. In the
//! server a [`Crawler`] does it: whoever wants something read asks it for [`Target`]s, a `queue` joins what
//! is asked for twice, and two threads work through it, one for single repositories, which are read at
//! once, and one for whole sources, which take their time. Each commit is in the graph as soon as it is in
//! the store. A `timetable` says when [`Schedule`]s are due; a `webhook` is what a host says when something
//! was pushed. `board` holds what became of each job.

mod board;
mod crawler;
mod job_summary;
mod known;
mod means;
mod newest;
mod queue;
mod sources;
mod timetable;
pub mod webhook;
mod work;

pub use board::{JobOutcome, JobProgress, JobState, JobView};
pub use crawler::{Crawler, CrawlerStopped};
pub use job_summary::{JobSummary, Noticed};
pub use known::StoreKnown;
pub use means::CrawlMeans;
pub use queue::{JobId, QueueFull, Reason, Target};
pub use sources::{ConfiguredSource, OnPause, SystemClock};
pub use timetable::{Schedule, ScheduleView};
pub use work::{CrawlError, CrawlWork, Crawled, TakeChange, Wanted, Watching, run_job};
