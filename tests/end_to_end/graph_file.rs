//! The graph file: the answers of the store without the store, and what is no graph file is said to be none.

use std::fs;

use crate::support::{Run, Server, World, text};

/// Everything that can be asked of the example organisation.
const QUESTIONS: [&str; 18] = [
    "owner component:loyalty-service",
    "owner --repository aldersound/booking catalog-info.yaml --explain",
    "blast-radius resource:identity-db",
    "blast-radius component:loyalty-service --direction dependencies",
    "simulate --fail resource:identity-db",
    "gaps",
    "structure",
    "slo",
    "rank",
    "rollout resource:identity-db",
    "data-reach",
    "list",
    "search booking",
    "show component:loyalty-service",
    "show component:loyalty-service --declarations",
    "show component:nothing-like-it",
    "diagnostics",
    "status",
];

/// The example with its graph in a folder of its own.
fn exported() -> (World, World) {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    world
        .run("export --store demo/catalog.redb --graph out.graph")
        .ends_with(0)
        .says(&["wrote `out.graph`", "bytes, revision 3"]);
    let elsewhere = World::new();
    fs::copy(world.path("out.graph"), elsewhere.path("out.graph")).expect("the file is copied");
    (world, elsewhere)
}

/// What a run answered, however it ended, with the folder that was crawled shown as `/w`.
fn answer(run: &Run, crawled: &World) -> (String, String) {
    let root = crawled.text("");
    let shown = |text: &str| text.replace(root.trim_end_matches('/'), "/w");
    (shown(&run.stdout), shown(&run.stderr))
}

#[test]
fn the_graph_file_alone_answers_as_the_store_does() {
    let (world, elsewhere) = exported();
    for question in QUESTIONS {
        for format in ["json", "table", "markdown"] {
            let question = format!("{question} --format {format}");
            let of_store = world.run(&format!("{question} --store demo/catalog.redb"));
            let of_file = elsewhere.run(&format!("{question} --store out.graph"));
            assert_eq!(answer(&of_file, &world), answer(&of_store, &world), "{question}");
        }
    }
    let export = world.run("export --store demo/catalog.redb").ends_with(0);
    let of_file = elsewhere.run("export --store out.graph").ends_with(0);
    assert_eq!(answer(&of_file, &world), answer(&export, &world));
    elsewhere.run("export --store out.graph --graph again.graph").ends_with(0);
    let bytes = |name| fs::read(elsewhere.path(name)).expect("the file is there");
    assert_eq!(bytes("again.graph"), bytes("out.graph"));
    elsewhere.run("diff --before out.graph --after again.graph --exit-code").ends_with(0);
}

#[test]
fn the_environment_and_the_settings_may_name_it() {
    let (_world, elsewhere) = exported();
    let mut command = elsewhere.command(["status", "--format", "json"]);
    let status = elsewhere.finish(command.env("CATALOG_STORE", "out.graph")).ends_with(0).json();
    assert_eq!(status["revision"], 3);
    elsewhere.write("catalog.toml", "[store]\npath = \"out.graph\"\n");
    assert_eq!(elsewhere.json("status"), status);
}

#[test]
fn what_takes_something_in_wants_a_store() {
    let (_world, elsewhere) = exported();
    let before = fs::read(elsewhere.path("out.graph")).expect("the file is there");
    elsewhere.write("here/catalog-info.yaml", "kind: Component\nmetadata: { name: a }\n");
    for command in ["crawl here", "crawl here --dry-run", "lint here"] {
        elsewhere
            .run(&format!("{command} --store out.graph"))
            .ends_with(64)
            .says(&["`out.graph` is a graph file", "name the store itself with `--store FILE`"]);
    }
    assert_eq!(fs::read(elsewhere.path("out.graph")).ok(), Some(before));
}

#[test]
fn a_server_answers_from_it() {
    let (_world, elsewhere) = exported();
    let server = Server::start(&elsewhere, "out.graph");
    let answer = server.ask("{ entity(ref: \"component:loyalty-service\") { owner { ref } } }");
    assert_eq!(text(&answer["entity"]["owner"], "ref"), "group:default/accounts");
}

#[test]
fn a_file_that_is_damaged_or_another_one_is_said_to_be() {
    let (world, elsewhere) = exported();
    let whole = fs::read(elsewhere.path("out.graph")).expect("the file is there");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for (bytes, expected) in [
        (&whole[..whole.len() - 1], "the graph file is cut short"),
        (&flipped, "the graph file is damaged"),
        (b"", "the file is not a catalog store but an empty file"),
        (b"catalog's", "the file is not a catalog store"),
    ] {
        elsewhere.write("bad.graph", bytes);
        elsewhere.run("status --store bad.graph").ends_with(2).says(&[expected]);
    }
    // What is not a graph file is not written over.
    let store = fs::read(world.path("demo/catalog.redb")).expect("the store is there");
    world
        .run("export --store demo/catalog.redb --graph demo/catalog.redb")
        .ends_with(64)
        .says(&["is no graph file, and it is left as it is"]);
    assert_eq!(fs::read(world.path("demo/catalog.redb")).ok(), Some(store));
}

#[test]
fn a_crawl_leaves_the_graph_beside_its_store() {
    let world = World::new();
    world.commit("one", [("catalog-info.yaml", "kind: Component\nmetadata: { name: a }\n")]);
    world.run("crawl one").ends_with(0);
    let beside = world.path("catalog.redb.graph");
    let first = fs::read(&beside).expect("it is there");
    world.run("crawl one").ends_with(0);
    assert_eq!(fs::read(&beside).ok().as_ref(), Some(&first), "nothing changed, and nothing is written");
    // What it says is what is answered, as long as it is of what the store says.
    let listed = world.json("list");
    world.commit("one", [("catalog-info.yaml", "kind: Component\nmetadata: { name: b }\n")]);
    world.run("crawl one").ends_with(0);
    assert_ne!(fs::read(&beside).ok().as_ref(), Some(&first));
    let now = world.json("list");
    assert_ne!(now, listed);
    // One of an earlier revision is not looked at, and a damaged one is only warned of.
    fs::write(&beside, &first).expect("it is written");
    assert_eq!(world.run("list --format json").ends_with(0).json(), now);
    fs::write(&beside, &first[..first.len() / 2]).expect("it is written");
    let warned = world.run("list --format json").ends_with(0).says(&["is not used"]);
    assert_eq!(warned.json(), now);
    world.run("crawl one").ends_with(0);
    assert_eq!(world.run("list --format json").ends_with(0).stderr, "");
}
