//! Names that are not in the catalog, as data.

use async_graphql::SimpleObject;
use catalog_core::query::{EntityNotFound, RepositoryNotFound};

use super::removal::RemovalObject;

/// How many candidates of an ambiguous name are offered.
const CANDIDATES_MAX: usize = 20;

/// A text that does not name exactly one entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "EntityNotFound")]
pub(crate) struct EntityNotFoundObject {
    /// The text as it was given.
    text: String,
    /// Why it names no entity, in one lower-case sentence.
    message: String,
    /// Refs that may be meant: the nearest names, nearest first, or those that the text could stand for.
    candidates: Vec<String>,
    /// What became of an entity of that name, where one was declared until recently: the latest removal.
    removal: Option<Box<RemovalObject>>,
}

/// A text that does not name exactly one repository.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "RepositoryNotFound")]
pub(crate) struct RepositoryNotFoundObject {
    /// The text as it was given.
    text: String,
    /// Why it names no repository, in one lower-case sentence.
    message: String,
    /// Ids that the text could stand for.
    candidates: Vec<String>,
}

impl EntityNotFoundObject {
    pub(crate) fn of(text: &str, error: &EntityNotFound) -> Self {
        let candidates = match error {
            EntityNotFound::Syntax { .. } => &[][..],
            EntityNotFound::Unknown { nearest, .. } => nearest,
            EntityNotFound::Ambiguous { candidates, .. } => candidates,
        };
        Self {
            text: text.into(),
            message: error.to_string(),
            candidates: candidates.iter().take(CANDIDATES_MAX).map(ToString::to_string).collect(),
            removal: match error {
                EntityNotFound::Unknown { removal, .. } => {
                    removal.as_deref().map(|removal| Box::new(RemovalObject::from(removal)))
                }
                EntityNotFound::Syntax { .. } | EntityNotFound::Ambiguous { .. } => None,
            },
        }
    }
}

impl RepositoryNotFoundObject {
    pub(crate) fn of(text: &str, error: &RepositoryNotFound) -> Self {
        let candidates = match error {
            RepositoryNotFound::Unknown(_) => &[][..],
            RepositoryNotFound::Ambiguous { candidates, .. } => candidates,
        };
        Self {
            text: text.into(),
            message: error.to_string(),
            candidates: candidates.iter().take(CANDIDATES_MAX).map(ToString::to_string).collect(),
        }
    }
}
