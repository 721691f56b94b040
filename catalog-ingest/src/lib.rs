//! What repositories say.
//!
//! The rooms, in the order in which data goes through them:
//!
//! - [`port_mapping`]: what the words of Port's files mean;
//! - [`limits`]: every bound on what is read, by name;
//! - [`manifest`]: one folder to a format: a file's text becomes documents, declarations and path rules;
//! - [`repository`]: open, fetch and walk a commit's tree (the only room that knows git);
//! - [`plan`]: which repositories a crawl visits, and under which ids;
//! - [`assemble`]: one repository's manifests, old and new, become its `RepositoryDeclarations`;
//! - [`crawl`]: many repositories become one `CatalogChange` after another;
//! - [`progress`]: what happens meanwhile;
//! - [`host`]: organisations of hosts as sources of repositories, teams and members.
//! - [`lint`]: everything that is to be said about a working tree before it is pushed;
//! - [`change`]: one change of a repository: the paths that it touches, what is said before and after;
//! - [`propose`]: what a first manifest for a repository could say, with its evidence.

pub mod assemble;
pub mod change;
pub mod crawl;
pub mod host;
pub mod limits;
pub mod lint;
pub mod manifest;
pub mod plan;
pub mod port_mapping;
pub mod progress;
pub mod propose;
pub mod repository;
