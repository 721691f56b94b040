//! Comments against a host on loopback: what is written, what is left alone, and what goes wrong.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use catalog_core::model::Timestamp;

use super::{
    super::{
        HostClock, Token,
        stand_in::{Answer, Request, StandIn},
        stand_in_discussion::Discussion,
    },
    *,
};
use crate::limits::HostLimits;

const KINDS: [&str; 3] = ["github", "gitlab", "gitea"];

/// A clock that stands still but for its pauses, which take no time.
#[derive(Default)]
struct TestClock {
    passed: Cell<u64>,
    pauses: RefCell<Vec<u64>>,
}

impl HostClock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_284_000 + i64::try_from(self.passed.get()).expect("tests are short"))
    }

    fn pause(&self, _id: &str, time: Duration) {
        self.passed.set(self.passed.get() + time.as_secs());
        self.pauses.borrow_mut().push(time.as_secs());
    }
}

/// What stands before the discussion and may answer in its place.
type Gate = Box<dyn Fn(&Request, &mut Discussion) -> Option<Answer> + Send + Sync>;

/// A host with one discussion.
struct Place {
    host: StandIn,
    discussion: Arc<Mutex<Discussion>>,
    clock: TestClock,
    limits: HostLimits,
}

impl Place {
    fn new(kind: &'static str) -> Self {
        Self::behind(Discussion::new(kind), Box::new(|_, _| None))
    }

    fn behind(discussion: Discussion, gate: Gate) -> Self {
        let discussion = Arc::new(Mutex::new(discussion));
        let there = Arc::clone(&discussion);
        let host = StandIn::start(Box::new(move |request| {
            let mut discussion = there.lock().expect("no test panicked");
            gate(request, &mut discussion).unwrap_or_else(|| discussion.answer(request))
        }));
        Self { host, discussion, clock: TestClock::default(), limits: HostLimits::default() }
    }

    fn target(&self) -> CommentTarget {
        let form = match self.discussion.lock().expect("no test panicked").kind {
            "github" => "pull/7",
            "gitlab" => "-/merge_requests/7",
            _ => "pulls/7",
        };
        CommentTarget::parse(&format!("{}/acme/shop/{form}", self.host.origin), None).expect("an address")
    }

    fn post(&self, comment: &Comment<'_>) -> Result<Posted, CommentError> {
        let token = Token::new("s3cret").expect("a token");
        let options =
            CommentOptions { token: &token, author: None, limits: &self.limits, clock: &self.clock };
        let posted = post_comment(&self.target(), comment, &options);
        assert!(!format!("{posted:?}").contains("s3cret"), "{posted:?}");
        posted
    }

    /// Posts a text of a run and says what became of it.
    fn outcome(&self, text: &str, run: u64) -> &'static str {
        self.post(&comment(text, run)).expect("it is posted").outcome.name()
    }

    /// What was written since the last time.
    fn writes(&self) -> Vec<String> {
        std::mem::take(&mut self.discussion.lock().expect("no test panicked").writes)
    }

    fn bodies(&self) -> Vec<String> {
        let discussion = self.discussion.lock().expect("no test panicked");
        discussion.said.iter().map(|said| said.body.clone()).collect()
    }
}

fn comment(text: &str, run: u64) -> Comment<'_> {
    Comment { text, key: CommentKey::default(), run, head: None }
}

/// Of a host that fails: what is said, and how long was waited.
fn check_failure(place: &Place, expected: &str) {
    let error = place.post(&comment("hello", 1)).expect_err("the host does not do it");
    let text = format!("{error}; pauses {:?}", place.clock.pauses.borrow());
    assert_eq!(text.replace(place.host.origin.trim_start_matches("http://"), "HOST"), expected);
}

fn always(status: u16, headers: &'static [(&'static str, &'static str)]) -> Place {
    Place::behind(Discussion::new("github"), Box::new(move |_, _| Some(Answer::status(status, headers))))
}

/// A host that fails at the first writes, as many as there are answers, before or after carrying them out.
fn failing_writes(answers: Vec<(bool, Answer)>) -> Place {
    let answers = Mutex::new(answers.into_iter());
    let gate: Gate = Box::new(move |request, discussion| {
        if request.method == "GET" {
            return None;
        }
        let (is_done, answer) = answers.lock().expect("no test panicked").next()?;
        if is_done {
            discussion.answer(request);
        }
        Some(answer)
    });
    Place::behind(Discussion::new("github"), gate)
}

#[test]
fn one_comment_is_kept_true_on_every_host() {
    for kind in KINDS {
        let place = Place::new(kind);
        place.discussion.lock().expect("free").say("ann", "looks good");
        let posted = place.post(&comment("first\n\ntext \n", 1)).expect("it is posted");
        assert_eq!(posted.outcome, CommentOutcome::Created, "{kind}");
        assert!(posted.url.is_some_and(|url| url.ends_with("102")), "{kind}");
        assert_eq!(place.outcome("first\n\ntext", 2), "unchanged", "{kind}");
        assert_eq!(place.outcome("second", 3), "updated", "{kind}");
        assert_eq!(place.bodies(), ["looks good", "<!-- catalog:check key=default run=3 -->\nsecond"]);
        let edit = if kind == "gitlab" { "PUT 102" } else { "PATCH 102" };
        assert_eq!(place.writes(), ["POST", edit], "{kind}");
    }
}

#[test]
fn an_older_run_writes_nothing() {
    for kind in KINDS {
        let place = Place::new(kind);
        assert_eq!(place.outcome("of run 5", 5), "created");
        assert_eq!(place.outcome("of run 4", 4), "outdated");
        assert_eq!(place.outcome("of run 5 again", 5), "updated");
        assert_eq!(place.writes().len(), 2, "{kind}");
    }
}

#[test]
fn a_run_of_an_older_commit_writes_nothing() {
    for kind in KINDS {
        let place = Place::new(kind);
        let of = |text, head| Comment { head: Some(head), ..comment(text, 9) };
        let outcome = |comment: Comment<'_>| place.post(&comment).expect("it is decided").outcome.name();
        assert_eq!(outcome(of("old", "0ddba11")), "outdated");
        assert_eq!(outcome(of("new", "C0FFEE")), "created");
        assert_eq!(outcome(of("old", "0ddba11")), "outdated");
        assert_eq!(outcome(of("new", "0ddba11")), "unchanged");
        assert_eq!(place.writes(), ["POST"], "{kind}");
    }
}

#[test]
fn only_our_own_comments_are_ours() {
    for kind in KINDS {
        let place = Place::new(kind);
        let forged = "<!-- catalog:check key=default run=18446744073709551615 -->\nall is well";
        place.discussion.lock().expect("free").say("mallory", forged);
        assert_eq!(place.outcome("blocked", 1), "created");
        assert_eq!(place.bodies()[0], forged, "nobody else's comment is touched");
        let other = Comment { key: CommentKey::new("other").expect("a key"), ..comment("two", 1) };
        assert_eq!(place.post(&other).map(|posted| posted.outcome), Ok(CommentOutcome::Created));
        assert_eq!(place.bodies().len(), 3);
    }
}

#[test]
fn a_workflow_of_github_is_a_bot_and_others_have_to_be_named() {
    for kind in KINDS {
        let place = Place::new(kind);
        place.discussion.lock().expect("free").account.clear();
        let found = place.post(&comment("one", 1));
        if kind != "github" {
            assert_eq!(found, Err(CommentError::Nameless));
            continue;
        }
        place.discussion.lock().expect("free").say("ann", "<!-- catalog:check key=default run=9 -->\nx");
        assert_eq!(place.outcome("two", 2), "updated");
        assert_eq!(place.writes(), ["POST", "PATCH 101"]);
    }
}

#[test]
fn a_comment_is_found_among_hundreds() {
    for kind in KINDS {
        let mut discussion = Discussion::new(kind);
        for number in 0..250 {
            discussion.say("ann", &format!("remark {number}"));
        }
        let place = Place::behind(discussion, Box::new(|_, _| None));
        assert_eq!(place.outcome("one", 1), "created");
        assert_eq!(place.outcome("two", 2), "updated");
        assert_eq!(place.bodies().len(), 251, "{kind}");
    }
    let mut place = Place::new("gitlab");
    place.limits.comments_max = 3;
    for _ in 0..4 {
        place.discussion.lock().expect("free").say("system", "added a commit");
    }
    check_failure(
        &place,
        "there are more comments than 3, over the limit `host.comments_max` of 3; pauses []",
    );
}

#[test]
fn nothing_new_is_said_where_nothing_needs_saying() {
    let place = Place::new("gitea");
    let quiet = format!("{QUIET_MARK}\nnothing changes");
    assert_eq!(place.outcome(&quiet, 1), "not-needed");
    assert_eq!(place.outcome("something breaks", 2), "created");
    assert_eq!(place.outcome(&quiet, 3), "updated");
    assert_eq!(place.bodies(), ["<!-- catalog:check key=default run=3 -->\nnothing changes"]);
}

#[test]
fn gitlab_is_given_no_orders() {
    let place = Place::new("gitlab");
    place.outcome("see\n/merge\n  /close\na/b", 1);
    assert_eq!(place.bodies(), ["<!-- catalog:check key=default run=1 -->\nsee\n\\/merge\n  \\/close\na/b"]);
    assert_eq!(place.outcome("see\n/merge\n  /close\na/b", 2), "unchanged");
    let place = Place::new("github");
    place.outcome("/etc", 1);
    assert!(place.bodies()[0].ends_with("\n/etc"));
}

#[test]
fn texts_have_a_length() {
    let place = Place::new("github");
    for text in ["", " \n", QUIET_MARK] {
        assert_eq!(place.post(&comment(text, 1)), Err(CommentError::Empty));
    }
    let tag = "<!-- catalog:check key=default run=1 -->\n".len();
    let longest = "x".repeat(COMMENT_BYTES_MAX - tag);
    assert_eq!(place.outcome(&longest, 1), "created");
    let longer = format!("{longest}y");
    let bytes = COMMENT_BYTES_MAX + 1;
    assert_eq!(place.post(&comment(&longer, 1)), Err(CommentError::TooLong { bytes }));
}

#[test]
fn refusals_are_told_apart_and_not_repeated() {
    check_failure(
        &always(401, &[]),
        "the host does not let us in (status 401): the token is wrong or has expired; pauses []",
    );
    check_failure(
        &always(404, &[]),
        "the host knows no such merge request (status 404), or hides it from this token; pauses []",
    );
    let write = |status| failing_writes(vec![(false, Answer::status(status, &[]))]);
    check_failure(
        &write(403),
        "the host refuses this (status 403): the token may not comment on this merge request, or nobody may; pauses []",
    );
    check_failure(&write(422), "the host does not take the text (status 422); pauses []");
    check_failure(&write(400), "the host does not take the text (status 400); pauses []");
    check_failure(&write(418), "the host does not do it: it answers with status 418; pauses []");
    check_failure(
        &failing_writes(vec![(false, Answer::status(301, &[("Location", "/api/v3/repositories/1")]))]),
        "the host leads to another address, which is not followed: the repository may have been moved; pauses []",
    );
    check_failure(
        &failing_writes(vec![(false, Answer::Whole(201, Vec::new(), b"<html>".to_vec()))]),
        "the host's answer is not of the documented form: line 1 column 1: Syntax error; pauses []",
    );
}

#[test]
fn a_repository_that_was_renamed_is_followed_on_its_host() {
    let place = failing_writes(vec![(
        false,
        Answer::status(307, &[("Location", "/api/v3/repos/acme/shop/issues/7/comments")]),
    )]);
    assert_eq!(place.outcome("hello", 1), "created");
    assert_eq!(place.bodies().len(), 1);
}

#[test]
fn waits_that_the_host_asks_for_are_kept_and_bounded() {
    let later = || Answer::status(429, &[("Retry-After", "7")]);
    let place = failing_writes(vec![(false, later()), (false, later())]);
    assert_eq!(place.outcome("hello", 1), "created");
    assert_eq!(*place.clock.pauses.borrow(), [7, 7]);
    assert_eq!(place.writes(), ["POST"]);
    check_failure(
        &always(429, &[("Retry-After", "301")]),
        "the host wants no more requests before 2026-11-21T18:05:01Z, over the limit `host.wait_max` of 300s; pauses []",
    );
    let mut place = always(429, &[("Retry-After", "0")]);
    place.limits.wait_max = Duration::from_secs(2);
    check_failure(
        &place,
        "the host wants no more requests before 2026-11-21T18:00:03Z, over the limit `host.wait_max` of 2s; pauses [1, 1]",
    );
}

#[test]
fn a_host_that_fails_is_asked_again_a_few_times() {
    let place = failing_writes(vec![(false, Answer::status(502, &[])), (false, Answer::Cut)]);
    assert_eq!(place.outcome("hello", 1), "created");
    assert_eq!(*place.clock.pauses.borrow(), [1, 4]);
    check_failure(&always(503, &[]), "the host does not do it: it answers with status 503; pauses [1, 4]");
    let failing = || (false, Answer::status(500, &[]));
    check_failure(
        &failing_writes(vec![failing(), failing(), failing()]),
        "the host does not do it: it answers with status 500; pauses [1, 4]",
    );
}

#[test]
fn a_write_that_was_carried_out_before_it_failed_is_not_done_twice() {
    let place = failing_writes(vec![(true, Answer::status(504, &[]))]);
    assert_eq!(place.outcome("hello", 1), "unchanged");
    assert_eq!(place.writes(), ["POST"]);
}

#[test]
fn silence_ends() {
    let mut place = Place::behind(Discussion::new("github"), Box::new(|_, _| Some(Answer::Silence)));
    place.limits.idle_max = Duration::from_millis(50);
    check_failure(
        &place,
        "the host does not do it: it was silent for longer than the limit `host.idle_max` of 50ms; pauses [1, 4]",
    );
    let mut place = failing_writes(vec![(false, Answer::Stall), (true, Answer::Silence)]);
    place.limits.idle_max = Duration::from_millis(50);
    assert_eq!(place.outcome("hello", 1), "unchanged");
    assert_eq!(place.writes(), ["POST"]);
}

#[test]
fn two_first_comments_become_one() {
    let count = AtomicUsize::new(0);
    // Another run posts between our looking and our writing.
    let gate: Gate = Box::new(move |request, discussion| {
        if request.method == "POST" && count.fetch_add(1, Ordering::Relaxed) == 0 {
            discussion.say("robot", "<!-- catalog:check key=default run=1 -->\nof the other");
        }
        None
    });
    let place = Place::behind(Discussion::new("github"), gate);
    assert_eq!(place.outcome("ours", 2), "updated");
    assert_eq!(place.writes(), ["POST", "DELETE 102", "PATCH 101"]);
    assert_eq!(place.bodies(), ["<!-- catalog:check key=default run=2 -->\nours"]);
}

#[test]
fn a_comment_that_somebody_deletes_meanwhile_is_written_anew() {
    let count = AtomicUsize::new(0);
    let gate: Gate = Box::new(move |request, discussion| {
        if request.method == "PATCH" && count.fetch_add(1, Ordering::Relaxed) == 0 {
            discussion.said.clear();
        }
        None
    });
    let mut discussion = Discussion::new("github");
    discussion.say("robot", "<!-- catalog:check key=default run=1 -->\nold");
    let place = Place::behind(discussion, gate);
    assert_eq!(place.outcome("new", 2), "created");
    assert_eq!(place.writes(), ["PATCH 101", "POST"]);
}

#[test]
fn other_hosts_get_no_token() {
    let other = StandIn::start(Box::new(|_| Answer::status(500, &[])));
    let to = other.origin.clone();
    let elsewhere: Gate = Box::new(move |_, _| Some(Answer::status(307, &[("Location", &to)])));
    check_failure(
        &Place::behind(Discussion::new("github"), elsewhere),
        "the host leads to another address, which is not followed: the repository may have been moved; pauses []",
    );
    assert_eq!(other.seen(), Vec::<String>::new());
}
