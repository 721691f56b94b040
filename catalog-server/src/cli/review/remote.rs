//! A review on a server: what is said goes there as GraphQL, and the answer is shown from the graph that it makes.

use std::fmt::Write as _;

use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, NewAnswer, NewReview, Rejection, ReviewChange, ReviewEffect, ReviewId},
};
use serde_json::{Map, Value, json};

use super::CommandError;
use crate::{
    cli::{asked_server::ask_error, context::Context},
    client::{AskError, ServerClient},
    clock,
};

/// How many answers go to the server in one request.
const ANSWERS_PER_REQUEST: usize = 10;

/// Makes a change on the server, and gives what it did with the graph that it made.
///
/// What the review itself says to the change is found out here first, so that all of it is refused or none.
pub(super) fn change(
    context: &Context,
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
    let graph = context.graph_after(client)?;
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
    let names = |names: &[catalog_core::model::EntityRef]| -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    };
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

/// Gives the server answers, some in each request, and gives their numbers.
fn take(
    client: &ServerClient,
    review: &ReviewId,
    answers: &[NewAnswer],
    only_owners: bool,
) -> Result<Vec<u32>, CommandError> {
    let mut numbers = Vec::new();
    for some in answers.chunks(ANSWERS_PER_REQUEST) {
        let (mut parameters, mut fields, mut variables) = (String::new(), String::new(), Map::new());
        for (place, new) in some.iter().enumerate() {
            let about = json!({
                "review": review.as_str(),
                "ref": new.entity.to_string(),
                "person": new.by.written,
                "reason": new.reason,
                "ifLast": new.if_last,
                "onlyOwners": only_owners,
            });
            variables.insert(format!("about{place}"), about);
            let _ = write!(parameters, "$about{place}: ReviewAnswerInput! ");
            let field = field(new, place, &mut parameters, &mut variables);
            let _ = writeln!(fields, "a{place}: {field} {{ answer {{ number }} userErrors {{ message }} }}");
        }
        let query = format!("mutation({parameters}) {{ {fields} }}");
        let data = said(client, &query, &Value::Object(variables)).map_err(|error| taken(error, &numbers))?;
        for place in 0..some.len() {
            let payload = &data[format!("a{place}")];
            done(payload).map_err(|error| taken(error, &numbers))?;
            let number = payload["answer"]["number"].as_u64().and_then(|number| u32::try_from(number).ok());
            numbers.extend(number);
        }
    }
    Ok(numbers)
}

/// The field of a mutation that gives an answer.
fn field(
    new: &NewAnswer,
    place: usize,
    parameters: &mut String,
    variables: &mut Map<String, Value>,
) -> String {
    match &new.answer {
        Answer::Confirm { exists, correct } => {
            format!("confirmOwnership(about: $about{place}, exists: {exists}, correct: {correct})")
        }
        Answer::Correct { field, value } => {
            let _ = write!(parameters, "$field{place}: String $value{place}: String! ");
            variables.insert(format!("field{place}"), json!(field));
            variables.insert(format!("value{place}"), json!(value));
            format!("correctOwnership(about: $about{place}, field: $field{place}, value: $value{place})")
        }
        Answer::HandOver { to } => {
            let _ = write!(parameters, "$to{place}: String! ");
            variables.insert(format!("to{place}"), json!(to.to_string()));
            format!("handOverOwnership(about: $about{place}, to: $to{place})")
        }
        Answer::Reject(why) => {
            let why = match why {
                Rejection::DoesNotExist => "DOES_NOT_EXIST",
                Rejection::NotOurs => "NOT_OURS",
            };
            format!("rejectOwnership(about: $about{place}, rejection: {why})")
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
