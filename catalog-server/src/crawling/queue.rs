//! What is to be read next: jobs that wait, joined where they want the same.
//!
//! What waits is read once, however often it is asked for; what is asked for while it is being read waits
//! again, since it may have changed meanwhile. So a repository that is pushed to a thousand times a second
//! is read once at a time, and once more.

use std::{
    collections::{BTreeSet, VecDeque},
    fmt,
};

use catalog_core::model::{RepositoryId, Timestamp};

/// How many jobs wait at most.
const WAITING_MAX: usize = 64;
/// How many single repositories one job reads at most.
const REPOSITORIES_MAX: usize = 256;

/// The number of a job of this server, from 1; a later job has a greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// All that the settings name; where they name nothing, every repository of the catalog.
    Everything,
    /// A source of the settings by its id, as in `github.com/acme`.
    Source(RepositoryId),
    /// A word as the settings have it: a repository, a folder of many or a URL.
    Word(Box<str>),
    /// A repository of the catalog, or one that belongs to a source of the settings.
    Repository(RepositoryId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Source(id) | Self::Repository(id) => id.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Why a job was asked for first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A schedule, by its number from 0.
    Schedule(usize),
    /// A host said that something was pushed.
    Webhook,
    /// Somebody asked for it.
    Asked {
        /// Who.
        by: Box<str>,
    },
    /// It was read while a longer crawl had it in hand, whose older picture was not taken.
    Overtaken,
}

/// As many jobs wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{WAITING_MAX} crawls are waiting, which is as many as may; try again later")]
pub struct QueueFull;

/// Which jobs a thread takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Single repositories, read at once.
    Single,
    /// Everything else, which takes its time.
    Whole,
}

/// A job that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: JobId,
    pub(super) targets: BTreeSet<Target>,
    pub(super) reason: Reason,
    pub(super) asked_at: Timestamp,
    /// How often it was asked for.
    pub(super) asked: u64,
}

impl Waiting {
    fn lane(&self) -> Lane {
        let is_single = |target: &Target| matches!(target, Target::Repository(_));
        if self.targets.iter().all(is_single) { Lane::Single } else { Lane::Whole }
    }
}

/// The jobs that wait, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    last: u64,
}

impl Queue {
    /// Puts a job behind the others, or joins it with one that waits already.
    pub(super) fn ask(
        &mut self,
        targets: BTreeSet<Target>,
        reason: Reason,
        now: Timestamp,
    ) -> Result<JobId, QueueFull> {
        let new = Waiting { id: JobId(self.last + 1), targets, reason, asked_at: now, asked: 1 };
        let same = |waiting: &&mut Waiting| {
            waiting.lane() == new.lane()
                && (waiting.targets.contains(&Target::Everything)
                    || new.targets.is_subset(&waiting.targets)
                    || new.lane() == Lane::Single
                        && waiting.targets.len() + new.targets.len() <= REPOSITORIES_MAX)
        };
        if let Some(waiting) = self.waiting.iter_mut().find(same) {
            if !waiting.targets.contains(&Target::Everything) {
                waiting.targets.extend(new.targets);
            }
            waiting.asked += 1;
            return Ok(waiting.id);
        }
        if self.waiting.len() >= WAITING_MAX {
            return Err(QueueFull);
        }
        self.last += 1;
        let id = new.id;
        self.waiting.push_back(new);
        Ok(id)
    }

    /// Takes the job out that is next in a lane.
    pub(super) fn take(&mut self, lane: Lane) -> Option<Waiting> {
        let place = self.waiting.iter().position(|waiting| waiting.lane() == lane)?;
        self.waiting.remove(place)
    }

    /// The jobs that wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(name: &str) -> Target {
        Target::Repository(RepositoryId::new(name).expect("an id"))
    }

    fn ask(queue: &mut Queue, targets: &[Target]) -> Result<u64, QueueFull> {
        let id = queue.ask(targets.iter().cloned().collect(), Reason::Webhook, Timestamp(1));
        id.map(|id| id.0)
    }

    #[test]
    fn what_waits_is_asked_for_once_and_what_runs_once_more() {
        let mut queue = Queue::default();
        let shop = [repository("acme/shop")];
        assert_eq!(ask(&mut queue, &shop), Ok(1));
        for _ in 0..1_000 {
            assert_eq!(ask(&mut queue, &shop), Ok(1));
        }
        let running = queue.take(Lane::Single).expect("a job waits");
        assert_eq!((running.id.0, running.asked), (1, 1_001));
        for _ in 0..1_000 {
            assert_eq!(ask(&mut queue, &shop), Ok(2));
        }
        assert_eq!(queue.waiting().count(), 1);
        assert_eq!(queue.take(Lane::Single).map(|of| of.targets.len()), Some(1));
        assert!(queue.take(Lane::Single).is_none());
    }

    #[test]
    fn single_repositories_are_read_together_and_wait_for_no_source() {
        let mut queue = Queue::default();
        assert_eq!(ask(&mut queue, &[Target::Everything]), Ok(1));
        assert_eq!(ask(&mut queue, &[repository("a/a")]), Ok(2));
        assert_eq!(ask(&mut queue, &[repository("a/b")]), Ok(2));
        // All of it is in what waits already.
        let source = Target::Source(RepositoryId::new("github.com/acme").expect("an id"));
        assert_eq!(ask(&mut queue, &[source, Target::Word("org".into())]), Ok(1));
        assert_eq!(queue.take(Lane::Single).map(|of| of.targets.len()), Some(2));
        assert_eq!(queue.take(Lane::Whole).map(|of| of.targets), Some([Target::Everything].into()));
    }

    #[test]
    fn the_queue_is_bounded() {
        let mut queue = Queue::default();
        for number in 0..WAITING_MAX {
            let word = Target::Word(format!("w{number}").into());
            assert_eq!(ask(&mut queue, &[word]), Ok(number as u64 + 1));
        }
        assert_eq!(ask(&mut queue, &[Target::Everything]), Err(QueueFull));
        let most = REPOSITORIES_MAX * 2;
        let mut queue = Queue::default();
        let ids: BTreeSet<u64> = (0..most)
            .filter_map(|number| ask(&mut queue, &[repository(&format!("a/{number}"))]).ok())
            .collect();
        assert_eq!(ids.len(), 2);
    }
}
