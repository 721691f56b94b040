//! Who owns a path of a repository, which rule decides, and which rules it overrides.

use crate::{
    graph::{CatalogGraph, Entity, OwnershipClaim, RepositoryView},
    model::{PathRule, RepositoryId},
};

use super::filter::id_matches;

/// Who owns a path.
#[derive(Clone, Debug)]
pub struct PathOwnership<'g> {
    /// The repository.
    pub repository: RepositoryView<'g>,
    /// The path, with `/` between its parts.
    pub path: String,
    /// The ownership file, where the repository has one.
    pub file: Option<&'g str>,
    /// The rule that decides, where one matches.
    pub rule: Option<&'g PathRule>,
    /// What that rule claims; empty where it names nobody.
    pub claims: Vec<OwnershipClaim>,
    /// The rules that match as well and are overridden, the last of the file first.
    pub overridden: Vec<&'g PathRule>,
    /// The entity whose manifest lies nearest above the path, in its folder or the next one up.
    pub nearest_entity: Option<Entity<'g>>,
}

/// Why a word does not name one repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryNotFound {
    /// No repository has the id, or ends in it.
    #[error("repository `{0}` is not in the catalog")]
    Unknown(Box<str>),
    /// Several end in it.
    #[error("`{text}` is the end of {} repositories' ids", candidates.len())]
    Ambiguous {
        /// The word.
        text: Box<str>,
        /// Which.
        candidates: Vec<RepositoryId>,
    },
}

/// Finds the repository that a person means: by its whole id, or by the end of one after a `/`.
pub fn find_repository<'g>(
    graph: &'g CatalogGraph,
    text: &str,
) -> Result<RepositoryView<'g>, RepositoryNotFound> {
    if let Some(repository) = RepositoryId::new(text).and_then(|id| graph.repository(&id)) {
        return Ok(repository);
    }
    let mut found = graph.repositories().filter(|repository| id_matches(repository.id().as_str(), text));
    match (found.next(), found.next()) {
        (None, _) => Err(RepositoryNotFound::Unknown(text.into())),
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => Err(RepositoryNotFound::Ambiguous {
            text: text.into(),
            candidates: [first, second].into_iter().chain(found).map(|found| found.id().clone()).collect(),
        }),
    }
}

/// Stands for any file of a folder: no rule is written for it.
const FILE_OF_NO_NAME: char = '\u{fffd}';

/// A path of a repository as a tree writes it, without `.`, `..` and doubled slashes; one that ends with
/// a `/` is a folder and keeps it. `None` where it leads out of the repository.
pub fn path_in_repository(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let end = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    Some(parts.join("/") + end)
}

/// Who owns a path of a repository. The path need not exist; one that ends with a `/` is a folder, and
/// asks for a file of no particular name in it. O(rules + entities of the repository).
pub fn path_ownership<'g>(
    graph: &'g CatalogGraph,
    repository: RepositoryView<'g>,
    path: &str,
) -> PathOwnership<'g> {
    let path = path_in_repository(path).unwrap_or_else(|| path.to_owned());
    let rules = repository.path_rules();
    let file = if path.ends_with('/') { format!("{path}{FILE_OF_NO_NAME}") } else { path.clone() };
    let mut matching: Vec<usize> = rules.map(|rules| rules.matcher.all_matching(&file)).unwrap_or_default();
    matching.sort_unstable();
    let deciding = matching.pop();
    let rule_at = |rule: usize| rules.and_then(|rules| rules.rules.rules.get(rule));
    PathOwnership {
        repository,
        file: rules.map(|rules| rules.path),
        rule: deciding.and_then(rule_at),
        claims: match (rules, deciding) {
            (Some(rules), Some(rule)) => rules.claims(graph, rule),
            _ => Vec::new(),
        },
        overridden: matching.into_iter().rev().filter_map(rule_at).collect(),
        nearest_entity: nearest_entity(repository, &path),
        path,
    }
}

/// The first entity of the manifest that lies deepest above a path.
fn nearest_entity<'g>(repository: RepositoryView<'g>, path: &str) -> Option<Entity<'g>> {
    let mut nearest: Option<(usize, Entity<'g>)> = None;
    for entity in repository.entities() {
        if matches!(entity.name().kind(), "group" | "user" | "location" | "template") {
            continue;
        }
        let Some(declaration) = entity.declaration() else { continue };
        let folder = declaration.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let covers = folder.is_empty()
            || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if covers && nearest.is_none_or(|(length, _)| folder.len() > length) {
            nearest = Some((folder.len(), entity));
        }
    }
    nearest.map(|(_, entity)| entity)
}
