//! The REST interfaces of the hosts, as far as comments on merge requests go.
//!
//! GitHub: "REST API endpoints for issue comments", a pull request being an issue, too. GitLab: "Notes
//! API". Gitea and Forgejo: the issue endpoints of their interface, version 1.

use serde::Deserialize;

use super::{
    super::{
        HostKind,
        client::{HostClient, Write, Written, parsed},
        encoded::encoded,
        error::HostError,
        paging::{ItemsMax, Paging},
    },
    CommentTarget,
};

/// A comment as a host has it.
#[derive(Clone, Debug)]
pub(super) struct KnownComment {
    pub(super) id: u64,
    pub(super) body: String,
    pub(super) author: String,
    /// Whether the account is that of a program, as far as the host says so.
    pub(super) by_bot: bool,
    /// Its page.
    pub(super) url: Option<String>,
}

#[derive(Deserialize)]
struct CommentBody {
    id: u64,
    body: Option<String>,
    /// GitHub, Gitea.
    user: Option<AccountBody>,
    /// GitLab.
    author: Option<AccountBody>,
    html_url: Option<String>,
    /// GitLab: what the host itself notes.
    #[serde(default)]
    system: bool,
}

#[derive(Deserialize)]
struct AccountBody {
    #[serde(alias = "username")]
    login: Option<String>,
    #[serde(rename = "type")]
    account_type: Option<String>,
}

#[derive(Deserialize)]
struct RequestBody {
    /// GitHub, Gitea.
    head: Option<HeadBody>,
    /// GitLab.
    sha: Option<String>,
}

#[derive(Deserialize)]
struct HeadBody {
    sha: Option<String>,
}

impl CommentTarget {
    fn repository_path(&self) -> String {
        match self.kind {
            HostKind::Gitlab => format!("/projects/{}", encoded(&self.repository)),
            HostKind::Github | HostKind::Gitea => {
                let parts: Vec<String> = self.repository.split('/').map(encoded).collect();
                format!("/repos/{}", parts.join("/"))
            }
        }
    }

    fn comments_path(&self) -> String {
        let (repository, number) = (self.repository_path(), self.number);
        match self.kind {
            HostKind::Gitlab => format!("{repository}/merge_requests/{number}/notes"),
            HostKind::Github | HostKind::Gitea => format!("{repository}/issues/{number}/comments"),
        }
    }

    fn comment_path(&self, id: u64) -> String {
        match self.kind {
            HostKind::Gitlab => format!("{}/{id}", self.comments_path()),
            HostKind::Github | HostKind::Gitea => {
                format!("{}/issues/comments/{id}", self.repository_path())
            }
        }
    }

    fn known(&self, body: CommentBody) -> Option<KnownComment> {
        if body.system {
            return None;
        }
        let account = body.user.or(body.author);
        let url = match self.kind {
            HostKind::Gitlab => Some(format!("{}#note_{}", self.address(), body.id)),
            HostKind::Github | HostKind::Gitea => body.html_url,
        };
        Some(KnownComment {
            id: body.id,
            body: body.body.unwrap_or_default(),
            by_bot: account.as_ref().is_some_and(|of| of.account_type.as_deref() == Some("Bot")),
            author: account.and_then(|of| of.login).unwrap_or_default(),
            url,
        })
    }

    /// The account that the token is of; `None` where the host does not tell, as GitHub does not to the
    /// token of a workflow.
    pub(super) fn account(&self, client: &mut HostClient<'_>) -> Result<Option<String>, HostError> {
        match client.one::<AccountBody>("/user") {
            Ok(account) => Ok(account.login.filter(|login| !login.is_empty())),
            Err(HostError::Forbidden { .. } | HostError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The commit at the head of the merge request, as the host has it now.
    pub(super) fn head(&self, client: &mut HostClient<'_>) -> Result<Option<String>, HostError> {
        let (repository, number) = (self.repository_path(), self.number);
        let path = match self.kind {
            HostKind::Gitlab => format!("{repository}/merge_requests/{number}"),
            HostKind::Github | HostKind::Gitea => format!("{repository}/pulls/{number}"),
        };
        let body: RequestBody = client.one(&path)?;
        Ok(body.head.and_then(|head| head.sha).or(body.sha))
    }

    /// Every comment that `takes`, the oldest first.
    pub(super) fn comments(
        &self,
        client: &mut HostClient<'_>,
        takes: &dyn Fn(&KnownComment) -> bool,
    ) -> Result<Vec<KnownComment>, HostError> {
        let path = self.comments_path();
        let (path, paging) = match self.kind {
            HostKind::Github => (format!("{path}?per_page=100"), Paging::Link),
            HostKind::Gitlab => {
                (format!("{path}?per_page=100&sort=asc&order_by=created_at"), Paging::Numbers { size: 100 })
            }
            // Gitea gives the whole list at once, however long; where a later one does not, it says so.
            HostKind::Gitea => (path, Paging::Numbers { size: usize::MAX }),
        };
        let value = client.limits().comments_max;
        let max = ItemsMax { name: "host.comments_max", what: "comments", value };
        let mut comments = Vec::new();
        client.list(&path, paging, max, &mut |body: CommentBody| {
            comments.extend(self.known(body).filter(|known| takes(known)));
        })?;
        comments.sort_by_key(|comment| comment.id);
        comments.dedup_by_key(|comment| comment.id);
        Ok(comments)
    }

    /// Adds a comment, or puts a new text into one.
    pub(super) fn put(
        &self,
        client: &mut HostClient<'_>,
        id: Option<u64>,
        text: &str,
    ) -> Result<Written, HostError> {
        let body = serde_json::json!({ "body": text }).to_string();
        let (method, path) = match (id, self.kind) {
            (None, _) => ("POST", self.comments_path()),
            (Some(id), HostKind::Gitlab) => ("PUT", self.comment_path(id)),
            (Some(id), HostKind::Github | HostKind::Gitea) => ("PATCH", self.comment_path(id)),
        };
        client.write(Write { method, path: &path, body: Some(body.as_bytes()) })
    }

    /// Takes a comment away again.
    pub(super) fn delete(&self, client: &mut HostClient<'_>, id: u64) -> Result<Written, HostError> {
        client.write(Write { method: "DELETE", path: &self.comment_path(id), body: None })
    }

    /// The comment in the answer to [`CommentTarget::put`].
    pub(super) fn answered(&self, bytes: &[u8]) -> Result<Option<KnownComment>, HostError> {
        Ok(self.known(parsed(bytes)?))
    }
}
