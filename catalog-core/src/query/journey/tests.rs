//! Journeys in sketches: their hops, and who answers for the whole.

use expect_test::{Expect, expect};

use super::*;
use crate::{
    graph::CatalogGraph,
    query::find_entity,
    sketch::{self, entity_ref},
};

/// The loan gateway of a bank: each part has an owner, the whole has none.
const BANK: &str = "
    group:infrastructure members user:ina
    group:lending members user:lea
    group:security members user:sam
    group:bank members user:bo
    component:loan-gateway owner group:infrastructure slo 99.9 tier 1 -> component:loan-desk
    component:loan-desk owner group:lending slo 99.5 system system:loans -> resource:loan-rules
    component:loan-desk ~> component:mail
    component:mail owner group:infrastructure
    resource:loan-rules owner group:security slo 99.99
    system:loans owner group:lending domain domain:retail
    domain:retail owner group:bank
";

fn shown(journey: &Journey<'_>) -> String {
    let mut text = String::new();
    for hop in &journey.hops {
        let owner = hop.stop.owner().map_or("nobody".into(), |owner| owner.name().short());
        let link = hop.link.as_ref().map(|link| {
            let strength = link.strength().map(|strength| format!(" {}", strength.name()));
            let through = match link {
                JourneyLink::Through(between) => format!(" {between:?}"),
                _ => String::new(),
            };
            format!(" {}{}{through}", link.name(), strength.unwrap_or_default())
        });
        let handover = if hop.is_handover { " handover" } else { "" };
        let found = if hop.is_named { "" } else { " found" };
        text += &format!(
            "{} {} of {owner}{}{handover}{found}\n",
            hop.distance,
            hop.stop.name.short(),
            link.unwrap_or_default()
        );
    }
    let accountability = &journey.accountability;
    let owner = accountability.owner.map_or("nobody".into(), |owner| owner.name().short());
    text += &format!("{owner}: {}\n", accountability.ground.reason());
    let ways = journey.ways.map_or("given".into(), |ways| format!("{ways} ways"));
    let availability = match journey.availability.availability {
        Some(availability) => format!("{:.4}", availability.percent()),
        None => format!("missing {:?}", journey.availability.missing),
    };
    text += &format!(
        "{ways}, {} handovers, {} unowned, {} unknown, availability {availability}{}\n",
        journey.handovers,
        journey.unowned,
        journey.unknown,
        if journey.truncated { ", truncated" } else { "" }
    );
    text
}

fn check_asked(drawn: &str, waypoints: &[&str], expected: &Expect) {
    let graph = sketch::graph(drawn);
    let waypoints: Vec<_> =
        waypoints.iter().map(|name| find_entity(&graph, name).expect("the sketch has it")).collect();
    expected.assert_eq(&shown(&journey(&graph, &waypoints)));
}

fn check_declared(drawn: &str, plans: &[JourneyPlan], name: &str, expected: &Expect) {
    let graph = sketch::graph(drawn);
    let found = find_journey(&graph, plans, name).map(|declared| shown(&declared_journey(&graph, declared)));
    expected.assert_eq(&found.unwrap_or_else(|error| error.to_string()));
}

fn plan(name: &str, hops: &[&str], owner: Option<&str>) -> JourneyPlan {
    JourneyPlan {
        name: name.into(),
        course: JourneyCourse::Hops(hops.iter().map(|hop| entity_ref(hop)).collect()),
        owner: owner.map(entity_ref),
    }
}

#[test]
fn the_loan_gateway_of_a_bank_has_nobody_for_the_whole() {
    check_asked(
        BANK,
        &["component:loan-gateway", "resource:loan-rules"],
        &expect![[r#"
        0 component:loan-gateway of group:infrastructure
        1 component:loan-desk of group:lending needs hard handover found
        2 resource:loan-rules of group:security needs hard handover
        nobody: no single accountable owner
        1 ways, 2 handovers, 0 unowned, 0 unknown, availability 99.3906
    "#]],
    );
}

#[test]
fn waypoints_are_passed_in_their_order_also_where_no_need_leads() {
    check_asked(
        BANK,
        &["component:loan-gateway", "component:mail", "component:loan-desk", "component:loan-gateway"],
        &expect![[r#"
            0 component:loan-gateway of group:infrastructure
            1 component:loan-desk of group:lending needs hard handover found
            2 component:mail of group:infrastructure needs soft handover
            3 component:loan-desk of group:lending needed-by soft handover
            4 component:loan-gateway of group:infrastructure needed-by hard handover
            nobody: no single accountable owner
            0 ways, 4 handovers, 0 unowned, 0 unknown, availability 99.4005
        "#]],
    );
    check_asked(
        BANK,
        &["resource:loan-rules", "component:loan-gateway"],
        &expect![[r#"
        0 resource:loan-rules of group:security
        1 component:loan-gateway of group:infrastructure no-way handover
        nobody: no single accountable owner
        0 ways, 1 handovers, 0 unowned, 0 unknown, availability 99.8900
    "#]],
    );
    check_asked(
        BANK,
        &["component:mail", "component:mail"],
        &expect![[r#"
        0 component:mail of group:infrastructure
        group:infrastructure: owns every hop
        1 ways, 0 handovers, 0 unowned, 0 unknown, availability missing [component:default/mail]
    "#]],
    );
    check_asked(
        BANK,
        &[],
        &expect![[r#"
        nobody: no single accountable owner
        1 ways, 0 handovers, 0 unowned, 0 unknown, availability missing []
    "#]],
    );
}

#[test]
fn shortest_ways_are_counted_and_a_circle_is_no_way_round() {
    check_asked(
        "
        component:a -> component:b component:c
        component:b -> component:d
        component:c -> component:d
        component:d -> component:a component:e component:f
        component:e -> component:g
        component:f -> component:g
        ",
        &["component:a", "component:d", "component:g"],
        &expect![[r#"
            0 component:a of nobody
            1 component:b of nobody needs hard found
            2 component:d of nobody needs hard
            3 component:e of nobody needs hard found
            4 component:g of nobody needs hard
            nobody: no single accountable owner
            4 ways, 0 handovers, 4 unowned, 1 unknown, availability missing [component:default/a, component:default/b, component:default/d, component:default/e, component:default/g]
        "#]],
    );
}

#[test]
fn one_owner_of_every_hop_answers_for_the_whole() {
    check_asked(
        "
        group:shop
        component:a owner group:shop -> component:b
        component:b owner group:shop in resource:eu
        resource:eu type region
        ",
        &["component:a", "resource:eu"],
        &expect![[r#"
            0 component:a of group:shop
            1 component:b of group:shop needs hard found
            2 resource:eu of nobody needs hard
            group:shop: owns every hop
            1 ways, 0 handovers, 0 unowned, 0 unknown, availability missing [component:default/a, component:default/b]
        "#]],
    );
}

#[test]
fn the_smallest_common_system_or_domain_with_an_owner_answers() {
    let check = |systems: &str, expected: &Expect| {
        let drawn = format!(
            "
            group:x
            group:y
            component:a owner group:x system system:s1 -> component:b
            component:b owner group:y system system:s2
            {systems}
            "
        );
        check_asked(&drawn, &["component:a", "component:b"], expected);
    };
    check(
        "system:s1 domain domain:inner
         system:s2 domain domain:inner
         domain:inner domain domain:outer owner group:inner
         domain:outer owner group:outer",
        &expect![[r#"
            0 component:a of group:x
            1 component:b of group:y needs hard handover
            group:inner: owns domain:inner, which holds every hop
            1 ways, 1 handovers, 0 unowned, 0 unknown, availability missing [component:default/a, component:default/b]
        "#]],
    );
    check(
        "system:s1 domain domain:inner
         system:s2 domain domain:inner
         domain:inner domain domain:outer
         domain:outer owner group:outer domain domain:inner",
        &expect![[r#"
            0 component:a of group:x
            1 component:b of group:y needs hard handover
            group:outer: owns domain:outer, which holds every hop
            1 ways, 1 handovers, 0 unowned, 0 unknown, availability missing [component:default/a, component:default/b]
        "#]],
    );
    check(
        "system:s1 owner group:one\nsystem:s2 owner group:two",
        &expect![[r#"
        0 component:a of group:x
        1 component:b of group:y needs hard handover
        nobody: no single accountable owner
        1 ways, 1 handovers, 0 unowned, 0 unknown, availability missing [component:default/a, component:default/b]
    "#]],
    );
}

#[test]
fn everything_behind_an_api_comes_in_layers() {
    let drawn = "
        group:rates
        group:data
        api:fx owner group:rates
        component:fx-a owner group:rates provides api:fx -> resource:db
        component:fx-b owner group:rates provides api:fx -> resource:db
        resource:db owner group:data -> resource:disk
    ";
    let graph = sketch::graph(drawn);
    let check = |depth_max, expected: Expect| {
        let entity = find_entity(&graph, "api:fx").expect("the sketch has it");
        expected.assert_eq(&shown(&journey_behind(&graph, JourneyBehindQuery { entity, depth_max })));
    };
    check(
        None,
        expect![[r#"
        0 api:fx of group:rates
        1 component:fx-a of group:rates needs soft found
        1 component:fx-b of group:rates needs soft found
        2 resource:db of group:data needs soft handover found
        3 resource:disk of nobody needs soft found
        nobody: no single accountable owner
        given, 1 handovers, 0 unowned, 1 unknown, availability missing [api:default/fx]
    "#]],
    );
    check(
        Some(1),
        expect![[r#"
        0 api:fx of group:rates
        1 component:fx-a of group:rates needs soft found
        1 component:fx-b of group:rates needs soft found
        group:rates: owns every hop
        given, 0 handovers, 0 unowned, 0 unknown, availability missing [api:default/fx], truncated
    "#]],
    );
}

#[test]
fn a_manifest_tells_a_journey_in_the_order_of_its_list() {
    let drawn = format!(
        "{BANK}
        system:taking-a-loan journey resource:loan-rules component:loan-gateway component:nowhere
        system:owned owner group:bank journey component:loan-gateway resource:loan-rules
        "
    );
    check_declared(
        &drawn,
        &[],
        "system:taking-a-loan",
        &expect![[r#"
        0 resource:loan-rules of group:security
        1 component:loan-gateway of group:infrastructure no-way handover
        2 component:nowhere of nobody no-way
        nobody: no single accountable owner
        given, 1 handovers, 0 unowned, 1 unknown, availability missing [component:default/nowhere]
    "#]],
    );
    check_declared(
        &drawn,
        &[],
        "system:owned",
        &expect![[r#"
        0 component:loan-gateway of group:infrastructure
        1 resource:loan-rules of group:security through [component:default/loan-desk] handover
        group:bank: owns the journey itself
        given, 1 handovers, 0 unowned, 0 unknown, availability 99.8900
    "#]],
    );
    check_declared(&drawn, &[], "component:mail", &expect!["`component:mail` declares no `spec.journey`"]);
    check_declared(
        &drawn,
        &[],
        "taking-a-lone",
        &expect!["no journey is called `taking-a-lone`, and entity `taking-a-lone` is not in the catalog"],
    );
}

#[test]
fn a_plan_tells_a_journey_of_names_that_need_not_be_there() {
    let hops = ["component:loan-gateway", "component:typo", "resource:loan-rules"];
    let plans = [
        plan("Taking a loan", &hops, None),
        plan("Owned", &["component:loan-gateway", "resource:loan-rules"], Some("group:bank")),
        plan("Owned by nobody", &["component:loan-gateway", "resource:loan-rules"], Some("group:typo")),
        JourneyPlan {
            name: "Shortest".into(),
            course: JourneyCourse::Shortest {
                from: entity_ref("component:loan-gateway"),
                to: entity_ref("resource:loan-rules"),
            },
            owner: None,
        },
        JourneyPlan {
            name: "From nowhere".into(),
            course: JourneyCourse::Shortest {
                from: entity_ref("component:nowhere"),
                to: entity_ref("resource:loan-rules"),
            },
            owner: None,
        },
    ];
    check_declared(
        BANK,
        &plans,
        "taking a LOAN",
        &expect![[r#"
            0 component:loan-gateway of group:infrastructure
            1 component:typo of nobody unknown
            2 resource:loan-rules of group:security unknown
            nobody: no single accountable owner
            given, 0 handovers, 0 unowned, 1 unknown, availability missing [component:default/typo]
        "#]],
    );
    check_declared(
        BANK,
        &plans,
        "journey:default/owned",
        &expect![[r#"
        0 component:loan-gateway of group:infrastructure
        1 resource:loan-rules of group:security through [component:default/loan-desk] handover
        group:bank: owns the journey itself
        given, 1 handovers, 0 unowned, 0 unknown, availability 99.8900
    "#]],
    );
    check_declared(
        BANK,
        &plans,
        "owned by nobody",
        &expect![[r#"
        0 component:loan-gateway of group:infrastructure
        1 resource:loan-rules of group:security through [component:default/loan-desk] handover
        nobody: no single accountable owner
        given, 1 handovers, 0 unowned, 0 unknown, availability 99.8900
    "#]],
    );
    check_declared(
        BANK,
        &plans,
        "shortest",
        &expect![[r#"
        0 component:loan-gateway of group:infrastructure
        1 component:loan-desk of group:lending needs hard handover found
        2 resource:loan-rules of group:security needs hard handover
        nobody: no single accountable owner
        1 ways, 2 handovers, 0 unowned, 0 unknown, availability 99.3906
    "#]],
    );
    check_declared(
        BANK,
        &plans,
        "from nowhere",
        &expect![[r#"
            0 component:nowhere of nobody
            1 resource:loan-rules of group:security unknown
            nobody: no single accountable owner
            0 ways, 0 handovers, 0 unowned, 1 unknown, availability missing [component:default/nowhere]
        "#]],
    );
}

#[test]
fn a_way_of_more_hops_than_there_may_be_is_cut_and_said() {
    use std::fmt::Write;
    let mut drawn = String::new();
    let length = JOURNEY_HOPS_MAX + 5;
    for number in 0..length {
        writeln!(drawn, "component:c{number} -> component:c{}", number + 1).expect("a string takes all");
    }
    let graph: CatalogGraph = sketch::graph(&drawn);
    let entity = |name: &str| find_entity(&graph, name).expect("the sketch has it");
    let (start, end) = (entity("component:c0"), entity(&format!("component:c{length}")));
    let found = journey(&graph, &[start, end]);
    assert_eq!((found.hops.len(), found.truncated, found.ways), (JOURNEY_HOPS_MAX, true, Some(1)));
    let behind = journey_behind(&graph, JourneyBehindQuery { entity: start, depth_max: None });
    assert_eq!((behind.hops.len(), behind.truncated), (JOURNEY_HOPS_MAX, true));
    let hops: Vec<String> = (0..length).map(|number| format!("component:c{number}")).collect();
    let plans = [plan("long", &hops.iter().map(String::as_str).collect::<Vec<_>>(), None)];
    let declared = find_journey(&graph, &plans, "long").expect("it is planned");
    let found = declared_journey(&graph, declared);
    assert_eq!((found.hops.len(), found.truncated), (JOURNEY_HOPS_MAX, true));
}
