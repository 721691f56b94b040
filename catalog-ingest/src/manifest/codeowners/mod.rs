//! CODEOWNERS files: who owns which paths of a repository, in the dialect of the host it lies on.
//!
//! `place` says where hosts look and which host a repository lies on, `dialect` which dialect a file is
//! in; [`read()`] makes rules and diagnostics of its lines, through `github`, `gitlab` or `gitea`. Which rules
//! decide about a path is [`catalog_core::path_rules`].

mod dialect;
#[cfg(test)]
mod dialect_tests;
mod gitea;
mod github;
mod gitlab;
mod line;
mod place;
mod read;
mod reader;
mod remarks;
#[cfg(test)]
mod tests;

pub use place::{dialect_of_host, has_codeowners_name, places, remark_on_place};
pub use read::read;
