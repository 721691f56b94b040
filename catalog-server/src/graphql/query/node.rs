//! `node`: anything by its id.

use async_graphql::{Context, ID, Object, Result};
use catalog_core::model::{EntityRef, RepositoryId};

use super::graph_of;
use crate::graphql::{
    cursor::decode_id,
    plain_rows::ObjectOrWritten,
    types::{
        entity::{self, EntityObject},
        node::Node,
        repository::{self, RepositoryObject},
    },
};

#[derive(Default)]
pub(super) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What has this id; null where the catalog does not hold it any more.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An id that an earlier answer gave.")] id: ID,
    ) -> Result<ObjectOrWritten<Node>> {
        let graph = graph_of(ctx)?;
        let Some((type_name, name)) = decode_id(&id) else { return Ok(ObjectOrWritten::Object(None)) };
        Ok(ObjectOrWritten::Object(match type_name.as_str() {
            entity::ID_TYPE => EntityRef::parse_full(&name)
                .ok()
                .and_then(|name| graph.entity(&name))
                .map(|entity| Node::Entity(EntityObject::new(graph, entity))),
            repository::ID_TYPE => RepositoryId::new(&name)
                .and_then(|id| graph.repository(&id))
                .map(|repository| Node::Repository(RepositoryObject::new(graph, repository))),
            _ => None,
        }))
    }
}
