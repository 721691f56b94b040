//! The table `[server.traces]`: where traces go.

use schemars::JsonSchema;
use serde::Deserialize;

/// Where traces go: spans of requests and crawls, by OTLP as JSON over HTTP. What the collector does not take in
/// time is dropped, and counted in `/metrics`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TraceSettings {
    /// The collector, as in `http://127.0.0.1:4318`; `/v1/traces` is added where no path is named. The variables
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and `OTEL_EXPORTER_OTLP_ENDPOINT` name it, too. Default: none.
    pub otlp_endpoint: Option<String>,
    /// The environment variable that holds headers for it, as in `authorization=Bearer%20…,x-scope-orgid=acme`.
    /// Default: `OTEL_EXPORTER_OTLP_HEADERS`.
    pub otlp_headers_env: Option<String>,
}

/// The variable of headers where none is named.
const HEADERS_VARIABLE: &str = "OTEL_EXPORTER_OTLP_HEADERS";

impl TraceSettings {
    /// The variable that holds headers.
    pub fn headers_variable(&self) -> &str {
        self.otlp_headers_env.as_deref().unwrap_or(HEADERS_VARIABLE)
    }
}
