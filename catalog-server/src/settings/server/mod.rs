//! The section `[server]`: one file to a table within it.

mod graph_file;

use schemars::JsonSchema;
use serde::Deserialize;

pub use graph_file::GraphFileSettings;

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// A copy of the graph that the server keeps up to date, for those who need it when the server is down.
    pub graph_file: GraphFileSettings,
}
