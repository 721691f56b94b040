//! The section `[server]`: one file to a table within it.

mod access;
mod cors;
mod documents;
mod graph_file;
mod log;
mod metrics;
mod schedule;
mod tls;
mod traces;
mod visibility;
mod webhook;

use std::num::NonZeroU16;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use access::scopes;
pub use access::{AccessSettings, AlgorithmSetting, OidcSettings, ScopeSetting};
pub use cors::CorsSettings;
pub use documents::DocumentSettings;
pub use graph_file::GraphFileSettings;
pub use log::{LogFormatSetting, LogSettings};
pub use metrics::MetricsSettings;
pub use schedule::{Interval, ScheduleSettings};
pub use tls::TlsSettings;
pub use traces::TraceSettings;
pub use visibility::VisibilitySettings;
pub(crate) use visibility::visibility;
pub use webhook::{SecretVariables, WebhookDialect, WebhookSettings};

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// The names by which others address the server, as in `["catalog.example.com"]`. Wanted only where some
    /// ask without a token.
    pub hosts: Vec<String>,
    /// Whether to listen beyond this machine without TLS, because something in front of the server has it.
    /// Default: no.
    pub plain_http: bool,
    /// Who may ask, and what.
    pub access: AccessSettings,
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
    /// Where traces go.
    pub traces: TraceSettings,
    /// Whether the server itself reads repositories: when a schedule says so, a webhook comes, or somebody asks
    /// for it. Default: where there is a `[[server.schedule]]` or `[[server.webhook]]`.
    pub crawl: Option<bool>,
    /// What the server reads again and again: one table `[[server.schedule]]` for each.
    pub schedule: Vec<ScheduleSettings>,
    /// From whom the server hears that something was pushed: one table `[[server.webhook]]` for each.
    pub webhook: Vec<WebhookSettings>,
    /// A copy of the graph that the server keeps up to date, for those who need it when the server is down.
    pub graph_file: GraphFileSettings,
    /// Queries that are kept at the server.
    pub documents: DocumentSettings,
    /// What only some see: one table `[[server.visibility]]` for each rule.
    pub visibility: Vec<VisibilitySettings>,
    /// How many different parts of the catalog these rules may leave to see, each of which is a graph in
    /// memory; who would see a further one is refused. Default: `32`.
    pub views_max: Option<NonZeroU16>,
}

/// How many parts there are at most where nothing is said: each may be as large as the whole.
const VIEWS_MAX: usize = 32;

impl ServerSettings {
    /// How many different parts of the catalog there are to see at most.
    pub fn views_max(&self) -> usize {
        self.views_max.map_or(VIEWS_MAX, |max| max.get().into())
    }
}
