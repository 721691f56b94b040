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
    reading::{Outcome, Remark, read_each, text_of},
    yaml::{Node, read_yaml},
};
use crate::limits::ManifestLimits;
use document::{Kind, kind_of};

/// Whether a path has a name that says OpenSLO.
pub fn has_manifest_name(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
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
    let text = match text_of(file) {
        Ok(text) => text,
        Err(reading) => return *reading,
    };
    let pieces = read_yaml(text, limits);
    read_each(file, text, &pieces, limits, names, &mut |yaml, remarks| {
        let root = yaml.root();
        if !root.get("apiVersion").and_then(Node::text).is_some_and(is_api_version) {
            let problem = "apiVersion is not one of OpenSLO";
            let message = "the document has no `apiVersion` of OpenSLO, as in `openslo/v1`";
            let remark = Remark::new(DiagnosticCode::UnknownApiVersion, root, message).problem(problem);
            if file.found_by == FoundBy::Content {
                remarks.push_silently(remark);
            } else {
                remarks.push(remark.severity(Severity::Warning));
            }
            return Outcome::Silent;
        }
        let kind = kind_of(root);
        document::judge(root, kind, remarks);
        Outcome::of(match kind {
            Some(Kind::Slo) => slo::read_slo(root, remarks, limits),
            Some(Kind::Service) => slo::read_service(root, remarks, limits),
            Some(Kind::Other) => return Outcome::Silent,
            None => None,
        })
    })
}

/// The nodes that name what a document declares.
fn names(root: Node<'_>) -> Vec<Node<'_>> {
    let below = |part: &str, name: &str| root.get(part).and_then(|part| part.get(name));
    [root.get("kind"), below("metadata", "name"), below("spec", "service")].into_iter().flatten().collect()
}
