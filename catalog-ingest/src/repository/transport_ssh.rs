//! Git's smart protocol through the system's `ssh` program, which knows the keys and hosts of whoever
//! runs this. The program never asks questions and is ended when the fetch is over or out of time.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use git2::{
    Remote,
    transport::{Service, SmartSubtransport, SmartSubtransportStream, Transport},
};

use super::{
    FetchTrouble, RemoteUrl,
    fetch::{SharedContext, current},
};

/// The most that is kept of what the program says about a failure.
const STDERR_BYTES_MAX: u64 = 4_096;

/// Makes the transport of a fetch; libgit2 calls it.
pub(super) fn create(remote: &Remote<'_>) -> Result<Transport, git2::Error> {
    Transport::smart(remote, false, SshTransport { context: current()? })
}

struct SshTransport {
    context: Arc<SharedContext>,
}

impl SmartSubtransport for SshTransport {
    fn action(&self, _url: &str, action: Service) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        match action {
            Service::UploadPackLs | Service::UploadPack => {
                let stream = SshStream::start(&self.context).map_err(|error| {
                    self.context.fail(FetchTrouble::Lasting, format!("`ssh` could not be run: {error}"))
                })?;
                Ok(Box::new(stream))
            }
            Service::ReceivePackLs | Service::ReceivePack => {
                Err(git2::Error::from_str("repositories are only read, never written to"))
            }
        }
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

struct SshStream {
    context: Arc<SharedContext>,
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: ChildStdout,
    activity: Arc<AtomicU64>,
    /// Dropped with the stream, which ends the watch.
    _watch: mpsc::Sender<()>,
}

impl SshStream {
    fn start(context: &Arc<SharedContext>) -> io::Result<Self> {
        let (mut command, left, idle_max) = context.with(|context| {
            let (program, first) = context.ssh_command.split_first().expect("the command names a program");
            let mut command = Command::new(program);
            command.args(first);
            let connect_max = context.limits.connect_max;
            command.args(arguments(&context.url, connect_max));
            (command, context.time_left(), context.limits.idle_max)
        });
        let left = left.map_err(io::Error::other)?;
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let input = child.stdin.take().expect("standard input is a pipe");
        let output = child.stdout.take().expect("standard output is a pipe");
        let child = Arc::new(Mutex::new(child));
        let activity = Arc::new(AtomicU64::new(0));
        let (watch, ended) = mpsc::channel();
        let watched = (Arc::clone(&child), Arc::clone(&activity), Arc::clone(context));
        thread::Builder::new().name("ssh watch".to_owned()).spawn(move || {
            let (child, activity, context) = watched;
            watch_over(&ended, left, idle_max, &activity, |reason| {
                context.fail(FetchTrouble::Passing { retry_after: None }, reason);
                let _ = lock(&child).kill();
            });
        })?;
        Ok(Self { context: Arc::clone(context), child, input, output, activity, _watch: watch })
    }

    /// What the program says about its end.
    fn explain(&self) -> io::Error {
        let mut text = Vec::new();
        let stderr = lock(&self.child).stderr.take();
        if let Some(stderr) = stderr {
            // A program that closes its output and lives on is ended by the watch, which ends this too.
            let _ = stderr.take(STDERR_BYTES_MAX).read_to_end(&mut text);
        }
        let already_explained = self.context.failure();
        if let Some(reason) = already_explained {
            return io::Error::other(reason);
        }
        let text = String::from_utf8_lossy(&text);
        let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        self.context.fail_io(format!("`ssh` ended early: {}", last.trim()))
    }
}

impl Drop for SshStream {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Read for SshStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.output.read(buffer)?;
        let activity = self.activity.fetch_add(1, Ordering::Relaxed);
        if bytes == 0 && activity == 0 {
            return Err(self.explain());
        }
        if bytes == 0 {
            let failure = self.context.failure();
            return failure.map_or(Ok(0), |reason| Err(io::Error::other(reason)));
        }
        let counted = self.context.with(|context| context.received(bytes));
        counted.map_err(|reason| self.context.fail_io(reason))?;
        Ok(bytes)
    }
}

impl Write for SshStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.activity.fetch_add(u64::from(self.activity.load(Ordering::Relaxed) > 0), Ordering::Relaxed);
        self.input.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.flush()
    }
}

/// Waits until the stream is dropped, and calls `stop` once if it is silent or open for too long.
fn watch_over(
    ended: &mpsc::Receiver<()>,
    total_max: Duration,
    idle_max: Duration,
    activity: &AtomicU64,
    stop: impl FnOnce(String),
) {
    let mut left = total_max;
    let mut seen = activity.load(Ordering::Relaxed);
    loop {
        let wait = idle_max.min(left);
        if ended.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        left -= wait;
        if left.is_zero() {
            return stop(format!("it took longer than the limit `fetch.total_max` of {total_max:?}"));
        }
        let now = activity.load(Ordering::Relaxed);
        if now == seen {
            return stop(format!("it was silent for longer than the limit `fetch.idle_max` of {idle_max:?}"));
        }
        seen = now;
    }
}

/// What `ssh` is called with. Host, user and path were judged when the address was taken: none starts
/// with a dash, and the path holds nothing that the shell on the other machine would act on.
fn arguments(url: &RemoteUrl, connect_max: Duration) -> Vec<OsString> {
    let seconds = connect_max.as_secs().max(1);
    let mut words: Vec<String> = ["-T", "-o", "BatchMode=yes", "-o"].map(str::to_owned).into();
    words.push(format!("ConnectTimeout={seconds}"));
    if let Some(port) = url.port() {
        words.extend(["-p".to_owned(), port.to_string()]);
    }
    words.push("--".to_owned());
    let host = url.host().trim_start_matches('[').trim_end_matches(']');
    words.push(url.user().map_or_else(|| host.to_owned(), |user| format!("{user}@{host}")));
    let path = url.path();
    let path = path.strip_prefix("/~").map_or_else(|| path.to_owned(), |home| format!("~{home}"));
    words.push(format!("git-upload-pack '{path}'"));
    words.into_iter().map(OsString::from).collect()
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let url = RemoteUrl::parse(url).expect("the URL is taken");
        let words = arguments(&url, Duration::from_secs(10));
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn the_program_is_told_never_to_ask() {
        check(
            "git@example.com:acme/shop.git",
            "-T -o BatchMode=yes -o ConnectTimeout=10 -- git@example.com git-upload-pack 'acme/shop.git'",
        );
        check(
            "ssh://example.com:2222/srv/shop",
            "-T -o BatchMode=yes -o ConnectTimeout=10 -p 2222 -- example.com git-upload-pack '/srv/shop'",
        );
    }
}
