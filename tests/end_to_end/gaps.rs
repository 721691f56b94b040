//! Gaps in ownership: what they are, what is left open on purpose, and a company without any.

use std::path::Path;

use serde_json::Value;

use crate::support::{World, rows, schema, text, workspace};

/// What mends the example: a file of it, what stands there, and what shall stand there instead.
const MENDED: &[(&str, &str, &str)] = &[
    ("port-operations/tide-tables/catalog-info.yaml", "  tier: 2\n", "  tier: 2\n  owner: harbour\n"),
    ("port-operations/.github/CODEOWNERS", "/tide-tables/\n", "/tide-tables/ @aldersound/harbour\n"),
    ("web/lounge-menu/catalog-info.yaml", "owner: onboard-retail", "owner: digital"),
    ("web/.github/CODEOWNERS", "@aldersound/onboard-retail", "@aldersound/digital"),
    ("port-operations/check-in-kiosk/catalog-info.yaml", "owner: kiosk", "owner: harbour"),
    ("port-operations/.github/CODEOWNERS", "@aldersound/kiosk", "@aldersound/harbour"),
    ("fleet/jobs/fuel-report/catalog-info.yaml", "owner: user:marit.solberg", "owner: fleet"),
    ("fleet/docs/CODEOWNERS", "@marit-solberg", "@aldersound/fleet"),
    (
        "booking/.github/CODEOWNERS",
        "/loyalty/                  @aldersound/booking",
        "/loyalty/ @aldersound/accounts",
    ),
    ("pier-cam/CODEOWNERS", "", "* @aldersound/harbour\n"),
    (
        "org-catalog/teams/operations.yaml",
        "    github.com/team-slug: aldersound/lightkeepers\nspec:\n  type: team\n",
        "    github.com/team-slug: aldersound/lightkeepers\nspec:\n  type: team\n  profile:\n    email: lights@example.com\n",
    ),
    ("harbour-signage/CODEOWNERS", "/spares/", "/spares/ @aldersound/harbour"),
];

/// The files below a folder: the path of each in it, and what it holds.
fn files_of(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).expect("the folder can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).expect("the example is text")));
        }
    }
    files
}

/// The example, crawled, with some of its files changed.
fn example(changes: &[(&str, &str, &str)]) -> World {
    let world = World::new();
    let mut files = files_of(&workspace().join("tests/fixtures/organizations/aldersound"));
    for (file, from, to) in changes {
        if from.is_empty() {
            files.push(((*file).to_owned(), (*to).to_owned()));
            continue;
        }
        let (_, content) = files.iter_mut().find(|(path, _)| path == file).expect("the example has the file");
        assert!(content.contains(from), "{file} does not say `{from}`");
        *content = content.replacen(from, to, 1);
    }
    files.sort();
    let in_repositories = files.iter().filter_map(|(path, content)| {
        let (repository, path) = path.split_once('/')?;
        Some((repository, path, content.as_str()))
    });
    let in_repositories: Vec<(&str, &str, &str)> = in_repositories.collect();
    for of_one in in_repositories.chunk_by(|a, b| a.0 == b.0) {
        let repository = format!("aldersound/{}", of_one[0].0);
        world.commit(&repository, of_one.iter().map(|(_, path, content)| (*path, *content)));
    }
    world.run("crawl aldersound").ends_with(0);
    world
}

fn codes(answer: &Value) -> Vec<&str> {
    rows(answer, "gaps").iter().map(|gap| text(gap, "code")).collect()
}

#[test]
fn a_clean_copy_of_the_example_has_no_gaps() {
    let world = example(MENDED);
    let answer = world.run("gaps --fail-on note --format json").ends_with(0).json();
    assert_eq!(codes(&answer), [""; 0], "{answer:#}");
    assert_eq!(answer["coverage"]["entitiesOwned"], answer["coverage"]["entitiesOwnable"]);
    assert_eq!(answer["coverage"]["entitiesOwnedByKnown"], answer["coverage"]["entitiesOwnable"]);
    let page = world.run("gaps").ends_with(0);
    for expected in ["no gaps", "all could be read", "(100%)"] {
        assert!(page.stdout.contains(expected), "`{expected}` is missing:\n{page}");
    }
}

#[test]
fn an_exemption_leaves_a_gap_open_and_is_told_when_it_has_ended() {
    let world = example(&[]);
    let all = world.json("gaps");
    assert_eq!(schema::breaches("gaps", &all), [""; 0]);
    let settings = "tests/fixtures/organizations/aldersound/catalog.toml";
    let own = std::fs::read_to_string(workspace().join(settings)).expect("the company has settings");
    world.write("own.toml", &own);
    let answer = world.json("gaps --config own.toml");
    let expired: Vec<&Value> =
        rows(&answer, "gaps").iter().filter(|gap| gap["code"] == "exemption-expired").collect();
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0]["ref"], "component:default/fuel-report");
    assert_eq!(expired[0]["related"], serde_json::json!(["group:default/fleet"]));
    assert!(text(expired[0], "message").contains("ended on 2025-10-31, "), "{}", expired[0]);
    // One has ended and the other exempts what is no gap, so that all gaps are there, and one for each of the two.
    assert_eq!(codes(&answer).len(), codes(&all).len() + 2, "nothing is exempted any more");

    world.write("holding.toml", own.replace("2025-10-31", "2999-12-31"));
    let answer = world.json("gaps --config holding.toml");
    assert_eq!(answer["total"], codes(&all).len() - 1 + 1, "one less, and the exemption that is unused");
    assert_eq!(answer["exemptedTotal"], 1);
    assert_eq!(rows(&answer, "exempted").len(), 0);
    let answer = world.json("gaps --config holding.toml --exempted");
    assert_eq!(schema::breaches("gaps", &answer), [""; 0]);
    let exempted = &rows(&answer, "exempted")[0];
    assert_eq!(exempted["ref"], "component:default/fuel-report");
    assert_eq!(exempted["exemption"]["until"], "2999-12-31");
    let page = world.run("gaps --config holding.toml --exempted").ends_with(0);
    assert!(page.stdout.contains("Marit hands it over when the season is done"), "{page}");
    assert!(page.stdout.contains("1 more exempted"), "{page}");

    let owner = world.json("owner fuel-report --config holding.toml");
    assert_eq!((rows(&owner, "gaps").len(), &owner["gapsExempted"]), (0, &serde_json::json!(1)));
}

#[test]
fn severities_and_thresholds_of_the_settings_count() {
    let world = example(&[]);
    world.write(
        "strict.toml",
        "[gaps]\nshared_teams_min = 4\n[gaps.severity]\nowner-is-person = \"off\"\npath-unowned = \"error\"\n",
    );
    let answer = world.json("gaps --config strict.toml");
    assert!(!codes(&answer).contains(&"owner-is-person") && !codes(&answer).contains(&"shared-unowned"));
    let path = rows(&answer, "gaps").iter().find(|gap| gap["code"] == "path-unowned").expect("it is there");
    assert_eq!(path["severity"], "error");

    world.write("wrong.toml", "[[gaps.exemption]]\nentity = \"component:a\"\ncode = \"unownd\"\nowner = \"group:a\"\nreason = \"r\"\nuntil = \"2027-01-31\"\n");
    world.run("gaps --config wrong.toml").ends_with(64).says(&["wrong.toml", "line 3, column 8"]);
}

#[test]
fn a_code_is_explained() {
    let world = World::new();
    let page = world.run("gaps --explain no-escalation").ends_with(0);
    for expected in ["what it is", "why it hurts", "how to mend it", "pagerduty.com/service-id"] {
        assert!(page.stdout.contains(expected), "`{expected}` is missing:\n{page}");
    }
    let answer = world.json("gaps --explain path-unowned");
    assert_eq!(schema::breaches("gap-rule", &answer), [""; 0]);
    assert_eq!((text(&answer, "code"), text(&answer, "severity")), ("path-unowned", "note"));
    world.run("gaps --explain path-unownd").ends_with(64).says(&["no gap has the code `path-unownd`"]);
}
