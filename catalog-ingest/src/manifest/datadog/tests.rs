//! Every case in `test_data/datadog`, as a person reads it, and the names of its files.

use catalog_core::model::ManifestFormat;

use super::has_manifest_name;
use crate::manifest::{format_by_path, reading::trials::check_cases};

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Datadog);
}

#[test]
fn files_are_found_by_their_whole_name() {
    for path in ["service.datadog.yaml", "a/b/entity.datadog.yml", "entity.datadog.json"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Datadog), "{path}");
    }
    for path in ["datadog.yaml", "my.service.datadog.yaml", "service.datadog.yaml/x", "service.datadog.toml"]
    {
        assert!(!has_manifest_name(path), "{path}");
    }
}
