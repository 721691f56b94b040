//! The table `[server.cors]`: which pages of other sites may read answers.

use schemars::JsonSchema;
use serde::Deserialize;

/// Which pages of other sites may read answers; none where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CorsSettings {
    /// Origins as browsers send them, as in `https://dashboard.example.com`. Read again on SIGHUP.
    pub origins: Vec<String>,
}
