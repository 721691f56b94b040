//! The trees of the corpus of public repositories, for the tests that hold readers against it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(crate) fn skip() {
    eprintln!("skipped: the corpus is not beside the checkout");
}

/// The regular files of the tree listing and of the folder, in byte order.
pub(crate) fn regular_files(folder: &Path, listing: &Path) -> BTreeSet<Vec<u8>> {
    let mut files = BTreeSet::new();
    let listing = fs::read(listing).unwrap_or_default();
    for line in listing.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let tab = line.iter().position(|byte| *byte == b'\t').expect("a mode, a tab and a path");
        if line.starts_with(b"100") {
            files.insert(line[tab + 1..].to_vec());
        }
    }
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder of the corpus") {
            let path = entry.expect("an entry of the corpus").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).expect("what is in the folder begins with it");
                files.insert(relative.as_os_str().as_encoded_bytes().to_vec());
            }
        }
    }
    files
}
