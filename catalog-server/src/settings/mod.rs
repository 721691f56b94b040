//! Where each setting comes from: a flag, else the environment, else `catalog.toml`, else a default.
//!
//! Flags, and variables that stand for flags, are read by the command line; this room reads the file and the
//! variables that stand for settings of the server, and tells where each value comes from.

mod check;
mod client;
mod environment;
mod gaps;
mod hosts;
mod identity;
mod journey;
mod known;
mod limits;
mod live;
mod measures;
mod policy;
mod port;
mod seconds;
mod sections;
mod seen_measures;
mod server;
mod shown;
mod source;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use catalog_core::gaps::GapSettings;
use catalog_ingest::limits::{CrawlLimits, ScanMode};
use schemars::JsonSchema;
use serde::Deserialize;

pub use check::{CheckRuleSettings, CheckSettings, EffectSetting};
pub use client::ClientSettings;
pub use gaps::{
    DaySetting, EntityPatternSetting, EntityRefSetting, ExemptionSettings, GapsSettings, Reason, RuleCode,
    SeveritySetting,
};
pub use hosts::{HostDialect, HostSettings};
pub use identity::{IdentityError, IdentitySettings};
pub use journey::{EntityName, JourneySettings, OwnerRef};
pub use limits::LimitSettings;
pub use measures::MeasuresError;
pub use policy::{
    CheckDocument, DEFAULT_POLICY, ExemptionDocument, PolicyDocument, PolicySettings, ScopeDocument,
};
pub use port::PortSettings;
pub use seen_measures::seen_measures;
pub use server::{
    AccessSettings, AlgorithmSetting, CorsSettings, DocumentSettings, GraphFileSettings, Interval,
    LogFormatSetting, LogSettings, MetricsSettings, OidcSettings, ScheduleSettings, ScopeSetting,
    SecretVariables, ServerSettings, TlsSettings, TraceSettings, VisibilitySettings, WebhookDialect,
    WebhookSettings,
};
pub(crate) use server::{scopes, visibility};
pub use shown::{SettingSource, ShownSetting, shown_settings};
pub use source::{SourceSettings, SourceSettingsError};

/// The file that is read where none is named.
pub const DEFAULT_FILE: &str = "catalog.toml";

/// What `catalog.toml` may say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The store.
    pub store: StoreSettings,
    /// What is crawled.
    pub crawl: CrawlSettings,
    /// The server.
    pub server: ServerSettings,
    /// Asking a server from the terminal.
    pub client: ClientSettings,
    /// Names that mean one entity, beyond what the files say: one table `[[identity]]` for each.
    pub identity: Vec<IdentitySettings>,
    /// Journeys through several entities, for those who cannot change manifests: one table `[[journey]]` for each.
    #[serde(deserialize_with = "journey::distinct")]
    pub journey: Vec<JourneySettings>,
    /// Bounds on what is read.
    pub limits: LimitSettings,
    /// Organisations of hosts whose repositories, teams and members are read.
    pub source: Vec<SourceSettings>,
    /// How repositories of other machines are fetched.
    pub fetch: FetchSettings,
    /// Logins by host, as in `[credentials."git.example.com"]`; with `:PORT` where it is not the usual one.
    pub credentials: BTreeMap<String, CredentialSettings>,
    /// What the words of `port.yml` files mean.
    pub port: PortSettings,
    /// What is to be known of single git hosts, by host, as in `[hosts."git.example.com"]`.
    pub hosts: BTreeMap<String, HostSettings>,
    /// What is a gap in ownership here, how much it matters, and what is left open on purpose.
    pub gaps: GapsSettings,
    /// Where the policies of `catalog gate` are.
    pub policy: PolicySettings,
    /// Policies of `catalog gate` that stand here: one table `[[gate]]` for each.
    pub gate: Vec<PolicyDocument>,
    /// What `catalog check` asks of changes.
    pub check: CheckSettings,
    /// The files of the policy folder, where another machine has read them.
    #[serde(skip)]
    #[schemars(skip)]
    read_policies: Option<Vec<policy::PolicyFile>>,
    /// The file that this was read from, for the places of what is wrong with a policy.
    #[serde(skip)]
    #[schemars(skip)]
    read_from: ReadFrom,
}

/// A file with its text.
#[derive(Clone, Debug, Default, PartialEq)]
struct ReadFrom {
    path: PathBuf,
    text: String,
}

/// The store.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSettings {
    /// The store's file, relative to the settings file. Default: `catalog.redb`.
    pub path: Option<PathBuf>,
}

/// What is crawled.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CrawlSettings {
    /// Repositories to read where the command line names none: folders, repositories or URLs.
    pub repositories: Vec<String>,
    /// Where repositories that are fetched from elsewhere are kept. Default: a folder beside the store.
    pub cache: Option<PathBuf>,
    /// How manifests are found. Default: `name`.
    pub scan: ScanSetting,
    /// Where repositories are fetched and read. Default: `process`.
    pub isolation: IsolationSetting,
}

/// How manifests are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScanSetting {
    /// By the names of files, and where a `Location` names them.
    #[default]
    Name,
    /// Also by what is in YAML files, each of which is looked into.
    Content,
}

impl From<ScanSetting> for ScanMode {
    fn from(setting: ScanSetting) -> Self {
        match setting {
            ScanSetting::Name => Self::Name,
            ScanSetting::Content => Self::Content,
        }
    }
}

/// Where repositories are fetched and read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IsolationSetting {
    /// In processes of their own, with bounded time and memory: a hostile one harms nothing else.
    #[default]
    Process,
    /// In the process of the crawl. Only for repositories that nobody else can write.
    None,
}

/// How repositories of other machines are fetched.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FetchSettings {
    /// A file of further certificates that https trusts, in PEM, relative to the settings file.
    pub ca_file: Option<PathBuf>,
    /// Whether git's own credential helpers are asked where a host wants a login. Default: yes.
    pub credential_helpers: Option<bool>,
}

/// The login for one host. The settings file itself holds no secrets.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialSettings {
    /// The environment variable that holds the token or password.
    pub token_env: String,
    /// Who logs in with it. Default: `x-access-token`, which most hosts take with any token.
    pub user: Option<String>,
}

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("settings file `{}` could not be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something that is not understood.
    #[error("settings file `{}` is not understood: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What, with its line.
        source: Box<toml::de::Error>,
    },
    /// A variable of the environment says something that is not understood.
    #[error("environment variable `{variable}`: {message}")]
    Variable {
        /// The variable.
        variable: String,
        /// What is not understood.
        message: String,
    },
}

impl Settings {
    /// The limits of a crawl, with what else decides how files are read.
    pub fn crawl_limits(&self) -> CrawlLimits {
        let mut limits = self.limits.crawl_limits();
        limits.manifest.host_dialects = hosts::host_dialects(&self.hosts);
        limits.port = self.port.mapping();
        limits
    }

    /// The measures by which gaps are found.
    pub fn gap_settings(&self) -> GapSettings {
        GapSettings { journeys: self.journeys(), ..self.gaps.gap_settings() }
    }

    /// Reads the file that is named, or `catalog.toml` of the working folder where it exists, and what the
    /// environment says of the server. Relative paths are taken from the file's own folder.
    pub fn read(named: Option<&Path>) -> Result<Self, SettingsError> {
        let given = environment::from_variables(&environment::variables())?;
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = if named.is_some() || path.is_file() {
            std::fs::read_to_string(path)
                .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?
        } else {
            String::new()
        };
        let mut settings: Self = toml::from_str(&text)
            .map_err(|source| SettingsError::Invalid { path: path.to_owned(), source: Box::new(source) })?;
        if !given.is_empty() {
            settings = environment::with_variables(&text, given)?;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let relative_paths = [
            &mut settings.store.path,
            &mut settings.crawl.cache,
            &mut settings.fetch.ca_file,
            &mut settings.policy.folder,
            &mut settings.server.access.tokens,
            &mut settings.server.tls.certificate,
            &mut settings.server.tls.key,
            &mut settings.server.access.audit,
            &mut settings.client.ca_file,
            &mut settings.server.graph_file.path,
            &mut settings.server.documents.folder,
        ];
        for relative in relative_paths.into_iter().flatten() {
            *relative = folder.join(&relative);
        }
        let of_schedules =
            settings.server.schedule.iter_mut().flat_map(|schedule| &mut schedule.repositories);
        for word in settings.crawl.repositories.iter_mut().chain(of_schedules) {
            if !word.contains("://") && folder.join(&*word).exists() {
                *word = folder.join(&*word).to_string_lossy().into_owned();
            }
        }
        settings.read_from = ReadFrom { path: path.to_owned(), text };
        Ok(settings)
    }
}
