//! The table `[server.log]`: how the log is written.

use schemars::JsonSchema;
use serde::Deserialize;

/// How the log of the server is written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// The form of a line. Default: `text`.
    pub format: Option<LogFormatSetting>,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormatSetting {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
