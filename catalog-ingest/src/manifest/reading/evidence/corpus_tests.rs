//! The open corpus beside the checkout: what content tells of it, and that no file of it upsets a reader.
//!
//! It holds no evidence that an independent reading speaks of, so what is read is not compared.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use catalog_core::model::{FoundBy, ManifestFormat, Severity};

use crate::manifest::{
    format_by_content,
    reading::trials::{corpus, read_as},
};

/// Every file below a folder, sorted.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the corpus") {
            let path = entry.expect("an entry of the corpus").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn what_a_reference_finds_by_content_is_found() {
    let Some(corpus) = corpus() else { return };
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let rows = expected["entities"].as_array().expect("a list");
    let by_content: BTreeSet<(&str, &str)> = rows
        .iter()
        .filter(|row| row["via"] == "content")
        .filter_map(|row| Some((row["repo"].as_str()?, row["path"].as_str()?)))
        .collect();
    let missed: Vec<_> = by_content
        .into_iter()
        .filter(|(repository, path)| {
            let file = corpus.join("open").join(repository.replace('/', "__")).join(path);
            let bytes = fs::read(file).expect("every file of the reference is there");
            format_by_content(path, &bytes) != Some(ManifestFormat::Backstage)
        })
        .collect();
    assert_eq!(missed, []);
}

#[test]
fn no_file_upsets_a_reader() {
    let Some(corpus) = corpus() else { return };
    let formats = [
        ManifestFormat::Compose,
        ManifestFormat::Helm,
        ManifestFormat::Kubernetes,
        ManifestFormat::Asyncapi,
        ManifestFormat::Score,
        ManifestFormat::Oam,
    ];
    let is_text = |path: &PathBuf| {
        path.extension().is_some_and(|extension| {
            ["yaml", "yml", "json"].into_iter().any(|known| extension.eq_ignore_ascii_case(known))
        })
    };
    for path in files_below(&corpus.join("open")).into_iter().filter(is_text) {
        let bytes = fs::read(&path).expect("a file of the corpus");
        if bytes.len() > 1 << 18 {
            continue;
        }
        let path = path.strip_prefix(&corpus).unwrap_or(&path).to_string_lossy().into_owned();
        for format in formats {
            let reading = read_as(format, &path, &bytes, FoundBy::Content);
            for diagnostic in &reading.diagnostics {
                assert!(diagnostic.severity < Severity::Error, "{path}: {}", diagnostic.message);
            }
            // What content tells to be something else is nothing to the readers of evidence.
            let is_its_own = format_by_content(&path, &bytes) == Some(format);
            let is_found_by_content = matches!(
                format,
                ManifestFormat::Kubernetes
                    | ManifestFormat::Score
                    | ManifestFormat::Oam
                    | ManifestFormat::Asyncapi
            );
            if is_found_by_content && !is_its_own {
                assert!(reading.documents.is_empty(), "{path} is read as {}", format.name());
            }
        }
    }
}
