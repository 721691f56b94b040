//! What the targets of the fuzzer share: how a parser is called, and what must hold of whatever it says.
//!
//! [`read_manifest`] reads bytes as one format and holds the reading against its promises; `lines` says
//! which places a text has, `limits` are small so that short inputs reach them, `siblings` are the files
//! beside a manifest.

mod limits;
mod lines;
mod reading;
mod siblings;

pub use limits::small_limits;
pub use lines::Lines;
pub use reading::{check_path_rules, read_manifest};
pub use siblings::split_files;

/// A login as it stands in URLs; no reading may show it, since it may be a secret.
pub const LOGIN: &str = "://ada:hunter2@";
