//! What an organisation measures by, from the settings of a server to those who answer from a copy of its graph.
//!
//! It is what answers depend on beside the graph: gaps, journeys, policies, rules of the check, and how
//! manifests are read. Nothing else of the settings leaves the server.

use serde::{Deserialize, Serialize};

use super::{ReadFrom, ScanSetting, Settings, policy::PolicyFile, sections::only};

/// The tables that are told.
const TABLES: [&str; 6] = ["gaps", "journey", "gate", "check", "port", "hosts"];
/// The version of the document's form.
const SCHEMA_VERSION: u32 = 1;

/// The document as it is sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeasuresDocument {
    schema_version: u32,
    /// The settings file, as messages name it.
    file: String,
    /// Its text, of which only [`TABLES`] are left.
    pub(super) text: String,
    /// The files of the policy folder, where there is one.
    pub(super) policies: Option<Vec<PolicyFile>>,
    /// Whether manifests are found by what is in them.
    scan_content: bool,
    /// How many entries the identity table has; what it says is in the graph.
    identities: usize,
}

/// Why measures cannot be told or taken.
#[derive(Debug, thiserror::Error)]
pub enum MeasuresError {
    /// The tables cannot be told apart from the others.
    #[error(
        "what the settings measure by cannot be told on: write `gaps`, `journey`, `gate`, `check`, `port` and `hosts` as tables of their own"
    )]
    Untold,
    /// They are of another version.
    #[error("what the server measures by has form {found}, and this version knows form {SCHEMA_VERSION}")]
    OtherForm {
        /// The form that it has.
        found: u32,
    },
    /// They are not understood.
    #[error("what the server measures by is not understood: {0}")]
    Invalid(String),
}

impl Settings {
    /// What these settings measure by, as a JSON document without anything secret.
    ///
    /// # Errors
    ///
    /// The settings file is written in a way in which that cannot be told apart from the rest.
    pub fn measures(&self) -> Result<String, MeasuresError> {
        let text = only(&self.read_from.text, &TABLES);
        let left: Self = toml::from_str(&text).map_err(|_| MeasuresError::Untold)?;
        if !self.measures_by_the_same(&left) || !left.only_measures() {
            return Err(MeasuresError::Untold);
        }
        let document = MeasuresDocument {
            schema_version: SCHEMA_VERSION,
            file: self.read_from.path.display().to_string(),
            text,
            policies: self.policy_files(),
            scan_content: self.crawl.scan == ScanSetting::Content,
            identities: self.identity.len(),
        };
        serde_json::to_string(&document).map_err(|_| MeasuresError::Untold)
    }

    /// Measures from now on by what a server told, in place of what stands here; gives how many names the
    /// server's own table unites.
    ///
    /// # Errors
    ///
    /// It is not understood; the settings are as they were.
    pub fn measure_by(&mut self, document: &[u8]) -> Result<usize, MeasuresError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Form {
            schema_version: u32,
        }
        let invalid = |error: &dyn std::fmt::Display| MeasuresError::Invalid(error.to_string());
        let form: Form = serde_json::from_slice(document).map_err(|error| invalid(&error))?;
        if form.schema_version != SCHEMA_VERSION {
            return Err(MeasuresError::OtherForm { found: form.schema_version });
        }
        let told: MeasuresDocument = serde_json::from_slice(document).map_err(|error| invalid(&error))?;
        let tables: Self = toml::from_str(&told.text).map_err(|error| invalid(&error.message()))?;
        let Self { gaps, journey, gate, check, port, hosts, .. } = tables;
        (self.gaps, self.journey, self.gate, self.check) = (gaps, journey, gate, check);
        (self.port, self.hosts) = (port, hosts);
        self.crawl.scan = if told.scan_content { ScanSetting::Content } else { ScanSetting::Name };
        self.policy.folder = None;
        self.read_policies = told.policies;
        self.read_from = ReadFrom { path: told.file.into(), text: told.text };
        Ok(told.identities)
    }

    fn measures_by_the_same(&self, other: &Self) -> bool {
        (&self.gaps, &self.journey, &self.gate, &self.check, &self.port, &self.hosts)
            == (&other.gaps, &other.journey, &other.gate, &other.check, &other.port, &other.hosts)
    }

    /// Whether everything else is as it is by default.
    fn only_measures(&self) -> bool {
        let Self { gaps, journey, gate, check, port, hosts, .. } = self.clone();
        *self == Self { gaps, journey, gate, check, port, hosts, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const SERVER: &str = "\
# a remark that is nobody's business
[server]
listen = \"127.0.0.1:1\"

[credentials.\"git.example.com\"]
token_env = \"A_NAME_THAT_IS_NOT_TOLD\"

[crawl]
scan = \"content\"

[gaps]
departed_days = 7

[[journey]]
name = \"taking a loan\"
hops = [\"component:a\", \"component:b\"]

[[identity]]
entity = \"group:default/payments\"
names = [\"@acme/not-told\"]

[[gate]]
name = \"ready\"
[[gate.check]]
demand = \"ownr\"

[policy]
folder = \"policies\"
";

    fn settings(folder: &std::path::Path) -> Settings {
        let path = folder.join("catalog.toml");
        fs::create_dir_all(folder.join("policies")).expect("a folder");
        fs::write(folder.join("policies/other.toml"), "[[check]]\ndemand = \"owner\"\n").expect("written");
        fs::write(&path, SERVER).expect("written");
        Settings::read(Some(&path)).expect("the settings are understood")
    }

    #[test]
    fn whoever_takes_them_measures_as_the_server_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let server = settings(folder.path());
        let told = server.measures().expect("they can be told");
        for secret in ["A_NAME_THAT_IS_NOT_TOLD", "not-told", "nobody's business", "127.0.0.1:1"] {
            assert!(!told.contains(secret), "{told}");
        }
        drop(folder);
        let mut client: Settings =
            toml::from_str("[gaps]\ndeparted_days = 9\n[limits.manifest]\nbytes_max = 5\n")
                .expect("the settings are understood");
        assert_eq!(client.measure_by(told.as_bytes()).expect("they are understood"), 1);
        assert_eq!(client.gap_settings(), server.gap_settings());
        assert_eq!(client.crawl.scan, ScanSetting::Content);
        let policies = client.policies();
        assert_eq!(policies.policies.len(), 1, "that of the folder");
        let fault = &policies.faults[0];
        assert_eq!((fault.line, fault.column), (25, 10), "{fault:?}");
        assert_eq!(client.limits.crawl_limits().manifest.bytes_max, 5, "what is one's own stays");
    }

    #[test]
    fn settings_without_a_file_measure_by_what_is_usual() {
        let told = Settings::default().measures().expect("they can be told");
        let mut client: Settings = toml::from_str("[gaps]\ndeparted_days = 9\n").expect("understood");
        assert_eq!(client.measure_by(told.as_bytes()).expect("they are understood"), 0);
        assert_eq!(client.gap_settings(), Settings::default().gap_settings());
        let shown = |settings: &Settings| format!("{:?}", settings.policies());
        assert_eq!(shown(&client), shown(&Settings::default()));
    }

    #[test]
    fn what_is_no_measure_changes_nothing() {
        let mut client = Settings::default();
        for (told, expected) in [
            ("", "is not understood"),
            ("<html>", "is not understood"),
            ("{\"schemaVersion\":2}", "has form 2, and this version knows form 1"),
            (
                "{\"schemaVersion\":1,\"file\":\"\",\"text\":\"x\",\"scanContent\":false,\"identities\":0}",
                "is not understood",
            ),
        ] {
            let error = client.measure_by(told.as_bytes()).expect_err("it is no measure").to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(client, Settings::default());
    }
}
