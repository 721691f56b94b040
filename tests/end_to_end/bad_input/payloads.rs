//! Manifests that want something done: an address asked, a file opened, a terminal or a spreadsheet moved, a
//! secret passed on. Nothing of it happens; what they say is text.

use std::{fs, io::ErrorKind, net::TcpListener};

use super::{SHOP, check, component, known_world, manifest};
use crate::support::{Commit, World, rows, text};

use expect_test::expect;

#[test]
fn no_address_and_no_file_of_a_manifest_is_ever_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    let world = World::new();
    world.write("secret.txt", "root:x:0:0");
    let outside = world.text("secret.txt");
    let url = format!("http://127.0.0.1:{port}/latest/meta-data");
    let entities = format!(
        "{}  definition: {{$text: '{url}'}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: b\n  title: {{$text: ../../../secret.txt}}\n  description: {{$text: '{outside}'}}\n  links: [{{url: '{url}'}}]\nspec:\n  type: service\n  $include: {outside}\n  owner: {{$json: '{url}'}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: l}}\nspec:\n  targets:\n    - {url}\n    - https://127.0.0.1:{port}/acme/x\n    - http://169.254.169.254/latest\n    - file://{outside}\n    - {outside}\n    - ../../../secret.txt\n    - git://127.0.0.1:{port}/x\n",
        component("a").replace("kind: Component", "kind: API"),
    );
    let mapping = format!(
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{{name: d, version: 1.0.0, repository: '{url}'}}]\n"
    );
    let compose = format!(
        "include: ['{url}', ../../../secret.txt]\nservices: {{e: {{extends: {{file: {outside}, service: f}}}}}}\n"
    );
    let openapi = format!("openapi: 3.0.0\ninfo: {{x-cortex-tag: g, $ref: '{url}'}}\n");
    let owners = format!("include {outside}\nfile://{outside}\ninclude {url}\na@b.example\n");
    world.commit(
        "acme/far.git",
        [
            ("catalog-info.yaml", &*entities),
            ("Chart.yaml", &*mapping),
            ("compose.yaml", &*compose),
            ("cortex.yaml", &*openapi),
            ("src/OWNERS", &*owners),
        ],
    );
    let crawl = world.run("crawl acme --notes --scan content").ends_with(0);
    let export = world.run("export --format ndjson").ends_with(0);
    for shown in [&crawl, &export] {
        assert!(!shown.to_string().contains("root:x:0:0"), "{shown}");
    }
    let asked = listener.accept().map(|(_, who)| who);
    assert_eq!(asked.expect_err("nobody calls").kind(), ErrorKind::WouldBlock);
    let told = world.json("diagnostics --severity note");
    let refused: Vec<_> = rows(&told, "diagnostics")
        .iter()
        .filter(|row| text(row, "code") == "location-elsewhere" && text(row, "path") == "catalog-info.yaml")
        .map(|row| row["line"].as_u64().unwrap_or(0))
        .collect();
    assert_eq!(refused, (28..=34).collect::<Vec<_>>(), "each target is named");
}

#[test]
fn texts_give_no_orders_to_terminals_spreadsheets_and_pages() {
    let world = World::new();
    let title = r#""\e]0;owned\a\e[31mred\r\nerror[forged]: x \u202E""#;
    let entity = component("known").replace(
        "  name: known\n",
        &format!(
            "  name: known\n  title: {title}\n  description: {title}\n  annotations: {{a: {title}}}\n  labels: {{b: {title}}}\n  tags: [{title}]\n  links: [{{url: 'javascript:alert(1)', title: \"=HYPERLINK(1)\"}}]\n"
        ),
    );
    let entity = entity.replace("owner: group:shop", &format!("owner: {title}\n  dependsOn: [{title}]"));
    let formula = component("formula").replace("type: service", "type: '=cmd|x!A0'");
    let broken = "\u{1b}[31mkind\u{7}: [\u{9b}31m\n";
    world.commit(
        "acme/shop.git",
        [
            ("catalog-info.yaml", &*format!("{entity}---\n{formula}---\n{broken}")),
            ("CODEOWNERS", "/\u{1b}[31m \u{1b}[2J@x\n* @ok \u{1b}]0;x\u{7}\n"),
            ("OWNERS", "approvers: [\"\\e[31m\"]\n\"\\e[2J\": x\n"),
        ],
    );
    let crawl = world.run("crawl acme --notes").ends_with(0);
    assert!(crawl.stderr.lines().all(|line| !line.starts_with("error[forged]")), "{crawl}");
    let mut answers = vec![crawl];
    for question in [
        "list",
        "show component:known",
        "show component:known --declarations",
        "diagnostics --severity note",
        "status",
        "gaps",
        "search known",
        "owner component:known",
        "owner --repository acme/shop a",
        "blast-radius component:known",
    ] {
        for format in ["table", "markdown", "json", "csv", "ndjson"] {
            let answer = world.run(&format!("{question} --format {format}"));
            answers.push(answer);
        }
    }
    for answer in &answers {
        let shown = answer.to_string();
        let is_obeyed = |c: char| c != '\n' && c != '\r' && c.is_control() || c == '\u{202e}';
        assert!(!shown.chars().any(is_obeyed), "{shown:?}");
        assert!(
            !answer.stdout.lines().any(|line| line.starts_with("=cmd") || line.contains(",=cmd")),
            "{shown}"
        );
    }
    let table = world.run("list --format csv").ends_with(0);
    assert!(table.stdout.contains("'=cmd|x!A0"), "{table}");
}

#[test]
fn a_secret_in_a_manifest_is_in_no_file_and_no_answer() {
    let world = World::new();
    let token = format!("ghp_{}", "a1".repeat(18));
    let secret = format!("https://ada:{token}@git.example.com/acme/shop");
    let entity = component("known").replace(
        "  name: known\n",
        &format!(
            "  name: known\n  annotations:\n    backstage.io/source-location: url:{secret}\n    example.com/key: {token}\n  links: [{{url: '{secret}'}}]\n"
        ),
    );
    world.commit(
        "acme/shop.git",
        [
            ("catalog-info.yaml", &*entity),
            (
                "service.datadog.yaml",
                &*format!(
                    "schema-version: v2.2\ndd-service: d\nlinks: [{{name: a, type: repo, url: '{secret}'}}]\n"
                ),
            ),
            (
                "compose.yaml",
                &*format!("services: {{web: {{build: '{secret}', environment: {{A: '{secret}'}}}}}}\n"),
            ),
            ("Chart.yaml", &*format!("apiVersion: v2\nname: c\nversion: 1.0.0\nsources: ['{secret}']\n")),
            ("CODEOWNERS", &*format!("{secret} {secret}\n/a {token}\n")),
        ],
    );
    let crawl = world.run("crawl acme --notes --scan content").ends_with(0);
    let mut shown = crawl.to_string();
    for question in
        ["export --format ndjson", "show component:known --format json", "diagnostics --severity note"]
    {
        shown += &world.run(question).ends_with(0).to_string();
    }
    assert!(!shown.contains("ghp_"), "{shown}");
    let store = fs::read(world.path("catalog.redb")).expect("the store is there");
    assert!(!store.windows(4).any(|window| window == b"ghp_"), "the secret is in the store");
}

#[test]
fn one_entity_twice_in_a_file_is_told_with_both_lines() {
    let world = known_world();
    let text_twice = format!("{}---\n{}", component("twice"), component("twice"));
    world.commit("acme/broken.git", [("catalog-info.yaml", &*text_twice)]);
    world.run("crawl acme").ends_with(0);
    let answer = world.json("diagnostics");
    let [duplicate] = rows(&answer, "diagnostics") else { panic!("{answer:#}") };
    assert_eq!((text(duplicate, "code"), duplicate["line"].as_u64()), ("duplicate-entity", Some(13)));
    assert!(text(duplicate, "message").contains("catalog-info.yaml:4"), "{duplicate:#}");
}

#[test]
fn patterns_of_locations_that_explode_are_quick() {
    let world = World::new();
    let pattern = format!("./{}x.yaml", "**/a*/".repeat(80));
    let targets: String = (0..200).map(|_| format!("    - {pattern}\n")).collect();
    let location = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: l}}\nspec:\n  targets:\n{targets}"
    );
    let paths: Vec<String> = (0..2_000).map(|number| format!("{}x{number}.yml", "a/".repeat(60))).collect();
    let files = paths.iter().map(|path| (path.as_str(), ""));
    Commit::default()
        .files([("catalog-info.yaml", &*location), ("shop/catalog-info.yaml", SHOP)])
        .files(files)
        .write(&world.path("acme/shop.git"));
    let started = std::time::Instant::now();
    world.run("crawl acme").ends_with(0);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(text(&world.json("show component:shop"), "owner"), "group:default/shop");
}

#[test]
fn a_huge_count_of_a_section_is_told() {
    check(
        Commit::default().files([(
            "CODEOWNERS",
            "[Docs][99999999999999999999] @acme/docs\n/docs/ @ada\n[X][-1]\n* @ada\n",
        )]),
        expect![[r#"
            exit code 0

            warning[codeowners-section]: `99999999999999999999` is more approvals than the 100 that can be required
             --> acme/broken:CODEOWNERS:1:8
              |
            1 | [Docs][99999999999999999999] @acme/docs
              |        ^^^^^^^^^^^^^^^^^^^^
              |
              = help: `[100]`

            warning[codeowners-section]: `-1` is no number of approvals, so one is required
             --> acme/broken:CODEOWNERS:3:5
              |
            3 | [X][-1]
              |     ^^
              |
              = help: `[1]`

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_text_for_templates_stays_a_text() {
    let text = component("known").replace(
        "  name: known\n",
        "  name: known\n  description: ${{ values.x }} {{ 7*7 }} {% if %} $(id)\n",
    );
    check(
        manifest(&text),
        expect![[r#"
        exit code 0

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}
