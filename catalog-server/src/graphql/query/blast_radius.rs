//! `blastRadius`: what a change can break.

use async_graphql::{Context, Enum, Object, Result};
use catalog_core::{graph::NeedFilter, model::RelationKind, needs::Direction, query};

use super::{entities::EntityFilterInput, entities_named, graph_of};
use crate::graphql::{
    ErrorCode,
    page::error,
    types::{
        blast_radius::{BlastRadiusObject, DirectionValue},
        relation::{RelationClassValue, StrengthValue},
    },
};

#[derive(Default)]
pub(super) struct BlastRadiusQuery;

/// The kinds of relations along which failure and change travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "camelCase")]
pub(super) enum NeedRelation {
    /// One needs the other at run time.
    DependsOn,
    /// One calls an API.
    ConsumesApi,
    /// An API needs those that provide it.
    ProvidesApi,
    /// One runs in a place.
    DeployedTo,
}

impl NeedRelation {
    fn kind(self) -> RelationKind {
        match self {
            Self::DependsOn => RelationKind::DependsOn,
            Self::ConsumesApi => RelationKind::ConsumesApi,
            Self::ProvidesApi => RelationKind::ProvidesApi,
            Self::DeployedTo => RelationKind::DeployedTo,
        }
    }
}

#[Object]
impl BlastRadiusQuery {
    /// Everything that transitively needs some entities, or that they transitively need: an upper
    /// bound of what a change can break. Cycles are no trouble, and each entity is counted once.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn blast_radius(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entities that change, at most 100, as in `component:web` or `web`.")] refs: Vec<
            String,
        >,
        #[graphql(desc = "Which way to look; towards those that need them where it is left out.")]
        direction: Option<DirectionValue>,
        #[graphql(desc = "How many needs to follow at most, from 1; to the end where it is left out.")]
        max_depth: Option<i32>,
        #[graphql(desc = "Only needs by relations of these kinds; of all kinds where it is left out.")]
        relations: Option<Vec<NeedRelation>>,
        #[graphql(
            desc = "Only relations that came to be known in these ways; all but deployed ones where it is left out."
        )]
        classes: Option<Vec<RelationClassValue>>,
        #[graphql(desc = "Only needs of this strength; of any where it is left out.")] strength: Option<
            StrengthValue,
        >,
        #[graphql(
            desc = "Which of the entities that are reached to report; all where it is left out, names that nothing declares too."
        )]
        show: Option<EntityFilterInput>,
    ) -> Result<BlastRadiusObject> {
        let graph = graph_of(ctx)?;
        let depth_max = match max_depth {
            None => None,
            Some(depth) => Some(u32::try_from(depth).ok().filter(|depth| *depth > 0).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`maxDepth` is {depth}, expected 1 or more"))
            })?),
        };
        let (roots, unknown) = entities_named(ctx, graph, "refs", &refs)?;
        let along = NeedFilter {
            kinds: relations.unwrap_or_default().into_iter().map(NeedRelation::kind).collect(),
            classes: classes.unwrap_or_default().into_iter().map(Into::into).collect(),
            strength: strength.map(Into::into),
        };
        let direction = direction.map_or(Direction::Dependents, Into::into);
        let show = show.map(|show| show.read(graph)).transpose()?;
        let question = query::BlastRadiusQuery { roots, direction, depth_max, along, show };
        let answer = query::blast_radius(graph, &question);
        Ok(BlastRadiusObject::new(graph, &answer, unknown))
    }
}
