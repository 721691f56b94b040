//! What hosts list and what becomes of it.

use super::*;

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
            return organisation.github(&Request {
                method: "GET".to_owned(),
                path,
                query,
                headers,
                body: Vec::new(),
                origin,
            });
        }
        Answer::status(404, &[])
    }));
    let mut asker = Asker::of(HostKind::Github);
    assert_eq!(asker.ask(&host).repositories.len(), 2);
    assert_eq!(asker.kept(&host).matches("teams-unread").count(), 0);
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
fn a_renamed_organisation_is_followed_on_its_own_host() {
    let organisation = organisation();
    let host = StandIn::start(Box::new(move |request| {
        if request.path == "/api/v3/organizations/7/repos" {
            let path = "/api/v3/orgs/acme/repos".to_owned();
            let (headers, origin) = (request.headers.clone(), request.origin.clone());
            let query = request.query.clone();
            return organisation.github(&Request {
                method: "GET".to_owned(),
                path,
                query,
                headers,
                body: Vec::new(),
                origin,
            });
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
