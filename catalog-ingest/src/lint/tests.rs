//! What only a whole working tree shows.

use std::{fmt::Write, fs, path::Path};

use expect_test::{Expect, expect};
use git2::{IndexEntryExtendedFlag, IndexEntryFlag, Repository};

use super::*;

fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Repository::init(folder.path()).expect("a repository");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, content).expect("the file is written");
    }
    folder
}

fn found(root: &Path, strict: bool) -> Lint {
    let id = RepositoryId::new("acme/shop").expect("the id is good");
    let options = LintOptions { limits: &CrawlLimits::default(), strict };
    lint(root, &id, options, None).expect("the tree can be read")
}

fn shown(lint: &Lint) -> String {
    let manifests: String = lint.manifests.iter().map(|path| format!(" {path}")).collect();
    let mut text = format!("manifests:{manifests}\n");
    for of in &lint.diagnostics {
        let path = of.path.as_deref().unwrap_or("-");
        let line = of.excerpt.as_ref().map(|excerpt| format!(" | {}", excerpt.text)).unwrap_or_default();
        writeln!(text, "{path}:{}:{} {}{line}", of.position.line, of.position.column, of.code.name())
            .expect("a text");
    }
    text
}

fn check(files: &[(&str, &str)], expected: &Expect) {
    expected.assert_eq(&shown(&found(repository(files).path(), false)));
}

#[test]
fn rules_that_decide_nothing_are_told_apart() {
    check(
        &[("CODEOWNERS", "*.md @a\n/docs/ @a\n/docs/a.md @a\n/gone @a\n/docs/ @a\n"), ("docs/a.md", "")],
        &expect![[r#"
            manifests: CODEOWNERS
            CODEOWNERS:1:1 codeowners-overridden | *.md @a
            CODEOWNERS:2:1 codeowners-overridden | /docs/ @a
            CODEOWNERS:3:1 codeowners-overridden | /docs/a.md @a
            CODEOWNERS:4:1 codeowners-unused | /gone @a
        "#]],
    );
}

#[test]
fn vendored_files_and_links_are_matched_too() {
    let folder = repository(&[("CODEOWNERS", "/vendor/ @a\n/link @a\n"), ("vendor/x.c", "")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).expect("a link");
    expect![[r#"
        manifests: CODEOWNERS
    "#]]
    .assert_eq(&shown(&found(folder.path(), false)));
}

#[test]
fn ownership_files_that_no_host_reads_are_found() {
    check(
        &[
            ("docs/codeowners", "* @a\n"),
            ("CODEOWNERS", "* @a\n"),
            (".gitlab/CODEOWNERS", "* @a\n"),
            ("a/b/CODEOWNERS", "* @a\n"),
            ("node_modules/x/CODEOWNERS", "* @a\n"),
        ],
        &expect![[r#"
            manifests: CODEOWNERS
            .gitlab/CODEOWNERS:0:0 codeowners-shadowed
            a/b/CODEOWNERS:0:0 codeowners-place
            docs/codeowners:0:0 codeowners-misspelt
        "#]],
    );
}

#[test]
fn names_that_are_passed_over_are_found_by_their_content() {
    check(
        &[
            ("opslevel.yaml", "version: 1\nservice:\n"),
            ("a/port.yaml", "- identifier: x\n  blueprint: y\n"),
            ("b/port.yaml", "- hosts: all\n"),
            ("catalog_info.yaml", "apiVersion: backstage.io/v1alpha1\n"),
            ("c/opslevel.yml", "version: 1\nservice:\n"),
        ],
        &expect![[r#"
            manifests: c/opslevel.yml
            a/port.yaml:0:0 manifest-misnamed
            c/opslevel.yml:1:1 missing-field | version: 1
            catalog_info.yaml:0:0 manifest-misnamed
            opslevel.yaml:0:0 manifest-misnamed
        "#]],
    );
}

#[test]
fn one_file_may_be_asked_about_within_the_whole() {
    let folder =
        repository(&[("CODEOWNERS", "/gone @a\n"), ("a/catalog-info.yaml", ""), ("ab/CODEOWNERS", "")]);
    let check = |paths: &[&str], count: usize| {
        let mut lint = found(folder.path(), false);
        lint.keep_only(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert_eq!(lint.diagnostics.len(), count, "{paths:?}: {}", shown(&lint));
    };
    check(&[""], 3);
    check(&["a"], 1);
    check(&["a/catalog-info.yaml", "CODEOWNERS"], 2);
    check(&["CODE"], 0);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_read_from_git() {
    let folder = repository(&[("CODEOWNERS", "/far/ @a\n/gone/ @a\n")]);
    let repository = Repository::open(folder.path()).expect("it opens");
    let mut index = repository.index().expect("an index");
    let content = repository.blob(b"kind: [\n").expect("a blob");
    let entry = |path: &str, mode, extended: IndexEntryExtendedFlag| git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: content,
        flags: if extended.is_empty() { 0 } else { IndexEntryFlag::EXTENDED.bits() },
        flags_extended: extended.bits(),
        path: path.into(),
    };
    let sparse = IndexEntryExtendedFlag::SKIP_WORKTREE;
    index.add(&entry("far/catalog-info.yaml", 0o100_644, sparse)).expect("it is added");
    index
        .add(&entry("gone/catalog-info.yaml", 0o100_644, IndexEntryExtendedFlag::empty()))
        .expect("it is added");
    index
        .add(&entry("module/catalog-info.yaml", 0o160_000, IndexEntryExtendedFlag::empty()))
        .expect("it is added");
    index.write().expect("it is written");
    expect![[r#"
        manifests: CODEOWNERS far/catalog-info.yaml module/catalog-info.yaml
        CODEOWNERS:2:1 codeowners-unused | /gone/ @a
        far/catalog-info.yaml:1:7 yaml-syntax | kind: [
        module/catalog-info.yaml:0:0 manifest-is-link
    "#]]
    .assert_eq(&shown(&found(folder.path(), false)));
}

#[test]
fn an_index_that_cannot_be_read_hides_nothing_that_lies_there() {
    let folder = repository(&[("catalog-info.yaml", "kind: [\n"), (".git/index", "DIRC\u{1}\u{2}broken")]);
    assert_eq!(found(folder.path(), false).manifests.len(), 1);
}

#[test]
fn a_skeleton_is_refused_by_nobody() {
    let folder = repository(&[
        ("catalog-info.yaml", "kind: Component\nmetadata:\n  name: ${{ values.name }}\n"),
        ("a/catalog-info.yaml", "kind: Component\nmetadata:\n  name: x\n"),
    ]);
    let lint = found(folder.path(), true);
    let refused = lint.diagnostics.iter().filter(|of| of.code == DiagnosticCode::RefusedByFormat);
    let paths: Vec<_> = refused.map(|of| of.path.as_deref().unwrap_or_default()).collect();
    assert_eq!(paths, ["a/catalog-info.yaml"]);
}

#[test]
fn credentials_are_shown_in_no_line() {
    let manifest = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\nspec:\n  type: x\n  \
                    lifecycle: y\n  owner: z\n";
    let folder = repository(&[
        ("a/catalog-info.yaml", manifest),
        ("b/catalog-info.yaml", &manifest.replace("name: a", "name: a # https://me:secret@example.com/x")),
    ]);
    let lint = found(folder.path(), false);
    let duplicate = lint.diagnostics.iter().find(|of| of.code == DiagnosticCode::DuplicateEntity);
    let excerpt = duplicate.and_then(|of| of.excerpt.as_ref()).expect("the line is shown");
    assert!(!excerpt.text.contains("secret") && excerpt.text.contains("name: a"), "{excerpt:?}");
}

#[test]
fn the_limit_on_diagnostics_holds_for_rules_too() {
    let folder = repository(&[("CODEOWNERS", &"/gone @a\n/CODEOWNERS @a\n".repeat(200)), ("x", "")]);
    let lint = found(folder.path(), false);
    assert_eq!(lint.diagnostics.len(), CrawlLimits::default().manifest.diagnostics_max);
    assert!(lint.diagnostics.iter().any(|of| of.code == DiagnosticCode::ListTooLong));
}
