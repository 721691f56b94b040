//! OpenSLO documents: what services promise.
//!
//! `document` judges a document by the specification of `openslo/v1` (README.md of OpenSLO/OpenSLO), `slo` says
//! what it means. Files are found by the name `openslo.yaml` or `*.openslo.yaml` (also `.yml`), or by content.
//!
//! An `SLO` adds its objectives to the component that `spec.service` names, and a `Service` its title and
//! description; both are evidence, and make no entity by themselves. Every other kind (`SLI`, `DataSource`,
//! `AlertPolicy`, …) is OpenSLO's own affair and is passed over in silence. Of the other versions
//! (`v1alpha`, `v2alpha`, …) only what they share with v1 is judged. Metadata of an SLO is about the SLO, not
//! about the service, so there is no place for our additions.

mod document;
#[cfg(test)]
mod hostile_tests;
mod slo;
#[cfg(test)]
mod tests;

use catalog_core::model::{DiagnosticCode, FoundBy, Severity};

use super::{
    ManifestFile, ManifestReading,
    reading::{Recognition, Remark, name_of, read_documents},
    yaml::Node,
};
use crate::limits::ManifestLimits;
use document::{Kind, kind_of};

/// Whether a path has a name that says OpenSLO.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"));
    stem.is_some_and(|stem| stem == "openslo" || stem.ends_with(".openslo"))
}

/// Whether an `apiVersion` is one of OpenSLO's.
pub fn is_api_version(text: &str) -> bool {
    text.strip_prefix("openslo/").or(text.strip_prefix("openslo.com/")).is_some_and(|version| {
        version.starts_with('v') && version.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Reads a file as OpenSLO documents; documents of other formats in it are passed over.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    read_documents(file, limits, &Recognition::EVERY, |documents, yaml| {
        let root = yaml.root();
        let below = |part: &str, name: &str| root.get(part).and_then(|part| part.get(name));
        if !documents
            .is_readable(root, [root.get("kind"), below("metadata", "name"), below("spec", "service")])
        {
            return;
        }
        if !root.get("apiVersion").and_then(Node::text).is_some_and(is_api_version) {
            return documents.pass_over(root.position(), file.found_by == FoundBy::Content, |remarks| {
                let message = "the document has no `apiVersion` of OpenSLO, as in `openslo/v1`";
                let remark = Remark::new(DiagnosticCode::UnknownApiVersion, root, message);
                remarks.push(remark.problem("apiVersion is not one of OpenSLO").severity(Severity::Warning));
            });
        }
        let kind = kind_of(root);
        if kind == Some(Kind::Other) {
            return documents
                .pass_over(root.position(), false, |remarks| document::judge(root, kind, remarks));
        }
        documents.read_one(root.position(), |remarks| {
            document::judge(root, kind, remarks);
            match kind? {
                Kind::Slo => slo::read_slo(root, remarks, limits),
                Kind::Service => slo::read_service(root, remarks, limits),
                Kind::Other => None,
            }
        });
    })
}
