//! Fetching over real sockets and processes of this machine: a small git server, and worse ones.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Mutex, mpsc},
    thread,
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

/// Answers requests with whatever a function writes to the connection, also for ever.
fn serve_raw(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).and_then(|_| answer(&mut stream));
        }
    });
    port
}

fn check_raw(
    answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    limits: &FetchLimits,
    expected: &str,
) {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let error =
        fetch(&url(serve_raw(answer)), cache.path(), limits, None, &|_| {}).expect_err("nothing to fetch");
    assert!(error.to_string().contains(expected), "{error}");
}

const REFERENCES: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\
    Content-Type: application/x-git-upload-pack-advertisement\r\n\r\n001e# service=git-upload-pack\n0000";

#[test]
fn references_without_end_are_not_received() {
    let few = FetchLimits { references_bytes_max: 100_000, ..limits() };
    let endless = |stream: &mut TcpStream| {
        stream.write_all(REFERENCES)?;
        for number in 0_u64.. {
            stream.write_all(line(&format!("{number:040x} refs/heads/{number}\n")).as_bytes())?;
        }
        Ok(())
    };
    check_raw(endless, &few, "longer than the limit `fetch.references_bytes_max` of 100,000");
}

#[test]
fn headers_without_end_are_not_received() {
    let endless = |stream: &mut TcpStream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"X-Header: and so on\r\n")?;
        }
    };
    check_raw(endless, &limits(), "header");
}

#[test]
fn a_server_that_drips_ends_at_the_time_of_the_whole_fetch() {
    let short = FetchLimits { total_max: Duration::from_millis(400), ..limits() };
    let (_held, never) = mpsc::channel::<()>();
    let never = Mutex::new(never);
    let drips = move |stream: &mut TcpStream| {
        stream.write_all(REFERENCES)?;
        stream.write_all(b"ffff")?;
        loop {
            // A pause of the server, not of the test.
            let _ = never.lock().expect("one thread").recv_timeout(Duration::from_millis(20));
            stream.write_all(b"0")?;
        }
    };
    check_raw(drips, &short, "`fetch.total_max` of 400ms");
}

#[test]
fn a_connection_that_breaks_may_do_so_only_once() {
    let trouble = |answer: Answer| {
        let cache = tempfile::tempdir().expect("a temporary folder");
        match fetch(&url(serve(answer)), cache.path(), &limits(), None, &|_| {}) {
            Err(RepositoryError::Unreachable { trouble, .. }) => trouble,
            other => panic!("{other:?}"),
        }
    };
    let passing = FetchTrouble::Passing { retry_after: None };
    assert_eq!(trouble(Box::new(|_, _, _| Vec::new())), passing, "closed without a word");
    let cut_off: Answer = Box::new(|_, _, _| {
        let text = line("# service=git-upload-pack\n") + "0000" + &line(&"0".repeat(100));
        let mut bytes = response("application/x-git-upload-pack-advertisement", text.as_bytes());
        bytes.truncate(bytes.len() - 50);
        bytes
    });
    assert_eq!(trouble(cut_off), passing, "closed in the middle");
    let status = |status: &'static str| -> Answer {
        Box::new(move |_, _, _| {
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        })
    };
    for code in ["500 X", "502 X", "503 X", "504 X", "429 X"] {
        assert_eq!(trouble(status(code)), passing, "{code}");
    }
    let asks = FetchTrouble::Passing { retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(trouble(status("503 X\r\nRetry-After: 7")), asks);
    assert_eq!(trouble(status("503 X\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT")), passing);
    assert_eq!(trouble(status("401 X")), FetchTrouble::LoginWanted);
    for code in ["403 X", "404 X", "418 X"] {
        assert_eq!(trouble(status(code)), FetchTrouble::Lasting, "{code}");
    }
}

#[test]
fn a_pack_that_is_not_what_it_says_is_refused() {
    let world = tempfile::tempdir().expect("a temporary folder");
    let origin = world.path().join("origin.git");
    commit(&origin, "1");
    let server = git_server(origin);
    let answer: Answer = Box::new(move |first, headers, body| {
        let mut bytes = server(first, headers, body);
        if !first.starts_with("GET") && bytes.len() > 200 {
            // In the checksum at the very end.
            *bytes.last_mut().expect("an answer") ^= 1;
        }
        bytes
    });
    check_failure(answer, &limits(), "could not be fetched");
    assert_eq!(fs::read_dir(world.path()).expect("the folder").count(), 1);
}

#[test]
fn what_a_fetch_left_unfinished_is_removed_and_nothing_else() {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let packs = copy.path().join("objects/pack");
    fs::create_dir_all(&packs).expect("a folder");
    for name in ["pack_git2_0123456789abcdef", "pack-1.pack", "pack-1.idx"] {
        fs::write(packs.join(name), "x").expect("a file");
    }
    remove_unfinished_packs(copy.path());
    let left = fs::read_dir(&packs).expect("the folder").flatten();
    let mut left: Vec<_> = left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    left.sort_unstable();
    assert_eq!(left, ["pack-1.idx", "pack-1.pack"]);
    remove_unfinished_packs(Path::new("/no/such/folder"));
}
