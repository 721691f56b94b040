//! Every setting with its value and where that comes from.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{
    DEFAULT_FILE, Settings, SettingsError,
    environment::{from_variables, variables},
    known::known_settings,
};

/// What stands in the place of what nobody should see.
const NOT_SHOWN: &str = "(not shown)";
/// The last words of keys whose values are secrets, should somebody put one into the file after all.
const SECRETS: [&str; 3] = ["token", "secret", "password"];

/// A setting with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    /// Its place in the file, as in `server.listen`.
    pub key: String,
    /// Its value as the file would say it, or in words; `None` where it has none.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: SettingSource,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// An option of the command line, as in `--store`.
    Flag(String),
    /// A variable of the environment.
    Environment(String),
    /// A line of a settings file, from 1.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// Nobody said anything.
    Default,
}

/// Every setting by key, each with the value that holds. `said` are those of the command line, which stand
/// before all others. Secrets are not shown: neither values of keys that are named so, nor logins in addresses.
///
/// # Errors
///
/// The file or a variable is not understood.
pub fn shown_settings(
    named: Option<&Path>,
    said: Vec<ShownSetting>,
) -> Result<Vec<ShownSetting>, SettingsError> {
    // What is not understood is told as every other command tells it.
    Settings::read(named)?;
    let mut shown = said;
    let add = |setting: ShownSetting, shown: &mut Vec<ShownSetting>| {
        if !shown.iter().any(|before| before.key == setting.key) {
            shown.push(setting);
        }
    };
    for given in from_variables(&variables())? {
        let source = SettingSource::Environment(given.variable);
        add(ShownSetting { key: given.key, value: Some(given.shown), source }, &mut shown);
    }
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = if named.is_some() || path.is_file() {
        std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?
    } else {
        String::new()
    };
    for (key, value, line) in values_of(&text) {
        let source = SettingSource::File { path: path.to_owned(), line };
        add(ShownSetting { key, value: Some(value), source }, &mut shown);
    }
    for known in known_settings() {
        let source = SettingSource::Default;
        add(ShownSetting { key: known.key, value: known.default, source }, &mut shown);
    }
    for setting in &mut shown {
        setting.value = setting.value.take().map(|value| without_secrets(&setting.key, value));
    }
    shown.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(shown)
}

/// The values of a file that is sound, with their keys and lines.
fn values_of(text: &str) -> Vec<(String, String, usize)> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let mut values = Vec::new();
    let mut open: Vec<(String, &DeTable<'_>)> = vec![(String::new(), table.get_ref())];
    while let Some((path, table)) = open.pop() {
        for (name, value) in table {
            let key = joined(&path, name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => open.push((key, inner)),
                DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
                    open.extend(
                        tables.enumerate().map(|(number, inner)| (format!("{key}[{number}]"), inner)),
                    );
                }
                _ => {
                    let span = value.span();
                    let said = text.get(span.clone()).unwrap_or_default();
                    // A value of several lines is shown on one.
                    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
                    values.push((key, said, line_of(span.start)));
                }
            }
        }
    }
    values
}

fn joined(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let name = if is_plain { name.to_owned() } else { format!("{name:?}") };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn without_secrets(key: &str, value: String) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    if SECRETS.iter().any(|word| last == *word || last.ends_with(&format!("_{word}"))) {
        return NOT_SHOWN.to_owned();
    }
    let Some((scheme, rest)) = value.split_once("://") else { return value };
    let end = rest.find(['/', '"', '\'']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{NOT_SHOWN}{}", &rest[at..]),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, usize)]) {
        let mut values = values_of(text);
        values.sort();
        let values: Vec<_> =
            values.iter().map(|(key, value, line)| (key.as_str(), value.as_str(), *line)).collect();
        assert_eq!(values, expected, "{text}");
    }

    #[test]
    fn each_value_has_its_key_and_line() {
        check(
            "[server]\nlisten = '127.0.0.1:1'\n\n[[source]]\ngithub = 'acme'\n[credentials.'git.example.com']\nuser = 'me'\n",
            &[
                ("credentials.\"git.example.com\".user", "'me'", 7),
                ("server.listen", "'127.0.0.1:1'", 2),
                ("source[0].github", "'acme'", 5),
            ],
        );
        check("[crawl]\nrepositories = [\n  'a',\n  'b',\n]", &[("crawl.repositories", "[ 'a', 'b', ]", 2)]);
    }

    #[test]
    fn no_secret_is_shown() {
        let check = |key: &str, value: &str, expected: &str| {
            assert_eq!(without_secrets(key, value.to_owned()), expected, "{key}");
        };
        check("source[0].token", "'ghp_1'", NOT_SHOWN);
        check("hook.shared_secret", "'x'", NOT_SHOWN);
        check("source[0].token_env", "'ACME_TOKEN'", "'ACME_TOKEN'");
        check("source[0].url", "'https://me:pw@git.example/x'", "'https://(not shown)@git.example/x'");
        check("source[0].url", "'https://git.example/x@y'", "'https://git.example/x@y'");
    }
}
