//! Sources against a host on loopback: what is listed, what is declared, and what goes wrong.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use catalog_core::model::{Field, Manifest, RepositoryId, Timestamp, Visit};
use expect_test::{Expect, expect};

use super::{
    stand_in::{Answer, Organisation, Repo, Request, Route, StandIn, Team},
    *,
};
use crate::{
    crawl::{Known, harness::Memory},
    limits::HostLimits,
};

/// 2026-11-21T18:00:00Z.
const NOW: i64 = 1_795_284_000;

/// A clock that stands still but for its pauses, which take no time.
#[derive(Default)]
struct TestClock {
    passed: Cell<u64>,
    pauses: RefCell<Vec<u64>>,
}

impl HostClock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(NOW + i64::try_from(self.passed.get()).expect("tests are short"))
    }

    fn pause(&self, _id: &str, time: Duration) {
        self.passed.set(self.passed.get() + time.as_secs());
        self.pauses.borrow_mut().push(time.as_secs());
    }
}

/// What an organisation is asked with, and what became known of it.
struct Asker {
    description: SourceDescription,
    access: HostAccess,
    limits: HostLimits,
    memory: Memory,
    clock: TestClock,
}

impl Asker {
    fn of(kind: HostKind) -> Self {
        let description = SourceDescription {
            kind,
            name: "acme".to_owned(),
            url: None,
            clone_host: None,
            archived: false,
            forks: false,
            include: Vec::new(),
            exclude: Vec::new(),
            teams: true,
            namespace: "default".to_owned(),
        };
        Self {
            description,
            access: HostAccess::Token(Token::new("s3cret").expect("a token")),
            limits: HostLimits { idle_max: Duration::from_millis(300), ..HostLimits::default() },
            memory: Memory::default(),
            clock: TestClock::default(),
        }
    }

    /// Asks once, and keeps what comes as a crawl does.
    fn ask(&mut self, host: &StandIn) -> SourceReading {
        self.description.url = Some(host.origin.clone());
        let source = HostSource::new(self.description.clone()).expect("the source is sound");
        let options = HostOptions { limits: &self.limits, clock: &self.clock, now: Timestamp(NOW + 7) };
        let reading = read_source(&source, &self.access, &self.memory, &options);
        let shown = format!("{reading:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        self.memory.apply(reading.visit.clone());
        reading.unlisted.iter().for_each(|visit| self.memory.apply(visit.clone()));
        reading
    }

    /// Makes a repository known, as if it had been crawled.
    fn crawled(&mut self, host: &StandIn, names: &[&str]) {
        for name in names {
            let host = host.origin.trim_start_matches("http://");
            let id = RepositoryId::new(&format!("{host}/acme/{name}")).expect("an id");
            let address = format!("http://{id}.git").into();
            let head = catalog_core::model::RepositoryHead {
                id,
                address,
                commit: None,
                committed_at: None,
                observed_at: Some(Timestamp(NOW)),
                status: catalog_core::model::RepositoryStatus::Read,
                reader: 0,
            };
            let declarations = catalog_core::model::RepositoryDeclarations {
                head,
                manifests: Vec::new(),
                diagnostics: Vec::new(),
            };
            self.memory.apply(Visit::Read(Box::new(declarations)));
        }
    }

    /// What is kept of the source.
    fn kept(&self, host: &StandIn) -> String {
        let id = format!("{}/acme", host.origin.trim_start_matches("http://"));
        let known = self.memory.declarations(&RepositoryId::new(&id).expect("an id"));
        let Some(known) = known else { return String::new() };
        let mut text = format!("read {}\n", known.head.status.is_read());
        for diagnostic in &known.diagnostics {
            text += &format!(
                "{} {}: {}\n",
                diagnostic.severity.name(),
                diagnostic.code.name(),
                diagnostic.message
            );
        }
        known.manifests.iter().for_each(|manifest| text += &shown_manifest(manifest));
        shown(host, &text)
    }
}

/// Free of the port of the test.
fn shown(host: &StandIn, text: &str) -> String {
    text.replace(host.origin.trim_start_matches("http://"), "HOST")
}

fn shown_manifest(manifest: &Manifest) -> String {
    let mut text = manifest.path.to_string();
    text += if manifest.stale.is_some() { " stale\n" } else { "\n" };
    for document in &manifest.documents {
        let declaration = document.declaration.as_ref().expect("a host declares");
        text += &format!("  {}", declaration.entity.short());
        for (key, value) in &declaration.annotations {
            text += &format!(" {key}={}", value.value);
        }
        for (word, fact) in [("title", &declaration.title), ("description", &declaration.description)] {
            if let Some(fact) = fact {
                text += &format!(" {word} {:?}", fact.value);
            }
        }
        if let Some(name) = declaration.profile.as_ref().and_then(|profile| profile.display_name.as_ref()) {
            text += &format!(" named {name:?}");
        }
        for relation in &declaration.relations {
            let word = if relation.field == Field::Parent { "below" } else { "has" };
            text += &format!(" {word} {}", relation.other.short());
        }
        text += if declaration.unread.is_empty() { "" } else { " unread" };
        text += if document.stale.is_some() { " stale\n" } else { "\n" };
    }
    for diagnostic in &manifest.diagnostics {
        text += &format!("  {}: {}\n", diagnostic.code.name(), diagnostic.message);
    }
    text
}

fn urls(host: &StandIn, reading: &SourceReading) -> String {
    let urls: Vec<String> = reading.repositories.iter().map(ToString::to_string).collect();
    shown(host, &urls.join("\n"))
}

fn repos(names: &[&str]) -> Vec<Repo> {
    (1..).zip(names).map(|(number, name)| Repo::new(number, name)).collect()
}

fn organisation() -> Organisation {
    let mut old = Repo::new(3, "old");
    old.archived = true;
    let mut fork = Repo::new(4, "fork");
    fork.fork = true;
    let mut repositories = repos(&["shop", "ledger"]);
    repositories.extend([old, fork]);
    let mut below = Team::new("below", &["Ann"]);
    below.parent = Some("pay".to_owned());
    let mut closed = Team::new("closed", &[]);
    closed.members = None;
    Organisation {
        repositories,
        teams: vec![Team::new("pay", &["Ann", "bob"]), below, Team::new("none", &[]), closed],
    }
}

/// A host that shows what the cell holds at the time.
fn live(cell: &Arc<Mutex<Organisation>>) -> Route {
    let cell = Arc::clone(cell);
    Box::new(move |request| cell.lock().expect("no test panicked").github(request))
}

fn github(organisation: Organisation) -> StandIn {
    StandIn::start(Box::new(move |request| organisation.github(request)))
}

/// Of a host that fails: what is asked, what is said, and how long was waited.
fn check_failure(asker: &mut Asker, route: Route, expected: &Expect) {
    let host = StandIn::start(route);
    let reading = asker.ask(&host);
    let Visit::Unreadable { diagnostic, .. } = &reading.visit else { panic!("{:?}", reading.visit) };
    assert!(!reading.is_whole);
    let text = format!("{}\npauses {:?}\n", diagnostic.message, asker.clock.pauses.borrow());
    expected.assert_eq(&shown(&host, &text));
}

#[test]
fn github_lists_repositories_and_teams() {
    let host = github(organisation());
    let mut asker = Asker::of(HostKind::Github);
    let reading = asker.ask(&host);
    expect![[r#"
        http://HOST/acme/ledger.git
        http://HOST/acme/shop.git"#]]
    .assert_eq(&urls(&host, &reading));
    expect![[r#"
        read true
        note source-skipped: repositories are left out: 1 archived, 1 of forks
        members
          user:ann github.com/user-login=Ann
          user:bob github.com/user-login=bob
        repositories
        teams
          group:below github.com/team-slug=acme/below title "Team below" below group:pay has user:ann
          group:closed github.com/team-slug=acme/closed title "Team closed" unread
          group:none github.com/team-slug=acme/none title "Team none"
          group:pay github.com/team-slug=acme/pay title "Team pay" has user:ann has user:bob
          teams-unread: the members of `acme/closed` could not be read: the host refuses this (status 403): the token may not read it
    "#]].assert_eq(&asker.kept(&host));
    assert!(reading.is_whole);
    assert!(matches!(asker.ask(&host).visit, Visit::Unchanged { .. }), "nothing is new");
}

#[test]
fn gitlab_lists_groups_below_the_group() {
    let organisation = Organisation {
        repositories: repos(&["shop", "core/ledger"]),
        teams: vec![
            Team::new("", &["root"]),
            Team::new("core", &["root", "ann", "gone-bob"]),
            Team::new("core/ops", &[]),
        ],
    };
    let host = StandIn::start(Box::new(move |request| organisation.gitlab(request)));
    let mut asker = Asker::of(HostKind::Gitlab);
    let reading = asker.ask(&host);
    expect![[r#"
        http://HOST/acme/core/ledger.git
        http://HOST/acme/shop.git"#]]
    .assert_eq(&urls(&host, &reading));
    expect![[r#"
        read true
        members
          user:ann gitlab.com/user-login=ann named "Name of ann"
          user:root gitlab.com/user-login=root named "Name of root"
        repositories
        teams
          group:acme gitlab.com/team-path=acme title "Group" has user:root
          group:core gitlab.com/team-path=acme/core title "Group core" below group:acme has user:ann has user:root
          group:core-ops gitlab.com/team-path=acme/core/ops title "Group ops" below group:core
    "#]].assert_eq(&asker.kept(&host));
}

#[test]
fn gitea_lists_teams_without_links() {
    let mut organisation = organisation();
    organisation.teams = (0..60).map(|number| Team::new(&format!("t{number:02}"), &["ann"])).collect();
    let host = StandIn::start(Box::new(move |request| organisation.gitea(request)));
    let mut asker = Asker::of(HostKind::Gitea);
    let reading = asker.ask(&host);
    expect![[r#"
        http://HOST/acme/ledger.git
        http://HOST/acme/shop.git"#]]
    .assert_eq(&urls(&host, &reading));
    let kept = asker.kept(&host);
    assert_eq!(kept.matches(" group:").count(), 60, "{kept}");
    assert!(kept.contains("group:t59 gitea.com/team-slug=acme/t59 has user:ann"), "{kept}");
}

#[test]
fn two_hundred_and_fifty_repositories_come_in_pages() {
    let repositories: Vec<Repo> = (0..250).map(|number| Repo::new(number, &format!("r{number}"))).collect();
    for kind in [HostKind::Github, HostKind::Gitlab, HostKind::Gitea] {
        let organisation = Organisation { repositories: repositories.clone(), teams: Vec::new() };
        let host = StandIn::start(Box::new(move |request| match kind {
            HostKind::Github => organisation.github(request),
            HostKind::Gitlab => organisation.gitlab(request),
            HostKind::Gitea => organisation.gitea(request),
        }));
        let mut asker = Asker::of(kind);
        asker.description.teams = false;
        assert_eq!(asker.ask(&host).repositories.len(), 250, "{kind:?}");
        let pages = if kind == HostKind::Gitea { 5 } else { 3 };
        assert_eq!(host.seen().len(), pages, "{:?}", host.seen());
    }
}

#[test]
fn archived_repositories_and_forks_are_read_where_asked_for() {
    let host = github(organisation());
    let mut asker = Asker::of(HostKind::Github);
    (asker.description.archived, asker.description.forks, asker.description.teams) = (true, true, false);
    assert_eq!(asker.ask(&host).repositories.len(), 4);
    asker.description.include = vec!["s*".to_owned(), "old".to_owned()];
    asker.description.exclude = vec!["OLD".to_owned()];
    assert_eq!(urls(&host, &asker.ask(&host)), "http://HOST/acme/shop.git");
}

#[test]
fn a_user_is_read_where_there_is_no_such_organisation() {
    let organisation = organisation();
    let host = StandIn::start(Box::new(move |request| {
        if request.path == "/api/v3/users/acme/repos" {
            let path = "/api/v3/orgs/acme/repos".to_owned();
            let Request { query, headers, origin, .. } = request;
            let (query, headers, origin) = (query.clone(), headers.clone(), origin.clone());
            return organisation.github(&Request { path, query, headers, body: Vec::new(), origin });
        }
        Answer::status(404, &[])
    }));
    let mut asker = Asker::of(HostKind::Github);
    assert_eq!(asker.ask(&host).repositories.len(), 2);
    assert_eq!(asker.kept(&host).matches("teams-unread").count(), 0);
}

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
fn without_a_token_teams_are_not_asked_for() {
    let host = github(organisation());
    let mut asker = Asker::of(HostKind::Github);
    asker.access = HostAccess::Anonymous;
    let reading = asker.ask(&host);
    assert!(reading.repositories.len() == 2 && host.seen().len() == 1, "{:?}", host.seen());
    expect![[r#"
        read true
        note source-skipped: repositories are left out: 1 archived, 1 of forks
        note teams-unread: teams and members are not read, since hosts show them to nobody without a token
        repositories
        teams
    "#]]
    .assert_eq(&asker.kept(&host));
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
fn names_that_no_entity_can_have_are_left_out() {
    let teams = vec![
        Team::new("a b", &["x"]),
        Team::new("ctl\u{1b}[31m", &["x"]),
        Team::new("ünïcode", &["Jürgen", "", "a/b", "re\nd"]),
        Team::new("ÜNÏCODE", &[]),
    ];
    let host = StandIn::start(Box::new(move |request| {
        Organisation { repositories: Vec::new(), teams: teams.clone() }.gitea(request)
    }));
    let mut asker = Asker::of(HostKind::Gitea);
    asker.ask(&host);
    expect![[r#"
        read true
        members
          user:jürgen gitea.com/user-login=Jürgen
        repositories
        teams
          group:ünïcode gitea.com/team-slug=acme/ÜNÏCODE
          group:acme-ünïcode gitea.com/team-slug=acme/ünïcode has user:jürgen
          field-format: the team `acme/a b` is left out: no entity can be called so, or another one already is
          field-format: the team `acme/ctl�[31m` is left out: no entity can be called so, or another one already is
          field-format: the login `` is left out: no entity can be called so, or another one already is
          field-format: the login `a/b` is left out: no entity can be called so, or another one already is
          field-format: the login `re�d` is left out: no entity can be called so, or another one already is
    "#]].assert_eq(&asker.kept(&host));
}

#[test]
fn addresses_elsewhere_are_not_visited() {
    let addresses = [
        "file:///etc/passwd",
        "/etc/passwd",
        "http://169.254.169.254/a/b.git",
        "https://evil.example/acme/x.git",
        "http://127.0.0.1:6379/acme/x.git",
        "ext::sh -c touch% x",
        "git@127.0.0.1:acme/x.git",
        "ORIGIN/acme/../../x.git",
        "",
        "ORIGIN/acme/good.git",
        "http://me:pass@HOST/acme/login.git",
    ];
    let host = StandIn::start(Box::new(move |request| {
        let host = request.origin.trim_start_matches("http://");
        let item = |(number, address): (usize, &&str)| {
            let address = address.replace("ORIGIN", &request.origin).replace("HOST", host);
            serde_json::json!({"id": number, "name": format!("r{number}"), "clone_url": address})
        };
        Answer::json(&addresses.iter().enumerate().map(item).collect())
    }));
    let mut asker = Asker::of(HostKind::Github);
    asker.description.teams = false;
    let reading = asker.ask(&host);
    assert_eq!(urls(&host, &reading), "http://HOST/acme/good.git\nhttp://HOST/acme/login.git");
    let kept = asker.kept(&host);
    assert_eq!(kept.matches("source-address").count(), 9, "{kept}");
    assert!(!kept.contains("pass@"), "{kept}");
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
        1 => Answer::Stall,
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
fn a_renamed_organisation_is_followed_on_its_own_host() {
    let organisation = organisation();
    let host = StandIn::start(Box::new(move |request| {
        if request.path == "/api/v3/organizations/7/repos" {
            let path = "/api/v3/orgs/acme/repos".to_owned();
            let (headers, origin) = (request.headers.clone(), request.origin.clone());
            let query = request.query.clone();
            return organisation.github(&Request { path, query, headers, body: Vec::new(), origin });
        }
        let to = format!("{}/api/v3/organizations/7/repos?per_page=100", request.origin);
        Answer::status(301, &[("Location", &to)])
    }));
    let mut asker = Asker::of(HostKind::Github);
    asker.description.teams = false;
    assert_eq!(asker.ask(&host).repositories.len(), 2);
    check_failure(
        &mut asker,
        Box::new(|_| Answer::status(302, &[("Location", "/again")])),
        &expect![[r#"
        the repositories of `HOST/acme` could not be listed: the host leads in a circle: it redirects again and again; nothing that was known is dropped
        pauses []
    "#]],
    );
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
