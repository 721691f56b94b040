//! The beginning of a graph file: what it is, of which state, and how long each part is.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | [`MAGIC`] |
//! | 4 | the format |
//! | 4 | CRC-32 of these 20 bytes: up to here no format differs |
//! | 8 | the length of the file |
//! | 8 | the revision |
//! | 8, 8 | [`GraphOrigin::facts`], [`GraphOrigin::identity`] |
//! | 1, 63 | the length of [`GraphOrigin::state`], and it |
//! | 12 a part | its length and its CRC-32 |
//! | 4 | CRC-32 of everything before |

use super::{GraphFileError, GraphOrigin, parts};
use crate::model::Revision;

/// What every graph file begins with.
pub(super) const MAGIC: &[u8; 16] = b"catalog's graph\n";
/// The format that this version writes, and the only one that it reads: a graph file is a copy of what a store
/// says, which is made again in no time. Whatever changes in a part raises it.
pub(super) const FORMAT: u32 = 2;

const MARK_BYTES: usize = 24;
const STATE_BYTES: usize = 63;
/// How long the header is.
pub(super) const BYTES: usize = MARK_BYTES + 4 * 8 + 1 + STATE_BYTES + parts::COUNT * 12 + 4;

/// The beginning of a graph file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) revision: Revision,
    pub(super) origin: GraphOrigin,
    /// Length and checksum of each part.
    pub(super) parts: Vec<(u64, u32)>,
}

impl Header {
    /// How long the whole file is.
    pub(super) fn file_bytes(&self) -> u64 {
        self.parts.iter().fold(BYTES as u64, |sum, (bytes, _)| sum.saturating_add(*bytes))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        for number in [self.file_bytes(), self.revision.0, self.origin.facts, self.origin.identity] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let state = &self.origin.state[..self.origin.state.len().min(STATE_BYTES)];
        bytes.push(u8::try_from(state.len()).expect("it was just cut"));
        bytes.extend_from_slice(state);
        bytes.resize(bytes.len() + STATE_BYTES - state.len(), 0);
        for (length, checksum) in &self.parts {
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&checksum.to_le_bytes());
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads the beginning of a file of this length, of which `bytes` is as much as there is.
    pub(super) fn decode(bytes: &[u8], file_bytes: u64) -> Result<Self, GraphFileError> {
        if bytes.is_empty() || !bytes.starts_with(&MAGIC[..MAGIC.len().min(bytes.len())]) {
            return Err(GraphFileError::Foreign);
        }
        let cut_short = |expected: u64| GraphFileError::Truncated { found: file_bytes, expected };
        let damaged = GraphFileError::Damaged { part: "header" };
        let Some((mark, rest)) = bytes.split_at_checked(MARK_BYTES) else {
            return Err(cut_short(BYTES as u64));
        };
        let mut fields = Fields(&mark[MAGIC.len()..]);
        let (format, checksum) = (fields.u32(), fields.u32());
        if crc32fast::hash(&mark[..MARK_BYTES - 4]) != checksum {
            return Err(damaged);
        }
        if format != FORMAT {
            return Err(GraphFileError::OtherFormat { found: format, known: FORMAT });
        }
        if bytes.len() < BYTES {
            return Err(cut_short(BYTES as u64));
        }
        if crc32fast::hash(&bytes[..BYTES - 4]) != Fields(&bytes[BYTES - 4..]).u32() {
            return Err(damaged);
        }
        let mut fields = Fields(rest);
        let [expected, revision, facts, identity] = [(); 4].map(|()| fields.u64());
        let state = fields.take(1 + STATE_BYTES);
        let state = state[1..].get(..usize::from(state[0])).ok_or(damaged)?;
        let origin = GraphOrigin { state: state.into(), facts, identity };
        let parts = (0..parts::COUNT).map(|_| (fields.u64(), fields.u32())).collect();
        let header = Self { revision: Revision(revision), origin, parts };
        if header.file_bytes() != expected {
            return Err(GraphFileError::Senseless { part: "header" });
        }
        match file_bytes {
            found if found < expected => Err(cut_short(expected)),
            found if found > expected => Err(GraphFileError::Damaged { part: "end" }),
            _ => Ok(header),
        }
    }
}

/// Numbers one after the other, in bytes that are long enough.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn take(&mut self, count: usize) -> &'b [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn u32(&mut self) -> u32 {
        self.take(4).iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
    }

    fn u64(&mut self) -> u64 {
        self.take(8).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
