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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn a_host_may_be_told_to_read_as_another() {
        let text = "[hosts.\"Git.Example.com\"]\ndialect = \"forgejo\"\n[hosts.\"other.example\"]\n";
        let settings: Settings = toml::from_str(text).expect("the settings are understood");
        let limits = settings.crawl_limits();
        let expected = HostDialects::from([("git.example.com".into(), PathDialect::Gitea)]);
        assert_eq!(limits.manifest.host_dialects, expected);
        assert!(toml::from_str::<Settings>("[hosts.x]\ndialect = \"svn\"").is_err());
    }
}
