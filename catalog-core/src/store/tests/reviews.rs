//! What people say is kept: beside what repositories say, in order, and noticed where it is lost.

use std::sync::{Arc, Barrier};

use super::*;
use crate::{
    model::{
        Answer, AnswererStanding, ContentId, EntityRef, NewAnswer, NewReview, Person, Rejection, Review,
        ReviewChange, ReviewEffect, ReviewId, ReviewItem, ReviewRefusal, ReviewScope, Reviews, Tier,
    },
    store::{StoreReader, tables},
};

fn name(text: &str) -> EntityRef {
    EntityRef::parse_full(text).expect("a ref")
}

fn id(text: &str) -> ReviewId {
    ReviewId::new(text).expect("an id")
}

fn person(text: &str) -> Person {
    Person { written: text.into(), user: EntityRef::parse_full(&format!("user:{text}")).ok() }
}

fn start(title: &str) -> ReviewChange {
    let item = |entity: &str, owner: Option<&str>| ReviewItem {
        entity: name(entity),
        owner: owner.map(name),
        manifest: owner.map(|_| ContentId([7; 20])),
        changed_at: owner.map(|_| Timestamp(-3)),
    };
    ReviewChange::Start(NewReview {
        id: None,
        title: title.into(),
        scope: ReviewScope {
            kinds: vec!["component".into()],
            namespaces: vec!["default".into()],
            owners: vec![name("group:shop")],
            systems: vec![name("system:store")],
            repositories: vec!["shop/web".into()],
            tiers: Tier::new(1).into_iter().collect(),
        },
        items: [item("component:api", None), item("component:web", Some("group:shop"))].into(),
        by: person("lead"),
        due: Timestamp(NOW.0 + 100),
        automatic_days: Some(30),
    })
}

fn answer(review: &str, answer: Answer, if_last: Option<u32>) -> ReviewChange {
    let answer = NewAnswer {
        entity: name("component:web"),
        answer,
        by: person("ann"),
        standing: AnswererStanding::Owner,
        answers_for: Some(name("group:shop")),
        reason: Some("because".into()),
        if_last,
    };
    ReviewChange::Answer { review: id(review), answers: vec![answer] }
}

const CONFIRM: Answer = Answer::Confirm { exists: true, correct: true };

fn place() -> Place {
    Place::with([samples::plain("a", 1)])
}

#[track_caller]
fn done(place: &Place, change: &ReviewChange) -> ReviewEffect {
    place.store.change_reviews(change, NOW).expect("the store is sound").expect("the review takes it")
}

fn refused(place: &Place, change: &ReviewChange) -> ReviewRefusal {
    place.store.change_reviews(change, NOW).expect("the store is sound").expect_err("the review refuses it")
}

fn reviews(place: &Place) -> Reviews {
    place.store.read(StoreReader::reviews).expect("the store is sound")
}

#[test]
fn what_was_said_is_read_again() {
    let place = place();
    assert!(reviews(&place).is_empty());
    assert_eq!(done(&place, &start("Shop")).revision, Revision(2));
    let all = [
        CONFIRM,
        Answer::Correct { field: Some("spec.owner".into()), value: "group:pay".into() },
        Answer::Correct { field: None, value: "all of it".into() },
        Answer::HandOver { to: name("group:pay") },
        Answer::Reject(Rejection::DoesNotExist),
    ];
    for (position, said) in all.iter().enumerate() {
        let effect = done(&place, &answer("shop", said.clone(), None));
        assert_eq!(effect.answers, [u32::try_from(position + 1).expect("few")]);
    }
    let close = ReviewChange::Close { review: id("shop"), by: person("lead"), reason: Some("enough".into()) };
    assert_eq!(done(&place, &close).revision, Revision(8));

    let kept = reviews(&place);
    let review = kept.find("shop").expect("it is there");
    let mut expected = match start("Shop") {
        ReviewChange::Start(new) => new.start(|_| false, NOW).expect("it begins"),
        _ => unreachable!("a start is a start"),
    };
    for said in all {
        let ReviewChange::Answer { answers, .. } = answer("shop", said, None) else { continue };
        expected.take(&answers[0], NOW).expect("it is taken");
    }
    expected.close(&person("lead"), Some("enough"), NOW).expect("it is open");
    assert_eq!(*review, expected);
    assert_eq!(place.store.verify().ok(), Some(1));
}

#[test]
fn reviews_whose_ids_begin_alike_are_kept_apart() {
    let place = place();
    for expected in ["shop", "shop-2", "shop-3"] {
        assert_eq!(done(&place, &start("Shop")).review, id(expected));
    }
    done(&place, &answer("shop-2", CONFIRM, None));
    done(&place, &answer("shop", CONFIRM, None));
    done(&place, &answer("shop", CONFIRM, Some(1)));
    let kept = reviews(&place);
    let counts: Vec<(&str, usize)> =
        kept.iter().map(|review| (review.id.as_str(), review.answers.len())).collect();
    assert_eq!(counts, [("shop", 2), ("shop-2", 1), ("shop-3", 0)]);
}

#[test]
fn a_refusal_leaves_everything_as_it_was() {
    let place = place();
    done(&place, &start("Shop"));
    done(&place, &answer("shop", CONFIRM, Some(0)));
    let before = (place.store.read(|reader| Ok(reader.revision())).ok(), reviews(&place));
    let conflict = refused(&place, &answer("shop", CONFIRM, Some(0)));
    assert!(matches!(conflict, ReviewRefusal::AnsweredMeanwhile { expected: 0, found: 1, .. }), "{conflict}");
    let unknown = refused(&place, &answer("other", CONFIRM, None));
    assert_eq!(unknown, ReviewRefusal::UnknownReview { text: "other".into(), known: vec![id("shop")] });
    // Of several answers none is taken where one is refused.
    let ReviewChange::Answer { review, mut answers } = answer("shop", CONFIRM, None) else { return };
    answers.push(NewAnswer { entity: name("component:other"), ..answers[0].clone() });
    let refusal = refused(&place, &ReviewChange::Answer { review, answers });
    assert_eq!(refusal.code(), "ENTITY_NOT_IN_SCOPE");
    assert_eq!((place.store.read(|reader| Ok(reader.revision())).ok(), reviews(&place)), before);
}

#[test]
fn a_crawl_keeps_reviews() {
    let place = place();
    done(&place, &start("Shop"));
    let before = reviews(&place);
    place.apply([read(samples::plain("a", 2)), read(samples::plain("b", 1))]);
    assert_eq!(reviews(&place), before);
}

#[test]
fn answers_at_the_same_moment_are_all_kept_or_refused_by_what_they_rest_on() {
    for if_last in [None, Some(0)] {
        let place = Arc::new(place());
        done(&place, &start("Shop"));
        let threads = 6_u32;
        let barrier = Arc::new(Barrier::new(threads as usize));
        let answering: Vec<_> = (0..threads)
            .map(|_| {
                let store = place.store.clone().wait_up_to(std::time::Duration::from_secs(60));
                let barrier = Arc::clone(&barrier);
                std::thread::spawn(move || {
                    barrier.wait();
                    store.change_reviews(&answer("shop", CONFIRM, if_last), NOW).expect("the store is sound")
                })
            })
            .collect();
        let results = answering.into_iter().map(|thread| thread.join().expect("no panic"));
        let (taken, refused): (Vec<_>, Vec<_>) = results.partition(Result::is_ok);
        let expected = if if_last.is_none() { threads as usize } else { 1 };
        assert_eq!((taken.len(), refused.len()), (expected, threads as usize - expected));
        let mut numbers: Vec<u32> = taken.into_iter().flatten().flat_map(|effect| effect.answers).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=u32::try_from(expected).expect("few")));
        assert_eq!(reviews(&place).find("shop").map(|review| review.answers.len()), Some(expected));
    }
}

#[test]
fn a_review_that_comes_from_elsewhere_is_brought_in_once() {
    let (here, there) = (place(), place());
    done(&there, &start("Shop"));
    done(&there, &answer("shop", CONFIRM, None));
    let carried = |place: &Place| {
        ReviewChange::Import(Box::new(reviews(place).find("shop").cloned().expect("it is there")))
    };
    let first = carried(&there);
    assert!(done(&here, &first).changed);
    assert_eq!(reviews(&here), reviews(&there));
    let again = done(&here, &first);
    assert!(!again.changed);
    done(&there, &answer("shop", CONFIRM, None));
    assert_eq!(done(&here, &carried(&there)).answers, [2]);
    done(&here, &answer("shop", CONFIRM, None));
    done(&there, &answer("shop", Answer::Reject(Rejection::NotOurs), None));
    assert_eq!(refused(&here, &carried(&there)).code(), "REVIEW_OTHER_HISTORY");
}

#[test]
fn an_answer_that_is_lost_or_moved_is_noticed() {
    let break_by = |breaking: &dyn Fn(&redb::WriteTransaction)| {
        let place = place();
        done(&place, &start("Shop"));
        done(&place, &answer("shop", CONFIRM, None));
        done(&place, &answer("shop", CONFIRM, None));
        let database = redb::Database::open(place.store.path()).expect("the store is a file of redb");
        let transaction = database.begin_write().expect("a transaction");
        breaking(&transaction);
        transaction.commit().expect("it is written");
        drop(database);
        let read = place.store.read(StoreReader::reviews);
        assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
        // What repositories say can still be read.
        assert!(place.store.read(StoreReader::heads).is_ok());
    };
    break_by(&|transaction| {
        let mut table = transaction.open_table(tables::REVIEWS).expect("the table");
        table.remove("shop/00000002").expect("it is removed");
    });
    break_by(&|transaction| {
        let mut table = transaction.open_table(tables::REVIEWS).expect("the table");
        let bytes = table.remove("shop/00000002").expect("it is removed").map(|it| it.value().to_vec());
        table.insert("shop/00000003", bytes.unwrap_or_default().as_slice()).expect("it is written");
    });
    break_by(&|transaction| {
        transaction.delete_table(tables::REVIEWS).expect("it is deleted");
    });
}

#[test]
fn nothing_is_reviewed_where_there_is_no_store() {
    let place = Place::new();
    let refused = place.store.change_reviews(&start("Shop"), NOW);
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    assert!(!place.store.path().exists());
}

#[test]
fn the_limit_of_a_text_holds_for_reviews_too() {
    let place = place();
    let refused = refused(&place, &start(&"x".repeat(Review::TEXT_BYTES_MAX + 1)));
    assert_eq!(
        refused.to_string(),
        "the title is 4,097 bytes, over the limit `review.text_bytes_max` of 4,096"
    );
}
