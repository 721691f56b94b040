//! A review on a server: what is said goes there as GraphQL, and the answer is shown from the graph that it makes.

use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, EntityRef, NewAnswer, NewReview, Rejection, ReviewChange, ReviewEffect, ReviewId},
};
use serde_json::{Value, json};

use super::CommandError;
use crate::{
    cli::asked_server::{ask_error, brought},
    client::{AskError, ServerClient},
    clock,
};

/// How many entities one request names: as many as a server takes by default.
const ENTITIES_PER_REQUEST: usize = 100;

/// Makes a change on the server, and gives what it did with the graph that it made.
///
/// What the review itself says to the change is found out here first, so that all of it is refused or none.
pub(super) fn change(
    client: &ServerClient,
    graph: &CatalogGraph,
    change: &ReviewChange,
    only_owners: bool,
) -> Result<(ReviewEffect, CatalogGraph), CommandError> {
    try_out(graph, change)?;
    let (review, answers) = match change {
        ReviewChange::Start(new) => (start(client, new)?, Vec::new()),
        ReviewChange::Answer { review, answers } => {
            (review.clone(), take(client, review, answers, only_owners)?)
        }
        ReviewChange::Close { review, by, reason } => {
            let variables = json!({"review": review.as_str(), "person": by.written, "reason": reason});
            let query = "mutation($review: String!, $person: String!, $reason: String) {
                done: closeReview(review: $review, person: $person, reason: $reason) {
                    review { id } userErrors { message } } }";
            done(&said(client, query, &variables)?["done"])?;
            (review.clone(), Vec::new())
        }
        ReviewChange::Import(_) => {
            return Err(CommandError::usage("reviews are brought in on the server itself")
                .hint("run `catalog review import` where the store is"));
        }
    };
    let graph = brought(client, true)?.graph;
    let changed = !answers.is_empty() || !matches!(change, ReviewChange::Answer { .. });
    Ok((ReviewEffect { revision: graph.revision(), review, answers, changed }, graph))
}

/// Whether the review as it is now would take the change.
fn try_out(graph: &CatalogGraph, change: &ReviewChange) -> Result<(), CommandError> {
    let now = clock::now();
    match change {
        ReviewChange::Start(new) => {
            new.start(|id| graph.reviews().find(id.as_str()).is_some(), now)?;
        }
        ReviewChange::Answer { review, answers } => {
            let mut review = graph.reviews().named(review.as_str())?.clone();
            for answer in answers {
                review.take(answer, now)?;
            }
        }
        ReviewChange::Close { review, by, reason } => {
            graph.reviews().named(review.as_str())?.clone().close(by, reason.as_deref(), now)?;
        }
        ReviewChange::Import(_) => {}
    }
    Ok(())
}

fn start(client: &ServerClient, new: &NewReview) -> Result<ReviewId, CommandError> {
    let scope = &new.scope;
    let names = |names: &[EntityRef]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
    let variables = json!({
        "title": new.title,
        "scope": {
            "kinds": scope.kinds,
            "namespaces": scope.namespaces,
            "owners": names(&scope.owners),
            "systems": names(&scope.systems),
            "repositories": scope.repositories,
            "tiers": scope.tiers.iter().map(|tier| tier.number()).collect::<Vec<u8>>(),
        },
        "due": clock::rfc3339(new.due),
        "person": new.by.written,
        "id": new.id.as_ref().map(ReviewId::as_str),
        "days": new.automatic_days,
    });
    let query = "mutation($title: String!, $scope: ReviewScopeInput!, $due: String!, $person: String!, $id: String, $days: Int) {
        done: startReview(title: $title, scope: $scope, due: $due, person: $person, id: $id, automaticDays: $days) {
            review { id } userErrors { message } } }";
    let data = said(client, query, &variables)?;
    done(&data["done"])?;
    let id = data["done"]["review"]["id"].as_str().and_then(ReviewId::new);
    id.ok_or_else(|| ask_error(client.url(), &AskError::Foreign("it names no review".to_owned())))
}

/// Gives the server answers, and gives their numbers. What is said alike of entities goes there at once, up to
/// as many as one request may name.
fn take(
    client: &ServerClient,
    review: &ReviewId,
    answers: &[NewAnswer],
    only_owners: bool,
) -> Result<Vec<u32>, CommandError> {
    let mut numbers = Vec::new();
    let is_alike = |one: &NewAnswer, next: &NewAnswer| {
        (&one.answer, &one.by, &one.reason, one.if_last)
            == (&next.answer, &next.by, &next.reason, next.if_last)
    };
    for some in answers.chunk_by(is_alike).flat_map(|alike| alike.chunks(ENTITIES_PER_REQUEST)) {
        let Some((first, further)) = some.split_first() else { continue };
        let about = json!({
            "review": review.as_str(),
            "ref": first.entity.to_string(),
            "furtherRefs": further.iter().map(|new| new.entity.to_string()).collect::<Vec<_>>(),
            "person": first.by.written,
            "reason": first.reason,
            "ifLast": first.if_last,
            "onlyOwners": only_owners,
        });
        let (parameters, field, mut variables) = mutation(&first.answer);
        variables["about"] = about;
        let query = format!(
            "mutation($about: ReviewAnswerInput!{parameters}) {{
                done: {field} {{ answers {{ number }} userErrors {{ message }} }} }}"
        );
        let payload = said(client, &query, &variables)
            .and_then(|data| done(&data["done"]).map(|()| data["done"]["answers"].clone()))
            .map_err(|error| taken(error, &numbers))?;
        let new = payload.as_array().into_iter().flatten().filter_map(|answer| answer["number"].as_u64());
        numbers.extend(new.filter_map(|number| u32::try_from(number).ok()));
    }
    Ok(numbers)
}

/// The field of the mutation that gives an answer, with its parameters beside `$about` and their values.
fn mutation(answer: &Answer) -> (&'static str, String, Value) {
    match answer {
        Answer::Confirm { exists, correct } => {
            ("", format!("confirmOwnership(about: $about, exists: {exists}, correct: {correct})"), json!({}))
        }
        Answer::Correct { field, value } => (
            ", $field: String, $value: String!",
            "correctOwnership(about: $about, field: $field, value: $value)".to_owned(),
            json!({"field": field, "value": value}),
        ),
        Answer::HandOver { to } => (
            ", $to: String!",
            "handOverOwnership(about: $about, to: $to)".to_owned(),
            json!({"to": to.to_string()}),
        ),
        Answer::Reject(why) => {
            let why = match why {
                Rejection::DoesNotExist => "DOES_NOT_EXIST",
                Rejection::NotOurs => "NOT_OURS",
            };
            ("", format!("rejectOwnership(about: $about, rejection: {why})"), json!({}))
        }
    }
}

/// Says something to the server.
fn said(client: &ServerClient, query: &str, variables: &Value) -> Result<Value, CommandError> {
    client.graphql(query, variables).map_err(|error| {
        let told = ask_error(client.url(), &error);
        match error {
            AskError::Unreachable(_) | AskError::Status { .. } | AskError::Foreign(_) => {
                told.hint("it is not known whether that was taken: look with `catalog review show`")
            }
            _ => told,
        }
    })
}

/// What the server says to a change that it did not make.
fn done(payload: &Value) -> Result<(), CommandError> {
    match payload["userErrors"][0]["message"].as_str() {
        Some(message) => Err(CommandError::undecided(message)),
        None => Ok(()),
    }
}

fn taken(error: CommandError, numbers: &[u32]) -> CommandError {
    match numbers.len() {
        0 => error,
        count => error.hint(format!("{count} answers before it were taken")),
    }
}
