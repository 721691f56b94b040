//! The form that every record has on disk: a version, a checksum, a payload.
//!
//! redb does not check what it reads. The checksum covers the table and the key as well, so that a
//! record that turns up under another key is noticed, too.

use crc32fast::Hasher;

use super::StoreError;

/// The version of the payloads of this format.
const RECORD_VERSION: u8 = 1;
const CHECKSUM_END: usize = 5;

/// Puts a payload into its stored form.
pub(super) fn seal(table: &str, key: &str, payload: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(CHECKSUM_END + payload.len());
    record.push(RECORD_VERSION);
    record.extend_from_slice(&[0; CHECKSUM_END - 1]);
    record.extend_from_slice(payload);
    let checksum = checksum_of(table, key, &record);
    record[1..CHECKSUM_END].copy_from_slice(&checksum.to_le_bytes());
    record
}

/// Takes the payload out of a record, if it is what was stored under this key.
pub(super) fn unseal<'a>(table: &str, key: &str, record: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let damaged = |what: &str| {
        StoreError::corrupt(format!("record `{}` of table `{table}` {what}", key.escape_debug()))
    };
    if record.len() < CHECKSUM_END {
        return Err(damaged("is too short"));
    }
    if checksum(record) != checksum_of(table, key, record) {
        return Err(damaged("does not fit its checksum"));
    }
    if record[0] != RECORD_VERSION {
        return Err(damaged("has an unknown version"));
    }
    Ok(&record[CHECKSUM_END..])
}

/// The checksum that a record carries; 0 where it is too short for one.
pub(super) fn checksum(record: &[u8]) -> u32 {
    record.get(1..CHECKSUM_END).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn checksum_of(table: &str, key: &str, record: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    for part in [table.as_bytes(), &[0], key.as_bytes(), &[0], &record[..1], &record[CHECKSUM_END..]] {
        hasher.update(part);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let record = seal("t", "key", b"payload");
        assert_eq!(unseal("t", "key", &record).ok(), Some(b"payload".as_slice()));
        for bit in 0..record.len() * 8 {
            let mut damaged = record.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(unseal("t", "key", &damaged).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_record_is_only_good_at_its_own_place() {
        let record = seal("t", "key", b"payload");
        assert!(unseal("t", "kex", &record).is_err());
        assert!(unseal("u", "key", &record).is_err());
        assert!(unseal("t", "key", &record[..4]).is_err());
        assert!(unseal("t", "key", &[]).is_err());
    }
}
