//! Every case in `test_data/kubernetes`, as a person reads it.

use catalog_core::model::ManifestFormat;

use crate::manifest::reading::trials::check_cases;

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Kubernetes);
}
