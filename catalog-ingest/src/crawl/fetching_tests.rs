//! Crawls of repositories on other machines that are slow, busy or want a login.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::harness::World;
use crate::repository::{
    Secret,
    loopback::{Answer, git_server, serve},
};

const FILE: &str = "catalog-info.yaml";

/// A world with a repository that is served.
fn world() -> World {
    let mut world = World::new();
    world.commit_to("origin.git", true, &[(FILE, b"entity a")]);
    world
}

fn url(port: u16, name: &str) -> String {
    format!("http://127.0.0.1:{port}/acme/{name}.git")
}

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Answers the first requests with an error, and counts all that ask what there is.
fn fails_first(origin: &Path, times: usize, line: &'static str) -> (Answer, Arc<AtomicUsize>) {
    let (server, asked) = (git_server(origin.to_owned()), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let answer: Answer = Box::new(move |first, headers, body| {
        if first.starts_with("GET") && counted.fetch_add(1, Ordering::Relaxed) < times {
            return status(line);
        }
        server(first, headers, body)
    });
    (answer, asked)
}

#[test]
fn a_server_that_is_busy_is_asked_again_later() {
    let mut world = world();
    let (answer, asked) = fails_first(&world.path("origin.git"), 2, "503 Busy\r\nRetry-After: 9");
    let report = world.crawl(&[&url(serve(answer), "shop")]);
    assert_eq!((report.repositories_read, report.repositories_failed), (1, 0));
    assert_eq!((asked.load(Ordering::Relaxed), &*world.pauses), (3, &[Duration::from_secs(9); 2][..]));
}

#[test]
fn a_server_is_asked_no_more_often_than_the_limit() {
    let mut world = world();
    let (answer, asked) = fails_first(&world.path("origin.git"), 100, "500 No");
    let report = world.crawl(&[&url(serve(answer), "shop")]);
    assert_eq!((report.repositories_failed, asked.load(Ordering::Relaxed)), (1, 3));
    assert!(
        world.shown().contains("status 500: it has troubles of its own; try again later (after 3 attempts)")
    );
}

#[test]
fn a_refusal_is_not_asked_about_again() {
    for line in ["403 No", "404 No", "401 No"] {
        let mut world = world();
        let (answer, asked) = fails_first(&world.path("origin.git"), 100, line);
        let report = world.crawl(&[&url(serve(answer), "shop")]);
        assert_eq!((report.repositories_failed, asked.load(Ordering::Relaxed)), (1, 1), "{line}");
    }
}

#[test]
fn a_server_that_hangs_holds_up_nobody_else() {
    let mut world = world();
    world.commit_to("here/acme/local.git", true, &[(FILE, b"entity b")]);
    world.limits.fetch.attempts_max = 1;
    let good = serve(git_server(world.path("origin.git")));
    // It answers only when everything else is done: else this test would never end.
    let done = Arc::new((Mutex::new(0), std::sync::Condvar::new()));
    let waited_for = Arc::clone(&done);
    let hanging = serve(Box::new(move |_, _, _| {
        let (count, woken) = &*waited_for;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        drop(woken.wait_while(count, |count| *count < 12));
        status("404 At last")
    }));
    let mut words: Vec<String> = (0..3).map(|number| url(hanging, &format!("slow{number}"))).collect();
    words.extend((0..11).map(|number| url(good, &format!("quick{number}"))));
    words.push(world.path("here/acme/local.git").display().to_string());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    world.on_done = Some(Box::new(move || {
        let (count, woken) = &*done;
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        woken.notify_all();
    }));
    let report = world.crawl(&words);
    assert_eq!((report.repositories_read, report.repositories_failed), (12, 3));
}

/// Asks for a login of everybody who brings none, and notes what was brought.
fn wants_login(origin: &Path) -> (Answer, Arc<Mutex<Vec<String>>>) {
    let (server, brought) = (git_server(origin.to_owned()), Arc::new(Mutex::new(Vec::new())));
    let noted = Arc::clone(&brought);
    let answer: Answer = Box::new(move |first, headers, body| {
        let authorization = headers.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("authorization").then(|| value.trim().to_owned())
        });
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(authorization.clone().unwrap_or_default());
        match authorization.as_deref() {
            // `token:` in base 64.
            Some("Basic dG9rZW46") => server(first, headers, body),
            _ => status("401 Who are you?"),
        }
    });
    (answer, brought)
}

#[test]
fn a_login_is_brought_when_the_host_asks_for_one_and_only_to_it() {
    let mut world = world();
    let (answer, brought) = wants_login(&world.path("origin.git"));
    let (other_answer, brought_to_other) = wants_login(&world.path("origin.git"));
    let (port, other) = (serve(answer), serve(other_answer));
    world.limits.fetch.concurrent_max = 1;
    world.logins.by_host.insert(format!("127.0.0.1:{port}"), Secret::new("token".to_owned()));
    let report = world.crawl(&[&url(port, "shop"), &url(other, "far"), &url(port, "web")]);
    assert_eq!((report.repositories_read, report.repositories_failed), (2, 1));
    let brought = brought.lock().expect("the server is done").clone();
    let with = "Basic dG9rZW46";
    // What there is, once without and once with a login; the pack; and the same for who knows already.
    assert_eq!(brought, ["", with, with, with, with]);
    assert_eq!(*brought_to_other.lock().expect("the server is done"), [""]);
}

#[test]
fn a_login_that_is_refused_is_tried_once_and_never_shown() {
    let mut world = world();
    let (answer, brought) = wants_login(&world.path("origin.git"));
    let port = serve(answer);
    world.logins.by_host.insert(format!("127.0.0.1:{port}"), Secret::new("hunter2".to_owned()));
    assert_eq!(world.crawl(&[&url(port, "shop")]).repositories_failed, 1);
    assert_eq!(brought.lock().expect("the server is done").len(), 2);
    let (shown, logins) = (world.shown(), format!("{:?}", world.logins));
    assert!(shown.contains("status 401: it asks for a login") && !shown.contains("hunter2"), "{shown}");
    assert!(logins.contains("***") && !logins.contains("hunter2"), "{logins}");
    // `hunter2:` in base 64 is in no file of the cache either.
    let config = std::fs::read_dir(world.path("cache")).expect("the cache").flatten().map(|it| it.path());
    for path in config {
        let text = std::fs::read_to_string(path.join("config")).unwrap_or_default();
        assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMjo="), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn gits_own_helper_is_asked_once_for_a_host() {
    let mut world = world();
    let (answer, _) = wants_login(&world.path("origin.git"));
    let port = serve(answer);
    let asked = world.path("asked");
    let helper = format!("cat >> '{}'; echo username=token; echo password=", asked.display());
    world.logins.git = ["/bin/sh", "-c", &helper, "git"].map(Into::into).into();
    world.limits.fetch.concurrent_max = 1;
    world.crawl(&[&url(port, "shop"), &url(port, "web")]);
    let question = format!("protocol=http\nhost=127.0.0.1:{port}\n\n");
    assert_eq!(std::fs::read_to_string(asked).ok(), Some(question));
}
