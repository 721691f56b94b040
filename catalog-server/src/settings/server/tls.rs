//! The table `[server.tls]`: how connections are encrypted.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// How connections are encrypted. Both files are read again when they change.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSettings {
    /// The chain of the server's certificates in PEM, its own first; relative to the settings file.
    pub certificate: Option<PathBuf>,
    /// The private key of the certificate in PEM, relative to the settings file.
    pub key: Option<PathBuf>,
}
