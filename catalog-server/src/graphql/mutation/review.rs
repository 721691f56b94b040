//! `startReview` and `closeReview`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{EntityRef, Review, ReviewChange, ReviewId, ReviewRefusal, ReviewScope, Tier},
    query::{OWNER_KINDS, WHOLE_KINDS, find_entity_of_kinds, find_repository},
    review::{ReviewTerms, new_review, person_named},
};

use super::Desk;
use crate::{
    clock,
    graphql::{
        page::check_text,
        types::{review::ReviewObject, user_error::UserError},
    },
};

/// How many values one part of a scope may name.
const VALUES_MAX: usize = 100;

#[derive(Default)]
pub(super) struct ReviewMutation;

/// What a change of a review came to.
#[derive(SimpleObject)]
pub(super) struct ReviewPayload {
    /// The review as it is now; null where nothing was done.
    review: Option<ReviewObject>,
    /// Why nothing was done; empty where it was.
    user_errors: Vec<UserError>,
}

/// Which entities a review is about, of those that must be owned. The parts are joined by *and*, the values
/// of one part by *or*; an empty scope means all.
#[derive(Clone, Debug, Default, InputObject)]
pub(super) struct ReviewScopeInput {
    /// Kinds, as in `component`.
    #[graphql(default)]
    kinds: Vec<String>,
    /// Namespaces.
    #[graphql(default)]
    namespaces: Vec<String>,
    /// Refs of owners, as in `group:shop`; without a kind, a group or else a person.
    #[graphql(default)]
    owners: Vec<String>,
    /// Refs of systems or domains; without a kind, a system or else a domain.
    #[graphql(default)]
    systems: Vec<String>,
    /// Repositories that declare the entities: a whole id, or the end of one after a `/`.
    #[graphql(default)]
    repositories: Vec<String>,
    /// Tiers, 0 to 4.
    #[graphql(default)]
    tiers: Vec<u8>,
}

#[Object]
impl ReviewMutation {
    /// Begins a review: its entities, and whom it asks, are fixed from now on.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    async fn start_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What people call it.")] title: String,
        #[graphql(desc = "Which entities are meant; an empty scope means all that must be owned.")]
        scope: ReviewScopeInput,
        #[graphql(
            desc = "The last day on which an answer is in time, as in `2026-12-31`, or a moment of RFC 3339."
        )]
        due: String,
        #[graphql(desc = "Who begins it: an e-mail address, a login with `@`, or a user.")] person: String,
        #[graphql(desc = "By what it is to be called; from the title where it is left out.")] id: Option<
            String,
        >,
        #[graphql(
            desc = "How many days before the start a change still confirms; only people confirm where it is left out."
        )]
        automatic_days: Option<u32>,
    ) -> Result<ReviewPayload> {
        for (name, text) in [("title", &title), ("due", &due), ("person", &person)] {
            check_text(ctx, name, text)?;
        }
        let started = Desk::of(ctx)?.and_then(|desk| {
            let graph = desk.graph();
            let due = clock::until(&due)
                .ok_or_else(|| UserError::invalid("due", "this is no date, as `2026-12-31` is one"))?;
            let id = match &id {
                Some(text) => {
                    Some(ReviewId::new(text).ok_or_else(|| ReviewRefusal::NoId(text.as_str().into()))?)
                }
                None => None,
            };
            let by = person_named(&graph, &person);
            let terms = ReviewTerms { id, title: title.into(), by, due, automatic_days };
            let start = ReviewChange::Start(new_review(&graph, scope.read(&graph)?, terms));
            done(&desk, &start)
        });
        Ok(payload(started))
    }

    /// Takes no more answers.
    async fn close_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the review.")] review: String,
        #[graphql(desc = "Who closes it: an e-mail address, a login with `@`, or a user.")] person: String,
        #[graphql(desc = "Why.")] reason: Option<String>,
    ) -> Result<ReviewPayload> {
        for (name, text) in [("review", &review), ("person", &person)] {
            check_text(ctx, name, text)?;
        }
        let closed = Desk::of(ctx)?.and_then(|desk| {
            let graph = desk.graph();
            let close = ReviewChange::Close {
                review: graph.reviews().named(&review)?.id.clone(),
                by: person_named(&graph, &person),
                reason: reason.as_deref().map(Into::into),
            };
            done(&desk, &close)
        });
        Ok(payload(closed))
    }
}

/// Writes a change and shows the review that it is about.
fn done(desk: &Desk, change: &ReviewChange) -> std::result::Result<Option<ReviewObject>, UserError> {
    let effect = desk.change(change)?;
    let graph = desk.graph();
    let review: Option<&Review> = graph.reviews().find(effect.review.as_str());
    Ok(review.map(|review| ReviewObject::new(&graph, review)))
}

fn payload(done: std::result::Result<Option<ReviewObject>, UserError>) -> ReviewPayload {
    match done {
        Ok(review) => ReviewPayload { review, user_errors: Vec::new() },
        Err(error) => ReviewPayload { review: None, user_errors: vec![error] },
    }
}

impl ReviewScopeInput {
    fn read(&self, graph: &CatalogGraph) -> std::result::Result<ReviewScope, UserError> {
        let Self { kinds, namespaces, owners, systems, repositories, tiers } = self;
        let lengths = [kinds.len(), namespaces.len(), owners.len(), systems.len(), repositories.len()];
        if lengths.into_iter().any(|length| length > VALUES_MAX) {
            return Err(UserError::invalid("scope", format!("a part names more than {VALUES_MAX} values")));
        }
        let texts = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
        let named = |texts: &[String], words: &[&str]| -> std::result::Result<Vec<EntityRef>, UserError> {
            let found = texts.iter().map(|text| find_entity_of_kinds(graph, text, words));
            found
                .map(|found| match found {
                    Ok(entity) => Ok(entity.name().clone()),
                    Err(error) => Err(UserError::not_found("scope", &error)),
                })
                .collect()
        };
        let repository = |text: &String| match find_repository(graph, text) {
            Ok(repository) => Ok(repository.id().as_str().into()),
            Err(error) => Err(UserError::invalid("scope", error.to_string())),
        };
        let tier = |number: &u8| {
            Tier::new(*number)
                .ok_or_else(|| UserError::invalid("scope", format!("tier {number} is not 0 to 4")))
        };
        Ok(ReviewScope {
            kinds: texts(kinds),
            namespaces: texts(namespaces),
            owners: named(owners, &OWNER_KINDS)?,
            systems: named(systems, &WHOLE_KINDS)?,
            repositories: repositories.iter().map(repository).collect::<std::result::Result<_, _>>()?,
            tiers: tiers.iter().map(tier).collect::<std::result::Result<_, _>>()?,
        })
    }
}
