//! Score workloads, `score.yaml`.
//!
//! Follows the Score specification `score.dev/v1b1`. A workload is a `component` of type `workload` whose name is
//! local to its folder, declared as `score:<name>`. Each of its `resources` is a `resource` that it needs:
//!
//! - with an `id`, type, class and id name *one* resource for all workloads of the repository's owner
//!   (`<type>.<class>.<id>` in a namespace of that owner), so that what many rest on is seen to be one;
//! - without one, it is the workload's alone (`<workload>.<name>` in its folder's namespace);
//! - `environment` is no resource but the settings of a place, and is left out.
//!
//! The catalog's own additions are read from `metadata.catalog`, which the schema leaves free. A document is
//! strict where its root, `metadata`, `containers` and `resources` follow the schema; what is inside a
//! container is not judged.

#[cfg(test)]
mod tests;
mod workload;

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{evidence::read_evidence, name_of},
};
use crate::limits::ManifestLimits;

/// Whether a path has the name of a workload.
pub fn has_manifest_name(path: &str) -> bool {
    name_of(path) == "score.yaml"
}

/// Reads a file as workloads.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    read_evidence(file, siblings, limits, |evidence, documents| {
        for document in documents {
            workload::read_workload(evidence, document.root());
        }
        evidence.take_for_foreign_if_silent();
    })
}
