//! Bytes of a YAML or JSON file of any name: which format it is, and what it says in that.
#![no_main]

use catalog_ingest::manifest::format_by_content;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    for path in ["deploy/some.yaml", "some.json"] {
        if let Some(format) = format_by_content(path, input) {
            catalog_fuzz::read_manifest(format, "acme/shop", path, input);
        }
    }
});
