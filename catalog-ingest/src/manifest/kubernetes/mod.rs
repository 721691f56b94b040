//! Kubernetes objects that say what runs, and Flux's that say in which order.
//!
//! Follows Kubernetes' recommended labels (`app.kubernetes.io/…`), the `a8r.io/…` annotations for humans,
//! Backstage's `backstage.io/kubernetes-id`, and Flux's `Kustomization` and `HelmRelease`. Such files are found by
//! their content only. `object` tells which objects are worth reading, and what they are called; `declare`
//! says what they mean.
//!
//! - Workloads and Services of one application are one `component` (or a `resource`, where the first container
//!   runs a data store that everyone knows). Its name is the label `app.kubernetes.io/name`, else the object's
//!   own; it is local to the cluster's namespace in this repository, and to `app.kubernetes.io/instance` where
//!   that differs. It is declared as `kubernetes:<namespace>/<name>`, in as many documents as there are objects.
//! - `backstage.io/kubernetes-id` is explicit, so it is an alias in the namespace `default`.
//! - `dependsOn` of Flux is a need of an object of the same kind. A `HelmRelease` is the application of its
//!   name; a `Kustomization` is of a namespace of its own, since it stands for many.
//! - `part-of` is a system, `a8r.io/owner` an owner of the lowest rank.
//! - The annotation `catalog/tier` holds the catalog's own addition.
//!
//! Other objects are read only where they carry such an annotation. Templates are no YAML, and give one note
//! a file. Left out: selectors, environment variables, jobs, whatever Kustomize would change or Flux
//! substitute. A document is strict where nothing that is read here is of a wrong type.

mod declare;
mod object;
#[cfg(test)]
mod tests;

use catalog_core::model::DiagnosticCode;

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{Remark, evidence::read_evidence},
};
use crate::limits::ManifestLimits;

pub(super) use object::{is_flux, is_workload};

/// Reads a file of Kubernetes objects.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    read_evidence(file, siblings, limits, |evidence, documents| {
        let mut objects = Vec::new();
        for document in documents {
            for object in object::objects_of(document.root()) {
                match object {
                    Ok(object) => objects.push(object),
                    Err(object) => {
                        let message = "the object has no `metadata`, expected a mapping with a `name`";
                        evidence.remark(Remark::new(DiagnosticCode::MissingField, object, message));
                    }
                }
            }
        }
        let stores = declare::data_stores_of(&objects);
        for object in &objects {
            declare::declare_object(evidence, object, &stores);
        }
        evidence.take_for_foreign_if_silent();
    })
}
