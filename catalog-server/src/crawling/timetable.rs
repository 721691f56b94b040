//! When each schedule is due, by a time that only goes forward.
//!
//! All times are durations since the server began, from a clock that nobody sets: whatever happens to the time
//! of day, nothing comes due at once because of it. What was missed is done once and not made up for.

use std::time::Duration;

use catalog_core::model::Timestamp;

use super::queue::{JobId, Target};

/// How long is waited at least after a run that failed, before its hosts are asked again.
const REST: Duration = Duration::from_secs(60);
/// Over how long the first runs are spread.
const SPREAD_MAX: Duration = Duration::from_secs(30);

/// What is read again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What.
    pub targets: Vec<Target>,
    /// How often.
    pub every: Duration,
    /// By how much a run may be later, so that not all come at once.
    pub jitter: Duration,
    /// The hosts that are asked, which rest after a failure.
    pub hosts: Vec<Box<str>>,
}

/// A schedule, as it stands at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleView {
    /// What it says.
    pub schedule: Schedule,
    /// The time until its next run; nothing while one waits or runs.
    pub next_in: Option<Duration>,
    /// How often in a row it failed.
    pub failures: u32,
    /// Its last run, and when that ended.
    pub last: Option<(JobId, Timestamp)>,
}

/// All schedules with their next runs.
#[derive(Debug)]
pub(super) struct Timetable {
    rows: Vec<Row>,
    random: u64,
}

#[derive(Debug)]
struct Row {
    schedule: Schedule,
    next: Option<Duration>,
    /// When its present or last run began.
    began: Duration,
    failures: u32,
    last: Option<(JobId, Timestamp)>,
}

impl Timetable {
    /// All first runs come soon after `now`, spread by chance.
    pub(super) fn new(schedules: Vec<Schedule>, now: Duration, seed: u64) -> Self {
        let mut table = Self { rows: Vec::new(), random: seed };
        for schedule in schedules {
            let spread = table.up_to(schedule.jitter.min(SPREAD_MAX));
            table.rows.push(Row { schedule, next: Some(now + spread), began: now, failures: 0, last: None });
        }
        table
    }

    /// Takes out the schedules that are due. Each is due again only after its run has [ended](Self::ended).
    pub(super) fn due(&mut self, now: Duration) -> Vec<usize> {
        let mut due = Vec::new();
        for (number, row) in self.rows.iter_mut().enumerate() {
            if row.next.is_some_and(|next| next <= now) {
                row.next = None;
                row.began = now;
                due.push(number);
            }
        }
        due
    }

    /// What a schedule reads.
    pub(super) fn targets(&self, number: usize) -> &[Target] {
        &self.rows[number].schedule.targets
    }

    /// A run has ended, or could not begin: says when the next one is due.
    ///
    /// After a success that is when the interval is over. After failures it is sooner, and later each time,
    /// up to the interval; but its hosts are left alone for a minute, by every schedule.
    pub(super) fn ended(
        &mut self,
        number: usize,
        now: Duration,
        is_fine: bool,
        last: Option<(JobId, Timestamp)>,
    ) {
        let row = &mut self.rows[number];
        row.last = last.or(row.last);
        row.failures = if is_fine { 0 } else { row.failures.saturating_add(1) };
        let Schedule { every, jitter, .. } = row.schedule;
        let wait = if is_fine {
            (row.began + every).saturating_sub(now)
        } else {
            let longer = REST.saturating_mul(1 << (row.failures - 1).min(16));
            longer.min(every.max(REST))
        };
        let (failed, hosts) = (!is_fine, row.schedule.hosts.clone());
        let late = self.up_to(if failed { jitter.max(REST / 10) } else { jitter });
        self.rows[number].next = Some(now + wait + late);
        if failed {
            let rests = |row: &Row| row.schedule.hosts.iter().any(|host| hosts.contains(host));
            for row in self.rows.iter_mut().filter(|row| rests(row)) {
                row.next = row.next.map(|next| next.max(now + REST));
            }
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Duration> {
        self.rows.iter().filter_map(|row| row.next).min()
    }

    /// All of them.
    pub(super) fn views(&self, now: Duration) -> Vec<ScheduleView> {
        let view = |row: &Row| ScheduleView {
            schedule: row.schedule.clone(),
            next_in: row.next.map(|next| next.saturating_sub(now)),
            failures: row.failures,
            last: row.last,
        };
        self.rows.iter().map(view).collect()
    }

    /// Any time up to a greatest one (SplitMix64).
    fn up_to(&mut self, most: Duration) -> Duration {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        most.mul_f64((mixed >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn schedule(every: Duration, jitter: Duration, host: &str) -> Schedule {
        Schedule { targets: vec![Target::Everything], every, jitter, hosts: vec![host.into()] }
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn first_runs_are_spread_and_later_ones_keep_their_interval() {
        let schedules = (0..20).map(|_| schedule(15 * MINUTE, MINUTE, "h")).collect();
        let mut table = Timetable::new(schedules, seconds(5), 7);
        let firsts: Vec<_> = table.views(Duration::ZERO).iter().filter_map(|view| view.next_in).collect();
        assert!(firsts.iter().all(|next| (seconds(5)..=seconds(35)).contains(next)), "{firsts:?}");
        assert!(firsts.iter().max() > firsts.iter().min().map(|least| *least + seconds(5)).as_ref());
        assert_eq!(table.due(seconds(4)), [] as [usize; 0]);
        assert_eq!(table.due(seconds(40)).len(), 20);
        assert_eq!(table.next(), None);
        // The run took a minute; the interval counts from its beginning.
        table.ended(3, seconds(100), true, None);
        let next = table.next().expect("it is due again");
        assert!((seconds(40) + 15 * MINUTE..=seconds(40) + 16 * MINUTE).contains(&next), "{next:?}");
    }

    #[test]
    fn what_was_missed_is_done_once() {
        let mut table = Timetable::new(vec![schedule(MINUTE, Duration::ZERO, "h")], Duration::ZERO, 1);
        assert_eq!(table.due(100 * MINUTE), [0]);
        assert_eq!(table.due(200 * MINUTE), [] as [usize; 0]);
        // A run that took longer than the interval is followed at once by one more, and not by many.
        table.ended(0, 300 * MINUTE, true, None);
        assert_eq!(table.due(300 * MINUTE), [0]);
        assert_eq!(table.due(300 * MINUTE), [] as [usize; 0]);
    }

    #[test]
    fn failures_are_followed_up_sooner_and_ever_later() {
        let mut table = Timetable::new(vec![schedule(20 * MINUTE, seconds(1), "h")], Duration::ZERO, 1);
        let mut now = seconds(30);
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert_eq!(table.due(now), [0]);
            table.ended(0, now, false, None);
            let next = table.next().expect("it is due again");
            waits.push((next - now).as_secs() / 60);
            now = next;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 20, 20]);
        assert_eq!(table.views(now)[0].failures, 7);
        assert_eq!(table.due(now), [0]);
        table.ended(0, now, true, Some((JobId(9), Timestamp(1))));
        assert_eq!(
            (table.views(now)[0].failures, table.views(now)[0].last),
            (0, Some((JobId(9), Timestamp(1))))
        );
    }

    #[test]
    fn a_host_that_failed_is_left_alone_for_a_minute_by_all() {
        let schedules = [("a", seconds(10)), ("a", seconds(10)), ("b", seconds(10))];
        let schedules = schedules.map(|(host, every)| schedule(every, Duration::ZERO, host)).into();
        let mut table = Timetable::new(schedules, Duration::ZERO, 1);
        assert_eq!(table.due(Duration::ZERO), [0, 1, 2]);
        for number in [0, 1, 2] {
            table.ended(number, seconds(1), true, None);
        }
        assert_eq!(table.due(seconds(10)), [0, 1, 2]);
        for (number, is_fine) in [(1, true), (2, true), (0, false)] {
            table.ended(number, seconds(11), is_fine, None);
        }
        assert_eq!(table.due(seconds(70)), [2]);
        assert_eq!(table.due(seconds(71)), [1]);
        assert_eq!(table.due(seconds(90)), [0]);
    }
}
