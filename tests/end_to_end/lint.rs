//! `catalog lint`: what people and other programs are told of a working tree before it is pushed.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{World, rows, schema, text};

const COMPONENT: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  lifecycle: production
  owner: group:shop
";

/// A repository whose manifests have one fault of every kind that only a whole tree shows.
fn faulty() -> World {
    let world = World::new();
    world.commit("shop", [("README.md", "# Shop\n")]);
    world.write("shop/README.md", "# Shop\n");
    world.write("shop/src/main.rs", "fn main() {}\n");
    world.write("shop/docs/help.txt", "help\n");
    world.write(
        "shop/.github/CODEOWNERS",
        "/src/ @acme/shop\n/gone/ @acme/shop\n* @acme/all\n/Docs/ @acme/writers\n",
    );
    world.write("shop/CODEOWNERS", "* @acme/all\n");
    world.write("shop/lib/CODEOWNERS", "* @acme/lib\n");
    world.write("shop/opslevel.yaml", "version: 1\nservice:\n  name: shop\n");
    world.write("shop/catalog-info.yaml", COMPONENT.replace("group:shop", "12"));
    world.write("shop/zoo/catalog-info.yaml", COMPONENT);
    world
}

/// Runs the command in the folder `shop` of a world.
#[track_caller]
fn lint(world: &World, words: &str) -> crate::support::Run {
    let words: Vec<&str> = std::iter::once("lint").chain(words.split_whitespace()).collect();
    world.finish(world.command(words).current_dir(world.path("shop")))
}

fn check(words: &str, code: i32, expected: &Expect) {
    expected.assert_eq(&lint(&faulty(), words).ends_with(code).stdout);
}

#[test]
fn people_are_shown_the_lines() {
    check(
        "",
        1,
        &expect![[r#"
            warning[codeowners-overridden]: the rule `/src/` decides nothing: a later rule decides about every file that it matches
             --> .github/CODEOWNERS:1:1
              |
            1 | /src/ @acme/shop
              | ^^^^^
              |
              = help: move the line below those that decide in its place, or delete it

            warning[codeowners-unused]: the rule `/gone/` matches no file of the repository
             --> .github/CODEOWNERS:2:1
              |
            2 | /gone/ @acme/shop
              | ^^^^^^
              |
              = help: correct the pattern, or delete the line

            warning[codeowners-unused]: the rule `/Docs/` matches no file of the repository
             --> .github/CODEOWNERS:4:1
              |
            4 | /Docs/ @acme/writers
              | ^^^^^^
              |
              = help: write `/docs/`, since case matters

            warning[codeowners-shadowed]: `CODEOWNERS` is not read, because `.github/CODEOWNERS` comes first
            --> CODEOWNERS
             = help: move its rules to `.github/CODEOWNERS`

            error[wrong-type]: `spec.owner` is a number, expected a text
             --> catalog-info.yaml:8:10
              |
            8 |   owner: 12
              |          ^^
              |
              = help: put it in quotes: `owner: "12"`

            note[codeowners-place]: no host reads `lib/CODEOWNERS`, so its rules count for nothing; expected the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`
            --> lib/CODEOWNERS
             = help: move its rules to `.github/CODEOWNERS`

            warning[manifest-misnamed]: `opslevel.yaml` is not read by OpsLevel, which looks for `opslevel.yml` only
            --> opslevel.yaml
             = help: rename it to `opslevel.yml`

            error[duplicate-entity]: entity `component:shop` is declared here and in w/shop:catalog-info.yaml:4; the latter stands, being the first by repository and path
             --> zoo/catalog-info.yaml:4:9
              |
            4 |   name: shop
              |         ^^^^
              |
              = help: rename one of the two, or give them different namespaces

            2 errors, 5 warnings, 1 note in 6 files; 3 manifests read
        "#]],
    );
}

#[test]
fn github_is_given_annotations() {
    check(
        "--format github",
        1,
        &expect![[r#"
            ::error file=catalog-info.yaml,line=8,col=10,endColumn=12,title=wrong-type::`spec.owner` is a number, expected a text; help: put it in quotes: `owner: "12"`
            ::error file=zoo/catalog-info.yaml,line=4,col=9,endColumn=13,title=duplicate-entity::entity `component:shop` is declared here and in w/shop:catalog-info.yaml:4; the latter stands, being the first by repository and path; help: rename one of the two, or give them different namespaces
            ::warning file=.github/CODEOWNERS,line=1,col=1,endColumn=6,title=codeowners-overridden::the rule `/src/` decides nothing: a later rule decides about every file that it matches; help: move the line below those that decide in its place, or delete it
            ::warning file=.github/CODEOWNERS,line=2,col=1,endColumn=7,title=codeowners-unused::the rule `/gone/` matches no file of the repository; help: correct the pattern, or delete the line
            ::warning file=.github/CODEOWNERS,line=4,col=1,endColumn=7,title=codeowners-unused::the rule `/Docs/` matches no file of the repository; help: write `/docs/`, since case matters
            ::warning file=CODEOWNERS,title=codeowners-shadowed::`CODEOWNERS` is not read, because `.github/CODEOWNERS` comes first; help: move its rules to `.github/CODEOWNERS`
            ::warning file=opslevel.yaml,title=manifest-misnamed::`opslevel.yaml` is not read by OpsLevel, which looks for `opslevel.yml` only; help: rename it to `opslevel.yml`
            ::notice file=lib/CODEOWNERS,title=codeowners-place::no host reads `lib/CODEOWNERS`, so its rules count for nothing; expected the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`; help: move its rules to `.github/CODEOWNERS`
        "#]],
    );
}

#[test]
fn gitlab_is_given_a_code_quality_report() {
    check(
        "--format gitlab catalog-info.yaml",
        1,
        &expect![[r#"
            [
              {
                "description": "`spec.owner` is a number, expected a text; help: put it in quotes: `owner: \"12\"`",
                "check_name": "wrong-type",
                "fingerprint": "acd1ebaf5b8da91c63b84eb8cc95ca2e",
                "severity": "major",
                "location": {
                  "path": "catalog-info.yaml",
                  "lines": {
                    "begin": 8
                  }
                }
              }
            ]
        "#]],
    );
}

#[test]
fn build_servers_are_given_test_cases() {
    check(
        "--format junit catalog-info.yaml opslevel.yaml zoo",
        1,
        &expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="catalog lint" tests="3" failures="2">
              <testsuite name="catalog lint" tests="3" failures="2">
                <testcase classname="w/shop" name="catalog-info.yaml">
                  <failure type="wrong-type" message="`spec.owner` is a number, expected a text">
            catalog-info.yaml:8:10: error[wrong-type]: `spec.owner` is a number, expected a text; help: put it in quotes: `owner: &quot;12&quot;`
                  </failure>
                </testcase>
                <testcase classname="w/shop" name="opslevel.yaml">
                  <system-out>
            opslevel.yaml: warning[manifest-misnamed]: `opslevel.yaml` is not read by OpsLevel, which looks for `opslevel.yml` only; help: rename it to `opslevel.yml`
                  </system-out>
                </testcase>
                <testcase classname="w/shop" name="zoo/catalog-info.yaml">
                  <failure type="duplicate-entity" message="entity `component:shop` is declared here and in w/shop:catalog-info.yaml:4; the latter stands, being the first by repository and path">
            zoo/catalog-info.yaml:4:9: error[duplicate-entity]: entity `component:shop` is declared here and in w/shop:catalog-info.yaml:4; the latter stands, being the first by repository and path; help: rename one of the two, or give them different namespaces
                  </failure>
                </testcase>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn a_wiki_is_given_a_table() {
    check(
        "--format markdown opslevel.yaml",
        0,
        &expect![[r#"
            | severity | code | place | message | suggestion |
            | --- | --- | --- | --- | --- |
            | warning | manifest-misnamed | opslevel.yaml | \`opslevel.yaml\` is not read by OpsLevel, which looks for \`opslevel.yml\` only | rename it to \`opslevel.yml\` |

            0 errors, 1 warning, 0 notes in 1 file; 0 manifests read
        "#]],
    );
}

#[test]
fn code_scanning_is_given_sarif() {
    let document = lint(&faulty(), "--format sarif").ends_with(1).json();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = rows(&run["tool"]["driver"], "rules");
    let results = rows(run, "results");
    assert_eq!(results.len(), 8);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"], "{result:#}");
        assert!(rules[index]["help"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(place["uriBaseId"], "%SRCROOT%");
        assert!(!text(place, "uri").starts_with('/'), "{result:#}");
    }
    let owner = results.iter().find(|result| result["ruleId"] == "wrong-type").expect("it is there");
    expect![[r#"
        {
          "level": "error",
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "catalog-info.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 12,
                  "snippet": {
                    "text": "  owner: 12"
                  },
                  "startColumn": 10,
                  "startLine": 8
                }
              }
            }
          ],
          "message": {
            "text": "`spec.owner` is a number, expected a text; help: put it in quotes: `owner: \"12\"`"
          },
          "partialFingerprints": {
            "catalogFinding/v1": "acd1ebaf5b8da91c63b84eb8cc95ca2e"
          },
          "ruleId": "wrong-type",
          "ruleIndex": 13
        }
    "#]]
    .assert_eq(&format!("{owner:#}\n"));
}

#[test]
fn a_fingerprint_outlives_lines_above_it() {
    let world = faulty();
    let fingerprints = |world: &World| -> Vec<String> {
        let document = lint(world, "--format json --fail-on never").ends_with(0).json();
        let of_rules =
            rows(&document, "diagnostics").iter().filter(|row| row["path"] == ".github/CODEOWNERS");
        of_rules.map(|row| text(row, "fingerprint").to_owned()).collect()
    };
    let before = fingerprints(&world);
    let rules = std::fs::read_to_string(world.path("shop/.github/CODEOWNERS")).expect("it is there");
    world.write("shop/.github/CODEOWNERS", format!("# one\n# more\n{rules}"));
    assert_eq!(fingerprints(&world), before);
    assert_eq!(before.len(), 3);
    let distinct: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!(distinct.len(), before.len());
}

#[test]
fn json_is_as_its_schema_says() {
    let document = lint(&faulty(), "--format json").ends_with(1).json();
    assert_eq!(schema::breaches("lint", &document), [""; 0]);
    assert_eq!(document["manifests"], 3);
    assert_eq!(document["counts"]["error"], 2);
    let lines = lint(&faulty(), "--format ndjson").ends_with(1).json_lines();
    assert_eq!(&lines, rows(&document, "diagnostics"));
}

#[test]
fn the_exit_code_is_by_what_one_asks() {
    let world = faulty();
    lint(&world, "--fail-on never").ends_with(0);
    lint(&world, "--fail-on error opslevel.yaml").ends_with(0);
    lint(&world, "--fail-on warning opslevel.yaml").ends_with(1);
    lint(&world, "--fail-on nonsense").ends_with(64);
    lint(&world, "not/there.yaml").ends_with(2).says(&["`not/there.yaml` could not be read"]);
    world
        .run("status --format sarif")
        .ends_with(64)
        .says(&["this format is for findings, which only `catalog lint`"]);
}

#[test]
fn file_names_as_a_hook_passes_them_say_what_is_reported() {
    let world = faulty();
    let paths = |words: &str| -> Vec<String> {
        let document = lint(&world, &format!("--format json --fail-on never {words}")).ends_with(0).json();
        let mut paths: Vec<_> =
            rows(&document, "diagnostics").iter().map(|row| text(row, "path").to_owned()).collect();
        paths.dedup();
        paths
    };
    assert_eq!(paths("CODEOWNERS src/main.rs README.md"), ["CODEOWNERS"]);
    assert_eq!(paths("catalog-info.yaml ./lib"), ["catalog-info.yaml", "lib/CODEOWNERS"]);
    assert_eq!(paths("src"), [""; 0]);
    // The same from a folder further down, where paths are shown as they are typed there.
    let below = world.finish(world.command(["lint", "../opslevel.yaml"]).current_dir(world.path("shop/lib")));
    assert!(below.stdout.contains("--> ../opslevel.yaml"), "{below}");
}

#[test]
fn a_tidy_tree_has_nothing_to_say() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.write("shop/catalog-info.yaml", COMPONENT);
    world.write("shop/a", "");
    let run = lint(&world, "--fail-on note").ends_with(0);
    assert_eq!(run.stdout, "nothing to say; 1 manifest read\n");
    let sarif = lint(&world, "--format sarif").ends_with(0).json();
    assert_eq!(rows(&sarif["runs"][0], "results").len(), 0);
    assert_eq!(lint(&world, "--format gitlab").ends_with(0).stdout, "[]\n");
    assert_eq!(lint(&world, "--format github").ends_with(0).stdout, "");
}

#[test]
fn what_git_ignores_is_not_looked_at_unless_it_is_tracked() {
    let world = World::new();
    let broken = "kind: [\n";
    world.commit("shop", [("kept/catalog-info.yaml", broken)]);
    for folder in ["kept", "out", "out/deep", "excluded", "new"] {
        world.write(&format!("shop/{folder}/catalog-info.yaml"), broken);
    }
    world.write("shop/.gitignore", "out/\nkept/\n");
    world.write("shop/.git/info/exclude", "/excluded\n");
    // Tracked is what the index holds; a commit that was written past it is not enough.
    let repository = git2::Repository::open(world.path("shop")).expect("it opens");
    let mut index = repository.index().expect("an index");
    index.add_path(std::path::Path::new("kept/catalog-info.yaml")).expect("it is there");
    index.write().expect("it is written");
    let document = lint(&world, "--format json").ends_with(1).json();
    let paths: Vec<&str> = rows(&document, "diagnostics").iter().map(|row| text(row, "path")).collect();
    assert_eq!(paths, ["kept/catalog-info.yaml", "new/catalog-info.yaml"]);
}

#[test]
fn repositories_inside_are_none_of_the_tree() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.commit("shop/inner", [("a", "")]);
    world.write("shop/inner/catalog-info.yaml", "kind: [\n");
    lint(&world, "").ends_with(0);
    let both = lint(&world, "inner .").ends_with(1);
    assert!(both.stdout.contains("--> inner/catalog-info.yaml:1"), "{both}");
}

#[test]
fn a_plain_folder_is_looked_at_too_and_a_bare_repository_is_not() {
    let world = World::new();
    world.write("shop/catalog-info.yaml", "kind: [\n");
    lint(&world, "").ends_with(1);
    world.commit("mirror.git", [("catalog-info.yaml", COMPONENT)]);
    world.run("lint mirror.git").ends_with(2).says(&["has no working tree"]);
    world.write("empty/x", "");
    world.run("lint empty").ends_with(0).says(&["`catalog init` proposes one"]);
}

#[test]
fn strict_is_what_backstage_refuses() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.write("shop/catalog-info.yaml", format!("{COMPONENT}  dependsOn: [ledger]\n"));
    lint(&world, "").ends_with(0);
    let run = lint(&world, "--strict").ends_with(1);
    assert!(run.stdout.contains("error[refused-by-format]: Backstage refuses the document:"), "{run}");
}

#[test]
fn with_a_store_references_and_owners_are_held_against_it() {
    let world = World::new();
    world.commit("bank", [("catalog-info.yaml", &*COMPONENT.replace("name: shop", "name: bank"))]);
    world.run("crawl bank").ends_with(0);
    world.commit("shop", [("a", "")]);
    world.write("shop/a", "");
    world.write("shop/CODEOWNERS", "* @acme/nobody\n");
    let manifest = format!("{COMPONENT}  dependsOn: [component:bank, component:gone]\n");
    world.write("shop/catalog-info.yaml", manifest);
    lint(&world, "--fail-on note").ends_with(0);
    let store = world.text("catalog.redb");
    let run = lint(&world, &format!("--store {store} --fail-on note")).ends_with(1);
    expect![[r#"
        note[unknown-ref]: the owner `@acme/nobody` is a group or person that no manifest declares
         --> CODEOWNERS:1:3
          |
        1 | * @acme/nobody
          |   ^^^^^^^^^^^^
          |
          = help: declare the entity, or name one that is declared

        note[unknown-ref]: the owner `group:shop` is declared by no manifest
         --> catalog-info.yaml:8:10
          |
        8 |   owner: group:shop
          |          ^^^^^^^^^^
          |
          = help: declare the entity, or name one that is declared

        note[unknown-ref]: `dependsOn` names `component:gone`, which no manifest declares
         --> catalog-info.yaml:9:31
          |
        9 |   dependsOn: [component:bank, component:gone]
          |                               ^^^^^^^^^^^^^^
          |
          = help: declare the entity, or name one that is declared

        0 errors, 0 warnings, 3 notes in 2 files; 2 manifests read
    "#]]
    .assert_eq(&run.stdout);
    lint(&world, "--store not-there.redb").ends_with(2);
    // A store that is only there for other commands changes nothing.
    let mut command = world.command(["lint", "--fail-on", "note"]);
    world.finish(command.current_dir(world.path("shop")).env("CATALOG_STORE", "elsewhere.redb")).ends_with(0);
}

#[test]
fn names_of_strangers_are_texts_in_every_format() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.write("shop/a", "");
    let folder = "x,y:z%0A::error::<&\"\u{202e}";
    world.write(&format!("shop/{folder}/catalog-info.yaml"), "a: \u{1b}[31m\u{202e}]]>\nkind: 1\n");
    world.write(&format!("shop/{folder}/CODEOWNERS"), "* @a\n");
    world.write("shop/CODEOWNERS", "/gone\u{1b}]0;x\u{7} @acme/shop\n* @a\n");
    for format in ["table", "json", "ndjson", "csv", "markdown", "sarif", "github", "gitlab", "junit"] {
        let run = lint(&world, &format!("--fail-on never --format {format}")).ends_with(0);
        let is_obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!run.stdout.contains(is_obeyed), "{format}: {run}");
        assert!(run.stdout.contains("codeowners-unused"), "{format}: {run}");
    }
    let github = lint(&world, "--fail-on never --format github").stdout;
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    assert!(github.contains("file=x%2Cy%3Az%250A%3A%3Aerror%3A%3A<&\"\\u{202e}/"), "{github}");
    let junit = lint(&world, "--fail-on never --format junit").stdout;
    assert!(junit.contains("&lt;&amp;&quot;") && !junit.contains("]]>"), "{junit}");
    let sarif: Value = lint(&world, "--fail-on never --format sarif").json();
    let uris = rows(&sarif["runs"][0], "results").iter().map(|result| {
        text(&result["locations"][0]["physicalLocation"]["artifactLocation"], "uri").to_owned()
    });
    assert!(
        uris.clone().any(|uri| uri == "x%2Cy%3Az%250A%3A%3Aerror%3A%3A%3C%26%22%E2%80%AE/CODEOWNERS"),
        "{:?}",
        uris.collect::<Vec<_>>()
    );
}

#[test]
fn what_cannot_be_read_is_never_taken_for_good() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    // A sparse checkout leaves the file in git, which has lost it.
    let repository = git2::Repository::open(world.path("shop")).expect("it opens");
    let mut index = repository.index().expect("an index");
    let id = repository.blob(b"lost").expect("a blob");
    let entry = git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: git2::IndexEntryFlag::EXTENDED.bits(),
        flags_extended: git2::IndexEntryExtendedFlag::SKIP_WORKTREE.bits(),
        path: b"catalog-info.yaml".to_vec(),
    };
    index.add(&entry).expect("it is added");
    index.write().expect("it is written");
    let id = id.to_string();
    let object = format!("shop/.git/objects/{}/{}", &id[..2], &id[2..]);
    std::fs::remove_file(world.path(&object)).expect("it was there");
    let run = lint(&world, "--fail-on never").ends_with(2);
    assert!(
        run.stdout.contains("error[repository-unreadable]: `catalog-info.yaml` could not be read"),
        "{run}"
    );
}

#[test]
fn links_are_never_followed() {
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.write("outside.yaml", "kind: [\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(world.path("outside.yaml"), world.path("shop/catalog-info.yaml"))
            .expect("a link");
        std::os::unix::fs::symlink("/", world.path("shop/everything")).expect("a link");
        let run = lint(&world, "--fail-on warning").ends_with(1);
        assert!(run.stdout.contains("warning[manifest-is-link]"), "{run}");
        assert!(!run.stdout.contains("yaml-syntax"), "{run}");
    }
}

#[test]
fn every_addition_that_editors_offer_is_understood() {
    let additions = "  tier: 1
  slo:
    - availability: 99.95
    - indicator: latency-p99
      target: 300ms
  needs:
    - component:fx-rates
    - ref: component:tax
      strength: soft
      expects: { availability: 99.9 }
      timeout: 300ms
      retries: 2
      endpoint: GET /rates/{country}
      purpose: filing returns
    - anyOf: [resource:stripe, resource:adyen]
  deployedTo: [resource:eu-west-1, resource:us-east-1]
  dataClass: [pii]
  responsibilities:
    monitoring: group:sre
    objectives: [group:shop, user:ann]
    breakingChanges: group:architecture
    serviceLevel: shop
  journey: [component:web, api:orders]
";
    let world = World::new();
    world.commit("shop", [("a", "")]);
    world.write("shop/catalog-info.yaml", format!("{COMPONENT}{additions}"));
    lint(&world, "--strict --fail-on note").ends_with(0);
    let file = crate::support::workspace().join("schema/additions.schema.json");
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(file).expect("it is there")).expect("it is JSON");
    let definitions = schema["$defs"].as_object().expect("definitions");
    let names =
        definitions.values().filter_map(|part| part["properties"].as_object()).flat_map(|of| of.keys());
    for name in names {
        assert!(additions.contains(&format!("{name}:")), "`{name}` is offered, and not tried here");
    }
}

#[test]
fn manifests_are_found_by_their_content_where_one_asks_for_it() {
    let world = World::new();
    world.write("shop/.keep", "");
    world.write("shop/services.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n");
    world.run("lint shop").ends_with(0);
    let run = world.run("lint shop --scan content").ends_with(1);
    assert!(run.stdout.contains("--> shop/services.yaml"), "{}", run.stdout);
}
