//! CODEOWNERS files: who owns which paths of a repository, in the dialect of GitHub.
//!
//! A `line` is taken apart into a pattern and its owners; [`read()`] makes rules and diagnostics of
//! them. Which rule decides about a path is [`catalog_core::path_rules`].

mod line;
mod read;
mod remarks;
#[cfg(test)]
mod tests;

pub use read::read;

/// Where GitHub looks for a CODEOWNERS file, in its order: "About code owners" in its documentation.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
