//! The section `[hosts]`: what is to be known of single git hosts.

use std::collections::BTreeMap;

use catalog_core::model::PathDialect;
use catalog_ingest::limits::HostDialects;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is to be known of one git host.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HostSettings {
    /// How the host reads CODEOWNERS, where its name does not tell it.
    pub dialect: Option<HostDialect>,
}

/// How a host reads CODEOWNERS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HostDialect {
    /// As GitHub.
    Github,
    /// As GitLab.
    Gitlab,
    /// As Gitea.
    Gitea,
    /// As Forgejo, which reads what Gitea reads.
    Forgejo,
    /// As Bitbucket.
    Bitbucket,
}

impl From<HostDialect> for PathDialect {
    fn from(dialect: HostDialect) -> Self {
        match dialect {
            HostDialect::Github => Self::Github,
            HostDialect::Gitlab => Self::Gitlab,
            HostDialect::Gitea | HostDialect::Forgejo => Self::Gitea,
            HostDialect::Bitbucket => Self::Bitbucket,
        }
    }
}

/// The dialects of hosts, by host.
pub(super) fn host_dialects(hosts: &BTreeMap<String, HostSettings>) -> HostDialects {
    let known = hosts.iter().filter_map(|(host, settings)| Some((host, settings.dialect?)));
    known.map(|(host, dialect)| (host.to_lowercase().into(), dialect.into())).collect()
}
