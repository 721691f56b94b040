//! The Cortex files of the open corpus, held against an independent reading of them.
//!
//! The reference names an entity by its tag in lower case, and owners by type and name as written
//! (`group:acme/team`, `email:ann@example.com`); here they are `group:default/…` and `user:default/…`.

use std::collections::BTreeSet;

use catalog_core::model::{Declaration, ManifestFormat};

use crate::manifest::reading::trials::{corpus_of, text};

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus_of(ManifestFormat::Cortex) else { return };
    assert!(!corpus.rows.is_empty(), "the reference has rows");
    assert!(corpus.relations.is_empty(), "no file of the corpus has a relation");
    for row in &corpus.rows {
        let place = (text(&row["repo"]).to_owned(), text(&row["path"]).to_owned());
        let reading = &corpus.readings[&place];
        let [document] = reading.documents.as_slice() else { panic!("{place:?} has one document") };
        assert_eq!(row["accepted"], document.strict, "{place:?}: {:?}", document.problems);
        assert_eq!(reading.diagnostics, Vec::new(), "{place:?}");
        let declaration = document.declaration.as_ref().expect("the entity is declared");
        let tag = declaration.declared_as.as_deref().map(str::to_lowercase);
        assert_eq!(tag.as_deref(), row["ref"].as_str(), "{place:?}");
        let title = declaration.title.as_ref().map_or(&*declaration.spelling.name, |title| &*title.value);
        assert_eq!(title, text(&row["name"]), "{place:?}");
        let owners: BTreeSet<String> = declaration.owners().map(|owner| owner.other.to_string()).collect();
        let expected: BTreeSet<String> = row["owners"]
            .as_array()
            .expect("owners are a list")
            .iter()
            .map(|owner| match text(owner).split_once(':') {
                Some(("email", address)) => format!("user:default/{}", address.to_lowercase()),
                Some(("group", name)) => format!("group:default/{}", name.to_lowercase()),
                _ => panic!("the reference has owners of two types"),
            })
            .collect();
        assert_eq!(owners, expected, "{place:?}");
        let others = |declaration: &Declaration| declaration.relations.len() - declaration.owners().count();
        assert_eq!(others(declaration), 0, "{place:?} has no further relations");
    }
}
