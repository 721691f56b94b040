//! What changed last: the commit, by whom and when.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{graph::CatalogGraph, model::HistoryExtent, query::LastChange};

use super::entity::EntityObject;
use crate::clock::rfc3339;

/// The last change of an entity, or of its repository.
#[derive(Clone, SimpleObject)]
#[graphql(name = "LastChange")]
pub(crate) struct LastChangeObject {
    /// The repository's id.
    repository: String,
    /// The path below which it was changed; empty for the root.
    path: String,
    /// Whether the commit changed what the entity is made of; where not, it is the last one of the whole
    /// repository, and none of those that were looked at changed the entity.
    own: bool,
    /// The commit, as forty hexadecimal digits.
    commit: String,
    /// The first line of its message.
    subject: String,
    /// The author's name; empty where the commit names nobody.
    name: String,
    /// The author's e-mail address, as written.
    email: String,
    /// Who that is, where a manifest declares them.
    person: Option<EntityObject>,
    /// When it was made, as an RFC 3339 timestamp in UTC.
    at: String,
    /// Since when commits were looked at, as an RFC 3339 timestamp in UTC.
    since: String,
    /// Why not further back.
    extent: HistoryExtentValue,
}

/// How far back the commits of a repository are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "HistoryExtent", remote = "HistoryExtent")]
pub(crate) enum HistoryExtentValue {
    /// All of the window.
    Whole,
    /// A limit ended it.
    Cut,
    /// The repository itself holds no more.
    Shallow,
    /// A commit could not be read.
    Unreadable,
}

impl LastChangeObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, change: &LastChange<'_>) -> Self {
        Self {
            repository: change.repository.id().to_string(),
            path: change.path.to_owned(),
            own: change.is_own,
            commit: change.commit.id.to_string(),
            subject: change.commit.subject.to_string(),
            name: change.commit.name.to_string(),
            email: change.commit.email.to_string(),
            person: change.person.map(|(person, _)| EntityObject::new(graph, person)),
            at: rfc3339(change.commit.at),
            since: rfc3339(change.since),
            extent: change.extent.into(),
        }
    }
}
