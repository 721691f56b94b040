//! The audit log: every change that somebody asked for, and everything that was refused.
//!
//! An [`AuditLog`] writes one [`AuditEntry`] a line; each line carries the SHA-256 of the line before it, so
//! that [`verify_audit`] finds what was changed or taken out. What was taken off the end shows only against the
//! last hash that somebody kept elsewhere. No arguments of queries are written, since they could be secrets:
//! a query is told by its hash and its cost.

mod entry;
mod log;
mod verify;

pub use entry::{AuditEntry, AuditEvent, QueryTrace};
pub use log::{AuditError, AuditLog};
pub use verify::{AuditFinding, AuditVerdict, find_audit_line, verify_audit};

use sha2::{Digest, Sha256};

use super::token_text::hex;

/// The most bytes that a line has, its end included.
const LINE_BYTES_MAX: usize = 16 << 10;
/// What the first line carries in place of a hash.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of a line, without its end.
fn line_hash(line: &[u8]) -> String {
    hex(&Sha256::digest(line))
}
