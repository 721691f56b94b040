//! Reviews of sketched catalogs: who is asked, what answers come to, what is late.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{
    gaps::{GapQuestion, GapSettings, ownership_gaps},
    graph::CatalogGraph,
    model::{
        Answer, AnswererStanding, EntityRef, Rejection, Review, ReviewRefusal, ReviewScope, Reviews, Tier,
        Timestamp,
    },
    sketch::{self, READ_AT, entity_ref},
};

const DAY: i64 = 24 * 60 * 60;
const START: Timestamp = Timestamp(READ_AT.0 + 100 * DAY);
const DUE: Timestamp = Timestamp(START.0 + 30 * DAY);

const SHOP: &str = "
component:web owner group:shop tier 1
component:api owner group:shop
component:pay owner group:pay system:store
component:old
resource:db owner group:data
group:shop members user:ann user:bob email shop@example.com
group:pay parent group:money members user:cid
group:money members user:dan
group:data
user:ann email ann@example.com
user:bob
user:cid
user:dan login dan-d
";

/// A catalog with one review of everything.
struct World {
    graph: CatalogGraph,
    review: Review,
}

impl World {
    fn new(automatic_days: Option<u32>) -> Self {
        Self::of(SHOP, ReviewScope::default(), automatic_days)
    }

    fn of(sketch: &str, scope: ReviewScope, automatic_days: Option<u32>) -> Self {
        let graph = sketch::graph(sketch);
        let by = person_named(&graph, "user:dan");
        let terms = ReviewTerms { id: None, title: "All".into(), by, due: DUE, automatic_days };
        let review = new_review(&graph, scope, terms).start(|_| false, START).expect("it begins");
        Self { graph, review }
    }

    fn answer(&mut self, who: &str, text: &str, answer: Answer) -> Result<u32, AnswerRefused> {
        self.answer_at(START, who, text, answer)
    }

    fn answer_at(
        &mut self,
        at: Timestamp,
        who: &str,
        text: &str,
        answer: Answer,
    ) -> Result<u32, AnswerRefused> {
        let terms = self.terms(who, answer);
        let new = new_answer(&self.graph, &self.review, text, &terms)?;
        Ok(self.review.take(&new, at)?.number)
    }

    fn terms(&self, who: &str, answer: Answer) -> AnswerTerms {
        let by = person_named(&self.graph, who);
        AnswerTerms { answer, by, reason: Some("it is so".into()), if_last: None, only_owners: false }
    }

    /// The graph with the review in it.
    fn graph(&self) -> CatalogGraph {
        self.graph.clone().with_reviews(Reviews::new([self.review.clone()]))
    }

    #[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
    fn check(&self, now: Timestamp, expected: Expect) {
        let progress = review_progress(&self.graph, &self.review, now);
        let mut text = String::new();
        for item in &progress.items {
            let asked = item.asked().map_or_else(|| "nobody".to_owned(), EntityRef::short);
            let mut marks = String::new();
            if item.is_by_non_owner() {
                marks += ", by a non-owner";
            }
            if let Some(automatic) = item.automatic {
                marks += &format!(", {}", automatic.ground.name());
            }
            if let Some(owner) = item.owner_now() {
                marks += &format!(", now of {}", owner.name().short());
            }
            text += &format!("{} {} ({asked}{marks})\n", item.item.entity.short(), item.state.name());
        }
        for team in &progress.teams {
            let owner = team.owner.map_or_else(|| "nobody".to_owned(), EntityRef::short);
            text += &format!(
                "{owner}: {} of {}, {} overdue\n",
                team.counts.done(),
                team.counts.total(),
                team.overdue
            );
        }
        for entity in &progress.added {
            text += &format!("new: {}\n", entity.name().short());
        }
        if let Some(days) = progress.days_overdue {
            text += &format!("overdue for {days}\n");
        }
        check_sums(&progress);
        expected.assert_eq(&text);
    }
}

/// The parts of a progress add up.
fn check_sums(progress: &ReviewProgress<'_>) {
    assert_eq!(progress.totals.total(), progress.review.items.len());
    assert_eq!(progress.items.len(), progress.review.items.len());
    for state in ItemState::ALL {
        let by_team: usize = progress.teams.iter().map(|team| team.counts.of(state)).sum();
        let by_item = progress.items.iter().filter(|item| item.state == state).count();
        assert_eq!((by_team, by_item), (progress.totals.of(state), progress.totals.of(state)));
    }
    assert_eq!(progress.totals.done() + progress.totals.to_answer(), progress.totals.total());
    let answers: usize = progress.items.iter().map(|item| item.answers.len()).sum();
    assert_eq!(answers, progress.review.answers.len());
}

const CONFIRM: Answer = Answer::Confirm { exists: true, correct: true };

fn to(owner: &str) -> Answer {
    Answer::HandOver { to: entity_ref(owner) }
}

#[test]
fn a_review_goes_from_its_start_through_answers_to_its_end() {
    let mut world = World::new(None);
    world.check(
        START,
        expect![[r#"
            component:api open (group:shop)
            component:old open (nobody)
            component:pay open (group:pay)
            component:web open (group:shop)
            resource:db open (group:data)
            group:shop: 0 of 2, 0 overdue
            group:data: 0 of 1, 0 overdue
            group:pay: 0 of 1, 0 overdue
            nobody: 0 of 1, 0 overdue
        "#]],
    );
    world.answer("ann@example.com", "web", CONFIRM).expect("it is taken");
    world.answer("user:bob", "api", to("group:pay")).expect("it is taken");
    world.answer("@dan-d", "pay", Answer::Reject(Rejection::DoesNotExist)).expect("it is taken");
    world.check(
        Timestamp(DUE.0 + DAY),
        expect![[r#"
            component:api hand-over-pending (group:pay)
            component:old open (nobody)
            component:pay rejected (group:pay, by a non-owner)
            component:web confirmed (group:shop)
            resource:db open (group:data)
            group:data: 0 of 1, 1 overdue
            group:pay: 1 of 2, 1 overdue
            nobody: 0 of 1, 1 overdue
            group:shop: 1 of 1, 0 overdue
            overdue for 1
        "#]],
    );
    world.answer_at(Timestamp(DUE.0 + 1), "cid", "api", CONFIRM).expect("it is taken, late");
    world.answer("nobody@example.com", "db", CONFIRM).expect("it is taken");
    world.answer("ann", "old", to("group:shop")).expect("it is taken");
    world.answer("ann", "old", CONFIRM).expect("it is taken");
    world.check(
        Timestamp(DUE.0 + DAY),
        expect![[r#"
            component:api handed-over (group:pay)
            component:old handed-over (group:shop)
            component:pay rejected (group:pay, by a non-owner)
            component:web confirmed (group:shop)
            resource:db confirmed (group:data)
            group:data: 1 of 1, 0 overdue
            group:pay: 2 of 2, 0 overdue
            group:shop: 2 of 2, 0 overdue
        "#]],
    );
    let late = world.review.answers.iter().filter(|answer| world.review.is_late(answer));
    assert_eq!(late.map(|answer| answer.number).collect::<Vec<_>>(), [4]);
}

#[test]
fn a_scope_is_fixed_at_the_start_and_what_went_or_came_is_said() {
    let mut world = World::new(None);
    world.answer("ann", "web", CONFIRM).expect("it is taken");
    world.graph = sketch::graph(
        "
        component:web owner group:pay
        component:pay owner group:pay -> component:api
        component:new owner group:pay
        group:pay members user:cid
        ",
    );
    world.check(
        START,
        expect![[r#"
            component:api vanished (group:shop)
            component:old vanished (nobody)
            component:pay open (group:pay)
            component:web confirmed (group:shop, now of group:pay)
            resource:db vanished (group:data)
            group:pay: 0 of 1, 0 overdue
            group:data: 1 of 1, 0 overdue
            group:shop: 2 of 2, 0 overdue
            nobody: 1 of 1, 0 overdue
            new: component:new
        "#]],
    );
    // What is only named, and what is not there at all.
    for text in ["api", "component:old", "resource:db"] {
        let refused = world.answer("cid", text, CONFIRM).expect_err("it has vanished");
        assert!(matches!(refused, AnswerRefused::Refused(ReviewRefusal::Vanished { .. })), "{refused}");
    }
    let refused = world.answer("cid", "new", CONFIRM).expect_err("it came later");
    assert_eq!(refused.to_string(), "review `all` is not about `component:new`");
    let missing = world.answer("cid", "component:nowhere", CONFIRM).expect_err("it is not there");
    assert_eq!(missing.to_string(), "entity `component:nowhere` is not in the catalog");
    assert!(items_asked_of(&world.graph, &world.review, &entity_ref("group:shop")).is_empty());
    assert_eq!(items_asked_of(&world.graph, &world.review, &entity_ref("group:pay")).len(), 1);
}

#[test]
fn every_part_of_a_scope_is_asked_for() {
    let check = |scope: ReviewScope, words: &str, expected: &str| {
        assert_eq!(scope_sentence(&scope), words);
        let graph = sketch::graph(SHOP);
        let names: Vec<String> =
            entities_in_scope(&graph, &scope).iter().map(|entity| entity.name().short()).collect();
        assert_eq!(names.join(" "), expected, "{words}");
    };
    let scope = ReviewScope::default;
    check(
        scope(),
        "everything that must be owned",
        "component:api component:old component:pay component:web resource:db",
    );
    check(ReviewScope { kinds: vec!["Resource".into()], ..scope() }, "of kind Resource", "resource:db");
    let owners = vec![entity_ref("group:shop"), entity_ref("group:pay")];
    check(
        ReviewScope { owners, kinds: vec!["component".into()], ..scope() },
        "of kind component, owned by group:shop or group:pay",
        "component:api component:pay component:web",
    );
    check(ReviewScope { tiers: Tier::new(1).into_iter().collect(), ..scope() }, "of tier 1", "component:web");
    check(ReviewScope { repositories: vec!["elsewhere".into()], ..scope() }, "declared in elsewhere", "");
    check(ReviewScope { namespaces: vec!["other".into()], ..scope() }, "in namespace other", "");
    check(ReviewScope { systems: vec![entity_ref("system:x")], ..scope() }, "part of system:x", "");
    let empty = World::of(SHOP, scope(), None);
    let terms = ReviewTerms {
        id: None,
        title: "".into(),
        by: empty.review.started_by.clone(),
        due: DUE,
        automatic_days: None,
    };
    let nothing = ReviewScope { namespaces: vec!["other".into()], ..scope() };
    let started = new_review(&empty.graph, nothing, terms).start(|_| false, START);
    assert_eq!(started.map(|review| review.id), Err(ReviewRefusal::ScopeEmpty));
}

#[test]
fn who_answers_is_held_against_who_owns() {
    let world = World::new(None);
    let standing = |who: &str, owner: &str| {
        standing_of(&world.graph, &person_named(&world.graph, who), &[entity_ref(owner)]).0
    };
    assert_eq!(standing("ann@example.com", "group:shop"), AnswererStanding::Owner);
    assert_eq!(standing("cid", "group:money"), AnswererStanding::Owner, "of a group below");
    assert_eq!(standing("dan", "group:pay"), AnswererStanding::NonOwner);
    assert_eq!(standing("ann", "user:ann"), AnswererStanding::Owner);
    assert_eq!(standing("ann", "user:bob"), AnswererStanding::NonOwner);
    // What cannot be known is not held against anybody.
    assert_eq!(standing("ann", "group:data"), AnswererStanding::Unknown, "a group without members");
    assert_eq!(standing("ann", "group:nowhere"), AnswererStanding::Unknown);
    assert_eq!(standing("stranger@example.com", "group:shop"), AnswererStanding::Unknown);
    assert_eq!(standing("shop@example.com", "group:shop"), AnswererStanding::Unknown, "a group is no person");
}

#[test]
fn an_owner_that_is_an_address_only_is_who_has_that_address() {
    let graph = sketch::graph(
        "
        component:web owner group:ann@example.com
        component:api owner user:x@example.com
        user:ann email ann@example.com
        user:bob
        ",
    );
    let standing =
        |who: &str, owner: &str| standing_of(&graph, &person_named(&graph, who), &[entity_ref(owner)]).0;
    assert_eq!(standing("ann", "group:ann@example.com"), AnswererStanding::Owner);
    assert_eq!(standing("Ann@Example.com", "group:ann@example.com"), AnswererStanding::Owner);
    assert_eq!(standing("X@example.com", "user:x@example.com"), AnswererStanding::Owner);
    // Nothing else is known of such an owner.
    assert_eq!(standing("bob", "group:ann@example.com"), AnswererStanding::Unknown);
    assert_eq!(standing("bob", "user:x@example.com"), AnswererStanding::Unknown);
}

#[test]
fn groups_in_a_circle_and_a_group_in_itself_are_gone_through_once() {
    let graph = sketch::graph(
        "
        component:web owner group:a
        group:a parent group:b members user:ann
        group:b parent group:a
        group:self parent group:self members user:bob
        user:ann
        user:bob
        ",
    );
    let standing =
        |who: &str, owner: &str| standing_of(&graph, &person_named(&graph, who), &[entity_ref(owner)]).0;
    assert_eq!(standing("ann", "group:b"), AnswererStanding::Owner);
    assert_eq!(standing("bob", "group:a"), AnswererStanding::NonOwner);
    assert_eq!(standing("bob", "group:self"), AnswererStanding::Owner);
    assert_eq!(standing("ann", "group:self"), AnswererStanding::NonOwner);
}

#[test]
fn only_owners_may_answer_where_that_is_asked_for() {
    let world = World::new(None);
    let strict = |who: &str, text: &str| {
        let terms = AnswerTerms { only_owners: true, ..world.terms(who, CONFIRM) };
        new_answer(&world.graph, &world.review, text, &terms).map(|answer| answer.standing)
    };
    assert_eq!(strict("ann", "web"), Ok(AnswererStanding::Owner));
    let refused = |who: &str, text: &str| strict(who, text).map_err(|error| error.to_string());
    assert_eq!(
        refused("dan", "web"),
        Err("user:dan is not known to own `component:web`, which is held to be owned by `group:shop`".into())
    );
    assert_eq!(
        refused("x@example.com", "old"),
        Err("x@example.com is not known to own `component:old`, which has no owner".into())
    );
}

#[test]
fn what_is_handed_over_goes_to_somebody_else_who_is_there() {
    let mut world = World::new(None);
    let mut refused =
        |text: &str, owner: &str| world.answer("ann", text, to(owner)).map_err(|error| error.to_string());
    assert_eq!(
        refused("web", "group:shop"),
        Err("`component:web` is held to be owned by `group:shop` already".into())
    );
    let no_owner = "cannot take over: it is no declared group or person";
    assert_eq!(refused("web", "group:nowhere"), Err(format!("`group:nowhere` {no_owner}")));
    assert_eq!(refused("web", "component:api"), Err(format!("`component:api` {no_owner}")));
    assert_eq!(refused("web", "user:cid"), Ok(1));
}

#[test]
fn a_change_confirms_as_such_and_never_as_a_persons_answer() {
    let mut world = World::new(Some(10));
    let mut changed = sketch::repositories(SHOP);
    let committed_at = Timestamp(START.0 + 20 * DAY);
    for repository in &mut changed {
        repository.head.committed_at = Some(committed_at);
        for manifest in &mut repository.manifests {
            manifest.content.0[0] ^= 1;
        }
    }
    world.answer("ann", "web", CONFIRM).expect("it is taken");
    world.answer("ann", "api", Answer::Confirm { exists: true, correct: false }).expect("it is taken");
    world.graph = sketch::graph_of(changed.clone());
    world.check(
        Timestamp(DUE.0 + DAY),
        expect![[r#"
            component:api confirmed-automatically (group:shop, manifest-changed)
            component:old confirmed-automatically (nobody, manifest-changed)
            component:pay confirmed-automatically (group:pay, manifest-changed)
            component:web confirmed (group:shop, manifest-changed)
            resource:db confirmed-automatically (group:data, manifest-changed)
            group:data: 1 of 1, 0 overdue
            group:pay: 1 of 1, 0 overdue
            group:shop: 2 of 2, 0 overdue
            nobody: 1 of 1, 0 overdue
        "#]],
    );
    let to_answer = |world: &World| review_progress(&world.graph, &world.review, DUE).totals.to_answer();
    assert_eq!(to_answer(&world), 0);
    // A change of long before, none of which it is known when it was, or one after the end, says nothing.
    for repository in &mut changed {
        repository.head.committed_at = Some(Timestamp(START.0 - 11 * DAY));
    }
    world.graph = sketch::graph_of(changed);
    assert_eq!(to_answer(&world), 4);
    let by = world.review.started_by.clone();
    world.review.close(&by, None, Timestamp(START.0 - 12 * DAY)).expect("it is open");
    assert_eq!(to_answer(&world), 4);
    assert_eq!(to_answer(&World::new(Some(10))), 5, "what is as it was confirms nothing");
    assert_eq!(to_answer(&World::new(Some(0))), 5);
}

#[test]
fn a_change_shortly_before_the_start_confirms_as_well() {
    let drawn = "
        repository acme/shop
        history
          . ann@example.com 1 0
        component:web owner group:shop
    ";
    let to_answer = |days_before: i64, automatic_days: u32| {
        let mut repositories = sketch::repositories(drawn);
        for repository in &mut repositories {
            let path = repository.manifests[0].path.clone();
            let history = repository.history.as_mut().expect("it was drawn");
            history.manifests = vec![(path, Timestamp(START.0 - days_before * DAY))];
        }
        let graph = sketch::graph_of(repositories);
        let by = person_named(&graph, "user:dan");
        let days = Some(automatic_days);
        let terms = ReviewTerms { id: None, title: "All".into(), by, due: DUE, automatic_days: days };
        let review = new_review(&graph, ReviewScope::default(), terms);
        let review = review.start(|_| false, START).expect("it begins");
        review_progress(&graph, &review, START).totals.to_answer()
    };
    assert_eq!(to_answer(9, 10), 0);
    assert_eq!(to_answer(11, 10), 1);
    assert_eq!(to_answer(9, 0), 1);
}

fn with_days(mut settings: GapSettings, review_days: u32) -> GapSettings {
    settings.review_days = review_days;
    settings
}

#[track_caller]
fn check_gaps(world: &World, now: Timestamp, review_days: u32, expected: &[&str]) {
    let graph = world.graph();
    let settings = with_days(GapSettings::default(), review_days);
    let report = ownership_gaps(GapQuestion { graph: &graph, now, settings: &settings });
    let gaps = report.gaps.iter().filter(|gap| gap.code == "review-stale");
    let found: Vec<String> = gaps.map(|gap| format!("{}: {}", gap.severity.name(), gap.message)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_review_that_is_due_or_long_ago_is_a_gap_and_without_one_nothing_is_said() {
    let scope = ReviewScope { owners: vec![entity_ref("group:shop")], ..ReviewScope::default() };
    let mut world = World::of(SHOP, scope, None);
    check_gaps(&world, DUE, 365, &[]);
    let late = Timestamp(DUE.0 + 3 * DAY);
    check_gaps(
        &world,
        late,
        365,
        &[
            "warning: critical `component:web` is not answered in review `all`, which has been due for 3 days",
            "note: `component:api` is not answered in review `all`, which has been due for 3 days",
        ],
    );
    world.answer("ann", "web", CONFIRM).expect("it is taken");
    world.answer("ann", "api", to("group:pay")).expect("it is taken");
    check_gaps(
        &world,
        late,
        365,
        &[
            "note: `component:api` was handed over, which is not confirmed, in review `all`, which has been due for 3 days",
        ],
    );
    world.answer("ann", "api", Answer::Reject(Rejection::NotOurs)).expect("it is taken");
    check_gaps(&world, late, 365, &[]);
    let by = world.review.started_by.clone();
    world.review.close(&by, None, DUE).expect("it is open");
    check_gaps(
        &world,
        Timestamp(START.0 + 31 * DAY),
        30,
        &[
            "warning: critical `component:web` was last confirmed 31 days ago, in review `all`, over the 30 days of `review_days`",
            "note: `component:api` was rejected in review `all` and was not confirmed since",
        ],
    );
    let graph = sketch::graph(SHOP);
    let question = GapQuestion { graph: &graph, now: late, settings: &GapSettings::default() };
    assert!(ownership_gaps(question).gaps.iter().all(|gap| gap.code != "review-stale"));
}

#[test]
fn the_last_confirmation_of_several_reviews_counts() {
    let mut first = World::new(None);
    let mut second = World::new(None);
    first.answer("ann", "web", CONFIRM).expect("it is taken");
    let later = Timestamp(START.0 + DAY);
    second.answer_at(later, "ann", "web", CONFIRM).expect("it is taken");
    second.review.id = first.review.id.numbered(2);
    let graph = sketch::graph(SHOP).with_reviews(Reviews::new([second.review.clone(), first.review.clone()]));
    let last = last_confirmation(&graph, &entity_ref("component:web"));
    assert_eq!(last.confirmed.map(|(at, review)| (at, review.id.as_str())), Some((later, "all-2")));
    assert_eq!(last.reviews.len(), 2);
    assert!(last_confirmation(&graph, &entity_ref("component:api")).confirmed.is_none());
}

fn any_answer() -> impl Strategy<Value = (usize, usize, Answer)> {
    let answer = prop_oneof![
        Just(CONFIRM),
        Just(Answer::Confirm { exists: true, correct: false }),
        Just(Answer::Correct { field: None, value: "x".into() }),
        prop::sample::select(vec!["group:shop", "group:pay", "user:dan"]).prop_map(to),
        Just(Answer::Reject(Rejection::NotOurs)),
    ];
    (0..5_usize, 0..5_usize, answer)
}

proptest! {
    /// Whatever is answered by whom: progress adds up, nothing is lost, and each entity stands where its own
    /// answers alone would have put it.
    #[test]
    fn progress_is_a_function_of_the_answers(answers in prop::collection::vec(any_answer(), 0..30)) {
        let people = ["ann", "bob", "cid", "dan", "x@example.com"];
        let entities = ["web", "api", "pay", "old", "resource:db"];
        let mut world = World::new(None);
        let mut taken = Vec::new();
        for (who, what, answer) in answers {
            if world.answer(people[who], entities[what], answer.clone()).is_ok() {
                taken.push((who, what, answer));
            }
        }
        let progress = review_progress(&world.graph, &world.review, Timestamp(DUE.0 + DAY));
        check_sums(&progress);
        prop_assert_eq!(world.review.answers.len(), taken.len());
        for (number, text) in entities.iter().enumerate() {
            let mut alone = World::new(None);
            for (who, what, answer) in taken.iter().filter(|(_, what, _)| *what == number) {
                prop_assert!(alone.answer(people[*who], entities[*what], answer.clone()).is_ok());
            }
            let graph = &world.graph;
            let name = crate::query::find_entity(graph, text).expect("it is there").name().clone();
            let state_in = |world: &World| {
                let progress = review_progress(graph, &world.review, DUE);
                progress.items.iter().find(|item| item.item.entity == name).map(|item| item.state)
            };
            prop_assert_eq!(state_in(&alone), state_in(&world));
        }
    }
}
