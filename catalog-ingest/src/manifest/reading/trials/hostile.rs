//! Files that are made to be slow, large or misleading.

use std::fmt::Write;

use catalog_core::model::{FoundBy, ManifestFormat};

use super::read_as;

/// A fixed sequence that looks random, so that a test says the same every time.
pub(crate) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(1)
    }
}

impl Dice {
    /// The next number of the sequence, below another one.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }
}

/// Reads a good manifest with bytes taken out, doubled and replaced, and with its lines in disorder.
/// Whatever comes of it, it is no panic, and it is said where anything is broken.
pub(crate) fn check_damaged(format: ManifestFormat, path: &str, good: &str) {
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
    let mut dice = Dice::default();
    let mut next = |below: usize| dice.below(below);
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
pub(crate) fn with_list(head: &str, item: &str, count: usize) -> String {
    let mut text = head.to_owned();
    for number in 0..count {
        writeln!(text, "{}", item.replace('#', &number.to_string())).expect("a string takes everything");
    }
    text
}

/// Reads a text by its name alone and gives the codes of what is said of it, each once and in order.
pub(crate) fn codes_of(format: ManifestFormat, path: &str, text: &str) -> Vec<&'static str> {
    let reading = read_as(format, path, text.as_bytes(), FoundBy::Name);
    let mut codes: Vec<&str> = reading.diagnostics.iter().map(|of| of.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    if reading.foreign {
        codes.push("foreign");
    }
    codes
}
