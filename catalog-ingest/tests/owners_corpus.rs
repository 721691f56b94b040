//! Every OWNERS file of the corpus of public repositories, held against an independent reading.
//!
//! The corpus lies beside the checkout and is no part of it; where it is absent this test says so and ends.

mod corpus_tree;

use std::{fs, path::Path};

use catalog_core::{
    model::{ContentId, FoundBy, OwnerName, PathDialect, RepositoryId},
    path_rules::RuleFiles,
};
use catalog_ingest::{
    limits::ManifestLimits,
    manifest::{ManifestFile, ManifestReading, Siblings, owners},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::corpus_tree::{regular_files, skip};

/// The files of a folder of the corpus.
struct Folder<'a>(&'a Path);

impl Siblings for Folder<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        Some((ContentId([0; 20]), fs::read(self.0.join(path)).ok()?))
    }
}

#[test]
fn the_approvers_of_every_path_are_as_expected() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(expected) = fs::read(corpus.join("expected-open.json")) else {
        skip();
        return;
    };
    let expected: Value = serde_json::from_slice(&expected).expect("the expected reading is JSON");
    let expected = expected["owners"].as_object().expect("an object by repository");
    assert!(!expected.is_empty());
    let mut differences = Vec::new();
    for (repository, expected) in expected {
        let digest = digest_of(&corpus.join("open"), repository);
        if expected["approvers_digest"] != *digest {
            differences.push(format!("{repository}: {digest} != {}", expected["approvers_digest"]));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Files that were broken at one commit of their repository: what lies above them stays the owner.
#[test]
fn files_with_tabs_are_broken_and_name_nobody() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/open/_ugly");
    for (folder, path) in [("07-tabs-owners", "sig-apps/OWNERS"), ("08-tab-in-list", "prow/OWNERS")] {
        let folder = corpus.join(folder);
        if !folder.is_dir() {
            skip();
            return;
        }
        let reading = read(&folder, "kubernetes/community", path);
        assert!(reading.broken && reading.path_rules.is_none(), "{path}");
        let codes: Vec<_> = reading.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        assert_eq!(codes, ["yaml-syntax"], "{path}");
    }
}

fn read(folder: &Path, repository: &str, path: &str) -> ManifestReading {
    let bytes = fs::read(folder.join(path)).expect("a file of the corpus");
    let repository = RepositoryId::new(repository).expect("a valid id");
    let file = ManifestFile { repository: &repository, path, bytes: &bytes, found_by: FoundBy::Name };
    owners::read(&file, &Folder(folder), &ManifestLimits::default())
}

fn digest_of(open: &Path, repository: &str) -> String {
    let folder_name = repository.replace('/', "__");
    let folder = open.join(&folder_name);
    let files = regular_files(&folder, &open.join("_trees").join(folder_name + ".tsv"));
    let paths = files.iter().filter_map(|path| str::from_utf8(path).ok());
    let owners_files = paths.filter(|path| owners::has_owners_name(path) && folder.join(path).is_file());
    let rules = owners_files.filter_map(|path| read(&folder, repository, path).path_rules);
    let rules = RuleFiles::new(rules);
    assert!(rules.files().iter().all(|file| file.rules.dialect == PathDialect::Prow), "{repository}");

    let mut digest = Sha256::new();
    for path in &files {
        let deciding = rules.deciding(path);
        let names = deciding.iter().flat_map(|at| &rules.files()[at.file].rules.rules[at.rule].owners);
        let mut names: Vec<&str> = names.map(OwnerName::as_str).collect();
        names.sort_unstable();
        names.dedup();
        digest.update(path);
        digest.update(format!("\t{}\n", names.join(" ")));
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
