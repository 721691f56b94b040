//! Bytes as an OWNERS file of Prow or Gerrit, with the aliases or the files that it includes.
#![no_main]

use catalog_core::model::ManifestFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    catalog_fuzz::read_manifest(ManifestFormat::Owners, "github.com/acme/shop", "src/api/OWNERS", input);
});
