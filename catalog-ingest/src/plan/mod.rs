//! Which repositories a crawl visits, and under which ids.
//!
//! The words of a command line and the lines of list files become a [`Plan`]: one
//! [`PlannedRepository`] each, with the id that it has in the catalog.

mod discover;
mod enclosing;
mod list_file;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use catalog_core::model::{Diagnostic, DiagnosticCode, RepositoryId};

use crate::repository::{FolderKind, RemoteUrl, RepositoryAddress, RepositoryError, id_of_url};

pub use enclosing::enclosing_repository;

/// A repository that is to be visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRepository {
    /// Its name in the catalog.
    pub id: RepositoryId,
    /// Where it is.
    pub address: RepositoryAddress,
}

/// The repositories of a crawl, in the order in which they were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be visited; each id stands once.
    pub repositories: Vec<PlannedRepository>,
    /// What could not be planned: refused addresses, and second addresses for one id.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes a [`Plan`] out of words, one after the other.
#[derive(Debug)]
pub struct Planner {
    base: PathBuf,
    plan: Plan,
    by_id: HashMap<RepositoryId, RepositoryAddress>,
    /// The folders in which repositories were looked for.
    searched: Vec<PathBuf>,
}

impl Planner {
    /// A planner that reads relative paths against `base`, which is absolute.
    pub fn new(base: &Path) -> Self {
        Self { base: base.to_owned(), plan: Plan::default(), by_id: HashMap::new(), searched: Vec::new() }
    }

    /// Plans one word: a repository, a folder that holds many of them, a plain directory or a URL.
    ///
    /// A path that does not exist is planned too, so that the crawl says that it cannot be read.
    pub fn word(&mut self, word: &str) {
        self.address(word, None);
    }

    /// Plans one word under an id of one's own choice; a folder of many is then one plain directory.
    pub fn word_with_id(&mut self, word: &str, id: &RepositoryId) {
        self.address(word, Some(id));
    }

    /// Plans a repository that a host lists. Where its id is planned already, that stands: who names a
    /// repository and its organisation means the one that is named.
    pub fn listed(&mut self, url: RemoteUrl) {
        let address = RepositoryAddress::Remote(url);
        if !address.id().is_some_and(|id| self.by_id.contains_key(&id)) {
            self.add_by_address(address);
        }
    }

    /// Plans the lines of a list: an address each, an optional second column with its id, `#` comments.
    /// Relative paths are read against `folder`, where the list lies.
    pub fn list(&mut self, text: &str, folder: &Path) {
        let base = std::mem::replace(&mut self.base, folder.to_owned());
        for line in list_file::lines(text) {
            match line {
                Ok(line) => self.address(line.address, line.id.as_ref()),
                Err(diagnostic) => self.plan.diagnostics.push(diagnostic),
            }
        }
        self.base = base;
    }

    /// Plans a repository of an earlier crawl if it lay in one of the folders that were searched and is
    /// not there any more, so that the crawl says so: who names a folder means what was in it, too.
    pub fn miss(&mut self, id: &RepositoryId, address: &str) {
        let path = Path::new(address);
        let is_below = self.searched.iter().any(|folder| path != folder && path.starts_with(folder));
        if is_below && !self.by_id.contains_key(id) && !path.exists() {
            self.add(id.clone(), RepositoryAddress::Folder(path.to_owned()));
        }
    }

    /// The plan.
    pub fn finish(self) -> Plan {
        self.plan
    }

    fn address(&mut self, word: &str, id: Option<&RepositoryId>) {
        let address = match RepositoryAddress::parse(word, &self.base) {
            Ok(address) => address,
            Err(error) => return self.refuse(&error),
        };
        match (&address, id) {
            (_, Some(id)) => self.add(id.clone(), address),
            (RepositoryAddress::Remote(_), None) => self.add_by_address(address),
            (RepositoryAddress::Folder(folder), None) => match FolderKind::of(folder) {
                Ok(FolderKind::Plain) => {
                    let inside = discover::repositories_in(folder);
                    self.searched.push(folder.clone());
                    if inside.is_empty() {
                        return self.add_by_address(address);
                    }
                    for discovered in inside {
                        self.add_folder(discovered.folder, discovered.origin.as_deref());
                    }
                }
                Ok(FolderKind::Git(git)) => self.add_folder(folder.clone(), git.config().origin.as_deref()),
                Err(_) => self.add_by_address(address),
            },
        }
    }

    /// Plans a git repository: the host of its `origin` names it, else its path.
    fn add_folder(&mut self, folder: PathBuf, origin: Option<&str>) {
        let address = RepositoryAddress::Folder(folder);
        match origin.and_then(id_of_url) {
            Some(id) => self.add(id, address),
            None => self.add_by_address(address),
        }
    }

    fn add_by_address(&mut self, address: RepositoryAddress) {
        match address.id() {
            Some(id) => self.add(id, address),
            None => self.refuse(&RepositoryError::AddressRefused {
                address: address.to_string(),
                reason: "it has no parts that could name it; give it an id".to_owned(),
            }),
        }
    }

    fn add(&mut self, id: RepositoryId, address: RepositoryAddress) {
        match self.by_id.get(&id) {
            // One repository that is named twice is visited once.
            Some(first) if *first == address => {}
            Some(first) => {
                let message = format!(
                    "`{address}` has the id `{id}` of `{first}`, which was named first; it is not visited"
                );
                let suggestion = "give one of them another id in the second column of a list";
                self.plan
                    .diagnostics
                    .push(Diagnostic::new(DiagnosticCode::DuplicateRepository, message).suggest(suggestion));
            }
            None => {
                self.by_id.insert(id.clone(), address.clone());
                self.plan.repositories.push(PlannedRepository { id, address });
            }
        }
    }

    fn refuse(&mut self, error: &RepositoryError) {
        self.plan.diagnostics.push(Diagnostic::new(error.code(), error.to_string()));
    }
}
