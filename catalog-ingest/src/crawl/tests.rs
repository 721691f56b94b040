//! Crawls over many repositories, from words to what is known.

use std::{cell::Cell, net::TcpListener, time::Duration};

use catalog_core::model::{RepositoryId, RepositoryStatus, Timestamp};
use expect_test::expect;

use super::{harness::World, *};
use crate::plan::Planner;

const FILE: &str = "catalog-info.yaml";

#[test]
fn every_kind_of_address_is_crawled() {
    let mut world = World::new();
    world.commit_to("many/acme/a.git", true, &[(FILE, b"entity a")]);
    world.commit_to("many/acme/b", false, &[(FILE, b"entity b")]);
    world.write("many/acme/b/catalog-info.yaml", "entity uncommitted");
    world.write("plain/catalog-info.yaml", "entity c");
    world.commit_to("by-url.git", true, &[(FILE, b"entity d")]);
    let url = format!("file://{}", world.path("by-url.git").display());
    let report = world.crawl(&["many", "plain", &url, "no/where"]);
    assert_eq!((report.repositories_read, report.repositories_failed), (4, 1));
    let shown = world.shown();
    let shown: Vec<_> =
        shown.lines().filter(|line| !line.contains("by-url") && !line.contains("plain")).collect();
    expect![[r#"
          catalog-info.yaml by name
            d []
          catalog-info.yaml by name
            c []
        acme/a
          catalog-info.yaml by name
            a []
        acme/b
          catalog-info.yaml by name
            b []
        no/where unreadable
          repository-unreadable -: `/world/no/where` does not exist: check the path"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let mut world = World::new();
    world.commit_to("many/acme/a.git", true, &[(FILE, b"entity a")]);
    world.write("plain/one/catalog-info.yaml", "entity b");
    world.crawl(&["many", "plain/one"]);
    world.reader.take_paths();
    let report = world.crawl(&["many", "plain/one"]);
    assert_eq!((report.repositories_read, report.repositories_unchanged), (0, 2));
    assert_eq!(world.reader.take_paths(), [""; 0]);
    let id = RepositoryId::new("acme/a").expect("the id is good");
    assert_eq!(world.memory.repositories[&id].head.observed_at, Some(Timestamp(200)));
    world.write("plain/one/catalog-info.yaml", "entity c");
    assert_eq!(world.crawl(&["plain/one"]).repositories_read, 1);
}

#[test]
fn a_folder_in_the_place_of_a_repository_removes_nothing() {
    let mut world = World::new();
    world.commit_to("acme/a", false, &[(FILE, b"entity a")]);
    world.crawl(&["acme/a"]);
    std::fs::remove_dir_all(world.path("acme/a/.git")).expect("git goes");
    world.write("acme/a/catalog-info.yaml", "entity loose");
    assert_eq!(world.crawl(&["acme/a"]).repositories_failed, 1);
    let shown = world.shown();
    assert!(shown.contains("a git repository was here and now is none"), "{shown}");
    assert!(shown.contains("a []") && !shown.contains("loose"), "{shown}");
}

#[test]
fn an_unreadable_repository_keeps_what_it_said_and_recovers() {
    let mut world = World::new();
    world.commit(&[(FILE, "entity a")]);
    world.crawl(&["acme/shop.git"]);
    let (here, away) = (world.path("acme/shop.git"), world.path("away.git"));
    std::fs::rename(&here, &away).expect("it is moved away");
    let report = world.crawl(&["acme/shop.git"]);
    assert_eq!(report.repositories_failed, 1);
    expect![[r#"
        acme/shop unreadable
          repository-unreadable -: `/world/acme/shop.git` does not exist: check the path
          catalog-info.yaml by name
            a []
    "#]]
    .assert_eq(&world.shown());
    std::fs::rename(&away, &here).expect("it is moved back");
    assert_eq!(world.crawl(&["acme/shop.git"]).repositories_read, 1);
    assert_eq!(world.reader.take_paths(), [FILE], "nothing was read twice");
}

#[test]
fn an_empty_repository_is_read_with_a_warning() {
    let mut world = World::new();
    git2::Repository::init_bare(world.path("acme/new.git")).expect("a repository");
    let report = world.crawl(&["acme/new.git"]);
    assert_eq!((report.repositories_read, report.repositories_failed), (1, 0));
    assert_eq!(world.crawl(&["acme/new.git"]).repositories_unchanged, 1);
    expect![[r#"
        acme/new
          repository-empty -: the repository has no commits: push a commit to its default branch
    "#]]
    .assert_eq(&world.shown());
}

#[test]
fn a_defect_in_one_repository_does_not_end_the_crawl() {
    let mut world = World::new();
    world.commit_to("many/acme/a.git", true, &[(FILE, b"panic")]);
    world.commit_to("many/acme/b.git", true, &[(FILE, b"entity b")]);
    let report = world.crawl(&["many"]);
    assert_eq!((report.repositories_read, report.repositories_failed), (1, 1));
    expect![[r#"
        acme/a unreadable
          repository-unreadable -: a defect of this program ended the visit: the reader met a panic; please report it
        acme/b
          catalog-info.yaml by name
            b []
    "#]].assert_eq(&world.shown());
}

#[test]
fn changes_come_in_the_order_of_the_plan_and_an_error_of_the_sink_ends_the_crawl() {
    let mut world = World::new();
    for name in ["c", "a", "b"] {
        world.commit_to(&format!("{name}/x.git"), true, &[(FILE, b"entity a")]);
    }
    let mut planner = Planner::new(&world.path(""));
    ["c/x.git", "a/x.git", "b/x.git"].iter().for_each(|word| planner.word(word));
    let plan = planner.finish().repositories;
    let options = CrawlOptions {
        limits: world.limits.clone(),
        cache: world.path("cache"),
        now: Timestamp(5),
        port: PortMapping::default(),
    };
    let mut seen = Vec::new();
    let report = crawl(&plan, &world.memory, &options, &|_| {}, &mut |change| {
        seen.extend(change.visits.iter().map(|visit| visit.repository().as_str().to_owned()));
        Ok::<(), ()>(())
    });
    assert_eq!(
        (seen.as_slice(), report.map(|report| report.repositories_read)),
        (&["c/x", "a/x", "b/x"].map(str::to_owned)[..], Ok(3))
    );
    let calls = Cell::new(0);
    let failed = crawl(&plan, &world.memory, &options, &|_| {}, &mut |_| {
        calls.set(calls.get() + 1);
        Err("full")
    });
    assert_eq!((failed, calls.get()), (Err("full"), 1));
}

#[test]
fn servers_that_refuse_or_are_silent_end_in_an_error_within_the_limits() {
    let mut world = World::new();
    world.limits.fetch.connect_max = Duration::from_secs(5);
    world.limits.fetch.idle_max = Duration::from_millis(200);
    world.limits.fetch.total_max = Duration::from_secs(5);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_port = silent.local_addr().expect("an address").port();
    let refusing_port = {
        let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
        closed.local_addr().expect("an address").port()
    };
    for (port, expected) in [
        (silent_port, "it was silent for longer than the limit `fetch.idle_max`"),
        (refusing_port, "refused"),
    ] {
        let url = format!("http://user:secret@127.0.0.1:{port}/acme/shop.git");
        let report = world.crawl(&[&url]);
        assert_eq!(report.repositories_failed, 1);
        let id = RepositoryId::new(&format!("127.0.0.1:{port}/acme/shop")).expect("the id is good");
        let known = &world.memory.repositories[&id];
        let RepositoryStatus::Unreadable { reason, .. } = &known.head.status else {
            panic!("the repository cannot have been read");
        };
        assert!(reason.to_lowercase().contains(expected), "{reason}");
        assert!(!reason.contains("secret") && !known.head.address.contains("secret"), "{known:?}");
    }
}
