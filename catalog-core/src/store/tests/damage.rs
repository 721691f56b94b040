//! A damaged file gives an error or the right answer, never a wrong one and never a panic.

use std::fs;

use super::*;

const PAGE_BYTES: usize = 4_096;

struct Damaged {
    place: Place,
    bytes: Vec<u8>,
    expected: Vec<RepositoryDeclarations>,
}

impl Damaged {
    fn new() -> Self {
        let mut expected: Vec<_> =
            (0..120).map(|number| samples::plain(&format!("r{number:03}"), number)).collect();
        expected.push(samples::rich("s/rich"));
        let place = Place::with(expected[..60].iter().cloned());
        place.apply(expected[60..].iter().cloned().map(read));
        let bytes = fs::read(place.store.path()).expect("the store is there");
        Self { place, bytes, expected }
    }

    /// Reads the store with these bytes; whether the damage was noticed.
    fn check(&self, bytes: &[u8], damage: &str) -> bool {
        fs::write(self.place.store.path(), bytes).expect("the store can be replaced");
        match everything(&self.place.store) {
            Ok((revision, all)) => {
                assert_eq!(revision, Revision(2), "{damage}");
                assert!(all == self.expected, "{damage}: other facts");
                false
            }
            Err(StoreError::Corrupt { .. } | StoreError::Foreign { .. }) => true,
            Err(StoreError::Newer { .. }) => panic!("{damage} looks like a newer format"),
            Err(StoreError::Io(_)) => true,
            Err(error) => panic!("{damage}: {error:?}"),
        }
    }

    /// The places of bytes in pages that are in use.
    fn used_pages(&self) -> Vec<usize> {
        let pages = self.bytes.chunks(PAGE_BYTES).enumerate();
        pages
            .filter(|(_, page)| page.iter().any(|byte| *byte != 0))
            .map(|(page, _)| page * PAGE_BYTES)
            .collect()
    }
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let damaged = Damaged::new();
    let length = damaged.bytes.len();
    let mut lengths: Vec<usize> = (1..40).collect();
    lengths.extend((0..length).step_by(PAGE_BYTES * 7 + 13).skip(1));
    lengths.extend([319, 320, 321, 4_095, 4_096, 4_097, length - PAGE_BYTES, length - 1]);
    for length in lengths {
        assert!(damaged.check(&damaged.bytes[..length], &format!("cut at {length}")), "cut at {length}");
    }
}

#[test]
fn a_flipped_bit_gives_no_wrong_answer() {
    let damaged = Damaged::new();
    let pages = damaged.used_pages();
    let mut noticed = 0;
    // A fixed sequence that looks random, so that the test says the same every time.
    let mut state = 7_usize;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let header = (0..320 * 8).step_by(3);
    let anywhere: Vec<_> =
        (0..500).map(|_| pages[random(pages.len())] * 8 + random(PAGE_BYTES * 8)).collect();
    for bit in header.chain(anywhere) {
        let mut bytes = damaged.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        noticed += usize::from(damaged.check(&bytes, &format!("bit {bit}")));
    }
    assert!(noticed > 0);
}

#[test]
fn writing_to_a_damaged_store_gives_no_wrong_answer() {
    let damaged = Damaged::new();
    let store = &damaged.place.store;
    let added = samples::plain("added", 1);
    let mut expected = damaged.expected.clone();
    expected.insert(0, added.clone());
    let change = CatalogChange { visits: vec![read(added)] };
    let (mut refused, mut written) = (0, 0);
    for page in damaged.used_pages() {
        for byte in (0..PAGE_BYTES).step_by(197) {
            let mut bytes = damaged.bytes.clone();
            bytes[page + byte] ^= 0x10;
            fs::write(store.path(), &bytes).expect("the store can be replaced");
            if store.apply(&change, NOW).is_err() {
                refused += 1;
                continue;
            }
            written += 1;
            if let Ok((revision, all)) = everything(store) {
                assert_eq!(revision, Revision(3), "byte {byte} of page at {page}");
                assert!(all == expected, "byte {byte} of page at {page}: other facts");
            }
        }
    }
    assert!(refused > 0 && written > 0);
}

#[test]
fn a_zeroed_page_gives_no_wrong_answer() {
    let damaged = Damaged::new();
    let mut noticed = 0;
    for page in damaged.used_pages() {
        let mut bytes = damaged.bytes.clone();
        bytes[page..page + PAGE_BYTES].fill(0);
        noticed += usize::from(damaged.check(&bytes, &format!("page at {page}")));
    }
    assert!(noticed > 0);
}
