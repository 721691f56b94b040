//! `owner`: who answers for an entity or a path.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, Union};
use catalog_core::{
    gaps::gaps_about,
    graph::{CatalogGraph, Entity, RepositoryView},
    query::{self, OwnerSubject},
};

use super::{gap_question, graph_of};
use crate::graphql::{
    ErrorCode,
    page::{check_text, error},
    types::{
        not_found::{EntityNotFoundObject, RepositoryNotFoundObject},
        ownership::EntityOwnership,
        path_ownership::{PathOwnership, PathRuleFiles},
    },
};

#[derive(Default)]
pub(super) struct OwnerQuery;

/// Who answers for an entity or a path, or what of the question is not in the catalog.
#[derive(Union)]
pub(super) enum OwnershipResult {
    Entity(Box<EntityOwnership>),
    Path(Box<PathOwnership>),
    EntityNotFound(EntityNotFoundObject),
    RepositoryNotFound(RepositoryNotFoundObject),
}

#[Object]
impl OwnerQuery {
    /// Who answers for an entity (`ref`), or for a path of a repository (`repository` and `path`), on
    /// which grounds, and whom to call.
    async fn owner(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "An entity, as in `component:web` or `web`.")] reference: Option<
            String,
        >,
        #[graphql(desc = "A path in the repository, with `/` between its parts. It need not exist.")]
        path: Option<String>,
        #[graphql(desc = "A repository: its whole id, or the end of one after a `/`.")] repository: Option<
            String,
        >,
        #[graphql(
            desc = "Which ownership files answer for a path; without it CODEOWNERS where there is one, else OWNERS."
        )]
        rules: Option<PathRuleFiles>,
        #[graphql(
            desc = "Instead of all others: what somebody in a hurry has at hand. The name of an entity or one that is close to it, the address of a repository, or of a page about one of its files."
        )]
        subject: Option<String>,
    ) -> Result<OwnershipResult> {
        let graph = graph_of(ctx)?;
        let given =
            [("ref", &reference), ("path", &path), ("repository", &repository), ("subject", &subject)];
        for (argument, text) in given {
            check_text(ctx, argument, text.as_deref().unwrap_or_default())?;
        }
        match (reference, path, repository, subject) {
            (Some(text), None, None, None) => match query::find_entity(graph, &text) {
                Ok(entity) => entity_ownership(ctx, entity, None),
                Err(fault) => Ok(OwnershipResult::EntityNotFound(EntityNotFoundObject::of(&text, &fault))),
            },
            (None, Some(path), Some(text), None) => Ok(match query::find_repository(graph, &text) {
                Ok(repository) => path_ownership(graph, repository, &path, rules),
                Err(fault) => {
                    OwnershipResult::RepositoryNotFound(RepositoryNotFoundObject::of(&text, &fault))
                }
            }),
            (None, None, None, Some(text)) => {
                let meant = if query::is_address(&text) {
                    query::subject_of_address(graph, &text).ok_or_else(|| {
                        let fault = query::RepositoryNotFound::Unknown(text.as_str().into());
                        OwnershipResult::RepositoryNotFound(RepositoryNotFoundObject::of(&text, &fault))
                    })
                } else {
                    query::find_entity_close(graph, &text).map_err(|fault| {
                        OwnershipResult::EntityNotFound(EntityNotFoundObject::of(&text, &fault))
                    })
                };
                match meant {
                    Ok(OwnerSubject::Entity { entity, is_close }) => {
                        entity_ownership(ctx, entity, is_close.then_some(text.as_str()))
                    }
                    Ok(OwnerSubject::Path { repository, path }) => {
                        Ok(path_ownership(graph, repository, &path, rules))
                    }
                    Err(miss) => Ok(miss),
                }
            }
            _ => {
                let message = "expected either `ref`, or both `repository` and `path`, or `subject`";
                Err(error(ErrorCode::ArgumentInvalid, message))
            }
        }
    }
}

fn entity_ownership(
    ctx: &Context<'_>,
    entity: Entity<'_>,
    read_from: Option<&str>,
) -> Result<OwnershipResult> {
    let question = gap_question(ctx)?;
    let gaps = gaps_about(question, entity);
    let answer = EntityOwnership::new(graph_of(ctx)?, query::ownership(entity), &gaps, read_from);
    Ok(OwnershipResult::Entity(Box::new(answer)))
}

fn path_ownership(
    graph: &Arc<CatalogGraph>,
    repository: RepositoryView<'_>,
    path: &str,
    rules: Option<PathRuleFiles>,
) -> OwnershipResult {
    let answer = query::path_ownership(graph, repository, path, rules.map(Into::into));
    OwnershipResult::Path(Box::new(PathOwnership::new(graph, answer)))
}
