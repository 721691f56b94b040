//! Policies: the tables `[[gate]]` of the settings, and the files of the policy folder.
//!
//! What is wrong with a policy is a fault with file, line and column, and keeps no other policy from running;
//! only what the settings file itself cannot be read without is an error of the settings.

mod document;
mod read;
#[cfg(test)]
mod tests;

use std::path::Path;

use catalog_core::readiness::{Policy, PolicyFault, PolicySet};
use serde::{Deserialize, Serialize};

pub use document::{CheckDocument, ExemptionDocument, PolicyDocument, PolicySettings, ScopeDocument};

use super::Settings;
use read::PolicyReader;

/// The policy that is asked where none is configured, as a file to start from.
pub const DEFAULT_POLICY: &str = include_str!("default_policy.toml");

/// How large a file of a policy may be, in bytes.
const POLICY_BYTES_MAX: u64 = 1 << 20;
/// How many files a policy folder may hold.
const POLICY_FILES_MAX: usize = 1_000;

impl Settings {
    /// The policies of the settings and of the policy folder; the default one where neither names any.
    pub fn policies(&self) -> PolicySet {
        let mut set = PolicySet::default();
        let file = self.read_from.path.display().to_string();
        for (place, gate) in self.gate.iter().enumerate() {
            let name = gate.name.clone().unwrap_or_else(|| format!("gate-{}", place + 1));
            let mut reader =
                PolicyReader { file: &file, text: &self.read_from.text, name, faults: Vec::new() };
            let policy = reader.read(gate);
            take(&mut set, policy, reader.faults, &file);
        }
        let files = self.policy_files();
        if self.gate.is_empty() && files.is_none() {
            read_file("default policy", "readiness", DEFAULT_POLICY, &mut set);
        }
        files.into_iter().flatten().for_each(|file| file.read_into(&mut set));
        set
    }

    /// The files of the policy folder, where there is one.
    pub(super) fn policy_files(&self) -> Option<Vec<PolicyFile>> {
        self.read_policies.clone().or_else(|| self.policy.folder.as_deref().map(read_folder))
    }
}

/// What was found of a file of the policy folder, or of the folder itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PolicyFile {
    /// What it is called in messages.
    file: String,
    /// Its name without `.toml`.
    stem: String,
    /// What is in it, or why that is not known.
    pub(super) text: Result<String, String>,
}

impl PolicyFile {
    fn read_into(&self, set: &mut PolicySet) {
        match &self.text {
            Ok(text) => read_file(&self.file, &self.stem, text, set),
            Err(message) => set.faults.push(fault(&self.stem, &self.file, message.clone())),
        }
    }
}

fn take(set: &mut PolicySet, policy: Option<Policy>, faults: Vec<PolicyFault>, file: &str) {
    set.faults.extend(faults);
    let Some(policy) = policy else { return };
    if set.policy(&policy.name).is_some() {
        let message = format!("there is another policy `{}`; give one of them another `name`", policy.name);
        set.faults.push(fault(&policy.name, file, message));
    } else {
        set.policies.push(policy);
    }
}

fn fault(policy: &str, file: &str, message: String) -> PolicyFault {
    PolicyFault { policy: policy.into(), file: file.into(), line: 0, column: 0, message }
}

fn read_folder(folder: &Path) -> Vec<PolicyFile> {
    let shown = folder.display().to_string();
    let none = |message: String| vec![PolicyFile { file: shown, stem: String::new(), text: Err(message) }];
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut files = match entries {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect::<Vec<_>>(),
        Err(error) => return none(format!("the policy folder could not be read: {error}")),
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    match files.len() {
        0 => return none("the policy folder holds no policy; expected files `*.toml`".to_owned()),
        1..=POLICY_FILES_MAX => {}
        found => {
            return none(format!(
                "the policy folder holds {found} files, over the limit `policy.files_max` of {POLICY_FILES_MAX}"
            ));
        }
    }
    let read = |file: &std::path::PathBuf| PolicyFile {
        file: file.display().to_string(),
        stem: file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        text: read_text(file),
    };
    files.iter().map(read).collect()
}

fn read_text(file: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("the policy could not be read: {error}");
    let bytes = std::fs::metadata(file).map_err(unreadable)?.len();
    if bytes > POLICY_BYTES_MAX {
        return Err(format!(
            "the policy is {bytes} bytes, over the limit `policy.bytes_max` of {POLICY_BYTES_MAX}"
        ));
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

/// Reads one file, which is called `file` in messages.
fn read_file(file: &str, stem: &str, text: &str, set: &mut PolicySet) {
    let mut reader = PolicyReader { file, text, name: stem.to_owned(), faults: Vec::new() };
    let policy = match toml::from_str::<PolicyDocument>(text) {
        Ok(document) => {
            if let Some(name) = &document.name {
                reader.name.clone_from(name);
            }
            reader.read(&document)
        }
        Err(error) => {
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            reader.fault(error.span().unwrap_or(0..0), message);
            None
        }
    };
    take(set, policy, reader.faults, file);
}
