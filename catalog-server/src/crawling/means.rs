//! With what the server crawls: how repositories are read, and what the settings name.

use std::{collections::BTreeSet, path::PathBuf};

use catalog_core::{
    graph::CatalogGraph,
    model::{RepositoryId, Timestamp},
};
use catalog_ingest::{
    crawl::CrawlOptions,
    host::address_with_login,
    plan::{PlannedRepository, Planner},
    repository::RepositoryAddress,
};

use super::{
    queue::Target,
    sources::ConfiguredSource,
    work::{CrawlWork, Wanted},
};

/// With what the server crawls.
#[derive(Clone)]
pub struct CrawlMeans {
    /// How repositories are read; its time is replaced by that of each job.
    pub options: CrawlOptions,
    /// The folder against which words are read.
    pub base: PathBuf,
    /// The words of the settings: repositories, folders of many, URLs.
    pub words: Vec<Box<str>>,
    /// The sources of the settings.
    pub sources: Vec<ConfiguredSource>,
}

impl CrawlMeans {
    /// What the targets of a job are, in a catalog.
    pub(super) fn work(&self, targets: &BTreeSet<Target>, graph: &CatalogGraph, now: Timestamp) -> CrawlWork {
        let options = CrawlOptions { now, ..self.options.clone() };
        let is_everything = targets.contains(&Target::Everything);
        let names_nothing = self.words.is_empty() && self.sources.is_empty();
        let wants_everything_known = is_everything && names_nothing;
        let mut single: Vec<PlannedRepository> = Vec::new();
        if wants_everything_known {
            let ids = graph.repositories().filter(|repository| !repository.is_host());
            single.extend(ids.filter_map(|repository| self.known(graph, repository.id())));
        }
        let named = targets.iter().filter_map(|target| match target {
            Target::Repository(id) => self.known(graph, id),
            _ => None,
        });
        single.extend(named);
        let is_single = targets.iter().all(|target| matches!(target, Target::Repository(_)));
        if is_single || wants_everything_known {
            return CrawlWork { wanted: Wanted::Single(single), options };
        }
        let mut planner = Planner::new(&self.base);
        for word in self.words.iter().filter(|_| is_everything) {
            planner.word(word);
        }
        for target in targets {
            if let Target::Word(word) = target {
                planner.word(word);
            }
        }
        for planned in single {
            match planned.address {
                RepositoryAddress::Remote(url) => planner.listed(url),
                folder => planner.word_with_id(&folder.to_string(), &planned.id),
            }
        }
        let is_meant = |of: &&ConfiguredSource| {
            is_everything || targets.contains(&Target::Source(of.source.id().clone()))
        };
        let sources = self.sources.iter().filter(is_meant).cloned().collect();
        CrawlWork { wanted: Wanted::Named { planner, sources }, options }
    }

    /// A repository of the catalog at the address at which it was read, with the login of its source.
    fn known(&self, graph: &CatalogGraph, id: &RepositoryId) -> Option<PlannedRepository> {
        let address = &graph.repository(id)?.head().address;
        let address = RepositoryAddress::parse(address, &self.base).ok()?;
        let address = match address {
            RepositoryAddress::Remote(url) => {
                let login =
                    self.sources.iter().find_map(|of| address_with_login(&of.source, &of.access, id, &url));
                RepositoryAddress::Remote(login.unwrap_or(url))
            }
            folder => folder,
        };
        Some(PlannedRepository { id: id.clone(), address })
    }

    /// What is to be read for a repository that somebody names by its id, whatever the case of its letters:
    /// itself where the catalog has it, else the source or the word of the settings that it belongs to.
    /// O(repositories) where the case differs.
    pub fn target_of(&self, graph: &CatalogGraph, id: &str) -> Option<Target> {
        let source_of =
            |id: &str| self.sources.iter().find(|of| id.eq_ignore_ascii_case(of.source.id().as_str()));
        if let Some(of) = source_of(id) {
            return Some(Target::Source(of.source.id().clone()));
        }
        let exact = RepositoryId::new(id).and_then(|id| graph.repository(&id));
        let known = exact.or_else(|| {
            graph.repositories().find(|repository| repository.id().as_str().eq_ignore_ascii_case(id))
        });
        if let Some(known) = known.filter(|known| !known.is_host()) {
            return Some(Target::Repository(known.id().clone()));
        }
        let owner = id.rsplit_once('/').map(|(owner, _)| owner);
        let of_source = owner.into_iter().flat_map(owners_above).find_map(source_of);
        if let Some(of) = of_source {
            return Some(Target::Source(of.source.id().clone()));
        }
        let of_word = self.words.iter().find(|word| {
            let address = RepositoryAddress::parse(word, &self.base).ok();
            let remote = address.filter(|of| matches!(of, RepositoryAddress::Remote(_)));
            remote.and_then(|of| of.id()).is_some_and(|of| of.as_str().eq_ignore_ascii_case(id))
        });
        of_word.map(|word| Target::Word(word.clone()))
    }
}

/// A path of groups and those above it, as a group of GitLab lies in others.
fn owners_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above))
}
