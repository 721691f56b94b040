//! The section `[server]`: one file to a table within it.

mod documents;

use schemars::JsonSchema;
use serde::Deserialize;

pub use documents::DocumentSettings;

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// Queries that are kept at the server.
    pub documents: DocumentSettings,
}
