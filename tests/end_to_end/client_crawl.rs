//! `catalog crawl --server`: asked for at a server, followed, and told as a crawl of this machine is.

use std::{
    fs,
    net::TcpListener,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    client::{ask, at_home},
    server_crawls::manifest,
    support::{Run, Server, World, text},
};

/// How long something may take that is only waited for.
const SEEN_MAX: Duration = Duration::from_secs(60);

/// A store that was crawled once, of two repositories of which one has an address at a host.
fn world(settings: &str) -> World {
    let world = World::new();
    world.commit("acme/shop", [("catalog-info.yaml", manifest("first").as_str())]);
    world.commit(
        "acme/other",
        [(
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: first }\nspec: { type: team, children: [] }\n",
        )],
    );
    let config = world.path("acme/shop/.git/config");
    let text = fs::read_to_string(&config).expect("a config");
    fs::write(config, text + "[remote \"origin\"]\n\turl = https://git.example.com/acme/shop.git\n")
        .expect("a config");
    world.write("catalog.toml", settings);
    world.run("crawl acme").ends_with(0);
    world
}

const SETTINGS: &str = "[crawl]\nrepositories = ['acme']\n[gaps.severity]\nunowned = 'note'\n";

/// What a crawl told, but for how long it took.
fn told(run: &Run) -> (String, String, Option<i32>) {
    let lines = run.stdout.lines().filter(|line| {
        let line = line.trim_start_matches([' ', '-', '*']);
        !line.starts_with("time") && !line.starts_with("\"seconds\"")
    });
    let lines = lines.map(|line| line.split("\"seconds\":").next().unwrap_or_default());
    (lines.collect::<Vec<_>>().join("\n"), run.stderr.clone(), run.code())
}

#[test]
fn a_crawl_at_a_server_is_told_as_one_of_this_machine_is() {
    let world = world(SETTINGS);
    fs::copy(world.path("catalog.redb"), world.path("local.redb")).expect("it is copied");
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    let elsewhere = World::new();
    let broken = "kind: Component\nmetadata: { name: [ }\n";
    let mut many = String::new();
    for number in 0..15 {
        many += &format!("kind: Component\nmetadata: {{ name: 'not a name {number}' }}\n---\n");
    }
    for (content, words, code) in [
        (manifest("second").as_str(), "", 0),
        (manifest("third").as_str(), "--format json", 0),
        (broken, "", 0),
        (&many, "--notes", 0),
        (broken, "--format json --notes --fail-on error", 1),
        (&manifest("first"), "--fail-on error --format markdown", 0),
        (&manifest("first"), "--format ndjson", 0),
    ] {
        world.commit("acme/shop", [("catalog-info.yaml", content)]);
        let local = world.run(&format!("crawl {words} --store local.redb")).ends_with(code);
        let remote = ask(&elsewhere, &server.url(), &format!("crawl {words}"));
        assert_eq!(told(&remote), told(&local), "{words}");
    }
    // What cannot be read is told, and with nothing read at all nothing is decided.
    fs::remove_dir_all(world.path("acme/shop")).expect("it is there");
    for (words, code) in [("", 1), ("git.example.com/acme/shop --format json", 2)] {
        let remote = ask(&elsewhere, &server.url(), &format!("crawl {words}")).ends_with(code);
        assert!(remote.stderr.contains("git.example.com/acme/shop"), "{remote}");
    }
}

#[test]
fn a_repository_is_named_as_the_catalog_does() {
    let world = world(SETTINGS);
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    let elsewhere = World::new();
    let list =
        "https://git.example.com/acme/shop.git\ngit@elsewhere.example.com:x/y.git acme/other # by its id\n";
    elsewhere.write("list", list);
    for (words, visited) in [
        ("git.example.com/acme/shop", 1),
        ("acme/shop", 1),
        ("shop other", 2),
        ("https://me:secret@git.example.com/acme/shop.git", 1),
        ("git@git.example.com:acme/shop.git", 1),
        ("--repositories list", 2),
        ("", 2),
    ] {
        let told =
            ask(&elsewhere, &server.url(), &format!("crawl {words} --format json")).ends_with(0).json();
        let count = |field: &str| told[field].as_u64().expect("a number");
        assert_eq!(count("repositoriesRead") + count("repositoriesUnchanged"), visited, "{words}: {told:#}");
    }
    elsewhere.write("cart/catalog-info.yaml", manifest("first"));
    let refused = |words: &str, code: i32, said: &[&str]| {
        let run = ask(&elsewhere, &server.url(), &format!("crawl {words}")).ends_with(code).says(said);
        assert_eq!(run.stdout, "", "{words}");
    };
    refused(
        "nothing/like-it",
        2,
        &["`nothing/like-it` is no repository", "hint: what is not in the catalog"],
    );
    refused("cart", 2, &["`cart` is no repository", "hint: `cart` is a folder of this machine"]);
    refused("--source acme", 2, &["`acme` is no `[[source]]` of the settings"]);
    refused("--source all", 2, &["`all` is no `[[source]]` of the settings"]);
    for word in [".", "./cart", "../w/cart", "/srv/git/shop.git", "file:///srv/git/shop.git", "~/shop"] {
        refused(
            word,
            64,
            &[word.trim_start_matches("file://"), "is a folder of this machine", "hint: push it"],
        );
    }
    elsewhere.write("folders", "cart\n");
    refused("--repositories folders", 64, &["cart` is a folder of this machine"]);
    refused("ftp://git.example.com/a/b", 64, &["its transport is not allowed"]);
    for option in ["--id a/b shop", "--scan content", "--cache folder", "--dry-run"] {
        let (name, _) = option.split_once(' ').unwrap_or((option, ""));
        refused(option, 64, &[&format!("`{name}` is of this machine"), "`--store FILE`"]);
    }
    // A folder for fetching that the environment names is for others.
    let mut command = at_home(&elsewhere, ["crawl", "shop", "--server", &server.url()]);
    elsewhere.finish(command.env("CATALOG_CACHE", "folder")).ends_with(0);
    let log = server.stop().1;
    assert!(!log.contains("secret"), "{log}");
}

#[test]
fn every_source_is_read_where_all_are_named() {
    let world = world("[[source]]\ngitea = 'acme'\nurl = 'http://127.0.0.1:9'\n");
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    for word in ["acme", "all"] {
        ask(&world, &server.url(), &format!("crawl --source {word}"))
            .ends_with(2)
            .says(&["127.0.0.1:9/acme"]);
    }
}

#[test]
fn a_server_is_asked_wherever_it_is_named() {
    let world = world(SETTINGS);
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    let elsewhere = World::new();
    let mut command = at_home(&elsewhere, ["crawl", "--format", "json"]);
    let of_environment = elsewhere.finish(command.env("CATALOG_SERVER", server.url())).ends_with(0);
    assert_eq!(of_environment.json()["repositoriesUnchanged"], 2);
    elsewhere.write("catalog.toml", format!("[client]\nserver = \"{}\"\n", server.url()));
    let of_settings = elsewhere.finish(&mut at_home(&elsewhere, ["crawl", "--format", "json"])).ends_with(0);
    assert_eq!(of_settings.json()["repositoriesUnchanged"], 2);
    // What is named nearer to the command counts.
    elsewhere.commit("cart", [("catalog-info.yaml", "kind: Group\nmetadata: { name: first }\n")]);
    let mut command = at_home(&elsewhere, ["crawl", "cart", "--store", "own.redb"]);
    elsewhere.finish(command.env("CATALOG_SERVER", "http://127.0.0.1:9")).ends_with(0);
    assert!(!elsewhere.path("catalog.redb").exists() && elsewhere.path("own.redb").exists());
}

#[test]
fn who_may_not_have_it_crawl_is_told_why() {
    let world = world(SETTINGS);
    let token = |words: &str| {
        let made = world.run(&format!("token create {words}")).ends_with(0);
        made.stdout.trim_end().to_owned()
    };
    let [reader, crawler, both] = ["--scope read", "--scope crawl", "--scope crawl --scope read"]
        .map(|scopes| token(&format!("{scopes} --name x")));
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    let url = server.url();
    let crawl = |token: &str| {
        let mut command = at_home(&world, ["crawl", "--server", &url]);
        world.finish(command.env("CATALOG_TOKEN", token))
    };
    crawl("").ends_with(2).says(&["it wants a token", "hint: log in with `catalog login --server"]);
    crawl(&both.replace("catalog_", "catalog_x")).ends_with(2).says(&["does not know the one that was sent"]);
    crawl(&reader).ends_with(2).says(&["scope `crawl`", "hint: a crawl needs the scope `crawl`"]);
    crawl(&crawler).ends_with(2).says(&["scope `read`", "following it `read`"]);
    crawl(&both).ends_with(0);
    ask(&world, "http://127.0.0.1:9", "crawl").ends_with(2).says(&["it does not answer", "`--store FILE`"]);
}

#[test]
fn a_server_that_does_not_crawl_says_so() {
    let world = world(SETTINGS);
    let server = Server::start(&world, "catalog.redb");
    ask(&world, &server.url(), "crawl")
        .ends_with(2)
        .says(&["this server reads no repositories by itself; start it with `--crawl`", "hint: "]);
}

#[test]
#[cfg(unix)]
fn who_waits_no_longer_leaves_the_crawl_alone() {
    // A git host that takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let world = world(&format!("[crawl]\nrepositories = ['http://{address}/acme/slow.git', 'acme']\n"));
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    let crawl = at_home(&world, ["crawl", "--server", &server.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let running =
        || server.ask("{ crawls { running { id progress { unchanged } } } }")["crawls"]["running"].clone();
    until(|| running()[0]["progress"]["unchanged"] == 2);
    // It asks how far that is, and so knows the number, within that time.
    thread::sleep(Duration::from_millis(500));
    let interrupted = Command::new("kill").args(["-INT", &crawl.id().to_string()]).status();
    assert!(interrupted.is_ok_and(|status| status.success()));
    let ended = crawl.wait_with_output().expect("it ends");
    let said = String::from_utf8(ended.stderr).expect("text");
    let job = running()[0].clone();
    let goes_on = format!("no longer waiting: crawl {} goes on at the server", text(&job, "id"));
    assert!(said.contains(&goes_on) && ended.stdout.is_empty(), "{said}");
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert_ne!(job, Value::Null);
}

#[track_caller]
fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SEEN_MAX, "it is not seen");
        thread::yield_now();
    }
}
