//! Single points of failure.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{graph::CatalogGraph, query};

use crate::graphql::{
    page::{Page, PageArguments, page},
    types::{entity::EntityObject, not_found::EntityNotFoundObject},
};

/// The field of the structure.
pub(crate) struct SinglePointsPart(pub(super) Arc<CatalogGraph>);

#[Object]
impl SinglePointsPart {
    /// The entities through which every way of hard needs to others leads. One of several alternatives,
    /// places of deployment or providers of an API is no such way.
    async fn single_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the ways begin; at the failure domains where it is left out.")] from: Option<
            SinglePointsFromValue,
        >,
        #[graphql(desc = "Begin at these entities only, at most 100, as in `resource:eu-west-1`.")]
        refs: Option<Vec<String>>,
    ) -> Result<SinglePointsObject> {
        let from = from.map_or(query::SinglePointsFrom::default(), Into::into);
        let (roots, unknown) = match refs {
            None => (None, Vec::new()),
            Some(refs) => {
                let (roots, unknown) = crate::graphql::query::entities_named(ctx, &self.0, "refs", &refs)?;
                (Some(roots), unknown)
            }
        };
        let question = query::SinglePointsQuery { from, roots };
        Ok(SinglePointsObject::new(&self.0, &query::single_points(&self.0, &question), unknown))
    }
}

/// Where the ways begin on which single points are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "SinglePointsFrom", remote = "query::SinglePointsFrom")]
pub(crate) enum SinglePointsFromValue {
    /// At regions, zones, cells, data centres and external parties, towards what needs them: what hangs on
    /// a point is reached by their failure only through it. Where the catalog declares none, at the
    /// foundations.
    FailureDomains,
    /// At what hard-needs nothing, towards what needs it: what hangs on a point is reached by failure from
    /// below only through it.
    Foundations,
    /// At what nobody hard-needs, towards what it needs: what hangs on a point is used only through it.
    EntryPoints,
}

/// Single points, found over the whole catalog; by number.
pub(crate) struct SinglePointsObject {
    graph: Arc<CatalogGraph>,
    from: SinglePointsFromValue,
    root_count: usize,
    reached: usize,
    points: Vec<PointRow>,
    unknown: Vec<EntityNotFoundObject>,
}

#[derive(Clone, Copy)]
struct PointRow {
    entity: u32,
    hanging: usize,
    hanging_critical: usize,
}

impl SinglePointsObject {
    fn new(
        graph: &Arc<CatalogGraph>,
        answer: &query::SinglePoints<'_>,
        unknown: Vec<EntityNotFoundObject>,
    ) -> Self {
        let row = |point: &query::SinglePoint<'_>| PointRow {
            entity: point.entity.index(),
            hanging: point.dominated,
            hanging_critical: point.dominated_critical,
        };
        Self {
            graph: Arc::clone(graph),
            from: answer.from.into(),
            root_count: answer.roots.len(),
            reached: answer.reached,
            points: answer.points.iter().map(row).collect(),
            unknown,
        }
    }
}

/// The entities through which every way of hard needs to others leads.
#[Object(name = "SinglePoints")]
impl SinglePointsObject {
    /// Where the ways begin; `FOUNDATIONS` where failure domains were asked for and there are none.
    async fn from(&self) -> SinglePointsFromValue {
        self.from
    }

    /// How many entities the ways begin at.
    async fn root_count(&self) -> usize {
        self.root_count
    }

    /// How many entities these lead to by hard needs, themselves included; of others nothing is said.
    async fn reached(&self) -> usize {
        self.reached
    }

    /// The names asked about that are not in the catalog, with those that may be meant.
    async fn unknown(&self) -> &[EntityNotFoundObject] {
        &self.unknown
    }

    /// The single points, those that most critical entities hang on first, then most entities, then by ref.
    async fn points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<SinglePointObject>> {
        let name = |number: u32| self.graph.entity_at(number).name().to_string();
        page(
            ctx,
            self.graph.revision(),
            &self.points,
            &PageArguments::forward(first, after),
            |row| (Reverse((row.hanging_critical, row.hanging)), name(row.entity)),
            |row| SinglePointObject { graph: Arc::clone(&self.graph), row: *row },
        )
    }
}

/// A single point by number.
pub(crate) struct SinglePointObject {
    graph: Arc<CatalogGraph>,
    row: PointRow,
}

/// An entity through which every way of hard needs to some others leads.
#[Object(name = "SinglePoint")]
impl SinglePointObject {
    /// The entity.
    async fn entity(&self) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(self.row.entity))
    }

    /// How many others hang on it: every way from where they begin leads through it.
    async fn hanging(&self) -> usize {
        self.row.hanging
    }

    /// How many of those are critical: of tier 0 or 1.
    async fn hanging_critical(&self) -> usize {
        self.row.hanging_critical
    }

    /// What is down where it is, by the rules of failure.
    async fn takes_down(&self) -> TakenDownObject {
        let taken = query::taken_down_by(self.graph.entity_at(self.row.entity));
        TakenDownObject { entities: taken.entities, critical: taken.critical, degraded: taken.degraded }
    }

    /// The entities that hard-need it directly without anything that stands in for it, by ref: the needs
    /// to double or to soften.
    async fn without_spare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        page(
            ctx,
            self.graph.revision(),
            &query::without_spare_of(self.graph.entity_at(self.row.entity)),
            &PageArguments::forward(first, after),
            |entity| entity.name().to_string(),
            |entity| EntityObject::new(&self.graph, *entity),
        )
    }
}

/// What one entity takes down with it.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(name = "TakenDown")]
pub(crate) struct TakenDownObject {
    /// How many others are down where it is.
    entities: usize,
    /// How many of these are critical: of tier 0 or 1.
    critical: usize,
    /// How many others then work only in part.
    degraded: usize,
}
