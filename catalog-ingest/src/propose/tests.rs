//! Evidence that is easily misread.

use std::fs;

use super::*;

fn proposed(files: &[(&str, &str)], inner: &str) -> Proposal {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("shop");
    for (path, content) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, content).expect("the file is written");
    }
    let id = RepositoryId::new("acme/shop").expect("the id is good");
    propose(&root, inner, &id, &CrawlLimits::default()).expect("the tree can be read")
}

/// One field of the first entity, with its evidence.
fn field(proposal: &Proposal, name: &str) -> (String, String) {
    let field = proposal.entities[0].fields.iter().find(|field| field.keys.last() == Some(&name));
    let Some(field) = field else { return (String::new(), String::new()) };
    let value = match &field.value {
        ProposedValue::Text(text) | ProposedValue::Include(text) => text.clone(),
        ProposedValue::Texts(texts) => texts.join(" "),
        ProposedValue::UnknownOwner => "?".into(),
    };
    (value, field.evidence.clone())
}

#[track_caller]
fn check(files: &[(&str, &str)], name: &str, value: &str, evidence: &str) {
    assert_eq!(field(&proposed(files, ""), name), (value.to_owned(), evidence.to_owned()));
}

#[test]
fn an_owner_is_a_team_before_a_person_and_never_an_address() {
    check(
        &[("CODEOWNERS", "* @ada @acme/shop\n")],
        "owner",
        "group:shop",
        "CODEOWNERS:1, which names 2 owners",
    );
    check(
        &[("CODEOWNERS", "* ada@example.com @ada\n")],
        "owner",
        "user:ada",
        "CODEOWNERS:1, which names 2 owners",
    );
    for nobody in ["* ada@example.com\n", "*\n", "/src @acme/shop\n", ""] {
        assert_eq!(field(&proposed(&[("CODEOWNERS", nobody)], ""), "owner").0, "?", "{nobody}");
    }
}

#[test]
fn another_catalog_is_believed_first() {
    let service =
        "version: 1\nservice:\n  name: Shopping Cart\n  lifecycle: beta\n  owner: carts\n  type: worker\n";
    let files = [("opslevel.yml", service), ("CODEOWNERS", "* @acme/shop\n"), ("README.md", "# Shop\n")];
    check(&files, "name", "shopping-cart", "opslevel.yml:3");
    check(&files, "title", "Shopping Cart", "opslevel.yml:3");
    check(&files, "owner", "group:carts", "opslevel.yml:5");
    check(&files, "type", "worker", "opslevel.yml:6");
    let two = "---\nschema-version: v2\ndd-service: a\nteam: one\n---\nschema-version: v2\ndd-service: b\nteam: two\n";
    check(&[("service.datadog.yaml", two)], "name", "shop", "the name of the folder");
    check(
        &[("service.datadog.yaml", two), ("CODEOWNERS", "* @acme/shop\n")],
        "owner",
        "group:shop",
        "CODEOWNERS:1",
    );
}

#[test]
fn approvers_that_are_no_names_are_passed_over() {
    check(&[("OWNERS", "approvers: [ada]\n")], "owner", "user:ada", "OWNERS:1");
    for odd in [
        "approvers: []\n",
        "approvers: {a: b}\n",
        "approvers: [[a]]\n",
        "[\n",
        "* \n",
        "approvers: ['a b']\n",
    ] {
        assert_eq!(field(&proposed(&[("OWNERS", odd)], ""), "owner").0, "?", "{odd}");
    }
}

#[test]
fn the_type_is_that_of_the_strongest_evidence() {
    let page = "{\"dependencies\": {\n\"react-dom\": \"1\"}}";
    check(&[("Dockerfile", ""), ("package.json", page)], "type", "website", "package.json:2");
    check(&[("Dockerfile", ""), ("package.json", "{}")], "type", "service", "Dockerfile");
    check(&[("Procfile", "")], "type", "service", "Procfile");
    check(&[("mkdocs.yml", "")], "type", "documentation", "mkdocs.yml");
    let library = "pom.xml, and nothing that tells how it is run";
    check(&[("pom.xml", ""), ("test/Dockerfile", "")], "type", "library", library);
}

#[test]
fn tags_are_the_languages_of_the_packages() {
    check(
        &[
            ("package.json", "{"),
            ("tsconfig.json", ""),
            ("a.csproj", ""),
            ("setup.py", ""),
            ("pyproject.toml", ""),
        ],
        "tags",
        "typescript python csharp",
        "package.json, pyproject.toml, a.csproj",
    );
}

#[test]
fn a_package_describes_what_no_readme_does() {
    let cargo = "[dependencies]\ndescription = \"no\"\n[package]\ndescription = \"Sells  things\"\n";
    check(&[("Cargo.toml", cargo)], "description", "Sells things", "Cargo.toml:4");
    check(&[("Cargo.toml", cargo), ("readme.MD", "It.\n")], "description", "It.", "readme.MD:1");
    check(&[("package.json", "{\"description\": [1]}")], "description", "", "");
}

#[test]
fn compose_files_that_are_none_say_nothing() {
    for odd in [
        "services: [a]\n",
        "services:\n  db: postgres\n",
        "[",
        "services:\n  a:\n    image: [postgres]\n",
        "",
    ] {
        assert_eq!(field(&proposed(&[("compose.yaml", odd)], ""), "dependsOn").0, "", "{odd}");
    }
    let many: String = (0..30).map(|number| format!("  s{number}:\n    image: redis\n")).collect();
    let stores = field(&proposed(&[("compose.yaml", &format!("services:\n{many}"))], ""), "dependsOn").0;
    assert_eq!(stores.split(' ').count(), 20);
}

#[test]
fn interfaces_are_files_that_say_so() {
    let files = [
        ("openapi.yaml", "openapi: 3.0.0\n"),
        ("docs/events/asyncapi.json", "{\"asyncapi\": \"3.0.0\"}"),
        ("my-openapi-notes.yaml", "a: b\n"),
        ("tests/openapi.yaml", "openapi: 3.0.0\n"),
        ("a/b/c/d/openapi.yaml", "openapi: 3.0.0\n"),
    ];
    let evidence = "docs/events/asyncapi.json, openapi.yaml";
    check(&files, "providesApis", "shop-asyncapi shop-openapi", evidence);
    let kinds: Vec<_> = proposed(&files, "").entities.iter().map(|entity| entity.kind).collect();
    assert_eq!(kinds, ["Component", "API", "API"]);
}

#[test]
fn one_image_below_is_no_monorepo() {
    let names = |files: &[(&str, &str)]| -> Vec<String> {
        let proposal = proposed(files, "");
        let of = |entity: &ProposedEntity| match &entity.fields[0].value {
            ProposedValue::Text(name) => name.clone(),
            other => panic!("{other:?} is no name"),
        };
        proposal.entities.iter().map(of).collect()
    };
    assert_eq!(names(&[("a/Dockerfile", "")]), ["shop"]);
    assert_eq!(names(&[("a/Dockerfile", ""), ("docker/x/Dockerfile", "")]), ["shop"]);
    assert_eq!(names(&[("a/Dockerfile", ""), ("b/Dockerfile", "")]), ["a", "b"]);
    assert_eq!(
        names(&[("Dockerfile", ""), ("a/Dockerfile", ""), ("b/c/Dockerfile", "")]),
        ["shop", "a", "c"]
    );
}

#[test]
fn a_manifest_that_is_there_is_told() {
    let files = [("catalog-info.yml", ""), ("a/x", ""), ("ab/catalog-info.yaml", "")];
    assert_eq!(proposed(&files, "").existing.as_deref(), Some("catalog-info.yml"));
    assert_eq!(proposed(&files, "a").existing, None);
}
