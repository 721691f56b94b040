//! The section `[server]`: one file to a table within it.

mod schedule;
mod webhook;

use schemars::JsonSchema;
use serde::Deserialize;

pub use schedule::{Interval, ScheduleSettings};
pub use webhook::{SecretVariables, WebhookDialect, WebhookSettings};

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// The address and port to listen on. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// Whether the server itself reads repositories: when a schedule says so, a webhook comes, or somebody asks
    /// for it. Default: where there is a `[[server.schedule]]` or `[[server.webhook]]`.
    pub crawl: Option<bool>,
    /// What the server reads again and again: one table `[[server.schedule]]` for each.
    pub schedule: Vec<ScheduleSettings>,
    /// From whom the server hears that something was pushed: one table `[[server.webhook]]` for each.
    pub webhook: Vec<WebhookSettings>,
}
