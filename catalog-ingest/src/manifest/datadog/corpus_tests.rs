//! Real definitions, and an independent reading of them.
//!
//! The corpus lies beside the checkout; where it does not, these tests say so and pass.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use catalog_core::model::{Declaration, FoundBy, ManifestFormat};

use crate::manifest::{
    ManifestReading,
    reading::trials::{corpus, names, read_as},
};

fn read(path: &str, bytes: &[u8]) -> ManifestReading {
    read_as(ManifestFormat::Datadog, path, bytes, FoundBy::Name)
}

#[test]
fn broken_files_are_read_as_far_as_they_go() {
    let Some(corpus) = corpus() else { return };
    let check = |path: &str, strict: usize| {
        let bytes = fs::read(corpus.join("open/_ugly").join(path)).expect("every broken file is there");
        let reading = read(path, &bytes);
        assert_eq!(reading.documents.iter().filter(|document| document.strict).count(), strict, "{path}");
        assert_eq!(reading.documents.len(), strict, "{path}: nothing is doubtful");
        assert_eq!(reading.diagnostics.len(), 1, "{path}: {:#?}", reading.diagnostics);
        assert!(reading.diagnostics[0].position.line > 0, "{path}: the line is named");
        assert!(reading.broken, "{path}: what was there before may still be");
    };
    check("03-broken-yaml-datadog/entity.datadog.yaml", 5);
    check("04-broken-indent/service.datadog.yaml", 0);
}

/// Where this reader says something else than the reference, and why.
const EXPLAINED: [&str; 3] = [
    // The published schema of `metadata` is closed, and knows neither of these two.
    "binoy351/storedog:test-IDP/entity.datadog.yaml#0 is strict: false, [\"unknown field metadata.namespace\"]",
    "binoy351/storedog:entity.datadog.yaml#2 is strict: false, [\"unknown field metadata.type\"]",
    // The system that it inherits from stands in the same file, and names an owner.
    "XG-xin/WebGoat:entity.datadog.yaml#1 is owned by {\"group:default/app-team\", \"group:default/db-team\"}, not {\"group:default/db-team\"}",
];

/// A reference of the reference reading, which keeps Datadog's own kinds, in the catalog's.
fn mapped(reference: &str) -> String {
    let (kind, rest) = reference.split_once(':').expect("every reference has a kind");
    match kind {
        "service" | "frontend" | "library" => format!("component:{rest}"),
        "datastore" | "queue" => format!("resource:{rest}"),
        "team" if rest.contains('@') => format!("user:default/{rest}"),
        "team" => format!("group:default/{rest}"),
        _ => reference.to_owned(),
    }
}

type Triple = (String, String, String);

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus() else { return };
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let rows: Vec<&serde_json::Value> =
        array(&expected["entities"]).iter().filter(|row| row["format"] == "datadog").collect();
    let mut readings: BTreeMap<(&str, &str), ManifestReading> = BTreeMap::new();
    for row in &rows {
        let (repository, path) = (text(&row["repo"]), text(&row["path"]));
        readings.entry((repository, path)).or_insert_with(|| {
            let bytes = fs::read(corpus.join("open").join(repository.replace('/', "__")).join(path))
                .expect("every file of the reference is there");
            read(path, &bytes)
        });
    }
    let mut differences = BTreeSet::new();
    for row in &rows {
        let (repository, path, index) = (text(&row["repo"]), text(&row["path"]), &row["doc"]);
        let place = format!("{repository}:{path}#{index}");
        let document =
            readings[&(repository, path)].documents.iter().find(|document| *index == document.index);
        let Some(document) = document else {
            differences.insert(format!("{place} was not read"));
            continue;
        };
        if row["accepted"] != document.strict {
            differences.insert(format!("{place} is strict: {}, {:?}", document.strict, document.problems));
        }
        let entity = document.declaration.as_ref().map(|declaration| declaration.entity.to_string());
        if row["ref"].as_str().map(mapped) != entity {
            differences.insert(format!("{place} is {entity:?}, not {}", row["ref"]));
        }
        let owners: BTreeSet<String> = document
            .declaration
            .iter()
            .flat_map(Declaration::owners)
            .map(|owner| owner.other.to_string())
            .collect();
        let wanted: BTreeSet<String> =
            array(&row["owners"]).iter().map(|owner| mapped(text(owner)).to_lowercase()).collect();
        if owners != wanted {
            differences.insert(format!("{place} is owned by {owners:?}, not {wanted:?}"));
        }
    }
    let mut relations: BTreeMap<Triple, BTreeSet<String>> = BTreeMap::new();
    for ((repository, path), reading) in &readings {
        for document in &reading.documents {
            let place = format!("{repository}:{path}#{}", document.index);
            if let Some(declaration) = &document.declaration {
                for relation in &declaration.relations {
                    let [here, there] = names(relation);
                    let (own, other) = (declaration.entity.to_string(), relation.other.to_string());
                    // Owners were held against the reference above.
                    if here == "ownedBy" {
                        continue;
                    }
                    for triple in
                        [(own.clone(), here.to_owned(), other.clone()), (other, there.to_owned(), own)]
                    {
                        relations.entry(triple).or_default().insert(place.clone());
                    }
                }
            }
        }
    }
    let wanted: BTreeMap<Triple, BTreeSet<String>> = array(&expected["relations"])
        .iter()
        .filter(|row| row["format"] == "datadog")
        .map(|row| {
            let triple =
                (mapped(text(&row["source"])), text(&row["type"]).to_owned(), mapped(text(&row["target"])));
            (triple, array(&row["declared_by"]).iter().map(|place| text(place).to_owned()).collect())
        })
        .collect();
    for triple in relations.keys().chain(wanted.keys()).collect::<BTreeSet<_>>() {
        let (found, expected) = (relations.get(triple), wanted.get(triple));
        if found != expected {
            differences.insert(format!("{triple:?} is declared by {found:?}, not {expected:?}"));
        }
    }
    let explained: BTreeSet<String> = EXPLAINED.into_iter().map(str::to_owned).collect();
    let unexplained: Vec<_> = differences.symmetric_difference(&explained).collect();
    assert!(unexplained.is_empty(), "{} differences: {unexplained:#?}", unexplained.len());
}

fn array(value: &serde_json::Value) -> &[serde_json::Value] {
    value.as_array().expect("the reference has a list here")
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().expect("the reference has a text here")
}
