//! What a file is, as far as a glance at its content tells it.

use catalog_core::model::ManifestFormat;

/// The format of a file by its content; `None` where it is none that is found in this way.
pub fn format_by_content(_path: &str, bytes: &[u8]) -> Option<ManifestFormat> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let declares = lines.any(|line| {
        line.strip_prefix(b"apiVersion:").is_some_and(|version| {
            version.windows(b"backstage.io/".len()).any(|window| window == b"backstage.io/")
        })
    });
    declares.then_some(ManifestFormat::Backstage)
}
