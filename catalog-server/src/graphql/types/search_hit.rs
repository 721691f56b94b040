//! An entity that a search found.

use async_graphql::{Enum, SimpleObject, connection::ConnectionNameType};
use catalog_core::query::MatchedField;

use super::entity::EntityObject;
use crate::graphql::page::Page;

/// An entity that a search found.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SearchHit")]
pub(crate) struct SearchHitObject {
    /// The entity.
    pub(crate) entity: EntityObject,
    /// How well it fits, from 1 to 100.
    pub(crate) score: u32,
    /// Where the text was found; of several places, the one that counts most.
    pub(crate) matched: MatchedFieldValue,
}

/// Where a search found its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "MatchedField", remote = "MatchedField")]
pub(crate) enum MatchedFieldValue {
    /// In the name.
    Name,
    /// In the title.
    Title,
    /// Among the tags.
    Tag,
    /// In the description.
    Description,
    /// In the name, but for typing errors.
    SimilarName,
}

/// A page of search hits.
pub(crate) type SearchPage = Page<SearchHitObject, SearchConnectionName>;

/// Names the connection `SearchConnection`.
pub(crate) struct SearchConnectionName;

impl ConnectionNameType for SearchConnectionName {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchConnection".to_owned()
    }
}
