//! What changed last: the commit, by whom and when.

use catalog_core::query::LastChange;
use schemars::JsonSchema;
use serde::Serialize;

use super::place::{ref_of, short};
use crate::clock::rfc3339;

/// The last change of an entity, or of its repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastChangeReport {
    /// The repository's id.
    pub repository: String,
    /// The path below which it was changed; empty for the root.
    pub path: String,
    /// Whether the commit changed what the entity is made of; where not, it is the last one of the whole
    /// repository, and none of those that were looked at changed the entity.
    pub own: bool,
    /// The commit, as forty hexadecimal digits.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// The author's name; empty where the commit names nobody.
    pub name: String,
    /// The author's e-mail address, as written.
    pub email: String,
    /// Who that is, where a manifest declares them.
    pub person: Option<String>,
    /// When it was made, as RFC 3339 in UTC.
    pub at: String,
    /// Since when commits were looked at, as RFC 3339 in UTC.
    pub since: String,
    /// `whole`, `cut`, `shallow` or `unreadable`: why not further back.
    pub extent: &'static str,
}

impl From<&LastChange<'_>> for LastChangeReport {
    fn from(change: &LastChange<'_>) -> Self {
        Self {
            repository: change.repository.id().to_string(),
            path: change.path.to_owned(),
            own: change.is_own,
            commit: change.commit.id.to_string(),
            subject: change.commit.subject.to_string(),
            name: change.commit.name.to_string(),
            email: change.commit.email.to_string(),
            person: change.person.map(|(person, _)| ref_of(person)),
            at: rfc3339(change.commit.at),
            since: rfc3339(change.since),
            extent: change.extent.name(),
        }
    }
}

impl LastChangeReport {
    /// The change in one line.
    pub(super) fn sentence(&self) -> String {
        let who = self.person.as_deref().map_or_else(|| self.name.clone(), short);
        let day = self.at.split('T').next().unwrap_or(&self.at);
        let elsewhere = if self.own { "" } else { ", elsewhere in its repository" };
        let commit = &self.commit[..12.min(self.commit.len())];
        format!("{day} by {who}: {} @ {commit}{elsewhere}", self.subject)
    }
}
