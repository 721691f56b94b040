//! Atlassian Compass's configuration as code, `compass.yml` and `compass.yaml`: one component a file.
//!
//! `document` judges a document, `component` says what it means. Followed is "Structure and contents of a
//! compass.yml file" in Atlassian's documentation, and the types of its own integration
//! (atlassian-labs/gitlab-for-compass); no schema is published. A document is strict where it has a name and
//! an id and every field is of the type that these two show; unknown fields are said and count for nothing.
//!
//! Compass leaves out what is null, and so does this reader. Teams and other components are named by their
//! resource identifiers (ARIs): these are kept as they are, and the id of a component is an alias of its
//! entity, so that references meet it wherever it is declared. Our additions stand at the root, under
//! `catalog`.

mod component;
#[cfg(test)]
mod corpus_tests;
mod document;
#[cfg(test)]
mod tests;

use catalog_core::model::{DiagnosticCode, Severity};

use super::{
    ManifestFile, ManifestReading,
    reading::{Recognition, Remark, name_of, read_documents},
    yaml::Node,
};
use crate::limits::ManifestLimits;

/// How the identifiers of Compass's components begin.
const COMPONENT_ARI: &str = "ari:cloud:compass:";

/// Whether a path has a name under which Compass looks for components. Other tools use it too.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    matches!(name, "compass.yml" | "compass.yaml")
}

/// Reads a file as a component of Compass; it is foreign where nothing in it is Compass's.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    let recognition = Recognition {
        is_ours: is_component,
        has_words: |text| ["configVersion:", "typeId:", COMPONENT_ARI].iter().any(|mark| text.contains(mark)),
        empty_is_ours: false,
        advice: |_| None,
    };
    read_documents(file, limits, &recognition, |documents, yaml| {
        let root = yaml.root();
        if !documents.is_readable(root, [root.get("name"), root.get("id")]) {
            return;
        }
        documents.read_one(root.position(), |remarks| {
            if yaml.index > 0 {
                let message = "the file has a further document, expected one component a file";
                let remark =
                    Remark::new(DiagnosticCode::WrongType, root, message).severity(Severity::Warning);
                let suggestion = "give each component a folder with a `compass.yml` of its own";
                remarks.push(remark.problem("the file has several documents").suggest(suggestion));
            }
            document::judge(root, remarks);
            component::read(root, remarks, limits)
        });
    })
}

/// Whether a document is one of Compass's.
fn is_component(root: Node<'_>) -> bool {
    root.get("configVersion").is_some()
        || root.get("typeId").is_some()
        || root.get("id").and_then(Node::scalar).is_some_and(|id| id.starts_with(COMPONENT_ARI))
}
