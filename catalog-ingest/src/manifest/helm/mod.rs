//! Helm charts, `Chart.yaml`.
//!
//! Follows the chart format of Helm 2 (`apiVersion: v1`, dependencies in `requirements.yaml`) and Helm 3
//! (`v2`). `chart` says what the chart means, `dependencies` what it is made of.
//!
//! A chart is a `component` of type `helm-chart` whose name is local to its folder, declared as
//! `helm:<chart>`. A dependency is a chart of the repository where it names one (`file://…`, or a folder of
//! `charts/`); else it is an instance of somebody else's chart that is installed with this one, declared as
//! `helm:<chart>/<alias or name>`, and a `resource` where it is a data store that everyone knows. It is a
//! need, soft where a `condition` or `tags` can leave it out.
//!
//! Maintainers are owners of the lowest rank. `deprecated` is the lifecycle. The annotations `catalog/tier` and
//! `catalog/data-class` hold the catalog's own additions, since Helm allows no fields of others. Left out:
//! values, templates (which are no YAML), and whether a dependency is a library, which only its chart says.

mod chart;
mod dependencies;
#[cfg(test)]
mod tests;

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{evidence::read_evidence, name_of},
};
use crate::limits::ManifestLimits;

/// Whether a path has the name of a chart.
pub fn has_manifest_name(path: &str) -> bool {
    name_of(path) == "Chart.yaml"
}

/// Reads a file as a chart.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    read_evidence(file, siblings, limits, |evidence, documents| {
        let is_chart = documents.iter().any(|document| {
            let root = document.root();
            !root.is_mapping() || ["apiVersion", "name", "version"].iter().any(|key| root.get(key).is_some())
        });
        if !is_chart {
            return evidence.take_for_foreign();
        }
        for document in documents {
            let root = document.root();
            if evidence.is_mapping(root) {
                chart::read_chart(evidence, root);
            }
        }
    })
}
