//! Real components, and an independent reading of them.
//!
//! The corpus lies beside the checkout; where it does not, these tests say so and pass.

use std::fs;

use catalog_core::model::{Declaration, FoundBy, ManifestFormat};
use serde_json::Value;

use crate::manifest::reading::trials::{corpus, read_as};

#[test]
fn the_open_corpus_reads_as_its_reference_says() {
    let Some(corpus) = corpus() else { return };
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let rows = expected["entities"].as_array().expect("the reference has a list here");
    let mut count = 0;
    for row in rows.iter().filter(|row| row["format"] == "compass") {
        let text = |name: &str| row[name].as_str().expect("the reference has a text here");
        let folder = text("repo").replace('/', "__");
        let bytes = fs::read(corpus.join("open").join(folder).join(text("path"))).expect("the file is there");
        let reading = read_as(ManifestFormat::Compass, text("path"), &bytes, FoundBy::Name);
        let [document] = &*reading.documents else { panic!("{row}: one component a file") };
        assert_eq!(row["accepted"], document.strict, "{row}: {:?}", document.problems);
        let declaration = document.declaration.as_ref().expect("every component is read");
        // The reference names a component by its identifier, and knows none without it; here it has its
        // name, and the identifier is an alias.
        assert_eq!(&*declaration.spelling.name, text("name"), "{row}");
        assert_eq!(declaration.declared_as.as_deref(), row["ref"].as_str(), "{row}");
        let aliases: Vec<&str> = declaration.aliases.iter().map(|alias| alias.value.name()).collect();
        assert_eq!(aliases, row["ref"].as_str().into_iter().collect::<Vec<_>>(), "{row}");
        let owners: Vec<Value> = Declaration::owners(declaration).map(|it| it.other.name().into()).collect();
        assert_eq!(row["owners"], Value::from(owners), "{row}");
        count += 1;
    }
    assert!(count > 0, "the corpus has components");
    let bytes = fs::read(corpus.join("open/_ugly/06-compass-quote/compass.yml")).expect("the file is there");
    let reading = read_as(ManifestFormat::Compass, "compass.yml", &bytes, FoundBy::Name);
    assert!(reading.broken && reading.documents.is_empty() && !reading.foreign);
    assert_eq!(reading.diagnostics.len(), 1, "{:?}", reading.diagnostics);
}
