//! The questions, asked of small sketches.

use crate::{
    graph::{CatalogGraph, Entity},
    model::{Link, Located, Position},
    needs::Direction,
    query::{
        BlastRadiusQuery, ContactKind, EntityFilter, RankBy, RankQuery, RepositoryNotFound, blast_radius,
        contacts_of, find_entity, find_repository, need_path, ownership, path_ownership, rank, search,
    },
    sketch,
};

const SHOP: &str = "
    repository acme/shop
    codeowners
      *         @acme/platform
      /web/     @acme/shop
      /web/old/
    manifest web/catalog-info.yaml
    component:web title \"Web Shop\" type website lifecycle production tag react tier 1 owner group:shop
    component:web system system:checkout
    component:web -> component:cart
    component:web ~> component:search-service
    component:cart type service lifecycle experimental owner group:shop -> resource:cart-db
    component:search-service type service description \"finds products\" owner group:search
    resource:cart-db type database
    system:checkout owner group:shop partof domain:sales
    domain:sales owner group:board
    group:shop parent group:retail email shop@example.com slug acme/shop
    group:retail parent group:shop
    group:board
";

fn names(entities: impl IntoIterator<Item = impl Into<String>>) -> String {
    entities.into_iter().map(Into::into).collect::<Vec<String>>().join(" ")
}

fn short(entity: Entity<'_>) -> String {
    entity.name().short()
}

fn entity<'g>(graph: &'g CatalogGraph, name: &str) -> Entity<'g> {
    find_entity(graph, name).expect("the sketch has it")
}

fn check_search(text: &str, expected: &str) {
    let graph = sketch::graph(SHOP);
    let hits = search(&graph, text);
    let shown = hits.iter().map(|hit| format!("{}({})", short(hit.entity), hit.matched.name()));
    assert_eq!(names(shown), expected, "{text}");
}

#[test]
fn a_search_prefers_names_to_titles_and_forgives_typing_errors() {
    check_search("web", "component:web(name)");
    check_search("SHOP", "group:shop(name) resource:repository/acme/shop(name) component:web(title)");
    check_search("cart", "component:cart(name) resource:cart-db(name)");
    check_search("react", "component:web(tag)");
    check_search("products", "component:search-service(description)");
    check_search("serach", "component:search-service(similar-name)");
    check_search("crat", "component:cart(similar-name) resource:cart-db(similar-name)");
    check_search("component:cart", "component:cart(name)");
    check_search("", "");
    check_search("cart nothing", "");
}

fn check_filter(filter: &EntityFilter, expected: &str) {
    let graph = sketch::graph(SHOP);
    let listed = filter.list(&graph);
    let numbers: Vec<u32> = listed.iter().map(|entity| entity.index()).collect();
    assert_eq!(filter.numbers(&graph), numbers);
    assert_eq!(names(listed.into_iter().map(short)), expected);
}

#[test]
fn the_parts_of_a_filter_are_joined_by_and_its_values_by_or() {
    let of = |text: &str| vec![text.to_owned()];
    let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
    check_filter(
        &EntityFilter {
            kinds: kinds(&["Component", "resource"]),
            types: of("SERVICE"),
            ..EntityFilter::default()
        },
        "component:cart component:search-service",
    );
    check_filter(
        &EntityFilter { owners: vec![sketch::entity_ref("group:shop")], ..EntityFilter::default() },
        "component:cart component:web resource:cart-db system:checkout",
    );
    check_filter(
        &EntityFilter { systems: vec![sketch::entity_ref("domain:sales")], ..EntityFilter::default() },
        "component:web system:checkout",
    );
    check_filter(&EntityFilter { tags: of("React"), ..EntityFilter::default() }, "component:web");
    check_filter(
        &EntityFilter { repositories: of("shop"), types: of("database"), ..EntityFilter::default() },
        "resource:cart-db",
    );
    check_filter(&EntityFilter { repositories: of("op"), ..EntityFilter::default() }, "");
    check_filter(
        &EntityFilter { kinds: of("group"), placeholders: true, ..EntityFilter::default() },
        "group:board group:platform group:retail group:search group:shop",
    );
}

#[test]
fn a_blast_radius_counts_owners_and_those_without() {
    let graph = sketch::graph(SHOP);
    let roots = vec![entity(&graph, "resource:cart-db"), entity(&graph, "resource:cart-db")];
    let query = BlastRadiusQuery::new(roots, Direction::Dependents);
    let answer = blast_radius(&graph, &query);
    assert_eq!(answer.roots.len(), 1);
    let rows = answer.affected.iter().map(|row| format!("{}@{}", short(row.entity), row.distance));
    assert_eq!(names(rows), "component:cart@1 component:web@2");
    let owners = answer.owners.iter().map(|share| format!("{}:{}", short(share.entity), share.affected));
    assert_eq!(names(owners), "group:shop:2");
    assert_eq!((answer.unowned, answer.critical), (0, 1));
}

#[test]
fn a_chain_of_needs_begins_at_the_one_that_needs_in_both_directions() {
    let graph = sketch::graph(SHOP);
    let (web, database) = (entity(&graph, "component:web"), entity(&graph, "resource:cart-db"));
    for (root, target, direction) in
        [(database, web, Direction::Dependents), (web, database, Direction::Dependencies)]
    {
        let path = need_path(&graph, &[root], target, direction).expect("there is a chain");
        let links = path.iter().map(|step| format!("{}>{}", short(step.from), short(step.to)));
        assert_eq!(names(links), "component:web>component:cart component:cart>resource:cart-db");
        assert!(path.iter().all(|step| !step.relations.is_empty()), "each link has its proof");
    }
    assert!(need_path(&graph, &[web], database, Direction::Dependents).is_none());
    assert_eq!(need_path(&graph, &[web], web, Direction::Dependents).map(|path| path.len()), Some(0));
}

#[test]
fn an_escalation_climbs_once_through_parents_and_wholes() {
    let graph = sketch::graph(SHOP);
    let answer = ownership(entity(&graph, "component:web"));
    assert_eq!(answer.owner.map(short).as_deref(), Some("group:shop"));
    let steps = answer.escalation.steps.iter().map(|step| short(step.entity));
    assert_eq!(names(steps), "group:shop group:retail group:board", "the circle of parents ends");
    let grounds =
        answer.claims.iter().map(|claim| format!("{}={}", claim.ground.name(), claim.owner.short()));
    assert_eq!(names(grounds), "declared=group:shop path-rule=group:shop");
}

fn check_path(path: &str, expected: &str) {
    let graph = sketch::graph(SHOP);
    let repository = find_repository(&graph, "shop").expect("the end of its id is enough");
    let answer = path_ownership(&graph, repository, path, None);
    let rule = answer.rule().map_or("none", |of| &of.rule.pattern);
    let owners = names(answer.claims.iter().map(|claim| claim.owner.short()));
    let nearest = answer.nearest_entity.map_or("none".to_owned(), short);
    assert_eq!(format!("{rule} {owners} +{} {nearest}", answer.overridden.len()), expected, "{path}");
}

#[test]
fn the_last_rule_that_matches_a_path_decides() {
    check_path("web/src/cart.ts", "/web/ group:shop +1 component:web");
    check_path("./web/old/index.html", "/web/old/  +2 component:web");
    check_path("README.md", "* group:platform +0 none");
}

#[test]
fn a_repository_is_found_by_the_end_of_its_id_if_that_is_one() {
    let graph = sketch::graph("repository a/x\ncomponent:one\nrepository b/x\ncomponent:two\n");
    assert!(find_repository(&graph, "a/x").is_ok());
    assert!(
        matches!(find_repository(&graph, "x"), Err(RepositoryNotFound::Ambiguous { candidates, .. }) if candidates.len() == 2)
    );
    assert!(matches!(find_repository(&graph, "y"), Err(RepositoryNotFound::Unknown(_))));
}

#[test]
fn annotations_of_every_format_lead_to_somebody() {
    let check = |annotations: &str, expected: &str| {
        let graph = sketch::graph(&format!("component:web {annotations}"));
        let contacts = contacts_of(entity(&graph, "component:web"));
        let shown = contacts.iter().map(|contact| format!("{} {}", contact.kind.name(), contact.value));
        assert_eq!(shown.collect::<Vec<_>>().join(", "), expected, "{annotations}");
    };
    check("annotation pagerduty.com/service-id=PABC123", "on-call PABC123");
    check("annotation opsgenie.com/service-id=4a1b", "on-call 4a1b");
    check("annotation opsgenie.com/team=shop", "on-call shop");
    check("annotation slack.com/channel=#shop", "chat #shop");
    check("annotation microsoft.com/teams-channel=shop", "chat shop");
    check(
        "annotation catalog/contact-email=a@example.com,,b@example.com annotation slack.com/channel=#shop",
        "chat #shop, email a@example.com, email b@example.com",
    );
    check(
        "annotation pagerduty.com/integration-key=secret",
        "on-call a PagerDuty service, known by its integration key alone (not shown)",
    );
    check(
        "annotation catalog/on-call=nights annotation catalog/chat=#web annotation catalog/runbook=https://r",
        "on-call nights, chat #web, runbook https://r",
    );
    check(
        "annotation grafana/overview-dashboard=https://g annotation backstage.io/techdocs-ref=url:https://d",
        "dashboard https://g, documentation https://d",
    );
    check("annotation backstage.io/techdocs-ref=dir:. annotation slack.com/channel-2=#b", "chat #b");
}

#[test]
fn a_link_to_a_page_reaches_nobody_whatever_its_title_says() {
    let check = |link_type: Option<&str>, title: &str, expected: Option<ContactKind>| {
        let mut repositories = sketch::repositories("component:web");
        let declaration = repositories[0].manifests[0].documents[0].declaration.as_mut();
        let link = Link {
            url: "https://example.com".into(),
            title: Some(title.into()),
            link_type: link_type.map(Into::into),
        };
        declaration.expect("the sketch declares it").links.push(Located::new(link, Position::START));
        let graph = sketch::graph_of(repositories);
        let contacts = contacts_of(entity(&graph, "component:web"));
        assert_eq!(contacts.first().map(|contact| contact.kind), expected, "{link_type:?} {title}");
    };
    check(None, "On-call rota", Some(ContactKind::OnCall));
    check(Some("oncall"), "Rota", Some(ContactKind::OnCall));
    check(Some("doc"), "On Call documentation", Some(ContactKind::Documentation));
    check(Some("dashboard"), "Slack usage", Some(ContactKind::Dashboard));
    check(Some("doc"), "Runbook", Some(ContactKind::Runbook));
    check(Some("chat"), "Nights", Some(ContactKind::Chat));
    check(Some("repo"), "Chat", None);
}

fn check_rank(direction: Direction, by: RankBy, filter: EntityFilter, expected: &str) {
    let graph = sketch::graph(SHOP);
    let answer = rank(&graph, &RankQuery { direction, by, filter });
    let shown = answer.rows.iter().map(|row| {
        let reach = blast_radius(&graph, &BlastRadiusQuery::new(vec![row.entity], direction));
        let found = [reach.affected.len(), reach.critical, reach.owners.len()];
        let counted = [row.count.entities, row.count.critical, row.count.teams].map(|count| count as usize);
        assert_eq!(counted, found, "{}", short(row.entity));
        format!("{}={}", short(row.entity), by.of(row.count))
    });
    let shown = shown.chain([format!("+{}", answer.without_reach)]);
    assert_eq!(names(shown), expected);
}

#[test]
fn a_ranking_puts_first_what_most_others_rest_on() {
    let every = EntityFilter::default;
    check_rank(
        Direction::Dependents,
        RankBy::Entities,
        every(),
        "resource:cart-db=2 component:cart=1 component:search-service=1 +7",
    );
    check_rank(
        Direction::Dependents,
        RankBy::Critical,
        EntityFilter { kinds: vec!["component".into()], ..every() },
        "component:cart=1 component:search-service=1 +1",
    );
    check_rank(Direction::Dependencies, RankBy::Teams, every(), "component:web=2 component:cart=1 +8");
}
