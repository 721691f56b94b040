//! `owner`: who answers for an entity or a path.

use async_graphql::{Context, Object, Result, Union};
use catalog_core::query;

use super::graph_of;
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
    ) -> Result<OwnershipResult> {
        let graph = graph_of(ctx)?;
        let given = [("ref", &reference), ("path", &path), ("repository", &repository)];
        for (argument, text) in given {
            check_text(ctx, argument, text.as_deref().unwrap_or_default())?;
        }
        match (reference, path, repository) {
            (Some(text), None, None) => Ok(match query::find_entity(graph, &text) {
                Ok(entity) => OwnershipResult::Entity(EntityOwnership::new(graph, query::ownership(entity))),
                Err(fault) => OwnershipResult::EntityNotFound(EntityNotFoundObject::of(&text, &fault)),
            }),
            (None, Some(path), Some(text)) => Ok(match query::find_repository(graph, &text) {
                Ok(repository) => {
                    let answer = query::path_ownership(graph, repository, &path, rules.map(Into::into));
                    OwnershipResult::Path(Box::new(PathOwnership::new(graph, answer)))
                }
                Err(fault) => {
                    OwnershipResult::RepositoryNotFound(RepositoryNotFoundObject::of(&text, &fault))
                }
            }),
            _ => {
                let message = "expected either `ref`, or both `repository` and `path`";
                Err(error(ErrorCode::ArgumentInvalid, message))
            }
        }
    }
}
