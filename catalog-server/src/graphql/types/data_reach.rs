//! Who can come at data of a class.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::Strength,
    query::{self, PurposeStanding},
};

use super::{blast_radius::OwnerShareObject, entity::EntityObject, relation::StrengthValue};
use crate::graphql::page::{Page, PageArguments, page};

/// How many entities of a way to the data are shown.
const PATH_SHOWN: usize = 16;

/// Whether it is known what an entity comes at data for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "PurposeStanding", remote = "PurposeStanding")]
pub(crate) enum PurposeStandingValue {
    /// It needs a holder itself, and does not say what for.
    Undeclared,
    /// Some way from it to a holder ends with such a need.
    BehindUndeclared,
    /// It is said what for.
    Declared,
}

/// A data reach, computed whole; its rows by number.
pub(crate) struct DataReachObject {
    graph: Arc<CatalogGraph>,
    class: String,
    holders: Vec<u32>,
    accessors: Vec<AccessorRow>,
    owners: Vec<(u32, usize)>,
    unowned: usize,
    direct: usize,
    undeclared: usize,
    behind_undeclared: usize,
}

struct AccessorRow {
    entity: u32,
    distance: u32,
    path: Vec<u32>,
    strength: Strength,
    standing: PurposeStanding,
    purposes: Vec<String>,
}

impl DataReachObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: &query::DataReach<'_>) -> Self {
        let rows = answer.accessors.iter().zip(answer.paths(PATH_SHOWN)).map(|(row, path)| AccessorRow {
            entity: row.entity.index(),
            distance: row.distance,
            path: path.iter().map(|entity| entity.index()).collect(),
            strength: row.strength,
            standing: row.standing,
            purposes: row.purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
        });
        Self {
            graph: Arc::clone(graph),
            class: answer.class.to_owned(),
            holders: answer.holders.iter().map(|holder| holder.index()).collect(),
            accessors: rows.collect(),
            owners: answer.owners.iter().map(|share| (share.entity.index(), share.affected)).collect(),
            unowned: answer.unowned,
            direct: answer.direct(),
            undeclared: answer.count(PurposeStanding::Undeclared),
            behind_undeclared: answer.count(PurposeStanding::BehindUndeclared),
        }
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(number))
    }

    fn ref_of(&self, number: u32) -> String {
        self.graph.entity_at(number).name().to_string()
    }
}

/// Everything that can come at data of a class, because it transitively needs what holds it: an upper
/// bound that is safe to rely on. It is always computed whole; only its lists come in pages.
#[Object(name = "DataReach")]
impl DataReachObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// The class, as the first of its holders spells it.
    async fn class(&self) -> &str {
        &self.class
    }

    /// How many entities can come at the data, without those that hold it.
    async fn total(&self) -> usize {
        self.accessors.len()
    }

    /// How many of those need a holder themselves.
    async fn direct(&self) -> usize {
        self.direct
    }

    /// How many of those need a holder and do not say what for.
    async fn undeclared(&self) -> usize {
        self.undeclared
    }

    /// How many lie behind those that do not say what for.
    async fn behind_undeclared(&self) -> usize {
        self.behind_undeclared
    }

    /// How many of all have no owner.
    async fn unowned(&self) -> usize {
        self.unowned
    }

    /// The entities that hold data of the class, by ref.
    async fn holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.holders,
            &PageArguments::forward(first, after),
            |holder| self.ref_of(*holder),
            |holder| self.object(*holder),
        )
    }

    /// Who can come at the data: what is in question first, then by distance and ref.
    async fn accessors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<DataAccessorObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.accessors,
            &PageArguments::forward(first, after),
            |row| (row.standing as u8, row.distance, self.ref_of(row.entity)),
            |row| DataAccessorObject {
                reference: self.ref_of(row.entity),
                entity: self.object(row.entity),
                distance: row.distance,
                path: row.path.iter().map(|entity| self.ref_of(*entity)).collect(),
                strength: row.strength.into(),
                purpose: row.standing.into(),
                purposes: row.purposes.clone(),
            },
        )
    }

    /// The owners of those that can come at the data, the one with most of them first, then by ref.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerShareObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.owners,
            &PageArguments::forward(first, after),
            |(owner, affected)| (Reverse(*affected), self.ref_of(*owner)),
            |(owner, affected)| OwnerShareObject::new(self.object(*owner), *affected),
        )
    }
}

/// An entity that can come at data.
#[derive(Clone, SimpleObject)]
#[graphql(name = "DataAccessor")]
pub(crate) struct DataAccessorObject {
    /// Its ref, `kind:namespace/name`.
    #[graphql(name = "ref")]
    reference: String,
    /// The entity.
    entity: EntityObject,
    /// How many needs lie between it and the nearest holder; at least 1.
    distance: u32,
    /// One shortest way to a holder, itself first, as refs; of long ways the first sixteen.
    path: Vec<String>,
    /// `HARD` where some way of hard needs alone leads to a holder.
    strength: StrengthValue,
    /// Whether it is known what it comes at the data for.
    purpose: PurposeStandingValue,
    /// What it says that it needs holders for.
    purposes: Vec<String>,
}
