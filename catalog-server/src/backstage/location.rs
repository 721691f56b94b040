//! Locations: where entities were read. What Backstage calls a registered location is a repository here.

use std::fmt;

use catalog_core::{
    graph::{CatalogGraph, Entity, RepositoryView, repository_ref},
    model::RepositoryId,
};
use serde::Serialize;

use super::{BackstageError, BackstageLimits, identifier::location_id, predicate::Predicate};

/// A place that things are read from, in Backstage's form `type:target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) location_type: &'static str,
    pub(super) target: String,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.location_type, self.target)
    }
}

/// The pages of a host, where they are known by the host's name.
#[derive(Clone, Copy)]
enum Pages {
    GitHub,
    GitLab,
    Bitbucket,
}

impl Pages {
    fn of(id: &RepositoryId) -> Option<Self> {
        let (host, path) = id.as_str().split_once('/')?;
        let host = host.to_lowercase();
        if !path.contains('/') {
            return None;
        }
        match host.as_str() {
            "bitbucket.org" => Some(Self::Bitbucket),
            host if host.starts_with("github.") => Some(Self::GitHub),
            host if host.starts_with("gitlab.") => Some(Self::GitLab),
            _ => None,
        }
    }

    /// The page of a file or a folder, as it is now: a page of one commit would be another one after each.
    fn page(self, id: &RepositoryId, path: &str, is_folder: bool) -> String {
        let between = match (self, is_folder) {
            (Self::GitHub, false) => "blob/HEAD",
            (Self::GitHub, true) => "tree/HEAD",
            (Self::GitLab, false) => "-/blob/HEAD",
            (Self::GitLab, true) => "-/tree/HEAD",
            (Self::Bitbucket, _) => "src/HEAD",
        };
        format!("https://{}/{between}/{}", encoded(id.as_str()), encoded(path))
    }
}

/// A path as it stands in a URL.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Where an entity was read: its file where a declaration stands for it, else the repository that it stands for.
pub(super) fn file_location(entity: Entity<'_>) -> Option<Location> {
    let Some(declaration) = entity.declaration() else { return origin_location(entity) };
    let (id, path) = (declaration.repository().id(), declaration.path());
    Some(match Pages::of(id) {
        Some(pages) => Location { location_type: "url", target: pages.page(id, path, false) },
        None => Location { location_type: "repository", target: format!("{id}:{path}") },
    })
}

/// The repository that led to an entity.
pub(super) fn origin_location(entity: Entity<'_>) -> Option<Location> {
    entity.repository().map(repository_location)
}

/// The page on which the file of an entity is looked at, where that is known.
pub(super) fn page(entity: Entity<'_>) -> Option<String> {
    let id = entity.repository()?.id();
    match entity.declaration() {
        Some(declaration) => Some(Pages::of(id)?.page(id, declaration.path(), false)),
        None => Pages::of(id).map(|_| format!("https://{}", encoded(id.as_str()))),
    }
}

/// The page of the folder in which an entity is declared, where that is known; it ends in `/`.
pub(super) fn folder_page(entity: Entity<'_>) -> Option<String> {
    let id = entity.repository()?.id();
    let path = entity.declaration().map_or("", |declaration| declaration.path());
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    Some(Pages::of(id)?.page(id, folder, true))
}

fn repository_location(repository: RepositoryView<'_>) -> Location {
    let (id, address) = (repository.id(), &*repository.head().address);
    if repository.is_host() {
        return Location { location_type: "host", target: id.to_string() };
    }
    if Pages::of(id).is_some() {
        return Location { location_type: "url", target: format!("https://{}", encoded(id.as_str())) };
    }
    if address.starts_with("https://") || address.starts_with("http://") {
        return Location { location_type: "url", target: address.to_owned() };
    }
    Location { location_type: "repository", target: id.to_string() }
}

/// A repository, as a location that clients list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationRow {
    /// Made of type and target.
    pub id: String,
    /// `url`, `repository` or `host`.
    #[serde(rename = "type")]
    pub location_type: &'static str,
    /// The address, or the repository's id.
    pub target: String,
    /// The entity that stands for the repository.
    pub entity_ref: Option<String>,
}

impl LocationRow {
    fn new(repository: RepositoryView<'_>) -> Self {
        let Location { location_type, target } = repository_location(repository);
        Self {
            id: location_id(location_type, &target),
            location_type,
            target,
            entity_ref: repository_ref(repository.id()).map(|entity| entity.to_string()),
        }
    }

    /// All locations, sorted by id. O(repositories).
    pub fn all(graph: &CatalogGraph) -> Vec<Self> {
        let mut rows: Vec<Self> = graph.repositories().map(Self::new).collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.dedup_by(|a, b| a.id == b.id);
        rows
    }

    /// The location that led to an entity.
    pub fn of(entity: Entity<'_>) -> Option<Self> {
        entity.repository().map(Self::new)
    }
}

/// A field of a location that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LocationField {
    Id,
    Type,
    Target,
    EntityRef,
}

impl LocationField {
    pub(super) fn named(name: &str) -> Result<Self, BackstageError> {
        match name.to_lowercase().as_str() {
            "id" => Ok(Self::Id),
            "type" => Ok(Self::Type),
            "target" => Ok(Self::Target),
            "entityref" => Ok(Self::EntityRef),
            _ => Err(BackstageError::Input(format!(
                "a location has no field `{name}`; expected `id`, `type`, `target` or `entityRef`"
            ))),
        }
    }

    fn value(self, row: &LocationRow) -> Option<&str> {
        match self {
            Self::Id => Some(&row.id),
            Self::Type => Some(row.location_type),
            Self::Target => Some(&row.target),
            Self::EntityRef => row.entity_ref.as_deref(),
        }
    }
}

/// Which locations, and how many at once.
#[derive(Clone, Debug)]
pub struct LocationQuery {
    pub(super) predicate: Option<Predicate<LocationField>>,
    /// The predicate as it was asked, for the cursor.
    pub(super) asked: Option<serde_json::Value>,
    pub(super) limit: usize,
    /// The id of the last location of the page before.
    pub(super) after: Option<String>,
}

impl LocationQuery {
    /// The page that is asked for, as JSON. O(repositories).
    pub fn answer(&self, graph: &CatalogGraph, limits: &BackstageLimits) -> serde_json::Value {
        let mut rows = LocationRow::all(graph);
        if let Some(predicate) = &self.predicate {
            rows.retain(|row| {
                predicate.holds(&mut |field: &LocationField, test| test.passes_one(field.value(row)))
            });
        }
        let total = rows.len();
        let start = self.after.as_ref().map_or(0, |after| rows.partition_point(|row| row.id <= *after));
        let end = rows.len().min(start + self.limit.min(limits.page_rows_max));
        let page = &rows[start..end];
        let next = (end < total).then(|| page.last()).flatten().map(|last| {
            let mut cursor = serde_json::json!({"limit": self.limit, "afterId": last.id});
            if let Some(asked) = &self.asked {
                cursor["query"] = asked.clone();
            }
            super::cursor::encode(&cursor)
        });
        let mut info = serde_json::Map::new();
        if let Some(next) = next {
            info.insert("nextCursor".into(), next.into());
        }
        serde_json::json!({"items": page, "totalItems": total, "pageInfo": info})
    }
}
