//! What has an id.

use async_graphql::{ID, Interface};

use super::{entity::EntityObject, repository::RepositoryObject};

/// Something that has an id by which it is found again.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The opaque id, for `node` and for caches."))]
pub(crate) enum Node {
    /// An entity.
    Entity(EntityObject),
    /// A repository.
    Repository(RepositoryObject),
}
