//! The open corpus beside the checkout, and an independent reading of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use catalog_core::model::{FoundBy, ManifestFormat, RepositoryId};

use super::{Folder, read_with_defaults};
use crate::manifest::{ManifestFile, ManifestReading};

/// The folder of the corpus; says that the test is skipped where it is not there.
pub(crate) fn corpus() -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if corpus.join("expected-open.json").is_file() {
        return Some(corpus);
    }
    #[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
    {
        eprintln!("skipped: there is no corpus beside the checkout");
    }
    None
}

/// What the corpus and its independent reading say of one format.
pub(crate) struct CorpusOf {
    /// One row for each document.
    pub(crate) rows: Vec<serde_json::Value>,
    /// One row for each relation, seen from either end.
    pub(crate) relations: Vec<serde_json::Value>,
    /// What is read of each file that has a row, by repository and path.
    pub(crate) readings: BTreeMap<(String, String), ManifestReading>,
}

/// Reads every file of a format that the corpus has a row for.
pub(crate) fn corpus_of(format: ManifestFormat) -> Option<CorpusOf> {
    let corpus = corpus()?;
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let of_format = |name: &str| -> Vec<serde_json::Value> {
        let rows = expected[name].as_array().expect("the reference has a list here");
        rows.iter().filter(|row| row["format"] == format.name()).cloned().collect()
    };
    let rows = of_format("entities");
    let mut readings = BTreeMap::new();
    for row in &rows {
        let (id, path) = (text(&row["repo"]), text(&row["path"]));
        let bytes = fs::read(corpus.join("open").join(id.replace('/', "__")).join(path))
            .expect("every file of the reference is there");
        let repository = RepositoryId::new(id).expect("the reference names repositories");
        let file = ManifestFile { repository: &repository, path, bytes: &bytes, found_by: FoundBy::Name };
        let nowhere = Folder(PathBuf::from("no-such-folder"));
        let reading = read_with_defaults(format, &file, &nowhere);
        readings.insert((id.to_owned(), path.to_owned()), reading);
    }
    Some(CorpusOf { rows, relations: of_format("relations"), readings })
}

/// A text of the reference.
pub(crate) fn text(value: &serde_json::Value) -> &str {
    value.as_str().expect("the reference has a text here")
}
