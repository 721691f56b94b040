//! Bytes as a CODEOWNERS file. The first byte chooses the place and the host, and so the dialect.
#![no_main]

use catalog_core::model::ManifestFormat;
use libfuzzer_sys::fuzz_target;

const PLACES: [(&str, &str); 6] = [
    ("github.com/acme/shop", ".github/CODEOWNERS"),
    ("gitlab.com/acme/shop", "CODEOWNERS"),
    ("codeberg.org/acme/shop", ".forgejo/CODEOWNERS"),
    ("bitbucket.org/acme/shop", ".bitbucket/CODEOWNERS"),
    ("acme/shop", "CODEOWNERS"),
    ("github.com/acme/shop", "src/CODEOWNERS"),
];

fuzz_target!(|input: &[u8]| {
    let Some((place, text)) = input.split_first() else { return };
    let (repository, path) = PLACES[usize::from(*place) % PLACES.len()];
    catalog_fuzz::read_manifest(ManifestFormat::Codeowners, repository, path, text);
});
