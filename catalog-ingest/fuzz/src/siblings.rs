//! The files beside a manifest, out of one input.

use catalog_core::model::ContentId;
use catalog_ingest::manifest::Siblings;

/// What stands between two files of an input.
const FILE_MARK: &[u8] = b"\n=file=\n";

/// The files of an input: the manifest itself, then those that it may include.
pub fn split_files(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut files = Vec::new();
    while let Some(at) = bytes.windows(FILE_MARK.len()).position(|window| window == FILE_MARK) {
        files.push(&bytes[..at]);
        bytes = &bytes[at + FILE_MARK.len()..];
    }
    files.push(bytes);
    files
}

/// The same files for whatever path is asked for, one by one; without any, there is nothing beside it.
pub(crate) struct Beside<'a>(pub(crate) &'a [&'a [u8]]);

impl Siblings for Beside<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        assert!(!path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?}");
        let number = path.bytes().map(usize::from).sum::<usize>() % self.0.len().max(1);
        let file = self.0.get(number)?;
        let mut id = [0; 20];
        id[0] = u8::try_from(number % 256).expect("a rest of 256 is a byte");
        Some((ContentId(id), file.to_vec()))
    }
}
