//! Compose files, `compose.yaml` and its older names.
//!
//! Follows the Compose Specification, and the first version of the format, which has no `services`. In the
//! order of reading: `merge` does what `<<` asks for, `project` finds every service of the file and of those
//! that it includes, `service` says what one means.
//!
//! A service is a `component` of type `container`, or, where its image is a data store that everyone knows,
//! a `resource`. Its name is local to its project, whose namespace is derived from the repository and the
//! folder of the file; `declared_as` is `compose:<service>`.
//!
//! - `depends_on`, `links`, `volumes_from`, `network_mode`, `ipc` and `pid` of another service are needs. They
//!   are soft with `required: false`, and after `service_completed_successfully`: what has ended is not
//!   needed any more. What lies outside the project (`external_links`, `container:`) is a need of a name that
//!   only the project uses.
//! - `extends` is a relation without failure. `include` is followed for one step, to files of the repository.
//! - The folder of `build` is a code location. `x-catalog` of a service holds the catalog's own additions.
//!
//! Of two files with a name of the format in one folder, the first by [`NAMES`] counts, as for the tool itself.
//! Left out: override files, profiles beyond their names, networks, volumes, and labels of containers. A
//! document is strict where nothing that is read here breaks the specification.

mod merge;
mod project;
mod service;
#[cfg(test)]
mod tests;

use catalog_core::model::{DiagnosticCode, FoundBy, ManifestInput, Position};

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{Place, Remark, Remarks, evidence::read_evidence, folder_of, name_of},
};
use crate::limits::ManifestLimits;

/// The names of compose files, in the order in which they are preferred.
pub const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// Whether a path has a name under which compose files are found.
pub fn has_manifest_name(path: &str) -> bool {
    NAMES.contains(&name_of(path))
}

/// Reads a file as a compose file.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    let mut shadows = Vec::new();
    if file.found_by == FoundBy::Name {
        let folder = folder_of(file.path);
        for name in NAMES.into_iter().take_while(|name| *name != name_of(file.path)) {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let content = siblings.read(&path).map(|(content, _)| content);
            shadows.push(ManifestInput { path: path.into(), content });
        }
    }
    let mut reading = match shadows.iter().find(|input| input.content.is_some()) {
        Some(first) => shadowed_by(&first.path, file, limits),
        None => read_evidence(file, siblings, limits, project::read_project),
    };
    reading.inputs.extend(shadows);
    reading.inputs.sort_unstable();
    reading.inputs.dedup();
    reading
}

/// The reading of a file that its own tool does not look at.
fn shadowed_by(first: &str, file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    let mut remarks = Remarks::new(file.path, "", limits.diagnostics_max);
    let message = format!("`{}` is not read, because `{first}` comes first", file.path);
    let place = Place { position: Position::default(), length: 0 };
    let remark = Remark::new(DiagnosticCode::ManifestShadowed, place, message);
    remarks.push(remark.suggest(format!("move its services to `{first}`, and delete it")));
    ManifestReading { diagnostics: remarks.finish(), ..ManifestReading::default() }
}
