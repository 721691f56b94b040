//! Every case in `test_data/backstage`, as a person reads it.

use catalog_core::model::{FoundBy, ManifestFormat};

use crate::manifest::{
    ManifestReading,
    reading::trials::{check_cases, read_as},
};

pub(super) use crate::manifest::reading::trials::{names, rendered};

pub(super) fn read(path: &str, bytes: &[u8], found_by: FoundBy) -> ManifestReading {
    read_as(ManifestFormat::Backstage, path, bytes, found_by)
}

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Backstage);
}
