//! Which parts of its repository an entity is made of, as far as recent commits tell them apart.

use crate::model::{HistoryArea, RepositoryHistory, area_of_location, area_of_manifest};

use super::{Entity, EntityStanding};

/// The parts of its repository that an entity is made of.
#[derive(Clone, Debug)]
pub struct EntityAreas<'g> {
    /// The history of the repository.
    pub history: &'g RepositoryHistory,
    /// The areas, sorted by path, each once.
    pub areas: Vec<&'g HistoryArea>,
}

impl<'g> Entity<'g> {
    /// The areas of its repository that an entity is made of: those of the code locations that its
    /// documents there name, else that of its manifest; for a repository all of them. Where nobody changed
    /// anything in these, and others lie below, it is those. `None` where the repository has no history.
    pub fn areas(self) -> Option<EntityAreas<'g>> {
        let repository = self.repository()?;
        let history = repository.history()?;
        if self.standing() == EntityStanding::Repository {
            return Some(EntityAreas { history, areas: history.areas.iter().collect() });
        }
        let own = self.declarations().filter(|declaration| declaration.repository().id() == repository.id());
        let locations = own.filter_map(|declaration| declaration.record().details.as_deref());
        let locations = locations.flat_map(|details| &details.code_locations);
        let mut paths: Vec<&str> = locations
            .filter(|location| location.value.repository.is_none())
            .map(|location| area_of_location(&location.value.path))
            .collect();
        if paths.is_empty() {
            paths.push(area_of_manifest(self.declaration()?.path()));
        }
        let mut areas: Vec<&HistoryArea> = paths.iter().filter_map(|path| history.area_of(path)).collect();
        if areas.iter().all(|area| area.commits == 0 && area.last.is_none()) {
            let is_below = |area: &HistoryArea, path: &str| {
                path.is_empty() || area.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
            };
            let below = history.areas.iter().filter(|area| paths.iter().any(|path| is_below(area, path)));
            areas.extend(below.filter(|area| area.last.is_some()));
        }
        areas.sort_by(|a, b| a.path.cmp(&b.path));
        areas.dedup_by(|a, b| a.path == b.path);
        Some(EntityAreas { history, areas })
    }
}
