//! Settings of the server from the environment, by one rule: `CATALOG_` and the key in upper case with `_` in
//! the place of each dot, as in `CATALOG_SERVER_TLS_KEY` for `server.tls.key`.
//!
//! What OpenTelemetry has variables for is also read from those. Numbers, `true` and `false` as in the file; texts
//! as they are; lists of texts with commas between them.

use toml::{Table, Value};

use super::{
    Settings, SettingsError,
    known::{SettingKind, known_settings},
};

/// What variables that are settings begin with. Others of these beginnings may be there for other reasons, as
/// where something names a host after what runs on it, and are left alone.
const BEGINNINGS: [&str; 5] = [
    "CATALOG_SERVER_",
    "CATALOG_LIMITS_HTTP_",
    "CATALOG_LIMITS_GRAPHQL_",
    "CATALOG_LIMITS_RATE_",
    "CATALOG_LIMITS_ACCESS_",
];

/// The key of the collector of traces, and the variables of OpenTelemetry that name it; the first one that says
/// something counts, after ours. The last one names what lies above the paths of all signals.
const COLLECTOR: &str = "server.traces.otlp_endpoint";
const COLLECTOR_OF_TRACES_VARIABLE: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const COLLECTOR_VARIABLE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// A setting that comes from a variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FromVariable {
    /// The setting's key.
    pub(super) key: String,
    /// The variable.
    pub(super) variable: String,
    /// The variable's value as the file would say it.
    pub(super) shown: String,
    value: Value,
}

/// The variables of the process that may be settings.
pub(super) fn variables() -> Vec<(String, String)> {
    let mut variables: Vec<_> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| {
            BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
                || [COLLECTOR_OF_TRACES_VARIABLE, COLLECTOR_VARIABLE].contains(&name.as_str())
        })
        .collect();
    variables.sort_unstable();
    variables
}

/// The settings that variables give.
///
/// # Errors
///
/// A variable that is a setting has no value of its kind.
pub(super) fn from_variables(variables: &[(String, String)]) -> Result<Vec<FromVariable>, SettingsError> {
    if variables.is_empty() {
        return Ok(Vec::new());
    }
    let known = known_settings();
    let mut found = Vec::new();
    for (variable, said) in variables {
        let is_of = |key: &str| format!("CATALOG_{}", key.replace('.', "_").to_uppercase()) == *variable;
        let Some(known) = known.iter().find(|known| is_of(&known.key)) else { continue };
        let (value, shown) = match known.kind {
            SettingKind::Text => (Value::String(said.clone()), format!("{said:?}")),
            SettingKind::Texts => {
                let texts: Vec<&str> =
                    said.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
                let shown = format!("{texts:?}");
                (Value::Array(texts.into_iter().map(Value::from).collect()), shown)
            }
            SettingKind::Plain | SettingKind::Other => {
                let parsed = toml::from_str::<Table>(&format!("value = {}", said.trim()));
                let value = parsed.ok().and_then(|mut table| table.remove("value"));
                let value = value.ok_or_else(|| SettingsError::Variable {
                    variable: variable.clone(),
                    message: format!("`{said}` is no value of `{}`", known.key),
                })?;
                (value, said.trim().to_owned())
            }
        };
        found.push(FromVariable { key: known.key.clone(), variable: variable.clone(), shown, value });
    }
    if !found.iter().any(|given: &FromVariable| given.key == COLLECTOR) {
        found.extend(collector(variables));
    }
    Ok(found)
}

/// The collector of traces, as the variables of OpenTelemetry name it.
fn collector(variables: &[(String, String)]) -> Option<FromVariable> {
    let said = |name: &'static str| {
        let (_, said) = variables.iter().find(|(variable, _)| variable == name)?;
        let said = said.trim();
        (!said.is_empty()).then(|| (name, said.to_owned()))
    };
    let above = || {
        let (name, said) = said(COLLECTOR_VARIABLE)?;
        Some((name, format!("{}/v1/traces", said.trim_end_matches('/'))))
    };
    let (variable, address) = said(COLLECTOR_OF_TRACES_VARIABLE).or_else(above)?;
    Some(FromVariable {
        key: COLLECTOR.to_owned(),
        variable: variable.to_owned(),
        shown: format!("{address:?}"),
        value: Value::String(address),
    })
}

/// The settings of a file's text, which is sound, with those of variables in their places.
pub(super) fn with_variables(text: &str, given: Vec<FromVariable>) -> Result<Settings, SettingsError> {
    let mut table: Table = toml::from_str(text).unwrap_or_default();
    let mut settings = Settings::default();
    for FromVariable { key, variable, value, .. } in given {
        let fault = |message: String| SettingsError::Variable { variable: variable.clone(), message };
        let (path, name) = key.rsplit_once('.').unwrap_or(("", &key));
        let mut inner = &mut table;
        for part in path.split('.') {
            let next = inner.entry(part).or_insert_with(|| Value::Table(Table::new()));
            inner = next.as_table_mut().ok_or_else(|| fault(format!("`{path}` is no table in the file")))?;
        }
        inner.insert(name.to_owned(), value);
        // Each by itself, so that it is known whose value is not understood.
        settings = table
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| fault(format!("`{key}`: {}", error.message())))?;
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let given = from_variables(&variables).map_err(|error| error.to_string())?;
        with_variables(text, given).map_err(|error| error.to_string())
    }

    #[test]
    fn a_variable_stands_before_the_file() {
        let settings = read(
            "[server]\nlisten = '127.0.0.1:1'\ngraphiql = true",
            &[
                ("CATALOG_SERVER_LISTEN", "127.0.0.1:2"),
                ("CATALOG_SERVER_CORS_ORIGINS", "https://a.example, https://b.example"),
                ("CATALOG_LIMITS_HTTP_BODY_BYTES_MAX", "7"),
                ("CATALOG_SERVER_PORT", "tcp://10.0.0.1:80"),
            ],
        );
        let settings = settings.expect("the variables are understood");
        assert_eq!(settings.server.listen.as_deref(), Some("127.0.0.1:2"));
        assert_eq!(settings.server.graphiql, Some(true));
        assert_eq!(settings.server.cors.origins, ["https://a.example", "https://b.example"]);
        assert_eq!(settings.limits.http_limits().body_bytes_max, 7);
    }

    #[test]
    fn the_collector_of_traces_is_named_by_the_variables_of_opentelemetry_too() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            let settings = read("", variables).expect("the variables are understood");
            assert_eq!(settings.server.traces.otlp_endpoint.as_deref(), expected, "{variables:?}");
        };
        let all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318/");
        let traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:4318/here");
        let ours = ("CATALOG_SERVER_TRACES_OTLP_ENDPOINT", "http://ours:4318");
        check(&[all], Some("http://all:4318/v1/traces"));
        check(&[all, traces], Some("http://traces:4318/here"));
        check(&[ours, all, traces], Some("http://ours:4318"));
        check(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")], None);
    }

    #[test]
    fn a_variable_that_is_not_understood_is_named() {
        for (name, value) in [
            ("CATALOG_LIMITS_HTTP_BODY_BYTES_MAX", "many"),
            ("CATALOG_LIMITS_HTTP_BODY_BYTES_MAX", "-1"),
            ("CATALOG_SERVER_LOG_FORMAT", "xml"),
            ("CATALOG_SERVER_GRAPHIQL", "yes"),
        ] {
            let error = read("", &[(name, value)]).expect_err("it is not understood");
            assert!(error.contains(name), "{error}");
        }
    }
}
