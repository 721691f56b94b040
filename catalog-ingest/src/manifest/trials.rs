//! Files that are made to be slow, large or misleading, for the tests of every format, and the open
//! corpus beside the checkout.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use catalog_core::model::{FoundBy, ManifestFormat, RepositoryId};

use super::{
    ManifestFile, ManifestReading,
    cases::{Folder, read_as, read_with_defaults},
};

/// Reads a good manifest with bytes taken out, doubled and replaced, and with its lines in disorder.
/// Whatever comes of it, it is no panic, and it is said where anything is broken.
pub(super) fn check_damaged(format: ManifestFormat, path: &str, good: &str) {
    let pieces: [&[u8]; 16] = [
        b" ",
        b"\n",
        b":",
        b"-",
        b"[",
        b"]",
        b"{",
        b"}",
        b"*a",
        b"&a",
        b"\"",
        b"'",
        b"\xFF",
        b"\xC3\xA9",
        b"\0",
        b"---\n",
    ];
    // A fixed sequence that looks random, so that the test says the same every time.
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below.max(1)
    };
    for _ in 0..500 {
        let mut bytes = good.as_bytes().to_vec();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => drop(bytes.drain(at..(at + next(40)).min(bytes.len()))),
                1 => drop(bytes.splice(at..at, pieces[next(pieces.len())].iter().copied())),
                2 => {
                    let piece = bytes[at..(at + next(80)).min(bytes.len())].to_vec();
                    let to = next(bytes.len());
                    drop(bytes.splice(to..to, piece));
                }
                _ => bytes.truncate(at.max(1)),
            }
        }
        let reading = read_as(format, path, &bytes, FoundBy::Name);
        let says_something = !reading.diagnostics.is_empty() || reading.foreign;
        assert!(says_something || !reading.broken, "{}", String::from_utf8_lossy(&bytes));
    }
}

/// Reads manifests that bring a list to its limit and beyond: `field` is given `count` items of the
/// text `item`, in which `#` is the item's number.
pub(super) fn with_list(head: &str, item: &str, count: usize) -> String {
    let mut text = head.to_owned();
    for number in 0..count {
        writeln!(text, "{}", item.replace('#', &number.to_string())).expect("a string takes everything");
    }
    text
}

/// Reads a text by its name alone and gives the codes of what is said of it, each once and in order.
pub(super) fn codes_of(format: ManifestFormat, path: &str, text: &str) -> Vec<&'static str> {
    let reading = read_as(format, path, text.as_bytes(), FoundBy::Name);
    let mut codes: Vec<&str> = reading.diagnostics.iter().map(|of| of.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    if reading.foreign {
        codes.push("foreign");
    }
    codes
}

/// The folder of the corpus; says that the test is skipped where it is not there.
pub(super) fn corpus() -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if corpus.join("expected-open.json").is_file() {
        return Some(corpus);
    }
    #[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
    {
        eprintln!("skipped: there is no corpus beside the checkout");
    }
    None
}

/// What the corpus and its independent reading say of one format.
pub(super) struct CorpusOf {
    /// One row for each document.
    pub(super) rows: Vec<serde_json::Value>,
    /// One row for each relation, seen from either end.
    pub(super) relations: Vec<serde_json::Value>,
    /// What is read of each file that has a row, by repository and path.
    pub(super) readings: BTreeMap<(String, String), ManifestReading>,
}

/// Reads every file of a format that the corpus has a row for.
pub(super) fn corpus_of(format: ManifestFormat) -> Option<CorpusOf> {
    let corpus = corpus()?;
    let expected = fs::read(corpus.join("expected-open.json")).expect("the reference is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("the reference is JSON");
    let of_format = |name: &str| -> Vec<serde_json::Value> {
        let rows = expected[name].as_array().expect("the reference has a list here");
        rows.iter().filter(|row| row["format"] == format.name()).cloned().collect()
    };
    let rows = of_format("entities");
    let mut readings = BTreeMap::new();
    for row in &rows {
        let (id, path) = (text(&row["repo"]), text(&row["path"]));
        let bytes = fs::read(corpus.join("open").join(id.replace('/', "__")).join(path))
            .expect("every file of the reference is there");
        let repository = RepositoryId::new(id).expect("the reference names repositories");
        let file = ManifestFile { repository: &repository, path, bytes: &bytes, found_by: FoundBy::Name };
        let nowhere = Folder(PathBuf::from("no-such-folder"));
        let reading = read_with_defaults(format, &file, &nowhere);
        readings.insert((id.to_owned(), path.to_owned()), reading);
    }
    Some(CorpusOf { rows, relations: of_format("relations"), readings })
}

/// A text of the reference.
pub(super) fn text(value: &serde_json::Value) -> &str {
    value.as_str().expect("the reference has a text here")
}
