//! Code locations: the files that an entity is made of.

use catalog_core::model::{CodeLocation, Field, Located};

use super::{Place, Reader};

impl Reader<'_, '_> {
    /// Adds files that the entity is made of: those of a repository, below a path.
    ///
    /// `repository` is none where it is the one that holds the manifest, whose id is `own`.
    pub(crate) fn add_code_location(
        &mut self,
        own: &str,
        repository: &Located<Box<str>>,
        path: Option<&str>,
    ) {
        let written = repository.value.trim_matches('/');
        let name =
            written.rsplit("://").next().unwrap_or(written).trim_end_matches(".git").to_ascii_lowercase();
        let is_own = own
            .to_ascii_lowercase()
            .strip_suffix(&name)
            .is_some_and(|host| !name.is_empty() && (host.is_empty() || host.ends_with('/')));
        let path = path.unwrap_or_default().trim().trim_start_matches("./").trim_matches('/');
        let location = CodeLocation {
            repository: (!is_own).then(|| written.into()),
            path: if path == "." { "" } else { path }.into(),
        };
        let place = Place::from(repository.position);
        let count = self.declaration.code_locations.len();
        if self.declaration.code_locations.iter().all(|known| known.value != location)
            && self.has_room(place, count, "code locations", Field::CodeLocations)
        {
            self.declaration.code_locations.push(Located::new(location, repository.position));
        }
    }
}
