//! One reading process, seen from the crawl that started it.

use std::{
    io::{self, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use super::message::receive;
use crate::repository::RemoteUrl;

/// What every process gets of the environment.
const VARIABLES: [&str; 7] = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SystemRoot"];
/// What one that fetches by https gets beside that: the way out, and whom to trust.
const WEB_VARIABLES: [&str; 10] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];
/// What one that fetches by ssh gets beside that: whose keys and known hosts they are.
const SSH_VARIABLES: [&str; 6] = ["HOME", "USER", "LOGNAME", "USERPROFILE", "SSH_AUTH_SOCK", "SSH_AGENT_PID"];

/// What a process is for. Nothing that it was given for one lane is there in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Reading folders of this machine.
    Folder,
    /// Fetching by https without a login.
    Web,
    /// Fetching by https from one host, with a login for it.
    WebWithLogin(String),
    /// Fetching by ssh.
    Ssh,
}

impl Lane {
    /// The lane in which an address is fetched.
    pub(super) fn of(url: &RemoteUrl) -> Self {
        if url.is_ssh() {
            Self::Ssh
        } else if url.credentials().is_some() {
            Self::WebWithLogin(url.host_and_port())
        } else {
            Self::Web
        }
    }

    fn variables(&self) -> impl Iterator<Item = &'static str> {
        let more: &[&str] = match self {
            Self::Folder => &[],
            Self::Web | Self::WebWithLogin(_) => &WEB_VARIABLES,
            Self::Ssh => &SSH_VARIABLES,
        };
        VARIABLES.iter().chain(more).copied()
    }
}

/// Why a process gave no answer.
#[derive(Debug)]
pub(super) enum WorkerFailure {
    /// It could not be started.
    NotStarted(io::Error),
    /// It took too long.
    Late,
    /// It ended.
    Ended(Option<ExitStatus>),
    /// It said something that is no answer.
    Nonsense,
}

/// A reading process. It ends with this value, and everything that it started ends with it.
pub(super) struct Worker {
    pub(super) lane: Lane,
    /// How many requests it answered.
    pub(super) answered: u32,
    child: Child,
    input: UntilDeadline<ChildStdin>,
    output: BufReader<UntilDeadline<ChildStdout>>,
}

impl Worker {
    pub(super) fn start(
        command: &mut Command,
        lane: &Lane,
        environment: &dyn Fn(&str) -> Option<std::ffi::OsString>,
    ) -> io::Result<Self> {
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        for name in lane.variables() {
            if let Some(value) = environment(name) {
                command.env(name, value);
            }
        }
        #[cfg(unix)]
        {
            // A group of its own, so that what it starts is ended with it.
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let input = child.stdin.take().expect("standard input is a pipe");
        let output = child.stdout.take().expect("standard output is a pipe");
        let deadline = Instant::now();
        let worker = Self {
            lane: lane.clone(),
            answered: 0,
            child,
            input: UntilDeadline { stream: input, deadline },
            output: BufReader::new(UntilDeadline { stream: output, deadline }),
        };
        set_nonblocking(&worker)?;
        Ok(worker)
    }

    /// Hands over the bytes of a frame.
    pub(super) fn send(&mut self, frame: &[u8], deadline: Instant) -> Result<(), WorkerFailure> {
        self.input.deadline = deadline;
        let sent = self.input.write_all(frame);
        sent.map_err(|error| self.failure(&error))
    }

    /// The body of the next frame that it sends, of at most `bytes_max`.
    pub(super) fn receive(&mut self, bytes_max: u64, deadline: Instant) -> Result<Vec<u8>, WorkerFailure> {
        self.output.get_mut().deadline = deadline;
        match receive(&mut self.output, bytes_max) {
            Ok(Some(body)) => Ok(body),
            Ok(None) => Err(self.ended()),
            Err(error) => Err(self.failure(&error)),
        }
    }

    fn failure(&mut self, error: &io::Error) -> WorkerFailure {
        match error.kind() {
            io::ErrorKind::TimedOut => WorkerFailure::Late,
            io::ErrorKind::InvalidData => WorkerFailure::Nonsense,
            _ => self.ended(),
        }
    }

    fn ended(&mut self) -> WorkerFailure {
        self.kill();
        WorkerFailure::Ended(self.child.wait().ok())
    }

    #[cfg(unix)]
    fn kill(&mut self) {
        let _gone = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::KILL,
        );
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _gone = self.child.kill();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Once it was waited for, its id may be that of somebody else.
        if let Ok(None) = self.child.try_wait() {
            self.kill();
            let _gone = self.child.wait();
        }
    }
}

/// A pipe that is waited for until a point in time.
struct UntilDeadline<S> {
    stream: S,
    deadline: Instant,
}

impl<S> UntilDeadline<S> {
    fn time_left(&self) -> io::Result<Duration> {
        match self.deadline.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(io::Error::from(io::ErrorKind::TimedOut)),
        }
    }
}

#[cfg(unix)]
impl<S: std::os::fd::AsFd> UntilDeadline<S> {
    fn wait_for(&self, events: rustix::event::PollFlags) -> io::Result<()> {
        use rustix::event::{PollFd, Timespec, poll};

        let left = self.time_left()?;
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&self.stream, events)], Some(&left)) {
            Ok(0) => Err(io::Error::from(io::ErrorKind::TimedOut)),
            Ok(_) => Ok(()),
            Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
impl Read for UntilDeadline<ChildStdout> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.wait_for(rustix::event::PollFlags::IN)?;
            match self.stream.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return outcome,
            }
        }
    }
}

#[cfg(unix)]
impl Write for UntilDeadline<ChildStdin> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            self.time_left()?;
            match self.stream.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait_for(rustix::event::PollFlags::OUT)?;
                }
                outcome => return outcome,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(unix)]
fn set_nonblocking(worker: &Worker) -> io::Result<()> {
    rustix::io::ioctl_fionbio(&worker.input.stream, true)?;
    rustix::io::ioctl_fionbio(&worker.output.get_ref().stream, true)?;
    Ok(())
}

/// Where pipes cannot be waited for, the process ends itself when it takes too long.
#[cfg(not(unix))]
fn set_nonblocking(_worker: &Worker) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
impl Read for UntilDeadline<ChildStdout> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.time_left()?;
        self.stream.read(buffer)
    }
}

#[cfg(not(unix))]
impl Write for UntilDeadline<ChildStdin> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.time_left()?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
