//! Who owns a path of a repository, which rule decides, and which rules it overrides.

use crate::{
    graph::{CatalogGraph, Entity, OwnershipClaim, PathRuleView, RepositoryView},
    model::{ManifestFormat, OwnerName, PathDialect, RepositoryId},
};

use super::filter::id_matches;

/// Who owns a path.
#[derive(Clone, Debug)]
pub struct PathOwnership<'g> {
    /// The repository.
    pub repository: RepositoryView<'g>,
    /// The path, with `/` between its parts.
    pub path: String,
    /// The ownership file that was asked, where the repository has one; of OWNERS files the highest one.
    pub file: Option<&'g str>,
    /// The dialect of that file.
    pub dialect: Option<PathDialect>,
    /// The rules that together decide, where any match: one on GitHub and Bitbucket, one of each section on
    /// GitLab, all that match in the other dialects; of OWNERS files the nearest first.
    pub deciding: Vec<PathRuleView<'g>>,
    /// What those rules claim; empty where they name nobody.
    pub claims: Vec<OwnershipClaim>,
    /// The rules that match as well and do not count, nearest file and last rule first.
    pub overridden: Vec<PathRuleView<'g>>,
    /// Ownership files that speak about the path and could not be read: whom they name is not known.
    pub unread: Vec<&'g str>,
    /// The entity whose manifest lies nearest above the path, in its folder or the next one up.
    pub nearest_entity: Option<Entity<'g>>,
}

impl<'g> PathOwnership<'g> {
    /// The owners that the deciding rules name, as written and each one once.
    pub fn owners(&self) -> Vec<&'g OwnerName> {
        owners_of_rules(&self.deciding)
    }

    /// The rule to show where one is wanted: the first one that names somebody, or else the last one.
    pub fn rule(&self) -> Option<&PathRuleView<'g>> {
        first_rule(&self.deciding)
    }
}

/// The owners that some rules name, as written, in their order, each one once; logins, teams and addresses
/// are the same whatever their case.
pub fn owners_of_rules<'g>(rules: &[PathRuleView<'g>]) -> Vec<&'g OwnerName> {
    let mut owners: Vec<&OwnerName> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for owner in rules.iter().flat_map(|of| &of.rule.owners) {
        if rules.len() == 1 || seen.insert(owner.as_str().to_lowercase()) {
            owners.push(owner);
        }
    }
    owners
}

/// Of rules that together decide the one to show where only one is wanted: the first one that names
/// somebody, or else the last one.
pub fn first_rule<'r, 'g>(rules: &'r [PathRuleView<'g>]) -> Option<&'r PathRuleView<'g>> {
    rules.iter().find(|of| !of.rule.owners.is_empty()).or(rules.last())
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
/// asks for a file of no particular name in it. `format` asks CODEOWNERS or OWNERS alone; without it
/// CODEOWNERS answers where there is one, and else OWNERS. O(rules + entities of the repository).
pub fn path_ownership<'g>(
    graph: &'g CatalogGraph,
    repository: RepositoryView<'g>,
    path: &str,
    format: Option<ManifestFormat>,
) -> PathOwnership<'g> {
    let path = path_in_repository(path).unwrap_or_else(|| path.to_owned());
    let rules = match format {
        Some(format) => repository.path_rules_of(format),
        None => repository.path_rules(),
    };
    let file = if path.ends_with('/') { format!("{path}{FILE_OF_NO_NAME}") } else { path.clone() };
    let deciding = rules.map(|rules| rules.deciding(&file)).unwrap_or_default();
    PathOwnership {
        repository,
        file: rules.map(|rules| rules.path()),
        dialect: rules.map(|rules| rules.dialect()),
        claims: deciding.iter().flat_map(|rule| rule.claims(graph)).collect(),
        deciding,
        overridden: rules.map(|rules| rules.overridden(&file)).unwrap_or_default(),
        unread: repository.unread_ownership_files(&file).collect(),
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
