//! The review that the example held, as `REVIEWS` tells of it.

use catalog_core::{
    catalog::Catalog,
    model::{Answer, ReviewChange, ReviewId, ReviewScope, Timestamp},
    query::find_entity,
    review::{AnswerTerms, ReviewTerms, new_answer, new_review, person_named},
    store::Store,
};

use super::{CommandError, Context, days_before, lines_of};

/// Holds the reviews of the example in its store, unless they were held there before.
pub(super) fn hold(context: &Context, store: &Store, present: Timestamp) -> Result<(), CommandError> {
    let catalog = Catalog::open(store.clone(), context.identity.clone())
        .map_err(|error| context.store_error(&error))?;
    let before = catalog.graph();
    for words in lines_of("REVIEWS") {
        let [days, who, review, step, about @ ..] = &*words else {
            unreachable!("a line of the example's reviews has four words and more: {words:?}");
        };
        if before.reviews().named(review).is_ok() {
            continue;
        }
        let graph = catalog.graph();
        let by = person_named(&graph, who);
        let change = match (*step, about) {
            ("start", [due, owners @ ..]) => {
                let owners = owners.iter().map(|owner| Ok(find_entity(&graph, owner)?.name().clone()));
                let scope = ReviewScope {
                    owners: owners.collect::<Result<_, CommandError>>()?,
                    ..ReviewScope::default()
                };
                let terms = ReviewTerms {
                    id: ReviewId::new(review),
                    title: "What guests see".into(),
                    by,
                    due: days_before(present, number(due)),
                    automatic_days: None,
                };
                ReviewChange::Start(new_review(&graph, scope, terms))
            }
            ("confirm", entities) => {
                let asked = graph.reviews().named(review)?;
                let answer = Answer::Confirm { exists: true, correct: true };
                let terms = AnswerTerms { answer, by, reason: None, if_last: None, only_owners: true };
                let answers = entities.iter().map(|entity| new_answer(&graph, asked, entity, &terms));
                ReviewChange::Answer { review: asked.id.clone(), answers: answers.collect::<Result<_, _>>()? }
            }
            _ => unreachable!("the example's reviews have no such step: {words:?}"),
        };
        let at = days_before(present, number(days));
        let changed = catalog.change_reviews(&change, at, std::time::Duration::ZERO);
        changed.map_err(|error| context.store_error(&error))??;
    }
    Ok(())
}

fn number(days: &str) -> i64 {
    days.parse().expect("the reviews of the example count days")
}
