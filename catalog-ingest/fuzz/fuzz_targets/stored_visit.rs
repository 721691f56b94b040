//! Bytes as a visit that another process hands over, as they are and with a checksum that fits.
#![no_main]

use catalog_core::store::{decode_visit, encode_visit};
use libfuzzer_sys::fuzz_target;

/// The version of a record, with which every one begins.
const VERSION: u8 = 1;

/// The bytes with a checksum before them, so that they are read and not refused at once.
fn sealed(payload: &[u8]) -> Vec<u8> {
    let mut hasher = crc32fast::Hasher::new();
    for part in [&b"visit\0\0"[..], &[VERSION], payload] {
        hasher.update(part);
    }
    [&[VERSION], &hasher.finalize().to_le_bytes()[..], payload].concat()
}

fuzz_target!(|input: &[u8]| {
    let _is_refused = decode_visit(input);
    if let Ok(visit) = decode_visit(&sealed(input)) {
        let again = decode_visit(&encode_visit(&visit)).expect("what was read can be written");
        assert_eq!(again, visit);
    }
});
