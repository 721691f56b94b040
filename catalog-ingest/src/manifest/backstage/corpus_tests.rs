//! The open corpus beside the checkout, held against an independent reading of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use catalog_core::model::{Declaration, FoundBy};

use super::tests::{names, read};
use crate::manifest::{
    ManifestReading,
    reading::trials::{corpus, text},
};

#[test]
fn broken_files_are_read_as_far_as_they_go() {
    let Some(corpus) = corpus() else { return };
    let check = |path: &str, strict: usize, doubtful: usize| {
        let bytes = fs::read(corpus.join("open/_ugly").join(path)).expect("every broken file is there");
        let reading = read(path, &bytes, FoundBy::Name);
        let accepted = reading.documents.iter().filter(|document| document.strict).count();
        let counted = (accepted, reading.documents.len() - accepted);
        assert_eq!(counted, (strict, doubtful), "{path}: {:#?}", reading.diagnostics);
        let is_silent = reading.diagnostics.is_empty();
        assert!(is_silent == (doubtful == 0 && !reading.broken), "{path} says what is wrong with it");
    };
    check("01-crlf/catalog-info.yaml", 2, 0);
    check("02-duplicate-key/catalog-info.yaml", 0, 0);
    check("05-backtick/.backstage/catalog-info.yaml", 0, 0);
    check("09-ref-without-kind/catalog-info.yaml", 11, 1);
    check("10-spec-missing/catalog-info.yaml", 0, 2);
    check("11-lifecycle-missing/catalog-info.yaml", 1, 1);
    check("12-owner-missing/catalog-info.yaml", 1, 1);
    check("13-annotation-not-string/catalog-info.yaml", 6, 1);
    check("14-label-not-valid/catalog-info.yaml", 7, 1);
    check("15-definition-object/catalog-info.yaml", 0, 1);
    check("18-jinja/templates/github/quarkus-web/skeleton/catalog-info.yaml", 0, 0);
}

type Triple = (String, String, String);

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus() else { return };
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let rows: Vec<&serde_json::Value> =
        array(&expected["entities"]).iter().filter(|row| row["format"] == "backstage").collect();
    let mut readings: BTreeMap<(&str, &str), ManifestReading> = BTreeMap::new();
    for row in &rows {
        let (repository, path) = (text(&row["repo"]), text(&row["path"]));
        let found_by = match text(&row["via"]) {
            "name" => FoundBy::Name,
            "location" => FoundBy::Location,
            _ => FoundBy::Content,
        };
        readings.entry((repository, path)).or_insert_with(|| {
            let bytes = fs::read(corpus.join("open").join(repository.replace('/', "__")).join(path))
                .expect("every file of the reference is there");
            read(path, &bytes, found_by)
        });
    }

    let mut differences = Vec::new();
    let mut listed = BTreeSet::new();
    for row in &rows {
        let (repository, path, index) = (text(&row["repo"]), text(&row["path"]), &row["doc"]);
        let place = format!("{repository}:{path}#{index}");
        listed.insert(place.clone());
        let document =
            readings[&(repository, path)].documents.iter().find(|document| *index == document.index);
        let Some(document) = document else {
            differences.push(format!("{place} was not read"));
            continue;
        };
        if row["accepted"] != document.strict {
            differences.push(format!(
                "{place} strict {}: {:?}, {:?}",
                document.strict, document.problems, row["problems"]
            ));
        }
        let entity = document.declaration.as_ref().map(|declaration| declaration.entity.as_str());
        if row["ref"].as_str() != entity {
            differences.push(format!("{place} is {entity:?}, not {}", row["ref"]));
        }
        let owners: BTreeSet<&str> = document
            .declaration
            .iter()
            .flat_map(Declaration::owners)
            .map(|owner| owner.other.as_str())
            .collect();
        let expected_owners: BTreeSet<&str> = array(&row["owners"]).iter().map(text).collect();
        // The reference has no owners of kinds that it does not know.
        if document.strict && owners != expected_owners {
            differences.push(format!("{place} is owned by {owners:?}, not {expected_owners:?}"));
        }
    }
    let mut relations: BTreeMap<Triple, BTreeSet<String>> = BTreeMap::new();
    for ((repository, path), reading) in &readings {
        for document in &reading.documents {
            let place = format!("{repository}:{path}#{}", document.index);
            if document.strict && !listed.contains(&place) {
                differences.push(format!("{place} is in no row of the reference"));
            }
            for (declaration, relation) in
                document.declaration.iter().filter(|_| document.strict).flat_map(|declaration| {
                    declaration.relations.iter().map(move |relation| (declaration, relation))
                })
            {
                let [here, there] = names(relation);
                let (own, other) = (declaration.entity.to_string(), relation.other.to_string());
                for triple in [(own.clone(), here.to_owned(), other.clone()), (other, there.to_owned(), own)]
                {
                    relations.entry(triple).or_default().insert(place.clone());
                }
            }
        }
    }
    let expected_relations: BTreeMap<Triple, BTreeSet<String>> = array(&expected["relations"])
        .iter()
        .filter(|row| row["format"] == "backstage")
        .map(|row| {
            let triple = (
                text(&row["source"]).to_owned(),
                text(&row["type"]).to_owned(),
                text(&row["target"]).to_owned(),
            );
            (triple, array(&row["declared_by"]).iter().map(|place| text(place).to_owned()).collect())
        })
        .collect();
    let all: BTreeSet<&Triple> = relations.keys().chain(expected_relations.keys()).collect();
    for triple in all {
        let (found, expected) = (relations.get(triple), expected_relations.get(triple));
        if found != expected {
            differences.push(format!("{triple:?} is declared by {found:?}, not {expected:?}"));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

fn array(value: &serde_json::Value) -> &[serde_json::Value] {
    value.as_array().expect("the reference has a list here")
}
