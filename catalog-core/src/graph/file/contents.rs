//! The parts of an open graph file, each checked against its checksum while it is read.

use std::{fs::File, io};

use super::{
    GraphFileError,
    header::{self, Header},
    parts::{self, Part},
};
use crate::{
    graph::{
        kept::{Kept, Shelf},
        patched::PatchedRows,
    },
    needs::{are_below, are_starts},
    record::decode,
};

/// How much is read at a time: what is checked and decoded next is then still in the processor's cache.
const PIECE_BYTES: usize = 192 << 10;

/// An open graph file. Several threads may read from it.
pub(super) struct Contents<'f> {
    file: &'f File,
    header: &'f Header,
    starts: Vec<u64>,
}

impl<'f> Contents<'f> {
    pub(super) fn new(file: &'f File, header: &'f Header) -> Self {
        let mut start = header::BYTES as u64;
        let starts = header.parts.iter().map(|(bytes, _)| {
            let here = start;
            start += bytes;
            here
        });
        Self { file, header, starts: starts.collect() }
    }

    /// How many items of so many bytes a part has.
    pub(super) fn len(&self, part: Part, item_bytes: usize) -> usize {
        let bytes = self.header.parts[part.number()].0;
        // A length is that of a file that is there, and what does not fit into memory is told by reading it.
        usize::try_from(bytes).unwrap_or(usize::MAX) / item_bytes
    }

    /// A part as it is.
    pub(super) fn bytes(&self, part: Part) -> Result<Vec<u8>, GraphFileError> {
        let mut bytes = Vec::new();
        self.pieces(part.number(), 1, &mut |piece, all| {
            if bytes.is_empty() {
                bytes.reserve_exact(all);
            }
            bytes.extend_from_slice(piece);
        })?;
        Ok(bytes)
    }

    /// The items of a part, each of `N` bytes.
    pub(super) fn items<const N: usize, T>(
        &self,
        part: Part,
        item: impl FnMut(&[u8; N]) -> T,
    ) -> Result<Vec<T>, GraphFileError> {
        self.items_of(part.number(), item)
    }

    /// The numbers of a part.
    pub(super) fn numbers(&self, part: Part) -> Result<Vec<u32>, GraphFileError> {
        self.items(part, |bytes| u32::from_le_bytes(*bytes))
    }

    /// One of the arrays of needs.
    pub(super) fn needs_array(&self, array: usize) -> Result<Vec<u32>, GraphFileError> {
        self.items_of(Part::Needs.number() + array, |bytes| u32::from_le_bytes(*bytes))
    }

    /// Rows of numbers below an end, so many.
    pub(super) fn rows(
        &self,
        (starts, items): (Part, Part),
        count: usize,
        end: usize,
    ) -> Result<PatchedRows, GraphFileError> {
        let (starts, of_starts) = (self.numbers(starts)?, starts);
        let items = self.numbers(items)?;
        check(of_starts, are_starts(&starts, count, items.len()) && are_below(&items, end))?;
        Ok(PatchedRows::new(starts, items))
    }

    /// Texts with where each ends, all of them valid.
    pub(super) fn texts(&self, texts: Part, ends: Part) -> Result<Texts, GraphFileError> {
        let text = String::from_utf8(self.bytes(texts)?);
        let text = text.map_err(|_| GraphFileError::Senseless { part: texts.name() })?;
        let ends = self.numbers(ends)?;
        let is_whole = ends.last().copied().unwrap_or(0) as usize == text.len();
        let mut start = 0;
        let are_texts = ends.iter().all(|end| {
            let end = *end as usize;
            let is_text = start <= end && text.is_char_boundary(end);
            start = end;
            is_text
        });
        check(texts, is_whole && are_texts)?;
        Ok(Texts { text, ends })
    }

    /// Things that are read when they are asked for, so many.
    pub(super) fn shelf<T>(
        &self,
        (things, ends): (Part, Part),
        count: usize,
        per_run: usize,
        read: impl Fn(&[u8]) -> Option<T> + Send + Sync + 'static,
    ) -> Result<std::sync::Arc<Shelf<T>>, GraphFileError> {
        let all_ends = self.items(ends, |bytes| u64::from_le_bytes(*bytes))?;
        let shelf = Shelf::new(self.bytes(things)?, all_ends, per_run, read);
        shelf.filter(|shelf| shelf.len() == count).ok_or(GraphFileError::Senseless { part: things.name() })
    }

    /// A thing that is read when it is asked for.
    pub(super) fn kept<T: Default + 'static>(
        &self,
        part: Part,
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<Kept<T>, GraphFileError> {
        Ok(Kept::alone(self.bytes(part)?, read))
    }

    fn items_of<const N: usize, T>(
        &self,
        part: usize,
        mut item: impl FnMut(&[u8; N]) -> T,
    ) -> Result<Vec<T>, GraphFileError> {
        let mut items = Vec::new();
        self.pieces(part, N, &mut |piece, all| {
            if items.is_empty() {
                items.reserve_exact(all / N);
            }
            items.extend(piece.as_chunks::<N>().0.iter().map(&mut item));
        })?;
        Ok(items)
    }

    /// Reads a part in pieces of whole items and tells how long all of it is.
    fn pieces(
        &self,
        part: usize,
        item_bytes: usize,
        take: &mut dyn FnMut(&[u8], usize),
    ) -> Result<(), GraphFileError> {
        let (bytes, checksum) = self.header.parts[part];
        let bytes =
            usize::try_from(bytes).map_err(|_| GraphFileError::TooLarge { part: parts::name(part) })?;
        if bytes % item_bytes != 0 {
            return Err(GraphFileError::Senseless { part: parts::name(part) });
        }
        let mut buffer = vec![0; (PIECE_BYTES / item_bytes * item_bytes).min(bytes)];
        let mut hasher = crc32fast::Hasher::new();
        let mut done = 0;
        while done < bytes {
            let piece_bytes = buffer.len().min(bytes - done);
            let piece = &mut buffer[..piece_bytes];
            read_at(self.file, piece, self.starts[part] + done as u64)?;
            hasher.update(piece);
            take(piece, bytes);
            done += piece_bytes;
        }
        if hasher.finalize() == checksum {
            Ok(())
        } else {
            Err(GraphFileError::Damaged { part: parts::name(part) })
        }
    }
}

/// Texts, one after the other.
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = &self.text[start..*end as usize];
            start = *end as usize;
            text
        })
    }
}

/// What was decoded of a part that is not an array.
pub(super) fn decoded<'b, T: serde::Deserialize<'b>>(
    part: Part,
    bytes: &'b [u8],
) -> Result<T, GraphFileError> {
    decode(bytes).map_err(|_| GraphFileError::Senseless { part: part.name() })
}

/// Something of a part that must be so.
pub(super) fn check(part: Part, is_so: bool) -> Result<(), GraphFileError> {
    if is_so { Ok(()) } else { Err(GraphFileError::Senseless { part: part.name() }) }
}

/// Reads without moving the position, which threads share.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::{
        io::{Read as _, Seek as _, SeekFrom},
        sync::{Mutex, PoisonError},
    };
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}
