//! `owner`: who answers for an entity or a path.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, Union};
use catalog_core::{
    graph::{CatalogGraph, Entity, RepositoryView},
    query::{self, OwnerSubject},
};

use super::graph_of;
use crate::graphql::{
    ErrorCode,
    page::{check_refs, check_text, error, give_up_in_time},
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
    Entity(EntityOwnership),
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
                Ok(entity) => Ok(entity_ownership(graph, entity, None)),
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
                        Ok(entity_ownership(graph, entity, is_close.then_some(text.as_str())))
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

    /// Who answers for each of several entities: the batch form of `owner`, one row to a name, in the order of
    /// the names.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entities, at most 100, as in `component:default/web` or `web`.")] refs: Vec<
            String,
        >,
    ) -> Result<Vec<OwnershipResult>> {
        check_refs(ctx, "refs", refs.len())?;
        let graph = graph_of(ctx)?;
        let mut rows = Vec::with_capacity(refs.len());
        for text in &refs {
            check_text(ctx, "refs", text)?;
            give_up_in_time(ctx)?;
            rows.push(match query::find_entity(graph, text) {
                Ok(entity) => entity_ownership(graph, entity, None),
                Err(fault) => OwnershipResult::EntityNotFound(EntityNotFoundObject::of(text, &fault)),
            });
        }
        Ok(rows)
    }

    /// Who answers for each of several paths of a repository, in the order of the paths: the rule of its
    /// ownership files that decides, and the nearest entity. Null where there is no such repository.
    async fn path_owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The repository: its whole id, or the end of one after a `/`.")] repository: String,
        #[graphql(desc = "The paths, at most 100, with `/` between their parts. They need not exist.")]
        paths: Vec<String>,
        #[graphql(
            desc = "Which ownership files answer; without it CODEOWNERS where there is one, else OWNERS."
        )]
        rules: Option<PathRuleFiles>,
    ) -> Result<Option<Vec<PathOwnership>>> {
        check_refs(ctx, "paths", paths.len())?;
        check_text(ctx, "repository", &repository)?;
        let graph = graph_of(ctx)?;
        let Ok(repository) = query::find_repository(graph, &repository) else { return Ok(None) };
        let mut rows = Vec::with_capacity(paths.len());
        for path in &paths {
            check_text(ctx, "paths", path)?;
            give_up_in_time(ctx)?;
            let answer = query::path_ownership(graph, repository, path, rules.map(Into::into));
            rows.push(PathOwnership::new(graph, answer));
        }
        Ok(Some(rows))
    }
}

fn entity_ownership(
    graph: &Arc<CatalogGraph>,
    entity: Entity<'_>,
    read_from: Option<&str>,
) -> OwnershipResult {
    OwnershipResult::Entity(EntityOwnership::new(graph, entity, read_from))
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
