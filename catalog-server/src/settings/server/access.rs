//! The table `[server.access]`: who may ask, and what.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::{Scope, Scopes};

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
    /// Which scopes may ask for the shape of the schema. Default: whoever may read.
    pub introspection: Option<Vec<ScopeSetting>>,
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

/// A list of scopes as a set.
pub(crate) fn scopes(settings: &[ScopeSetting]) -> Scopes {
    settings.iter().copied().map(Scope::from).collect()
}
