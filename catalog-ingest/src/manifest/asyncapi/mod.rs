//! AsyncAPI documents, `asyncapi.yaml`.
//!
//! Follows AsyncAPI 2 and 3. The application that a document describes is a `component` of type
//! `asyncapi-application`, named by `info.title`, local to its folder and declared as `asyncapi:<title>`. A
//! channel of a server is a `resource` of type `topic`, `<channel>` in a namespace that is the server's host: who
//! names the same channel of the same host speaks of the same topic. The port does not matter; hosts without a
//! dot, this machine's own, those with variables, and documents without servers are local to the folder.
//!
//! What was chosen, since the specification warns against deriving one side from the other: a receiver needs
//! the topic, and the topic needs its senders. So whoever receives is reached from whoever sends, through
//! the topic, and two senders of one topic do not reach each other. Both needs are soft: a document says
//! what *may* flow. In version 2 the names are seen from outside: what others `publish`, the application
//! receives, and what others `subscribe` to, it sends.
//!
//! The catalog's own additions are read from `info.x-catalog`. References are followed inside the document
//! only. Left out: messages, bindings, security, replies, and channels that no operation uses. A document is
//! strict where nothing that is read here breaks the specification.

mod application;
mod channel;
mod server;
#[cfg(test)]
mod tests;

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{evidence::read_evidence, name_of},
};
use crate::limits::ManifestLimits;

/// Whether a path has a name under which AsyncAPI documents are found.
pub fn has_manifest_name(path: &str) -> bool {
    matches!(name_of(path), "asyncapi.yaml" | "asyncapi.yml" | "asyncapi.json")
}

/// Reads a file as AsyncAPI documents.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    read_evidence(file, siblings, limits, |evidence, documents| {
        for document in documents {
            application::read_application(evidence, document.root());
        }
        evidence.take_for_foreign_if_silent();
    })
}
