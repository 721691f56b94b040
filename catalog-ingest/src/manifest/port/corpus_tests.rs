//! The Port files of the open corpus, held against an independent reading of them.
//!
//! The reference names an entity by blueprint and identifier, and gives each relation under its own name
//! with the identifier at its other end.

use std::collections::BTreeSet;

use catalog_core::model::{ManifestFormat, RelationKind};

use crate::manifest::reading::trials::{corpus_of, text};

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus_of(ManifestFormat::Port) else { return };
    assert!(!corpus.rows.is_empty(), "the reference has rows");
    let mut relations = BTreeSet::new();
    for row in &corpus.rows {
        let place = (text(&row["repo"]).to_owned(), text(&row["path"]).to_owned());
        let reading = &corpus.readings[&place];
        assert_eq!(reading.diagnostics, Vec::new(), "{place:?}");
        let document = reading.documents.iter().find(|document| row["doc"] == document.index);
        let document = document.expect("every document of the reference is read");
        assert_eq!(row["accepted"], document.strict, "{place:?}: {:?}", document.problems);
        let declaration = document.declaration.as_ref().expect("the entity is declared");
        assert_eq!(declaration.declared_as.as_deref(), row["ref"].as_str(), "{place:?}");
        assert_eq!(&*declaration.spelling.name, text(&row["name"]), "{place:?}");
        assert_eq!(declaration.owners().count(), row["owners"].as_array().map_or(0, Vec::len), "{place:?}");
        for relation in &declaration.relations {
            // The relation `domain` makes the entity a part of a domain.
            let name = match relation.kind {
                RelationKind::PartOf => relation.other.kind(),
                kind => kind.name(),
            };
            relations.insert((name.to_owned(), relation.other.name().to_owned()));
        }
    }
    let expected: BTreeSet<(String, String)> = corpus
        .relations
        .iter()
        .map(|row| (text(&row["type"]).to_owned(), text(&row["target"]).to_owned()))
        .collect();
    assert_eq!(relations, expected);
}
