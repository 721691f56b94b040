//! Bytes as a manifest of the format `oam`, with files beside it that it may include.
#![no_main]

use catalog_core::model::ManifestFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    catalog_fuzz::read_manifest(ManifestFormat::Oam, "github.com/acme/shop", "deploy/app.yaml", input);
});
