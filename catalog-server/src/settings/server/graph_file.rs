//! The section `[server.graph_file]`: a file that holds the graph of the last revision.

use std::{path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;

/// A graph file that the server writes at each new revision, whole or not at all, to be copied to laptops and
/// object stores.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GraphFileSettings {
    /// The file, relative to the settings file. Default: none is written.
    pub path: Option<PathBuf>,
    /// How many seconds lie at least between two times that it is written. Default: 5.
    pub interval_seconds: Option<u32>,
}

impl GraphFileSettings {
    /// How much time lies at least between two times that it is written.
    pub fn interval(&self) -> Duration {
        Duration::from_secs(self.interval_seconds.unwrap_or(5).into())
    }
}
