//! Bytes as a manifest of the format `openslo`, with files beside it that it may include.
#![no_main]

use catalog_core::model::ManifestFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    catalog_fuzz::read_manifest(ManifestFormat::Openslo, "github.com/acme/shop", "slo.openslo.yaml", input);
});
