//! A repository as GitHub, Gitea and Forgejo write it: in the fields that are read they are alike.

use serde::Deserialize;

use super::listed::{ListedRepository, filled};

#[derive(Deserialize)]
pub(super) struct RepositoryBody {
    id: u64,
    name: String,
    clone_url: Option<String>,
    default_branch: Option<String>,
    archived: Option<bool>,
    fork: Option<bool>,
}

impl From<RepositoryBody> for ListedRepository {
    fn from(body: RepositoryBody) -> Self {
        Self {
            number: body.id,
            clone_url: body.clone_url.unwrap_or_default(),
            default_branch: filled(body.default_branch),
            archived: body.archived.unwrap_or(false),
            fork: body.fork.unwrap_or(false),
            name: body.name,
        }
    }
}
