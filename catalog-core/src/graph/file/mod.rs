//! A graph as one file, to be copied to where it is needed when everything else is down.
//!
//! The file begins with a [`header`] that says of which revision it is, of what it was made, and how
//! long each of its [`parts`] is, with a checksum of each. Most parts are plain arrays of little-endian
//! numbers, which are read as they lie; what is rarely asked for (descriptions, rules of ownership files,
//! diagnostics) stays in its stored form until somebody asks. A graph that was changed is written without
//! what its changes have left behind.
//!
//! In this folder: [`mod@write`] and [`numbers`] make the parts, [`contents`] and [`read`] take them, [`forms`] are
//! the forms of what is no array, [`place`] puts a file in its place.
//!
//! What of a file is believed: a length only as far as the file goes, a number only where it leads to
//! something, a text only where it is one. Bytes that are read later and make no sense, which takes somebody
//! who computes checksums over nonsense, come to nothing said.

mod contents;
mod error;
mod forms;
mod header;
mod numbers;
mod parts;
mod place;
mod read;
mod write;

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    path::Path,
};

pub use error::GraphFileError;

use super::CatalogGraph;
use crate::model::Revision;
use header::Header;

/// Of what a graph was made, in the words of whoever made it. Nothing here looks at them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphOrigin {
    /// The exact state, in at most 63 bytes.
    pub state: Box<[u8]>,
    /// What was said, whenever it was seen.
    pub facts: u64,
    /// What names were held to mean.
    pub identity: u64,
}

/// A graph file that is open; of what is in it, only the header is read yet.
///
/// Another file may be put in its place meanwhile: what is open stays what it is.
#[derive(Debug)]
pub struct GraphFile {
    file: File,
    header: Header,
}

impl GraphFile {
    /// The format that this version writes, and the only one that it reads.
    pub const FORMAT: u32 = header::FORMAT;

    /// Whether there is a file at a path that begins as graph files do, of whatever format.
    pub fn is_at(path: &Path) -> bool {
        let mut beginning = Vec::with_capacity(header::MAGIC.len());
        let read = File::open(path)
            .and_then(|file| file.take(header::MAGIC.len() as u64).read_to_end(&mut beginning));
        read.is_ok() && beginning == header::MAGIC
    }

    /// Opens a graph file and reads its header.
    ///
    /// # Errors
    ///
    /// It is no graph file, of another format, cut short or damaged as far as the header tells.
    pub fn open(path: &Path) -> Result<Self, GraphFileError> {
        Self::of(File::open(path)?)
    }

    /// A file that is open at its beginning.
    pub(super) fn of(file: File) -> Result<Self, GraphFileError> {
        let file_bytes = file.metadata()?.len();
        let mut beginning = Vec::with_capacity(header::BYTES);
        (&file).take(header::BYTES as u64).read_to_end(&mut beginning)?;
        let header = Header::decode(&beginning, file_bytes)?;
        Ok(Self { file, header })
    }

    /// The revision of its graph.
    pub fn revision(&self) -> Revision {
        self.header.revision
    }

    /// Of what its graph was made.
    pub fn origin(&self) -> &GraphOrigin {
        &self.header.origin
    }

    /// How long it is, in bytes.
    pub fn bytes(&self) -> u64 {
        self.header.file_bytes()
    }

    /// A word that tells this content from any other: the revision, the length, and the checksum of the header,
    /// which holds those of all parts. Graphs of one revision can differ in when repositories were seen.
    pub fn tag(&self) -> String {
        let header = self.header.encode();
        let checksum = crc32fast::hash(&header[..header::BYTES - 4]);
        format!("{}-{}-{checksum:08x}", self.revision(), self.bytes())
    }

    /// The open file itself, for those who send it on as it is.
    pub fn as_file(&self) -> &File {
        &self.file
    }

    /// Reads the graph. O(entities + relations), on two threads.
    ///
    /// # Errors
    ///
    /// A part is damaged, or does not fit the others.
    pub fn read(&self) -> Result<CatalogGraph, GraphFileError> {
        read::read(&self.file, &self.header)
    }

    /// Writes a graph into a file that is open, empty and nobody else's, and does not wait until it is durable.
    ///
    /// # Errors
    ///
    /// There is no space, or more of something than the format has room for.
    pub fn write_into(
        mut file: File,
        graph: &CatalogGraph,
        origin: &GraphOrigin,
    ) -> Result<Self, GraphFileError> {
        write::write(graph, origin, &file)?;
        file.rewind()?;
        Self::of(file)
    }

    /// A graph in a file without a name.
    #[cfg(test)]
    pub(super) fn unnamed(graph: &CatalogGraph, origin: &GraphOrigin) -> Result<Self, GraphFileError> {
        Self::write_into(tempfile::tempfile()?, graph, origin)
    }

    /// Writes a graph to a path, in place of what is there, and gives the number of bytes.
    ///
    /// Whoever opens the path meanwhile, or after a failure, sees what was there before; several may write
    /// to one path at the same time.
    ///
    /// # Errors
    ///
    /// There is no space, no permission, or more of something than the format has room for.
    pub fn write(path: &Path, graph: &CatalogGraph, origin: &GraphOrigin) -> Result<u64, GraphFileError> {
        place::replace(path, |file| write::write(graph, origin, file))
    }
}
