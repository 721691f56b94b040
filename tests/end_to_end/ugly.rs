//! Files that public repositories had at some commit and that were broken there: what a person sees after a crawl.
//!
//! The files lie beside the checkout, in `open/_ugly` of the corpus, with a table of what is wrong with each
//! and what is right to do; where they are absent these tests say so and end. Each one is put into a
//! repository of its own, over a good file of the same path, and beside a good file that must not suffer.

use std::{fs, io::Write};

use serde_json::Value;

use crate::support::{Commit, World, rows, text, workspace};

const GOOD_DATADOG: &str = "apiVersion: v3\nkind: service\nmetadata:\n  name: before\n  owner: shop\n";
const GOOD_DATADOG_V2: &str = "schema-version: v2.2\ndd-service: before\nteam: shop\n";
const GOOD_COMPASS: &str = "configVersion: 1\nname: before\ntypeId: SERVICE\n";

/// What a crawl left of one repository.
struct Seen {
    world: World,
    /// Every entity that was declared, but the neighbour; with `, stale` where it is.
    entities: Vec<String>,
    /// Code, path and line of every diagnostic that the file itself is to blame for.
    diagnostics: Vec<(String, String, u64)>,
}

/// A component, as a good manifest says it.
fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n\
         spec:\n  type: service\n  lifecycle: production\n  owner: group:shop\n"
    )
}

/// Puts the file of a case into a repository that was read before with `good` ones, and crawls it.
fn see(case: &str, good: &[(&str, &str)]) -> Option<Seen> {
    let folder = workspace().join("../shared/corpus/open/_ugly").join(case);
    if !folder.is_dir() {
        writeln!(std::io::stderr(), "skipped: the corpus is not beside the checkout")
            .expect("somebody listens");
        return None;
    }
    let world = World::new();
    let neighbour = component("neighbour");
    let before = good.iter().copied().chain([("beside/catalog-info.yaml", &*neighbour)]);
    Commit::default().files(before).write(&world.path("acme/ugly.git"));
    world.run("crawl acme").ends_with(0);
    let mut commit = Commit::default();
    let mut open = vec![folder.clone()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(below).expect("a folder of the corpus") {
            let file = entry.expect("an entry").path();
            if file.is_dir() {
                open.push(file);
                continue;
            }
            let path = file.strip_prefix(&folder).expect("it lies there").to_string_lossy().into_owned();
            commit = commit.bytes(&path, &fs::read(&file).expect("a file of the corpus"));
        }
    }
    commit.write(&world.path("acme/ugly.git"));
    world.run("crawl acme").ends_with(0);
    Some(Seen::of(world))
}

impl Seen {
    fn of(world: World) -> Self {
        let list = world.json("list");
        let of_manifests = |row: &&Value| !text(row, "ref").starts_with("resource:repository/");
        let shown = |row: &Value| {
            format!("{}{}", text(row, "ref"), if row["stale"] == true { ", stale" } else { "" })
        };
        let mut entities: Vec<_> = rows(&list, "entities").iter().filter(of_manifests).map(shown).collect();
        let neighbour = entities.iter().position(|entity| entity == "component:default/neighbour");
        entities.remove(neighbour.expect("the file beside it is read, and fresh"));
        let told = world.json("diagnostics --severity note");
        let place = |row: &Value| {
            (text(row, "code").to_owned(), text(row, "path").to_owned(), row["line"].as_u64().unwrap_or(0))
        };
        // That others are not declared here is no fault of the file.
        let own = |place: &(String, String, u64)| !["unknown-ref", "location-missing"].contains(&&*place.0);
        let diagnostics = rows(&told, "diagnostics").iter().map(place).filter(own).collect();
        Self { world, entities, diagnostics }
    }

    #[track_caller]
    fn is_told(&self, expected: &[(&str, &str, u64)]) -> &Self {
        let told: Vec<_> =
            self.diagnostics.iter().map(|(code, path, line)| (&**code, &**path, *line)).collect();
        assert_eq!(told, expected);
        self
    }

    /// Nothing but what only the good version declared is stale.
    #[track_caller]
    fn is_stale_alone(&self) {
        let stale: Vec<_> = self.entities.iter().filter(|entity| entity.ends_with(", stale")).collect();
        assert_eq!(stale, [KEPT]);
    }

    #[track_caller]
    fn has(&self, expected: &[&str]) -> &Self {
        assert_eq!(self.entities, expected);
        self
    }

    /// The format's own reader would refuse the entity, and it is shown why.
    #[track_caller]
    fn is_not_strict(&self, entity: &str) {
        let shown = self.world.json(&format!("show {entity}"));
        let [declaration] = rows(&shown, "declarations") else { panic!("{shown:#}") };
        assert_eq!(declaration["strict"], false);
        assert!(!rows(declaration, "problems").is_empty(), "{shown:#}");
    }

    /// The owners of a path, as a person asks for them.
    fn owners_of(&self, path: &str) -> Vec<String> {
        let answer = self.world.run("owner --repository acme/ugly --all-paths --format ndjson").ends_with(0);
        let answer = answer.json_lines();
        let row = answer.iter().find(|row| text(row, "path") == path).expect("every file has a row");
        rows(row, "owners").iter().map(|owner| owner.as_str().unwrap_or_default().to_owned()).collect()
    }
}

const FILE: &str = "catalog-info.yaml";
/// An entity that only the good version declared, where the broken one cannot be read.
const KEPT: &str = "component:default/before, stale";

#[test]
fn ugly_01_line_ends_of_windows_are_line_ends() {
    let Some(seen) = see("01-crlf", &[]) else { return };
    seen.is_told(&[])
        .has(&["component:default/fleet-server", "resource:default/buildkite-pipeline-fleet-server"]);
    let shown = seen.world.run("show component:fleet-server").ends_with(0);
    assert!(!shown.stdout.contains('\r'), "{shown}");
}

#[test]
fn ugly_02_a_repeated_key_is_no_choice_between_two_entities() {
    let Some(seen) = see("02-duplicate-key", &[(FILE, &component("before"))]) else { return };
    seen.is_told(&[("manifest-stale", FILE, 0), ("yaml-syntax", FILE, 26)]).has(&[KEPT]);
}

#[test]
fn ugly_03_a_broken_document_takes_none_of_its_neighbours() {
    let path = "entity.datadog.yaml";
    let Some(seen) = see("03-broken-yaml-datadog", &[(path, GOOD_DATADOG)]) else { return };
    seen.is_told(&[("manifest-stale", path, 0), ("yaml-syntax", path, 26)]);
    assert_eq!(seen.entities.len(), 6, "five of the file, and the one that was there: {:?}", seen.entities);
    seen.is_stale_alone();
}

#[test]
fn ugly_04_items_at_the_wrong_depth_are_one_fault() {
    let path = "service.datadog.yaml";
    let Some(seen) = see("04-broken-indent", &[(path, GOOD_DATADOG_V2)]) else { return };
    seen.is_told(&[("manifest-stale", path, 0), ("yaml-syntax", path, 14)]).has(&[KEPT]);
}

#[test]
fn ugly_05_a_backtick_begins_no_value() {
    let path = ".backstage/catalog-info.yaml";
    let Some(seen) = see("05-backtick", &[(path, &component("before"))]) else { return };
    seen.is_told(&[("manifest-stale", path, 0), ("yaml-syntax", path, 45)]).has(&[KEPT]);
}

#[test]
fn ugly_06_a_quote_inside_quotes_ends_them() {
    let path = "compass.yml";
    let Some(seen) = see("06-compass-quote", &[(path, GOOD_COMPASS)]) else { return };
    seen.is_told(&[("manifest-stale", path, 0), ("yaml-syntax", path, 3)]).has(&[KEPT]);
}

#[test]
fn ugly_07_a_file_that_cannot_be_read_leaves_the_folder_above_as_owner() {
    let good = [("OWNERS", "approvers: [root]\n"), ("sig-apps/a.md", "")];
    let Some(seen) = see("07-tabs-owners", &good) else { return };
    seen.is_told(&[("yaml-syntax", "sig-apps/OWNERS", 2)]);
    assert_eq!(seen.owners_of("sig-apps/a.md"), ["root"]);
}

#[test]
fn ugly_08_a_tab_in_one_line_is_not_no_owners() {
    let good = [("OWNERS", "approvers: [root]\n"), ("prow/a.go", "")];
    let Some(seen) = see("08-tab-in-list", &good) else { return };
    seen.is_told(&[("yaml-syntax", "prow/OWNERS", 11)]);
    assert_eq!(seen.owners_of("prow/a.go"), ["root"]);
}

#[test]
fn ugly_09_references_without_a_kind_are_told_one_by_one() {
    let Some(seen) = see("09-ref-without-kind", &[]) else { return };
    seen.is_told(&[30, 31, 32, 33].map(|line| ("assumed-kind", FILE, line)));
    assert_eq!(seen.entities.len(), 12, "{:?}", seen.entities);
    let shown = seen.world.json("show component:logstash");
    assert_eq!(text(&shown, "owner"), "group:default/logstash");
    seen.is_not_strict("component:logstash");
}

#[test]
fn ugly_10_a_document_without_its_specification_is_an_entity_with_problems() {
    let Some(seen) = see("10-spec-missing", &[]) else { return };
    seen.is_told(&[("missing-field", FILE, 11), ("missing-field", FILE, 18)])
        .has(&["component:default/logstash", "resource:default/buildkite-pipeline-elastic-agent"]);
    seen.is_not_strict("component:logstash");
    seen.is_not_strict("resource:buildkite-pipeline-elastic-agent");
}

#[test]
fn ugly_11_a_component_without_a_lifecycle_is_kept_and_told() {
    let Some(seen) = see("11-lifecycle-missing", &[]) else { return };
    seen.is_told(&[("missing-field", FILE, 15), ("missing-field", FILE, 15)])
        .has(&["component:default/sample-service", "location:default/test-moving-location"])
        .is_not_strict("component:sample-service");
}

#[test]
fn ugly_12_a_component_without_an_owner_is_a_gap() {
    let Some(seen) = see("12-owner-missing", &[]) else { return };
    seen.is_told(&[("missing-field", FILE, 15)]);
    let gaps = seen.world.json("gaps");
    let is_found = |gap: &Value| {
        text(gap, "code") == "unowned" && text(gap, "ref") == "component:default/sample-service"
    };
    assert!(rows(&gaps, "gaps").iter().any(is_found), "{gaps:#}");
}

#[test]
fn ugly_13_an_annotation_that_is_none_is_left_out_and_told() {
    let Some(seen) = see("13-annotation-not-string", &[]) else { return };
    seen.is_told(&[("field-format", FILE, 37)]);
    assert_eq!(seen.entities.len(), 7, "{:?}", seen.entities);
    seen.is_not_strict("component:sample-service");
}

#[test]
fn ugly_14_a_label_that_is_a_number_is_no_text() {
    let Some(seen) = see("14-label-not-valid", &[]) else { return };
    seen.is_told(&[("wrong-type", FILE, 10)]);
    assert_eq!(seen.entities.len(), 8, "{:?}", seen.entities);
    let shown = seen.world.json("show component:sample-service");
    assert!(shown["labels"].as_object().is_none_or(|labels| !labels.contains_key("tier")), "{shown:#}");
    seen.is_not_strict("component:sample-service");
}

#[test]
fn ugly_15_a_definition_that_is_a_mapping_is_a_problem_of_its_entity() {
    let Some(seen) = see("15-definition-object", &[]) else { return };
    seen.is_told(&[("missing-field", FILE, 7), ("missing-field", FILE, 7), ("wrong-type", FILE, 10)])
        .has(&["api:default/azure-test-repo"]);
    seen.is_not_strict("api:azure-test-repo");
}

#[test]
fn ugly_16_a_line_with_a_bare_name_leaves_its_paths_to_nobody() {
    let path = ".github/CODEOWNERS";
    let Some(seen) = see("16-codeowners-bare-name", &[(path, "* @before\n")]) else { return };
    seen.is_told(&[("codeowners-owner", path, 1)]);
    assert_eq!(seen.owners_of("beside/catalog-info.yaml"), [""; 0]);
}

#[test]
fn ugly_17_a_line_with_a_bot_is_left_out_whole() {
    let Some(seen) = see("17-codeowners-bot", &[("CODEOWNERS", "* @before\n")]) else { return };
    seen.is_told(&[("codeowners-owner", "CODEOWNERS", 8)]);
    assert_eq!(seen.owners_of("beside/catalog-info.yaml"), [""; 0]);
}

#[test]
fn ugly_18_a_skeleton_of_a_template_is_one_note() {
    let Some(seen) = see("18-jinja", &[]) else { return };
    let path = "templates/github/quarkus-web/skeleton/catalog-info.yaml";
    seen.is_told(&[("template-skeleton", path, 0)]).has(&[]);
}
