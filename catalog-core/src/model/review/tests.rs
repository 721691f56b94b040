//! What answers come to, whatever their order.

use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp(1_000);
const DUE: Timestamp = Timestamp(2_000);

fn name(text: &str) -> EntityRef {
    EntityRef::parse_full(text).expect("a ref")
}

fn person(text: &str) -> Person {
    Person { written: text.into(), user: EntityRef::parse_full(&format!("user:{text}")).ok() }
}

fn review() -> Review {
    let item = |entity: &str| ReviewItem {
        entity: name(entity),
        owner: Some(name("group:shop")),
        manifest: None,
        changed_at: None,
    };
    let new = NewReview {
        id: None,
        title: "Q4: the shop".into(),
        scope: ReviewScope::default(),
        items: [item("component:api"), item("component:web")].into(),
        by: person("lead"),
        due: DUE,
        automatic_days: None,
    };
    new.start(|_| false, START).expect("it begins")
}

fn new_answer(entity: &str, answer: Answer, of: (AnswererStanding, &str)) -> NewAnswer {
    NewAnswer {
        entity: name(entity),
        answer,
        by: person("ann"),
        standing: of.0,
        answers_for: Some(name(of.1)),
        reason: Some("it is so".into()),
        if_last: None,
    }
}

const CONFIRM: Answer = Answer::Confirm { exists: true, correct: true };
const SHOP: (AnswererStanding, &str) = (AnswererStanding::Owner, "group:shop");
const PAY: (AnswererStanding, &str) = (AnswererStanding::Owner, "group:pay");

fn hand_over() -> Answer {
    Answer::HandOver { to: name("group:pay") }
}

/// What a few answers about one entity come to, with the number of the one that stands.
fn check(answers: &[(Answer, (AnswererStanding, &str))], expected: OutcomeState, standing: u32) {
    let mut review = review();
    for (answer, of) in answers {
        review.take(&new_answer("component:web", answer.clone(), *of), START).expect("it is taken");
    }
    let web = name("component:web");
    let outcome = ReviewOutcome::of(review.answers_about(&web));
    assert_eq!(outcome.state, expected);
    assert_eq!(outcome.standing.map(|answer| answer.number), Some(standing));
    assert_eq!((outcome.last as usize, outcome.answers), (answers.len(), answers.len()));
}

#[test]
fn existence_and_correctness_are_confirmed_apart() {
    let exists = Answer::Confirm { exists: true, correct: false };
    let correct = Answer::Confirm { exists: false, correct: true };
    check(&[(exists.clone(), SHOP)], OutcomeState::PartlyConfirmed, 1);
    check(&[(exists.clone(), SHOP), (correct, SHOP)], OutcomeState::Confirmed, 2);
    check(&[(CONFIRM, SHOP), (exists, SHOP)], OutcomeState::Confirmed, 2);
}

#[test]
fn the_latest_answer_stands() {
    let rejection = Answer::Reject(Rejection::DoesNotExist);
    let correction = Answer::Correct { field: Some("spec.owner".into()), value: "group:pay".into() };
    check(&[(CONFIRM, SHOP), (correction.clone(), SHOP)], OutcomeState::Corrected, 2);
    check(&[(correction, SHOP), (CONFIRM, SHOP)], OutcomeState::Confirmed, 2);
    check(&[(CONFIRM, SHOP), (rejection, SHOP)], OutcomeState::Rejected(Rejection::DoesNotExist), 2);
}

#[test]
fn a_hand_over_waits_for_its_receiver() {
    let unknown = (AnswererStanding::Unknown, "group:pay");
    let stranger = (AnswererStanding::NonOwner, "group:pay");
    check(&[(hand_over(), SHOP)], OutcomeState::HandOverPending, 1);
    check(&[(hand_over(), SHOP), (CONFIRM, PAY)], OutcomeState::HandedOver, 2);
    check(&[(hand_over(), SHOP), (CONFIRM, unknown)], OutcomeState::HandedOver, 2);
    check(&[(hand_over(), SHOP), (CONFIRM, stranger)], OutcomeState::HandOverPending, 1);
    check(&[(hand_over(), SHOP), (CONFIRM, SHOP)], OutcomeState::Confirmed, 2);
    let rejection = Answer::Reject(Rejection::NotOurs);
    check(&[(hand_over(), SHOP), (rejection, PAY)], OutcomeState::Rejected(Rejection::NotOurs), 2);
}

#[test]
fn an_answer_that_rests_on_an_older_one_is_refused() {
    let mut review = review();
    let mut answer = new_answer("component:web", CONFIRM, SHOP);
    answer.if_last = Some(0);
    assert_eq!(review.take(&answer, START).map(|taken| taken.number), Ok(1));
    let refused = review.take(&answer, START).map(|taken| taken.number);
    assert_eq!(
        refused,
        Err(ReviewRefusal::AnsweredMeanwhile { entity: name("component:web"), expected: 0, found: 1 })
    );
    // Who answered about something else is of no interest.
    answer.entity = name("component:api");
    assert_eq!(review.take(&answer, START).map(|taken| taken.number), Ok(2));
}

#[test]
fn what_cannot_be_answered_is_refused_and_changes_nothing() {
    let mut review = review();
    let before = review.clone();
    let long = "x".repeat(Review::TEXT_BYTES_MAX + 1);
    let refused = |review: &mut Review, change: &dyn Fn(&mut NewAnswer)| {
        let mut answer = new_answer("component:web", CONFIRM, SHOP);
        change(&mut answer);
        review.take(&answer, START).map(|taken| taken.number).expect_err("it is refused").code()
    };
    assert_eq!(refused(&mut review, &|of| of.entity = name("component:other")), "ENTITY_NOT_IN_SCOPE");
    assert_eq!(refused(&mut review, &|of| of.by.written = " ".into()), "PERSON_MISSING");
    assert_eq!(refused(&mut review, &|of| of.reason = Some(long.as_str().into())), "TEXT_TOO_LONG");
    assert_eq!(
        refused(&mut review, &|of| of.answer = Answer::Confirm { exists: false, correct: false }),
        "NOTHING_CONFIRMED"
    );
    let correction = || Answer::Correct { field: None, value: "".into() };
    assert_eq!(refused(&mut review, &|of| of.answer = correction()), "VALUE_MISSING");
    let unfounded = |of: &mut NewAnswer| {
        of.answer = Answer::Reject(Rejection::NotOurs);
        of.reason = None;
    };
    assert_eq!(refused(&mut review, &unfounded), "REASON_MISSING");
    assert_eq!(review, before);
    review.close(&person("lead"), None, DUE).expect("it is open");
    assert_eq!(refused(&mut review, &|_| {}), "REVIEW_CLOSED");
    assert_eq!(review.close(&person("lead"), None, DUE).map_err(|it| it.code()), Err("REVIEW_CLOSED"));
}

#[test]
fn days_past_due_begin_the_moment_after() {
    let review = review();
    let day = 24 * 60 * 60;
    assert_eq!(review.days_past_due(DUE), None);
    assert_eq!(review.days_past_due(Timestamp(DUE.0 + 1)), Some(1));
    assert_eq!(review.days_past_due(Timestamp(DUE.0 + day)), Some(1));
    assert_eq!(review.days_past_due(Timestamp(DUE.0 + day + 1)), Some(2));
}

#[test]
fn an_id_comes_from_the_title_and_is_free() {
    let check = |title: &str, expected: &str| assert_eq!(ReviewId::of_title(title).as_str(), expected);
    check("Q4: the shop", "q4-the-shop");
    check("  Ähm – 2026/12  ", "hm-2026-12");
    check("", "review");
    check("评审", "review");
    check(&"long ".repeat(40), "long-long-long-long-long-long-long-long");
    check(&"x".repeat(400), "review");
    assert!(
        ["", "-", "a--b", "A", "a b", "../x", "a\n"].into_iter().all(|text| ReviewId::new(text).is_none())
    );

    let mut new = NewReview {
        id: None,
        title: "shop".into(),
        scope: ReviewScope::default(),
        items: review().items,
        by: person("lead"),
        due: DUE,
        automatic_days: None,
    };
    let taken = |id: &ReviewId| ["shop", "shop-2"].contains(&id.as_str());
    assert_eq!(new.start(taken, START).map(|review| review.id.to_string()), Ok("shop-3".into()));
    new.id = ReviewId::new("shop");
    assert_eq!(new.start(taken, START).map_err(|it| it.code()), Err("REVIEW_EXISTS"));
    new.id = None;
    assert_eq!(new.start(taken, Timestamp(DUE.0 + 1)).map_err(|it| it.code()), Err("REVIEW_DUE_PAST"));
    new.items = [].into();
    assert_eq!(new.start(taken, START).map_err(|it| it.code()), Err("REVIEW_SCOPE_EMPTY"));
}

#[test]
fn a_history_that_goes_on_is_brought_in_and_another_one_is_not() {
    let mut here = review();
    let mut there = here.clone();
    there.take(&new_answer("component:web", CONFIRM, SHOP), START).expect("it is taken");
    assert_eq!(here.merge(&there), Ok(true));
    assert_eq!((&here, here.clone().merge(&there)), (&there, Ok(false)));
    assert_eq!(here.merge(&review()), Ok(false), "what is older says nothing new");
    let mut other = review();
    other.take(&new_answer("component:web", hand_over(), SHOP), START).expect("it is taken");
    assert_eq!(here.merge(&other).map_err(|it| it.code()), Err("REVIEW_OTHER_HISTORY"));
    assert_eq!(here, there);
}

#[test]
fn a_review_that_does_not_fit_together_is_not_brought_in() {
    let check = |spoil: &dyn Fn(&mut Review), code: &str| {
        let mut review = review();
        for entity in ["component:web", "component:api"] {
            review.take(&new_answer(entity, CONFIRM, SHOP), START).expect("it is taken");
        }
        assert_eq!(review.check_whole(), Ok(()));
        spoil(&mut review);
        assert_eq!(review.check_whole().map_err(|refusal| refusal.code()), Err(code));
    };
    check(&|of| of.items = [].into(), "REVIEW_UNFIT");
    check(&|of| of.items = of.items.iter().rev().cloned().collect(), "REVIEW_UNFIT");
    check(&|of| of.items = of.items.iter().chain(&*of.items).cloned().collect(), "REVIEW_UNFIT");
    check(&|of| of.answers.reverse(), "REVIEW_UNFIT");
    check(&|of| of.answers[0].entity = name("component:other"), "REVIEW_UNFIT");
    check(&|of| of.answers[0].by.written = "".into(), "PERSON_MISSING");
    check(&|of| of.title = "x".repeat(Review::TEXT_BYTES_MAX + 1).into(), "TEXT_TOO_LONG");
}

fn any_answer() -> impl Strategy<Value = NewAnswer> {
    let answer = prop_oneof![
        (any::<bool>(), any::<bool>())
            .prop_map(|(exists, correct)| Answer::Confirm { exists: exists || !correct, correct }),
        Just(Answer::Correct { field: None, value: "x".into() }),
        Just(hand_over()),
        Just(Answer::Reject(Rejection::NotOurs)),
    ];
    let entity = prop::sample::select(vec!["component:web", "component:api"]);
    let standing = prop::sample::select(AnswererStanding::ALL.to_vec());
    let owner = prop::sample::select(vec!["group:shop", "group:pay"]);
    (entity, answer, standing, owner)
        .prop_map(|(entity, answer, standing, owner)| new_answer(entity, answer, (standing, owner)))
}

/// What is about `entity` in a list of answers that a review would take.
fn state_of(answers: &[NewAnswer], entity: &EntityRef) -> (OutcomeState, usize) {
    let mut review = review();
    for answer in answers {
        review.take(answer, START).expect("it is taken");
    }
    let outcome = ReviewOutcome::of(review.answers_about(entity));
    (outcome.state, outcome.answers)
}

proptest! {
    /// However the answers about two entities come between each other, each comes to the same.
    #[test]
    fn answers_about_others_do_not_matter(
        answers in prop::collection::vec(any_answer(), 0..20),
        seed in any::<u64>(),
    ) {
        let web = name("component:web");
        let (of_web, of_api): (Vec<NewAnswer>, Vec<NewAnswer>) =
            answers.into_iter().partition(|answer| answer.entity == web);
        let mut mixed = Vec::new();
        let (mut left, mut right, mut bits) = (of_web.iter(), of_api.iter(), seed);
        loop {
            let from_left = bits & 1 == 0;
            bits = bits.rotate_right(1);
            let next = if from_left { left.next().or_else(|| right.next()) } else { right.next().or_else(|| left.next()) };
            let Some(next) = next else { break };
            mixed.push(next.clone());
        }
        prop_assert_eq!(state_of(&mixed, &web), state_of(&of_web, &web));
        let api = name("component:api");
        prop_assert_eq!(state_of(&mixed, &api), state_of(&of_api, &api));
    }

    /// Nothing is ever taken away, and what was said before the last answer that is no confirmation is
    /// of no consequence.
    #[test]
    fn the_state_is_decided_by_the_end_of_the_history(answers in prop::collection::vec(any_answer(), 0..20)) {
        let answers: Vec<NewAnswer> =
            answers.into_iter().map(|answer| NewAnswer { entity: name("component:web"), ..answer }).collect();
        let web = name("component:web");
        let decisive = answers.iter().rposition(|of| !matches!(of.answer, Answer::Confirm { .. }));
        let (state, count) = state_of(&answers, &web);
        prop_assert_eq!(count, answers.len());
        if let Some(start) = decisive {
            prop_assert_eq!(state, state_of(&answers[start..], &web).0);
        }
    }

    /// Of answers that all rest on the same last one, exactly one is taken, whichever comes first.
    #[test]
    fn of_answers_at_the_same_moment_that_exclude_each_other_one_is_taken(
        answers in prop::collection::vec(any_answer(), 1..8),
    ) {
        let mut review = review();
        let taken = answers.iter().filter(|answer| {
            let answer = NewAnswer { if_last: Some(0), entity: name("component:web"), ..(*answer).clone() };
            review.take(&answer, START).is_ok()
        });
        prop_assert_eq!(taken.count(), 1);
        prop_assert_eq!(review.answers.len(), 1);
    }
}
