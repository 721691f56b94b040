//! Ids that Backstage's clients want and that nobody has to store: made of names, the same for ever.

use std::fmt::Write as _;

use catalog_core::model::EntityRef;
use sha2::{Digest, Sha256};

/// The `metadata.uid` of an entity: a name-based UUID of its ref.
pub(super) fn entity_uid(entity: &EntityRef) -> String {
    uuid("entity", entity.as_str())
}

/// The id of a location.
pub(super) fn location_id(location_type: &str, target: &str) -> String {
    uuid("location", &format!("{location_type}:{target}"))
}

/// A UUID of version 8, of a SHA-256, as appendix B.2 of RFC 9562 makes them.
fn uuid(space: &str, name: &str) -> String {
    let digest = Sha256::new().chain_update(space).chain_update([0]).chain_update(name).finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A content's fingerprint, in forty digits.
pub(super) fn fingerprint(content: &[u8]) -> String {
    hex(&Sha256::digest(content)[..20])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use catalog_core::sketch;

    use super::*;

    #[test]
    fn the_uid_of_a_name_never_changes() {
        let uid = entity_uid(&sketch::entity_ref("component:web"));
        assert_eq!(uid, "b01f7ff6-0660-8ed2-928a-4c6125979c14");
    }
}
