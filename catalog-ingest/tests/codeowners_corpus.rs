//! Every CODEOWNERS file of the corpus of public repositories, held against an independent reading.
//!
//! The corpus lies beside the checkout and is no part of it; where it is absent this test says so and ends.

mod corpus_tree;

use std::{fs, path::Path};

use catalog_core::{
    model::{FoundBy, OwnerName, PathRules, RepositoryId},
    path_rules::PathMatcher,
};
use catalog_ingest::{
    limits::ManifestLimits,
    manifest::{ManifestFile, codeowners},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::corpus_tree::{regular_files, skip};

#[test]
fn every_file_is_decided_as_expected() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(expected) = fs::read(corpus.join("expected-open.json")) else {
        skip();
        return;
    };
    let expected: Value = serde_json::from_slice(&expected).expect("the expected reading is JSON");
    let expected = expected["codeowners"].as_object().expect("an object by repository");
    assert!(!expected.is_empty());
    let mut differences = Vec::new();
    for (repository, expected) in expected {
        let path = expected["path"].as_str().expect("the path of the file");
        let found = read(&corpus.join("open"), repository, path);
        for field in ["files", "rules", "no_rule", "no_owner", "errors", "digest"] {
            if found[field] != expected[field] {
                differences.push(format!("{repository} {field}: {} != {}", found[field], expected[field]));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The refused lines of files that were broken at one commit of their repository.
#[test]
fn lines_that_github_refuses_are_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/open/_ugly");
    for file in ["16-codeowners-bare-name/.github/CODEOWNERS", "17-codeowners-bot/CODEOWNERS"] {
        let Ok(bytes) = fs::read(corpus.join(file)) else {
            skip();
            return;
        };
        let repository = RepositoryId::new("github.com/acme/shop").expect("a valid id");
        let file = ManifestFile {
            repository: &repository,
            path: "CODEOWNERS",
            bytes: &bytes,
            found_by: FoundBy::Name,
        };
        let reading = codeowners::read(&file, &ManifestLimits::default());
        assert_eq!(reading.path_rules.map(|rules| rules.rules.len()), Some(0));
        let codes: Vec<_> = reading.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        assert_eq!(codes, ["codeowners-owner"]);
    }
}

fn read(open: &Path, repository: &str, path: &str) -> Value {
    let folder_name = repository.replace('/', "__");
    let folder = open.join(&folder_name);
    let bytes = fs::read(folder.join(path)).expect("the CODEOWNERS file of the repository");
    let id = RepositoryId::new(repository).expect("a valid id");
    let file = ManifestFile { repository: &id, path, bytes: &bytes, found_by: FoundBy::Name };
    let reading = codeowners::read(&file, &ManifestLimits::default());
    let rules = reading.path_rules.expect("a CODEOWNERS file gives path rules");
    let matcher = PathMatcher::new(&rules);

    let mut files_of_rule = vec![0; rules.rules.len()];
    let (mut no_rule, mut no_owner) = (0, 0);
    let mut digest = Sha256::new();
    let files = regular_files(&folder, &open.join("_trees").join(folder_name + ".tsv"));
    for path in &files {
        let decided = matcher.deciding_rule(path);
        assert_eq!(decided, matcher.all_matching(path).last().copied(), "{repository}");
        let owners = match decided {
            None => {
                no_rule += 1;
                String::new()
            }
            Some(rule) => {
                files_of_rule[rule] += 1;
                owners_of(&rules, rule)
            }
        };
        no_owner += usize::from(owners.is_empty());
        digest.update(path);
        digest.update(format!("\t{owners}\n"));
    }
    let rules: Vec<Value> = rules
        .rules
        .iter()
        .zip(files_of_rule)
        .map(|(rule, files)| {
            let owners: Vec<_> = rule.owners.iter().map(OwnerName::as_str).collect();
            json!({"line": rule.position.line, "pattern": rule.pattern, "owners": owners, "files": files})
        })
        .collect();
    let errors: Vec<_> = reading
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == catalog_core::model::Severity::Error)
        .map(|diagnostic| json!({"line": diagnostic.position.line}))
        .collect();
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "files": files.len(), "rules": rules, "no_rule": no_rule, "no_owner": no_owner,
        "errors": errors, "digest": digest,
    })
}

fn owners_of(rules: &PathRules, rule: usize) -> String {
    let mut owners: Vec<_> = rules.rules[rule].owners.iter().map(OwnerName::as_str).collect();
    owners.sort_by_key(|owner| owner.to_lowercase());
    owners.join(" ")
}
