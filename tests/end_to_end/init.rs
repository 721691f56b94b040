//! `catalog init`: a first manifest for a repository, which its own lint finds nothing wrong with.

use expect_test::{Expect, expect};

use crate::support::{Run, World, schema};

/// Runs a command in the folder `shop` of a world.
#[track_caller]
fn run(world: &World, words: &str) -> Run {
    world.finish(world.command(words.split_whitespace()).current_dir(world.path("shop")))
}

/// A committed repository whose files lie in its folder, too.
fn repository(files: &[(&str, &str)]) -> World {
    let world = World::new();
    world.commit("shop", files.iter().copied());
    for (path, content) in files {
        world.write(&format!("shop/{path}"), content);
    }
    world
}

fn check(files: &[(&str, &str)], expected: &Expect) {
    let world = repository(files);
    expected.assert_eq(&run(&world, "init").ends_with(0).stdout);
    check_clean(&world);
}

/// Writes the proposal, and wants its lint to find nothing that Backstage would refuse either.
#[track_caller]
fn check_clean(world: &World) {
    run(world, "init --write").ends_with(0).says(&["wrote `catalog-info.yaml`"]);
    run(world, "lint --strict --fail-on warning catalog-info.yaml").ends_with(0);
}

#[test]
fn a_service_is_proposed_with_its_evidence() {
    check(
        &[
            ("README.md", "# The shop\n\n[![build](a)](b)\n\nSells *things* to people.\n\n## Use\n"),
            (".github/CODEOWNERS", "# who\n* @acme/shop @ada\n"),
            ("Dockerfile", "FROM scratch\n"),
            ("Cargo.toml", "[package]\nname = \"shop\"\n"),
            (
                "compose.yaml",
                "services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n  cache:\n    image: docker.io/library/redis\n",
            ),
            ("api/openapi.yaml", "openapi: 3.1.0\n"),
            (".git-is-none", ""),
        ],
        &expect![[r##"
            # Proposed by `catalog init` from what is in the repository. Above each field stands where it comes from:
            # check it, change what is wrong, and delete the comments.
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              # the name of the folder
              name: shop
              # README.md:1
              title: The shop
              # README.md:5
              description: Sells things to people.
              # Cargo.toml
              tags:
                - rust
            spec:
              # Dockerfile
              type: service
              # assumed; or `experimental`, or `deprecated`
              lifecycle: production
              # .github/CODEOWNERS:2, which names 2 owners
              owner: group:shop
              # compose.yaml:4, compose.yaml:6; name the one that production uses
              dependsOn:
                - resource:shop-db
                - resource:shop-cache
              # api/openapi.yaml
              providesApis:
                - shop
            ---
            apiVersion: backstage.io/v1alpha1
            kind: API
            metadata:
              # api/openapi.yaml
              name: shop
            spec:
              # api/openapi.yaml
              type: openapi
              # assumed, as for the component
              lifecycle: production
              # .github/CODEOWNERS:2, which names 2 owners
              owner: group:shop
              # api/openapi.yaml
              definition:
                $text: "./api/openapi.yaml"
        "##]],
    );
}

#[test]
fn nothing_known_is_said_to_be_assumed() {
    check(
        &[("notes.txt", "x\n")],
        &expect![[r#"
        # Proposed by `catalog init` from what is in the repository. Above each field stands where it comes from:
        # check it, change what is wrong, and delete the comments.
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          # the name of the folder
          name: shop
        spec:
          # nothing tells what it is; as in `service`, `website`, `library`
          type: other
          # assumed; or `experimental`, or `deprecated`
          lifecycle: production
          # no file names an owner: write the team that answers for it, as in `group:payments`
          # a suggestion, no fact: Ada Berg made 1 of the last 1 commits, the latest at 2026-11-01T09:00:00Z
          owner: unknown
    "#]],
    );
}

#[test]
fn approvers_own_where_no_codeowners_file_does() {
    check(
        &[
            ("OWNERS", "reviewers: [x]\napprovers:\n  - shop-leads\n  - ada\n"),
            ("OWNERS_ALIASES", "aliases:\n  shop-leads: [ada]\n"),
            ("go.mod", "module example.com/shop\n"),
        ],
        &expect![[r#"
            # Proposed by `catalog init` from what is in the repository. Above each field stands where it comes from:
            # check it, change what is wrong, and delete the comments.
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              # the name of the folder
              name: shop
              # go.mod
              tags:
                - go
            spec:
              # go.mod, and nothing that tells how it is run
              type: library
              # assumed; or `experimental`, or `deprecated`
              lifecycle: production
              # OWNERS:3, the first of 2 approvers
              owner: group:shop-leads
        "#]],
    );
}

#[test]
fn several_services_are_one_document_each() {
    check(
        &[
            ("CODEOWNERS", "* @acme/all\n/services/orders/ @acme/orders\n"),
            (
                "compose.yaml",
                "services:\n  orders:\n    build: ./services/orders\n    depends_on: [db]\n  db:\n    image: mysql\n",
            ),
            ("services/orders/Dockerfile", "FROM scratch\n"),
            ("services/orders/README.md", "# Orders\n"),
            ("services/web/Dockerfile", "FROM scratch\n"),
            (
                "services/web/package.json",
                "{\n  \"description\": \"The page\",\n  \"dependencies\": {\"next\": \"1\"}\n}\n",
            ),
            ("examples/demo/Dockerfile", "FROM scratch\n"),
        ],
        &expect![[r#"
            # Proposed by `catalog init` from what is in the repository. Above each field stands where it comes from:
            # check it, change what is wrong, and delete the comments.
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              # the folder services/orders/
              name: orders
            spec:
              # services/orders/Dockerfile
              type: service
              # assumed; or `experimental`, or `deprecated`
              lifecycle: production
              # CODEOWNERS:2
              owner: group:orders
              # compose.yaml:5; name the one that production uses
              dependsOn:
                - resource:orders-db
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              # the folder services/web/
              name: web
              # services/web/package.json:2
              description: The page
              # services/web/package.json
              tags:
                - javascript
            spec:
              # services/web/package.json:3
              type: website
              # assumed; or `experimental`, or `deprecated`
              lifecycle: production
              # CODEOWNERS:1
              owner: group:all
        "#]],
    );
}

#[test]
fn a_folder_below_a_system_is_part_of_it() {
    let world = repository(&[
        (
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: commerce\nspec:\n  owner: a\n",
        ),
        ("api/Dockerfile", "FROM scratch\n"),
    ]);
    let proposal = run(&world, "init api").ends_with(0).stdout;
    assert!(proposal.contains("  # catalog-info.yaml:4\n  system: commerce\n"), "{proposal}");
    run(&world, "init").ends_with(2).says(&["`catalog-info.yaml` is there already"]);
}

#[test]
fn the_remote_names_the_entity_and_its_place() {
    let world = repository(&[("a", "")]);
    let config = std::fs::read_to_string(world.path("shop/.git/config")).expect("it is there");
    let remote = "[remote \"origin\"]\n\turl = https://me:secret@github.com/acme/Web-Shop.git\n";
    world.write("shop/.git/config", format!("{config}{remote}"));
    let run = run(&world, "init").ends_with(0);
    assert!(!run.to_string().contains("secret"), "{run}");
    assert!(run.stdout.contains("  name: web-shop\n"), "{run}");
    assert!(run.stdout.contains("    github.com/project-slug: acme/Web-Shop\n"), "{run}");
    assert!(run.stdout.contains("    backstage.io/source-location: url:https://github.com/acme/Web-Shop/\n"));
    check_clean(&world);
}

#[test]
fn json_is_as_its_schema_says() {
    let world = repository(&[("Dockerfile", "FROM scratch\n")]);
    let document = run(&world, "init --format json").ends_with(0).json();
    assert_eq!(schema::breaches("init", &document), [""; 0]);
    assert_eq!(document["authors"][0]["name"], "Ada Berg");
    assert_eq!(document["text"], run(&world, "init").stdout);
    assert!(
        run(&world, "init --format csv").ends_with(0).stdout.starts_with("entity,field,value,evidence\n")
    );
}

#[test]
fn nothing_is_written_unasked_or_over_anything() {
    let world = repository(&[("a", "")]);
    run(&world, "init").ends_with(0);
    assert!(!world.path("shop/catalog-info.yaml").exists());
    run(&world, "init --force").ends_with(64);
    // An ignored file, a link that leads nowhere: whatever has the name stays as it is.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(world.path("elsewhere"), world.path("shop/catalog-info.yaml"))
            .expect("a link");
        run(&world, "init --write").ends_with(2).says(&["there already"]);
        assert!(!world.path("elsewhere").exists());
    }
    run(&world, "init nowhere").ends_with(2).says(&["`nowhere` is no folder"]);
}

#[test]
fn whatever_a_readme_says_stays_a_text() {
    let titles = [
        "\"quoted\" and 'quoted'",
        "a: b # c",
        "- item",
        "&anchor *alias !tag",
        "{{ cookiecutter.name }} ${{ x }}",
        "yes",
        "1.10",
        "\\ back \\n slash",
        "%YAML 1.2",
        "--- ...",
        "[x](javascript:alert(1)) <script>",
        "\u{1b}[31mred\u{7} \u{202e}evil\u{2028}line",
        "größe 🚲",
        "@at `tick` | pipe > fold ? key",
    ];
    for title in titles {
        let world = repository(&[
            ("README.md", &*format!("# {title}\n\n{title} again {title}\n")),
            ("{{x}} # y/Dockerfile", "FROM scratch\n"),
            ("- a: \"b\"/Dockerfile", "FROM scratch\n"),
            ("package.json", &*format!("{{\"description\": {}}}", serde_json::json!(title))),
        ]);
        let proposal = run(&world, "init").ends_with(0).stdout;
        assert!(!proposal.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{proposal}");
        check_clean(&world);
        let world = repository(&[("README.md", &*format!("# {title}\n\n{title} again {title}\n"))]);
        check_clean(&world);
    }
}
