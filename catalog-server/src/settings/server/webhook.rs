//! The sections `[[server.webhook]]`: from whom the server hears that something was pushed.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::crawling::webhook::Dialect;

/// Webhooks that the server hears at `/webhooks/github`, `/webhooks/gitlab` and `/webhooks/gitea`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Who sends them: `github`, `gitlab` or `gitea`, which Forgejo is like.
    pub dialect: WebhookDialect,
    /// The hosts whose repositories they may name, as in `git.example.com`. Default: those of the sources that
    /// they may name, else the public GitHub or GitLab.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The sources whose repositories they may name, as in `acme` or `github.com/acme`. Default: any repository
    /// of the hosts.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The name of the environment variable that holds the secret, never the secret itself; or a list of two,
    /// of which either is right, while one is exchanged for the other.
    pub secret_env: SecretVariables,
}

/// Who sends webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookDialect {
    /// GitHub, and its Enterprise Server.
    Github,
    /// GitLab, public or one's own.
    Gitlab,
    /// Gitea or Forgejo.
    #[serde(alias = "forgejo")]
    Gitea,
}

/// One variable, or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of an environment variable, or a list of two")]
pub enum SecretVariables {
    /// The name of one.
    One(String),
    /// The names of several.
    Several(Vec<String>),
}

impl From<WebhookDialect> for Dialect {
    fn from(dialect: WebhookDialect) -> Self {
        match dialect {
            WebhookDialect::Github => Self::Github,
            WebhookDialect::Gitlab => Self::Gitlab,
            WebhookDialect::Gitea => Self::Gitea,
        }
    }
}

impl SecretVariables {
    /// The names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}
