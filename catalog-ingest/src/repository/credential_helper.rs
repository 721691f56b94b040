//! Logins that git's own credential helpers keep: gitcredentials(7), git-credential(1).

use std::{
    ffi::OsString,
    io::{Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{RemoteUrl, Secret};

/// How long a helper may think. Nobody is there to be asked, so that it needs no longer.
const TIME_MAX: Duration = Duration::from_secs(10);
/// The most that is read of its answer.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Asks the helpers that are set up for whoever runs this, by `git credential fill`.
///
/// `None` where there is no git, no helper, no login, or no answer in time. No helper asks a person, and
/// the configuration of no repository is read: it could name a program.
pub(crate) fn ask_credential_helper(git: &[OsString], url: &RemoteUrl) -> Option<Secret> {
    let (program, first) = git.split_first()?;
    let mut command = Command::new(program);
    command
        .args(first)
        .args(["credential", "fill"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS", "")
        .env("GCM_INTERACTIVE", "never")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // Away from any repository: neither the working folder nor a variable may lead git to one.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"] {
        command.env_remove(name);
    }
    command.current_dir(if cfg!(unix) { "/" } else { "\\" });
    let mut child = command.spawn().ok()?;
    let question = format!("protocol={}\nhost={}\n\n", url.scheme().name(), url.host_and_port());
    let asked = child.stdin.take().is_some_and(|mut input| input.write_all(question.as_bytes()).is_ok());
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    let started = thread::Builder::new().name("credential helper".to_owned()).spawn(move || {
        let mut answer = String::new();
        let read = output.take(ANSWER_BYTES_MAX).read_to_string(&mut answer);
        let _nobody_waits = sender.send(read.is_ok().then(|| Secret::new(answer)));
    });
    let answer = if asked && started.is_ok() { receiver.recv_timeout(TIME_MAX).ok().flatten() } else { None };
    let _gone = child.kill();
    let _status = child.wait();
    login_of(answer?.reveal())
}

/// `user:password` of the lines `key=value` that git writes.
fn login_of(answer: &str) -> Option<Secret> {
    let value = |key: &str| answer.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let password = value("password").filter(|password| !password.is_empty())?;
    Some(Secret::new(format!("{}:{password}", value("username").unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(script: &str) -> Option<String> {
        let git = ["/bin/sh", "-c", script, "git"].map(OsString::from);
        let url = RemoteUrl::parse("https://git.example.com:8443/acme/shop.git").expect("the URL is taken");
        ask_credential_helper(&git, &url).map(|login| login.reveal().to_owned())
    }

    #[cfg(unix)]
    #[test]
    fn a_helper_is_asked_for_the_host_and_never_asks_back() {
        let script = "read a; read b; test \"$1 $2 $GIT_TERMINAL_PROMPT\" = 'credential fill 0' || exit 1; \
                      echo $a; echo $b; echo username=ada; echo \"password=$b\"";
        assert_eq!(ask(script).as_deref(), Some("ada:host=git.example.com:8443"));
    }

    #[cfg(unix)]
    #[test]
    fn a_helper_that_knows_nothing_gives_no_login() {
        for script in ["exit 128", "echo username=ada", "echo password=", "exec <&-; echo nonsense"] {
            assert_eq!(ask(script), None, "{script}");
        }
        let url = RemoteUrl::parse("https://git.example.com/a/b").expect("the URL is taken");
        assert_eq!(ask_credential_helper(&[], &url), None);
        assert_eq!(ask_credential_helper(&["/no/such/program".into()], &url), None);
    }
}
