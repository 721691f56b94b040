//! Fetching over real sockets and processes of this machine: a small git server, and worse ones.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use catalog_core::model::{CommitId, Timestamp};
use git2::Repository;

use super::{
    fetch::FetchContext,
    loopback::{Answer, git_server, line, response, serve},
    *,
};
use crate::limits::{CrawlLimits, FetchLimits};

fn limits() -> FetchLimits {
    FetchLimits { total_max: Duration::from_secs(20), ..CrawlLimits::default().fetch }
}

fn commit(folder: &Path, text: &str) -> CommitId {
    let words = CommitWords { name: "Ada", email: "a@b.c", at: Timestamp(1), message: "m" };
    commit_files(folder, true, [("a", text.as_bytes())], words).expect("the commit is written")
}

fn url(port: u16) -> RemoteUrl {
    RemoteUrl::parse(&format!("http://me:secret@127.0.0.1:{port}/acme/shop.git")).expect("the URL is taken")
}

fn check_failure(answer: Answer, limits: &FetchLimits, expected: &str) {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let error =
        fetch(&url(serve(answer)), cache.path(), limits, None, &|_| {}).expect_err("nothing to fetch");
    let message = error.to_string();
    assert!(message.contains(expected) && !message.contains("secret"), "{message}");
}

#[test]
fn a_repository_is_cloned_and_followed() {
    let world = tempfile::tempdir().expect("a temporary folder");
    let (origin, cache) = (world.path().join("origin.git"), world.path().join("cache"));
    let first = commit(&origin, "1");
    let url = url(serve(git_server(origin.clone())));
    let fetched = || fetch(&url, &cache, &limits(), None, &|_| {}).expect("the repository is fetched");
    let folder = fetched();
    assert_eq!(head_of(&folder), Some(first));
    let snapshot = Snapshot::open(&folder).expect("the copy opens");
    let entry = snapshot.find("a").expect("the file is there");
    assert!(matches!(snapshot.read(b"a", entry, 9), Ok(FileContent::Whole(_, bytes)) if bytes == b"1"));

    assert_eq!((fetched(), head_of(&folder)), (folder.clone(), Some(first)), "nothing is new");
    let second = commit(&origin, "2");
    assert_eq!((fetched(), head_of(&folder)), (folder.clone(), Some(second)));

    let repository = Repository::open(&origin).expect("the repository opens");
    repository.set_head("refs/heads/trunk").expect("HEAD is moved");
    let unrelated = commit(&origin, "3");
    assert_eq!((fetched(), head_of(&folder)), (folder.clone(), Some(unrelated)));
    let copy = Repository::open(&folder).expect("the copy opens");
    assert_eq!(copy.references().expect("its branches").count(), 1, "branches that are not followed go");
    let stored = fs::read_to_string(folder.join("config")).expect("its config");
    assert!(!stored.contains("secret"));
}

#[test]
fn a_login_is_sent_and_a_refusal_is_explained() {
    let asks = |status: &'static str| -> Answer {
        Box::new(move |_, headers, _| {
            assert!(headers.to_lowercase().contains("authorization: basic bwu6c2vjcmv0"), "{headers}");
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        })
    };
    check_failure(asks("401 No"), &limits(), "status 401: it asks for a login");
    check_failure(asks("404 No"), &limits(), "status 404: it knows no such repository");
}

#[test]
fn other_hosts_are_not_followed_but_other_paths_are() {
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/info/refs?service=git-upload-pack\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    check_failure(Box::new(|_, _, _| elsewhere.into()), &limits(), "redirects to another host");
    let world = tempfile::tempdir().expect("a temporary folder");
    let origin = world.path().join("origin.git");
    let id = commit(&origin, "1");
    let server = git_server(origin);
    let port = serve(Box::new(move |first, headers, body| {
        if first.contains("/acme/shop.git/") {
            let to = "HTTP/1.1 301 Moved\r\nLocation: /new/info/refs?service=git-upload-pack\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            return to.into();
        }
        server(first, headers, body)
    }));
    let folder =
        fetch(&url(port), &world.path().join("cache"), &limits(), None, &|_| {}).expect("it is followed");
    assert_eq!(head_of(&folder), Some(id));
}

#[test]
fn what_is_no_git_server_says_so() {
    check_failure(
        Box::new(|_, _, _| response("text/html", b"hello")),
        &limits(),
        "does not speak git's smart protocol",
    );
}

#[test]
fn more_than_the_limit_is_not_received() {
    let world = tempfile::tempdir().expect("a temporary folder");
    let origin = world.path().join("origin.git");
    commit(&origin, "1");
    let few = FetchLimits { received_bytes_max: 250, ..limits() };
    check_failure(git_server(origin), &few, "`fetch.received_bytes_max` of 250");
}

#[test]
fn a_server_without_commits_has_an_empty_repository() {
    let answer: Answer = Box::new(|_, _, _| {
        let none = "0".repeat(40);
        let text = line("# service=git-upload-pack\n")
            + "0000"
            + &line(&format!("{none} capabilities^{{}}\0\n"))
            + "0000";
        response("application/x-git-upload-pack-advertisement", text.as_bytes())
    });
    check_failure(answer, &limits(), "has no commits");
}

/// Fetches by ssh with a script of the shell in the place of the program.
#[cfg(unix)]
fn by_ssh(script: &str, limits: &FetchLimits, cache: &Path) -> Result<PathBuf, RepositoryError> {
    let url = RemoteUrl::parse("git@example.com:acme/shop.git").expect("the URL is taken");
    let mut context = FetchContext::new(&url, limits);
    context.ssh_command = ["/bin/sh", "-c", script, "ssh"].map(str::to_owned).into();
    fetch::fetch_with(context, cache, &|_| {})
}

#[cfg(unix)]
#[test]
fn ssh_that_fails_is_quoted_and_ssh_that_is_silent_is_ended() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let quoted = by_ssh("echo 'Permission denied (publickey).' >&2; exit 255", &limits(), cache.path());
    let quoted = quoted.expect_err("nobody is let in").to_string();
    assert!(quoted.contains("Permission denied (publickey)."), "{quoted}");
    let short = FetchLimits { idle_max: Duration::from_millis(100), ..limits() };
    for script in ["exec cat", "exec cat > /dev/null"] {
        let silent = by_ssh(script, &short, cache.path()).expect_err("nothing is said").to_string();
        assert!(silent.contains("`fetch.idle_max`"), "{silent}");
    }
}

#[cfg(unix)]
#[test]
fn a_repository_is_cloned_by_ssh() {
    let world = tempfile::tempdir().expect("a temporary folder");
    let origin = world.path().join("origin.git");
    let id = commit(&origin, "1");
    if !crate::crawl::harness::git(&origin, &["upload-pack", "--advertise-refs", "."]) {
        return;
    }
    let script = format!("exec git upload-pack '{}'", origin.display());
    let folder = by_ssh(&script, &limits(), &world.path().join("cache")).expect("the repository is fetched");
    assert_eq!(head_of(&folder), Some(id));
}
