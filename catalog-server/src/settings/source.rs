//! The sections `[[source]]`: organisations of hosts whose repositories are crawled.

use catalog_ingest::host::{HostKind, HostSource, SourceDescription, SourceError};
use schemars::JsonSchema;
use serde::{Deserialize, de::IgnoredAny};

/// An organisation of a host, as a source of repositories, teams and members.
///
/// Exactly one of `github`, `gitlab` and `gitea` names it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSettings {
    /// An organisation or a user of GitHub, as in `acme`.
    pub github: Option<String>,
    /// A group of GitLab, as in `acme` or `acme/platform`; the groups below it belong to it.
    pub gitlab: Option<String>,
    /// An organisation or a user of Gitea or Forgejo; needs `url`.
    pub gitea: Option<String>,
    /// The host's address, as in `https://git.example.com`, with or without the path of its REST
    /// interface. Default: the public GitHub or GitLab.
    pub url: Option<String>,
    /// The host that repositories are cloned from, where it is not that of `url`. Repositories that are
    /// listed under any other one are not visited.
    pub clone_host: Option<String>,
    /// The name of the environment variable that holds the token, never the token itself. The token is
    /// sent to this host alone; repositories are fetched with it, too. Without one, only what everybody
    /// may see is read, and no teams.
    #[serde(alias = "token-env")]
    pub token_env: Option<String>,
    /// Whether archived repositories are read. Default: no.
    pub archived: bool,
    /// Whether forks are read. Default: no.
    pub forks: bool,
    /// Patterns on the names of repositories, as in `service-*`; only what one of them matches is read.
    /// A pattern with a `/` is held against the path below a group of GitLab.
    pub include: Vec<String>,
    /// Patterns on names that are not read.
    pub exclude: Vec<String>,
    /// Whether teams and their members are read, where the token allows it. Default: yes.
    pub teams: bool,
    /// The namespace of the groups, for organisations that have teams of the same names. Default:
    /// `default`.
    pub namespace: Option<String>,
    /// What people write in the place of `token_env`; read so that its refusal does not repeat it.
    #[schemars(skip)]
    token: Option<IgnoredAny>,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            github: None,
            gitlab: None,
            gitea: None,
            url: None,
            clone_host: None,
            token_env: None,
            archived: false,
            forks: false,
            include: Vec::new(),
            exclude: Vec::new(),
            teams: true,
            namespace: None,
            token: None,
        }
    }
}

/// Why a section `[[source]]` names no source.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceSettingsError {
    /// It names no organisation, or several.
    #[error("it names {0}; expected one of `github`, `gitlab` and `gitea`")]
    NotOne(&'static str),
    /// The name of the variable is none.
    #[error("`token_env` is the name of an environment variable, as in `ACME_TOKEN`, and not the token")]
    TokenEnv,
    /// It holds a token.
    #[error(
        "a token does not belong into the file: put it into an environment variable, and its name into `token_env`"
    )]
    Token,
    /// What it says is not understood.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl SourceSettings {
    /// The source that the section names.
    ///
    /// # Errors
    ///
    /// It names none, or one that is not visited. The message shows nothing that may be a token.
    pub fn source(&self) -> Result<HostSource, SourceSettingsError> {
        let (kind, name) = match (&self.github, &self.gitlab, &self.gitea) {
            (Some(name), None, None) => (HostKind::Github, name),
            (None, Some(name), None) => (HostKind::Gitlab, name),
            (None, None, Some(name)) => (HostKind::Gitea, name),
            (None, None, None) => return Err(SourceSettingsError::NotOne("no organisation")),
            _ => return Err(SourceSettingsError::NotOne("several organisations")),
        };
        if self.token.is_some() {
            return Err(SourceSettingsError::Token);
        }
        // What may be a token is not taken for a name, which messages would repeat: tokens begin in a known
        // way, hold a dash, or are long and without the `_` that parts the words of a long name.
        let is_variable = |name: &String| {
            !name.is_empty()
                && name.len() <= 128
                && (name.len() < 20 || name.contains('_'))
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !["ghp_", "gho_", "ghs_", "github_pat_"].iter().any(|token| name.starts_with(token))
                && !name.starts_with(|c: char| c.is_ascii_digit())
        };
        if self.token_env.as_ref().is_some_and(|name| !is_variable(name)) {
            return Err(SourceSettingsError::TokenEnv);
        }
        Ok(HostSource::new(SourceDescription {
            kind,
            name: name.clone(),
            url: self.url.clone(),
            clone_host: self.clone_host.clone(),
            archived: self.archived,
            forks: self.forks,
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            teams: self.teams,
            namespace: self.namespace.clone().unwrap_or_else(|| "default".to_owned()),
        })?)
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn check(text: &str, expected: &str) {
        let settings: Settings = toml::from_str(text).expect("the settings can be read");
        let [source] = settings.source.as_slice() else { panic!("one source") };
        let found = source.source().map_or_else(|error| error.to_string(), |source| source.id().to_string());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_source_is_named_by_its_host_and_organisation() {
        check("[[source]]\ngithub = 'acme'\ntoken_env = 'GITHUB_TOKEN'", "github.com/acme");
        check("[[source]]\ngitlab = 'acme/platform'\ntoken-env = 'T'", "gitlab.com/acme/platform");
        check("[[source]]\ngitea = 'acme'\nurl = 'https://git.example.com/'", "git.example.com/acme");
    }

    #[test]
    fn what_names_no_source_says_what_is_expected() {
        let one_of = "expected one of `github`, `gitlab` and `gitea`";
        check("[[source]]", &format!("it names no organisation; {one_of}"));
        check("[[source]]\ngithub = 'a'\ngitlab = 'a'", &format!("it names several organisations; {one_of}"));
        check(
            "[[source]]\ngitea = 'acme'",
            "`url` is missing; expected the address of the host, as in `https://git.example.com`",
        );
    }

    #[test]
    fn a_token_in_the_place_of_its_variable_is_not_repeated() {
        let of_gitea = "f00d".repeat(10);
        for token in ["ghp_0123456789abcdefABCDEF", "glpat-0123456789", "0123abcd", "", &of_gitea] {
            check(
                &format!("[[source]]\ngithub = 'a'\ntoken_env = '{token}'"),
                "`token_env` is the name of an environment variable, as in `ACME_TOKEN`, and not the token",
            );
        }
        check(
            "[[source]]\ngithub = 'a'\ntoken = 'secret'",
            "a token does not belong into the file: put it into an environment variable, and its name into `token_env`",
        );
    }
}
