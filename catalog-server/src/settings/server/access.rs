//! The table `[server.access]`: who may ask, and what.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::{OidcRules, Scope, Scopes, SignatureAlgorithm};

/// Who may ask, and what. Tokens are made with `catalog token create`; the settings hold none.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccessSettings {
    /// Whether whoever asks needs a token. Default: as soon as a token was ever made, a provider is configured,
    /// or `anonymous` says something; always beyond this machine. `false` is for this machine alone.
    pub require_token: Option<bool>,
    /// What those may do who send no token, as in `["read"]`. Default: nothing.
    pub anonymous: Vec<ScopeSetting>,
    /// The file that holds the hashes of the tokens, relative to the settings file. Default: beside the store,
    /// with the ending `.tokens`.
    pub tokens: Option<PathBuf>,
    /// The log of what is changed and refused, relative to the settings file. Default: beside the store, with
    /// the ending `.audit.ndjson`.
    pub audit: Option<PathBuf>,
    /// Which scopes may ask for the shape of the schema. Default: whoever may read.
    pub introspection: Option<Vec<ScopeSetting>>,
    /// An identity provider whose tokens are believed (OpenID Connect). Default: none.
    pub oidc: Option<OidcSettings>,
}

/// One thing that one may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScopeSetting {
    /// Asking.
    Read,
    /// Answering reviews, starting and closing them.
    Review,
    /// Having repositories read again.
    Crawl,
    /// Everything.
    Admin,
}

impl From<ScopeSetting> for Scope {
    fn from(setting: ScopeSetting) -> Self {
        match setting {
            ScopeSetting::Read => Self::Read,
            ScopeSetting::Review => Self::Review,
            ScopeSetting::Crawl => Self::Crawl,
            ScopeSetting::Admin => Self::Admin,
        }
    }
}

/// An identity provider whose tokens are believed (OpenID Connect).
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// The provider, exactly as its tokens name it in `iss`, as in `https://id.example.com/realms/acme`.
    pub issuer: String,
    /// This server, as tokens name it in `aud`.
    pub audience: String,
    /// Where the provider's keys are. Default: where it says itself, under
    /// `/.well-known/openid-configuration`.
    pub jwks_url: Option<String>,
    /// By which algorithms tokens may be signed. Default: `["RS256", "ES256", "EdDSA"]`.
    #[serde(default = "usual_algorithms")]
    pub algorithms: Vec<AlgorithmSetting>,
    /// The claim that says who somebody is. Default: `sub`.
    #[serde(default = "usual_subject")]
    pub subject_claim: String,
    /// The claim that lists somebody's groups, as in `groups` or `realm_access.roles`. Default: `groups`.
    #[serde(default = "usual_groups")]
    pub groups_claim: String,
    /// What each group may do, as in `platform = ["read", "crawl"]`.
    #[serde(default)]
    pub groups: BTreeMap<String, Vec<ScopeSetting>>,
    /// What everybody may do whom the provider vouches for. Default: nothing.
    #[serde(default)]
    pub everybody: Vec<ScopeSetting>,
}

/// How a token may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the names are those of RFC 7518")]
pub enum AlgorithmSetting {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

impl From<AlgorithmSetting> for SignatureAlgorithm {
    fn from(setting: AlgorithmSetting) -> Self {
        match setting {
            AlgorithmSetting::RS256 => Self::Rs256,
            AlgorithmSetting::RS384 => Self::Rs384,
            AlgorithmSetting::RS512 => Self::Rs512,
            AlgorithmSetting::PS256 => Self::Ps256,
            AlgorithmSetting::PS384 => Self::Ps384,
            AlgorithmSetting::PS512 => Self::Ps512,
            AlgorithmSetting::ES256 => Self::Es256,
            AlgorithmSetting::ES384 => Self::Es384,
            AlgorithmSetting::EdDSA => Self::EdDsa,
        }
    }
}

fn usual_algorithms() -> Vec<AlgorithmSetting> {
    vec![AlgorithmSetting::RS256, AlgorithmSetting::ES256, AlgorithmSetting::EdDSA]
}

fn usual_subject() -> String {
    "sub".into()
}

fn usual_groups() -> String {
    "groups".into()
}

impl OidcSettings {
    /// The rules that the settings mean; `authorities` are certificates that https trusts beside the usual ones.
    pub(crate) fn rules(&self, authorities: Option<PathBuf>) -> OidcRules {
        OidcRules {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            jwks_url: self.jwks_url.clone(),
            algorithms: self.algorithms.iter().copied().map(SignatureAlgorithm::from).collect(),
            subject_claim: self.subject_claim.clone(),
            groups_claim: self.groups_claim.clone(),
            groups: self.groups.iter().map(|(group, of)| (group.clone(), scopes(of))).collect(),
            everybody: scopes(&self.everybody),
            authorities,
        }
    }
}

/// A list of scopes as a set.
pub(crate) fn scopes(settings: &[ScopeSetting]) -> Scopes {
    settings.iter().copied().map(Scope::from).collect()
}
