//! The manifests of 94 public repositories, held against an independent reading of them.
//!
//! The corpus lies beside the checkout and is no part of it; where it is absent this test says so and ends.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{World, rows, text, workspace};

fn skip(why: &str) {
    writeln!(std::io::stderr(), "skipped: {why}").expect("somebody listens");
}

/// The corpus, and where its repositories were built; `None` where something is missing.
fn repositories(world: &World) -> Option<PathBuf> {
    let corpus = workspace().join("../shared/corpus");
    if !corpus.join("make-repositories").is_file() {
        skip("the corpus is not beside the checkout");
        return None;
    }
    let built = Command::new("python3")
        .arg(corpus.join("make-repositories"))
        .arg(world.path("repositories"))
        .output();
    let Ok(built) = built else {
        skip("there is no python3");
        return None;
    };
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(corpus)
}

#[test]
fn the_corpus_is_read_as_others_read_it() {
    let world = World::new();
    let Some(corpus) = repositories(&world) else { return };
    let crawl = world.run("crawl repositories --format json").ends_with(0);
    let report = crawl.json();
    assert_eq!((&report["repositoriesFailed"], &report["repositoriesUnchanged"]), (&0.into(), &0.into()));
    assert!(report["repositoriesRead"].as_u64() >= Some(90), "{report:#}");
    let again = world.run("crawl repositories --format json").ends_with(0).json();
    assert_eq!((&again["repositoriesRead"], &again["revision"]), (&0.into(), &report["revision"]));

    let export = world.run("export --format ndjson").ends_with(0);
    world.write("export.ndjson", &export.stdout);
    compare(&world, &corpus, "export.ndjson", "name");
    world.run("--store content.redb crawl repositories --scan content").ends_with(0);
    let export = world.run("--store content.redb export --format ndjson").ends_with(0);
    world.write("content.ndjson", &export.stdout);
    compare(&world, &corpus, "content.ndjson", "content");

    let expected = fs::read(corpus.join("expected-open.json")).expect("the expected reading");
    let expected: Value = serde_json::from_slice(&expected).expect("the expected reading is JSON");
    for (rules, field) in [("codeowners", "digest"), ("owners", "approvers_digest")] {
        let expected = expected[rules].as_object().expect("an object by repository");
        assert!(expected.len() >= 5);
        for (repository, expected) in expected {
            let question =
                format!("owner --repository {repository} --rules {rules} --all-paths --format ndjson");
            let run = world.run(&question).ends_with(0);
            assert_eq!(digest(&run.json_lines()), text(expected, field), "{rules} of {repository}");
        }
    }
    every_question_is_answered(&world);
}

/// Holds an export against the expected reading.
fn compare(world: &World, corpus: &Path, export: &str, scan: &str) {
    let compared = Command::new("python3")
        .arg(corpus.join("compare"))
        .arg(corpus.join("expected-open.json"))
        .arg(world.path(export))
        .args(["--formats", "backstage", "--scan", scan])
        .output()
        .expect("python3 was there before");
    assert!(compared.status.success(), "{scan}: {}", String::from_utf8_lossy(&compared.stdout));
}

/// `path TAB owners LF` for each path, the owners sorted without regard to case.
fn digest(paths: &[Value]) -> String {
    let mut digest = Sha256::new();
    for path in paths {
        let mut owners: Vec<&str> = rows(path, "owners").iter().filter_map(Value::as_str).collect();
        owners.sort_by_key(|owner| owner.to_lowercase());
        digest.update(format!("{}\t{}\n", text(path, "path"), owners.join(" ")));
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Nothing panics over what real people write, and the answers agree with each other.
fn every_question_is_answered(world: &World) {
    let gaps = world.json("gaps");
    let diagnostics = world.json("diagnostics");
    let status = world.json("status");
    assert!(rows(&gaps, "gaps").len() > 100);
    let mut severities: BTreeMap<&str, u64> = BTreeMap::new();
    for diagnostic in rows(&diagnostics, "diagnostics") {
        *severities.entry(text(diagnostic, "severity")).or_default() += 1;
    }
    for (severity, field) in [("error", "errors"), ("warning", "warnings"), ("note", "notes")] {
        assert_eq!(status[field], severities.get(severity).copied().unwrap_or(0), "{field}");
    }
    let list = world.json("list --kind component");
    for entity in rows(&list, "entities").iter().step_by(60) {
        let entity = text(entity, "ref");
        for question in ["show", "owner", "blast-radius"] {
            let answer = world.run_with([question, entity, "--format", "json"]).ends_with(0).json();
            assert_eq!(answer["revision"], status["revision"], "{question} {entity}");
        }
    }
    for words in
        ["gaps", "diagnostics --limit 0", "status", "search service", "list --limit 0 --format markdown"]
    {
        world.run(words).ends_with(0);
    }
}
