//! The walls between the rooms: which room may name which, and which library lives where.
//!
//! A new arrow or a new library changes the tables here, in a commit of its own.

use std::path::Path;

use super::{files_below, workspace};

/// The rooms of the core, in the order in which data goes through them. Each may name those before it.
const CORE_ROOMS: [&str; 15] = [
    "model",
    "path_rules",
    "record",
    "store",
    "needs",
    "graph",
    "expression",
    "query",
    "review",
    "gaps",
    "check",
    "readiness",
    "census",
    "catalog",
    "sketch",
];
/// Rooms that do not know each other although the order would allow it.
const STRANGERS: [(&str, &str); 4] =
    [("needs", "store"), ("graph", "store"), ("query", "store"), ("review", "store")];
/// The rooms of the ingester, likewise.
const INGEST_ROOMS: [&str; 13] = [
    "port_mapping",
    "limits",
    "manifest",
    "api_change",
    "repository",
    "plan",
    "assemble",
    "change",
    "progress",
    "crawl",
    "host",
    "lint",
    "propose",
];
/// The rooms of the server with those that they may name.
const SERVER_ROOMS: [(&str, &[&str]); 14] = [
    ("access", &["clock"]),
    ("additions", &[]),
    ("backstage", &[]),
    ("client", &[]),
    ("clock", &[]),
    ("crawling", &["clock"]),
    ("settings", &["access", "backstage", "crawling", "graphql", "http"]),
    ("telemetry", &["clock"]),
    ("report", &["access", "clock"]),
    ("picture", &["report"]),
    ("document", &["report"]),
    ("graphql", &["access", "clock", "crawling"]),
    ("http", &["access", "backstage", "clock", "crawling", "graphql", "report"]),
    (
        "cli",
        &[
            "access",
            "client",
            "clock",
            "crawling",
            "settings",
            "telemetry",
            "report",
            "picture",
            "document",
            "graphql",
            "http",
        ],
    ),
];
/// Where each library may be named: folders below the workspace.
const LIBRARIES: [(&str, &[&str]); 22] = [
    ("cel", &["catalog-core/src/expression/"]),
    ("git2", &["catalog-ingest/src/repository/"]),
    (
        "ureq",
        &[
            "catalog-ingest/src/repository/",
            "catalog-ingest/src/host/",
            "catalog-server/src/client/",
            "catalog-server/src/telemetry/traces/",
        ],
    ),
    ("rustls", &["catalog-ingest/src/repository/", "catalog-server/src/http/"]),
    ("tokio_rustls", &["catalog-server/src/http/"]),
    ("governor", &["catalog-server/src/access/", "catalog-server/src/http/"]),
    ("prometheus_client", &["catalog-server/src/http/"]),
    ("zeroize", &["catalog-ingest/src/repository/"]),
    ("rustix", &["catalog-ingest/src/crawl/", "catalog-server/src/cli/serve.rs"]),
    ("postcard", &["catalog-core/src/record/", "catalog-ingest/src/crawl/"]),
    ("redb", &["catalog-core/src/store/"]),
    ("petgraph", &["catalog-core/src/needs/"]),
    ("regex", &["catalog-core/src/expression/", "catalog-core/src/path_rules/"]),
    ("serde_saphyr", &["catalog-ingest/src/manifest/yaml/"]),
    ("async_graphql", &["catalog-server/src/graphql/"]),
    ("axum", &["catalog-server/src/http/"]),
    ("jsonwebtoken", &["catalog-server/src/access/oidc/"]),
    ("clap", &["catalog-server/src/cli/"]),
    ("maud", &["catalog-server/src/document/"]),
    ("rust_xlsxwriter", &["catalog-server/src/document/"]),
    ("comfy_table", &["catalog-server/src/report/"]),
    ("annotate_snippets", &["catalog-server/src/report/"]),
];

/// A source file without comments and without its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file is text");
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = own.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests")
        || path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("tests.rs"))
}

/// The rooms that a file names as `crate::room` or in `use crate::{room, …}`.
fn named_rooms(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 1 && is_word(c) {
                    word.push(c);
                } else if !word.is_empty() && depth >= 1 {
                    named.push(std::mem::take(&mut word));
                }
                if depth == 0 {
                    named.push(word);
                    break;
                }
            }
        } else {
            named.push(rest.chars().take_while(|c| is_word(*c)).collect());
        }
    }
    named
}

fn room_of(source: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(source).expect("the file lies below its crate");
    let first = relative.iter().next().expect("a path has a part").to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Every pair of rooms of a crate of which the first names the second, with the file.
fn arrows(crate_name: &str) -> Vec<(String, String, String)> {
    let source = workspace().join(crate_name).join("src");
    let mut arrows = Vec::new();
    for path in files_below(&source, ".rs") {
        let from = room_of(&source, &path);
        if is_test(&path) || ["lib", "main"].contains(&from.as_str()) {
            continue;
        }
        for to in named_rooms(&code(&path)) {
            if to != from {
                arrows.push((from.clone(), to, path.display().to_string()));
            }
        }
    }
    arrows
}

fn check_order(crate_name: &str, rooms: &[&str], strangers: &[(&str, &str)]) {
    let place = |room: &str| rooms.iter().position(|known| *known == room);
    for (from, to, path) in arrows(crate_name) {
        let (Some(from_place), Some(to_place)) = (place(&from), place(&to)) else {
            // What is no room is a word within one, as in a `use` of a macro.
            assert!(place(&from).is_some(), "{path}: `{from}` is a new room; give it a place in the order");
            continue;
        };
        assert!(to_place < from_place, "{path}: `{from}` may not name `{to}`, which comes after it");
        assert!(!strangers.contains(&(&from, &to)), "{path}: `{from}` and `{to}` do not know each other");
    }
}

#[test]
fn data_goes_one_way_through_the_core() {
    check_order("catalog-core", &CORE_ROOMS, &STRANGERS);
}

#[test]
fn data_goes_one_way_through_the_ingester() {
    check_order("catalog-ingest", &INGEST_ROOMS, &[]);
}

#[test]
fn the_doors_know_only_what_they_show() {
    for (from, to, path) in arrows("catalog-server") {
        let Some((_, allowed)) = SERVER_ROOMS.iter().find(|(room, _)| *room == from) else {
            panic!("{path}: `{from}` is a new room; give it a place in the table");
        };
        if SERVER_ROOMS.iter().any(|(room, _)| *room == to) {
            assert!(allowed.contains(&to.as_str()), "{path}: `{from}` may not name `{to}`");
        }
    }
}

#[test]
fn crates_depend_in_one_direction() {
    let names = |crate_name: &str, other: &str| {
        let manifest = workspace().join(crate_name).join("Cargo.toml");
        std::fs::read_to_string(manifest).expect("a manifest is text").contains(&format!("{other}.workspace"))
    };
    assert!(!names("catalog-core", "catalog-ingest") && !names("catalog-core", "catalog-server"));
    assert!(!names("catalog-ingest", "catalog-server"));
}

#[test]
fn each_library_lives_in_one_room() {
    for crate_name in ["catalog-core", "catalog-ingest", "catalog-server"] {
        for path in files_below(&workspace().join(crate_name).join("src"), ".rs") {
            let shown = path.strip_prefix(workspace()).expect("below the workspace").display().to_string();
            let code = code(&path);
            for (library, rooms) in LIBRARIES {
                let is_named =
                    code.contains(&format!("{library}::")) || code.contains(&format!("use {library}"));
                let is_at_home = rooms.iter().any(|room| shown.starts_with(room));
                assert!(
                    !is_named || is_at_home || is_test(&path),
                    "{shown} names `{library}`, which lives in {rooms:?}"
                );
            }
        }
    }
}

#[test]
fn only_the_clock_reads_the_time() {
    for crate_name in ["catalog-core", "catalog-ingest", "catalog-server"] {
        for path in files_below(&workspace().join(crate_name).join("src"), ".rs") {
            let shown = path.strip_prefix(workspace()).expect("below the workspace").display().to_string();
            let code = code(&path);
            let reads =
                ["SystemTime::now", "Timestamp::now", "Zoned::now"].iter().any(|word| code.contains(word));
            assert!(!reads || shown.starts_with("catalog-server/src/clock/"), "{shown} reads the time");
        }
    }
}

/// What an answer says of ages is known to depend on the time, so that it is not taken for unchanged later.
#[test]
fn answers_read_the_time_in_one_place() {
    let graphql = workspace().join("catalog-server/src/graphql");
    for path in files_below(&graphql, ".rs") {
        let shown = path.strip_prefix(&graphql).expect("below the folder").display().to_string();
        let code = code(&path);
        let reads = code.contains("clock::now") || code.contains("clock::{now");
        // `record` is what the audit log is told of, which is no answer.
        let may = ["moment.rs", "record.rs"].contains(&&*shown) || shown.starts_with("mutation/");
        assert!(!reads || may || is_test(&path), "{shown} reads the time; ask `moment::now` for it");
    }
}

/// What somebody is not to see is cut out in one place: where the graph is taken that they are answered from.
#[test]
fn no_door_takes_the_whole_graph() {
    let http = workspace().join("catalog-server/src/http");
    for path in files_below(&http, ".rs") {
        let shown = path.strip_prefix(&http).expect("below the folder").display().to_string();
        let may: &[&str] = match &*shown {
            "state.rs" => continue,
            // Where everybody may ask, or who sees everything: see `ServerState::whole_for`.
            "metrics.rs" => &[".counted()"],
            _ => &[],
        };
        let code = code(&path);
        for whole in ["catalog.get()", ".current()", "current.get()", ".counted()"] {
            let takes = code.contains(whole) && !may.contains(&whole) && !is_test(&path);
            assert!(!takes, "{shown} takes the graph by `{whole}`; ask `ServerState::graph_for` for it");
        }
    }
}

#[test]
fn core_and_ingester_are_not_async() {
    for crate_name in ["catalog-core", "catalog-ingest"] {
        for path in files_below(&workspace().join(crate_name).join("src"), ".rs") {
            let code = code(&path);
            assert!(!code.contains("async fn") && !code.contains(".await"), "{} is async", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for folder in ["catalog-core", "catalog-ingest", "catalog-server", "tests"] {
        for path in files_below(&workspace().join(folder), ".rs") {
            let text = std::fs::read_to_string(&path).expect("a source file is text");
            assert!(text.starts_with("//!"), "{} does not begin with `//!`", path.display());
        }
    }
}
