//! Every case in `test_data/openslo`, as a person reads it, and the ways to find documents.

use catalog_core::model::{FoundBy, ManifestFormat};

use super::is_api_version;
use crate::manifest::{
    format_by_path,
    reading::trials::{check_cases, read_as},
};

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Openslo);
}

#[test]
fn files_are_found_by_names_that_say_so() {
    for path in ["openslo.yaml", "slos/checkout.openslo.yml"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Openslo), "{path}");
    }
    for path in ["slo.yaml", "openslo/checkout.yaml", "openslo.json", "myopenslo.yaml"] {
        assert_eq!(format_by_path(path), None, "{path}");
    }
}

#[test]
fn versions_have_a_prefix() {
    for text in ["openslo/v1", "openslo/v1alpha", "openslo.com/v2alpha"] {
        assert!(is_api_version(text), "{text}");
    }
    for text in ["v1", "openslo/", "openslo/1", "openslo/v1/x", "OpenSLO/v1", "other/openslo/v1"] {
        assert!(!is_api_version(text), "{text}");
    }
}

#[test]
fn documents_of_other_formats_are_passed_over_where_the_content_was_looked_at() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\napiVersion: openslo/v1\nkind: Service\nmetadata: { name: b }\n";
    let read = |found_by| read_as(ManifestFormat::Openslo, "all.yaml", text.as_bytes(), found_by);
    let reading = read(FoundBy::Content);
    assert!(reading.diagnostics.is_empty() && !reading.broken, "{:?}", reading.diagnostics);
    let verdicts: Vec<_> = reading.documents.iter().map(|it| (it.strict, it.declaration.is_some())).collect();
    assert_eq!(verdicts, [(false, false), (true, true)]);
    assert_eq!(read(FoundBy::Name).diagnostics.len(), 1);
}
