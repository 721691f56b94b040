//! Applications of the Open Application Model, as KubeVela runs them: `core.oam.dev/…`, found by content.
//!
//! Follows the model's `Application` and KubeVela's `dependsOn`. An application is a `system`, declared as
//! `oam:<application>`; each of its components is a `component` of the component's own type (or a `resource`,
//! where its image is a data store that everyone knows) and a part of it, declared as
//! `oam:<application>/<component>`. Names are local to the application in its cluster's namespace.
//!
//! `dependsOn` is a need. Left out: traits, policies, the workflow, and `inputs` of other components' outputs.

mod application;
#[cfg(test)]
mod tests;

use super::{ManifestFile, ManifestReading, Siblings, reading::evidence::read_evidence};
use crate::limits::ManifestLimits;

/// Reads a file of applications.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    read_evidence(file, siblings, limits, |evidence, documents| {
        for document in documents {
            application::read_application(evidence, document.root());
        }
        evidence.take_for_foreign_if_silent();
    })
}
