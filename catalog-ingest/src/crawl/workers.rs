//! The reading processes of a crawl: started when they are needed, used again and again, ended when
//! one of them hangs, dies or says nonsense.

use catalog_core::model::grouped;

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, ExitStatus},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    message::{FRAME_BYTES_BESIDE, Reply, Request, frame, message},
    worker::{Lane, Worker, WorkerFailure},
};
use crate::limits::VisitLimits;

/// How many processes wait for work at most.
const IDLE_MAX: usize = 16;
/// After how many requests a process is replaced, so that nothing piles up in one.
const REQUESTS_MAX: u32 = 2_000;

/// The reading processes of a crawl.
pub(super) struct Workers {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// The frame that every process gets first.
    setup: Vec<u8>,
    memory_bytes_max: u64,
    answer_bytes_max: u64,
    idle: Mutex<Vec<Worker>>,
}

/// Takes a reply; whether it was the last one.
type TakeReply<'a> = dyn FnMut(Reply<'_>) -> Result<bool, WorkerFailure> + 'a;

impl Workers {
    pub(super) fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        setup: Vec<u8>,
        limits: &VisitLimits,
    ) -> Self {
        Self {
            program,
            arguments,
            setup,
            memory_bytes_max: limits.memory_bytes_max,
            answer_bytes_max: limits.answer_bytes_max.saturating_add(FRAME_BYTES_BESIDE),
            idle: Mutex::default(),
        }
    }

    /// Has a process answer a request within a time. A process that fails is ended, never used again.
    pub(super) fn ask(
        &self,
        lane: &Lane,
        request: &Request<'_>,
        time_max: Duration,
        take: &mut TakeReply<'_>,
    ) -> Result<(), WorkerFailure> {
        let frame = frame(request).map_err(|_| WorkerFailure::Nonsense)?;
        let deadline = Instant::now() + time_max;
        if let Some(worker) = self.take_idle(lane) {
            match self.ask_worker(worker, &frame, deadline, take) {
                // It may have died of what it did before: what is asked now gets a process of its own.
                Err(WorkerFailure::Ended(_)) => {}
                outcome => return outcome,
            }
        }
        self.ask_worker(self.start(lane, deadline)?, &frame, deadline, take)
    }

    /// What a failure means, for the message.
    pub(super) fn explain(&self, failure: &WorkerFailure) -> String {
        match failure {
            WorkerFailure::NotStarted(error) => {
                format!(
                    "the process that reads it, `{}`, could not be started: {error}",
                    self.program.display()
                )
            }
            WorkerFailure::Late => "the process that read it took too long".to_owned(),
            WorkerFailure::Nonsense => {
                "the process that read it gave no answer that makes sense; please report it".to_owned()
            }
            WorkerFailure::Ended(Some(status)) if status.code().is_some() => {
                let code = status.code().unwrap_or_default();
                format!("the process that read it ended early, with exit code {code}; please report it")
            }
            WorkerFailure::Ended(status) => format!(
                "the process that read it was ended{}; it may need more memory than the limit \
                 `visit.memory_bytes_max` of {}",
                status.map_or_else(String::new, signal_of),
                grouped(self.memory_bytes_max)
            ),
        }
    }

    fn ask_worker(
        &self,
        mut worker: Worker,
        frame: &[u8],
        deadline: Instant,
        take: &mut TakeReply<'_>,
    ) -> Result<(), WorkerFailure> {
        worker.send(frame, deadline)?;
        loop {
            let body = worker.receive(self.answer_bytes_max, deadline)?;
            let reply = message::<Reply<'_>>(&body).map_err(|_| WorkerFailure::Nonsense)?;
            if take(reply)? {
                break;
            }
        }
        worker.answered += 1;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.answered < REQUESTS_MAX {
            if idle.len() >= IDLE_MAX {
                idle.remove(0);
            }
            idle.push(worker);
        }
        Ok(())
    }

    fn take_idle(&self, lane: &Lane) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|worker| worker.lane == *lane)?;
        Some(idle.remove(at))
    }

    fn start(&self, lane: &Lane, deadline: Instant) -> Result<Worker, WorkerFailure> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let environment = |name: &str| std::env::var_os(name);
        let mut worker =
            Worker::start(&mut command, lane, &environment).map_err(WorkerFailure::NotStarted)?;
        worker.send(&self.setup, deadline)?;
        Ok(worker)
    }
}

/// The signal that ended a process, as part of a sentence.
fn signal_of(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!(" by signal {signal}");
    }
    format!(": {status}")
}
