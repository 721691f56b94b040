//! `journey` and its kin: a way through several entities, and who answers for the whole of it.

use async_graphql::{Context, Object, Result, Union};
use catalog_core::query::{self, DeclaredJourney};

use super::graph_of;
use crate::graphql::{
    ErrorCode,
    page::{Page, PageArguments, check_text, error, page},
    query::entities_named,
    request_data::measures_of,
    types::{
        journey::{DeclaredJourneyObject, JourneyObject},
        not_found::EntityNotFoundObject,
    },
};

#[derive(Default)]
pub(super) struct JourneyQuery;

/// A journey, or the first name of the question that is not in the catalog.
#[derive(Union)]
pub(super) enum JourneyResult {
    Journey(Box<JourneyObject>),
    EntityNotFound(EntityNotFoundObject),
}

#[Object]
impl JourneyQuery {
    /// The shortest way of needs from one entity to another, hop by hop, and who answers for the whole of it.
    async fn journey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entity that it begins at, as in `component:loan-gateway`.")] from: String,
        #[graphql(desc = "The entity that it ends at.")] to: String,
        #[graphql(desc = "Entities that it passes through between, in their order.")] via: Option<
            Vec<String>,
        >,
    ) -> Result<JourneyResult> {
        let graph = graph_of(ctx)?;
        let waypoints: Vec<String> = [from].into_iter().chain(via.unwrap_or_default()).chain([to]).collect();
        let (waypoints, mut unknown) = entities_named(ctx, graph, "via", &waypoints)?;
        if !unknown.is_empty() {
            return Ok(JourneyResult::EntityNotFound(unknown.swap_remove(0)));
        }
        let answer = query::journey(graph, &waypoints);
        Ok(JourneyResult::Journey(Box::new(JourneyObject::new(graph, &answer))))
    }

    /// Everything behind an entity, as an API: its providers, what those need, and so on, by distance; and
    /// who answers for the whole of it.
    async fn journey_behind(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "The entity, as in `api:rates`.")] reference: String,
        #[graphql(desc = "How many needs to follow at most, from 1; to the end where it is left out.")]
        max_depth: Option<i32>,
    ) -> Result<JourneyResult> {
        let graph = graph_of(ctx)?;
        let depth = |depth: i32| {
            u32::try_from(depth).ok().filter(|depth| *depth > 0).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`maxDepth` is {depth}, expected 1 or more"))
            })
        };
        let depth_max = max_depth.map(depth).transpose()?;
        check_text(ctx, "ref", &reference)?;
        Ok(match query::find_entity(graph, &reference) {
            Ok(entity) => {
                let answer = query::journey_behind(graph, query::JourneyBehindQuery { entity, depth_max });
                JourneyResult::Journey(Box::new(JourneyObject::new(graph, &answer)))
            }
            Err(fault) => JourneyResult::EntityNotFound(EntityNotFoundObject::of(&reference, &fault)),
        })
    }

    /// A journey that is declared, hop by hop; null where none is called so.
    async fn declared_journey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in the settings, or the entity that tells it.")] name: String,
    ) -> Result<Option<JourneyObject>> {
        check_text(ctx, "name", &name)?;
        let graph = graph_of(ctx)?;
        let settings = &measures_of(ctx)?.gaps;
        let found = query::find_journey(graph, &settings.journeys, &name).ok();
        Ok(found.map(|declared| JourneyObject::new(graph, &query::declared_journey(graph, declared))))
    }

    /// Every journey that is declared, by its ref.
    async fn journeys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<DeclaredJourneyObject>> {
        let graph = graph_of(ctx)?;
        let settings = &measures_of(ctx)?.gaps;
        let mut journeys: Vec<DeclaredJourney<'_>> =
            query::declared_journeys(graph, &settings.journeys).collect();
        journeys.sort_by_key(DeclaredJourney::reference);
        page(
            ctx,
            graph.revision(),
            &journeys,
            &PageArguments::forward(first, after),
            |journey| journey.reference().to_string(),
            |journey| DeclaredJourneyObject::new(graph, journey),
        )
    }
}
