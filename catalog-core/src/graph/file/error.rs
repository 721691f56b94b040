//! Why a graph file could not be read or written.

use std::io;

/// Why a graph file could not be read or written. Whoever asks knows its path.
#[derive(Debug, thiserror::Error)]
pub enum GraphFileError {
    /// It does not begin as graph files do.
    #[error("the file is no graph file")]
    Foreign,
    /// Only a part of it is there.
    #[error("the graph file is cut short: it has {found} bytes of {expected}")]
    Truncated {
        /// How many bytes there are.
        found: u64,
        /// How many there were.
        expected: u64,
    },
    /// Another version of this program wrote it.
    #[error("the graph file has format {found}, and this version knows format {known}")]
    OtherFormat {
        /// The format that it has.
        found: u32,
        /// The format that this version reads and writes.
        known: u32,
    },
    /// It does not hold what was written into it.
    #[error("the graph file is damaged: its part `{part}` does not fit its checksum")]
    Damaged {
        /// Which part.
        part: &'static str,
    },
    /// Its checksums are right, and its content makes no sense: no version of this program wrote that.
    #[error("the graph file makes no sense: its part `{part}` does not fit the others")]
    Senseless {
        /// Which part.
        part: &'static str,
    },
    /// The graph has more of something than the format has room for.
    #[error("the graph is too large for a graph file: there are more than 4 GiB of `{part}`")]
    TooLarge {
        /// Of what.
        part: &'static str,
    },
    /// Reading or writing it failed.
    #[error("the graph file could not be read or written")]
    Io(#[from] io::Error),
}
