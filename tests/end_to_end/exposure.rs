//! What the example organisation is exposed to, as `FACTS.md` states it.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Value, json};

use crate::support::{
    World,
    facts::{Facts, number_before, quoted, refs},
    rows, text,
};

/// The example as `catalog demo` leaves it, made once for all tests, which only ask.
static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    Example { world, facts: Facts::of("aldersound") }
});

struct Example {
    world: World,
    facts: Facts,
}

impl Example {
    fn ask(&self, question: &str) -> Value {
        self.world.json(&format!("structure {question} --store demo/catalog.redb"))
    }

    fn ends_with(&self, question: &str, code: i32) {
        self.world.run(&format!("structure {question} --store demo/catalog.redb")).ends_with(code);
    }

    fn stated(&self) -> &crate::support::facts::Section {
        self.facts.section("What the company is exposed to")
    }
}

fn counts(of: &Value) -> String {
    format!("{} / {} / {}", of["down"], of["degraded"], of["atRisk"])
}

#[test]
fn what_falls_with_each_party_and_region_is_counted() {
    let stated = EXAMPLE.stated();
    let answer = EXAMPLE.ask("concentration");
    assert_eq!(answer["critical"], number_before(&stated.text, "entities"));
    assert_eq!(answer["exposures"][0]["ref"], "resource:default/cumulus-nine", "the worst is the first");
    for row in &stated.rows {
        let fails = refs(&row[0]).pop_first().expect("the page names what fails");
        let found = rows(&answer, "exposures").iter().find(|of| of["ref"] == fails.as_str());
        let found = found.unwrap_or_else(|| panic!("{fails} is not listed"));
        assert_eq!([counts(&found["affected"]), counts(&found["critical"])], row[1..3], "{fails}");
        let behind = rows(found, "restsOn").iter().map(|of| text(of, "ref").to_owned());
        assert_eq!(behind.collect::<BTreeSet<String>>(), refs(&row[3]), "{fails}");
    }
    let parties = EXAMPLE.ask("concentration --class party");
    assert_eq!(parties["total"], 5, "{parties:#}");
    EXAMPLE.ends_with("concentration", 0);
    EXAMPLE.ends_with("concentration --fail-on 60", 1);
    EXAMPLE.ends_with("concentration --class party --fail-on 90", 1);
}

#[test]
fn the_one_tier_inversion_is_found_with_its_place() {
    let (_, sentence) = EXAMPLE.stated().text.split_once("Tier inversions:").expect("the page tells of one");
    let (sentence, _) = sentence.split_once("and no other").expect("the page says that it is the only one");
    let answer = EXAMPLE.ask("inversions");
    let inversions = rows(&answer, "inversions");
    assert_eq!(inversions.len(), 1, "{answer:#}");
    let needed = &inversions[0]["needed"][0];
    let found = [&inversions[0], needed].map(|of| text(of, "ref").to_owned());
    assert_eq!(BTreeSet::from(found), refs(sentence));
    let place = &inversions[0]["places"][0];
    let place = format!(
        "{}/{}:{}",
        text(place, "repository").trim_start_matches("aldersound/"),
        text(place, "path"),
        place["line"]
    );
    assert!(quoted(sentence).contains(&&*place), "{place}");
    EXAMPLE.ends_with("inversions", 0);
    EXAMPLE.ends_with("inversions --fail-on error", 1);
}

#[test]
fn two_regions_on_one_cloud_are_no_redundancy() {
    let answer = EXAMPLE.ask("shared-fate");
    let alternatives = rows(&answer, "alternatives");
    assert_eq!(alternatives.len(), 1, "{answer:#}");
    assert_eq!(
        alternatives[0]["members"],
        json!(["resource:default/region-north", "resource:default/region-south"])
    );
    assert_eq!(alternatives[0]["common"][0]["ref"], "resource:default/cumulus-nine");
    assert_eq!(alternatives[0]["commonTotal"], 1);
    let domains = rows(&answer, "domains");
    assert_eq!((domains.len(), text(&domains[0], "domainType")), (1, "region"));
    let common: BTreeSet<&str> = rows(&domains[0], "common").iter().map(|of| text(of, "ref")).collect();
    assert_eq!(
        common,
        BTreeSet::from([
            "resource:default/cumulus-nine",
            "resource:default/identity-db",
            "resource:default/region-north",
        ])
    );
    for thing in rows(&domains[0], "common") {
        for way in rows(thing, "ways") {
            assert_eq!(rows(way, "way").last(), Some(&thing["ref"]));
        }
    }
    EXAMPLE.ends_with("shared-fate", 0);
    EXAMPLE.ends_with("shared-fate --fail-on error", 1);
}

#[test]
fn a_caller_that_gives_up_too_early_and_the_retries_behind_it_are_found() {
    let answer = EXAMPLE.ask("call-limits");
    let timeouts = rows(&answer, "timeouts");
    assert_eq!(timeouts.len(), 1, "{answer:#}");
    assert_eq!((&timeouts[0]["timeoutMs"], &timeouts[0]["allowedMs"]), (&json!(300), &json!(3000)));
    assert_eq!(timeouts[0]["severity"], "error", "booking is critical");
    assert_eq!(timeouts[0]["call"]["timeoutMs"]["place"]["path"], "services/booking/catalog-info.yaml");
    let chains = rows(&answer, "chains");
    assert_eq!((chains.len(), &chains[0]["amplification"]), (1, &json!(6)));
    let to: Vec<&str> = rows(&chains[0], "links").iter().map(|link| text(link, "to")).collect();
    assert_eq!(to, ["component:default/loyalty-service", "resource:default/event-bus"]);
    assert_eq!(answer["stated"], 3);
    assert_eq!((rows(&answer, "circles").len(), rows(&answer, "contradicted").len()), (0, 0));
    EXAMPLE.ends_with("call-limits", 0);
    EXAMPLE.ends_with("call-limits --fail-on warning", 1);
}
