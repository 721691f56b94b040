//! OpsLevel: `opslevel.yml`, version 1, with a `service`, a `component` or a `repository`.
//!
//! Followed are OpsLevel's page on configuration as code and the schema that it names. A document is
//! strict where its version is 1 and every field that is read has its shape. Every field may be null, which
//! says nothing. A file `opslevel.yaml` is never detected by OpsLevel: that is said, and nothing of it is read.
//!
//! `declare` reads services and components, `repository` what is said of the repository itself, and
//! `tools` tools and alerts. References are aliases without a kind: what is depended on is taken for
//! a component, and the graph finds what is declared by that name.
//!
//! Left out: `notes` of dependencies, the names of environments except in the titles of links, and
//! `display_name` and `provider` of repositories.

#[cfg(test)]
mod corpus_tests;
mod declare;
mod repository;
#[cfg(test)]
mod tests;
mod tools;

use catalog_core::model::{Diagnostic, DiagnosticCode, Position};

use super::{
    ManifestFile, ManifestReading,
    reading::{Documents, Recognition, Remark, Remarks, name_of, quoted, read_documents},
    yaml::{Node, YamlDocument},
};
use crate::limits::ManifestLimits;

/// The sections that declare something.
const SECTIONS: [&str; 3] = ["service", "component", "repository"];

/// Whether a path has a name under which people keep OpsLevel's configuration, read by OpsLevel or not.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    name == "opslevel.yml" || is_dead_name(path)
}

fn is_dead_name(path: &str) -> bool {
    path == "opslevel.yaml" || path.ends_with("/opslevel.yaml")
}

/// Reads a file as OpsLevel's configuration.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    let recognition = Recognition {
        // Nothing but OpsLevel's configuration has this name, unless it is of another shape altogether.
        is_ours: |root| {
            !root.is_mapping()
                || root.get("version").is_some()
                || SECTIONS.iter().any(|name| root.get(name).is_some())
        },
        has_words: |_| true,
        empty_is_ours: true,
        advice: |_| None,
    };
    if is_dead_name(file.path) {
        return read_dead(file, limits, &recognition);
    }
    read_documents(file, limits, &recognition, read_document)
}

/// Says that OpsLevel does not read the file, where it is one that was meant to be read.
fn read_dead(file: &ManifestFile<'_>, limits: &ManifestLimits, recognition: &Recognition) -> ManifestReading {
    let reading = read_documents(file, limits, recognition, |_, _| {});
    if reading.foreign {
        return reading;
    }
    let right = format!("{}.yml", file.path.trim_end_matches(".yaml"));
    let message = format!("`{}` is not read by OpsLevel, which looks for `opslevel.yml` only", file.path);
    let diagnostic = Diagnostic::new(DiagnosticCode::ManifestMisnamed, message)
        .at(file.path, Position::default())
        .suggest(format!("rename it to `{right}`"));
    ManifestReading { diagnostics: vec![diagnostic], foreign: true, ..ManifestReading::default() }
}

fn read_document<'f>(documents: &mut Documents<'f>, yaml: &YamlDocument<'_>) {
    let root = yaml.root();
    if !root.is_mapping() {
        return documents.refuse(root, "document", "a mapping with `version` and `service`");
    }
    let (file, limits) = (documents.file, documents.limits);
    let mut is_first = true;
    for name in SECTIONS {
        let Some(section) = root.stated(name) else { continue };
        if section.stated("name").is_some_and(|name| documents.is_skeleton([name])) {
            return;
        }
        let judges = std::mem::replace(&mut is_first, false);
        documents.read_one(section.position(), |remarks| {
            if judges {
                judge_root(root, remarks);
            }
            if !section.is_mapping() {
                let remark = Remark::wrong_type(section, name, "a mapping");
                remarks.push(remark);
                return None;
            }
            match name {
                "repository" => repository::declare(section, file, remarks, limits),
                _ => declare::declare(section, name, file, remarks, limits),
            }
        });
    }
    if is_first {
        documents.read_one(root.position(), |remarks| {
            judge_root(root, remarks);
            let message = "the document has none of `service`, `component` and `repository`";
            let remark = Remark::new(DiagnosticCode::MissingField, root, message);
            remarks.push(remark.problem("service is missing").suggest("add `service: { name: … }`"));
            None
        });
    }
}

/// Judges what stands at the root beside the sections.
fn judge_root(root: Node<'_>, remarks: &mut Remarks<'_>) {
    match root.stated("version") {
        None => {
            let remark = Remark::missing(root, "version");
            remarks.push(remark.suggest("add `version: 1`"));
        }
        Some(version) if version.scalar().is_some_and(|version| version.trim() == "1") => {}
        Some(version) => {
            let found = version.scalar().map_or_else(|| version.described().to_owned(), quoted);
            let message = format!("`version` is {found}, expected 1");
            let remark = Remark::new(DiagnosticCode::UnknownApiVersion, version, message);
            remarks.push(remark.problem("version is not known"));
        }
    }
    for entry in root.entries().filter(|entry| !entry.key.is_null()) {
        let key = entry.key.scalar().unwrap_or("?");
        if key != "version" && !SECTIONS.contains(&key) {
            let message = format!("the root field {} is not one that OpsLevel knows", quoted(key));
            let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
            remarks.push(remark.suggest("move it into `service`, or remove it"));
        }
    }
}
