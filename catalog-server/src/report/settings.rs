//! Every setting with its value and where that comes from.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION, Table};

/// Every setting by key, each with the value that holds. Secrets are not shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The settings, by key.
    pub settings: Vec<SettingReport>,
}

/// One setting.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingReport {
    /// Its place in `catalog.toml`, as in `server.listen`.
    pub key: String,
    /// Its value as the file would say it, or in words; null where it has none.
    pub value: Option<String>,
    /// Where the value comes from: `flag`, `environment`, `file` or `default`.
    pub source: &'static str,
    /// The option or the variable that it comes from; else null.
    pub name: Option<String>,
    /// The file that it comes from; else null.
    pub file: Option<String>,
    /// The line of the file, from 1; else null.
    pub line: Option<usize>,
}

impl SettingsReport {
    /// The report of some settings.
    pub fn new(settings: Vec<SettingReport>) -> Self {
        Self { schema_version: SCHEMA_VERSION, settings }
    }
}

impl SettingReport {
    fn source_cell(&self) -> String {
        match (&self.name, &self.file, self.line) {
            (Some(name), _, _) => name.clone(),
            (None, Some(file), Some(line)) => format!("{file}:{line}"),
            _ => self.source.to_owned(),
        }
    }
}

impl Report for SettingsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["setting", "value", "from"]);
        for setting in &self.settings {
            let value = setting.value.clone().unwrap_or_else(|| "-".to_owned());
            table.push([setting.key.clone(), value, setting.source_cell()]);
        }
        Page::default().table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.settings.iter().filter_map(|setting| serde_json::to_value(setting).ok()).collect()
    }
}
