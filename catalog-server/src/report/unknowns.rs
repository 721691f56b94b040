//! What an answer about needs cannot know.

use catalog_core::query::Unknowns;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page,
    page::count,
    place::{ref_of, short},
};

/// How many names a sentence lists.
const NAMES_MAX: usize = 3;

/// What may be missing from an answer about needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnknownsReport {
    /// Entities of the answer that others name and nothing declares: what they need is not known.
    pub undeclared: Vec<String>,
    /// Entities of the answer that are known from an earlier commit only.
    pub stale: Vec<String>,
    /// Repositories of the answer, as entities, that hold no manifest of a catalog.
    pub without_manifests: Vec<String>,
    /// The ids of all repositories of the catalog that the last visit could not read.
    pub unreadable_repositories: Vec<String>,
    /// How many repositories of the whole catalog hold no manifest of a catalog; they may need anything.
    pub repositories_without_manifests: usize,
}

impl From<&Unknowns<'_>> for UnknownsReport {
    fn from(unknowns: &Unknowns<'_>) -> Self {
        let refs =
            |entities: &[catalog_core::graph::Entity<'_>]| entities.iter().map(|of| ref_of(*of)).collect();
        Self {
            undeclared: refs(&unknowns.undeclared),
            stale: refs(&unknowns.stale),
            without_manifests: refs(&unknowns.without_manifests),
            unreadable_repositories: unknowns
                .unreadable_repositories
                .iter()
                .map(|repository| repository.id().to_string())
                .collect(),
            repositories_without_manifests: unknowns.repositories_without_manifests,
        }
    }
}

impl UnknownsReport {
    /// Says it at the end of a page, a sentence each.
    pub(super) fn say(&self, mut page: Page) -> Page {
        if !self.undeclared.is_empty() {
            page = page.text(format!(
                "{} declared nowhere: what is needed there is not known ({})",
                count(self.undeclared.len(), "of these is", "of these are"),
                named(&self.undeclared),
            ));
        }
        if !self.stale.is_empty() {
            page = page.text(format!(
                "{} known from an earlier commit only ({})",
                count(self.stale.len(), "of these is", "of these are"),
                named(&self.stale),
            ));
        }
        if !self.without_manifests.is_empty() {
            page = page.text(format!(
                "{} no manifest: what is in there is not known ({})",
                count(
                    self.without_manifests.len(),
                    "repository among these has",
                    "repositories among these have"
                ),
                named(&self.without_manifests),
            ));
        }
        if !self.unreadable_repositories.is_empty() {
            page = page.text(format!(
                "{} could not be read and may need more than is known ({})",
                count(self.unreadable_repositories.len(), "repository", "repositories"),
                named(&self.unreadable_repositories),
            ));
        }
        page
    }
}

/// The first few names, and how many more there are.
fn named(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| short(name)).collect();
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}
