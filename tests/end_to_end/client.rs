//! Asking a server from the terminal: the answers of its store, what is said to it, and what happens without it.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Run, Server, World, rows, text};

/// How long something may take to be served that was committed or put in place.
const SEEN_MAX: Duration = Duration::from_secs(30);

/// Everything that can be asked of the example organisation.
const QUESTIONS: [&str; 49] = [
    "owner component:loyalty-service",
    "owner component:loyalty-service --for slo",
    "owner --repository aldersound/booking catalog-info.yaml --explain",
    "owner no-such-thing",
    "blast-radius resource:identity-db",
    "blast-radius component:loyalty-service --direction dependencies",
    "blast-radius identity-db --path-to fares-api",
    "blast-radius resource:identity-db --format svg",
    "simulate --fail resource:identity-db",
    "simulate --fail resource:identity-db --format dot",
    "gaps",
    "gaps --suggest",
    "gaps --exempted",
    "gaps --explain unowned",
    "structure",
    "structure cycles",
    "structure single-points",
    "structure bridges",
    "structure chains",
    "structure concentration",
    "structure inversions",
    "structure shared-fate",
    "structure call-limits",
    "slo",
    "slo component:loyalty-service",
    "rank",
    "rank --by critical",
    "rollout resource:identity-db",
    "data-reach",
    "journey",
    "journey --behind fares-api",
    "gate --all",
    "gate --list",
    "gate component:loyalty-service",
    "list",
    "list --kind group",
    "list --owner group:accounts",
    "search booking",
    "show component:loyalty-service",
    "show component:loyalty-service --declarations",
    "show component:nothing-like-it",
    "diagnostics",
    "status",
    "report ownership --at 2026-11-22T00:00:00Z",
    "report gaps --at 2026-11-22T00:00:00Z",
    "review list",
    "review show",
    "export",
    "diff --before before.graph",
];

/// Measures that only the server has.
const SETTINGS: &str = "\
[server]
listen = \"127.0.0.1:1\"  # not the one that is listened on

[gaps]
departed_days = 7
[gaps.severity]
unowned = \"note\"

[[journey]]
name = \"booking a seat\"
from = \"component:booking-service\"
to = \"resource:identity-db\"

[[identity]]
entity = \"group:default/accounts\"
names = [\"@aldersound/the-accountants\"]

[[gate]]
name = \"ours\"
[[gate.check]]
demand = \"owner\"
[[gate.check]]
demand = \"no-such-demand\"

[policy]
folder = \"policies\"
";

/// The example, served, with measures of its own.
fn example() -> (World, Server) {
    let world = World::new();
    world.write("catalog.toml", SETTINGS);
    world.write("policies/silver.toml", "[[check]]\ndemand = \"runbook\"\n");
    world.run("demo --no-serve --folder demo").ends_with(0);
    let server = Server::start(&world, "demo/catalog.redb");
    (world, server)
}

/// The program as somebody runs it who has a home.
pub(crate) fn at_home<'w>(world: &World, words: impl IntoIterator<Item = &'w str>) -> Command {
    let mut command = world.command(words);
    command.env("HOME", world.path("home"));
    command
}

/// Asks a server.
#[track_caller]
pub(crate) fn ask(world: &World, url: &str, words: &str) -> Run {
    world.finish(&mut at_home(world, words.split_whitespace().chain(["--server", url])))
}

/// What a run answered, however it ended, with the folder that was crawled shown as `/w` and without the
/// moment at which it was asked.
fn answer(run: &Run, crawled: &World) -> (String, String) {
    let root = crawled.text("");
    let shown = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("\"askedAt\": "));
        lines.collect::<Vec<_>>().join("\n").replace(root.trim_end_matches('/'), "/w")
    };
    (shown(&run.stdout), shown(&run.stderr))
}

/// Asks again and again until an answer is as it should be.
#[track_caller]
fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SEEN_MAX, "it is not seen");
        thread::yield_now();
    }
}

#[test]
fn every_answer_of_a_server_is_that_of_its_store() {
    let (world, server) = example();
    world
        .run("review start --all --due 2099-12-31 --id q4 --as ann@example.com --store demo/catalog.redb")
        .ends_with(0);
    let elsewhere = World::new();
    world.run("export --graph before.graph --store demo/catalog.redb").ends_with(0);
    fs::copy(world.path("before.graph"), elsewhere.path("before.graph")).expect("the file is copied");
    // What stands here does not count.
    elsewhere.write("catalog.toml", "[gaps]\ndeparted_days = 900\n[[gate]]\nname = \"theirs\"\n");
    until(|| ask(&elsewhere, &server.url(), "review list --format json").stdout.contains("q4"));
    let mut others = Vec::new();
    for question in QUESTIONS {
        for format in ["", " --format json", " --format markdown"] {
            if question.contains("--format") && !format.is_empty()
                || question == "export" && !format.is_empty()
            {
                continue;
            }
            let question = format!("{question}{format}");
            let of_store = world.run(&format!("{question} --store demo/catalog.redb"));
            let of_server = ask(&elsewhere, &server.url(), &question);
            if (answer(&of_server, &world), of_server.code()) != (answer(&of_store, &world), of_store.code())
            {
                others.push(format!("{question}\nof the server: {of_server}\nof the store: {of_store}"));
            }
        }
    }
    assert!(others.is_empty(), "{} answers are others:\n{}", others.len(), others.join("\n\n"));
    ask(&elsewhere, &server.url(), "export --graph out.graph").ends_with(0);
    elsewhere.run("diff --before before.graph --after out.graph --exit-code").ends_with(0);
}

#[test]
fn a_new_revision_is_answered_and_the_last_copy_stands_in() {
    let world = World::new();
    let manifest = |name: &str| format!("kind: Component\nmetadata: {{ name: {name} }}\n");
    world.commit("acme/one", [("catalog-info.yaml", manifest("a").as_str())]);
    world.run("crawl acme").ends_with(0);
    let server = Server::start(&world, "catalog.redb");
    let url = server.url();
    let asked = ask(&world, &url, "show component:a --format json").ends_with(0);
    assert_eq!(asked.stderr, "");
    world.commit("acme/one", [("catalog-info.yaml", manifest("b").as_str())]);
    world.run("crawl acme").ends_with(0);
    until(|| ask(&world, &url, "list --format json").json()["revision"] == 2);
    let listed = ask(&world, &url, "list --format json").ends_with(0);
    let gaps = ask(&world, &url, "gaps --fail-on warning");
    server.stop();
    let warned = ask(&world, &url, "list --format json").ends_with(0).says(&[
        &format!("warning: the server `{url}`: it does not answer"),
        "warning: its last copy answers: revision 2, which the server had just now (20",
    ]);
    assert_eq!(warned.stdout, listed.stdout);
    assert_eq!(ask(&world, &url, "gaps --fail-on warning").code(), gaps.code());
    ask(&world, &url, "list --fresh")
        .ends_with(2)
        .says(&["error: the server", "hint: a copy of its graph file"]);
    // Nothing is said to a copy.
    ask(&world, &url, "review start --all --due 2099-12-31 --as ann")
        .ends_with(2)
        .says(&["it does not answer"]);
}

#[test]
fn the_server_is_named_where_stores_are() {
    let (_world, server) = example();
    let elsewhere = World::new();
    let url = server.url();
    let of_flag = ask(&elsewhere, &url, "status --format json").ends_with(0);
    let mut command = at_home(&elsewhere, ["status", "--format", "json"]);
    let of_environment = elsewhere.finish(command.env("CATALOG_SERVER", &url)).ends_with(0);
    assert_eq!(of_environment.stdout, of_flag.stdout);
    elsewhere.write("catalog.toml", format!("[client]\nserver = \"{url}\"\n"));
    let of_settings = elsewhere.finish(&mut at_home(&elsewhere, ["status", "--format", "json"]));
    assert_eq!(of_settings.ends_with(0).stdout, of_flag.stdout);
    // What is named nearer to the command counts.
    ask(&elsewhere, &url, "export --graph out.graph").ends_with(0);
    let mut command = at_home(&elsewhere, ["status", "--format", "json", "--store", "out.graph"]);
    let of_store = elsewhere.finish(command.env("CATALOG_SERVER", "http://127.0.0.1:9")).ends_with(0);
    assert_eq!(of_store.stderr, "");
    let mut command = at_home(&elsewhere, ["status", "--format", "json"]);
    let of_store = elsewhere.finish(command.env("CATALOG_STORE", "none.redb")).ends_with(2);
    assert!(of_store.stderr.contains("none.redb"), "{of_store}");
    ask(&elsewhere, &url, "status --store out.graph").ends_with(64).says(&["both a store and a server"]);
    let mut command = at_home(&elsewhere, ["status"]);
    command.env("CATALOG_SERVER", &url).env("CATALOG_STORE", "out.graph");
    elsewhere.finish(&mut command).ends_with(64).says(&["both CATALOG_STORE and CATALOG_SERVER are set"]);
    ask(&elsewhere, "catalog.example.com", "status").ends_with(64).says(&["expected one as in `https://"]);
    ask(&elsewhere, "https://me:secret@example.com", "status").ends_with(64).says(&["holds a login"]);
    let homeless = elsewhere.finish(&mut elsewhere.command(["status", "--server", &url]));
    homeless.ends_with(2).says(&["set HOME or XDG_CACHE_HOME"]);
}

#[test]
fn what_asks_no_catalog_refuses_a_server() {
    let world = World::new();
    let url = "http://127.0.0.1:9";
    world.write("here/catalog-info.yaml", "kind: Component\nmetadata: { name: a }\n");
    for (command, expected) in [
        ("lint here", "asks no server"),
        ("init here", "asks no server"),
        ("demo --no-serve", "asks no server"),
        ("serve", "asks no server"),
        ("comment", "asks no server"),
        ("token list", "works on the file of tokens here, and asks no server"),
        ("audit verify", "reads the log here, and asks no server"),
        ("config show", "shows the settings here, and asks no server"),
    ] {
        ask(&world, url, command).ends_with(64).says(&[expected]);
        assert!(!world.path("catalog.redb").exists());
    }
    let mut command = at_home(&world, ["lint", "here"]);
    assert!(!world.finish(command.env("CATALOG_SERVER", url)).stderr.contains("server"));
}

#[test]
fn a_change_is_checked_against_the_server() {
    let world = World::new();
    let component = |name: &str, needs: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  \
             lifecycle: production\n  owner: group:books\n  dependsOn: [{needs}]\n"
        )
    };
    world.commit("acme/ledger", [("catalog-info.yaml", component("ledger", "").as_str())]);
    world.commit("acme/shop", [("catalog-info.yaml", component("shop", "component:ledger").as_str())]);
    world.run("crawl acme").ends_with(0);
    world.write("catalog.toml", "[check.effect]\ncycle-opened = \"block\"\n");
    let server = Server::start(&world, "catalog.redb");
    world.commit("acme/ledger", [("catalog-info.yaml", component("ledger", "component:shop").as_str())]);
    let check = |asked: [&str; 2], further: &[&str]| {
        let words = ["check", "--base", "HEAD~1"];
        let mut command = at_home(&world, words.into_iter().chain(asked).chain(further.iter().copied()));
        world.finish(command.current_dir(world.path("acme/ledger")))
    };
    let (store, url) = (world.text("catalog.redb"), server.url());
    for further in [&["--format", "json"][..], &[], &["--format", "sarif"], &["--fail-on", "never"]] {
        let of_server = check(["--server", &url], further);
        let mut command = at_home(&world, ["check", "--base", "HEAD~1", "--store", &store]);
        let config = world.text("catalog.toml");
        command.args(["--config", &config]).args(further).current_dir(world.path("acme/ledger"));
        let of_store = world.finish(&mut command);
        assert_eq!(of_server.stdout, of_store.stdout, "{further:?}");
        assert_eq!(of_server.code(), of_store.code(), "{further:?}");
        assert_eq!(of_server.code(), Some(i32::from(!further.contains(&"never"))), "{of_server}");
    }
    server.stop();
    check(["--server", &url], &["--fresh"]).ends_with(2);
    let passed = check(["--server", &url], &["--fresh", "--on-error", "pass", "--also", "markdown=out.md"]);
    passed.ends_with(0).says(&["nothing was checked"]);
    let told = fs::read_to_string(world.path("acme/ledger/out.md")).expect("it is written");
    assert!(told.contains("it does not answer"), "{told}");
}

#[test]
fn a_review_goes_through_the_server() {
    let world = World::new();
    let people = "kind: Group\nmetadata: { name: shop }\nspec: { type: team, children: [], members: [ann] }\n---\n\
                  kind: User\nmetadata: { name: ann }\nspec: { profile: { email: ann@example.com } }\n";
    world.commit("acme/people", [("catalog-info.yaml", people)]);
    for number in 0..13 {
        let manifest = format!(
            "kind: Component\nmetadata: {{ name: c{number:02} }}\nspec: {{ type: service, lifecycle: production, owner: shop }}\n"
        );
        world.commit(&format!("acme/c{number}"), [("catalog-info.yaml", manifest.as_str())]);
    }
    world.run("crawl acme").ends_with(0);
    fs::create_dir(world.path("local")).expect("a folder");
    fs::copy(world.path("catalog.redb"), world.path("local/catalog.redb")).expect("it is copied");
    let server = Server::start(&world, "catalog.redb");
    let url = server.url();
    let masked = |run: &Run| {
        let mut shown = String::new();
        for word in run.stdout.split_inclusive([' ', '"', '\n']) {
            let is_moment = word.starts_with("20") && word.contains("T") && word.contains("Z");
            shown.push_str(if is_moment { "MOMENT" } else { word });
        }
        (shown, run.stderr.clone(), run.code())
    };
    for words in [
        "review start --kind component --owner shop --due 2099-12-31 --title Autumn --as ann@example.com",
        "review start --kind component --due 2099-12-31 --id autumn --as ann@example.com",
        "review start --all --due 2020-01-01 --as ann@example.com",
        "review confirm c00 c01 --as ann@example.com --format json",
        "review confirm c00 --exists --if-last 0 --as ann@example.com",
        "review correct c02 --field spec.owner --value pay --as stranger",
        "review correct c02 --value pay --strict --as stranger",
        "review hand-over c03 --to user:ann --reason why --as ann@example.com",
        "review hand-over c03 --to nobody --as ann@example.com",
        "review reject c04 --does-not-exist --reason gone --as ann@example.com",
        "review reject c04 --as ann@example.com",
        "review confirm c05 no-such-thing --as ann@example.com",
        "review confirm --all-of group:shop --as ann@example.com",
        "review show --format json",
        "review close autumn --reason done --as ann@example.com",
        "review confirm c05 --review autumn --as ann@example.com",
        "review close no-such-review --as ann@example.com",
        "review list",
    ] {
        let local = world.run(&format!("{words} --store local/catalog.redb"));
        let remote = ask(&world, &url, words);
        assert_eq!(masked(&remote), masked(&local), "{words}");
    }
    let reviews = world.json("review list");
    assert_eq!(rows(&reviews, "reviews").len(), 1, "the server wrote it into its own store: {reviews:#}");
    assert_eq!(text(&reviews["reviews"][0], "id"), "autumn");
    ask(&world, &url, "review import x.ndjson").ends_with(2);
    world.write("x.ndjson", "");
    ask(&world, &url, "review import x.ndjson").ends_with(64).says(&["where the store is"]);
}

#[test]
fn a_server_of_a_graph_file_takes_nothing_in_and_sees_another_file() {
    let (world, server) = example();
    let elsewhere = World::new();
    ask(&elsewhere, &server.url(), "export --graph served.graph").ends_with(0);
    let of_file = Server::start(&elsewhere, "served.graph");
    let shown = || of_file.ask("{ entity(ref: \"component:further\") { ref } catalog { revision } }");
    let served = shown()["catalog"]["revision"].as_u64().expect("a number");
    ask(&elsewhere, &of_file.url(), "review start --all --due 2099-12-31 --as ann@example.com")
        .ends_with(2)
        .says(&["this server has no store"]);
    // A broken file leaves the former in place; a sound one is served.
    elsewhere.write("broken.graph", "catalog's graph\nnonsense");
    fs::rename(elsewhere.path("broken.graph"), elsewhere.path("served.graph")).expect("it is moved");
    world.commit("further/one", [("catalog-info.yaml", "kind: Component\nmetadata: { name: further }\n")]);
    world.run("crawl further --store demo/catalog.redb").ends_with(0);
    world.run("export --graph next.graph --store demo/catalog.redb").ends_with(0);
    assert_eq!(shown()["catalog"]["revision"], served);
    fs::copy(world.path("next.graph"), elsewhere.path("next.graph")).expect("it is copied");
    fs::rename(elsewhere.path("next.graph"), elsewhere.path("served.graph")).expect("it is moved");
    until(|| shown()["catalog"]["revision"] == served + 1);
    assert_eq!(text(&shown()["entity"], "ref"), "component:default/further");
    ask(&elsewhere, &of_file.url(), "show component:further").ends_with(0);
}

#[test]
fn the_server_keeps_its_graph_file_up_to_date() {
    let world = World::new();
    world.write("catalog.toml", "[server.graph_file]\npath = \"out/kept.graph\"\ninterval_seconds = 0\n");
    fs::create_dir(world.path("out")).expect("a folder");
    let manifest = |name: &str| format!("kind: Component\nmetadata: {{ name: {name} }}\n");
    world.commit("acme/one", [("catalog-info.yaml", manifest("a").as_str())]);
    world.run("crawl acme").ends_with(0);
    let server = Server::start(&world, "catalog.redb");
    let revision = || {
        let kept = world.run("status --format json --store out/kept.graph");
        (kept.code() == Some(0)).then(|| kept.json()["revision"].clone())
    };
    until(|| revision() == Some(1.into()));
    world.commit("acme/one", [("catalog-info.yaml", manifest("b").as_str())]);
    world.run("crawl acme").ends_with(0);
    until(|| revision() == Some(2.into()));
    let (_, said) = server.stop();
    assert!(!said.contains("ERROR"), "{said}");
    let left: Vec<_> = fs::read_dir(world.path("out")).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_login_is_tested_and_kept_from_others() {
    let (_world, server) = example();
    let elsewhere = World::new();
    let url = server.url();
    let login = |url: &str, token: &str| {
        let mut process = at_home(&elsewhere, ["login", "--server", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut input = process.stdin.take().expect("a pipe");
        // A program that refuses early does not read.
        let _unread = input.write_all(token.as_bytes());
        drop(input);
        let output = process.wait_with_output().expect("it ends");
        let said = String::from_utf8(output.stderr).expect("text") + &String::from_utf8_lossy(&output.stdout);
        assert!(!said.contains("ct_secret"), "{said}");
        (output.status.code(), said)
    };
    let (code, said) = login(&url, "ct_secret\n");
    assert_eq!(code, Some(0), "{said}");
    let path = elsewhere.path("home/.config/catalog/tokens.toml");
    assert!(fs::read_to_string(&path).expect("it is kept").contains("ct_secret"));
    ask(&elsewhere, &url, "status").ends_with(0);
    for (url, token, expected) in [
        (url.as_str(), "", "is no token"),
        (url.as_str(), "two words", "is no token"),
        ("http://catalog.example.com", "ct_secret", "a token is sent by https alone"),
        ("http://127.0.0.1:9", "ct_secret", "it does not answer"),
    ] {
        let (code, said) = login(url, token);
        assert!(code != Some(0) && said.contains(expected), "{code:?} {said}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is changed");
        ask(&elsewhere, &url, "status").ends_with(2).says(&["is open to others (mode 644)", "chmod 600"]);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is changed");
    }
    ask(&elsewhere, &url, "logout").ends_with(0).says(&["logged out"]);
    ask(&elsewhere, &url, "logout").ends_with(0).says(&["there was no token"]);
    let mut command = at_home(&elsewhere, ["status", "--server", &url]);
    let wrong = elsewhere.finish(command.env("CATALOG_TOKEN", "two words"));
    wrong.ends_with(2).says(&["CATALOG_TOKEN holds something that is no token"]);
    elsewhere.run("login").ends_with(64).says(&["name it with `--server URL`"]);
}
