//! Hosts that refuse, fail, are silent, lead elsewhere or send what they should not.

use std::io::Write;

use super::*;

#[test]
fn a_list_that_is_missing_from_its_second_page_on_is_no_users() {
    let organisation = Organisation { repositories: repos(&["x"; 150]), teams: Vec::new() };
    let route = move |request: &Request| match request.query.contains_key("page") {
        true => Answer::status(404, &[]),
        false => organisation.github(request),
    };
    check_failure(
        &mut Asker::of(HostKind::Github),
        Box::new(route),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed to the end: the host answers with status 404, expected 200; nothing that was known is dropped
        pauses []
    "#]],
    );
}

#[test]
fn a_limit_that_is_used_up_is_waited_for() {
    let organisation = organisation();
    let count = AtomicUsize::new(0);
    let reset = (NOW + 40).to_string();
    let host = StandIn::start(Box::new(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::status(403, &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", &reset)]),
        1 => Answer::status(429, &[("Retry-After", "5")]),
        2 => Answer::Whole(403, Vec::new(), b"You have exceeded a secondary rate limit".to_vec()),
        _ => organisation.github(request),
    }));
    let mut asker = Asker::of(HostKind::Github);
    assert_eq!(asker.ask(&host).repositories.len(), 2);
    assert_eq!(*asker.clock.pauses.borrow(), [41, 5, 60]);
}

#[test]
fn a_last_request_is_not_followed_by_one_too_many() {
    let organisation = Organisation { repositories: repos(&["a"]), teams: vec![Team::new("t", &["x"])] };
    let reset = (NOW + 9).to_string();
    let host = StandIn::start(Box::new(move |request| match organisation.gitlab(request) {
        Answer::Whole(200, mut headers, body) => {
            headers.retain(|(name, _)| *name != "RateLimit-Remaining");
            headers.push(("RateLimit-Remaining", "0".to_owned()));
            headers.push(("RateLimit-Reset", reset.clone()));
            Answer::Whole(200, headers, body)
        }
        other => other,
    }));
    let mut asker = Asker::of(HostKind::Gitlab);
    asker.ask(&host);
    assert_eq!(asker.clock.pauses.borrow().first(), Some(&10), "{:?}", asker.clock.pauses);
}

#[test]
fn a_wait_beyond_the_bound_names_its_end() {
    let reset = (NOW + 3_000).to_string();
    check_failure(
        &mut Asker::of(HostKind::Github),
        Box::new(move |_| {
            Answer::status(403, &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", &reset)])
        }),
        &expect![[r#"
            the repositories of `HOST/acme` could not be listed: the host wants no more requests before 2026-11-21T18:50:01Z, over the limit `host.wait_max` of 300s; crawl again then; nothing that was known is dropped
            pauses []
        "#]],
    );
}

#[test]
fn a_host_that_always_says_later_is_given_up() {
    check_failure(
        &mut Asker::of(HostKind::Gitlab),
        Box::new(|_| Answer::status(429, &[("Retry-After", "100")])),
        &expect![[r#"
            the repositories of `HOST/acme` could not be listed: the host wants no more requests before 2026-11-21T18:06:40Z, over the limit `host.wait_max` of 300s; crawl again then; nothing that was known is dropped
            pauses [100, 100, 100]
        "#]],
    );
    let mut asker = Asker::of(HostKind::Gitlab);
    let never: Route = Box::new(|_| Answer::status(429, &[("Retry-After", "18446744073709551615")]));
    check_failure(
        &mut asker,
        never,
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host wants no more requests before 292277026596-12-04T15:30:07Z, over the limit `host.wait_max` of 300s; crawl again then; nothing that was known is dropped
        pauses []
    "#]],
    );
    let mut asker = Asker::of(HostKind::Gitlab);
    asker.limits.wait_max = Duration::from_secs(3);
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(429, &[("Retry-After", "0")])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host wants no more requests before 2026-11-21T18:00:04Z, over the limit `host.wait_max` of 3s; crawl again then; nothing that was known is dropped
        pauses [1, 1, 1]
    "#]],
    );
}

#[test]
fn refusals_are_told_apart() {
    let mut asker = Asker::of(HostKind::Github);
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(401, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host does not let us in (status 401): the token is wrong or has expired; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(403, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host refuses this (status 403): the token may not read it; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(404, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host knows nothing of this name (status 404), or hides it from us; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(418, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host answers with status 418, expected 200; nothing that was known is dropped
        pauses []
    "#]],
    );
    asker.access = HostAccess::Anonymous;
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(401, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host does not let us in (status 401): name the variable of a token in `token_env`; nothing that was known is dropped
        pauses []
    "#]],
    );
}

#[test]
fn a_host_that_fails_is_asked_again_a_few_times() {
    check_failure(
        &mut Asker::of(HostKind::Github),
        Box::new(|_| Answer::status(503, &[])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host answers with status 503, expected 200; nothing that was known is dropped
        pauses [1, 4]
    "#]],
    );
    let organisation = organisation();
    let count = AtomicUsize::new(0);
    let host = StandIn::start(Box::new(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::status(502, &[]),
        1 => Answer::Cut,
        _ => organisation.github(request),
    }));
    let mut asker = Asker::of(HostKind::Github);
    assert_eq!(asker.ask(&host).repositories.len(), 2);
    assert_eq!(*asker.clock.pauses.borrow(), [1, 4]);
}

#[test]
fn silence_ends() {
    let mut asker = Asker::of(HostKind::Github);
    asker.limits.idle_max = Duration::from_millis(50);
    check_failure(
        &mut asker,
        Box::new(|_| Answer::Silence),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host does not answer: it was silent for longer than the limit `host.idle_max` of 50ms; nothing that was known is dropped
        pauses [1, 4]
    "#]],
    );
    let mut asker = Asker::of(HostKind::Github);
    (asker.limits.idle_max, asker.limits.answer_max) = (Duration::from_secs(9), Duration::from_millis(50));
    check_failure(
        &mut asker,
        Box::new(|_| Answer::Stall),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host does not answer: an answer took longer than the limit `host.answer_max` of 50ms; nothing that was known is dropped
        pauses [1, 4]
    "#]],
    );
    let mut asker = Asker::of(HostKind::Github);
    asker.limits.total_max = Duration::ZERO;
    check_failure(
        &mut asker,
        Box::new(|_| Answer::Silence),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host took too long, over the limit `host.total_max` of 0ns; raise the limit to read it; nothing that was known is dropped
        pauses []
    "#]],
    );
}

#[test]
fn other_hosts_are_not_followed_and_get_no_token() {
    let other = StandIn::start(Box::new(|_| Answer::json(&serde_json::json!([]))));
    let to = other.origin.clone();
    let mut asker = Asker::of(HostKind::Github);
    check_failure(
        &mut asker,
        Box::new(move |_| Answer::status(302, &[("Location", &to)])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host leads to another one, which is not followed: name that one in `url`; nothing that was known is dropped
        pauses []
    "#]],
    );
    let to = other.origin.clone();
    let next = move |_: &Request| {
        let link = format!("<{to}/api/v3/orgs/acme/repos?page=2>; rel=\"next\"");
        Answer::Whole(200, vec![("Link", link)], b"[]".to_vec())
    };
    check_failure(
        &mut asker,
        Box::new(next),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host leads to another one, which is not followed: name that one in `url`; nothing that was known is dropped
        pauses []
    "#]],
    );
    for location in ["//127.0.0.1/x", "/a b", "/a\\b", "", "ftp://x/"] {
        let route = move |_: &Request| Answer::status(301, &[("Location", location)]);
        let host = StandIn::start(Box::new(route));
        assert!(!asker.ask(&host).is_whole, "{location}");
        assert_eq!(host.seen().len(), 1, "{location}");
    }
    assert_eq!(other.seen(), Vec::<String>::new());
}

#[test]
fn answers_that_are_not_as_documented_are_refused() {
    let mut asker = Asker::of(HostKind::Github);
    let body = |text: &'static str| -> Route {
        Box::new(move |_| Answer::Whole(200, Vec::new(), text.as_bytes().to_vec()))
    };
    check_failure(
        &mut asker,
        body("<html>secret</html>"),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: line 1 column 1: Syntax error; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        body("{\"message\": \"no list\"}"),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: line 1 column 0: Data error; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        body("[{\"name\": 7}]"),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: line 1 column 11: Data error; nothing that was known is dropped
        pauses []
    "#]],
    );
    check_failure(
        &mut asker,
        body(""),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: line 1 column 0: Eof error; nothing that was known is dropped
        pauses []
    "#]],
    );
    let deep: Route = Box::new(|_| Answer::Whole(200, Vec::new(), "[".repeat(100_000).into_bytes()));
    check_failure(
        &mut asker,
        deep,
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: line 1 column 2: Data error; nothing that was known is dropped
        pauses []
    "#]],
    );
}

#[test]
fn what_is_too_large_or_too_long_is_refused() {
    let mut asker = Asker::of(HostKind::Github);
    asker.limits.response_bytes_max = 100;
    let large: Route = Box::new(|_| Answer::Whole(200, Vec::new(), b" ".repeat(101)));
    check_failure(
        &mut asker,
        large,
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: one answer is more than 100 bytes, over the limit `host.response_bytes_max` of 100; raise the limit to read it; nothing that was known is dropped
        pauses []
    "#]],
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&[b' '; 1 << 20]).expect("zeros are packed");
    let packed = packed.finish().expect("zeros are packed");
    assert!(packed.len() < 2_000, "small on the way");
    asker.limits.response_bytes_max = 4_000;
    let bomb =
        move |_: &Request| Answer::Whole(200, vec![("Content-Encoding", "gzip".to_owned())], packed.clone());
    check_failure(
        &mut asker,
        Box::new(bomb),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: one answer is more than 4,000 bytes, over the limit `host.response_bytes_max` of 4,000; raise the limit to read it; nothing that was known is dropped
        pauses []
    "#]],
    );
    let headers = |_: &Request| Answer::Whole(200, vec![("X-Long", "x".repeat(100_000))], b"[]".to_vec());
    check_failure(
        &mut asker,
        Box::new(headers),
        &expect![[r#"
            the repositories of `HOST/acme` could not be listed: the host's answer is not of the documented form: its headers are more than 65536 bytes; nothing that was known is dropped
            pauses []
        "#]],
    );
    let mut asker = Asker::of(HostKind::Github);
    asker.limits.repositories_max = 3;
    check_failure(
        &mut asker,
        Box::new(|request| organisation().github(request)),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed to the end: there are more repositories than 3, over the limit `host.repositories_max` of 3; raise the limit to read it; nothing that was known is dropped
        pauses []
    "#]],
    );
    asker.limits = HostLimits { pages_max: 5, ..HostLimits::default() };
    let endless = |request: &Request| {
        let page: u64 = request.query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let next = format!("<{}{}?page={}>; rel=\"next\"", request.origin, request.path, page + 1);
        Answer::Whole(200, vec![("Link", next)], b"[]".to_vec())
    };
    check_failure(
        &mut asker,
        Box::new(endless),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the list has more pages than 5, over the limit `host.pages_max` of 5; raise the limit to read it; nothing that was known is dropped
        pauses []
    "#]],
    );
    let circle = |request: &Request| {
        let next = format!("<{}{}?page=1>; rel=\"next\"", request.origin, request.path);
        Answer::Whole(200, vec![("Link", next)], b"[]".to_vec())
    };
    check_failure(
        &mut asker,
        Box::new(circle),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host leads in a circle: a page of a list names one that was there before as the next; nothing that was known is dropped
        pauses []
    "#]],
    );
}

#[test]
fn names_are_not_resolved_to_this_machine() {
    let mut asker = Asker::of(HostKind::Gitea);
    let host = github(organisation());
    // A name of this machine that is not written as one: no request arrives.
    let port = host.origin.rsplit(':').next().expect("a port").to_owned();
    asker.description.url = Some(format!("https://127.0.0.2:{port}"));
    let source = HostSource::new(asker.description.clone()).expect("the source is taken");
    let options = HostOptions { limits: &asker.limits, clock: &asker.clock, now: Timestamp(NOW) };
    let reading = read_source(&source, &asker.access, &asker.memory, &options);
    let Visit::Unreadable { diagnostic, .. } = &reading.visit else { panic!("{:?}", reading.visit) };
    assert!(diagnostic.message.contains("addresses that are not asked"), "{}", diagnostic.message);
    assert_eq!(host.seen(), Vec::<String>::new());
}
