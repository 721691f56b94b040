//! The OpsLevel files of the open corpus, held against an independent reading of them.
//!
//! The reference names services by their names and by whatever alias a reference uses
//! (`service:Core Payments`, `service:catalog_service`), repositories as `repository:owner/name`, systems
//! as `system:alias` and owners as `team:alias`; here they are components, resources of the namespace
//! `repository`, systems and groups. Its lifecycles are as written.

use std::collections::BTreeSet;

use catalog_core::model::{Declaration, ManifestFormat, RelationKind};

use super::declare::automatic_alias;
use crate::manifest::{
    normal::lifecycle_of,
    reading::trials::{corpus_of, names, text},
};

/// The name of the reference for what a declaration declares.
fn declared_as(row: &serde_json::Value) -> String {
    match text(&row["ref"]).split_once(':') {
        Some(("service", name)) => format!("service:{}", automatic_alias(name)),
        _ => text(&row["ref"]).to_owned(),
    }
}

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus_of(ManifestFormat::Opslevel) else { return };
    assert!(!corpus.rows.is_empty(), "the reference has rows");
    let mut relations = BTreeSet::new();
    for row in &corpus.rows {
        let place = (text(&row["repo"]).to_owned(), text(&row["path"]).to_owned());
        let reading = &corpus.readings[&place];
        let [document] = reading.documents.as_slice() else { panic!("{place:?} has one document") };
        assert_eq!(row["accepted"], document.strict, "{place:?}: {:?}", document.problems);
        assert_eq!(reading.diagnostics, Vec::new(), "{place:?}");
        let declaration = document.declaration.as_ref().expect("the entity is declared");
        assert_eq!(declaration.declared_as.as_deref(), Some(&*declared_as(row)), "{place:?}");
        let lifecycle = row["lifecycle"].as_str().and_then(lifecycle_of);
        assert_eq!(declaration.lifecycle.as_ref().map(|of| &*of.value), lifecycle, "{place:?}");
        let owners: Vec<&str> = declaration.owners().map(|owner| owner.other.as_str()).collect();
        let expected: Vec<String> = row["owners"]
            .as_array()
            .expect("owners are a list")
            .iter()
            .map(|owner| text(owner).replace("team:", "group:default/"))
            .collect();
        assert_eq!(owners, expected, "{place:?}");
        for alias in row["aliases"].as_array().expect("aliases are a list") {
            let alias = format!("component:default/{}", text(alias).to_lowercase());
            let is_known = declaration.entity.as_str() == alias
                || declaration.aliases.iter().any(|known| known.value.as_str() == alias);
            assert!(is_known, "{place:?} goes by {alias}");
        }
        relations.extend(relations_of(declaration));
    }
    let expected: BTreeSet<(String, String)> = corpus
        .relations
        .iter()
        .filter(|row| matches!(text(&row["type"]), "dependsOn" | "partOf"))
        .map(|row| (text(&row["type"]).to_owned(), text(&row["target"]).to_owned()))
        .collect();
    assert_eq!(relations, expected);
}

/// The relations of a declaration with their targets as the reference names them.
fn relations_of(declaration: &Declaration) -> impl Iterator<Item = (String, String)> {
    let others = declaration.relations.iter().filter(|relation| relation.kind != RelationKind::OwnedBy);
    others.map(|relation| {
        let target =
            format!("{}:{}", relation.other.kind().replace("component", "service"), relation.other.name());
        (names(relation)[0].to_owned(), target)
    })
}
