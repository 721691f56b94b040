//! The section `[server]`: one file to a table within it.

mod tls;

use schemars::JsonSchema;
use serde::Deserialize;

pub use tls::TlsSettings;

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// Encryption.
    pub tls: TlsSettings,
}
