//! The parts of a repository of which it matters who works on them.

use std::collections::BTreeSet;

use catalog_core::model::{Manifest, area_of_location, area_of_manifest};

/// The folders whose manifests declare something, and the paths that documents name as the code of what
/// they declare.
pub(crate) fn areas(manifests: &[Manifest]) -> BTreeSet<Box<str>> {
    let mut areas = BTreeSet::new();
    for manifest in manifests {
        let declarations = manifest.documents.iter().filter_map(|document| document.declaration.as_ref());
        for declaration in declarations {
            areas.insert(area_of_manifest(&manifest.path).into());
            let own =
                declaration.code_locations.iter().filter(|location| location.value.repository.is_none());
            areas.extend(own.map(|location| area_of_location(&location.value.path).into()));
        }
    }
    areas
}
