//! The section `[server]`: one file to a table within it.

mod cors;
mod log;
mod metrics;
mod tls;

use schemars::JsonSchema;
use serde::Deserialize;

pub use cors::CorsSettings;
pub use log::{LogFormatSetting, LogSettings};
pub use metrics::MetricsSettings;
pub use tls::TlsSettings;

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// Encryption.
    pub tls: TlsSettings,
    /// Whether a browser gets an editor for queries at `/graphql`. Default: where only this machine is listened to.
    pub graphiql: Option<bool>,
    /// Which pages of other sites may read answers.
    pub cors: CorsSettings,
    /// How the log is written.
    pub log: LogSettings,
    /// Where figures are shown.
    pub metrics: MetricsSettings,
}
