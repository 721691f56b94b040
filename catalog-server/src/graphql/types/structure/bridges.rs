//! Bridges and joints.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{graph::CatalogGraph, query};

use crate::graphql::{
    page::{Page, PageArguments, page},
    types::{entity::EntityObject, need_path::NeedStepObject},
};

/// The fields of the structure.
pub(crate) struct BridgesPart(pub(super) Arc<CatalogGraph>);

#[Object]
impl BridgesPart {
    /// The hard needs that are the only connection between two parts: where one is softened, no failure
    /// passes between these any more. The one that cuts most entities off first, then by ref.
    async fn bridges(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<BridgeObject>> {
        page(
            ctx,
            self.0.revision(),
            &query::bridges(&self.0).bridges,
            &PageArguments::forward(first, after),
            |row| (Reverse(row.cut_off()), row.from.name().to_string(), row.to.name().to_string()),
            |row| BridgeObject {
                need: NeedStepObject::new(&self.0, &row.step()),
                from_side: row.from_side,
                to_side: row.to_side,
                cut_off: row.cut_off(),
            },
        )
    }

    /// The entities that are the only connection between two parts or more (articulation points), the one
    /// that cuts most entities off first, then the one with most parts, then by ref.
    async fn joints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<JointObject>> {
        page(
            ctx,
            self.0.revision(),
            &query::bridges(&self.0).joints,
            &PageArguments::forward(first, after),
            |row| (Reverse((row.cut_off, row.parts)), row.entity.name().to_string()),
            |row| JointObject {
                entity: EntityObject::new(&self.0, row.entity),
                parts: row.parts,
                cut_off: row.cut_off,
            },
        )
    }
}

/// A hard need that is the only connection between two parts, in whatever direction needs lead there.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Bridge")]
pub(crate) struct BridgeObject {
    /// The need, with what says so.
    need: NeedStepObject,
    /// How many entities are on the side of the one that needs, itself included.
    from_side: usize,
    /// How many entities are on the side of the one that is needed, itself included.
    to_side: usize,
    /// How many entities the smaller side has.
    cut_off: usize,
}

/// An entity that is the only connection between parts.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Joint")]
pub(crate) struct JointObject {
    /// The entity.
    entity: EntityObject,
    /// Into how many parts what is connected with it falls without it.
    parts: usize,
    /// How many entities are then outside of the largest of these parts.
    cut_off: usize,
}
