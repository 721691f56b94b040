//! Reading processes that hang, die or lie: each is one diagnostic of one repository.
#![cfg(unix)]

use std::{
    fs,
    io::Read,
    process::Command,
    time::{Duration, Instant},
};

use expect_test::{Expect, expect};

use super::{
    harness::World,
    isolation::Isolation,
    worker::{Lane, Worker, WorkerFailure},
};
use crate::repository::RemoteUrl;

const FILE: &str = "catalog-info.yaml";

/// A script of the shell in the place of a reading process.
fn script(text: &str) -> Isolation {
    Isolation::Children { program: "/bin/sh".into(), arguments: ["-c", text].map(Into::into).into() }
}

/// Crawls two known repositories, of which one is new, with reading processes that fail.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(isolation: Isolation, expected: Expect) {
    let mut world = World::new();
    world.commit_to("many/acme/known.git", true, &[(FILE, b"entity a")]);
    world.commit_to("many/acme/new.git", true, &[(FILE, b"entity b")]);
    world.crawl(&["many"]);
    world.commit_to("many/acme/new.git", true, &[(FILE, b"entity c")]);
    world.isolation = isolation;
    world.limits.visit.time_max = Duration::from_millis(300);
    let report = world.crawl(&["many"]);
    assert_eq!((report.repositories_unchanged, report.repositories_failed), (1, 1));
    expected.assert_eq(&world.shown());
}

#[test]
fn a_process_that_hangs_is_ended_at_its_time() {
    check(
        script("exec sleep 1000"),
        expect![[r#"
        acme/known
          catalog-info.yaml by name
            a []
        acme/new unreadable
          repository-unreadable -: the repository could not be read: reading it took longer than the limit `visit.time_max` of 300ms
          catalog-info.yaml by name
            b []
    "#]],
    );
}

#[test]
fn a_process_that_closes_its_output_and_hangs_is_ended_at_once() {
    check(
        script("exec >&-; exec sleep 1000"),
        expect![[r#"
            acme/known
              catalog-info.yaml by name
                a []
            acme/new unreadable
              repository-unreadable -: the repository could not be read: the process that read it was ended by signal 9; it may need more memory than the limit `visit.memory_bytes_max` of 1,073,741,824
              catalog-info.yaml by name
                b []
        "#]],
    );
}

#[test]
fn a_process_that_dies_is_named_with_its_end() {
    check(
        script("exit 3"),
        expect![[r#"
            acme/known
              catalog-info.yaml by name
                a []
            acme/new unreadable
              repository-unreadable -: the repository could not be read: the process that read it ended early, with exit code 3; please report it
              catalog-info.yaml by name
                b []
        "#]],
    );
    check(
        script("kill -ABRT $$"),
        expect![[r#"
            acme/known
              catalog-info.yaml by name
                a []
            acme/new unreadable
              repository-unreadable -: the repository could not be read: the process that read it was ended by signal 6; it may need more memory than the limit `visit.memory_bytes_max` of 1,073,741,824
              catalog-info.yaml by name
                b []
        "#]],
    );
}

#[test]
fn a_process_that_says_nonsense_is_not_believed() {
    let nonsense = expect![[r#"
        acme/known
          catalog-info.yaml by name
            a []
        acme/new unreadable
          repository-unreadable -: the repository could not be read: the process that read it gave no answer that makes sense; please report it
          catalog-info.yaml by name
            b []
    "#]];
    check(script("echo this is no answer at all; exec sleep 1000"), nonsense);
    check(
        script("exec cat /dev/zero"),
        expect![[r#"
        acme/known
          catalog-info.yaml by name
            a []
        acme/new unreadable
          repository-unreadable -: the repository could not be read: the process that read it gave no answer that makes sense; please report it
          catalog-info.yaml by name
            b []
    "#]],
    );
    check(
        script("exec yes"),
        expect![[r#"
        acme/known
          catalog-info.yaml by name
            a []
        acme/new unreadable
          repository-unreadable -: the repository could not be read: the process that read it gave no answer that makes sense; please report it
          catalog-info.yaml by name
            b []
    "#]],
    );
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = "/no/such/program".into();
    check(
        Isolation::Children { program, arguments: Vec::new() },
        expect![[r#"
        acme/known
          catalog-info.yaml by name
            a []
        acme/new unreadable
          repository-unreadable -: the repository could not be read: the process that reads it, `/no/such/program`, could not be started: No such file or directory (os error 2)
          catalog-info.yaml by name
            b []
    "#]],
    );
}

#[test]
fn each_process_gets_only_what_it_needs_of_the_environment() {
    let world = World::new();
    let names_in = |lane: &Lane| {
        let file = world.path("environment");
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("env > '{}'", file.display()));
        let everything = |name: &str| Some(if name == "PATH" { "/usr/bin:/bin" } else { "given" }.into());
        let mut worker = Worker::start(&mut command, lane, &everything).expect("the shell starts");
        let answer = worker.receive(1_000, Instant::now() + Duration::from_secs(20));
        assert!(matches!(answer, Err(WorkerFailure::Ended(_))), "{answer:?}");
        let text = fs::read_to_string(file).expect("the shell wrote it");
        let mut names: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).map(|it| it.0).collect();
        names.retain(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name));
        names.sort_unstable();
        names.join(" ")
    };
    expect!["LANG LC_ALL LC_CTYPE PATH SystemRoot TMPDIR TZ"].assert_eq(&names_in(&Lane::Folder));
    expect!["ALL_PROXY HTTPS_PROXY HTTP_PROXY LANG LC_ALL LC_CTYPE NO_PROXY PATH SSL_CERT_DIR SSL_CERT_FILE SystemRoot TMPDIR TZ all_proxy http_proxy https_proxy no_proxy"].assert_eq(&names_in(&Lane::Web));
    expect!["HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SSH_AGENT_PID SSH_AUTH_SOCK SystemRoot TMPDIR TZ USER USERPROFILE"].assert_eq(&names_in(&Lane::Ssh));
}

#[test]
fn what_a_process_started_ends_with_it() {
    let world = World::new();
    let pipe = world.path("pipe");
    let is_made = Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success());
    assert!(is_made, "the system makes pipes with names");
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("sleep 1000 > '{}' & exec sleep 1000", pipe.display()));
    let environment = |name: &str| std::env::var_os(name);
    let worker = Worker::start(&mut command, &Lane::Ssh, &environment).expect("the shell starts");
    // Opens once the other one has it open, and ends when that one is gone.
    let mut opened = fs::File::open(&pipe).expect("the pipe opens");
    drop(worker);
    let mut text = String::new();
    assert_eq!(opened.read_to_string(&mut text).ok(), Some(0));
}

#[test]
fn a_login_stays_with_the_processes_of_its_host() {
    let lane = |url: &str| Lane::of(&RemoteUrl::parse(url).expect("the URL is taken"));
    assert_eq!(lane("https://h.org/a/b"), lane("https://other.org/c/d"));
    assert_eq!(lane("https://x@h.org/a/b"), lane("https://y@h.org/c/d"));
    assert_ne!(lane("https://x@h.org/a/b"), lane("https://x@other.org/a/b"));
    assert_ne!(lane("https://x@h.org/a/b"), lane("https://h.org/a/b"));
    assert_eq!(lane("git@h.org:a/b"), Lane::Ssh);
}
