//! The example organisation: every fact that `FACTS.md` states about it, held against the program.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde_json::Value;

use crate::support::{
    Run, World,
    facts::{Facts, canonical, number_before, places, quoted, refs},
    rows, text,
};

/// The example as `catalog demo` leaves it, made once for all tests, which only ask.
static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let world = World::new();
    let demo = world.run("demo --no-serve --folder demo").ends_with(0);
    let export = world.run("export --store demo/catalog.redb").ends_with(0).json_lines();
    Example { world, demo, export, facts: Facts::of("aldersound") }
});

struct Example {
    world: World,
    demo: Run,
    export: Vec<Value>,
    facts: Facts,
}

impl Example {
    fn ask(&self, question: &str) -> Value {
        self.world.json(&format!("{question} --config demo/catalog.toml"))
    }

    fn exported(&self, line_type: &str) -> impl Iterator<Item = &Value> {
        self.export.iter().filter(move |line| line["type"] == line_type)
    }

    fn entity(&self, entity: &str) -> &Value {
        self.exported("entity").find(|line| line["ref"] == entity).unwrap_or_else(|| panic!("no {entity}"))
    }

    /// All needs: who needs, who is needed.
    fn needs(&self) -> Vec<(&str, &str, &str)> {
        let is_need = |line: &&Value| {
            ["dependsOn", "consumesApi", "deployedTo", "apiProvidedBy"].contains(&text(line, "relation"))
        };
        let needs = self.exported("relation").filter(is_need);
        needs.map(|line| (text(line, "from"), text(line, "to"), text(line, "strength"))).collect()
    }
}

/// A place as the page writes it: the repository without its company.
fn place(value: &Value) -> String {
    let repository = text(value, "repository").trim_start_matches("aldersound/");
    format!("{repository}/{}:{}", text(value, "path"), value["line"])
}

fn owner_named(cell: &str) -> String {
    if cell.starts_with("nobody") { String::new() } else { canonical(quoted(cell)[0]) }
}

#[test]
fn the_demo_crawls_answers_and_ends() {
    for expected in [
        "$ catalog blast-radius resource:identity-db",
        "21 entities need resource:identity-db",
        "$ catalog owner component:loyalty-service",
        "component:loyalty-service is owned by group:accounts",
        "$ catalog gaps",
    ] {
        assert!(EXAMPLE.demo.stdout.contains(expected), "`{expected}` is missing:\n{}", EXAMPLE.demo);
    }
}

#[test]
fn a_second_demo_in_the_same_folder_is_the_same() {
    let world = World::new();
    world.run("demo --no-serve").ends_with(0);
    let first = world.json("gaps --store catalog-demo/catalog.redb");
    let again = world.run("demo --no-serve").ends_with(0);
    assert!(again.stdout.contains("0 read, 10 unchanged, 0 failed"), "{again}");
    assert_eq!(world.json("gaps --store catalog-demo/catalog.redb"), first);
}

#[test]
fn a_change_can_be_tried_in_a_repository_of_the_demo() {
    let world = World::new();
    world.run("demo --no-serve").ends_with(0);
    let store = world.path("catalog-demo/catalog.redb");
    let check = || {
        let mut command = world.command(["check", "--base", "HEAD", "--working-tree", "--store"]);
        world.finish(command.arg(&store).current_dir(world.path("catalog-demo/aldersound/identity")))
    };
    let unchanged = check().ends_with(0);
    assert!(unchanged.stdout.contains("no file differs"), "{unchanged}");
    let manifest = "catalog-demo/aldersound/identity/catalog-info.yaml";
    let lowered = world.text(manifest).replacen("tier: 0", "tier: 3", 1);
    world.write(manifest, lowered);
    let changed = check().ends_with(0);
    assert!(changed.stdout.contains("component:identity-service"), "{changed}");
}

#[test]
fn the_catalog_holds_what_was_counted() {
    let opening = EXAMPLE.facts.opening();
    let declared: Vec<&Value> =
        EXAMPLE.exported("entity").filter(|line| line["standing"] == "declared").collect();
    for (kind, word) in [
        ("Component", "components"),
        ("API", "APIs"),
        ("Resource", "resources"),
        ("System", "systems"),
        ("Domain", "domains"),
        ("Group", "groups"),
        ("User", "people"),
        ("Location", "location"),
    ] {
        let count = declared.iter().filter(|line| line["kind"] == kind).count();
        assert_eq!(count, number_before(opening, word), "{kind}");
    }
    let after = |words: &str| -> usize {
        let (_, rest) = opening.split_once(words).expect("the page counts");
        rest.trim().chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
    };
    assert_eq!(declared.len(), after("Declared entities:"));
    assert_eq!(EXAMPLE.exported("entity").count(), after("the catalog has"));
    let repositories = number_before(opening, "repositories");
    assert_eq!(EXAMPLE.exported("repository").count(), repositories);

    let status = EXAMPLE.ask("status");
    assert_eq!(status["entities"], declared.len());
    assert_eq!(rows(&status, "repositories").len(), repositories);
    let placeholders: BTreeSet<String> = EXAMPLE
        .exported("entity")
        .filter(|line| line["standing"] == "placeholder")
        .map(|line| text(line, "ref").to_owned())
        .collect();
    let (_, sentence) = opening.split_once("the placeholders").expect("the page tells of them");
    let (sentence, _) = sentence.split_once("the catalog has").expect("the page counts");
    assert_eq!(placeholders, refs(sentence), "names that nothing declares");
    assert_eq!(status["placeholders"], placeholders.len());
}

#[test]
fn every_repository_holds_what_it_holds() {
    for row in &EXAMPLE.facts.section("What is where").rows {
        let id = format!("aldersound/{}", quoted(&row[0])[0]);
        let entities = EXAMPLE
            .exported("entity")
            .filter(|line| line["standing"] == "declared" && line["repository"] == id.as_str());
        assert_eq!(entities.count().to_string(), row[1], "{id}");
        let answer = EXAMPLE.ask(&format!("owner --repository {id} some/path"));
        assert_eq!(text(&answer, "file"), quoted(&row[2]).first().copied().unwrap_or_default(), "{id}");
        let entity = EXAMPLE.entity(&format!("resource:repository/{id}"));
        assert_eq!(text(entity, "owner"), owner_named(&row[3]), "{id}");
    }
}

#[test]
fn every_component_is_as_it_was_written() {
    let stated = &EXAMPLE.facts.section("Components").rows;
    let list = EXAMPLE.ask("list --kind component");
    let declared = rows(&list, "entities").iter().filter(|row| row["standing"] == "declared");
    assert_eq!(declared.count(), stated.len());
    for row in stated {
        let name = quoted(&row[0])[0];
        let entity = EXAMPLE.entity(name);
        assert_eq!(text(entity, "entityType"), row[1], "{name}");
        let tier = entity["tier"].as_u64().map_or_else(|| "–".to_owned(), |tier| tier.to_string());
        assert_eq!(tier, row[2], "{name}");
        assert_eq!(text(entity, "owner"), owner_named(&row[3]), "{name}");
        assert_eq!(place(&entity["origin"]), quoted(&row[4])[0], "{name}");
    }
}

#[test]
fn owners_are_suggested_from_the_commits_and_never_assigned() {
    let answer = EXAMPLE.ask("gaps --suggest");
    let found = rows(&answer, "gaps");
    let stated = &EXAMPLE.facts.section("Who works on what").rows;
    let suggested = found.iter().filter(|gap| !gap["suggestedOwner"].is_null());
    assert_eq!(suggested.count(), stated.len(), "{answer:#}");
    for row in stated {
        let code = quoted(&row[0])[0];
        let gap = found.iter().find(|gap| gap["code"] == code).unwrap_or_else(|| panic!("no `{code}`"));
        let suggestion = &gap["suggestedOwner"];
        let first = &suggestion["candidates"][0];
        assert_eq!(text(first, "ref"), canonical(quoted(&row[1])[0]), "`{code}`: {suggestion:#}");
        assert_eq!(text(first, "confidence"), row[2], "`{code}`: {suggestion:#}");
        assert_eq!(text(&suggestion["places"][0], "text"), quoted(&row[3])[0], "`{code}`: {suggestion:#}");
    }
    assert!(EXAMPLE.ask("gaps").to_string().find("suggestedOwner").is_none(), "only on request");
    let table =
        EXAMPLE.world.run("gaps --suggest --code unowned --store demo/catalog.redb").ends_with(0).stdout;
    for expected in [
        "component:tide-tables (unowned): group:harbour, high confidence",
        "Henrik Dahl 3 commits",
        "add `owner: group:default/harbour` to `spec` of the entity in aldersound/port-operations:tide-tables/catalog-info.yaml:4",
    ] {
        assert!(table.contains(expected), "`{expected}` is missing:\n{table}");
    }
}

#[test]
fn what_changed_last_is_shown() {
    let tides = EXAMPLE.ask("show component:tide-tables");
    let change = &tides["lastChange"];
    assert_eq!(text(change, "person"), "user:default/henrik.dahl");
    assert_eq!(text(change, "subject"), "Change tide-tables/harmonics.f90");
    assert_eq!((text(change, "path"), &change["own"]), ("tide-tables", &Value::Bool(true)));
    let shown = EXAMPLE.world.run("show component:tide-tables --store demo/catalog.redb").ends_with(0).stdout;
    assert!(shown.contains("by user:henrik.dahl: Change tide-tables/harmonics.f90"), "{shown}");
}

#[test]
fn the_planted_gaps_are_found_and_no_other() {
    let answer = EXAMPLE.ask("gaps");
    let found = rows(&answer, "gaps");
    let stated = &EXAMPLE.facts.section("Planted gaps").rows;
    assert_eq!(found.len(), stated.len(), "{answer:#}");
    for row in stated {
        let code = quoted(&row[0])[0];
        let gap = found.iter().find(|gap| gap["code"] == code).unwrap_or_else(|| panic!("no `{code}`"));
        let subject = text(gap, "ref").to_owned();
        let related = rows(gap, "related").iter().filter_map(Value::as_str).map(str::to_owned);
        let involved: BTreeSet<String> = related.chain([subject.clone()]).collect();
        let about = match row[1].strip_prefix("repository ") {
            Some(id) => BTreeSet::from([format!("resource:repository/{}", quoted(id)[0])]),
            None => refs(&row[1]),
        };
        assert!(about.contains(&subject) && about.is_subset(&involved), "`{code}` is about {involved:?}");
        let at: BTreeSet<String> = rows(gap, "origins").iter().map(place).collect();
        assert!(at.is_subset(&places(&row[2])), "`{code}` is at {at:?}");
        assert_eq!(at.is_empty(), places(&row[2]).is_empty(), "`{code}` is at {at:?}");
    }
    let conflict = found.iter().find(|gap| gap["code"] == "owner-conflict").expect("a conflict");
    assert_eq!(rows(conflict, "origins").len(), 2, "a conflict names both places");
}

#[test]
fn nobody_answers_for_the_planted_journey() {
    let stated = EXAMPLE.facts.section("The journey without an owner");
    let answer = EXAMPLE.ask("journey system:low-water-boarding");
    let hops = rows(&answer, "hops");
    assert_eq!(hops.len(), stated.rows.len(), "{answer:#}");
    for (hop, row) in hops.iter().zip(&stated.rows) {
        assert_eq!(text(hop, "ref"), canonical(quoted(&row[0])[0]));
        assert_eq!(text(hop, "owner"), canonical(quoted(&row[1])[0]));
        let through: Vec<&str> = rows(hop, "through").iter().filter_map(Value::as_str).collect();
        let expected: Vec<String> = quoted(&row[2]).into_iter().map(canonical).collect();
        assert_eq!(through, expected, "{}", row[0]);
    }
    assert_eq!(answer["accountable"]["ground"], "nobody");
    let percent = answer["availability"]["percent"].as_f64().expect("all three promise");
    assert!(stated.text.contains(&format!("{percent:.4} together")), "{percent}");
}

#[test]
fn promises_come_to_what_was_multiplied() {
    let answer = EXAMPLE.ask("slo");
    let entities = rows(&answer, "entities");
    for row in &EXAMPLE.facts.section("What promises come to").rows {
        let name = canonical(quoted(&row[0])[0]);
        let found = entities.iter().find(|found| found["ref"] == name.as_str());
        let found = found.unwrap_or_else(|| panic!("{name} promises nothing"));
        let percent = |end: &str| {
            let percent = found[end]["availability"].as_f64().expect("a percentage");
            format!("{percent:.4}")
        };
        assert_eq!(text(&found["promise"], "stated"), row[1], "{name}");
        assert_eq!([&*percent("lower"), &*percent("upper")], [&*row[2], &*row[3]], "{name}");
        assert_eq!(found["lower"]["exact"], true, "{name}");
    }
    let with = |code: &str| -> BTreeSet<&str> {
        let has = |row: &&Value| rows(row, "findings").iter().any(|finding| finding["code"] == code);
        entities.iter().filter(has).map(|row| text(row, "ref")).collect()
    };
    let named = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<&str>>();
    let over = [
        "component:default/boarding-service",
        "component:default/booking-service",
        "component:default/booking-web",
        "component:default/edge-gateway",
    ];
    assert_eq!(with("promise-over-bound"), named(&over));
    let closure = ["component:default/capacity-service", "component:default/fares-service"];
    assert_eq!(with("promise-over-closure"), named(&closure));
    assert_eq!(with("expectation-without-promise"), named(&["component:default/edge-gateway"]));
}

#[test]
fn the_planted_diagnostics_are_found_and_no_other() {
    let answer = EXAMPLE.ask("diagnostics");
    let shown = |of: &Value| format!("{} {} {}", text(of, "code"), text(of, "severity"), place(of));
    let found: BTreeSet<String> = rows(&answer, "diagnostics").iter().map(shown).collect();
    let section = EXAMPLE.facts.section("Planted diagnostics");
    let stated = section.rows.iter();
    let stated = stated.map(|row| format!("{} {} {}", quoted(&row[0])[0], row[1], quoted(&row[2])[0]));
    assert_eq!(found, stated.collect());
    assert_eq!(rows(&answer, "diagnostics").len(), found.len());

    let lax = EXAMPLE.exported("declaration").filter(|line| line["strict"] == false);
    let lax: BTreeSet<String> = lax.map(|line| text(line, "ref").to_owned()).collect();
    let (_, sentence) = section.text.split_once("Not strict").expect("the page tells which are not strict");
    assert_eq!(lax, refs(sentence));
}

#[test]
fn whatever_needs_an_entity_is_reached() {
    for section in EXAMPLE.facts.sections("dependents").iter().filter(|section| !section.rows.is_empty()) {
        let root = quoted(&section.title)[0];
        check_reach(root, root, section);
        let title = &section.title;
        let answer = EXAMPLE.ask(&format!("blast-radius {root}"));
        let total = number_before(title, "dependents");
        assert_eq!(answer["total"], total, "{title}");
        let soft = rows(&answer, "affected").iter().filter(|row| row["strength"] == "soft").count();
        let stated = if title.contains("all soft") { total } else { number_before(title, "of") };
        assert_eq!(soft, stated, "{title}");
    }
}

#[test]
fn the_ranking_counts_what_each_entity_reaches() {
    for direction in ["dependents", "dependencies"] {
        let answer = EXAMPLE.ask(&format!("rank --direction {direction}"));
        assert_eq!(answer["exact"], true);
        let ranked = rows(&answer, "entities");
        let declared = EXAMPLE.ask("list");
        let without = answer["withoutReach"].as_u64().and_then(|count| usize::try_from(count).ok());
        assert_eq!(Some(rows(&declared, "entities").len() - ranked.len()), without);
        for row in ranked.iter().step_by(4) {
            let reach = EXAMPLE.ask(&format!("blast-radius {} --direction {direction}", text(row, "ref")));
            assert_eq!(row["entities"], reach["total"], "{row}");
            assert_eq!(row["critical"], reach["critical"], "{row}");
            assert_eq!(row["teams"], rows(&reach, "owners").len(), "{row}");
        }
    }
    let hub = EXAMPLE.ask("rank --kind resource");
    let hub = rows(&hub, "entities").iter().find(|row| row["ref"] == "resource:default/identity-db");
    assert_eq!(hub.map(|row| &row["entities"]), Some(&serde_json::json!(21)));
}

#[test]
fn a_second_provider_has_the_same_dependents() {
    let section = EXAMPLE
        .facts
        .sections("dependents")
        .into_iter()
        .find(|section| section.text.contains("has the same dependents at the same distances"))
        .expect("the page tells of two that are alike");
    let twin = refs(&section.text).into_iter().next_back().expect("the other one is named");
    check_reach(&twin, quoted(&section.title)[0], section);
}

fn check_reach(root: &str, named: &str, section: &crate::support::facts::Section) {
    let answer = EXAMPLE.ask(&format!("blast-radius {root}"));
    assert_eq!(answer["roots"], serde_json::json!([root]));
    let found: BTreeMap<&str, (u64, &str)> = rows(&answer, "affected")
        .iter()
        .map(|row| (text(row, "ref"), (row["distance"].as_u64().unwrap_or(0), text(row, "strength"))))
        .collect();
    let mut stated = BTreeMap::new();
    for row in &section.rows {
        let distance: u64 = row[0].parse().expect("a distance is a number");
        for (cell, strength) in [(&row[1], "hard"), (&row[2], "soft")] {
            stated.extend(refs(cell).into_iter().map(|entity| (entity, (distance, strength))));
        }
    }
    let stated: BTreeMap<&str, (u64, &str)> = stated.iter().map(|(entity, row)| (&**entity, *row)).collect();
    assert_eq!(found, stated, "dependents of {root}, as stated of {named}");
}

#[test]
fn a_lost_region_takes_down_what_was_worked_out_by_hand() {
    let section = EXAMPLE.facts.section("A drill");
    let answer = EXAMPLE.ask(&format!("simulate --fail {} --keep booking-web", quoted(&section.title)[0]));
    for row in &section.rows {
        let state = row[0].as_str();
        let found: BTreeSet<String> = rows(&answer, "affected")
            .iter()
            .filter(|row| row["health"] == state)
            .map(|row| text(row, "ref").to_owned())
            .collect();
        assert_eq!(found, refs(&row[1]), "{state}");
        assert_eq!(found.len(), number_before(&section.text.replace("at risk", "at-risk"), state), "{state}");
    }
    assert_eq!(answer["total"], 27);
    let remedy = &answer["keep"]["smallestRemedy"];
    let needs = [serde_json::json!({"needy": "resource:default/identity-db",
                                    "needed": ["resource:default/region-north"]})];
    assert_eq!(*remedy, serde_json::json!(needs), "one need in one place");
    assert_eq!(rows(&answer, "sparesLost").len(), 11);
    assert_eq!(
        text(&rows(&answer, "owners")[0], "ref"),
        "group:default/platform",
        "who owns the region first"
    );
}

#[test]
fn a_path_proves_every_step() {
    let answer = EXAMPLE.ask("blast-radius identity-db --path-to fares-service");
    let steps = rows(&answer, "steps");
    assert_eq!(text(&steps[0], "from"), "component:default/fares-service");
    assert_eq!(steps.len(), 7);
    let needs: BTreeSet<(&str, &str)> = EXAMPLE.needs().into_iter().map(|(from, to, _)| (from, to)).collect();
    for (step, next) in steps.iter().zip(steps.iter().skip(1)) {
        assert_eq!(step["to"], next["from"]);
    }
    for step in steps {
        assert!(needs.contains(&(text(step, "from"), text(step, "to"))), "{step:#}");
        let reasons = rows(step, "because");
        assert!(!reasons.is_empty() && reasons.iter().all(|reason| !rows(reason, "places").is_empty()));
    }
}

#[test]
fn a_change_goes_in_the_waves_that_the_rules_give() {
    let section = EXAMPLE.facts.section("A rollout");
    let answer = EXAMPLE.ask(&format!("rollout {}", quoted(&section.title)[0]));
    assert_eq!(answer["total"], number_before(&section.text, "entities"));
    let waves = rows(&answer, "waves");
    assert_eq!(waves.len(), number_before(&section.text, "waves;"));
    for (wave, row) in waves.iter().zip(&section.rows) {
        assert_eq!(wave["number"].to_string(), row[0]);
        let place = wave["place"].as_str().map(str::to_owned);
        assert_eq!(place, refs(&row[1]).into_iter().next(), "wave {}", row[0]);
        let changing = rows(wave, "entries").iter().map(|entry| text(entry, "ref").to_owned());
        assert_eq!(changing.collect::<BTreeSet<_>>(), refs(&row[2]), "wave {}", row[0]);
    }
}

#[test]
fn there_is_one_cycle() {
    let stated = quoted(&EXAMPLE.facts.section("The one cycle").text);
    let entity = |name: &str| {
        let kind = if name.ends_with("-api") { "api" } else { "component" };
        format!("{kind}:default/{name}")
    };
    let mut edges = EXAMPLE.needs();
    for link in stated.windows(2) {
        let (from, to) = (entity(link[0]), entity(link[1]));
        assert!(edges.contains(&(&from, &to, "hard")), "{from} does not need {to}");
    }
    // What is left when everything without a way in or a way out is taken away again and again.
    loop {
        let from: BTreeSet<&str> = edges.iter().map(|edge| edge.0).collect();
        let to: BTreeSet<&str> = edges.iter().map(|edge| edge.1).collect();
        let before = edges.len();
        edges.retain(|edge| to.contains(edge.0) && from.contains(edge.1));
        if edges.len() == before {
            break;
        }
    }
    let left: BTreeSet<String> = edges.iter().map(|edge| edge.0.to_owned()).collect();
    assert_eq!(left, stated.iter().map(|name| entity(name)).collect());
    let members: Vec<&String> = left.iter().collect();
    assert_eq!(EXAMPLE.ask("status")["cycles"], serde_json::json!([members]));
    for root in &left {
        let answer = EXAMPLE.ask(&format!("blast-radius {root}"));
        let reached: BTreeSet<&str> = rows(&answer, "affected").iter().map(|row| text(row, "ref")).collect();
        assert!(!reached.contains(root.as_str()), "a root is not among the affected");
        assert_eq!(left.iter().filter(|other| reached.contains(other.as_str())).count(), left.len() - 1);
    }
}

#[test]
fn dependencies_and_dependents_are_two_sides_of_one_relation() {
    let names: Vec<&str> = EXAMPLE.exported("entity").map(|line| text(line, "ref")).collect();
    let needs = EXAMPLE.needs();
    for root in ["component:default/payment-service", "component:freight/portal", "api:default/fares-api"] {
        let answer = EXAMPLE.ask(&format!("blast-radius {root} --direction dependencies"));
        let found: BTreeSet<&str> = rows(&answer, "affected").iter().map(|row| text(row, "ref")).collect();
        // The naive way: repeat until nothing new is reached.
        let mut reached = BTreeSet::from([root]);
        while let Some(next) =
            needs.iter().find(|need| reached.contains(need.0) && !reached.contains(need.1)).map(|need| need.1)
        {
            reached.insert(next);
        }
        reached.remove(root);
        assert_eq!(found, reached, "{root}");
        for other in names.iter().filter(|name| found.contains(*name)) {
            let back = EXAMPLE.ask(&format!("blast-radius {other}"));
            assert!(rows(&back, "affected").iter().any(|row| row["ref"] == root), "{root} needs {other}");
        }
    }
}

#[test]
fn owners_come_with_their_reasons() {
    for row in &EXAMPLE.facts.section("Who owns these entities").rows {
        let entity = quoted(&row[0])[0];
        let answer = EXAMPLE.ask(&format!("owner {entity}"));
        assert_eq!(text(&answer, "owner"), owner_named(&row[1]), "{entity}");
        let claims: Vec<String> =
            rows(&answer, "claims").iter().map(|claim| place(&claim["origin"])).collect();
        let because = places(&row[2]);
        assert_eq!(claims.first(), because.first(), "{entity}");
        let other = places(&row[3]);
        if because.is_empty() {
            assert!(claims.is_empty(), "{entity}: {claims:?}");
        } else {
            assert_eq!(claims.get(1), other.first(), "{entity}");
        }
        if let Some(says) = refs(&row[3]).first() {
            let second = &rows(&answer, "claims")[1];
            let says = if row[3].contains("says `") { says.as_str() } else { text(&answer, "owner") };
            assert_eq!(text(second, "owner"), says, "{entity}");
        }
    }
}

#[test]
fn paths_have_the_owners_of_the_last_rule_that_matches() {
    for row in &EXAMPLE.facts.section("Who owns these paths").rows {
        let (repository, path) = (quoted(&row[0])[0], quoted(&row[1])[0]);
        let answer = EXAMPLE.ask(&format!("owner --repository aldersound/{repository} {path}"));
        let claims = rows(&answer, "claims").iter().map(|claim| text(claim, "owner").to_owned());
        let stated: Vec<String> = quoted(&row[2]).into_iter().map(canonical).collect();
        assert_eq!(claims.collect::<Vec<_>>(), stated, "{repository}:{path}");
        let rule = &answer["rule"];
        let found = if rule.is_null() {
            Vec::new()
        } else {
            vec![format!("{}:{}", text(rule, "path"), rule["line"]), text(rule, "pattern").to_owned()]
        };
        assert_eq!(found, quoted(&row[3]), "{repository}:{path}");
        // The same by the path alone, as one who stands in the repository asks.
        let mut command = EXAMPLE.world.command(["owner", path, "--format", "json", "--store"]);
        command.arg(EXAMPLE.world.path("demo/catalog.redb"));
        command.current_dir(EXAMPLE.world.path(&format!("demo/aldersound/{repository}")));
        assert_eq!(EXAMPLE.world.finish(&mut command).ends_with(0).json(), answer);
    }
}

#[test]
fn whoever_comes_at_data_says_what_for_or_is_told() {
    let section = EXAMPLE.facts.section("Who can come at payment data");
    let answer = EXAMPLE.ask("data-reach PAYMENT");
    assert_eq!(crate::support::schema::breaches("data-reach", &answer), [""; 0]);
    let holders: BTreeSet<String> =
        rows(&answer, "holders").iter().map(|holder| text(holder, "ref").to_owned()).collect();
    assert!(holders.len() == 1 && section.text.contains(holders.iter().next().expect("one")), "{holders:?}");
    let direct: Vec<&Value> = rows(&answer, "accessors").iter().filter(|row| row["distance"] == 1).collect();
    assert_eq!(direct.len(), section.rows.len());
    for row in &section.rows {
        let entity = canonical(quoted(&row[0])[0]);
        let accessor = direct.iter().find(|accessor| text(accessor, "ref") == entity).expect("it is direct");
        let purposes = rows(accessor, "purposes");
        let stated = purposes.first().and_then(Value::as_str).unwrap_or("–");
        assert_eq!(stated, row[1], "{entity}");
        assert_eq!(text(accessor, "purpose"), if row[1] == "–" { "undeclared" } else { "declared" });
    }
    assert_eq!(answer["behindUndeclared"], number_before(&section.text, "entities"));
    assert_eq!(answer["total"], number_before(&section.text, "accessors"));
    let classes = EXAMPLE.ask("data-reach");
    assert_eq!(crate::support::schema::breaches("data-classes", &classes), [""; 0]);
    let names: Vec<&str> = rows(&classes, "classes").iter().map(|row| text(row, "class")).collect();
    assert_eq!(names, ["payment", "pii"]);
    EXAMPLE
        .world
        .run("data-reach health --store demo/catalog.redb")
        .ends_with(2)
        .says(&["class `health`", "`payment`, `pii`"]);
    let page = EXAMPLE.world.run("data-reach payment --store demo/catalog.redb").ends_with(0);
    assert!(
        page.stdout.starts_with("19 entities can come at payment data: 2 directly, 1 of those"),
        "{page}"
    );
}
