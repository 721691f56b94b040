//! The table `[server.metrics]`: where figures are shown.

use schemars::JsonSchema;
use serde::Deserialize;

/// Where figures are shown, beside `/metrics` of the server itself, which wants the scope `read`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSettings {
    /// An address and port of their own, as in `127.0.0.1:9464`, which asks for no token and is not encrypted:
    /// keep it to the network of who scrapes. Default: none.
    pub listen: Option<String>,
}
