//! What is kept where a host does not say what it said before.

use super::*;

#[test]
fn an_organisation_that_became_a_user_keeps_its_teams() {
    let mut shown = organisation();
    let hidden = Arc::new(AtomicUsize::new(0));
    let hidden_there = Arc::clone(&hidden);
    shown.teams.truncate(1);
    let host = StandIn::start(Box::new(move |request| {
        if hidden_there.load(Ordering::Relaxed) == 0 {
            return shown.github(request);
        }
        let is_user = request.path == "/api/v3/users/acme/repos";
        if is_user { Answer::json(&serde_json::json!([])) } else { Answer::status(404, &[]) }
    }));
    let mut asker = Asker::of(HostKind::Github);
    asker.ask(&host);
    hidden.store(1, Ordering::Relaxed);
    asker.ask(&host);
    let kept = asker.kept(&host);
    assert!(kept.contains("teams stale") && kept.contains("only a user"), "{kept}");
    assert!(kept.contains("has user:ann has user:bob"), "{kept}");
}

#[test]
fn a_token_that_is_not_set_leaves_everything_as_it_was() {
    let host = github(organisation());
    let mut asker = Asker::of(HostKind::Github);
    asker.ask(&host);
    let before = host.seen().len();
    asker.access = HostAccess::TokenMissing { variable: "ACME_TOKEN".to_owned() };
    let reading = asker.ask(&host);
    assert!(reading.repositories.is_empty() && host.seen().len() == before);
    let kept = asker.kept(&host);
    assert!(kept.contains("read false") && kept.contains("`ACME_TOKEN` is not set"), "{kept}");
    assert!(kept.contains("group:pay"), "{kept}");
}

#[test]
fn teams_and_members_that_cannot_be_read_any_more_are_kept() {
    let cell = Arc::new(Mutex::new(organisation()));
    let host = StandIn::start(live(&cell));
    let mut asker = Asker::of(HostKind::Github);
    asker.ask(&host);
    cell.lock().expect("no test panicked").teams[0].members = None;
    asker.ask(&host);
    expect![[r#"
        read true
        note source-skipped: repositories are left out: 1 archived, 1 of forks
        members
          user:ann github.com/user-login=Ann
          user:bob github.com/user-login=bob stale
        repositories
        teams
          group:below github.com/team-slug=acme/below title "Team below" below group:pay has user:ann
          group:closed github.com/team-slug=acme/closed title "Team closed" unread
          group:none github.com/team-slug=acme/none title "Team none"
          group:pay github.com/team-slug=acme/pay title "Team pay" has user:ann has user:bob unread stale
          teams-unread: the members of `acme/closed` could not be read: the host refuses this (status 403): the token may not read it
          teams-unread: the members of `acme/pay` could not be read: the host refuses this (status 403): the token may not read it
    "#]].assert_eq(&asker.kept(&host));
    assert!(matches!(asker.ask(&host).visit, Visit::Unchanged { .. }), "a second time is no news");

    asker.access = HostAccess::Token(Token::new("weak").expect("a token"));
    asker.ask(&host);
    expect![[r#"
        read true
        note source-skipped: repositories are left out: 1 archived, 1 of forks
        warning teams-unread: the teams of `HOST/acme` could not be read: the host refuses this (status 403): the token may not read it
        members stale
          user:ann github.com/user-login=Ann
          user:bob github.com/user-login=bob stale
          manifest-stale: the file cannot be read any more; what the last visit said is kept
        repositories
        teams stale
          group:below github.com/team-slug=acme/below title "Team below" below group:pay has user:ann
          group:closed github.com/team-slug=acme/closed title "Team closed" unread
          group:none github.com/team-slug=acme/none title "Team none"
          group:pay github.com/team-slug=acme/pay title "Team pay" has user:ann has user:bob unread stale
          manifest-stale: the file cannot be read any more; what the last visit said is kept
    "#]].assert_eq(&asker.kept(&host));

    asker.access = HostAccess::Token(Token::new("s3cret").expect("a token"));
    cell.lock().expect("no test panicked").teams[0].members = Some(vec!["bob".to_owned()]);
    asker.ask(&host);
    let kept = asker.kept(&host);
    assert!(
        kept.contains("group:pay github.com/team-slug=acme/pay title \"Team pay\" has user:bob\n"),
        "{kept}"
    );
    assert!(!kept.contains(" stale\n"), "{kept}");
}

#[test]
fn a_list_that_breaks_off_drops_nothing() {
    let names: Vec<String> = (0..1_000).map(|number| format!("r{number:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let organisation = Organisation { repositories: repos(&names), teams: vec![Team::new("pay", &["ann"])] };
    let breaks = Arc::new(AtomicUsize::new(usize::MAX));
    let breaks_there = Arc::clone(&breaks);
    let host = StandIn::start(Box::new(move |request| {
        let page: usize = request.query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        if page >= breaks_there.load(Ordering::Relaxed) {
            return Answer::status(500, &[]);
        }
        organisation.github(request)
    }));
    let mut asker = Asker::of(HostKind::Github);
    assert_eq!(asker.ask(&host).repositories.len(), 1_000);
    asker.crawled(&host, &names);
    breaks.store(7, Ordering::Relaxed);
    let reading = asker.ask(&host);
    assert!(!reading.is_whole && reading.unlisted.is_empty());
    assert_eq!(reading.repositories.len(), 1_000, "what is known and was not listed is crawled, too");
    let kept = asker.kept(&host);
    assert!(kept.contains("could not be listed to the end: the host answers with status 500"), "{kept}");
    assert!(kept.contains("group:pay"), "{kept}");
    breaks.store(1, Ordering::Relaxed);
    assert!(asker.ask(&host).repositories.is_empty(), "a host that is down is left alone");
}

#[test]
fn a_list_that_is_empty_or_much_shorter_drops_nothing_and_says_so() {
    let cell = Arc::new(Mutex::new(Organisation {
        repositories: repos(&["a", "b", "c", "d", "e", "f"]),
        teams: Vec::new(),
    }));
    let host = StandIn::start(live(&cell));
    let mut asker = Asker::of(HostKind::Github);
    asker.ask(&host);
    asker.crawled(&host, &["a", "b", "c", "d", "e", "f"]);

    cell.lock().expect("no test panicked").repositories.truncate(5);
    let reading = asker.ask(&host);
    assert_eq!(reading.unlisted.len(), 1, "one of six is what a day may take");
    assert!(!asker.kept(&host).contains("source-shrunk"));

    cell.lock().expect("no test panicked").repositories.truncate(2);
    let reading = asker.ask(&host);
    assert_eq!((reading.repositories.len(), reading.unlisted.len()), (2, 3));
    expect![[r#"
        read true
        warning source-shrunk: the host lists 2 repositories, where it listed 5; `HOST/acme/c`, `HOST/acme/d`, `HOST/acme/e` are kept and stale
        members
        repositories
        teams
    "#]].assert_eq(&asker.kept(&host));

    cell.lock().expect("no test panicked").repositories.clear();
    let reading = asker.ask(&host);
    assert!(reading.is_whole && reading.unlisted.len() == 2);
    assert!(asker.kept(&host).contains("lists 0 repositories, where it listed 2"), "{}", asker.kept(&host));
    let stale = asker.memory.repositories.values().filter(|of| !of.head.status.is_read()).count();
    assert_eq!((asker.memory.repositories.len(), stale), (7, 6));

    cell.lock().expect("no test panicked").repositories = repos(&["a", "b", "c", "d", "e", "f"]);
    let reading = asker.ask(&host);
    assert_eq!((reading.repositories.len(), reading.unlisted.len()), (6, 0));
}

#[test]
fn a_repository_that_moved_is_known_by_its_number() {
    let cell = Arc::new(Mutex::new(Organisation { repositories: repos(&["a", "b"]), teams: Vec::new() }));
    let host = StandIn::start(live(&cell));
    let mut asker = Asker::of(HostKind::Github);
    asker.ask(&host);
    asker.crawled(&host, &["a", "b"]);
    cell.lock().expect("no test panicked").repositories[0].name = "z".to_owned();
    let reading = asker.ask(&host);
    assert_eq!(reading.unlisted.len(), 1);
    expect![[r#"
        read true
        note repository-moved: `HOST/acme/a` is called `HOST/acme/z` now; what it said under its old name is kept
        members
        repositories
        teams
    "#]].assert_eq(&asker.kept(&host));
}
