//! The section `[client]`: the server that commands ask.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// Asking a server from the terminal. Tokens are in no settings file: `catalog login` keeps them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientSettings {
    /// The address of the server that commands ask where no `--store` is named, as in
    /// `https://catalog.example.com`. Default: none; the store is asked.
    pub server: Option<String>,
    /// A file of further certificates that https to the server trusts, in PEM, relative to the settings file.
    pub ca_file: Option<PathBuf>,
}
